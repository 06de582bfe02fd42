"""Whether an event is among those a subscription asks for."""

from decimal import Decimal

from sqlite_utils import Database

from bot.tracking.events import (
    Baseline,
    DocumentEvent,
    DueSoon,
    InvoiceEvent,
    Overdue,
    Trouble,
    event_kind,
)
from storage.mentions import mentions
from storage.subscriptions import ANY, Filters, Wish


def wants(db: Database, wish: Wish, event: InvoiceEvent) -> bool:
    """Tell whether *wish* asks for *event*.

    A connection in trouble is told whatever the amounts and texts asked for: its
    figures are no longer up to date.
    """
    if not wish.wants(event_kind(event), event.connection):
        return False
    if isinstance(event, Trouble | Baseline) or wish.filters == ANY:
        return True
    return passes(db, wish.filters, event)


def passes(db: Database, filters: Filters, event: DocumentEvent) -> bool:
    """Hold an event against *filters*."""
    if filters.kinds and event.kind not in filters.kinds:
        return False
    if filters.currency is not None and event.currency != filters.currency:
        return False
    if not _is_within(filters, _amount(event)):
        return False
    texts = (filters.text, filters.seller, filters.customer)
    return not any(texts) or mentions(
        db,
        event.connection,
        event.id,
        text=filters.text,
        seller=filters.seller,
        customer=filters.customer,
    )


def _amount(event: DocumentEvent) -> Decimal | None:
    """Say what is compared: what is owed where that is the news, else the total."""
    if isinstance(event, Overdue | DueSoon) and event.balance is not None:
        return event.balance
    return event.total


def _is_within(filters: Filters, amount: Decimal | None) -> bool:
    """Compare with both bounds; an amount that is not stated is in no range."""
    low, high = filters.minimum, filters.maximum
    if low is None and high is None:
        return True
    if amount is None:
        return False
    if low is not None and (amount < low or (filters.above and amount == low)):
        return False
    return high is None or amount < high or (amount == high and not filters.below)

"""Add up a handful of invoices, by kind and currency."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from bot.answers.ageing import overdue_days
from bot.answers.model import Total
from providers.models import Invoice


def totals_of(invoices: Sequence[Invoice], *, today: date) -> tuple[Total, ...]:
    """Add up *invoices*, invoices first; a sum of nothing stated is ``None``."""
    groups = sorted(
        {(each.kind, each.currency) for each in invoices},
        key=lambda group: (group[0] != "invoice", group[1]),
    )
    return tuple(
        _total([i for i in invoices if (i.kind, i.currency) == group], today)
        for group in groups
    )


def _total(invoices: Sequence[Invoice], today: date) -> Total:
    late = [each for each in invoices if overdue_days(each, today=today)]
    return Total(
        kind=invoices[0].kind,
        currency=invoices[0].currency,
        invoices=len(invoices),
        total=_sum(each.total for each in invoices),
        balance=_sum(each.balance for each in invoices),
        not_stated=sum(each.balance is None for each in invoices),
        overdue=len(late),
        overdue_balance=_sum(each.balance for each in late),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    stated = [amount for amount in amounts if amount is not None]
    return sum(stated, Decimal(0)) if stated else None

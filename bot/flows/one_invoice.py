"""What is read for one invoice beside its figures: its history, the rules, the jump."""

import calendar
import re
from datetime import date

from bot.answers.history import Happening, History
from bot.answers.why import Explanation, explain
from bot.flows.line_items import LineItems
from bot.tracking.events import Baseline, Trouble, from_json
from providers.base import Explaining
from providers.models import Invoice, Reason
from storage import events, snapshots
from storage.reader import Reader
from storage.rows import StoredInvoice

#: Invoices of the same seller among which the one before is looked for.
CANDIDATES = 24
_MONTHS = {
    name.casefold()
    for names in (calendar.month_name, calendar.month_abbr)
    for name in names
    if name
}


def history_of(store: Reader, stored: StoredInvoice) -> History:
    """Read what was seen of an invoice."""
    found = []
    for each in store.read(events.of_invoice, stored.key):
        event = from_json(each.payload)
        if not isinstance(event, Trouble | Baseline):
            found.append(Happening(each.happened_at, event))
    return History(stored.first_seen, tuple(found))


def explanation_of(
    store: Reader,
    stored: StoredInvoice,
    provider: object,
    line_items: LineItems,
    *,
    today: date,
) -> Explanation:
    """Ask the adapter for its rules, and compare with the invoice before."""
    reasons: tuple[Reason, ...] = ()
    if isinstance(provider, Explaining):
        source = store.read(snapshots.source_of, stored.key)
        reasons = provider.explain(source, stored.row)
    invoice = line_items.fill(stored.invoice)
    before = previous_of(store, invoice)
    filled = None if before is None else line_items.fill(before)
    return explain(invoice, reasons, before=filled, today=today)


def previous_of(store: Reader, invoice: Invoice) -> Invoice | None:
    """Find the invoice before: of the same seller, about the same if there is one."""
    found = store.read(snapshots.before, invoice, limit=CANDIDATES)
    about = subject_of(invoice.description)
    same = (each for each in found if subject_of(each.description) == about)
    best = next(same, None) or next(iter(found), None)
    if best is None:
        return None
    # A list is read without its lines.
    whole = store.read(snapshots.get, best.connection, [best.id])
    return whole[best.id].invoice if best.id in whole else None


def subject_of(description: str | None) -> tuple[str, ...]:
    """Give the words of a description without months and figures."""
    words = re.findall(r"\w+", (description or "").casefold())
    return tuple(
        word
        for word in words
        if word not in _MONTHS and not any(each.isdigit() for each in word)
    )

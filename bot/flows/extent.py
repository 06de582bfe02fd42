"""How much of a connection a sync reads, and what it reads for the first time."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from providers.models import Invoice
from storage import cursors, lapses
from storage.cursors import ConnectionState

#: A connection that knows no more than this is always read whole: that costs little.
MANY = 2_000
#: Only a whole reading sees what is gone, or changed without a new time of change.
WHOLE_EVERY = timedelta(days=1)
#: Asked for once more: the provider's clock is not ours, and a change may show late.
OVERLAP = timedelta(hours=1)


def changed_since(
    db: Database, standing: ConnectionState, *, run: int, known: int, now: datetime
) -> datetime | None:
    """Tell since when changes are enough; ``None`` where everything must be read.

    That is so before the baseline, after a sync that broke off or was not complete,
    when the last whole reading is a day old, and while an invoice is missing: the
    second whole sync in a row that does not find it withdraws it.
    """
    if known <= MANY or standing.whole_at is None:
        return None
    if not timedelta(0) <= now - standing.whole_at < WHOLE_EVERY:
        return None
    begun = cursors.good_since(db, standing.name, run=run)
    if begun is None or begun > now or lapses.missing_keys(db, standing.name):
        return None
    return begun - OVERLAP


def years_of(invoice: Invoice) -> set[int]:
    """Tell the years that an invoice belongs to: when billed, and when issued."""
    found = {int(invoice.period[:4])} if invoice.period else set()
    return found | ({invoice.issued_on.year} if invoice.issued_on else set())


def is_new_ground(invoice: Invoice, covered: frozenset[int]) -> bool:
    """Tell whether *invoice* is of a year that was never read before.

    Older than what was read, that is: what a new year brings is news.
    """
    found = years_of(invoice)
    if not covered or not found:
        return False
    return max(found) < max(covered) and not found & covered

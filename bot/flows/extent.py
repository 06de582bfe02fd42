"""How much of a connection a sync reads: everything, or what changed lately."""

from datetime import datetime, timedelta

from sqlite_utils import Database

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

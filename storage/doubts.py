"""Lists that are much shorter than they were, and since when; not believed at once."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.moments import to_moment, to_text

#: A shorter list is believed when it has been so for this long, in so many readings.
BELIEVED_AFTER = timedelta(hours=24)
READINGS = 3


def doubt(db: Database, connection: str, *, now: datetime) -> bool:
    """Note a reading that is not believed; True when it is to be believed after all."""
    row = db.execute(
        "select since, readings, accepted from doubts where connection = ?",
        [connection],
    ).fetchone()
    if row is not None:
        since, readings, accepted = row
        old = now - to_moment(since) >= BELIEVED_AFTER and readings >= READINGS
        if accepted or old:
            return True
    db.execute(
        "insert into doubts values (?, ?, 1, 0) "
        "on conflict do update set readings = readings + 1",
        [connection, to_text(now)],
    )
    return False


def accept(db: Database, connection: str) -> bool:
    """Believe the list from the next reading on; False when it is not in doubt."""
    cursor = db.execute(
        "update doubts set accepted = 1 where connection = ?", [connection]
    )
    return cursor.rowcount == 1


def clear(db: Database, connection: str) -> None:
    """Note that the list is as it is expected."""
    db.execute("delete from doubts where connection = ?", [connection])


def every(db: Database) -> dict[str, datetime]:
    """Tell which connections' lists are in doubt, and since when."""
    rows = db.execute("select connection, since from doubts").fetchall()
    return {str(name): to_moment(since) for name, since in rows}

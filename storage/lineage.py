"""Which life of the database this is: the first, or one that began from a backup.

After a restore the numbers of events start again where the backup was taken, so names
made of them alone would be those of other messages that are already posted. Each life
therefore has a number of its own, which is part of such names. It is kept in SQLite's
``user_version``, which nothing else here uses: 0 in a first life, minus the moment of
the copy in a backup, the moment of the restart in a life begun from one; in seconds
since 2000, which fit its 32 bits until 2068.
"""

from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

_ZERO = datetime(2000, 1, 1, tzinfo=UTC)


def life(db: Database) -> int:
    """Tell the number of this life; 0 is the first."""
    return max(_version(db), 0)


def copied_at(db: Database) -> datetime | None:
    """Tell when this backup was made; ``None`` for a database already at work."""
    version = _version(db)
    return _ZERO - timedelta(seconds=version) if version < 0 else None


def mark_as_copy(db: Database, *, now: datetime) -> None:
    """Note in a copy when it was made."""
    _set(db, -_seconds(now))


def begin_again(db: Database, *, now: datetime) -> datetime | None:
    """Begin a new life from a backup, once; tell when that was made."""
    made = copied_at(db)
    if made is not None:
        _set(db, _seconds(now))
    return made


def _version(db: Database) -> int:
    return int(db.execute("pragma user_version").fetchone()[0])


def _set(db: Database, version: int) -> None:
    db.execute(f"pragma user_version = {version:d}")


def _seconds(moment: datetime) -> int:
    return max(int((moment - _ZERO).total_seconds()), 1)

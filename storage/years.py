"""Which years of a connection were read: by its syncs, or older ones when asked for."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_text


def loaded(db: Database) -> Mapping[str, tuple[int, ...]]:
    """Tell which older years of each connection were read when asked for."""
    found: dict[str, tuple[int, ...]] = {}
    rows = db.execute(
        "select connection, year from years where read_at is not null order by 1, 2"
    )
    for connection, year in rows.fetchall():
        found[connection] = (*found.get(connection, ()), year)
    return found


def covered(db: Database, connection: str) -> frozenset[int]:
    """Tell which years of *connection* were ever read whole."""
    rows = db.execute("select year from years where connection = ?", (connection,))
    return frozenset(year for (year,) in rows.fetchall())


def note_loaded(db: Database, connection: str, year: int, *, now: datetime) -> None:
    """Note that an older year was read whole; syncs read it too from now on."""
    db.execute(
        "insert into years values (?, ?, ?) on conflict do update set "
        "read_at = coalesce(read_at, excluded.read_at)",
        (connection, year, to_text(now)),
    )


def note_covered(db: Database, connection: str, years: Iterable[int]) -> None:
    """Note that a complete sync has read these years."""
    db.conn.executemany(
        "insert into years values (?, ?, null) on conflict do nothing",
        [(connection, year) for year in years],
    )

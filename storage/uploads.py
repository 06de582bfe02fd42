"""Files that are being shared: until it is known what became of them.

Kept from just before a share until Slack has answered it. What is left here after a
lost answer, or after the end of the process, is looked for before it is sent again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_moment, to_text


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be in a thread; *key* says what it is, *file* is Slack's id."""

    key: str
    file: str
    begun_at: datetime


def begin(db: Database, files: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Note files (keys and ids) that are about to be shared."""
    db.conn.executemany(
        "insert or replace into uploads values (?, ?, ?)",
        [(key, file, to_text(now)) for key, file in files],
    )


def find(db: Database, key: str) -> Upload | None:
    """Read what is not known to be settled."""
    row = db.execute(
        "select key, file, begun_at from uploads where key = ?", [key]
    ).fetchone()
    return None if row is None else Upload(row[0], row[1], to_moment(row[2]))


def settle(db: Database, keys: Iterable[str]) -> None:
    """Forget files of which it is known whether they were shared."""
    db.conn.executemany("delete from uploads where key = ?", [(key,) for key in keys])


def forget(db: Database, *, before: datetime) -> int:
    """Forget what nobody has asked for again since *before*; return how many."""
    cursor = db.execute("delete from uploads where begun_at < ?", [to_text(before)])
    return int(cursor.rowcount)

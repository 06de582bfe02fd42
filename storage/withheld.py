"""Questions whose whole answer a channel does not show, until somebody asks for it."""

import secrets
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_text


def keep(db: Database, command: str, page: int, *, now: datetime) -> str:
    """Keep a question; return the key under which it is found.

    The key says nothing of the question, and nobody guesses it: it stands in a message
    that others see.
    """
    key = secrets.token_urlsafe(12)
    db.execute(
        "insert into withheld values (?, ?, ?, ?)", (key, command, page, to_text(now))
    )
    return key


def find(db: Database, key: str) -> tuple[str, int] | None:
    """Find a kept question: the command and its page."""
    row = db.execute(
        "select command, page from withheld where key = ?", (key,)
    ).fetchone()
    return None if row is None else (str(row[0]), int(row[1]))


def forget(db: Database, *, before: datetime) -> int:
    """Drop what was kept before that moment; return how many."""
    return db.execute(
        "delete from withheld where kept_at < ?", (to_text(before),)
    ).rowcount

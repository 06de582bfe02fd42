"""Where in Slack a file is that people asked for, so that they can be led to it."""

from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_text


def put(db: Database, key: str, address: str, *, now: datetime) -> None:
    """Keep the *address* of what *key* says."""
    db.execute(
        "insert or replace into links values (?, ?, ?)", (key, address, to_text(now))
    )


def find(db: Database, key: str) -> str | None:
    """Read the address; ``None``: not known."""
    row = db.execute("select address from links where key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def forget(db: Database, *, before: datetime) -> int:
    """Drop the addresses that were kept before that moment; return how many."""
    return db.execute(
        "delete from links where kept_at < ?", (to_text(before),)
    ).rowcount

"""Requests and events already acted on, so that a repeat has no second effect."""

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_text

_INSERT = "insert into seen (key, seen_at) values (?, ?) on conflict do nothing"


def first_time(db: Database, key: str, *, now: datetime) -> bool:
    """Remember *key* and tell whether it is new."""
    return db.execute(_INSERT, (key, to_text(now))).rowcount > 0


def remember(db: Database, keys: Iterable[str], *, now: datetime) -> None:
    """Remember many keys at once."""
    moment = to_text(now)
    db.conn.executemany(_INSERT, [(key, moment) for key in keys])


def with_prefix(db: Database, prefix: str, *, after: datetime) -> list[str]:
    """List the keys that begin with *prefix* and were first seen after a moment."""
    rows = db.execute(
        "select key from seen where seen_at >= ? and key >= ? and key < ?",
        (to_text(after), prefix, prefix + "\U0010ffff"),
    )
    return [key for (key,) in rows]


def is_seen(db: Database, key: str) -> bool:
    """Tell whether *key* is remembered."""
    found = db.execute("select 1 from seen where key = ?", (key,)).fetchone()
    return found is not None


def take_back(db: Database, key: str) -> None:
    """Forget *key*: what it stood for was not done after all."""
    db.execute("delete from seen where key = ?", (key,))


def forget(db: Database, *, before: datetime) -> int:
    """Drop the keys first seen before that moment; return how many."""
    return db.execute("delete from seen where seen_at < ?", (to_text(before),)).rowcount

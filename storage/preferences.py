"""What admins have set in Slack, over the configuration file; who did, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_moment, to_text


@dataclass(frozen=True, slots=True)
class Preference:
    """One setting; *key* is its name, with what it is about: ``privacy:C0BILLING``."""

    key: str
    value: str
    set_by: str
    set_at: datetime


def every(db: Database) -> tuple[Preference, ...]:
    """Read what is set, by key."""
    rows = db.execute("select key, value, set_by, set_at from preferences order by key")
    return tuple(
        Preference(key, value, by, to_moment(at)) for key, value, by, at in rows
    )


def values(db: Database) -> Mapping[str, str]:
    """Read what is set, as it counts."""
    return {each.key: each.value for each in every(db)}


def put(db: Database, key: str, value: str, *, by: str, now: datetime) -> None:
    """Set *key*, in place of what was set before."""
    db.execute(
        "insert into preferences values (?, ?, ?, ?) on conflict do update set "
        "value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at",
        (key, value, by, to_text(now)),
    )


def remove(db: Database, key: str) -> bool:
    """Let the configuration file count again; tell whether anything was set."""
    return db.execute("delete from preferences where key = ?", (key,)).rowcount > 0

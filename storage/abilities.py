"""Which kinds of blocks the workspace takes, as Slack answered, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_moment, to_text


@dataclass(frozen=True, slots=True)
class Ability:
    """Whether a kind of block was taken, and since when we know."""

    taken: bool
    since: datetime


def every(db: Database) -> Mapping[str, Ability]:
    """Read what is known, by kind of block."""
    rows = db.execute("select kind, taken, since from abilities")
    return {kind: Ability(bool(taken), to_moment(at)) for kind, taken, at in rows}


def put(db: Database, kind: str, *, taken: bool, now: datetime) -> None:
    """Note what Slack answered about *kind*."""
    db.execute(
        "insert into abilities values (?, ?, ?) on conflict do update set "
        "taken = excluded.taken, since = excluded.since",
        (kind, int(taken), to_text(now)),
    )

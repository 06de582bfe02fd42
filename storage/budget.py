"""How many messages a channel has got of late, and news gathered until it gets more.

A delivery that a channel has no room for is *gathered*: it waits, and takes in what
comes after it, so that all of it is one message when there is room again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage import outbox
from storage.moments import to_moment, to_text
from storage.outbox import Held

#: What stands in the channel itself, as a message of its own.
_MESSAGE = (
    "channel = :channel and kind in ('news', 'baseline', 'trouble', 'digest', 'gap')"
)


def messages(db: Database, channel: str, *, since: datetime) -> int:
    """Count the messages that *channel* got after *since*, or is about to get."""
    row = db.execute(
        "select (select count(*) from outbox "  # noqa: S608 - our own words
        f"where {_MESSAGE} and posted_at > :since and state = 'done') "
        "+ (select count(*) from outbox "
        f"where {_MESSAGE} and state in ('waiting', 'sending', 'paused'))",
        {"channel": channel, "since": to_text(since)},
    ).fetchone()
    return int(row[0])


def gather(db: Database, delivery: str) -> str:
    """Keep a held delivery back, with what is gathered in its channel; name where.

    What may be posted already (see `outbox.doubt_unfinished`) is kept apart: what is
    added to it would not be told when it is found.
    """
    row = db.execute(
        "select g.id from outbox d join outbox g on g.channel = d.channel "
        "and g.state = 'gathered' and g.asked = 0 "
        "where d.id = ? and d.asked = 0 order by g.seq limit 1",
        [delivery],
    ).fetchone()
    if row is None:
        db.execute(
            "update outbox set state = 'gathered' where id = ? and state = 'held'",
            [delivery],
        )
        return delivery
    db.execute(
        "insert or ignore into outbox_events "
        "select ?, event from outbox_events where delivery = ?",
        [row[0], delivery],
    )
    db.execute("delete from outbox_events where delivery = ?", [delivery])
    db.execute("delete from outbox where id = ?", [delivery])
    return str(row[0])


def gathered(db: Database) -> list[Held]:
    """List what is gathered, oldest first; at most one of them takes in more."""
    rows = db.execute(
        "select id, channel, kind, created_at, subscription from outbox "
        "where state = 'gathered' order by seq"
    ).fetchall()
    return [
        Held(key, channel, kind, to_moment(at), subscription)
        for key, channel, kind, at, subscription in rows
    ]


def let_go(db: Database, delivery: str, *, payload: Mapping[str, Any]) -> None:
    """Let a gathered delivery be posted."""
    outbox.add_payload(db, delivery, payload)
    db.execute(
        "update outbox set state = 'waiting' where id = ? and state = 'gathered'",
        [delivery],
    )

"""What is to be told: put, claim, done, put back.

A delivery's life::

    held ──> waiting ──> sending ──> done          (held ──> gathered ──> waiting, where
                                                    a channel has had enough: `budget`)
      └──> pooled        │  │  └──> paused     the channel is closed to us; tried again
           (a digest     │  │                  (dropped when that takes too long)
            takes its    │  └─────> uncertain  posted or not? nobody can tell; looked up
            events)      │                     again, never sent again blindly
                         └────────> failed     Slack refuses this message for good

``asked`` counts the claims since it was last known that Slack has not got the message:
more than one means that it may have, and that the channel has to be searched first.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal

from sqlite_utils import Database

from storage import lineage
from storage.claims import (
    TOGETHER,
    UPDATES,
    Claimed,
    Kind,
    claim,
    done,
    give_up,
    hold,
    note_file,
    park,
    pause,
    put_back,
    renew,
    settle_by_hand,
)
from storage.moments import to_moment, to_text

__all__ = [
    "TOGETHER",
    "UPDATES",
    "Claimed",
    "Held",
    "Kind",
    "Planned",
    "StartState",
    "add_event",
    "add_payload",
    "claim",
    "count_doubted",
    "count_gap",
    "counts",
    "delivery_id",
    "detach",
    "done",
    "doubt_unfinished",
    "events_of",
    "find_held",
    "give_up",
    "held",
    "hold",
    "is_due",
    "last_error",
    "move_event",
    "name",
    "note_file",
    "park",
    "pause",
    "pool_to_news",
    "put",
    "put_back",
    "release",
    "remove",
    "renew",
    "settle_by_hand",
    "take_pool",
    "try_now",
    "waiting_since",
]

StartState = Literal["held", "pooled", "waiting"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery before it is queued; *parent* is set for a reply in its thread."""

    id: str
    channel: str
    kind: Kind
    subscription: str | None = None
    connection: str | None = None
    batch: int | None = None
    parent: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that waits for its sync to end well."""

    id: str
    channel: str
    kind: Kind
    created_at: datetime
    subscription: str | None = None


def delivery_id(*parts: str | int) -> str:
    """Name a delivery by what it is about, the same whenever it is planned again."""
    text = json.dumps(parts, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=9).hexdigest()


def name(db: Database, *parts: str | int) -> str:
    """Name a delivery by numbers that begin again where a backup was restored."""
    number = lineage.life(db)
    return delivery_id(*parts, number) if number else delivery_id(*parts)


def put(  # noqa: PLR0913 - a delivery and how it begins, each by its name
    db: Database,
    planned: Planned,
    *,
    now: datetime,
    state: StartState = "waiting",
    events: Iterable[int] = (),
    like: str | None = None,
) -> bool:
    """Queue a delivery with its events; False when it was already there.

    A reply to what may be posted may be posted too, and what is split off from it
    (*like*); one to what is known to be posted is not.
    """
    doubt = like or planned.parent
    cursor = db.execute(
        "insert or ignore into outbox (id, channel, kind, subscription, connection, "
        "batch, parent, state, not_before, payload, created_at, asked, tried_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "coalesce((select asked from outbox where id = ? and state <> 'done'), 0), "
        "(select tried_at from outbox where id = ? and state <> 'done'))",
        [
            planned.id,
            planned.channel,
            planned.kind,
            planned.subscription,
            planned.connection,
            planned.batch,
            planned.parent,
            state,
            to_text(now),
            json.dumps(dict(planned.payload)),
            to_text(now),
            doubt,
            doubt,
        ],
    )
    for event in events:
        add_event(db, planned.id, event)
    return cursor.rowcount == 1


def count_gap(db: Database, delivery: str, *, messages: int, events: int) -> None:
    """Add to what a line about dropped deliveries counts, and put it in front."""
    db.execute(
        "update outbox set seq = (select min(seq) - 1 from outbox), payload = json_set("
        "payload, '$.messages', payload ->> 'messages' + ?, "
        "'$.events', payload ->> 'events' + ?) "
        "where id = ? and state in ('waiting', 'paused')",
        [messages, events, delivery],
    )


def add_payload(db: Database, delivery: str, payload: Mapping[str, Any]) -> None:
    """Add facts to what the view of a delivery is given."""
    db.execute(
        "update outbox set payload = json_patch(payload, ?) where id = ?",
        [json.dumps(dict(payload)), delivery],
    )


def add_event(db: Database, delivery: str, event: int) -> None:
    """Add an event to what *delivery* tells; twice is once."""
    db.execute("insert or ignore into outbox_events values (?, ?)", [delivery, event])


def move_event(db: Database, event: int, *, delivery: str, to: str) -> None:
    """Let another delivery tell an event, in place of *delivery*."""
    db.execute(
        "delete from outbox_events where delivery = ? and event = ?", [delivery, event]
    )
    add_event(db, to, event)


def remove(db: Database, delivery: str) -> None:
    """Take back a held delivery whose events others tell."""
    db.execute("delete from outbox where id = ? and state = 'held'", [delivery])


def detach(db: Database, delivery: str) -> None:
    """Let a reply stand for itself: there is no such thread any more."""
    db.execute(
        "update outbox set parent = null, payload = json_remove(payload, '$.thread') "
        "where id = ?",
        [delivery],
    )


def find_held(
    db: Database,
    *,
    kind: Kind,
    channel: str | None = None,
    subscription: str | None = None,
    connection: str | None = None,
) -> str | None:
    """Find the held delivery of *kind* for a channel, or a subscription's.

    Not one that may be posted (see `doubt_unfinished`): what is added to it now would
    not be told when it is found.
    """
    row = db.execute(
        "select id from outbox where state = 'held' and asked = 0 and kind = ? "
        "and (channel = ? or subscription = ?) and connection is ?",
        [kind, channel, subscription, connection],
    ).fetchone()
    return None if row is None else str(row[0])


def held(
    db: Database, *, connection: str | None = None, kind: Kind | None = None
) -> list[Held]:
    """List what is held, oldest first, of one connection or of one kind."""
    rows = db.execute(
        "select id, channel, kind, created_at, subscription from outbox "
        "where state = 'held' "
        "and (:connection is null or connection = :connection) "
        "and (:kind is null or kind = :kind) order by seq",
        {"connection": connection, "kind": kind},
    ).fetchall()
    return [
        Held(key, channel, of, to_moment(created_at), subscription)
        for key, channel, of, created_at, subscription in rows
    ]


def release(db: Database, delivery: str) -> None:
    """Let a held delivery go: into its digest's pool, or out."""
    db.execute(
        "update outbox set state = iif(kind = 'pool', 'pooled', 'waiting') "
        "where id = ? and state = 'held'",
        [delivery],
    )


def take_pool(db: Database, subscription: str) -> list[int]:
    """Take every event that waits for the next digest of *subscription*."""
    rows = db.execute(
        "select distinct e.event from outbox o "
        "join outbox_events e on e.delivery = o.id "
        "where o.state = 'pooled' and o.subscription = ? order by e.event",
        [subscription],
    ).fetchall()
    pooled = "select id from outbox where state = 'pooled' and subscription = ?"
    db.execute(
        f"delete from outbox_events where delivery in ({pooled})",  # noqa: S608 - our own text
        [subscription],
    )
    db.execute(
        "delete from outbox where state = 'pooled' and subscription = ?", [subscription]
    )
    return [int(row[0]) for row in rows]


def pool_to_news(db: Database, subscription: str, *, channel: str) -> None:
    """Have what a sync under way found for a digest told when that sync ends."""
    db.execute(
        "update outbox set kind = 'news', channel = ? "
        "where subscription = ? and kind = 'pool' and state = 'held'",
        [channel, subscription],
    )


def try_now(db: Database, channel: str, *, now: datetime) -> None:
    """Let what is paused in a channel be tried without waiting any longer."""
    db.execute(
        "update outbox set not_before = ? where channel = ? and state = 'paused'",
        [to_text(now), channel],
    )


def events_of(db: Database, delivery: str) -> list[tuple[int, str]]:
    """List what *delivery* tells, oldest first: event ids and their JSON."""
    rows = db.execute(
        "select e.id, e.payload from outbox_events o join events e on e.id = o.event "
        "where o.delivery = ? order by e.id",
        [delivery],
    ).fetchall()
    return [(int(key), str(payload)) for key, payload in rows]


def doubt_unfinished(db: Database, *, now: datetime) -> int:
    """Note, in a copy made at *now*, that whatever is not done may be posted by then.

    The original goes on, so each of them is searched for before it is posted from the
    copy. Returns how many there are.
    """
    cursor = db.execute(
        "update outbox set asked = max(asked, 1), tried_at = coalesce(tried_at, :now), "
        "state = iif(state = 'sending', 'waiting', state), lease_until = null "
        "where state in ('held', 'gathered', 'pooled', 'waiting', 'sending', 'paused')",
        {"now": to_text(now)},
    )
    return int(cursor.rowcount)


def count_doubted(db: Database) -> int:
    """Count the unfinished deliveries that may be posted."""
    row = db.execute(
        "select count(*) from outbox "
        "where asked > 0 and state in "
        "('held', 'gathered', 'waiting', 'paused', 'uncertain')"
    ).fetchone()
    return int(row[0])


def last_error(db: Database, delivery: str) -> str | None:
    """Tell why *delivery* was put back or paused the last time."""
    row = db.execute("select error from outbox where id = ?", [delivery]).fetchone()
    return None if row is None else row[0]


def is_due(db: Database, *, now: datetime) -> bool:
    """Tell, by reading alone, whether there may be something to claim."""
    row = db.execute(
        "select 1 from outbox "
        "where (state in ('waiting', 'paused', 'uncertain') and not_before <= :now) "
        "or (state = 'sending' and lease_until <= :now) limit 1",
        {"now": to_text(now)},
    ).fetchone()
    return row is not None


def waiting_since(db: Database, *, now: datetime) -> datetime | None:
    """Tell since when the oldest delivery waits that is not told to wait.

    What waits for a closed channel waits for a person.
    """
    row = db.execute(
        "select min(created_at) from outbox "
        "where state in ('waiting', 'sending') and not_before <= ? "
        "and channel not in (select channel from closures)",
        [to_text(now)],
    ).fetchone()
    return to_moment(row[0]) if row[0] else None


def counts(db: Database) -> dict[str, int]:
    """Count the deliveries in each state."""
    rows = db.execute("select state, count(*) from outbox group by state").fetchall()
    return {str(state): int(number) for state, number in rows}

"""What became of each delivery: for people who look into it, and for tidying up."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.moments import to_moment

_FIND = """
    select o.id, o.channel, o.kind, o.state, o.created_at, o.posted_at, o.message_ts,
        o.parent, o.attempts, o.not_before, o.error,
        (
            select json_group_array(e.event)
            from outbox_events e where e.delivery = o.id
        )
    from outbox o
    where (:state is null or o.state = :state)
        and (:channel is null or o.channel = :channel)
    order by o.seq desc limit :limit
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it stands; *events* are the ids of what it tells, oldest first.

    *state* is one of the states of `storage.outbox`; *error* is why it was put back,
    paused, set aside or given up the last time.
    """

    id: str
    channel: str
    kind: str
    state: str
    created_at: datetime
    posted_at: datetime | None
    message_ts: str | None
    parent: str | None
    attempts: int
    not_before: datetime
    error: str | None
    events: tuple[int, ...]


def find(
    db: Database,
    *,
    state: str | None = None,
    channel: str | None = None,
    limit: int | None = None,
) -> list[Delivery]:
    """Read deliveries, newest first; ``None`` means any, and every one."""
    rows = db.execute(
        _FIND,
        {"state": state, "channel": channel, "limit": -1 if limit is None else limit},
    )
    return [_read(row) for row in rows.fetchall()]


def count_in(db: Database, states: Sequence[str]) -> dict[str, int]:
    """Count the deliveries in any of *states* by channel, the most first."""
    rows = db.execute(
        "select channel, count(*) from outbox "
        "where state in (select value from json_each(?)) "
        "group by channel order by count(*) desc, channel",
        [json.dumps(list(states))],
    )
    return dict(rows.fetchall())


def telling(db: Database, events: Sequence[int]) -> dict[int, list[str]]:
    """Tell by which deliveries each of *events* is told, by event id."""
    found: dict[int, list[str]] = {event: [] for event in events}
    rows = db.execute(
        "select e.event, e.delivery from outbox_events e "
        "join outbox o on o.id = e.delivery "
        "where e.event in (select value from json_each(?)) order by o.seq",
        [json.dumps(list(events))],
    )
    for event, delivery in rows.fetchall():
        found[event].append(delivery)
    return found


def _read(row: tuple[Any, ...]) -> Delivery:
    key, channel, kind, state, created, posted, ts, parent, attempts, *rest = row
    not_before, error, events = rest
    return Delivery(
        id=key,
        channel=channel,
        kind=kind,
        state=state,
        created_at=to_moment(created),
        posted_at=None if posted is None else to_moment(posted),
        message_ts=ts,
        parent=parent,
        attempts=attempts,
        not_before=to_moment(not_before),
        error=error,
        events=tuple(sorted(json.loads(events))),
    )

"""Who wants to hear which events, where and when."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal

from sqlite_utils import Database

from storage.moments import to_moment, to_text
from storage.wishes import ANY, USUAL, Attach, Filters, Follow, Manner, Wish

__all__ = [
    "ANY",
    "USUAL",
    "Attach",
    "Filters",
    "Follow",
    "Manner",
    "Subscription",
    "Wish",
    "active",
    "digest_told",
    "edit",
    "find",
    "follow_of",
    "keep_figures",
    "last_figures",
    "last_posts",
    "make",
    "put_configured",
    "same",
    "scheduled",
    "stop",
    "wanting",
]

Source = Literal["config", "slack"]
_COLUMNS = (
    "id, channel, events, connections, cron, filters, source, made_by, created_at, "
    "last_digest_at, follow, even_if_empty, attach"
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish that is kept.

    *source* says who keeps it: the configuration file, or Slack, where *made_by* is
    the id of the person.
    """

    id: str
    wish: Wish
    source: Source
    created_at: datetime
    last_digest_at: datetime | None
    made_by: str | None = None


def put_configured(db: Database, wishes: Iterable[Wish], *, now: datetime) -> None:
    """Make the subscriptions of the configuration file exactly *wishes*.

    Those gone from the file become inactive; what was already planned for them still
    goes out. One that comes back begins anew and hears nothing of the time between.
    """
    wanted = {wish.id: wish for wish in wishes}
    kept = {each.id: each.wish.manner for each in active(db) if each.source == "config"}
    for gone in kept.keys() - wanted.keys():
        db.execute("update subscriptions set active = 0 where id = ?", [gone])
    for key, wish in wanted.items():
        if key not in kept:
            _make_room(db, wish, now=now)
            _put(db, key, wish, source="config", now=now)
        elif kept[key] != wish.manner:
            _set_manner(db, key, wish.manner)


def make(db: Database, wish: Wish, *, by: str, now: datetime) -> bool:
    """Keep a wish of the person *by*; False when it is kept already, by whomever.

    One that is kept from Slack takes the manner that is asked for now.
    """
    kept = same(db, wish)
    if kept is None:
        taken = find(db, wish.id) is not None
        key = _other_name(wish.id, to_text(now)) if taken else wish.id
        _put(db, key, wish, now=now, by=by)
        return True
    if kept.source == "slack" and kept.wish.manner != wish.manner:
        _set_manner(db, kept.id, wish.manner)
    return False


def same(db: Database, wish: Wish) -> Subscription | None:
    """Find what is kept of *wish*, in whatever manner it is told."""
    return next((each for each in active(db) if each.wish.id == wish.id), None)


def edit(db: Database, subscription: str, wish: Wish, *, now: datetime) -> bool:
    """Change a subscription made in Slack; False when there is none in force.

    What already waits for its next digest stays in it.
    """
    kept = find(db, subscription)
    if kept is None or kept.source != "slack":
        return False
    _set_manner(db, subscription, wish.manner)
    if kept.wish.id != wish.id:
        db.execute(
            "update subscriptions set channel = ?, events = ?, connections = ?, "
            "cron = ?, filters = ?, last_digest_at = ?, last_figures = null "
            "where id = ?",
            [*_asked(wish), to_text(now), subscription],
        )
    return True


def stop(db: Database, subscription: str) -> bool:
    """End a subscription made in Slack; False when there is none in force.

    What waited for its next digest is not told; what already goes out still does.
    """
    cursor = db.execute(
        "update subscriptions set active = 0 "
        "where id = ? and source = 'slack' and active = 1",
        [subscription],
    )
    if cursor.rowcount < 1:
        return False
    pools = (
        "select id from outbox where subscription = ? and kind = 'pool' "
        "and state in ('held', 'pooled')"
    )
    db.execute(
        f"delete from outbox_events where delivery in ({pools})",  # noqa: S608 - our own text
        [subscription],
    )
    db.execute(f"delete from outbox where id in ({pools})", [subscription])  # noqa: S608 - our own text
    return True


def _put(  # noqa: PLR0913 - a row, by its parts
    db: Database,
    key: str,
    wish: Wish,
    *,
    now: datetime,
    source: Source = "slack",
    by: str | None = None,
) -> None:
    db.execute(
        "insert or replace into subscriptions (id, channel, events, connections, "
        "cron, filters, source, made_by, active, created_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
        [key, *_asked(wish), source, by, to_text(now)],
    )
    _set_manner(db, key, wish.manner)


def _asked(wish: Wish) -> list[str | None]:
    """Write what is told where and when, in the order of the columns."""
    return [
        wish.channel,
        json.dumps(sorted(wish.events)),
        None if wish.connections is None else json.dumps(sorted(wish.connections)),
        wish.cron,
        None if wish.filters == ANY else wish.filters.to_json(),
    ]


def _set_manner(db: Database, key: str, manner: Manner) -> None:
    db.execute(
        "update subscriptions set follow = ?, even_if_empty = ?, attach = ? "
        "where id = ?",
        [manner.follow, int(manner.even_if_empty), manner.attach, key],
    )


def _other_name(*parts: str) -> str:
    return blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()


def _make_room(db: Database, wish: Wish, *, now: datetime) -> None:
    """See that nothing made in Slack has the name or asks for the same as *wish*.

    What was edited kept its name, which may be this one; it gets another. What asks for
    the same under another name ends, and what waits for it waits for *wish*.
    """
    named, equal = find(db, wish.id), same(db, wish)
    if named is not None and named.wish.id != wish.id:
        name = _other_name(wish.id, to_text(now), "moved")
        db.execute("update subscriptions set id = ? where id = ?", [name, named.id])
        _hand_over(db, named.id, name)
    if equal is not None and equal.id != wish.id:
        db.execute("update subscriptions set active = 0 where id = ?", [equal.id])
        _hand_over(db, equal.id, wish.id)


def _hand_over(db: Database, old: str, new: str) -> None:
    db.execute("update outbox set subscription = ? where subscription = ?", [new, old])


def active(db: Database) -> list[Subscription]:
    """List every subscription in force, in a fixed order."""
    rows = db.execute(
        f"select {_COLUMNS} from subscriptions where active = 1 order by created_at, id"  # noqa: S608 - our own column names
    )
    return [_read(row) for row in rows.fetchall()]


def wanting(db: Database, kind: str, connection: str) -> list[Subscription]:
    """List those that want an event of *kind* at *connection*, now or in a digest.

    Their filters are still to be held against the event.
    """
    return [each for each in active(db) if each.wish.wants(kind, connection)]


def scheduled(db: Database) -> list[Subscription]:
    """List those that want a digest."""
    return [each for each in active(db) if each.wish.cron is not None]


def find(db: Database, key: str) -> Subscription | None:
    """Read one subscription in force."""
    return next((each for each in active(db) if each.id == key), None)


def follow_of(db: Database, key: str | None) -> Follow:
    """Tell how changes are followed for a subscription, in force or ended."""
    row = db.execute("select follow from subscriptions where id = ?", [key]).fetchone()
    return USUAL.follow if row is None else row[0]


def last_posts(db: Database) -> dict[str, datetime]:
    """Tell when each subscription's last message was posted, by its id.

    One that was told in the same message as another's has it under that one's id.
    """
    rows = db.execute(
        "select subscription, max(posted_at) from outbox "
        "where state = 'done' and subscription is not null group by subscription"
    )
    return {str(key): to_moment(at) for key, at in rows.fetchall() if at}


def digest_told(db: Database, subscription: str, *, at: datetime) -> None:
    """Remember that the digests up to *at* are done with."""
    db.execute(
        "update subscriptions set last_digest_at = ? where id = ?",
        [to_text(at), subscription],
    )


def last_figures(db: Database, subscription: str) -> dict[str, Any] | None:
    """Read what was kept of the last digest's figures."""
    [kept] = db.execute(
        "select last_figures from subscriptions where id = ?", [subscription]
    ).fetchone()
    return None if kept is None else json.loads(kept)


def keep_figures(db: Database, subscription: str, figures: Mapping[str, Any]) -> None:
    """Keep a digest's figures, for the next one to compare with."""
    db.execute(
        "update subscriptions set last_figures = ? where id = ?",
        [json.dumps(dict(figures)), subscription],
    )


@lru_cache(maxsize=1024)
def _read(row: tuple[Any, ...]) -> Subscription:
    """Make a subscription of its row; the same few rows are read for every event."""
    key, channel, events, connections, cron, filters, source, by, *rest = row
    created_at, last_digest_at, follow, even_if_empty, attach = rest
    return Subscription(
        id=key,
        wish=Wish(
            channel=channel,
            events=tuple(json.loads(events)),
            connections=None if connections is None else tuple(json.loads(connections)),
            cron=cron,
            filters=ANY if filters is None else Filters.from_json(filters),
            manner=Manner(follow, bool(even_if_empty), attach),
        ),
        source=source,
        created_at=to_moment(created_at),
        last_digest_at=None if last_digest_at is None else to_moment(last_digest_at),
        made_by=by,
    )

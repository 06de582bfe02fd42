"""Who wants to hear which events, where and when."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlite_utils import Database

from storage.moments import to_moment, to_text

_COLUMNS = "id, channel, events, connections, cron, source, created_at, last_digest_at"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription asks for.

    *connections* is ``None`` for all of them; *cron* is ``None`` for "at once".
    """

    channel: str
    events: tuple[str, ...]
    connections: tuple[str, ...] | None = None
    cron: str | None = None

    @property
    def id(self) -> str:
        """Name it by its content: the same wish is the same subscription for ever."""
        connections = self.connections
        content = [
            self.channel,
            sorted(self.events),
            None if connections is None else sorted(connections),
            self.cron,
        ]
        return blake2b(json.dumps(content).encode(), digest_size=8).hexdigest()

    def wants(self, kind: str, connection: str) -> bool:
        """Tell whether an event of *kind* at *connection* is asked for."""
        return kind in self.events and self.covers(connection)

    def covers(self, connection: str) -> bool:
        """Tell whether *connection* is among those asked for."""
        return self.connections is None or connection in self.connections


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish that is kept; *source* says who keeps it ("config": the file)."""

    id: str
    wish: Wish
    source: str
    created_at: datetime
    last_digest_at: datetime | None


def put_configured(db: Database, wishes: Iterable[Wish], *, now: datetime) -> None:
    """Make the subscriptions of the configuration file exactly *wishes*.

    Those gone from the file become inactive; what was already planned for them still
    goes out. One that comes back begins anew and hears nothing of the time between.
    """
    wanted = {wish.id: wish for wish in wishes}
    active = _ids(db, "source = 'config' and active = 1")
    for gone in active - wanted.keys():
        db.execute("update subscriptions set active = 0 where id = ?", [gone])
    for new in wanted.keys() - active:
        _put(db, wanted[new], source="config", now=now)


def _put(db: Database, wish: Wish, *, source: str, now: datetime) -> None:
    db.execute(
        "insert or replace into subscriptions "
        "(id, channel, events, connections, cron, source, active, created_at) "
        "values (?, ?, ?, ?, ?, ?, 1, ?)",
        [
            wish.id,
            wish.channel,
            json.dumps(sorted(wish.events)),
            None if wish.connections is None else json.dumps(sorted(wish.connections)),
            wish.cron,
            source,
            to_text(now),
        ],
    )


def active(db: Database) -> list[Subscription]:
    """List every subscription in force, in a fixed order."""
    rows = db.execute(
        f"select {_COLUMNS} from subscriptions where active = 1 order by created_at, id"  # noqa: S608 - our own column names
    )
    return [_read(row) for row in rows.fetchall()]


def wanting(db: Database, kind: str, connection: str) -> list[Subscription]:
    """List those that want an event of *kind* at *connection*, now or in a digest."""
    return [each for each in active(db) if each.wish.wants(kind, connection)]


def scheduled(db: Database) -> list[Subscription]:
    """List those that want a digest."""
    return [each for each in active(db) if each.wish.cron is not None]


def find(db: Database, key: str) -> Subscription | None:
    """Read one subscription in force."""
    return next((each for each in active(db) if each.id == key), None)


def digest_told(db: Database, subscription: str, *, at: datetime) -> None:
    """Remember that the digests up to *at* are done with."""
    db.execute(
        "update subscriptions set last_digest_at = ? where id = ?",
        [to_text(at), subscription],
    )


def _ids(db: Database, where: str) -> set[str]:
    rows = db.execute(f"select id from subscriptions where {where}").fetchall()  # noqa: S608 - our own text
    return {str(row[0]) for row in rows}


def _read(row: tuple[Any, ...]) -> Subscription:
    key, channel, events, connections, cron, source, created_at, last_digest_at = row
    return Subscription(
        id=key,
        wish=Wish(
            channel=channel,
            events=tuple(json.loads(events)),
            connections=None if connections is None else tuple(json.loads(connections)),
            cron=cron,
        ),
        source=source,
        created_at=to_moment(created_at),
        last_digest_at=None if last_digest_at is None else to_moment(last_digest_at),
    )

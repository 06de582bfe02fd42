"""From events to deliveries: inside the sync's own transactions, held until it ends.

Who hears of an event is decided here, when it is stored; a subscription made later
hears nothing of it. Two subscriptions of one channel that both want an event at once
get one message, which reaches both.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlite_utils import Database

from bot.flows import living
from bot.flows.matching import wants
from bot.tracking.digest import split
from bot.tracking.events import (
    Baseline,
    DocumentEvent,
    InvoiceEvent,
    Trouble,
    event_kind,
    from_json,
)
from storage import cursors, outbox, subscriptions
from storage.outbox import Planned, delivery_id
from storage.subscriptions import Subscription

log = structlog.get_logger(__name__)

#: How long a first reading waits for those of the other connections, so that a channel
#: gets one message about them all.
BASELINE_PATIENCE = timedelta(minutes=2)


class News:
    """Plans deliveries. Its methods run inside a transaction of the caller's.

    *connections* are the configured ones, whose first readings are told together.
    """

    def __init__(
        self, *, connections: Sequence[str], now: Callable[[], datetime]
    ) -> None:
        self._connections = tuple(connections)
        self._now = now

    def plan_event(self, db: Database, event_id: int, event: InvoiceEvent) -> None:
        """Add a stored event to the deliveries of everybody who wants it."""
        match event:
            case Baseline():
                self._plan_baseline(db, event_id, event)
            case Trouble():
                self._plan_trouble(db, event_id, event)
            case _:
                self._plan_document(db, event_id, event)

    def release(self, db: Database, connection: str, batch: int) -> None:
        """Let go what was held for *connection*: its sync reached the end."""
        for each in outbox.held(db, connection=connection, kind="news"):
            living.spread(db, each, connection, now=self._now())
        for each in outbox.held(db, connection=connection):
            outbox.release(db, each.id)
            log.info(
                "delivery planned",
                delivery=each.id,
                channel=each.channel,
                kind=each.kind,
                connection=connection,
                batch=batch,
            )
            if each.kind == "news":
                plan_rest(db, each.id, channel=each.channel, now=self._now())
        self.release_baselines(db)

    def release_baselines(self, db: Database) -> None:
        """Let the first readings go, once every connection of the channel was tried."""
        tried = {
            each.name
            for each in cursors.state(db)
            if each.baseline_at is not None or each.failures > 0
        }
        for each in outbox.held(db, kind="baseline"):
            expected = self._expected(db, each.channel)
            old = each.created_at <= self._now() - BASELINE_PATIENCE
            if old or expected <= tried:
                outbox.release(db, each.id)
                log.info(
                    "delivery planned",
                    delivery=each.id,
                    channel=each.channel,
                    kind="baseline",
                )

    def _plan_document(self, db: Database, event_id: int, event: DocumentEvent) -> None:
        """Hold the event for each channel that wants it now, and each digest."""
        if not living.hear(db, event, now=self._now()):
            return
        wanting = subscriptions.wanting(db, event_kind(event), event.connection)
        told: set[str] = set()
        for each in wanting:
            if not wants(db, each.wish, event):
                continue
            channel = each.wish.channel
            if each.wish.cron is not None:
                self._hold(db, event_id, event.connection, each, kind="pool")
            elif channel not in told:
                told.add(channel)
                self._hold(db, event_id, event.connection, each, kind="news")

    def _hold(
        self,
        db: Database,
        event_id: int,
        connection: str,
        subscription: Subscription,
        *,
        kind: outbox.Kind,
    ) -> None:
        """Add an event to what its subscription is told of this sync."""
        held = outbox.find_held(
            db, kind=kind, subscription=subscription.id, connection=connection
        )
        if held is not None:
            outbox.add_event(db, held, event_id)
            return
        batch = cursors.standing(db, connection).batch
        outbox.put(
            db,
            Planned(
                # The first event is part of the name: what a sync finds after its
                # batch was let go is another delivery, not a part of the one that left.
                id=outbox.name(db, kind, subscription.id, connection, batch, event_id),
                channel=subscription.wish.channel,
                kind=kind,
                subscription=subscription.id,
                connection=connection,
                batch=batch,
            ),
            now=self._now(),
            state="held",
            events=[event_id],
        )

    def _plan_trouble(self, db: Database, event_id: int, event: Trouble) -> None:
        """Tell trouble at once: it is not part of any sync's news."""
        told: set[str] = set()
        for each in subscriptions.wanting(db, "trouble", event.connection):
            channel = each.wish.channel
            pool = each.wish.cron is not None
            if channel in told and not pool:
                continue
            kind: outbox.Kind = "pool" if pool else "trouble"
            if not pool:
                told.add(channel)
            planned = Planned(
                id=outbox.name(db, kind, each.id, event.connection, event_id),
                channel=channel,
                kind=kind,
                subscription=each.id,
            )
            outbox.put(
                db,
                planned,
                now=self._now(),
                state="pooled" if pool else "waiting",
                events=[event_id],
            )
            log.info(
                "delivery planned", delivery=planned.id, channel=channel, kind=kind
            )

    def _plan_baseline(self, db: Database, event_id: int, event: Baseline) -> None:
        """Hold the first reading for every subscribed channel that covers it."""
        channels = {
            each.wish.channel
            for each in subscriptions.active(db)
            if each.wish.covers(event.connection)
        }
        for channel in sorted(channels):
            held = outbox.find_held(db, kind="baseline", channel=channel)
            if held is not None:
                outbox.add_event(db, held, event_id)
                continue
            outbox.put(
                db,
                Planned(
                    id=outbox.name(db, "baseline", channel, event_id),
                    channel=channel,
                    kind="baseline",
                ),
                now=self._now(),
                state="held",
                events=[event_id],
            )

    def _expected(self, db: Database, channel: str) -> set[str]:
        """List the connections that the subscriptions of *channel* cover."""
        wishes = [
            each.wish
            for each in subscriptions.active(db)
            if each.wish.channel == channel
        ]
        return {
            name
            for name in self._connections
            if any(wish.covers(name) for wish in wishes)
        }


def plan_rest(db: Database, delivery: str, *, channel: str, now: datetime) -> None:
    """Plan the replies in the thread of a delivery that tells more than fits."""
    stored = outbox.events_of(db, delivery)
    parts = split([from_json(payload) for _, payload in stored]).rest
    for number, positions in enumerate(parts, 1):
        planned = Planned(
            id=delivery_id("rest", delivery, number),
            channel=channel,
            kind="rest",
            parent=delivery,
            payload={"part": number, "parts": len(parts)},
        )
        outbox.put(db, planned, now=now, events=[stored[at][0] for at in positions])
        log.info(
            "delivery planned",
            delivery=planned.id,
            channel=channel,
            kind="rest",
            parent=delivery,
        )

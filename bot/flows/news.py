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
from storage import budget as budgets
from storage import cursors, outbox, subscriptions
from storage.outbox import Held, Planned, delivery_id
from storage.subscriptions import Subscription

log = structlog.get_logger(__name__)

#: How long a first reading waits for those of the other connections, so that a channel
#: gets one message about them all.
BASELINE_PATIENCE = timedelta(minutes=2)
#: The time that a channel's budget of messages is for.
BUDGET_SPAN = timedelta(hours=1)


class News:
    """Plans deliveries. Its methods run inside a transaction of the caller's.

    *connections* are the configured ones, whose first readings are told together.
    *budget* is how many messages an hour a channel gets; news beyond it is gathered
    into one message until there is room, ``None`` is no end of them.
    """

    def __init__(
        self,
        *,
        connections: Sequence[str],
        now: Callable[[], datetime],
        budget: int | None = None,
    ) -> None:
        self._connections = tuple(connections)
        self._now = now
        self.budget = budget

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
        self.release_gathered(db)
        for each in outbox.held(db, connection=connection, kind="news"):
            if living.spread(db, each, connection, now=self._now()):
                self._tell(db, each)
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
        self.release_baselines(db)

    def _tell(self, db: Database, news: Held) -> None:
        """Let news go out, or gather it where the channel has had enough."""
        if self._has_room(db, news.channel):
            outbox.release(db, news.id)
            self._settle(db, news)
            return
        into = budgets.gather(db, news.id)
        log.info(
            "delivery gathered",
            delivery=news.id,
            channel=news.channel,
            gathered_in=into,
            budget=self.budget,
        )

    def may_release(self, db: Database) -> bool:
        """Tell, by reading alone, whether there is room for anything gathered."""
        return any(self._has_room(db, each.channel) for each in budgets.gathered(db))

    def release_gathered(self, db: Database) -> None:
        """Let go what was gathered for channels that have room again."""
        for each in budgets.gathered(db):
            if not self._has_room(db, each.channel):
                continue
            budgets.let_go(db, each.id, payload={"gathered": self.budget})
            self._settle(db, each)

    def _settle(self, db: Database, news: Held) -> None:
        log.info(
            "delivery planned", delivery=news.id, channel=news.channel, kind="news"
        )
        living.keep_notice(db, news)
        plan_rest(db, news.id, channel=news.channel, now=self._now())

    def _has_room(self, db: Database, channel: str) -> bool:
        if self.budget is None:
            return True
        since = self._now() - BUDGET_SPAN
        return budgets.messages(db, channel, since=since) < self.budget

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

"""A database with subscriptions, a clock to turn, and events as a sync plans them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slack_sdk.web.async_client import AsyncWebClient
from sqlite_utils import Database

from bot.flows.access import Barrier
from bot.flows.deliver import LEASE, Deliverer, MakeFile, MayPost, no_file
from bot.flows.news import News
from bot.flows.privacy import Privacy
from bot.tracking.events import InvoiceEvent, event_kind, to_json
from storage import cursors, events, subscriptions
from storage.moments import to_text
from storage.store import Store
from storage.subscriptions import Wish

START = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
ALL = ("issued", "amended", "payment", "due_soon", "overdue", "withdrawn", "trouble")


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Newsroom:
    """What stands around the flows under test."""

    def __init__(self, store: Store, connections: Sequence[str] = ("i3d",)) -> None:
        self.store = store
        self.clock = Clock()
        self.news = News(connections=connections, now=self.clock)
        self.connections = connections
        self.refusal: Barrier | None = None
        self.privacy: Privacy | None = None
        self._events = 0

    async def open(self, *wishes: Wish) -> None:
        """Subscribe, with every connection known."""
        await self.store.run(subscriptions.put_configured, wishes, now=self.clock())
        for name in self.connections:
            await self.store.run(
                cursors.attempted, name, provider="i3dnet", now=self.clock()
            )

    def append(self, db: Database, event: InvoiceEvent) -> None:
        """Store an event and plan it, as a sync does in its page's transaction."""
        self._events += 1
        stored = events.append(
            db,
            kind=event_kind(event),
            connection=event.connection,
            invoice_key=None,
            run=1,
            once_key=f"event {self._events}",
            happened_at=self.clock(),
            payload=to_json(event),
        )
        assert stored is not None
        self.news.plan_event(db, stored, event)

    async def happen(self, *happened: InvoiceEvent, connection: str = "i3d") -> None:
        """Let a sync find *happened*, and end well."""

        def page(db: Database) -> None:
            for event in happened:
                self.append(db, event)

        await self.store.run(page)
        await self.end_sync(connection)

    async def end_sync(self, connection: str = "i3d") -> None:
        def end(db: Database) -> None:
            batch = cursors.standing(db, connection).batch
            db.execute(
                "update connections set batch = batch + 1, baseline_at = ? "
                "where name = ?",
                [to_text(self.clock()), connection],
            )
            self.news.release(db, connection, batch)

        await self.store.run(end)

    def deliverer(
        self,
        client: AsyncWebClient,
        *,
        lease: timedelta = LEASE,
        may_post: MayPost | None = None,
        make_file: MakeFile = no_file,
        count: Callable[[str], None] = lambda _: None,
    ) -> Deliverer:
        async def as_said(_channel: str) -> Barrier | None:
            return self.refusal

        return Deliverer(
            store=self.store,
            client=client,
            news=self.news,
            may_post=may_post or as_said,
            now=self.clock,
            today=lambda: date(2025, 11, 21),
            zone=ZoneInfo("Europe/Amsterdam"),
            labels={"i3d": "i3D.net", "swo": "SoftwareOne"},
            make_file=make_file,
            count=count,
            lease=lease,
            privacy=self.privacy,
        )

    async def deliver_all(self, deliverer: Deliverer, *, rounds: int = 30) -> None:
        """Turn the clock a second at a time until nothing is left to do."""
        for _ in range(rounds):
            await deliverer.deliver_ready()
            self.clock.turn(1.1)

"""Saving and forgetting, also when the database takes nothing for a while."""

import asyncio
from datetime import timedelta

from sqlite_utils import Database
from structlog.testing import capture_logs

from bot.flows.housekeeping import keep_house, tidy
from bot.flows.repeats import Repeats
from storage import deliveries
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, serving
from tests.bot.tracking.made import issued

KEEP = timedelta(days=90)


async def test_a_delivery_is_forgotten_after_its_time_and_never_told_again(
    store: Store,
) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    slack = SlackStandIn()
    async with serving(slack) as client:
        worker = room.deliverer(client)
        await room.happen(*[issued(id=str(n), number=f"N{n}") for n in range(30)])
        await room.deliver_all(worker, rounds=5)
        room.clock.turn(89 * 86_400)
        assert await tidy(store, keep=KEEP, now=room.clock()) == 0
        room.clock.turn(2 * 86_400)
        assert await tidy(store, keep=KEEP, now=room.clock()) == 2
        await room.end_sync()
        await room.deliver_all(worker, rounds=3)
    assert store.read(deliveries.find) == []
    assert len(slack.messages) == 2, "a message and the rest in its thread"


async def test_a_full_disk_is_said_once_and_nothing_is_lost(store: Store) -> None:
    def limit(db: Database, pages: int) -> None:
        db.conn.execute(f"pragma max_page_count = {pages}")

    await store.run(limit, store.read(_pages))
    room = Newsroom(store)
    repeats = Repeats(store=store)
    for number in range(2000):
        assert repeats.first_time(f"v0={number:0>64}")
    with capture_logs() as logs:
        work = keep_house(
            store=store, repeats=repeats, keep=KEEP, now=room.clock, pause=0.005
        )
        keeping = asyncio.create_task(work)
        await asyncio.sleep(0.1)
        (said,) = logs
        assert said["event"] == "housekeeping waits"
        assert "full" in said["cause"]
        await store.run(limit, 100_000)
        await asyncio.sleep(0.1)
        keeping.cancel()
    again = Repeats(store=store)
    again.load(now=room.clock())
    assert not any(again.first_time(f"v0={number:0>64}") for number in range(2000))


def _pages(db: Database) -> int:
    return int(db.execute("pragma page_count").fetchone()[0])

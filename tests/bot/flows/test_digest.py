from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.flows.digest import plan_digest, plan_digests
from bot.jobs import next_run_in
from bot.tracking.events import Trouble
from storage import outbox, subscriptions
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, serving
from tests.bot.tracking.made import issued, overdue, payment

AMSTERDAM = next_run_in(ZoneInfo("Europe/Amsterdam"))
MORNINGS = Wish(channel="C1", events=ALL, cron="0 9 * * mon-fri")


async def newsroom(store: Store, *wishes: Wish) -> Newsroom:
    """Open one on Friday 21 November 2025 at 10:00 in Amsterdam."""
    room = Newsroom(store)
    await room.open(*(wishes or (MORNINGS,)))
    return room


async def tick(room: Newsroom) -> int:
    return await plan_digests(room.store, now=room.clock(), next_run=AMSTERDAM)


async def posted(room: Newsroom) -> list[str]:
    slack = SlackStandIn()
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=5)
    return [text.splitlines()[0] for text in slack.texts("C1")]


async def test_a_digest_waits_for_its_time_and_comes_once(store: Store) -> None:
    room = await newsroom(store)
    await room.happen(issued(id="1"))
    room.clock.at = datetime(2025, 11, 24, 7, 59, 59, tzinfo=UTC)
    assert await tick(room) == 0
    assert await posted(room) == []
    room.clock.at = datetime(2025, 11, 24, 8, 0, tzinfo=UTC)
    assert [await tick(room), await tick(room)] == [1, 0]
    assert await posted(room) == ["Digest: 1 new"]


async def test_overdue_comes_first(store: Store) -> None:
    room = await newsroom(store)
    await room.happen(payment("2", "1", id="3"), issued(id="1"), overdue(id="2"))
    room.clock.turn(4 * 86_400)
    await tick(room)
    assert await posted(room) == ["Digest: 1 overdue, 1 new, 1 payment"]


async def test_a_week_away_is_one_digest_not_five(store: Store) -> None:
    room = await newsroom(store)
    await room.happen(issued(id="1"))
    await room.happen(issued(id="2"))
    room.clock.turn(7 * 86_400)
    assert [await tick(room), await tick(room)] == [1, 0]
    assert await posted(room) == ["Digest: 2 new"]
    await room.happen(issued(id="3"))
    room.clock.turn(3 * 86_400)
    assert await tick(room) == 1
    assert await posted(room) == ["Digest: 1 new"]


async def test_nothing_to_say_is_not_said(store: Store) -> None:
    room = await newsroom(store)
    room.clock.turn(4 * 86_400)
    assert await tick(room) == 0
    assert store.read(outbox.counts) == {}
    # The time has passed all the same: what comes now waits for the next one.
    await room.happen(issued())
    assert await tick(room) == 0


async def test_news_of_an_unfinished_sync_waits_for_the_next_digest(
    store: Store,
) -> None:
    room = await newsroom(store)
    await store.run(room.append, issued(id="1"))
    room.clock.turn(4 * 86_400)
    assert await tick(room) == 0
    await room.end_sync()
    room.clock.turn(86_400)
    assert await tick(room) == 1
    assert await posted(room) == ["Digest: 1 new"]


async def test_one_window_is_planned_once_whoever_asks(store: Store) -> None:
    room = await newsroom(store)
    await room.happen(issued())
    [subscription] = store.read(subscriptions.scheduled)
    window = room.clock() + timedelta(hours=1)
    asked = [
        await store.run(plan_digest, subscription.id, window=window, now=window)
        for _ in range(2)
    ]
    assert asked == [True, False]
    assert store.read(outbox.counts) == {"waiting": 1}


async def test_at_once_and_digest_beside_each_other(store: Store) -> None:
    room = await newsroom(store, MORNINGS, Wish(channel="C1", events=("issued",)))
    await room.happen(issued(number="N1"))
    assert await posted(room) == [
        "New invoice N1, i3D.net: 121.00 EUR, due 3 Dec 2025, unpaid."
    ]
    room.clock.turn(4 * 86_400)
    await tick(room)
    assert await posted(room) == ["Digest: 1 new"]


async def test_trouble_is_part_of_a_digest(store: Store) -> None:
    room = await newsroom(store)
    await store.run(room.append, Trouble(connection="i3d", detail="answered 503"))
    room.clock.turn(4 * 86_400)
    await tick(room)
    assert await posted(room) == ["Digest: 1 connection in trouble or back"]


async def test_a_long_digest_goes_on_in_its_thread(store: Store) -> None:
    room = await newsroom(store)
    await room.happen(*(issued(id=str(n)) for n in range(12)))
    room.clock.turn(4 * 86_400)
    await tick(room)
    assert await posted(room) == ["Digest: 12 new", "The rest: 2 new"]

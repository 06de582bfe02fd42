import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest

from storage import deliveries, outbox
from storage.outbox import Claimed, Planned, delivery_id
from storage.store import Store

NOW = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=10)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def put(store: Store, *names: str, channel: str = "C1") -> None:
    for name in names:
        planned = Planned(id=name, channel=channel, kind="news")
        await store.run(outbox.put, planned, now=NOW)


async def put_reply(store: Store, name: str, *, parent: str) -> None:
    planned = Planned(id=name, channel="C1", kind="rest", parent=parent)
    await store.run(outbox.put, planned, now=NOW)


async def claim(store: Store, seconds: float = 0) -> list[Claimed]:
    return await store.run(outbox.claim, now=later(seconds), lease=LEASE)


async def names(store: Store, seconds: float = 0) -> list[str]:
    return [each.id for each in await claim(store, seconds)]


async def done(store: Store, name: str, seconds: float = 0, ts: str = "1.0") -> None:
    await store.run(outbox.done, name, ts=ts, now=later(seconds))


def test_a_name_depends_on_every_part_and_nothing_else() -> None:
    assert delivery_id("news", "s1", 1) == delivery_id("news", "s1", 1)
    parts = [("news", "s1", 1), ("news", "s1", 2), ("news", "s11"), ("news", "s1", "1")]
    assert len({delivery_id(*each) for each in parts}) == len(parts)


async def test_putting_twice_is_once(store: Store) -> None:
    planned = Planned(id="a", channel="C1", kind="news")
    asked = [await store.run(outbox.put, planned, now=NOW) for _ in range(2)]
    assert asked == [True, False]
    assert store.read(outbox.counts) == {"waiting": 1}


async def test_one_a_channel_in_order(store: Store) -> None:
    await put(store, "a", "b")
    await put(store, "c", channel="C2")
    assert await names(store) == ["a", "c"]
    assert await names(store) == [], "both channels are taken"
    await done(store, "a")
    assert await names(store, 0.9) == [], "a second has to lie between"
    assert await names(store, 1.1) == ["b"]


async def test_a_claim_lapses_and_says_that_it_may_be_posted(store: Store) -> None:
    await put(store, "a")
    [first] = await claim(store)
    assert await names(store, 9.9) == []
    [second] = await claim(store, 10)
    assert (first.may_be_posted, second.may_be_posted) == (False, True)
    assert second.tried_at == NOW


async def test_a_claim_that_is_renewed_does_not_lapse(store: Store) -> None:
    await put(store, "a")
    await claim(store)
    await store.run(outbox.renew, "a", attempt=1, lease_until=later(18))
    assert await names(store, 17) == []
    assert await names(store, 18) == ["a"]


async def test_a_claim_that_was_slept_through_changes_nothing(store: Store) -> None:
    await put(store, "a")
    await claim(store)
    [again] = await claim(store, 10)
    when = later(60)
    assert not await store.run(outbox.renew, "a", attempt=1, lease_until=when)
    for finish in (outbox.put_back, outbox.pause, outbox.park):
        assert not await store.run(
            finish, "a", attempt=1, not_before=when, error="too late"
        )
    assert not await store.run(outbox.give_up, "a", attempt=1, now=when, error="no")
    assert store.read(outbox.counts) == {"sending": 1}
    assert await names(store, 19.9) == [], "the second claim's lease is as it was"
    assert await store.run(outbox.renew, "a", attempt=again.attempts, lease_until=when)
    await done(store, "a", 20)
    assert not await store.run(
        outbox.renew, "a", attempt=again.attempts, lease_until=when
    )


@pytest.mark.parametrize("may_be_posted", [True, False])
async def test_put_back(store: Store, may_be_posted: bool) -> None:
    await put(store, "a", "b")
    await claim(store)
    await store.run(
        outbox.put_back,
        "a",
        attempt=1,
        not_before=later(5),
        error="busy",
        may_be_posted=may_be_posted,
    )
    assert await names(store, 4.9) == [], "what is behind waits too"
    [again] = await claim(store, 5)
    assert (again.id, again.may_be_posted) == ("a", may_be_posted)
    assert again.tried_at == (NOW if may_be_posted else later(5))


async def test_an_uncertain_one_lets_the_others_pass(store: Store) -> None:
    await put(store, "a", "b")
    await claim(store)
    await store.run(
        outbox.park, "a", attempt=1, not_before=later(600), error="missing_scope"
    )
    assert await names(store, 1) == ["b"]
    await done(store, "b", 1)
    [again] = await claim(store, 600)
    assert (again.id, again.may_be_posted) == ("a", True)


async def test_a_reply_waits_for_its_parents_ts(store: Store) -> None:
    await put(store, "a")
    await put_reply(store, "r", parent="a")
    assert await names(store) == ["a"]
    await done(store, "a", ts="17.5")
    [reply] = await claim(store, 2)
    assert (reply.id, reply.thread_ts) == ("r", "17.5")


async def test_replies_of_an_uncertain_parent_stand_in_nobodys_way(
    store: Store,
) -> None:
    await put(store, "a")
    await put_reply(store, "r", parent="a")
    await put(store, "b")
    await claim(store)
    await store.run(
        outbox.park, "a", attempt=1, not_before=later(600), error="missing_scope"
    )
    assert await names(store, 1) == ["b"]
    await done(store, "b", 1)
    assert await names(store, 600) == ["a"]
    await done(store, "a", 600, ts="6.0")
    assert await names(store, 602) == ["r"]


async def test_what_failed_takes_its_replies_along(store: Store) -> None:
    await put(store, "a")
    await put_reply(store, "r", parent="a")
    await claim(store)
    assert await store.run(outbox.give_up, "a", attempt=1, now=NOW, error="no") == ["r"]
    assert store.read(outbox.counts) == {"failed": 2}
    assert await names(store, 99) == []


async def test_the_last_message_of_ours_bounds_a_search(store: Store) -> None:
    await put(store, "a", "b")
    await put(store, "c", channel="C2")
    [first, _] = await claim(store)
    await done(store, "a", ts="17.5")
    [second] = await claim(store, 2)
    assert (first.after_ts, second.after_ts) == (None, "17.5")


async def test_held_is_not_claimed_until_released(store: Store) -> None:
    planned = Planned(id="a", channel="C1", kind="news", connection="i3d")
    await store.run(outbox.put, planned, now=NOW, state="held")
    assert await names(store) == []
    await store.run(outbox.release, "a")
    assert await names(store) == ["a"]
    await done(store, "a")
    await store.run(outbox.release, "a")
    assert store.read(outbox.counts) == {"done": 1}


async def test_a_pool_gives_its_events_once(store: Store) -> None:
    for name, events in (("p1", [3, 1]), ("p2", [2, 3])):
        planned = Planned(id=name, channel="C1", kind="pool", subscription="s")
        await store.run(outbox.put, planned, now=NOW, state="held", events=events)
        await store.run(outbox.release, name)
    assert await names(store) == [], "a pool is no message"
    assert await store.run(outbox.take_pool, "other") == []
    assert await store.run(outbox.take_pool, "s") == [1, 2, 3]
    assert await store.run(outbox.take_pool, "s") == []


async def test_whether_something_is_due_is_known_by_reading(store: Store) -> None:
    assert not store.read(outbox.is_due, now=NOW)
    await put(store, "a")
    assert store.read(outbox.is_due, now=NOW)
    await claim(store)
    assert not store.read(outbox.is_due, now=NOW)
    assert store.read(outbox.is_due, now=later(10))


# All channels together


async def test_a_second_has_so_many_messages_whoever_claims(store: Store) -> None:
    channels = [f"C{number}" for number in range(7)]
    for channel in channels:
        await put(store, f"{channel} a", f"{channel} b", channel=channel)
    other = Store(store.path)
    first = await names(store)
    assert (len(first), await names(other)) == (outbox.TOGETHER, [])
    await done(store, first[0], 0.5)
    assert await names(other, 0.6) == [], "what was just posted counts too"
    for name in first[1:]:
        await done(other, name, 0.6)
    second = await names(other, 1.55)
    assert second == ["C4 a"], "the others have had a message meanwhile"
    assert set(await names(store, 1.7)) == {"C5 a", "C6 a", "C0 b"}
    other.close()


async def test_a_long_queue_leaves_room_for_the_others(store: Store) -> None:
    busy = [f"C{number}" for number in range(outbox.TOGETHER)]
    for channel in busy:
        await put(store, *(f"{channel} {n}" for n in range(9)), channel=channel)
    await put(store, "late", channel="C9")
    told: list[str] = []
    for second in range(2):
        claimed = await names(store, second * 1.1)
        told += claimed
        for name in claimed:
            await done(store, name, second * 1.1)
    assert "late" in told


async def test_who_waited_for_the_database_sees_what_was_posted_meanwhile(
    store: Store,
) -> None:
    await put(store, "a", "b")
    assert await names(store, 5) == ["a"]
    await done(store, "a", 5.2)
    assert await names(store, 5.1) == [], "asked before it was done, answered after"
    assert await names(store, 6.3) == ["b"]


async def test_a_clock_that_was_ahead_stops_nothing(store: Store) -> None:
    await put(store, "a", "b")
    await names(store, 3600)
    await done(store, "a", 3600)
    assert await names(store, 0) == ["b"]


async def test_slack_may_want_no_message_at_all(store: Store) -> None:
    await put(store, "a")
    await put(store, "b", channel="C2")
    await store.run(outbox.hold, until=later(30))
    await store.run(outbox.hold, until=later(5))
    other = Store(store.path)
    assert await names(store, 29) == await names(other, 29) == []
    assert await names(other, 30) == ["a", "b"]
    other.close()


WORKER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from storage import outbox
from storage.store import Store

async def work():
    store = Store(Path(sys.argv[1]))
    while store.read(outbox.counts).get("done", 0) < int(sys.argv[2]):
        claimed = await store.run(
            outbox.claim, now=datetime.now(UTC), lease=timedelta(seconds=10)
        )
        for each in claimed:
            await store.run(
                outbox.done, each.id, ts=sys.argv[3], now=datetime.now(UTC)
            )
        await asyncio.sleep(0.02)

asyncio.run(work())
"""


async def test_two_processes_keep_the_pace_of_a_workspace(store: Store) -> None:
    channels = [f"C{number}" for number in range(6)]
    for channel in channels:
        await put(store, f"{channel} a", f"{channel} b", channel=channel)
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORKER, str(store.path), "12", place
        )
        for place in ("1.0", "2.0")
    ]
    async with asyncio.timeout(30):
        assert [await each.wait() for each in workers] == [0, 0]
    posted = sorted(
        each.posted_at for each in store.read(deliveries.find) if each.posted_at
    )
    assert len(posted) == 12
    second = timedelta(seconds=1)
    for at, later_at in zip(posted, posted[outbox.TOGETHER :], strict=False):
        assert later_at - at >= second - timedelta(milliseconds=1)

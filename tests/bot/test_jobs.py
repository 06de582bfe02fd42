import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.jobs import Jobs, next_run_in, read_cron
from storage import outbox
from storage.errors import StorageError
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, serving
from tests.bot.tracking.made import issued


def runs(line: str, zone: str, after: str, number: int = 3) -> list[str]:
    """List the next times, as text in local time."""
    next_run = next_run_in(ZoneInfo(zone))
    moment = datetime.fromisoformat(after)
    found = []
    for _ in range(number):
        later = next_run(line, moment)
        assert later is not None
        assert later > moment
        moment = later
        found.append(moment.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M%z"))
    return found


@pytest.mark.parametrize(
    ("line", "zone", "after", "expected"),
    [
        pytest.param(
            "0 9 * * *",
            "Europe/Amsterdam",
            "2025-03-29T12:00:00Z",
            ["Sun 30 09:00+0200", "Mon 31 09:00+0200"],
            id="nine stays nine when summer time begins",
        ),
        pytest.param(
            "30 2 * * *",
            "Europe/Amsterdam",
            "2025-03-29T12:00:00Z",
            ["Sun 30 03:30+0200", "Mon 31 02:30+0200"],
            id="a time that is skipped comes an hour later",
        ),
        pytest.param(
            "30 2 * * *",
            "Europe/Amsterdam",
            "2025-10-25T12:00:00Z",
            ["Sun 26 02:30+0200", "Mon 27 02:30+0100"],
            id="a time that is repeated comes once",
        ),
        pytest.param(
            "30 2 * * *",
            "Europe/Amsterdam",
            "2025-10-26T01:15:00Z",
            ["Mon 27 02:30+0100", "Tue 28 02:30+0100"],
            id="nor does it come in the repeated hour",
        ),
        pytest.param(
            "0 9 1 * *",
            "Asia/Tokyo",
            "2025-12-31T23:59:59Z",
            ["Thu 01 09:00+0900", "Sun 01 09:00+0900"],
            id="Tokyo, where the year is over already",
        ),
        pytest.param(
            "0 17 31 * *",
            "America/Los_Angeles",
            "2026-01-01T01:30:00Z",
            ["Sat 31 17:00-0800", "Tue 31 17:00-0700"],
            id="Los Angeles, months without a 31st are left out",
        ),
        pytest.param(
            "0 9 * * 1-5",
            "UTC",
            "2025-11-21T09:00:00Z",
            ["Mon 24 09:00+0000", "Tue 25 09:00+0000"],
            id="1-5 is Monday to Friday, and the moment itself is past",
        ),
        pytest.param(
            "0 9 * * 0",
            "UTC",
            "2025-11-21T09:00:00Z",
            ["Sun 23 09:00+0000", "Sun 30 09:00+0000"],
            id="0 is Sunday",
        ),
        pytest.param(
            "0 9 * * 7",
            "UTC",
            "2025-11-21T09:00:00Z",
            ["Sun 23 09:00+0000", "Sun 30 09:00+0000"],
            id="7 is Sunday",
        ),
        pytest.param(
            "0 9 * * fri-mon",
            "UTC",
            "2025-11-21T09:00:00Z",
            ["Sat 22 09:00+0000", "Sun 23 09:00+0000", "Mon 24 09:00+0000"],
            id="a range over the end of the week",
        ),
        pytest.param(
            "0 9 * * */2",
            "UTC",
            "2025-11-21T09:00:00Z",
            ["Sat 22 09:00+0000", "Sun 23 09:00+0000", "Tue 25 09:00+0000"],
            id="every second day, from Sunday",
        ),
        pytest.param(
            "0 9 * * sat,3",
            "UTC",
            "2025-11-21T09:00:00Z",
            ["Sat 22 09:00+0000", "Wed 26 09:00+0000"],
            id="a list of a name and a number",
        ),
    ],
)
def test_cron_times(line: str, zone: str, after: str, expected: list[str]) -> None:
    assert runs(line, zone, after, len(expected)) == expected


@pytest.mark.parametrize(
    "line",
    ["", "9", "0 9 * *", "0 9 * * * *", "0 25 * * *", "0 9 * * 8", "0 9 * * montag"],
)
def test_what_is_no_cron_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_cron(line)


async def test_jobs_sync_at_once_deliver_and_end(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    slack = SlackStandIn()
    synced = asyncio.Event()

    async def sync(_connection: str) -> None:
        if not synced.is_set():
            synced.set()
            await room.happen(issued())

    async with serving(slack) as client:
        jobs = Jobs(
            store=store,
            deliverer=room.deliverer(client),
            sync=sync,
            every=timedelta(minutes=15),
            zone=UTC,
            now=room.clock,
            connections=room.connections,
        )
        jobs.start()
        async with asyncio.timeout(5):
            await synced.wait()
            await slack.kept.wait()
            await jobs.stop()
    assert len(slack.messages) == 1
    assert store.read(outbox.counts) == {"done": 1}


async def test_stop_waits_for_what_is_being_posted(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    await room.happen(issued())
    slack = SlackStandIn()
    slack.answering.clear()

    async def sync(_connection: str) -> None:
        """Find nothing."""

    async with serving(slack) as client:
        jobs = Jobs(
            store=store,
            deliverer=room.deliverer(client),
            sync=sync,
            every=timedelta(minutes=15),
            zone=UTC,
            now=room.clock,
            connections=room.connections,
        )
        jobs.start()
        async with asyncio.timeout(5):
            await slack.kept.wait()
            stopping = asyncio.create_task(jobs.stop())
            await asyncio.sleep(0.05)
            assert not stopping.done()
            slack.answering.set()
            await stopping
    assert store.read(outbox.counts) == {"done": 1}


async def test_stop_cuts_a_sync_off_without_a_defect(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    room = Newsroom(store)
    begun = asyncio.Event()

    async def sync(_connection: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with serving(SlackStandIn()) as client:
        jobs = Jobs(
            store=store,
            deliverer=room.deliverer(client),
            sync=sync,
            every=timedelta(minutes=15),
            zone=UTC,
            now=room.clock,
            connections=room.connections,
        )
        jobs.start()
        async with asyncio.timeout(5):
            await begun.wait()
            await jobs.stop()
    assert caplog.records == []


async def test_a_full_disk_is_a_sentence_and_the_next_sync_comes(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    room = Newsroom(store)
    syncs = asyncio.Semaphore(0)

    async def sync(_connection: str) -> None:
        syncs.release()
        raise StorageError("The database did not take a change (disk is full).")

    async with serving(SlackStandIn()) as client:
        jobs = Jobs(
            store=store,
            deliverer=room.deliverer(client),
            sync=sync,
            every=timedelta(seconds=1),
            zone=UTC,
            now=room.clock,
            connections=room.connections,
        )
        jobs.start()
        async with asyncio.timeout(5):
            await syncs.acquire()
            await syncs.acquire()
            await jobs.stop()
    assert [each for each in caplog.records if each.exc_info] == []


async def test_a_connection_that_hangs_delays_only_itself(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    room = Newsroom(store, ("lw", "i3d"))
    await room.open(Wish(channel="C1", events=ALL))
    slack = SlackStandIn()
    hanging, reads, hangs = asyncio.Event(), asyncio.Semaphore(0), 0

    async def sync(connection: str) -> None:
        nonlocal hangs
        if connection == "lw":
            hangs += 1
            await hanging.wait()
            return
        if not slack.kept.is_set():
            await room.happen(issued())
        reads.release()

    async with serving(slack) as client:
        jobs = Jobs(
            store=store,
            deliverer=room.deliverer(client),
            sync=sync,
            every=timedelta(seconds=1),
            zone=UTC,
            now=room.clock,
            connections=room.connections,
        )
        jobs.start()
        async with asyncio.timeout(30):
            await slack.kept.wait()
            for _ in range(4):
                await reads.acquire()
            assert hangs == 1
            hanging.set()
            while hangs < 2:  # noqa: ASYNC110 - and it is read again
                await asyncio.sleep(0.02)
            await jobs.stop()
    # A tick that is late on a busy machine is said by the scheduler, and no failure.
    assert not [each for each in caplog.records if each.exc_info]
    assert len(slack.messages) == 1

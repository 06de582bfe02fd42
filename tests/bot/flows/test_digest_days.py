"""Digests over the days on which clocks, months and years change: each once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.flows.digest import plan_digests
from bot.jobs import next_run_in
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.tracking.made import issued

#: The time zone, when it digests, from which moment and for how many days it is
#: watched, and when digests come, by the clock on the wall.
DAYS = {
    "summer time begins": (
        "Europe/Amsterdam",
        "0 9 * * *",
        "2027-03-27T00:00:00Z",
        3,
        ["Sat 27 09:00+0100", "Sun 28 09:00+0200", "Mon 29 09:00+0200"],
    ),
    "summer time ends": (
        "Europe/Amsterdam",
        "0 9 * * *",
        "2026-10-24T00:00:00Z",
        3,
        ["Sat 24 09:00+0200", "Sun 25 09:00+0100", "Mon 26 09:00+0100"],
    ),
    "in the hour that is skipped": (
        "Europe/Amsterdam",
        "30 2 * * *",
        "2027-03-27T00:00:00Z",
        3,
        ["Sat 27 02:30+0100", "Sun 28 03:30+0200", "Mon 29 02:30+0200"],
    ),
    "in the hour that is repeated": (
        "Europe/Amsterdam",
        "30 2 * * *",
        "2026-10-24T00:00:00Z",
        3,
        ["Sat 24 02:30+0200", "Sun 25 02:30+0200", "Mon 26 02:30+0100"],
    ),
    "a weekday only, over a weekend": (
        "Europe/Amsterdam",
        "0 9 * * mon-fri",
        "2026-10-23T00:00:00Z",
        4,
        ["Fri 23 09:00+0200", "Mon 26 09:00+0100"],
    ),
    "the last days of a short month": (
        "Europe/Amsterdam",
        "0 18 28-31 * *",
        "2027-02-27T00:00:00Z",
        4,
        ["Sun 28 18:00+0100"],
    ),
    "a year begins in Tokyo": (
        "Asia/Tokyo",
        "0 9 1 * *",
        "2026-12-30T00:00:00Z",
        4,
        ["Fri 01 09:00+0900"],
    ),
    "midnight in Tokyo": (
        "Asia/Tokyo",
        "0 0 * * *",
        "2026-12-30T12:00:00Z",
        2,
        ["Thu 31 00:00+0900", "Fri 01 00:00+0900"],
    ),
    "summer time begins in Los Angeles": (
        "America/Los_Angeles",
        "30 2 * * *",
        "2027-03-13T08:00:00Z",
        3,
        ["Sat 13 02:30-0800", "Sun 14 03:30-0700", "Mon 15 02:30-0700"],
    ),
    "summer time ends in Los Angeles": (
        "America/Los_Angeles",
        "30 1 * * *",
        "2026-10-31T07:00:00Z",
        3,
        ["Sat 31 01:30-0700", "Sun 01 01:30-0700", "Mon 02 01:30-0800"],
    ),
    "a year ends in Los Angeles": (
        "America/Los_Angeles",
        "0 17 31 * *",
        "2026-12-30T08:00:00Z",
        3,
        ["Thu 31 17:00-0800"],
    ),
}


@pytest.mark.parametrize(
    ("zone", "cron", "start", "days", "expected"), DAYS.values(), ids=DAYS
)
async def test_a_digest_comes_once_at_its_time(
    store: Store,
    *,
    zone: str,
    cron: str,
    start: str,
    days: int,
    expected: list[str],
) -> None:
    room = Newsroom(store)
    room.clock.at = datetime.fromisoformat(start)
    await room.open(Wish(channel="C1", events=ALL, cron=cron))
    next_run = next_run_in(ZoneInfo(zone))
    came, tick = [], timedelta(minutes=15)
    end = room.clock.at + timedelta(days=days)
    while room.clock.at < end:
        await room.happen(issued())
        room.clock.at += tick
        if await plan_digests(store, now=room.clock(), next_run=next_run):
            wall = room.clock().astimezone(ZoneInfo(zone))
            came.append(wall.strftime("%a %d %H:%M%z"))
    assert came == expected

"""When an invoice becomes overdue: at midnight where the team is, never before."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Core, opened_core
from sandbox.app import Running, start
from sandbox.world.deeds import do
from storage import events
from tests.e2e.inside import configured

SECOND = timedelta(seconds=1)


class Watch:
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


#: The time zone, the due date, the last second of that day and of the day before the
#: first reminder, seven days later.
CROSSINGS = {
    "an ordinary day": (
        "Europe/Amsterdam",
        "2026-12-10",
        "2026-12-10T22:59:59Z",
        "2026-12-16T22:59:59Z",
    ),
    "summer time begins on it": (
        "Europe/Amsterdam",
        "2027-03-28",
        "2027-03-28T21:59:59Z",
        "2027-04-03T21:59:59Z",
    ),
    "summer time ends on it": (
        "Europe/Amsterdam",
        "2026-10-25",
        "2026-10-25T22:59:59Z",
        "2026-10-31T22:59:59Z",
    ),
    "summer time begins before the reminder": (
        "Europe/Amsterdam",
        "2027-03-24",
        "2027-03-24T22:59:59Z",
        "2027-03-30T21:59:59Z",
    ),
    "a month ends": (
        "Europe/Amsterdam",
        "2027-02-28",
        "2027-02-28T22:59:59Z",
        "2027-03-06T22:59:59Z",
    ),
    "a leap day": (
        "Europe/Amsterdam",
        "2028-02-29",
        "2028-02-29T22:59:59Z",
        "2028-03-06T22:59:59Z",
    ),
    "a year ends": (
        "Europe/Amsterdam",
        "2026-12-31",
        "2026-12-31T22:59:59Z",
        "2027-01-06T22:59:59Z",
    ),
    "a year ends in Tokyo": (
        "Asia/Tokyo",
        "2026-12-31",
        "2026-12-31T14:59:59Z",
        "2027-01-06T14:59:59Z",
    ),
    "a year ends in Los Angeles": (
        "America/Los_Angeles",
        "2026-12-31",
        "2027-01-01T07:59:59Z",
        "2027-01-07T07:59:59Z",
    ),
    "summer time begins in Los Angeles": (
        "America/Los_Angeles",
        "2027-03-14",
        "2027-03-15T06:59:59Z",
        "2027-03-21T06:59:59Z",
    ),
    "summer time ends in Los Angeles": (
        "America/Los_Angeles",
        "2026-11-01",
        "2026-11-02T07:59:59Z",
        "2026-11-08T07:59:59Z",
    ),
    "a quarter of an hour off": (
        "Asia/Kathmandu",
        "2026-12-31",
        "2026-12-31T18:14:59Z",
        "2027-01-06T18:14:59Z",
    ),
}


@pytest.mark.parametrize(
    ("zone", "due", "last", "before_reminder"), CROSSINGS.values(), ids=CROSSINGS
)
async def test_due_today_is_never_overdue(
    tmp_path: Path, zone: str, due: str, last: str, before_reminder: str
) -> None:
    """In its last second it is not, a second later it is; so with the reminder."""
    end, reminder = map(datetime.fromisoformat, (last, before_reminder))
    watch = Watch(end - timedelta(days=9))
    async with start(0) as running:
        settings = configured(running.url, tmp_path, timezone=zone)
        async with opened_core(settings, now=watch) as core:
            await core.syncer.sync(None)
            number = issue(running, due=date.fromisoformat(due))
            told = []
            for moment in (
                watch.moment,
                end,
                end + SECOND,
                reminder,
                reminder + SECOND,
            ):
                watch.moment = moment
                await core.syncer.sync(None)
                told.append(history(core, number))
    assert told == [
        ["issued"],
        ["issued", "due_soon"],
        ["issued", "due_soon", "overdue"],
        ["issued", "due_soon", "overdue"],
        ["issued", "due_soon", "overdue", "overdue"],
    ]


def issue(running: Running, *, due: date) -> str:
    number = do(running.world, "issue", provider="i3dnet")
    running.world.papers("i3dnet")[-1].due_on = due
    return number


def history(core: Core, number: str) -> list[str]:
    found = core.store.read(events.latest, number=number)
    return [each.kind for each in reversed(found)]

"""When an invoice becomes overdue: at midnight where the team is, never before.

And which morning's digest tells of it.
"""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database

from bot.app import Core, opened_core
from bot.flows.digest import Ledger, plan_digests
from bot.jobs import next_run_in
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


#: The days from the due date on which something could be told too early, or not.
READ_ON = (-4, -3, -1, 0, 1, 6, 7, 8)
MORNINGS = {
    "channel": "C0BILLING",
    "events": ["issued", "due_soon", "overdue"],
    "when": "0 9 * * *",
}


@pytest.mark.parametrize(
    ("name", "zone", "due"), [(name, *each[:2]) for name, each in CROSSINGS.items()]
)
async def test_each_mornings_digest_tells_of_its_day(
    tmp_path: Path, name: str, zone: str, due: str
) -> None:
    """Digests at nine by the clock on the wall, a reading before each of them."""
    where, day = ZoneInfo(zone), date.fromisoformat(due)
    first = day - timedelta(days=5)
    watch = Watch(datetime.combine(first, time(9, 30), where))
    found: dict[int, list[str]] = {}
    async with start(0) as running:
        settings = configured(
            running.url, tmp_path, timezone=zone, subscriptions=[MORNINGS]
        )
        async with opened_core(settings, now=watch) as core:
            await core.syncer.sync(None)
            number = issue(running, due=day)
            for offset in range(-4, 10):
                nine = datetime.combine(day + timedelta(days=offset), time(9), where)
                watch.moment = nine - timedelta(minutes=10)
                if offset in READ_ON:
                    await core.syncer.sync(None)
                for moment, planned in ((nine - SECOND, False), (nine, True)):
                    before = core.store.read(digests, number)
                    await plan_digests(
                        core.store,
                        now=moment,
                        next_run=next_run_in(where),
                        ledger=Ledger(where),
                    )
                    told = core.store.read(digests, number)[len(before) :]
                    assert planned or not told, name
                    if told:
                        found[offset] = told
    assert found == {-4: ["issued"], -3: ["due_soon"], 1: ["overdue"], 7: ["overdue"]}


def digests(db: Database, number: str) -> list[str]:
    """List what digests tell of an invoice, in the order in which they were planned."""
    rows = db.execute(
        "select e.kind, e.payload from outbox o "
        "join outbox_events t on t.delivery = o.id join events e on e.id = t.event "
        "where o.kind = 'digest' order by o.seq, e.id"
    ).fetchall()
    return [str(kind) for kind, told in rows if json.loads(told)["number"] == number]


def issue(running: Running, *, due: date) -> str:
    number = do(running.world, "issue", provider="i3dnet")
    running.world.papers("i3dnet")[-1].due_on = due
    return number


def history(core: Core, number: str) -> list[str]:
    found = core.store.read(events.latest, number=number)
    return [each.kind for each in reversed(found)]

from datetime import UTC, date, datetime, timedelta

from bot.queries.model import Query
from bot.tracking.preview import Day, Post, by_day
from bot.views.entry import Entry
from bot.views.kit import Message
from bot.views.limits import check
from bot.views.preview import preview_message
from tests.bot.tracking.made import issued, overdue, payment

FIRST = date(2025, 10, 22)
ENTRY = Entry("3fa2b1c4d5e6f708", "C1", ("issued", "overdue"), Query(), None, "U1")


def message(days: list[Day], *, is_cut: bool = False) -> Message:
    made = preview_message(
        ENTRY,
        days,
        since=datetime(2025, 10, 22, tzinfo=UTC),
        is_cut=is_cut,
        today=date(2025, 11, 21),
        every=timedelta(minutes=15),
        labels={"i3d": "i3D.net"},
        command="/invoices subscribe new overdue",
    )
    check(made)
    return made


def test_each_day_has_its_line_and_counts() -> None:
    said = message(
        [
            Day(FIRST, 2, 1, (issued(), issued(), overdue())),
            Day(date(2025, 11, 3), 1, 0, (payment("2", "1"),)),
        ]
    )
    assert "this would have posted 3 messages and 1 reply in threads in" in said.text
    assert said.blocks[1]["text"]["text"] == (
        "22 Oct 2025: 2 messages, 1 overdue, 2 new\n3 Nov 2025: 1 message, 1 payment"
    )


def test_nothing_is_said_to_be_nothing() -> None:
    assert "this would have posted nothing in <#C1>" in message([]).text


def test_a_busy_month_fits_into_a_message() -> None:
    wordy = "<&> " * 200
    events = tuple(issued(number=wordy, counterparty=wordy) for _ in range(400))
    days = [Day(FIRST + timedelta(days=n), 999, 999, events) for n in range(31)]
    said = message(days, is_cut=True)
    assert "more events than a preview looks at" in str(said.blocks)


def test_days_are_those_of_the_zone() -> None:
    late = datetime(2025, 10, 22, 23, 30, tzinfo=UTC)
    posts = [
        Post(late, tuple(issued(id=str(n)) for n in range(60))),
        Post(late - timedelta(hours=2), (overdue(),)),
    ]
    found = by_day(posts, UTC)
    assert [(each.day, each.messages, each.replies) for each in found] == [
        (FIRST, 2, 2)
    ]
    assert len(found[0].events) == 61

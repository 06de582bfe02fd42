"""What people type to acknowledge, snooze, assign and note."""

from datetime import date

import pytest

from bot.queries.care import ME, CareOrder, parse_care
from bot.queries.model import QueryError
from tests.bot.queries.context import CONTEXT

N = "I3D2024000123"


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("snooze 2025-12-01", date(2025, 12, 1)),
        ("snooze until 2025-12-01", date(2025, 12, 1)),
        ("snooze 2w", date(2025, 12, 5)),
        ("snooze for 10 days", date(2025, 12, 1)),
        ("snooze 1 month", date(2025, 12, 21)),
        ("snooze until monday", date(2025, 11, 24)),
        ("snooze tomorrow", date(2025, 11, 22)),
        ("snooze next week", date(2025, 11, 24)),
        ("snooze until next month", date(2025, 12, 1)),
        ("snooze until december", date(2025, 12, 1)),
    ],
)
def test_a_snooze_ends_on_a_day(said: str, until: date) -> None:
    for text in (f"/invoice {N} {said}", f"<@U0BOT> invoice {N} {said}"):
        assert parse_care(text, context=CONTEXT) == CareOrder("snooze", N, until=until)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        (f"/invoice {N} acknowledge", CareOrder("acknowledge", N)),
        (f"/invoice {N} ack", CareOrder("acknowledge", N)),
        (f"/invoice {N} unacknowledge", CareOrder("take_back", N)),
        (f"!invoice {N} unsnooze", CareOrder("unsnooze", N)),
        (f"/invoice #{N} i3d unassign", CareOrder("unassign", N, ("i3d",))),
        (
            f"/invoice {N} assign <@U0AKIKO|akiko>",
            CareOrder("assign", N, person="U0AKIKO"),
        ),
        (f"/invoice {N} assign to me", CareOrder("assign", N, person=ME)),
        (f"/invoice {N} assign to nobody", CareOrder("unassign", N)),
        (f'/invoice {N} note "asked them"', CareOrder("note", N, words="asked them")),
        (f"/invoice {N} note “asked them”", CareOrder("note", N, words="asked them")),
        (
            f"/invoice {N} note see <https://x.test/?a=1&amp;b=2> &lt;b&gt; <@U1|ann>",
            CareOrder("note", N, words="see https://x.test/?a=1&b=2 <b> @ann"),
        ),
        (f"<@U0BOT> acknowledge {N}", CareOrder("acknowledge", N)),
        (
            f"please assign invoice {N} to <@U0AKIKO>",
            CareOrder("assign", N, person="U0AKIKO"),
        ),
        (
            f"snooze {N} until 2025-12-01",
            CareOrder("snooze", N, until=date(2025, 12, 1)),
        ),
    ],
)
def test_deeds(text: str, order: CareOrder) -> None:
    assert parse_care(text, context=CONTEXT) == order


@pytest.mark.parametrize(
    "text",
    [
        "/unpaid",
        "/invoice I3D2024000123",
        "/invoices 2025 10",
        "/invoice I3D2024000123 pdf",
        "what did SoftwareOne bill us in August 2021?",
        "snooze 2w",
        "/invoices subscribe overdue",
    ],
)
def test_other_things_are_left_alone(text: str) -> None:
    assert parse_care(text, context=CONTEXT) is None


def test_in_the_thread_of_an_invoice_its_number_may_be_left_out() -> None:
    order = parse_care("<@U0BOT> snooze 2w", context=CONTEXT, in_thread=True)
    assert order == CareOrder("snooze", "", until=date(2025, 12, 5))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"/invoice {N} snooze", "Until when"),
        (f"/invoice {N} snooze sometime", "which day `sometime`"),
        (f"/invoice {N} assign @bob", "who `@bob` is"),
        (f"/invoice {N} assign", "Who is to look after"),
        (f"/invoice {N} note", "note is empty"),
        (f"/invoice {N} acknowledge it twice", "`it twice`"),
    ],
)
def test_what_is_not_clear_is_said(text: str, problem: str) -> None:
    with pytest.raises(QueryError, match=problem) as raised:
        parse_care(text, context=CONTEXT)
    for each in raised.value.suggestions:
        assert parse_care(each.command, context=CONTEXT) is not None

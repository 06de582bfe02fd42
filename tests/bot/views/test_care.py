"""What people do, as it is shown: lines, buttons, forms, living notices."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.answers.care import NO_CARE, Care, Done
from bot.answers.history import History
from bot.tracking.events import Change
from bot.views.care import (
    assign_view,
    care_buttons,
    care_lines,
    note_view,
    person,
    snooze_days,
    snooze_view,
)
from bot.views.history import history_lines
from bot.views.ids import CarePlace, CareRef
from bot.views.kit import Message
from bot.views.limits import check
from bot.views.living import living_message, wake_message
from bot.views.modal import View, check_view
from providers.models import Invoice, Status
from tests.bot.tracking.made import TODAY, amended, issued
from tests.conftest import Saved

LABELS = {"i3d": "i3D.net"}
PLACE = CarePlace(connection="i3d", id="101", channel="C1", thread="1.2")
CARED = Care(
    acknowledged_by="U0AKIKO",
    acknowledged_on=date(2025, 11, 20),
    snoozed_until=date(2025, 12, 1),
    snoozed_by="U0LENA",
    assignee="U0LENA",
    log=(
        Done("acknowledged", "U0AKIKO", datetime(2025, 11, 20, 9, tzinfo=UTC)),
        Done("snoozed", "U0LENA", datetime(2025, 11, 20, 10, tzinfo=UTC), "2025-12-01"),
        Done("assigned", "U0AKIKO", datetime(2025, 11, 20, 11, tzinfo=UTC), "U0LENA"),
        Done("noted", "U0LENA", datetime(2025, 11, 20, 12, tzinfo=UTC), "<b> & _c_"),
        Done("changed", None, datetime(2025, 11, 20, 13, tzinfo=UTC), "payment"),
    ),
)


def stored(**changes: Any) -> Invoice:
    """The invoice that the events of the tests are about, as it is now."""
    event = issued()
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    fields.pop("again")
    return Invoice(**{**fields, "provider_status": "0", **changes})


def shown(invoice: Invoice, care: Care = NO_CARE, **more: Any) -> Message:
    message = living_message(
        more.pop("event", issued()),
        invoice,
        care,
        withdrawn=more.pop("withdrawn", False),
        today=more.pop("today", TODAY),
        labels=LABELS,
        **more,
    )
    check(message)
    return message


PAID = {"status": Status.PAID, "balance": Decimal(0), "paid_on": date(2025, 11, 9)}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("posted", shown(stored())),
        ("cared", shown(stored(), CARED)),
        ("paid", shown(stored(**PAID))),
        ("overdue", shown(stored(), today=date(2025, 12, 9))),
        ("withdrawn", shown(stored(), withdrawn=True)),
        (
            "amended",
            shown(
                stored(total=Decimal("242.00"), due_on=date(2025, 12, 24)),
                event=issued(),
            ),
        ),
        (
            "own_title",
            shown(
                stored(**PAID),
                event=amended(Change("total", "100.00", "121.00")),
                followed=False,
            ),
        ),
    ],
)
def test_a_message_shows_how_its_invoice_stands(
    name: str, message: Message, saved: Saved
) -> None:
    saved(f"living/{name}", {"text": message.text, "blocks": message.blocks})


def test_paid_is_said_in_words_beside_the_mark() -> None:
    message = shown(stored(**PAID), CARED)
    assert message.text.startswith("✓ Paid 9 Nov 2025: invoice F25-0000101")
    assert "Acknowledge" not in labels(message)


def test_no_day_in_it_grows_old() -> None:
    """Nobody writes the message again tomorrow."""
    days = [date(2025, 12, 9), date(2026, 1, 9)]
    assert len({shown(stored(), CARED, today=day).text for day in days}) == 1


def labels(message: Message) -> list[str]:
    return [
        each["text"]["text"] if each["type"] == "button" else each["type"]
        for block in message.blocks
        if block["type"] == "actions"
        for each in block["elements"]
    ]


def test_the_end_of_a_snooze(saved: Saved) -> None:
    message = wake_message(
        stored(), NO_CARE, by="U0LENA", today=date(2025, 12, 9), labels=LABELS
    )
    check(message)
    saved("living/woke", {"text": message.text, "blocks": message.blocks})


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("snooze", snooze_view("F25-0000101", PLACE, today=TODAY)),
        ("assign", assign_view("F25-0000101", PLACE, assignee="U0LENA")),
        ("note", note_view("F25-0000101", PLACE)),
    ],
)
def test_forms(name: str, view: View, saved: Saved) -> None:
    check_view(view)
    saved(f"care/{name}", view)


def test_a_week_begins_on_monday_and_a_month_on_its_first() -> None:
    days = dict(snooze_days(date(2025, 12, 29)))
    assert days["Next week"] == date(2026, 1, 5)
    assert days["Next month"] == date(2026, 1, 1)
    assert days["Tomorrow"] == date(2025, 12, 30)


def test_the_history_says_everything_that_was_done_in_its_order() -> None:
    first = datetime(2025, 11, 3, 9, tzinfo=UTC)
    lines = history_lines(History(first), zone=UTC, care=CARED)
    assert lines[1:] == [
        "*20 Nov 2025 09:00* acknowledged by <@U0AKIKO>",
        "*20 Nov 2025 10:00* snoozed until 1 Dec 2025 by <@U0LENA>",
        "*20 Nov 2025 11:00* assigned to <@U0LENA> by <@U0AKIKO>",
        "*20 Nov 2025 12:00* note by <@U0LENA>: &lt;b&gt; &amp; _c_",
        "*20 Nov 2025 13:00* no longer silent: something was paid",
    ]


def test_what_is_no_person_is_no_mention() -> None:
    assert person("U0LENA") == "<@U0LENA>"
    assert person("!channel") == "!channel"
    assert person("U1> <!here") == "U1&gt; &lt;!here"


@given(note=st.text(min_size=1, max_size=600), number=st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_whatever_people_write_can_be_sent(note: str, number: str) -> None:
    done = Done("noted", "U1", datetime(2025, 11, 20, tzinfo=UTC), note)
    care = Care(log=(done,))
    shown(replace(stored(), number=number or "-"), care)
    [line] = care_lines(care)
    assert "<" not in line.removeprefix("Note by <@U1>: ")


def test_a_menu_carries_what_fits_it() -> None:
    menu = care_buttons(stored(), CARED)[-1]
    for option in menu["options"]:
        ref = CareRef.model_validate_json(option["value"])
        assert (ref.connection, ref.id) == ("i3d", "101")
    assert len(menu["options"]) == 5
    long = care_buttons(replace(stored(), id="9" * 200))
    assert [each["type"] for each in long] == ["button", "button"]

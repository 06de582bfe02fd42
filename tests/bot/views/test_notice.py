from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tracking.events import Baseline, Change, DocumentEvent, OverdueSum, Trouble
from bot.views.ids import InvoiceRef
from bot.views.kit import Message
from bot.views.limits import check
from bot.views.notice import baseline_message, notice_message, trouble_message
from providers.models import Status
from tests.bot.tracking.made import (
    TODAY,
    amended,
    due_soon,
    issued,
    overdue,
    payment,
    withdrawn,
)
from tests.conftest import Saved

LABELS = {"i3d": "i3D.net", "tokyo": "LINE WORKS Tokyo"}


def told(event: DocumentEvent) -> Message:
    message = notice_message(event, today=TODAY, labels=LABELS)
    check(message)
    return message


CREDIT = {"kind": "credit_note", "number": "C25-7", "status": Status.OPEN_CREDIT}


@pytest.mark.parametrize(
    ("event", "text"),
    [
        pytest.param(
            issued(),
            "New invoice F25-0000101, i3D.net: 121.00 EUR, due 3 Dec 2025, unpaid.",
            id="issued",
        ),
        pytest.param(
            issued(again=True, due_on=None, counterparty=None),
            "Back again: invoice F25-0000101: 121.00 EUR, unpaid.",
            id="issued again, without due date and counterparty",
        ),
        pytest.param(
            issued(due_on=date(2025, 11, 9)),
            "New invoice F25-0000101, i3D.net: 121.00 EUR, 12 days late, unpaid.",
            id="issued late",
        ),
        pytest.param(
            issued(due_on=date(2025, 11, 9), status=Status.PAID),
            "New invoice F25-0000101, i3D.net: 121.00 EUR, due 9 Nov 2025, paid.",
            id="what is paid is not late",
        ),
        pytest.param(
            issued(**CREDIT, due_on=None),
            "New credit note C25-7, i3D.net: 121.00 EUR, open credit.",
            id="a credit note",
        ),
        pytest.param(
            amended(
                Change("total", "100.00", "121.00"),
                Change("due_on", None, "2025-12-03"),
            ),
            "Invoice amended: F25-0000101, i3D.net: total 100.00 EUR → 121.00 EUR; "
            "due date not stated → 3 Dec 2025.",
            id="amended, each field before and after",
        ),
        pytest.param(
            amended(
                Change("total", "12100", "121.00"), Change("currency", "JPY", "EUR")
            ),
            "Invoice amended: F25-0000101, i3D.net: total 12,100 JPY → 121.00 EUR; "
            "currency JPY → EUR.",
            id="amended in currency, the old total in the old one",
        ),
        pytest.param(
            payment("121.00", "50.00", status=Status.PART_PAID),
            "Part payment: invoice F25-0000101, i3D.net: 71.00 EUR paid, "
            "50.00 EUR left.",
            id="paid in part",
        ),
        pytest.param(
            payment("121.00", "0.00", status=Status.PAID),
            "Paid: invoice F25-0000101, i3D.net: 121.00 EUR paid, nothing left to pay.",
            id="paid in full",
        ),
        pytest.param(
            payment(None, None, status=Status.PAID),
            "Paid: invoice F25-0000101, i3D.net: 121.00 EUR, paid.",
            id="paid, where no balance is stated",
        ),
        pytest.param(
            payment("50.00", "0.00", **(CREDIT | {"status": Status.SETTLED_CREDIT})),
            "Credit used up: C25-7, i3D.net: 50.00 EUR used.",
            id="a credit note used up",
        ),
        pytest.param(
            due_soon(balance=Decimal("50.00"), due_on=date(2025, 11, 22)),
            "Due soon: invoice F25-0000101, i3D.net: 50.00 EUR owed, due tomorrow.",
            id="due soon",
        ),
        pytest.param(
            overdue(),
            "Overdue: invoice F25-0000101, i3D.net: 121.00 EUR owed, 12 days late.",
            id="overdue",
        ),
        pytest.param(
            overdue(7),
            "Still overdue: invoice F25-0000101, i3D.net: 121.00 EUR owed, "
            "12 days late.",
            id="overdue, a reminder",
        ),
        pytest.param(
            withdrawn(),
            "Withdrawn: invoice F25-0000101, i3D.net: 121.00 EUR; the provider no "
            "longer lists it.",
            id="withdrawn",
        ),
    ],
)
def test_the_text_states_what_happened(event: DocumentEvent, text: str) -> None:
    assert told(event).text == text


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("issued", issued()),
        (
            "amended",
            amended(
                Change("total", "100.00", "121.00"),
                Change("lines", "Traffic, x 1, 100.00", "Traffic, x 2, 121.00"),
            ),
        ),
        ("payment", payment("121.00", "50.00", status=Status.PART_PAID)),
        ("overdue", overdue()),
    ],
)
def test_blocks(name: str, event: DocumentEvent, saved: Saved) -> None:
    saved(f"notice/{name}", told(event).blocks)


def labels_of(message: Message) -> list[str]:
    return [
        element["text"]["text"] if element["type"] == "button" else element["type"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_buttons_carry_the_invoice() -> None:
    message = told(issued())
    details = message.blocks[-1]["elements"][0]
    assert labels_of(message) == [
        "Details",
        "PDF",
        "Acknowledge",
        "Snooze",
        "overflow",
    ]
    assert InvoiceRef.model_validate_json(details["value"]) == InvoiceRef(
        connection="i3d", id="101"
    )


def test_no_pdf_button_where_there_is_no_pdf() -> None:
    assert "PDF" not in labels_of(told(issued(has_pdf=False)))


def test_nobody_snoozes_what_is_paid() -> None:
    assert labels_of(told(issued(status=Status.PAID))) == [
        "Details",
        "PDF",
        "overflow",
    ]


def test_an_id_too_long_for_a_button_costs_the_buttons_only() -> None:
    message = told(issued(id="9" * 3000))
    assert labels_of(message) == []
    assert message.text.startswith("New invoice")


@settings(max_examples=60, deadline=None)
@given(number=st.text(max_size=400), party=st.text(max_size=400))
def test_whatever_a_provider_writes_can_be_sent(number: str, party: str) -> None:
    event = amended(
        Change("number", number, number[::-1]),
        Change("lines", party * 5, None),
        number=number,
        counterparty=party,
    )
    message = told(event)
    assert "<" not in message.text
    assert "<" not in message.blocks[0]["text"]["text"]


def test_trouble_says_what_it_means_and_what_to_do() -> None:
    event = Trouble(connection="i3d", detail="refused the key (403)")
    assert trouble_message(event, labels=LABELS).text == (
        "i3D.net refused the key (403). This is the third failure in a row; its "
        "figures stay as they were last read. An admin can run `duebot check`."
    )


def test_trouble_that_ended() -> None:
    event = Trouble(connection="tokyo", detail="", recovered=True)
    assert trouble_message(event, labels=LABELS).text == (
        "LINE WORKS Tokyo can be read again; its figures are up to date."
    )


def test_baseline_has_a_line_for_each_connection(saved: Saved) -> None:
    events = [
        Baseline(
            connection="i3d",
            invoices=1204,
            credit_notes=1,
            overdue=(OverdueSum("EUR", 2, Decimal("242.00")),),
        ),
        Baseline(connection="tokyo", invoices=1),
    ]
    message = baseline_message(events, labels=LABELS)
    check(message)
    assert message.text == (
        "First reading done. From now on I tell here what changes. i3D.net: 1,204 "
        "invoices and 1 credit note; overdue: 2 (242.00 EUR). LINE WORKS Tokyo: "
        "1 invoice; overdue: none."
    )
    saved("notice/baseline", message.blocks)


def test_a_baseline_of_a_hundred_connections_can_be_sent() -> None:
    sums = tuple(
        OverdueSum(currency, 99_999, Decimal("99999999.99"))
        for currency in ("EUR", "USD", "GBP")
    )
    events = [
        Baseline(connection=f"c{n}", invoices=100_000, overdue=sums) for n in range(100)
    ]
    check(baseline_message(events, labels={}))

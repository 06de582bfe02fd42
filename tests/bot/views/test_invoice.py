"""One invoice, as a message and as a modal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.history import Happening, History
from bot.answers.model import NoSuchInvoice, OneInvoice
from bot.answers.why import Explanation, explain
from bot.queries.model import Part, Query
from bot.tracking.events import (
    Amended,
    Change,
    Issued,
    Overdue,
    Payment,
    Withdrawn,
    facts,
)
from bot.views import words
from bot.views.invoice import invoice_message, invoice_view, no_such_invoice_message
from bot.views.kit import Message
from bot.views.limits import check
from bot.views.modal import check_view
from bot.views.why import split_words
from providers.models import LineItem, Reason, Status
from tests.conftest import Saved
from tests.factories import TODAY, fresh, make_invoice, setting

LINES = (
    LineItem(
        description="Dedicated server",
        quantity=Decimal(2),
        unit_price=Decimal("50.00"),
        net=Decimal("100.00"),
    ),
    LineItem(kind="SUMMARY", customer="株式会社青鷺", total=Decimal("0.00")),
)


def one(**changes: object) -> OneInvoice:
    query = Query(show="invoice", number="F25-0000101")
    invoice = make_invoice(**changes)
    return OneInvoice(query, TODAY, invoice, (fresh("i3d", "i3D.net"),))


def test_an_invoice_with_lines_and_a_check(saved: Saved) -> None:
    answer = one(lines=LINES, checks=("net + tax is not the total",))
    message = invoice_message(answer, setting("/invoice F25-0000101"))
    check(message)
    saved("invoice/with_lines", {"text": message.text, "blocks": message.blocks})


def history() -> History:
    about = facts(make_invoice())
    day = datetime(2025, 11, 3, 8, 5, tzinfo=UTC)
    changes = (
        Change("total", "100.00", "120.00"),
        Change("due_on", "2025-11-09", "2025-11-30"),
        Change("lines", None, "Dedicated server, x 1, net 20.00"),
    )
    return History(
        first_seen=datetime(2025, 10, 10, 7, 0, tzinfo=UTC),
        happenings=(
            Happening(datetime(2025, 10, 10, 7, 0, tzinfo=UTC), Issued(**about)),
            Happening(day, Amended(**about, changes=changes)),
            Happening(
                day + timedelta(days=6),
                Payment(
                    **about,
                    before=Decimal("120.00"),
                    after=Decimal("20.00"),
                    paid_in_full=False,
                ),
            ),
            Happening(day + timedelta(days=7), Overdue(**about)),
            Happening(day + timedelta(days=14), Overdue(**about, after_days=7)),
            Happening(day + timedelta(days=15), Withdrawn(**about)),
            Happening(day + timedelta(days=16), Issued(**about, again=True)),
        ),
    )


def explanation() -> Explanation:
    def rows(*amounts: tuple[str, int, str]) -> tuple[LineItem, ...]:
        return tuple(
            LineItem(
                description=name,
                quantity=Decimal(quantity),
                unit_price=Decimal(price),
                net=Decimal(price) * quantity,
            )
            for name, quantity, price in amounts
        )

    before = make_invoice(
        number="F25-0000099",
        lines=rows(("Dedicated server", 1, "50.00"), ("Old rack", 1, "10.00")),
        total=Decimal("72.60"),
        tax=Decimal("12.60"),
        issued_on=date(2025, 9, 10),
    )
    after = make_invoice(
        lines=rows(("Dedicated server", 2, "45.00"), ("Traffic", 4, "2.50"))
    )
    reasons = (
        Reason(
            "status",
            "all of the total left to pay is unpaid",
            (("total", "121.00"), ("balance", "121.00")),
            "unpaid",
        ),
        Reason(
            "due_on",
            "the provider states it",
            (("dueDate", "2025-11-09"),),
            "2025-11-09",
        ),
    )
    return explain(after, reasons, before=before, today=TODAY)


@pytest.mark.parametrize("part", [None, "lines", "history", "why"])
def test_a_part_of_an_invoice(part: Part | None, saved: Saved) -> None:
    answer = replace(
        one(lines=LINES),
        query=Query(show="invoice", number="F25-0000101", part=part),
        history=history(),
        why=explanation(),
    )
    message = invoice_message(answer, setting("/invoice F25-0000101"))
    check(message)
    view = invoice_view(answer, zone=ZoneInfo("Europe/Amsterdam"), part=part)
    check_view(view)
    shown = {"text": message.text, "blocks": message.blocks, "view": view}
    saved(f"invoice/part_{part or 'whole'}", shown)


def test_the_jump_is_said_with_parts_that_add_up() -> None:
    why = explanation()
    assert why.jump is not None
    assert split_words(why.jump) == (
        "quantity +50.00, price -10.00, new lines +10.00, lines gone -10.00, "
        "tax +8.40 = +48.40"
    )


def test_there_is_a_statement_where_the_provider_has_no_document() -> None:
    message = invoice_message(one(has_pdf=False), setting())
    assert "Statement PDF" in str(message.blocks)


def test_days_of_payment_are_counted_from_the_due_date() -> None:
    late = one(paid_on=date(2025, 11, 12), status=Status.PAID)
    assert "12 Nov 2025 (3 days late)" in str(invoice_message(late, setting()).blocks)
    early = one(paid_on=date(2025, 11, 8), status=Status.PAID)
    assert "8 Nov 2025 (1 day early)" in str(invoice_message(early, setting()).blocks)


def test_very_many_lines_fit_a_message_and_a_window() -> None:
    lines = tuple(
        LineItem(
            description=f"株式会社 {number} " * 4,
            customer=f"customer {number // 3}",
            quantity=Decimal(3),
            unit_price=Decimal("1234567.8912"),
            net=Decimal("3703703.67"),
        )
        for number in range(900)
    )
    answer = replace(one(lines=lines), history=history())
    for part in (None, "lines"):
        asked = replace(answer, query=replace(answer.query, part=part))
        message = invoice_message(asked, setting())
        check(message)
        assert "more lines not shown here" in str(message.blocks)
        check_view(invoice_view(asked, zone=UTC, part=part))


def test_what_the_provider_does_not_say_is_said_in_words() -> None:
    silent = one(balance=None, due_on=None, due_basis=None, counterparty=None)
    said = str(invoice_message(silent, setting()).blocks)
    assert "*Balance* not stated" in said
    assert "*Due* not stated" in said
    assert "The provider names no counterparty" in said
    seen = str(invoice_view(silent, zone=UTC)["blocks"]).replace("\\n", "\n")
    assert "*Balance*\nnot stated" in seen
    assert "*Due*\nnot stated" in seen


def card_of(message: Message) -> dict[str, Any]:
    (card,) = [block for block in message.blocks if block["type"] == "card"]
    return card


def labels(message: Message) -> list[str]:
    return [
        element["text"]["text"]
        for block in message.blocks
        for element in (*block.get("elements", ()), *block.get("actions", ()))
        if element["type"] == "button"
    ]


@pytest.mark.parametrize(
    ("changes", "subtitle"),
    [
        ({}, "Unpaid, 12 days late"),
        ({"due_on": TODAY}, "Unpaid, due today"),
        ({"due_on": date(2025, 11, 22)}, "Unpaid, due tomorrow"),
        ({"due_on": date(2025, 12, 5)}, "Unpaid, due in 14 days"),
        ({"due_on": None}, "Unpaid"),
        ({"status": Status.PART_PAID}, "Part paid, 12 days late"),
        ({"status": Status.PAID}, "Paid"),
        ({"kind": "credit_note", "status": Status.OPEN_CREDIT}, "Open credit"),
        (
            {"status": Status.UNKNOWN, "provider_status": "on <hold>"},
            "Status not known (on &lt;hold&gt;)",
        ),
    ],
)
def test_a_card_heads_one_invoice_and_says_how_it_stands(
    changes: dict[str, Any], subtitle: str
) -> None:
    message = invoice_message(one(**changes), setting())
    card = message.blocks[0]
    assert card["type"] == "card"
    assert card["subtitle"]["text"] == subtitle


def test_a_card_says_who_how_much_and_when() -> None:
    card = card_of(invoice_message(one(), setting()))
    assert card["title"]["text"] == "Invoice F25-0000101 from i3D.net"
    assert card["body"]["text"] == (
        "*Total* 121.00 EUR · *Balance* 121.00 EUR\n"
        "*Issued* 10 Oct 2025 · *Due* 9 Nov 2025"
    )
    credit = one(kind="credit_note", due_on=None, due_basis=None)
    card = card_of(invoice_message(credit, setting()))
    assert card["title"]["text"] == "Credit note F25-0000101 from i3D.net"
    assert "*Still to use* 121.00 EUR" in card["body"]["text"]
    terms = one(due_basis="terms")
    body = card_of(invoice_message(terms, setting()))["body"]["text"]
    assert body.endswith("*Due* 9 Nov 2025 (assumed)")


def test_what_the_card_says_is_not_said_again() -> None:
    answer = one(total=Decimal("121.55"), balance=Decimal("120.33"))
    card, *rest = invoice_message(answer, setting()).blocks
    below = str(rest)
    for fact in (
        "121.55",
        "120.33",
        "10 Oct 2025",
        "9 Nov 2025",
        "i3D.net",
        "F25-0000101",
        "days late",
        "unpaid",
    ):
        assert fact.casefold() in str(card).casefold()
        assert fact.casefold() not in below.casefold()
    for fact in ("*Net*", "*Tax*", "*Paid*", "*Paid on*", "*Due date from*"):
        assert fact in below
        assert fact not in str(card)


def test_a_name_too_long_for_the_card_is_said_in_full_below() -> None:
    name = "Blue Heron " * 15
    answer = one(counterparty=name)
    card, *rest = invoice_message(answer, setting()).blocks
    assert card["title"]["text"].endswith("…")
    assert name.strip() in str(rest)


@pytest.mark.parametrize("part", [None, "lines", "history", "why"])
def test_every_button_is_there_once_and_two_are_on_the_card(part: Part | None) -> None:
    query = Query(show="invoice", number="F25-0000101", part=part)
    answer = replace(one(lines=LINES), query=query, history=history())
    message = invoice_message(answer, setting())
    wanted = ["PDF", "Lines", "History", "Why", "Share here", "Refresh"]
    wanted += ["Acknowledge", "Snooze"]
    if part is not None:
        wanted.remove(part.capitalize())
        wanted.append("Details")
    assert sorted(labels(message)) == sorted(wanted)
    second = "Lines" if part is None else "Details"
    on_card = [each["text"]["text"] for each in card_of(message)["actions"]]
    assert on_card == ["PDF", second]


def test_an_id_too_long_for_a_button_leaves_a_card_without() -> None:
    message = invoice_message(one(id="x" * 2_000), setting())
    check(message)
    assert "actions" not in card_of(message)


@pytest.mark.parametrize("locale", ["en", "de", "ja", "ko", "hi", "ar", "vi", "pt-PT"])
def test_a_card_has_room_for_any_locale(locale: str) -> None:
    most = Decimal("-999999999999999999.99")
    answer = one(
        kind="credit_note",
        total=most,
        balance=most,
        due_basis="terms",
        number="&" * 200,
        counterparty="&" * 200,
        provider_status="&" * 200,
        status=Status.UNKNOWN,
    )
    spoken = words.speech(locale)
    assert spoken is not None
    with words.speaking(spoken):
        message = invoice_message(answer, setting())
    check(message)
    assert "…" not in card_of(message)["body"]["text"]


def test_a_due_date_from_terms_says_so() -> None:
    answer = one(due_basis="terms", due_on=date(2025, 12, 1))
    assert "configured payment terms" in str(invoice_message(answer, setting()).blocks)


def test_an_unknown_number_offers_the_closest() -> None:
    answer = NoSuchInvoice(Query(show="invoice"), "F25-1", ("F25-0000101",), ())
    message = no_such_invoice_message(answer, setting())
    check(message)
    assert "Closest: F25-0000101" in message.text


@given(text=st.text(max_size=6_000))
def test_foreign_text_fits_a_modal(text: str) -> None:
    line = LineItem(description=text, customer=text[:90])
    answer = one(number=text, description=text, counterparty=text, lines=(line,) * 40)
    view = invoice_view(answer, zone=UTC)
    check_view(view)
    assert len(view["title"]["text"]) <= 24
    check(invoice_message(one(description=text, number=text), setting()))

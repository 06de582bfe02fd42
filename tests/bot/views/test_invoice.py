"""One invoice, as a message and as a modal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
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
from bot.views.invoice import invoice_message, invoice_view, no_such_invoice_message
from bot.views.kit import check
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
    message = invoice_message(one(balance=None, due_on=None, due_basis=None), setting())
    assert "*Balance*\nnot stated" in str(message.blocks).replace("\\n", "\n")
    assert "*Due*\nnot stated" in str(message.blocks).replace("\\n", "\n")


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

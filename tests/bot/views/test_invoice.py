"""One invoice, as a message and as a modal."""

from datetime import UTC, date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.model import NoSuchInvoice, OneInvoice
from bot.queries.model import Query
from bot.views.invoice import invoice_message, invoice_view, no_such_invoice_message
from bot.views.kit import check
from bot.views.modal import check_view
from providers.models import LineItem
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

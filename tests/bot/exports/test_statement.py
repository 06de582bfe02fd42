"""A statement, read back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.exports.statement import NOT_THEIRS, Origin, to_statement
from providers.models import Invoice, LineItem, Status
from tests.bot.exports.reading import pages_of

ORIGIN = Origin("LINE WORKS Tokyo", date(2021, 11, 2))
NAMES = (
    "株式会社青鷺ホテル",
    "주식회사 푸른왜가리",
    "上海蓝鹭酒店有限公司",
    "Łódź Café",
)


def line(customer: str, amount: int = 19_800) -> LineItem:
    return LineItem(
        kind="PRODUCT",
        description="STD · MONTHLY",
        customer=customer,
        quantity=Decimal(44),
        net=Decimal(amount),
    )


def invoice(**changes: Any) -> Invoice:
    lines = changes.pop("lines", tuple(map(line, NAMES)))
    net = sum((each.net or Decimal(0) for each in lines), Decimal(0))
    fields: dict[str, Any] = {
        "connection": "lw",
        "provider": "lineworks",
        "id": "2084426021",
        "number": "2084426021",
        "period": "2021-08",
        "issued_on": date(2021, 9, 1),
        "due_on": date(2021, 10, 1),
        "due_basis": "terms",
        "currency": "JPY",
        "net": net,
        "tax": Decimal(7_920),
        "total": net + 7_920,
        "paid": Decimal(0),
        "balance": net + 7_920,
        "status": Status.UNPAID,
        "provider_status": "UNPAID",
        "counterparty": "蒼鷺ソリューションズ株式会社",
        "lines": lines,
    }
    return Invoice(**(fields | changes))


def test_it_says_what_the_invoice_says_and_names_can_be_read() -> None:
    (text,) = pages_of(to_statement(invoice(), ORIGIN))
    for words in (
        "Statement of invoice 2084426021",
        "蒼鷺ソリューションズ株式会社",
        *NAMES,
        "1 Oct 2021 (from configured payment terms)",
        "unpaid, 32 days late",
        "79,200 JPY",
        "87,120 JPY",
        "The lines make 79,200 JPY before tax, as the invoice says.",
    ):
        assert words in text


@pytest.mark.parametrize(("count", "least"), [(1, 1), (120, 6)])
def test_every_page_says_that_it_is_not_the_providers(count: int, least: int) -> None:
    lines = tuple(line(f"株式会社{number}") for number in range(count))
    pages = pages_of(to_statement(invoice(lines=lines), ORIGIN))
    assert len(pages) >= least
    for number, text in enumerate(pages, 1):
        assert text.count(NOT_THEIRS) == 2
        assert f"page {number} of {len(pages)}" in text


def test_what_does_not_add_up_is_said() -> None:
    made = invoice(net=Decimal(80_000), checks=("usedTaxAmount 7920 is not 10 %",))
    (text,) = pages_of(to_statement(made, ORIGIN))
    assert "the invoice says 80,000 JPY, a difference of 800 JPY" in text
    assert "usedTaxAmount 7920 is not 10 %" in text


def test_latin_after_other_scripts_keeps_its_shapes() -> None:
    made = invoice(counterparty="株式会社", description="Server rent", lines=())
    (text,) = pages_of(to_statement(made, ORIGIN))
    assert text.index("株式会社") < text.index("By way of LINE WORKS Tokyo")
    assert "Server rent" in text


def test_only_what_is_drawn_of_a_typeface_is_in_the_file() -> None:
    assert len(to_statement(invoice(), ORIGIN)) < 60_000


@settings(max_examples=10, deadline=None)
@given(text=st.text(max_size=2_000))
def test_any_text_can_be_drawn(text: str) -> None:
    made = invoice(number=text, counterparty=text, lines=(line(text),), checks=(text,))
    assert to_statement(made, ORIGIN).startswith(b"%PDF-")

"""Comma-separated values, read back by the standard library's reader."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given

from bot.answers.ageing import overdue_days
from bot.answers.model import InvoiceList
from bot.exports.columns import clean, is_formula
from bot.exports.separated import to_csv
from tests.bot.exports.made import ATTACKS, list_of, lists
from tests.factories import TODAY

AMOUNTS = ("net", "tax", "total", "paid", "balance")
DAYS = ("issued_on", "due_on", "paid_on")


def rows_of(answer: InvoiceList) -> list[dict[str, str]]:
    content = to_csv(answer.invoices, today=TODAY)
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@given(answer=lists)
def test_every_row_comes_back_to_the_cent(answer: InvoiceList) -> None:
    rows = rows_of(answer)
    assert len(rows) == len(answer.invoices)
    for row, invoice in zip(rows, answer.invoices, strict=True):
        for name in AMOUNTS:
            amount: Decimal | None = getattr(invoice, name)
            said = Decimal(row[name]) if row[name] else None
            assert said == amount
            if said is not None and amount is not None:
                assert said.as_tuple().exponent == amount.as_tuple().exponent
        for name in DAYS:
            day = getattr(invoice, name)
            assert row[name] == (day.isoformat() if day else "")
        for name in ("number", "counterparty", "description"):
            text = clean(getattr(invoice, name) or "")
            assert row[name] in {text, f"'{text}"}
            assert row[name].startswith("'") >= is_formula(text)
        assert row["currency"] == invoice.currency
        assert row["status"] == invoice.status.value
        assert row["overdue_days"] == str(overdue_days(invoice, today=TODAY))


@given(answer=lists)
def test_no_cell_of_text_begins_a_formula(answer: InvoiceList) -> None:
    for row in rows_of(answer):
        for name, cell in row.items():
            if name not in AMOUNTS:
                assert not is_formula(cell), name


@pytest.mark.parametrize("attack", ATTACKS, ids=repr)
def test_an_attack_stays_in_its_cell(attack: str) -> None:
    (row,) = rows_of(list_of(counterparty=attack))
    assert row["counterparty"].removeprefix("'") == clean(attack)
    assert row["total"] == "121.00"


def test_amounts_have_their_currency_s_digits_and_negatives_are_plain() -> None:
    (row,) = rows_of(list_of(total=Decimal("-1234567.50"), balance=None))
    assert (row["total"], row["balance"]) == ("-1234567.50", "")
    (row,) = rows_of(list_of(currency="JPY", total=Decimal(79640)))
    assert (row["currency"], row["total"]) == ("JPY", "79640")
    (row,) = rows_of(list_of(currency="KWD", total=Decimal("1.250")))
    assert row["total"] == "1.250"


def test_the_file_is_what_excel_expects() -> None:
    content = to_csv(list_of(counterparty="株式会社青鷺").invoices, today=TODAY)
    assert content.startswith(b"\xef\xbb\xbfnumber,kind,connection,counterparty,")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == 2
    assert "株式会社青鷺".encode() in content
    assert b",true," in content

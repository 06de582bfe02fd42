"""Workbooks, read back by openpyxl."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from gettext import NullTranslations

import openpyxl
import pytest
from hypothesis import given, settings
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.answers.model import Group, InvoiceList, Proof
from bot.exports.columns import COLUMNS, is_formula
from bot.exports.workbook import MAX_CELL, Source, cell_text, to_xlsx
from bot.views import words
from tests.bot.exports.made import ATTACKS, list_of, lists
from tests.factories import TODAY, fresh, make_invoice, make_list

HEADINGS = [column.heading for column in COLUMNS]
AMOUNTS = ("net", "tax", "total", "paid", "balance")


def content_of(answer: InvoiceList) -> bytes:
    source = Source("/unpaid", TODAY, answer.freshness)
    return to_xlsx(
        answer.invoices, totals=answer.totals, proof=answer.proof, source=source
    )


def book_of(answer: InvoiceList) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content_of(answer)))


def amount_in(value: object) -> Decimal | None:
    """Read an amount back; a number has at most 15 digits that count."""
    match value:
        case None:
            return None
        case int() | float():
            return Decimal(f"{value:.15g}")
        case str():
            return Decimal(value)
        case _:
            raise AssertionError(value)


def sheet_of(book: Workbook, name: str = "Invoices") -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


@settings(max_examples=60, deadline=None)
@given(answer=lists)
def test_every_row_and_total_comes_back_to_the_cent(answer: InvoiceList) -> None:
    book = book_of(answer)
    sheet = sheet_of(book)
    assert sheet.max_row == len(answer.invoices) + 1
    for number, invoice in enumerate(answer.invoices, 1):
        row = dict(zip(COLUMNS, list(sheet.values)[number], strict=True))
        read = {column.name: value for column, value in row.items()}
        for name in AMOUNTS:
            assert amount_in(read[name]) == getattr(invoice, name)
        for name in ("issued_on", "due_on", "paid_on"):
            day: date | None = getattr(invoice, name)
            found = read[name]
            if isinstance(found, datetime):
                assert found.date() == day
            else:
                assert found == (day and day.isoformat())
                assert day is None or day.year < 1900
        assert read["currency"] == invoice.currency
    for total in answer.totals:
        rows = list(sheet_of(book, f"Totals {total.currency}").values)
        (found_row,) = [each for each in rows if each[0] == total.kind]
        assert found_row[1] == total.invoices
        assert amount_in(found_row[2]) == total.total
        assert amount_in(found_row[3]) == total.balance


@settings(max_examples=60, deadline=None)
@given(answer=lists)
def test_text_is_always_a_string_cell(answer: InvoiceList) -> None:
    content = content_of(answer)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = [n for n in packed.namelist() if n.startswith("xl/worksheets/sheet")]
        assert sheets
        for name in sheets:
            assert b"<f>" not in packed.read(name)
            assert b"<hyperlink" not in packed.read(name)
    sheet = sheet_of(openpyxl.load_workbook(io.BytesIO(content)))
    for number, invoice in enumerate(answer.invoices, 1):
        for field in ("number", "counterparty", "description"):
            cell = sheet.cell(number + 1, HEADINGS.index(field.capitalize()) + 1)
            text = cell_text(getattr(invoice, field) or "")
            # openpyxl takes an empty cell for none, and leaves escapes as they are.
            assert unescape(str(cell.value or "")) == text
            assert cell.quotePrefix == is_formula(text)


def test_numbers_and_days_are_real_and_shown_in_the_currency_s_digits() -> None:
    rows = [
        make_invoice(id="1"),
        make_invoice(id="2", currency="JPY", total=Decimal(79640)),
        make_invoice(id="3", currency="KWD", total=Decimal("-1.250")),
    ]
    sheet = sheet_of(book_of(make_list(*rows)))
    column = HEADINGS.index("Total") + 1
    cells = [sheet.cell(row, column) for row in (2, 3, 4)]
    assert [cell.value for cell in cells] == [121, 79640, -1.25]
    assert [cell.number_format for cell in cells] == ["#,##0.00", "#,##0", "#,##0.000"]
    issued = sheet.cell(2, HEADINGS.index("Issued on") + 1)
    assert issued.value == datetime(2025, 10, 10)  # noqa: DTZ001 - days have no zone
    assert issued.number_format == "yyyy-mm-dd"


def test_the_header_stays_in_sight_and_filters() -> None:
    sheet = sheet_of(book_of(make_list(make_invoice(id="1"), make_invoice(id="2"))))
    assert [cell.value for cell in sheet[1]] == HEADINGS
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:W3"


def test_an_amount_that_excel_would_round_is_exact_text() -> None:
    huge = Decimal("12345678901234.56")
    sheet = sheet_of(book_of(list_of(total=huge, net=Decimal("1234567890123.45"))))
    assert sheet.cell(2, HEADINGS.index("Total") + 1).value == "12345678901234.56"
    assert sheet.cell(2, HEADINGS.index("Net") + 1).value == 1234567890123.45


def test_each_currency_has_a_sheet_with_kinds_apart_and_the_ages() -> None:
    credit = make_invoice(id="2", kind="credit_note", total=Decimal("50.00"))
    yen = make_invoice(id="3", currency="JPY", total=Decimal(100), balance=Decimal(100))
    ages = (("not_due", Decimal("21.00")), ("1-30", Decimal("100.00")))
    answer = make_list(
        make_invoice(), credit, yen, proof=(Proof("EUR", ages, Decimal("121.00")),)
    )
    book = book_of(answer)
    assert book.sheetnames == ["Invoices", "Totals EUR", "Totals JPY", "Source"]
    rows = [row[:4] for row in sheet_of(book, "Totals EUR").values]
    assert rows == [
        ("Kind", "Documents", "Total", "Balance"),
        ("invoice", 1, 121, 121),
        ("credit_note", 1, 50, 121),
        (None, None, None, None),
        ("Days late", "Balance", None, None),
        ("not due", 21, None, None),
        ("1-30", 100, None, None),
        ("outstanding", 121, None, None),
    ]


def test_groups_are_a_sheet_with_kinds_and_currencies_apart() -> None:
    credit = make_invoice(id="2", kind="credit_note", total=Decimal("50.00"))
    answer = make_list(make_invoice(), credit)
    invoices, credits_ = answer.totals
    groups = (
        Group("2025-10", invoices),
        Group("2025-10", credits_),
        Group("", invoices),
    )
    source = Source("/invoices by month", TODAY)
    content = to_xlsx((), totals=answer.totals, groups=groups, source=source)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Invoices", "Groups", "Totals EUR", "Source"]
    rows = [row[:6] for row in sheet_of(book, "Groups").values]
    assert rows == [
        ("Group", "Currency", "Kind", "Documents", "Total", "Balance"),
        ("2025-10", "EUR", "invoice", 1, 121, 121),
        ("2025-10", "EUR", "credit_note", 1, 50, 121),
        ("none stated", "EUR", "invoice", 1, 121, 121),
    ]


class Curt(NullTranslations):
    """A language that calls every sheet the same, and that by what Excel refuses."""

    def gettext(self, message: str) -> str:
        return "[1/2]: " * 9 if message in ("Invoices", "Source") else message


def test_a_translated_name_of_a_sheet_is_one_that_excel_takes() -> None:
    with words.speaking(replace(words.configured("en"), texts=Curt())):
        book = book_of(make_list(make_invoice()))
    assert book.sheetnames == [
        "1 2    1 2    1 2    1 2    1 2",
        "Totals EUR",
        "Sheet3",
    ]


def test_the_source_names_what_is_incomplete() -> None:
    freshness = (
        fresh("i3d", "i3D.net", problem="answered 503"),
        fresh("lw", "LINE WORKS", as_of=None),
    )
    sheet = sheet_of(book_of(make_list(freshness=freshness)), "Source")
    assert list(sheet.values)[1][0] == "/unpaid"
    assert list(sheet.values)[4:] == [
        ("i3d", "i3D.net", "2025-11-21 08:58:00", "answered 503"),
        ("lw", "LINE WORKS", "not read yet", None),
    ]


@pytest.mark.parametrize("attack", ATTACKS[:12], ids=repr)
def test_an_attack_carries_excel_s_mark_for_text(attack: str) -> None:
    sheet = sheet_of(book_of(list_of(counterparty=attack)))
    assert sheet.cell(2, HEADINGS.index("Counterparty") + 1).quotePrefix


@pytest.mark.parametrize("text", ["x" * 40_000, "𠮷" * 20_000])
def test_text_longer_than_a_cell_is_cut_where_it_shows(text: str) -> None:
    cut = cell_text(text)
    assert len(cut.encode("utf-16-le")) <= 2 * MAX_CELL
    assert cut.endswith(f"{text[0]}…")
    sheet = sheet_of(book_of(list_of(description=text)))
    assert sheet.cell(2, HEADINGS.index("Description") + 1).value == cut

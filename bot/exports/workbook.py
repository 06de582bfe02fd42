"""Invoices as an Excel workbook: the rows, a sheet of totals per currency, the source.

Amounts are numbers shown with their currency's digits and days are dates, so that
Excel can add and filter them. Text is always a string cell, and what Excel would take
for a formula when somebody edits it carries Excel's own mark for text.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from bot.answers.model import Freshness, Group, Proof, Total
from bot.exports.columns import COLUMNS, Value, clean, is_formula
from bot.queries.wording import mark, tr
from providers.models import Invoice

#: Digits that Excel keeps of a number; an amount with more is written as text, exact.
EXACT_DIGITS = 15
#: The first year of Excel's calendar.
FIRST_YEAR = 1900
#: Characters (UTF-16 units) that Excel takes in a cell.
MAX_CELL = 32_767
#: Characters of a sheet's name, and those that Excel does not take in one.
MAX_SHEET_NAME, _NOT_IN_NAMES = 31, str.maketrans("[]:*?/\\'", "        ")

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows come from: what was asked, and the age of the figures."""

    question: str
    today: date
    freshness: tuple[Freshness, ...] = ()


def to_xlsx(
    invoices: Iterable[Invoice],
    *,
    totals: Sequence[Total],
    proof: Sequence[Proof] = (),
    groups: Sequence[Group] = (),
    source: Source,
) -> bytes:
    """Write a workbook of *invoices*, the *groups* asked for, and their *totals*."""
    content = io.BytesIO()
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - no types; loaded when needed

    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        midnight = datetime.combine(source.today, time(), UTC)
        book.set_properties(
            {"title": cell_text(source.question)[:250], "created": midnight}
        )
        cells = _Cells(book)
        _write_rows(cells, invoices, source.today)
        if groups:
            _write_groups(cells, groups)
        for currency in sorted({each.currency for each in totals}):
            _write_totals(
                cells,
                currency,
                [each for each in totals if each.currency == currency],
                next((each for each in proof if each.currency == currency), None),
            )
        _write_source(cells, source)
    return content.getvalue()


def cell_text(text: str) -> str:
    """Make text fit a cell: cleaned, line ends as XML keeps them, cut with ``…``."""
    text = clean(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= MAX_CELL // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return text
    return units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"


@dataclass(slots=True)
class _Cells:
    """Writes values into the sheets of one workbook; formats are made once."""

    book: Any
    formats: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def style(self, **properties: object) -> Any:
        key = tuple(properties.items())
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def sheet(self, name: str) -> Any:
        """Add a sheet; where Excel would not take its *name*, it is numbered."""
        fitting = name.translate(_NOT_IN_NAMES).strip()[:MAX_SHEET_NAME]
        taken = {each.lower() for each in self.book.sheetnames}
        return self.book.add_worksheet(None if fitting.lower() in taken else fitting)

    def write(self, sheet: Any, row: int, column: int, value: Value) -> None:
        match value:
            case None:
                pass
            case bool():
                sheet.write_boolean(row, column, value)
            case Decimal():
                self._amount(sheet, row, column, value)
            case date():
                self._day(sheet, row, column, value)
            case int():
                sheet.write_number(row, column, value)
            case str():
                self._text(sheet, row, column, value)

    def heading(self, sheet: Any, row: int, texts: Sequence[str]) -> None:
        bold = self.style(bold=True)
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, bold)

    def table(
        self,
        sheet: Any,
        row: int,
        headings: Sequence[str],
        lines: Sequence[Sequence[Value]],
    ) -> None:
        self.heading(sheet, row, headings)
        for number, line in enumerate(lines, row + 1):
            for column, value in enumerate(line):
                self.write(sheet, number, column, value)

    def _amount(self, sheet: Any, row: int, column: int, amount: Decimal) -> None:
        said = format(amount, "f")
        whole, _, decimals = said.partition(".")
        if len((whole + decimals).lstrip("-0")) > EXACT_DIGITS:
            sheet.write_string(row, column, said, self.style(align="right"))
            return
        shown = f"#,##0.{'0' * len(decimals)}" if decimals else "#,##0"
        sheet.write_number(row, column, float(amount), self.style(num_format=shown))

    def _day(self, sheet: Any, row: int, column: int, day: date) -> None:
        if day.year < FIRST_YEAR:
            sheet.write_string(row, column, day.isoformat())
            return
        sheet.write_datetime(row, column, day, self.style(num_format="yyyy-mm-dd"))

    def _text(self, sheet: Any, row: int, column: int, value: str) -> None:
        text = cell_text(value)
        style = self.style(quote_prefix=True) if is_formula(text) else None
        sheet.write_string(row, column, text, style)


def _write_rows(cells: _Cells, invoices: Iterable[Invoice], today: date) -> None:
    sheet = cells.sheet(tr("Invoices"))
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, column.width)
    cells.heading(sheet, 0, [tr(column.heading) for column in COLUMNS])
    row = 0
    # Not `table`: that would hold the values of all rows at once.
    for row, invoice in enumerate(invoices, 1):
        for number, column in enumerate(COLUMNS):
            cells.write(sheet, row, number, column.read(invoice, today))
    sheet.autofilter(0, 0, row, len(COLUMNS) - 1)


def _write_groups(cells: _Cells, groups: Sequence[Group]) -> None:
    """Write the sums by what was asked for, a row per group, kind and currency."""
    sheet = cells.sheet(tr("Groups"))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 8, 18)
    rows = [_group_values(each) for each in groups]
    headings = (tr("Group"), tr("Currency"), *map(tr, _TOTAL_HEADINGS))
    cells.table(sheet, 0, headings, rows)
    sheet.autofilter(0, 0, len(rows), 8)


def _group_values(group: Group) -> tuple[Value, ...]:
    name = group.name or tr("none stated")
    return (name, group.total.currency, *_total_values(group.total))


def _write_totals(
    cells: _Cells, currency: str, totals: Sequence[Total], proof: Proof | None
) -> None:
    """Write one currency's totals, invoices and credit notes apart."""
    sheet = cells.sheet(tr("Totals {currency}", currency=currency))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 6, 18)
    headings = [tr(each) for each in _TOTAL_HEADINGS]
    cells.table(sheet, 0, headings, [_total_values(each) for each in totals])
    if proof is not None:
        below = len(totals) + 2
        headings = [tr("Days late"), tr("Balance")]
        cells.table(sheet, below, headings, _proof_values(proof))


_TOTAL_HEADINGS = (
    mark("Kind"),
    mark("Documents"),
    mark("Total"),
    mark("Balance"),
    mark("Balance not stated"),
    mark("Overdue"),
    mark("Overdue balance"),
)


#: Ages that are words; the others are days from and to.
_AGES = {
    "not_due": mark("not due"),
    "over_90": mark("over 90"),
    "no_due_date": mark("no due date"),
    "no_issue_date": mark("no issue date"),
}


def _total_values(total: Total) -> tuple[Value, ...]:
    return (
        total.kind,
        total.invoices,
        total.total,
        total.balance,
        total.not_stated,
        total.overdue,
        total.overdue_balance,
    )


def _proof_values(proof: Proof) -> list[tuple[Value, ...]]:
    ages = [
        (tr(_AGES[age]) if age in _AGES else age.replace("_", " "), amount)
        for age, amount in proof.buckets
    ]
    return [*ages, (tr("outstanding"), proof.outstanding)]


def _write_source(cells: _Cells, source: Source) -> None:
    """Write what was asked, and per connection the age of its figures."""
    sheet = cells.sheet(tr("Source"))
    sheet.set_column(0, 3, 26)
    headings = [tr("Question"), tr("Day")]
    cells.table(sheet, 0, headings, [(source.question, source.today)])
    headings = [tr("Connection"), tr("Name"), tr("Figures from (UTC)"), tr("Problem")]
    cells.table(sheet, 3, headings, [_age(each) for each in source.freshness])


def _age(each: Freshness) -> tuple[Value, ...]:
    moment = tr("not read yet")
    if each.as_of is not None:
        moment = f"{each.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return (each.connection, each.label, moment, each.problem)

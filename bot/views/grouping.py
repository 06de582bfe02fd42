"""Sums by group as a table: a row per group and currency, or ages by currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from bot.answers.model import (
    GROUP_PAGE_SIZE,
    Compared,
    Group,
    InvoiceList,
    Total,
    is_ageing_grid,
)
from bot.queries.model import Dimension
from bot.queries.wording import mark, tr
from bot.views import words
from bot.views.kit import Block, Element, data_table, number_cell, plain, text_cell
from providers.models import Status

#: How late a balance is, in words; the keys are the snapshot's.
AGES = {
    "not_due": mark("not due"),
    "1-30": mark("1–30 days late"),
    "31-60": mark("31–60"),
    "61-90": mark("61–90"),
    "over_90": mark("over 90"),
    "no_due_date": mark("no due date"),
}
#: The same where age is counted from the day of issue.
AGES_SINCE_ISSUE = {
    "0-30": mark("0–30 days old"),
    "31-60": mark("31–60"),
    "61-90": mark("61–90"),
    "over_90": mark("over 90"),
    "no_issue_date": mark("no issue date"),
}
HEADINGS: dict[Dimension, str] = {
    "month": mark("Month"),
    "quarter": mark("Quarter"),
    "year": mark("Year"),
    "connection": mark("Connection"),
    "provider": mark("Provider"),
    "seller": mark("From"),
    "customer": mark("Customer"),
    "currency": mark("Currency"),
    "status": mark("Status"),
    "age": mark("Age"),
}
#: A cell is cut here, so that a page of rows stays within a message.
_NAME, _AMOUNT = 60, 40
#: Characters of the longest bar.
_BAR = 20


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words; the first *left* columns are names, the rest are amounts.

    *amounts* are what the words of the last columns say, for sorting: as many for each
    row, ``None`` where a cell says no amount.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1
    amounts: tuple[tuple[Decimal | None, ...], ...] = ()


def grid_block(grid: Grid, caption: str) -> Block:
    """Show a grid as a table."""
    amounts = grid.amounts or ((),) * len(grid.rows)
    rows = [
        [*map(text_cell, row[: len(row) - len(known)]), *_number_cells(row, known)]
        for row, known in zip(grid.rows, amounts, strict=True)
    ]
    return data_table([[*map(text_cell, grid.headings)], *rows], caption)


def _number_cells(
    row: Sequence[str], amounts: Sequence[Decimal | None]
) -> list[Element]:
    said = row[len(row) - len(amounts) :]
    return [
        text_cell(words) if amount is None else number_cell(amount, words)
        for words, amount in zip(said, amounts, strict=True)
    ]


def of_page(rows: Sequence[Row], page: int) -> Sequence[Row]:
    """Choose the rows of one page."""
    return rows[(page - 1) * GROUP_PAGE_SIZE : page * GROUP_PAGE_SIZE]


def group_grid(answer: InvoiceList, groups: Sequence[Group]) -> Grid:
    """Put *groups* into rows, or ages into rows and currencies into columns."""
    by = answer.query.group or "month"
    if is_ageing_grid(answer):
        return _ages(answer)
    headings = (
        tr(HEADINGS[by]),
        tr("Documents"),
        tr("Total"),
        tr("Balance"),
        tr("Overdue"),
    )
    rows = tuple(_row(by, each) for each in groups)
    return Grid(headings, rows, 2, tuple(_amounts(each.total) for each in groups))


#: The group of what has none of it.
_NONE = {
    **dict.fromkeys(("month", "quarter", "year", "seller"), mark("not stated")),
    "customer": mark("no customer, or tax"),
}


def group_name(by: Dimension, name: str) -> str:
    """Say what a group is called: ``Aug 2021``, ``Q3 2021``, ``part paid``."""
    if not name and by in _NONE:
        return tr(_NONE[by])
    match by:
        case "month":
            return words.month(name)
        case "quarter":
            year, quarter = name.split("-")
            return f"{quarter} {year}"
        case "status":
            return words.status(Status(name))
        case "age":
            return age_words(name)
        case _:
            return plain(name, _NAME) or "–"


def called(by: Dimension, group: Group | Compared) -> str:
    """Say what a group is called, by its own label where it has one."""
    return plain(group.label, _NAME) if group.label else group_name(by, group.name)


def age_words(age: str) -> str:
    """Say an age, however it is counted."""
    return tr(AGES[age] if age in AGES else AGES_SINCE_ISSUE[age])


def with_bars(grid: Grid, groups: Sequence[Group], *, owed: bool) -> Grid:
    """Add a column of bars, each as long as its share of its currency's largest."""
    amounts = [(each.total.balance if owed else each.total.total) for each in groups]
    codes = [each.total.currency for each in groups]
    largest: dict[str, Decimal] = {}
    for code, amount in zip(codes, amounts, strict=True):
        largest[code] = max(largest.get(code, Decimal(0)), amount or Decimal(0))
    bars = [
        "█" * round(_BAR * amount / largest[code]) if amount and largest[code] else ""
        for code, amount in zip(codes, amounts, strict=True)
    ]
    rows = tuple((*row, bar) for row, bar in zip(grid.rows, bars, strict=True))
    return Grid((*grid.headings, ""), rows, grid.left)


def group_words(by: Dimension, group: Group) -> str:
    """Say a group in a line: "Aug 2021: 3 invoices, 363.00 EUR"."""
    total = group.total
    amount = total.balance if by == "age" else total.total
    said = words.money(amount, total.currency)
    return f"{called(by, group)}: {documents(total)}, {said}"


def _row(by: Dimension, group: Group) -> tuple[str, ...]:
    total = group.total
    overdue = "–"
    if total.overdue:
        late = words.money(total.overdue_balance, total.currency)
        overdue = plain(f"{late} ({words.figure(total.overdue)})", _AMOUNT)
    return (
        called(by, group),
        documents(total),
        plain(words.money(total.total, total.currency), _AMOUNT),
        _balance(total),
        overdue,
    )


def _amounts(total: Total) -> tuple[Decimal | None, ...]:
    overdue = total.overdue_balance if total.overdue else None
    return total.total, total.balance, overdue


def documents(total: Total) -> str:
    """Count what a total is of: ``3 invoices``, ``1 credit note``."""
    return words.documents(total.kind, total.invoices)


def _balance(total: Total) -> str:
    said = words.money(total.balance, total.currency)
    if total.balance is not None and total.not_stated:
        number = words.figure(total.not_stated)
        said = tr("{amount} + {n} not stated", amount=said, n=number)
    return plain(said, _AMOUNT)


def _ages(answer: InvoiceList) -> Grid:
    """Put the ages into rows and the currencies into columns, with a sum below."""
    currencies = sorted({each.total.currency for each in answer.groups})
    cells = {(g.name, g.total.currency): g.total for g in answer.groups}
    since_issue = answer.query.age_basis == "issued"
    ages = AGES_SINCE_ISSUE if since_issue else AGES
    rows = [
        (tr(said), *(_cell(cells.get((age, currency))) for currency in currencies))
        for age, said in ages.items()
    ]
    owed = {each.currency: each for each in answer.totals if each.kind == "invoice"}
    sums = tuple(_cell(owed.get(currency)) for currency in currencies)
    rows.append((tr("outstanding"), *sums))
    sums_of = [[cells.get((age, c)) for c in currencies] for age in ages]
    sums_of.append([owed.get(currency) for currency in currencies])
    amounts = tuple(
        tuple(None if each is None else each.balance for each in row) for row in sums_of
    )
    return Grid((tr(HEADINGS["age"]), *currencies), tuple(rows), 1, amounts)


def _cell(total: Total | None) -> str:
    if total is None:
        return "–"
    if total.balance is None:
        return tr("not stated ({n})", n=words.figure(total.invoices))
    said = (
        f"{words.number(total.balance, total.currency)} "
        f"({words.figure(total.invoices)})"
    )
    if total.not_stated:
        number = words.figure(total.not_stated)
        said = tr("{amount} + {n} not stated", amount=said, n=number)
    return plain(said, _AMOUNT)

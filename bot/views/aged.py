"""What is owed by age, of each group: a row per group and currency, a column per age."""

from collections.abc import Sequence
from decimal import Decimal

from bot.answers.model import Group, InvoiceList, Total
from bot.queries.model import Dimension
from bot.queries.wording import tr
from bot.views import words
from bot.views.grouping import (
    AGES,
    AGES_SINCE_ISSUE,
    HEADINGS,
    Grid,
    age_words,
    called,
    documents,
)
from bot.views.kit import plain

_AMOUNT = 40


def aged_grid(answer: InvoiceList, rows: Sequence[Sequence[Group]]) -> Grid:
    """Put the ages of groups into rows, with what all of them come to."""
    by = answer.query.aged_by or "connection"
    since_issue = answer.query.age_basis == "issued"
    ages = tuple(AGES_SINCE_ISSUE if since_issue else AGES)
    headings = (
        tr(HEADINGS[by]),
        tr("Currency"),
        *map(age_words, ages),
        tr("outstanding"),
    )
    said, amounts = [], []
    for row in rows:
        of_age = {each.age: each.total for each in row}
        totals = [of_age.get(age) for age in ages]
        balances = [None if each is None else each.balance for each in totals]
        owed = sum((each for each in balances if each is not None), Decimal(0))
        currency = row[0].total.currency
        names = (called(by, row[0]), plain(currency, 10))
        cells = [*map(_cell, totals), plain(words.number(owed, currency), _AMOUNT)]
        said.append((*names, *cells))
        amounts.append((*balances, owed))
    return Grid(headings, tuple(said), 2, tuple(amounts))


def _cell(total: Total | None) -> str:
    if total is None:
        return "–"
    if total.balance is None:
        return tr("not stated ({n})", n=words.figure(total.invoices))
    return plain(words.number(total.balance, total.currency), _AMOUNT)


def aged_words(by: Dimension, group: Group) -> str:
    """Say the age of a group in a line: "SoftwareOne, 31–60: 2 invoices, 9.00 EUR"."""
    amount = words.money(group.total.balance, group.total.currency)
    name = f"{called(by, group)}, {age_words(group.age)}"
    return f"{name}: {documents(group.total)}, {amount}"

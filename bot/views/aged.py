"""What is owed by age, of each group: a row per group and currency, a column an age."""

from collections.abc import Sequence
from decimal import Decimal

from bot.answers.model import Group, InvoiceList, Total, is_ageing_grid, rows_of
from bot.queries.model import Query
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
    group_grid,
    group_words,
    of_page,
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
        stated = [each for each in balances if each is not None]
        owed = sum(stated, Decimal(0)) if stated else None
        currency = row[0].total.currency
        names = (called(by, row[0]), plain(currency, 10))
        missing = sum(each.total.not_stated for each in row)
        cells = [*map(_cell, totals), _amount(owed, missing, currency)]
        said.append((*names, *cells))
        amounts.append((*balances, owed))
    return Grid(headings, tuple(said), 2, tuple(amounts))


def _cell(total: Total | None) -> str:
    if total is None:
        return "–"
    return _amount(total.balance, total.not_stated, total.currency)


def _amount(balance: Decimal | None, not_stated: int, currency: str) -> str:
    """Say a balance, and how many invoices state none that would be part of it."""
    number = words.figure(not_stated)
    if balance is None:
        return tr("not stated ({n})", n=number)
    said = words.number(balance, currency)
    if not_stated:
        said = tr("{amount} + {n} not stated", amount=said, n=number)
    return plain(said, _AMOUNT)


def any_grid(answer: InvoiceList, *, page: int | None = None) -> Grid:
    """Put the groups of an answer into rows, all of them or those of a page."""
    if answer.query.aged_by is not None:
        rows = rows_of(answer.groups)
        return aged_grid(answer, rows if page is None else of_page(rows, page))
    whole = page is None or is_ageing_grid(answer)
    groups = answer.groups if whole or page is None else of_page(answer.groups, page)
    return group_grid(answer, groups)


def any_words(query: Query, group: Group) -> str:
    """Say a group and its age: "SoftwareOne, 31–60: 2 invoices, 9.00 EUR"."""
    by = query.aged_by
    if by is None:
        return group_words(query.group or "month", group)
    return tr(
        "{group}, {age}: {documents}, {amount}",
        group=called(by, group),
        age=age_words(group.age),
        documents=documents(group.total),
        amount=words.money(group.total.balance, group.total.currency),
    )

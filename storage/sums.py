"""Sums of many invoices by group, exact to the last digit.

SQLite adds whole minor units. Where an amount does not fit them (``digits`` is -1) or
the sum would not, `Decimal` adds the texts instead.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext
from typing import Any

from sqlite_utils import Database

from storage.criteria import (
    OVERDUE_SQL,
    Condition,
    Criteria,
    is_tallied,
    to_condition,
    to_tally_condition,
)

#: What a group is called by: the values of its keys.
Group = tuple[Any, ...]
#: Wide enough that no sum of amounts is ever rounded.
EXACT = Context(prec=200)

SUMS = (
    "count(*), count(total_minor), sum(total_minor), count(balance_minor), "
    f"sum(balance_minor), coalesce(sum({OVERDUE_SQL}), 0), "
    f"sum(case when {OVERDUE_SQL} then balance_minor end)"
)
#: The same shape, for a question about balances alone.
BALANCES = "count(*), 0, null, count(balance_minor), sum(balance_minor), 0, null"
_TALLIED = (
    "sum(invoices), sum(totals), sum(total_minor), sum(balances), sum(balance_minor), "
    "0, null"
)
_TEXTS = f"total, balance, coalesce({OVERDUE_SQL}, 0)"


@dataclass(slots=True)
class Sum:
    """Amounts of one group being added up; the sums are in major units."""

    invoices: int = 0
    totals: int = 0
    total: Decimal = Decimal(0)
    balances: int = 0
    balance: Decimal = Decimal(0)
    overdue: int = 0
    overdue_balance: Decimal | None = None

    def add_minor(self, digits: int, row: tuple[Any, ...]) -> None:
        """Add a group that SQLite added up, in minor units."""
        self.invoices += row[0]
        self.totals += row[1]
        self.total += _major(row[2] or 0, digits)
        self.balances += row[3]
        self.balance += _major(row[4] or 0, digits)
        self.overdue += row[5]
        self.add_overdue(None if row[6] is None else _major(row[6], digits))

    def add_text(self, total: str | None, balance: str | None, overdue: int) -> None:
        """Add one invoice by its texts."""
        self.invoices += 1
        self.totals += total is not None
        self.total += Decimal(total or 0)
        self.balances += balance is not None
        self.balance += Decimal(balance or 0)
        self.overdue += overdue
        if overdue and balance is not None:
            self.add_overdue(Decimal(balance))

    def add_overdue(self, balance: Decimal | None) -> None:
        """Add to what is overdue, if anything is stated."""
        if balance is not None:
            self.overdue_balance = (self.overdue_balance or Decimal(0)) + balance


def read_tallies(
    db: Database, criteria: Criteria, by: Sequence[str]
) -> dict[Group, Sum] | None:
    """Read the sums that are kept, and add up what is overdue among the few owed.

    *by* are SQL expressions over columns that tallies and invoices share. ``None``
    where the question is about more than is kept.
    """
    if not is_tallied(criteria):
        return None
    keys, places = _grouping(by)
    tallies = to_tally_condition(criteria)
    rows = db.execute(
        f"select {keys}, digits, {_TALLIED} from tallies "  # noqa: S608  # built of our own words; values are parameters
        f"where {tallies.sql} group by {places}",
        tallies.parameters,
    ).fetchall()
    late = to_condition(replace(criteria, overdue=True))
    overdue = db.execute(
        f"select {keys}, digits, 0, 0, 0, 0, 0, count(*), sum(balance_minor) "  # noqa: S608  # as above
        f"from {late.sums_table} where {late.sql} group by {places}",
        late.parameters,
    ).fetchall()
    sums: dict[Group, Sum] = {}
    with localcontext(EXACT):
        _add_minors(sums, (*rows, *overdue), len(by))
        if any(row[len(by)] < 0 for row in rows):
            unfit = to_condition(criteria)
            unfit.add("digits < 0")
            _add_texts(db, by, unfit, sums)
    return sums


def add_up(
    db: Database, by: Sequence[str], condition: Condition, *, sums_sql: str = SUMS
) -> dict[Group, Sum]:
    """Add up every group exactly, in SQLite where the amounts fit.

    *by* are SQL expressions over the columns of an invoice.
    """
    keys, places = _grouping(by)
    sums: dict[Group, Sum] = {}
    try:
        rows: list[tuple[Any, ...]] = db.execute(
            f"select {keys}, digits, {sums_sql} from {condition.sums_table} "  # noqa: S608  # built of our own words; values are parameters
            f"where {condition.sql} group by {places}",
            condition.parameters,
        ).fetchall()
    except sqlite3.OperationalError as error:
        if "integer overflow" not in str(error):
            raise
        rows, unfit = [], "true"
    else:
        unfit = "digits < 0" if any(row[len(by)] < 0 for row in rows) else ""
    with localcontext(EXACT):
        _add_minors(sums, rows, len(by))
        if unfit:
            condition.add(unfit)
            _add_texts(db, by, condition, sums)
    return sums


def _grouping(by: Sequence[str]) -> tuple[str, str]:
    """Write *by* and the digits as what is selected, and as what it is grouped by."""
    return ", ".join(by), ", ".join(str(place) for place in range(1, len(by) + 2))


def _add_minors(
    sums: dict[Group, Sum], rows: Sequence[tuple[Any, ...]], keys: int
) -> None:
    for row in rows:
        digits = row[keys]
        if digits >= 0:
            sums.setdefault(row[:keys], Sum()).add_minor(digits, row[keys + 1 :])


def _add_texts(
    db: Database, by: Sequence[str], condition: Condition, sums: dict[Group, Sum]
) -> None:
    keys, _ = _grouping(by)
    rows = db.execute(
        f"select {keys}, {_TEXTS} from {condition.sums_table} where {condition.sql}",  # noqa: S608  # as above
        condition.parameters,
    )
    for *group, total, balance, overdue in rows.fetchall():
        sums.setdefault(tuple(group), Sum()).add_text(total, balance, overdue)


def _major(minor: int, digits: int) -> Decimal:
    return Decimal(minor).scaleb(-digits)

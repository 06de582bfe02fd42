"""Sums over the invoices meant, exact to the last digit.

SQLite adds whole minor units. Where an amount does not fit them (``digits`` is -1) or
the sum would not, `Decimal` adds the texts instead.
"""

import sqlite3
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from typing import Any, Literal

from sqlite_utils import Database

from providers.models import OWED, Kind
from storage.criteria import (
    OVERDUE_SQL,
    Condition,
    Criteria,
    is_tallied,
    to_condition,
    to_tally_condition,
)

Bucket = Literal["not_due", "1-30", "31-60", "61-90", "over_90", "no_due_date"]
#: In the order in which they are shown, with the days late that each ends at.
BUCKETS: tuple[tuple[Bucket, int | None], ...] = (
    ("not_due", 0),
    ("1-30", 30),
    ("31-60", 60),
    ("61-90", 90),
    ("over_90", None),
    ("no_due_date", None),
)
#: Wide enough that no sum of amounts is ever rounded.
_EXACT = Context(prec=200)

_BUCKET_SQL = (
    "case when due_on is null then 'no_due_date' when due_on >= :today then 'not_due' "
    "when due_on >= :day30 then '1-30' when due_on >= :day60 then '31-60' "
    "when due_on >= :day90 then '61-90' else 'over_90' end"
)
_SUMS = (
    "count(*), count(total_minor), sum(total_minor), count(balance_minor), "
    f"sum(balance_minor), coalesce(sum({OVERDUE_SQL}), 0), "
    f"sum(case when {OVERDUE_SQL} then balance_minor end)"
)
#: The same shape, for a question about balances alone.
_BALANCES = "count(*), 0, null, count(balance_minor), sum(balance_minor), 0, null"
_TALLIED = (
    "sum(invoices), sum(totals), sum(total_minor), sum(balances), sum(balance_minor), "
    "0, null"
)
_TEXTS = f"total, balance, coalesce({OVERDUE_SQL}, 0)"


@dataclass(frozen=True, slots=True)
class Total:
    """What the invoices of one kind and currency come to.

    A sum is ``None`` when none of its amounts is stated; ``no_total`` and
    ``no_balance`` count the invoices that state none.
    """

    kind: Kind
    currency: str
    invoices: int
    total: Decimal | None
    balance: Decimal | None
    overdue_invoices: int
    overdue_balance: Decimal | None
    no_balance: int
    no_total: int = 0


@dataclass(frozen=True, slots=True)
class Aged:
    """What is owed in one currency and is late by so much; see `BUCKETS`."""

    currency: str
    bucket: Bucket
    invoices: int
    balance: Decimal | None
    no_balance: int


@dataclass(slots=True)
class _Sum:
    """Amounts of one group being added up."""

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
        self.total += _major(row[2], digits) or 0
        self.balances += row[3]
        self.balance += _major(row[4], digits) or 0
        self.overdue += row[5]
        self.add_overdue(_major(row[6], digits))

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


def totals(
    db: Database, criteria: Criteria, *, today: date | None = None
) -> list[Total]:
    """Add up the invoices meant, by kind (invoices first) and currency."""
    criteria = replace(criteria, today=today or criteria.today)
    groups = _read_tallies(db, criteria)
    if groups is None:
        groups = _add_up(db, ("kind", "currency"), to_condition(criteria))
    return [
        Total(
            kind=kind,
            currency=currency,
            invoices=s.invoices,
            total=s.total if s.totals else None,
            balance=s.balance if s.balances else None,
            overdue_invoices=s.overdue,
            overdue_balance=s.overdue_balance,
            no_balance=s.invoices - s.balances,
            no_total=s.invoices - s.totals,
        )
        for (kind, currency), s in sorted(groups.items(), key=_invoices_first)
    ]


def ageing(
    db: Database, criteria: Criteria, *, today: date | None = None
) -> list[Aged]:
    """Add up what is owed by currency and by how late it is; empty buckets left out."""
    day = today or criteria.today
    statuses = tuple(s for s in criteria.statuses or OWED if s in OWED)
    if not statuses:
        return []
    criteria = replace(criteria, today=day, statuses=statuses)
    condition = to_condition(criteria)
    condition.add("kind = 'invoice' and balance_minor is not 0")
    for days in (30, 60, 90):
        condition.parameters[f"day{days}"] = (day - timedelta(days=days)).isoformat()
    groups = _add_up(db, ("currency", _BUCKET_SQL), condition, sums_sql=_BALANCES)
    order = [bucket for bucket, _ in BUCKETS]
    return [
        Aged(
            currency,
            bucket,
            s.invoices,
            s.balance if s.balances else None,
            s.invoices - s.balances,
        )
        for (currency, bucket), s in sorted(
            groups.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
        )
    ]


def _read_tallies(
    db: Database, criteria: Criteria
) -> dict[tuple[Any, Any], _Sum] | None:
    """Read the sums that are kept, and add up what is overdue among the few owed.

    ``None`` where the question is about more than is kept.
    """
    if not is_tallied(criteria):
        return None
    tallies = to_tally_condition(criteria)
    rows = db.execute(
        f"select kind, currency, digits, {_TALLIED} from tallies "  # noqa: S608  # built of our own words; values are parameters
        f"where {tallies.sql} group by 1, 2, 3",
        tallies.parameters,
    ).fetchall()
    late = to_condition(replace(criteria, overdue=True))
    overdue = db.execute(
        "select kind, currency, digits, 0, 0, 0, 0, 0, count(*), sum(balance_minor) "  # noqa: S608  # as above
        f"from {late.sums_table} where {late.sql} group by 1, 2, 3",
        late.parameters,
    ).fetchall()
    sums: dict[tuple[Any, Any], _Sum] = {}
    with localcontext(_EXACT):
        for kind, currency, digits, *amounts in (*rows, *overdue):
            if digits >= 0:
                group = sums.setdefault((kind, currency), _Sum())
                group.add_minor(digits, tuple(amounts))
        if any(row[2] < 0 for row in rows):
            unfit = to_condition(criteria)
            unfit.add("digits < 0")
            _add_texts(db, "kind, currency", unfit, sums)
    return sums


def _add_up(
    db: Database, group: tuple[str, str], condition: Condition, *, sums_sql: str = _SUMS
) -> dict[tuple[Any, Any], _Sum]:
    """Add up every group exactly, in SQLite where the amounts fit."""
    by = f"{group[0]}, {group[1]}"
    sums: dict[tuple[Any, Any], _Sum] = {}
    try:
        rows: list[tuple[Any, ...]] = db.execute(
            f"select {by}, digits, {sums_sql} from {condition.sums_table} "  # noqa: S608  # built of our own words; values are parameters
            f"where {condition.sql} group by 1, 2, 3",
            condition.parameters,
        ).fetchall()
    except sqlite3.OperationalError as error:
        if "integer overflow" not in str(error):
            raise
        rows, unfit = [], "true"
    else:
        unfit = "digits < 0" if any(row[2] < 0 for row in rows) else ""
    with localcontext(_EXACT):
        for first, second, digits, *amounts in rows:
            if digits >= 0:
                group_sum = sums.setdefault((first, second), _Sum())
                group_sum.add_minor(digits, tuple(amounts))
        if unfit:
            condition.add(unfit)
            _add_texts(db, by, condition, sums)
    return sums


def _add_texts(
    db: Database,
    by: str,
    condition: Condition,
    sums: dict[tuple[Any, Any], _Sum],
) -> None:
    rows = db.execute(
        f"select {by}, {_TEXTS} from {condition.sums_table} where {condition.sql}",  # noqa: S608  # as above
        condition.parameters,
    )
    for first, second, total, balance, overdue in rows.fetchall():
        sums.setdefault((first, second), _Sum()).add_text(total, balance, overdue)


def _major(minor: int | None, digits: int) -> Decimal | None:
    return None if minor is None else Decimal(minor).scaleb(-digits)


def _invoices_first(item: tuple[tuple[str, str], _Sum]) -> tuple[bool, str]:
    kind, currency = item[0]
    return kind != "invoice", currency

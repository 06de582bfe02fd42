"""Totals over the invoices meant: by currency, by group, and by how late."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from sqlite_utils import Database

from providers.models import OWED, Kind
from storage.criteria import Condition, Criteria, to_condition
from storage.sums import BALANCES, Group, Sum, add_up, read_tallies

Bucket = Literal[
    "not_due",
    "1-30",
    "31-60",
    "61-90",
    "over_90",
    "no_due_date",
    "0-30",
    "no_issue_date",
]
#: In the order in which they are shown, with the days late that each ends at.
BUCKETS: tuple[tuple[Bucket, int | None], ...] = (
    ("not_due", 0),
    ("1-30", 30),
    ("31-60", 60),
    ("61-90", 90),
    ("over_90", None),
    ("no_due_date", None),
)
#: The same for age counted from the day of issue.
BUCKETS_SINCE_ISSUE: tuple[tuple[Bucket, int | None], ...] = (
    ("0-30", 30),
    ("31-60", 60),
    ("61-90", 90),
    ("over_90", None),
    ("no_issue_date", None),
)
Dimension = Literal[
    "month", "quarter", "year", "connection", "provider", "seller", "currency", "status"
]
_SELLER = "coalesce(counterparty, '')"
#: What each dimension is in SQL; all but the seller are in the tallies, too.
_KEYS: dict[Dimension, str] = {
    "month": "{month}",
    "quarter": (
        "case {month} when '' then '' else substr({month}, 1, 4) || '-Q' || "
        "((cast(substr({month}, 6, 2) as integer) + 2) / 3) end"
    ),
    "year": "substr({month}, 1, 4)",
    "connection": "connection",
    "provider": (
        "coalesce((select provider from connections where name = connection), "
        "connection)"
    ),
    "seller": _SELLER,
    "currency": "currency",
    "status": "status",
}

_BUCKET_SQL = {
    "due_on": (
        "case when due_on is null then 'no_due_date' when due_on >= :today then "
        "'not_due' when due_on >= :day30 then '1-30' when due_on >= :day60 then "
        "'31-60' when due_on >= :day90 then '61-90' else 'over_90' end"
    ),
    "issued_on": (
        "case when issued_on is null then 'no_issue_date' when issued_on >= :day30 "
        "then '0-30' when issued_on >= :day60 then '31-60' when issued_on >= :day90 "
        "then '61-90' else 'over_90' end"
    ),
}


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


def totals(
    db: Database, criteria: Criteria, *, today: date | None = None
) -> list[Total]:
    """Add up the invoices meant, by kind (invoices first) and currency."""
    criteria = replace(criteria, today=today or criteria.today)
    return to_totals(_sums(db, criteria, ("kind", "currency")).items())


def grouped(
    db: Database, criteria: Criteria, by: Dimension
) -> list[tuple[str, list[Total]]]:
    """Add up the invoices meant in groups, in the order of what they are called.

    A month is ``2021-08``, a quarter ``2021-Q3``; a group of what has none of it is
    called ``""``. Months are those of the date that the period is about.
    """
    key = _KEYS[by].format(month=_month(criteria))
    groups: dict[str, list[tuple[Group, Sum]]] = {}
    for (name, *rest), found in _sums(db, criteria, (key, "kind", "currency")).items():
        groups.setdefault(name, []).append((tuple(rest), found))
    return [(name, to_totals(groups[name])) for name in sorted(groups)]


def ageing(
    db: Database, criteria: Criteria, *, today: date | None = None
) -> list[Aged]:
    """Add up what is owed by currency and by its age; empty buckets are left out."""
    criteria = replace(criteria, today=today or criteria.today)
    condition, bucket_sql, order = aged_condition(criteria)
    groups = add_up(db, ("currency", bucket_sql), condition, sums_sql=BALANCES)
    return [
        to_aged(currency, bucket, found)
        for (currency, bucket), found in sorted(
            groups.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
        )
    ]


def ageing_by(
    db: Database, criteria: Criteria, by: Dimension
) -> list[tuple[str, list[Aged]]]:
    """Add up as `ageing`, for each group of *by*, in the order of their names."""
    condition, bucket_sql, order = aged_condition(criteria)
    key = _KEYS[by].format(month=_month(criteria))
    sums = add_up(db, (key, "currency", bucket_sql), condition, sums_sql=BALANCES)
    groups: dict[str, list[Aged]] = {}
    for (name, currency, bucket), found in sorted(
        sums.items(), key=lambda item: (*item[0][:2], order.index(item[0][2]))
    ):
        groups.setdefault(name, []).append(to_aged(currency, bucket, found))
    return list(groups.items())


def aged_condition(criteria: Criteria) -> tuple[Condition, str, list[Bucket]]:
    """Say what is owed of the invoices meant: where, its age in SQL, and their order.

    Nothing is, where only other statuses are asked for.
    """
    statuses = tuple(s for s in criteria.statuses or OWED if s in OWED)
    condition = to_condition(replace(criteria, statuses=statuses or OWED))
    condition.add("kind = 'invoice' and balance_minor is not 0")
    if not statuses:
        condition.add("false")
    for days in (30, 60, 90):
        day = criteria.today - timedelta(days=days)
        condition.parameters[f"day{days}"] = day.isoformat()
    buckets = BUCKETS if criteria.age_by == "due_on" else BUCKETS_SINCE_ISSUE
    order = [bucket for bucket, _ in buckets]
    return condition, _BUCKET_SQL[criteria.age_by], order


def to_aged(currency: str, bucket: Bucket, found: Sum) -> Aged:
    """Write a sum of balances as what is owed at one age."""
    return Aged(
        currency,
        bucket,
        found.invoices,
        found.balance if found.balances else None,
        found.invoices - found.balances,
    )


def _sums(db: Database, criteria: Criteria, by: tuple[str, ...]) -> dict[Group, Sum]:
    """Add up by *by*, from the sums that are kept where they have all it takes."""
    tallied = None if _SELLER in by else read_tallies(db, criteria, by)
    return add_up(db, by, to_condition(criteria)) if tallied is None else tallied


def _month(criteria: Criteria) -> str:
    """Write the month of the date that the period of *criteria* is about."""
    if criteria.days is None:
        return "coalesce(month, '')"
    return f"substr(coalesce({criteria.day_field}, ''), 1, 7)"


def to_totals(groups: Iterable[tuple[Group, Sum]]) -> list[Total]:
    """Write sums by kind and currency as totals, invoices first."""
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
        for (kind, currency), s in sorted(groups, key=_invoices_first)
    ]


def _invoices_first(item: tuple[Group, Sum]) -> tuple[bool, str]:
    kind, currency = item[0]
    return kind != "invoice", currency

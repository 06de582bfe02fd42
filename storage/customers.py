"""Sums by the customers that line items are for, exact.

An invoice that is all for one customer counts as theirs, whole. Of one that is broken
down to several, each has what their line items come to; the rest, as a rule the tax and
what is billed to the reseller itself, is in the group without a name, with all invoices
that name no customer; so the groups add up to the totals. A balance is of an invoice as
a whole: of several customers none has one, it is where the rest is.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any

from sqlite_utils import Database

from providers.models import LineItem
from storage.criteria import OVERDUE_SQL, Criteria, to_condition
from storage.rows import to_lines
from storage.sums import EXACT, Sum, add_up
from storage.totals import (
    Aged,
    Bucket,
    Total,
    aged_condition,
    to_aged,
    to_totals,
)

#: A group's name, kind and currency.
_Key = tuple[str, str, str]


def by_customer(db: Database, criteria: Criteria) -> list[tuple[str, list[Total]]]:
    """Add up the invoices meant by customer, in the order of their names."""
    whole = to_condition(criteria)
    whole.add("lines = '[]'")
    sums: dict[_Key, Sum] = {
        ("", *key): found
        for key, found in add_up(db, ("kind", "currency"), whole).items()
    }
    split = to_condition(criteria)
    split.add("lines <> '[]'")
    rows = db.execute(
        "select kind, currency, total, balance, coalesce("  # noqa: S608  # our own words; values are parameters
        f"{OVERDUE_SQL}, 0), lines from {split.table} where {split.sql}",
        split.parameters,
    )
    with localcontext(EXACT):
        for kind, currency, *amounts, lines in rows.fetchall():
            _add(sums, kind, currency, amounts, to_lines(lines))
    names = sorted({name for name, *_ in sums})
    return [
        (name, to_totals((k[1:], s) for k, s in sums.items() if k[0] == name))
        for name in names
    ]


def ageing_by_customer(
    db: Database, criteria: Criteria
) -> list[tuple[str, list[Aged]]]:
    """Add up what is owed by age, as `ageing_by`, for each customer.

    A balance is of an invoice as a whole: one for several customers is nobody's.
    """
    condition, bucket_sql, order = aged_condition(criteria)
    rows = db.execute(
        f"select currency, {bucket_sql}, balance, lines from {condition.table} "  # noqa: S608  # our own words; values are parameters
        f"where {condition.sql}",
        condition.parameters,
    )
    sums: dict[tuple[str, str, Bucket], Sum] = {}
    with localcontext(EXACT):
        for currency, bucket, balance, lines in rows.fetchall():
            named = {line.customer for line in to_lines(lines)}
            whose = (named.pop() or "") if len(named) == 1 else ""
            key = (whose, currency, bucket)
            sums.setdefault(key, Sum()).add_text(None, balance, 0)
    groups: dict[str, list[Aged]] = {}
    for (name, currency, bucket), found in sorted(
        sums.items(), key=lambda item: (*item[0][:2], order.index(item[0][2]))
    ):
        groups.setdefault(name, []).append(to_aged(currency, bucket, found))
    return list(groups.items())


def _add(
    sums: dict[_Key, Sum],
    kind: str,
    currency: str,
    amounts: list[Any],
    lines: Sequence[LineItem],
) -> None:
    """Add one invoice with line items to its customers, and the rest to nobody."""
    total, balance, overdue = amounts
    parts: dict[str, Decimal] = {}
    for line in lines:
        amount = line.total if line.total is not None else line.net
        if line.customer and amount is not None:
            parts[line.customer] = parts.get(line.customer, Decimal(0)) + amount
    nobody = ("", kind, currency)
    named = {line.customer for line in lines}
    if len(named) == 1:
        whose = (named.pop() or "", kind, currency)
        sums.setdefault(whose, Sum()).add_text(total, balance, overdue)
        return
    if not parts:
        sums.setdefault(nobody, Sum()).add_text(total, balance, overdue)
        return
    for name, amount in parts.items():
        sums.setdefault((name, kind, currency), Sum()).add_text(str(amount), None, 0)
    rest = None if total is None else Decimal(total) - sum(parts.values())
    if rest is None or rest or Decimal(balance or 0):
        left = None if rest is None else str(rest)
        sums.setdefault(nobody, Sum()).add_text(left, balance, overdue)

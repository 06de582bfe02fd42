"""Totals by group, against the same sums made one invoice at a time."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from bot.answers.ageing import overdue_days
from bot.answers.totals import totals_of
from providers.models import OWED, Invoice, Status
from storage import totals
from storage.criteria import Criteria
from storage.store import Store
from storage.totals import BUCKETS, Dimension
from tests.storage.made import TODAY, invoice, keep

_CURRENCIES = {"JPY": 0, "EUR": 2, "USD": 2, "KWD": 3}
_PLACES = (("lw", "lineworks"), ("swo", "softwareone"), ("i3d", "i3dnet"))


def random_invoice(rng: Random, id_: int) -> Invoice:
    currency = rng.choice(list(_CURRENCIES))
    connection, provider = rng.choice(_PLACES)
    issued = TODAY - timedelta(days=rng.randrange(0, 700))
    total = Decimal(rng.randrange(0, 10**7)).scaleb(-_CURRENCIES[currency])
    credit = rng.random() < 0.2
    status = rng.choice([Status.OPEN_CREDIT] if credit else list(Status)[:3])
    owed = {Status.PAID: Decimal(0), Status.PART_PAID: total / 2}.get(status, total)
    return invoice(
        str(id_),
        connection=connection,
        provider=provider,
        kind="credit_note" if credit else "invoice",
        period=rng.choice([None, f"{issued:%Y-%m}"]),
        issued_on=rng.choice([issued, issued, issued, None]),
        due_on=rng.choice([issued + timedelta(days=30), None]),
        currency=currency,
        total=rng.choice([total, total, total, None]),
        balance=rng.choice([owed.quantize(total), owed.quantize(total), None]),
        status=status,
        counterparty=rng.choice(["Blue Heron", "Insight", None]),
    )


def month_of(each: Invoice) -> str:
    issued = each.issued_on
    return each.period or (f"{issued:%Y-%m}" if issued else "")


def quarter_of(each: Invoice) -> str:
    month = month_of(each)
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}" if month else ""


KEYS: dict[Dimension, Callable[[Invoice], str]] = {
    "month": month_of,
    "quarter": quarter_of,
    "year": lambda each: month_of(each)[:4],
    "connection": lambda each: each.connection,
    "provider": lambda each: each.provider,
    "seller": lambda each: each.counterparty or "",
    "currency": lambda each: each.currency,
    "status": lambda each: each.status.value,
}
CRITERIA: list[tuple[dict[str, Any], Callable[[Invoice], bool]]] = [
    ({}, lambda _: True),
    (
        {"months": ("2025-10", "2026-03")},
        lambda each: "2025-10" <= month_of(each) <= "2026-03",
    ),
    ({"statuses": OWED, "kinds": ("invoice",)}, lambda each: each.status in OWED),
    ({"overdue": True}, lambda each: overdue_days(each, today=TODAY) > 0),
    ({"seller": "insight"}, lambda each: each.counterparty == "Insight"),
]


@pytest.fixture
async def kept(store: Store) -> list[Invoice]:
    rng = Random(20261121)
    invoices = [random_invoice(rng, id_) for id_ in range(300)]
    await store.run(keep, invoices)
    return invoices


@pytest.mark.parametrize("by", KEYS)
@pytest.mark.parametrize("case", range(len(CRITERIA)))
async def test_groups_hold_what_their_invoices_come_to(
    store: Store, kept: list[Invoice], by: Dimension, case: int
) -> None:
    fields, is_meant = CRITERIA[case]
    meant = [each for each in kept if is_meant(each)]
    found = store.read(totals.grouped, Criteria(today=TODAY, **fields), by)
    assert [name for name, _ in found] == sorted({KEYS[by](each) for each in meant})
    for name, sums in found:
        members = [each for each in meant if KEYS[by](each) == name]
        assert [
            (t.kind, t.currency, t.invoices, t.total, t.balance, t.overdue_invoices)
            for t in sums
        ] == [
            (t.kind, t.currency, t.invoices, t.total, t.balance, t.overdue)
            for t in totals_of(members, today=TODAY)
        ]


async def test_months_are_those_of_the_date_that_is_asked_about(store: Store) -> None:
    made = invoice(issued_on=date(2026, 10, 5), due_on=date(2026, 12, 5))
    await store.run(keep, [made])
    december = (date(2026, 12, 1), date(2026, 12, 31))
    due = Criteria(today=TODAY, days=december, day_field="due_on")
    assert [name for name, _ in store.read(totals.grouped, due, "month")] == ["2026-12"]


async def test_amounts_too_large_for_sqlite_are_grouped_exactly(store: Store) -> None:
    huge = "99999999999999999999.99"
    made = [
        invoice("1", total=huge, balance=None),
        invoice("2", total=huge, balance=None),
        invoice("3", total="0.01", balance=None),
    ]
    await store.run(keep, made)
    ((name, (total,)),) = store.read(totals.grouped, Criteria(today=TODAY), "month")
    assert name == "2026-11"
    assert total.total == Decimal("199999999999999999999.99")


async def test_ages_are_those_of_each_balance(
    store: Store, kept: list[Invoice]
) -> None:
    found = store.read(totals.ageing, Criteria(today=TODAY))
    owed = [
        each
        for each in kept
        if each.status in OWED and each.kind == "invoice" and each.balance != 0
    ]
    assert sum(each.invoices for each in found) == len(owed)
    late = sum(overdue_days(each, today=TODAY) > 0 for each in owed)
    apart = ("not_due", "no_due_date")
    assert sum(each.invoices for each in found if each.bucket not in apart) == late
    assert {each.bucket for each in found} <= {bucket for bucket, _ in BUCKETS}

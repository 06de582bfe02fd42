"""Two periods, from the question to the answer."""

from decimal import Decimal

import pytest

from bot.answers.comparison import Change, change
from bot.answers.document import answer_document
from bot.flows.ask import ALL_ROWS
from storage.store import Store
from tests.bot.flows.asking import ask, keep_some


async def test_both_periods_are_added_up(store: Store) -> None:
    await keep_some(store)
    question = "compare October with September"
    answer = ask(store, question, rows=ALL_ROWS)
    assert answer_document(question, answer)["compared"] == [
        {
            "group": None,
            "kind": "invoice",
            "currency": "EUR",
            "invoices": 1,
            "invoices_before": 2,
            "amount": "250.00",
            "amount_before": "200.00",
            "difference": "50.00",
            "percent": "25.0",
        },
        {
            "group": None,
            "kind": "invoice",
            "currency": "JPY",
            "invoices": 1,
            "invoices_before": 0,
            "amount": "79640",
            "amount_before": "0",
            "difference": "79640",
            "percent": None,
        },
        {
            "group": None,
            "kind": "credit_note",
            "currency": "EUR",
            "invoices": 1,
            "invoices_before": 0,
            "amount": "40.00",
            "amount_before": "0.00",
            "difference": "40.00",
            "percent": None,
        },
    ]


async def test_groups_of_both_periods_stand_beside_each_other(store: Store) -> None:
    await keep_some(store)
    answer = ask(store, "/unpaid 2026-11 vs 2026-10 by connection")
    assert [
        (
            each.name,
            each.currency,
            each.now and each.now.balance,
            each.before and each.before.balance,
        )
        for each in answer.compared
    ] == [
        ("i3d", "EUR", Decimal("100.00"), Decimal("250.00")),
        ("lw", "JPY", None, Decimal(79640)),
    ]
    assert answer.invoices == ()
    assert answer.groups == ()


async def test_a_period_with_nothing_is_still_compared(store: Store) -> None:
    await keep_some(store)
    answer = ask(store, "/invoices 2026-09 vs 2026-10 jpy")
    assert answer.count == 0
    assert [(each.now, each.currency) for each in answer.compared] == [(None, "JPY")]


@pytest.mark.parametrize(
    ("now", "before", "changed"),
    [
        ("150.00", "100.00", ("50.00", "50.0")),
        ("100.00", "150.00", ("-50.00", "-33.3")),
        ("0.05", "0.00", ("0.05", None)),
        ("2", "3", ("-1", "-33.3")),
        ("100.05", "100.00", ("0.05", "0.1")),
        ("99999999999999999999.99", "0.01", ("99999999999999999999.98", ...)),
    ],
)
def test_a_change_is_exact(now: str, before: str, changed: tuple[str, object]) -> None:
    found = change(Decimal(now), Decimal(before))
    assert found is not None
    assert str(found.difference) == changed[0]
    if changed[1] is not ...:
        assert (found.percent and str(found.percent)) == changed[1]


def test_what_is_not_stated_has_no_difference() -> None:
    assert change(None, Decimal(1)) is None
    assert change(Decimal(1), None) is None
    assert change(Decimal(0), Decimal(0)) == Change(Decimal(0), None)

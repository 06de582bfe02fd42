"""Sums by group, as Slack is sent them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.model import Group, InvoiceList, Proof, Total, pages
from bot.queries.model import Dimension, Query
from bot.views.aged import any_grid
from bot.views.grouping import group_grid, group_name
from bot.views.limits import check
from bot.views.listing import listing_message
from providers.models import OWED, Status
from tests.conftest import Saved
from tests.factories import make_list, setting


def total(currency: str = "EUR", **changes: Any) -> Total:
    fields: dict[str, Any] = {
        "kind": "invoice",
        "currency": currency,
        "invoices": 3,
        "total": Decimal("363.00"),
        "balance": Decimal("121.00"),
        "overdue": 1,
        "overdue_balance": Decimal("121.00"),
    }
    return Total(**(fields | changes))


def answer(by: Dimension, *groups: Group, **changes: Any) -> InvoiceList:
    sums = tuple({each.total.currency: each.total for each in groups}.values())
    made = make_list(query=Query(group=by), groups=groups, totals=sums, count=3)
    return replace(made, **changes)


YEN = total("JPY", total=Decimal(79640), balance=None, overdue=0, not_stated=3)


def test_a_year_by_month(saved: Saved) -> None:
    credit = total(kind="credit_note", invoices=1, overdue=0, overdue_balance=None)
    made = answer(
        "month",
        Group("2025-09", total()),
        Group("2025-09", YEN),
        Group("2025-10", credit),
        Group("", total(balance=Decimal("121.00"), not_stated=2)),
    )
    message = listing_message(made, setting("/invoices 2025 by month"))
    check(message)
    saved("listing/by_month", {"text": message.text, "blocks": message.blocks})


def test_ages_are_rows_and_currencies_columns() -> None:
    query = Query(status=OWED, kinds=("invoice",), group="age")
    late, soon = total(balance=Decimal("21.00")), total(balance=Decimal("100.00"))
    unstated = total("JPY", balance=None, not_stated=3)
    made = answer(
        "age",
        Group("not_due", soon),
        Group("31-60", late),
        Group("no_due_date", unstated),
        query=query,
        totals=(total(), unstated),
        proof=(Proof("EUR", (("not_due", Decimal(100)),), Decimal("121.00")),),
    )
    message = listing_message(made, setting("/unpaid aging"))
    check(message)
    (table,) = (block for block in message.blocks if block["type"] == "data_table")
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Age", "EUR", "JPY"],
        ["not due", "100.00 (3)", "–"],
        ["1–30 days late", "–", "–"],
        ["31–60", "21.00 (3)", "–"],
        ["61–90", "–", "–"],
        ["over 90", "–", "–"],
        ["no due date", "–", "not stated (3)"],
        ["outstanding", "121.00 (3)", "not stated (3)"],
    ]
    assert "does not add up: 21.00 is missing above" in str(message.blocks)
    assert "not due: 3 invoices, 100.00 EUR" in message.text


def test_ages_of_many_currencies_are_rows_over_pages() -> None:
    codes = [f"C{number:02}" for number in range(50)]
    groups = [Group("1-30", total(code)) for code in codes]
    made = answer("age", *groups, page=2)
    assert pages(made) == 2
    message = listing_message(made, setting("/unpaid aging"))
    check(message)
    (table,) = (block for block in message.blocks if block["type"] == "data_table")
    assert len(table["rows"]) == 11
    assert "Page 2 of 2; totals are over all of them." in str(message.blocks)


@pytest.mark.parametrize(
    ("by", "name", "said"),
    [
        ("month", "2021-08", "Aug 2021"),
        ("quarter", "2021-Q3", "Q3 2021"),
        ("year", "2021", "2021"),
        ("status", "part_paid", "part paid"),
        ("seller", "", "not stated"),
        ("month", "", "not stated"),
        ("connection", "i3d", "i3d"),
        ("age", "61-90", "61–90"),
    ],
)
def test_a_group_has_a_name(by: Dimension, name: str, said: str) -> None:
    assert group_name(by, name) == said


@pytest.mark.parametrize(
    ("command", "by", "button"),
    [
        ("/invoices 2025 by month", "month", "/invoices 2025"),
        ("/unpaid aging", "age", "/unpaid"),
        ("/invoices by seller", "seller", "/invoices all"),
    ],
)
def test_the_single_invoices_are_one_click_away(
    command: str, by: Dimension, button: str
) -> None:
    made = answer(by, Group("" if by != "age" else "1-30", total()))
    message = listing_message(made, setting(command))
    (show,) = (
        element
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["text"]["text"] == "Show invoices"
    )
    assert f'"{button}"' in show["value"]


NAMES: dict[Dimension, st.SearchStrategy[str]] = {
    "month": st.sampled_from(["2021-08", ""]),
    "quarter": st.sampled_from(["2021-Q3", ""]),
    "status": st.sampled_from(list(Status)).map(lambda status: status.value),
    "age": st.sampled_from(["not_due", "over_90", "no_due_date"]),
}


@given(st.data())
def test_any_groups_fit_into_a_message(data: st.DataObject) -> None:
    by: Dimension = data.draw(st.sampled_from(get_args(Dimension)))
    names = NAMES.get(by, st.text(max_size=300))
    amounts = st.none() | st.decimals(0, 10**18, places=2)
    rows = data.draw(
        st.lists(
            st.builds(
                Group,
                names,
                st.builds(
                    total,
                    st.sampled_from(["EUR", "JPY", "KWD"]),
                    total=amounts,
                    balance=amounts,
                    invoices=st.integers(1, 10**6),
                ),
            ),
            min_size=1,
            max_size=100,
        )
    )
    for page in (1, 2):
        made = answer(by, *rows, page=page)
        if page <= pages(made):
            check(listing_message(made, setting("/invoices 2025")))
    assert group_grid(answer(by, *rows), rows).rows


def test_a_balance_that_is_not_stated_is_no_part_of_what_is_outstanding() -> None:
    late, unstated = total(not_stated=1), total("JPY", balance=None, not_stated=3)
    made = answer(
        "age",
        Group("i3d", late, age="1-30"),
        Group("i3d", total(balance=Decimal("9.00")), age="over_90"),
        Group("lw", unstated, age="no_due_date"),
        query=Query(status=OWED, kinds=("invoice",), group="age", aged_by="connection"),
    )
    grid = any_grid(made)
    euro, yen = (dict(zip(grid.headings, row, strict=True)) for row in grid.rows)
    assert euro["1–30 days late"] == "121.00 + 1 not stated"
    assert euro["outstanding"] == "130.00 + 1 not stated"
    assert yen["no due date"] == yen["outstanding"] == "not stated (3)"
    assert grid.amounts[1][-1] is None
    check(listing_message(made, setting("/unpaid aging by connection")))

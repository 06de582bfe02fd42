"""Groups as bars, beside their table."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.model import Group, InvoiceList
from bot.queries.model import Dimension
from bot.views.kit import Message, bar_chart
from bot.views.limits import MessageError, check
from bot.views.listing import listing_message
from providers.models import OWED
from sandbox.slack.blocks import check_message
from tests.bot.views.test_grouping import NAMES, answer, total
from tests.factories import setting


def drawn(by: Dimension, *groups: Group, **changes: Any) -> InvoiceList:
    made = answer(by, *groups)
    return replace(made, query=replace(made.query, chart=True, **changes))


def chart_of(made: InvoiceList) -> dict[str, Any]:
    message = listing_message(made, setting("/invoices 2025 by month as chart"))
    check(message)
    types = [block["type"] for block in message.blocks]
    last = len(types) - 1 - types[::-1].index("data_visualization")
    assert types[last : last + 3] == ["data_visualization", "context", "data_table"]
    return message.blocks[types.index("data_visualization")]


def euros(name: str, amount: str, currency: str = "EUR") -> Group:
    return Group(name, total(currency, total=Decimal(amount)))


def charts(made: InvoiceList) -> list[dict[str, Any]]:
    blocks = listing_message(made, setting()).blocks
    return [block for block in blocks if block["type"] == "data_visualization"]


def test_each_currency_has_a_chart_and_an_empty_month_is_a_point() -> None:
    made = drawn(
        "month",
        euros("2025-08", "100.50"),
        euros("2025-09", "7000", "JPY"),
        euros("2025-10", "50.00"),
        euros("2025-10", "7000", "JPY"),
    )
    euro, yen = charts(made)
    assert euro["title"] == "Invoices by month, EUR"
    assert euro["chart"]["axis_config"] == {
        "categories": ["Aug 2025", "Sep 2025", "Oct 2025"],
        "x_label": "Month",
        "y_label": "Total in EUR",
    }
    (series,) = euro["chart"]["series"]
    assert series["name"] == "EUR"
    assert [point["value"] for point in series["data"]] == [100.5, 0.0, 50.0]
    assert yen["title"] == "Invoices by month, JPY"
    said = str(listing_message(made, setting()).blocks)
    assert "*EUR* · most: Aug 2025, 100.50, 67 % of 150.50" in said
    assert "*JPY* · most: Sep 2025, 7,000, 50 % of 14,000" in said


def test_of_many_currencies_those_of_most_invoices_are_drawn_and_the_rest_named() -> (
    None
):
    made = drawn(
        "month",
        *(
            Group("2025-08", total(code, total=Decimal(9), invoices=many))
            for code, many in (("AAA", 1), ("EUR", 5), ("JPY", 7), ("USD", 2))
        ),
    )
    assert [each["title"][-3:] for each in charts(made)] == ["JPY", "EUR"]
    assert "only in the table: what is in AAA, USD." in str(
        listing_message(made, setting()).blocks
    )


def test_ages_are_drawn_by_what_is_owed() -> None:
    (chart,) = charts(drawn("age", euros("1-30", "5"), euros("over_90", "7")))
    assert chart["chart"]["axis_config"]["y_label"] == "Balance in EUR"
    labels = chart["chart"]["axis_config"]["categories"]
    assert labels == ["1–30 days late", "over 90"]


def test_what_is_owed_is_drawn_by_its_balance() -> None:
    made = drawn("connection", euros("i3d", "100.00"), status=OWED)
    chart = chart_of(made)["chart"]
    assert chart["axis_config"]["y_label"] == "Balance in EUR"
    assert chart["series"][0]["data"] == [{"label": "i3d", "value": 121.0}]


def test_what_the_chart_leaves_out_is_said() -> None:
    credit = Group("2020-01", total(kind="credit_note"))
    made = drawn("month", credit, euros("2020-01", "1"), euros("2022-12", "2"))
    chart = chart_of(made)["chart"]
    assert len(chart["axis_config"]["categories"]) == 20
    assert chart["axis_config"]["categories"][-1] == "Dec 2022"
    said = str(listing_message(made, setting()).blocks)
    assert "Not drawn, only in the table: credit notes; 1 earlier group in EUR." in said


def test_credit_notes_alone_are_a_table_without_a_chart() -> None:
    made = drawn("month", Group("2020-01", total(kind="credit_note")))
    blocks = listing_message(made, setting()).blocks
    assert "data_visualization" not in [block["type"] for block in blocks]


def test_sellers_that_begin_alike_are_told_apart() -> None:
    names = [f"Consolidated Holdings {letter}" for letter in "ABC"]
    chart = chart_of(drawn("seller", *(euros(n, "1") for n in names)))["chart"]
    labels = chart["axis_config"]["categories"]
    assert len(set(labels)) == 3
    assert max(map(len, labels)) <= 20


@given(st.data())
def test_any_groups_make_a_chart_that_slack_takes(data: st.DataObject) -> None:
    by: Dimension = data.draw(st.sampled_from(get_args(Dimension)))
    names = NAMES.get(by, st.text(max_size=60))
    codes = st.sampled_from([f"C{number:02}" for number in range(9)])
    amounts = st.none() | st.decimals(0, 10**12, places=2)
    totals = st.builds(total, codes, total=amounts, balance=amounts)
    groups = data.draw(
        st.lists(st.builds(Group, names, totals), min_size=1, max_size=60)
    )
    block = chart_of(drawn(by, *groups))
    assert check_message([block]) == []


@pytest.mark.parametrize(
    ("labels", "series"),
    [
        ([str(number) for number in range(21)], [("EUR", [1.0] * 21)]),
        (["a"], [(str(number), [1.0]) for number in range(7)]),
        (["a", "a"], [("EUR", [1.0, 2.0])]),
        (["a"], [("EUR", [1.0]), ("EUR", [1.0])]),
        (["a" * 21], [("EUR", [1.0])]),
        ([], [("EUR", [])]),
    ],
    ids=["points", "series", "labels", "names", "long label", "no points"],
)
def test_a_chart_beyond_slack_s_limits_is_found(
    labels: list[str], series: list[tuple[str, list[float]]]
) -> None:
    block = bar_chart("Title", labels, series, x_label="x", y_label="y")
    with pytest.raises(MessageError):
        check(Message("Text", [block]))

"""Two periods beside each other, as Slack is sent them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.model import Compared, InvoiceList, pages
from bot.queries.model import Period, Query
from bot.views.limits import check
from bot.views.listing import listing_message
from providers.models import OWED
from tests.bot.views.test_grouping import total
from tests.factories import make_list, setting

OCTOBER = Period(date(2025, 10, 1), date(2025, 10, 31), whole_months=True)
SEPTEMBER = Period(date(2025, 9, 1), date(2025, 9, 30), whole_months=True)
QUERY = Query(period=OCTOBER, compared=SEPTEMBER)


def answer(*rows: Compared, query: Query = QUERY, page: int = 1) -> InvoiceList:
    return replace(make_list(query=query), compared=rows, count=3, page=page)


def euros(amount: str) -> Any:
    return total(total=Decimal(amount), balance=Decimal("10.00"))


def cells(made: InvoiceList) -> list[list[str]]:
    message = listing_message(made, setting("/invoices 2025 10 vs 2025-09"))
    check(message)
    (table,) = (block for block in message.blocks if block["type"] == "data_table")
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_each_currency_has_its_difference_in_money_and_percent() -> None:
    yen = total("JPY", total=Decimal(79640))
    unstated = total("USD", total=None)
    credit = total(kind="credit_note", total=Decimal("5.00"))
    made = answer(
        Compared("", "invoice", "EUR", euros("363.00"), euros("242.00")),
        Compared("", "invoice", "JPY", None, yen),
        Compared("", "invoice", "KRW", total("KRW", total=Decimal(9)), None),
        Compared("", "invoice", "USD", unstated, total("USD")),
        Compared("", "credit_note", "EUR", credit, credit),
    )
    assert cells(made) == [
        ["Currency", "October 2025", "September 2025", "Difference", "Change"],
        ["EUR", "363.00 (3)", "242.00 (3)", "+121.00", "+50.0 %"],
        ["JPY", "–", "79,640 (3)", "-79,640", "-100.0 %"],
        ["KRW", "9 (3)", "–", "+9", "–"],
        ["USD", "not stated (3)", "363.00 (3)", "–", "–"],
        ["EUR credit notes", "5.00 (3)", "5.00 (3)", "0.00", "0.0 %"],
    ]
    message = listing_message(made, setting())
    assert message.text.splitlines()[:3] == [
        "Invoices, October 2025 compared with September 2025:",
        "EUR: 363.00 after 242.00, +121.00 (+50.0 %)",
        "JPY: 0 after 79,640, -79,640 (-100.0 %)",
    ]


def test_a_question_about_what_is_owed_compares_balances() -> None:
    owed = replace(QUERY, status=OWED, kinds=("invoice",))
    made = answer(
        Compared("", "invoice", "EUR", euros("363.00"), euros("242.00")), query=owed
    )
    assert cells(made)[1] == ["EUR", "10.00 (3)", "10.00 (3)", "0.00", "0.0 %"]


def test_groups_are_compared_by_their_names() -> None:
    made = answer(
        Compared("i3d", "invoice", "EUR", euros("363.00"), euros("363.00")),
        query=replace(QUERY, group="connection"),
    )
    assert cells(made)[0][:2] == ["Connection", "Currency"]
    assert cells(made)[1][:2] == ["i3d", "EUR"]


amounts = st.none() | st.decimals(0, 10**18, places=2)
sides = st.none() | st.builds(total, total=amounts, balance=amounts)


@given(
    st.lists(
        st.builds(
            Compared, st.text(max_size=200), st.just("invoice"), st.just("EUR"),
            sides, sides,
        ),
        min_size=1,
        max_size=90,
    )
)  # fmt: skip
def test_any_comparison_fits_into_a_message(rows: list[Compared]) -> None:
    made = answer(*rows, query=replace(QUERY, group="seller"))
    for page in range(1, pages(made) + 1):
        cells(replace(made, page=page))

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.queries.commands import to_command, understood
from bot.queries.model import Bound, DateField, Dimension, Period, Query
from bot.queries.vocabulary import currency_code, read_words
from providers.models import OWED, Status
from tests.bot.queries.context import CONTEXT, read

NOTHING: dict[str, object] = {
    "show": "invoices",
    "from": None,
    "to": None,
    "connections": None,
    "status": None,
    "overdue": None,
    "text": None,
    "currency": None,
    "min": None,
    "max": None,
    "sort": "issued_on",
    "limit": None,
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/invoices all", {}),
        ("/invoices 2021 8", {"from": "2021-08", "to": "2021-08"}),
        ("/invoices 2021-08-15", {"from": "2021-08-15", "to": "2021-08-15"}),
        (
            "/unpaid i3d",
            {
                "connections": ["i3d"],
                "status": ["unpaid", "part_paid"],
                "sort": "due_on",
            },
        ),
        (
            "/overdue over 99.90 eur top 3",
            {
                "status": ["unpaid", "part_paid"],
                "overdue": True,
                "currency": "EUR",
                "min": "99.90",
                "above_min": True,
                "sort": "-balance",
                "limit": 3,
            },
        ),
        (
            "/invoices paid:2025-10 -swo credit",
            {
                "from": "2025-10",
                "to": "2025-10",
                "date": "paid",
                "not_connections": ["swo"],
                "kinds": ["credit_note"],
            },
        ),
    ],
)
def test_what_was_understood_is_the_published_object(
    text: str, said: dict[str, object]
) -> None:
    assert understood(read(text)) == NOTHING | said


bounds = st.none() | st.builds(
    Bound,
    st.decimals(0, 10**9, places=3, allow_nan=False).map(Decimal),
    st.booleans(),
)
FIELDS: tuple[DateField, ...] = ("billed", "issued", "due", "paid")
past = st.dates(date(2019, 3, 1), date(2025, 11, 21))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    days = sorted((draw(past), draw(past)))
    field: DateField = draw(st.sampled_from(FIELDS))
    open_end = draw(st.sampled_from((None, "first", "last")))
    return Period(
        None if open_end == "first" else days[0],
        None if open_end == "last" else days[1],
        False,
        field,
    )


queries = st.builds(
    Query,
    period=st.none() | periods(),
    connections=st.sampled_from([(), ("swo",), ("i3d", "lw")]),
    not_connections=st.sampled_from([(), ("swo",)]),
    status=st.sets(
        st.sampled_from([s for s in Status if s not in OWED]), max_size=4
    ).map(lambda found: tuple(s for s in Status if s in found)),
    text=st.none() | st.sampled_from(["contoso kk", "2021-8", "a.b", "株式会社"]),
    seller=st.sampled_from([None, "insight"]),
    customer=st.sampled_from([None, "blue heron"]),
    currency=st.sampled_from([None, "EUR", "TRY", "KWD"]),
    minimum=bounds,
    maximum=bounds,
    sort=st.sampled_from(("issued_on", "due_on", "balance", "total", "age", "number")),
    descending=st.booleans(),
    limit=st.none() | st.integers(1, 9999),
)


grouped = st.builds(
    Query,
    period=st.none() | periods(),
    connections=st.sampled_from([(), ("swo",)]),
    currency=st.sampled_from([None, "EUR"]),
    group=st.sampled_from([each for each in get_args(Dimension) if each != "age"]),
    chart=st.booleans(),
) | st.just(
    Query(status=OWED, kinds=("invoice",), sort="due_on", group="age"),
)


@st.composite
def comparisons(draw: st.DrawFn) -> Query:
    period, compared = draw(periods()), draw(periods())
    return Query(
        period=period,
        compared=replace(compared, field=period.field),
        connections=draw(st.sampled_from([(), ("swo",)])),
        group=draw(st.sampled_from([None, "seller", "status"])),
    )


@given(queries | grouped | comparisons())
@settings(max_examples=300, deadline=None)
def test_any_query_is_written_as_a_command_that_gives_it_back(query: Query) -> None:
    assert read(to_command(query, CONTEXT)) == query


@pytest.mark.parametrize(
    "number", ["F25-0000101", "2021", "INV 7", "may", "#5", "2025-W45", "ORD/1/2"]
)
def test_any_number_is_written_as_a_command_that_gives_it_back(number: str) -> None:
    query = Query(show="invoice", number=number, connections=("i3d",))
    assert read(to_command(query, CONTEXT)) == query


@pytest.mark.parametrize(
    ("typed", "code"),
    [("eur", "EUR"), ("yen", "JPY"), ("€", "EUR"), ("dollars", "USD"), ("xyz", None)],
)
def test_a_currency_is_known_by_code_name_and_sign(
    typed: str, code: str | None
) -> None:
    assert currency_code(read_words(), typed) == code

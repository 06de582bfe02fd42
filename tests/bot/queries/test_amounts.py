from dataclasses import replace
from decimal import Decimal

import pytest

from bot.queries.model import Bound, QueryError
from tests.bot.queries.context import CONTEXT, read


def over(value: str) -> Bound:
    return Bound(Decimal(value), strict=True)


def at(value: str) -> Bound:
    return Bound(Decimal(value))


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        (">1000", over("1000"), None, None),
        ("over 1000 eur", over("1000"), None, "EUR"),
        ("more than 1000 euros", over("1000"), None, "EUR"),
        ("at least €1,500.00", at("1500"), None, "EUR"),
        ("over 1.500,50 eur", over("1500.50"), None, "EUR"),
        ("over 1 500 000 jpy", over("1500000"), None, "JPY"),
        ("over 1'500 chf", over("1500"), None, "CHF"),
        (">=250k jpy", at("250000"), None, "JPY"),
        (">1.5k", over("1500"), None, None),
        ("over 2m yen", over("2000000"), None, "JPY"),
        ("<=1,5", None, at("1.5"), None),
        ("under $20", None, over("20"), "USD"),
        ("20 .. 30 usd", at("20"), at("30"), "USD"),
        ("between 100 and 500 usd", at("100"), at("500"), "USD"),
        ("amount:1500 eur", at("1500"), at("1500"), "EUR"),
        ("=12.34", at("12.34"), at("12.34"), None),
        (">100 <500", over("100"), over("500"), None),
        ("≥100", at("100"), None, None),
        ("2000..2010 eur", at("2000"), at("2010"), "EUR"),
    ],
)
def test_an_amount_is_read(
    text: str, low: Bound | None, high: Bound | None, currency: str | None
) -> None:
    query = read(f"/unpaid {text}")
    assert (query.minimum, query.maximum, query.currency) == (low, high, currency)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("31-60", at("31"), at("60")),
        ("90+", over("90"), None),
        ("age >45", over("45"), None),
        ("age:31..60", at("31"), at("60")),
        ("more than 60 days", over("60"), None),
        ("at least 10 days", at("10"), None),
        ("between 10 and 20 days", at("10"), at("20")),
    ],
)
def test_days_late_are_read(text: str, low: Bound | None, high: Bound | None) -> None:
    query = read(f"/overdue {text}")
    assert (query.age_from, query.age_to, query.overdue) == (low, high, True)
    assert query.minimum is query.maximum is None


@pytest.mark.parametrize(("form", "value"), [("1,234.56", "1.5"), ("1.234,56", "1500")])
def test_a_configured_number_format_decides_about_three_digits(
    form: str, value: str
) -> None:
    context = replace(CONTEXT, number_format=form)
    assert read("/unpaid >1.500 eur", context).minimum == over(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (">1,234", "Is `1,234` [1234] or [1.2340]?"),
        ("500..100 usd", "The range ends before it starts."),
        ("100 usd..500 eur", "The two amounts have different currencies."),
        (">1.5.3", "`1.5.3` is no number I can read."),
        ("1500", "`1500` alone says nothing I can use."),
        (">100 >200", "There is another lower limit besides `>200`;"),
        ("over 5 eur in usd", "There is another currency besides `usd`;"),
    ],
)
def test_an_amount_with_two_readings_or_none_is_asked_about(
    text: str, problem: str
) -> None:
    with pytest.raises(QueryError) as caught:
        read(f"/unpaid {text}")
    assert caught.value.problem.startswith(problem)
    assert caught.value.suggestions

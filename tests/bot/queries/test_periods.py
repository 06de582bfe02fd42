from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from bot.queries.model import Period, QueryError
from tests.bot.queries.context import CONTEXT, read


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last), False)


def whole(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last), True)


AUGUST = whole("2021-08-01", "2021-08-31")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        *[
            (text, AUGUST)
            for text in (
                "2021 8",
                "2021-08",
                "2021/8",
                "8/2021",
                "8 2021",
                "aug 2021",
                "2021 August",
                "in august 2021",
                "2021-08..2021-08",
                "2021 8 >100",
                "2021 8 eur",
                "2021 8 10..20 eur",
                "2021 8 top 5",
            )
        ],
        ("2021", whole("2021-01-01", "2021-12-31")),
        ("2021 q3", whole("2021-07-01", "2021-09-30")),
        ("q3 2021", whole("2021-07-01", "2021-09-30")),
        ("2021q3", whole("2021-07-01", "2021-09-30")),
        ("q4", whole("2025-10-01", "2025-12-31")),
        ("2021 h2", whole("2021-07-01", "2021-12-31")),
        ("fy2025", whole("2025-04-01", "2026-03-31")),
        ("fy25 q2", whole("2025-07-01", "2025-09-30")),
        ("q4 fy24", whole("2025-01-01", "2025-03-31")),
        ("fiscal year 2024", whole("2024-04-01", "2025-03-31")),
        ("this fiscal year", whole("2025-04-01", "2026-03-31")),
        ("last fiscal year", whole("2024-04-01", "2025-03-31")),
        ("2025-W45", days("2025-11-03", "2025-11-09")),
        ("week 45 2025", days("2025-11-03", "2025-11-09")),
        ("2020-W53", days("2020-12-28", "2021-01-03")),
        ("2024-02-29", days("2024-02-29", "2024-02-29")),
        ("29 feb 2024", days("2024-02-29", "2024-02-29")),
        ("feb 29, 2024", days("2024-02-29", "2024-02-29")),
        ("february 29th 2024", days("2024-02-29", "2024-02-29")),
        ("2024 2 29", days("2024-02-29", "2024-02-29")),
        ("25/12/2024", days("2024-12-25", "2024-12-25")),
        ("12/25/2024", days("2024-12-25", "2024-12-25")),
        ("2025-10-27..2025-11-07", days("2025-10-27", "2025-11-07")),
        ("2025-10-27 – 2025-11-07", days("2025-10-27", "2025-11-07")),
        ("from jan to mar 2024", whole("2024-01-01", "2024-03-31")),
        ("between nov 2024 and jan 2025", whole("2024-11-01", "2025-01-31")),
        ("nov..jan 2025", whole("2024-11-01", "2025-01-31")),
        ("2019..2021", whole("2019-01-01", "2021-12-31")),
        ("since 2024-03 until 2024-06", whole("2024-03-01", "2024-06-30")),
        ("since monday", Period(date(2025, 11, 17), None, False)),
        ("since 2024", Period(date(2024, 1, 1), None, True)),
        ("until 2024-02", Period(None, date(2024, 2, 29), True)),
        ("before 2024", Period(None, date(2023, 12, 31), True)),
        ("after 2024-02-28", Period(date(2024, 2, 29), None, False)),
        ("last month", whole("2025-10-01", "2025-10-31")),
        ("this month", whole("2025-11-01", "2025-11-30")),
        ("last quarter", whole("2025-07-01", "2025-09-30")),
        ("last year", whole("2024-01-01", "2024-12-31")),
        ("last week", days("2025-11-10", "2025-11-16")),
        ("last 30 days", days("2025-10-23", "2025-11-21")),
        ("last 3 months", days("2025-08-22", "2025-11-21")),
        ("past two weeks", days("2025-11-08", "2025-11-21")),
        ("ytd", days("2025-01-01", "2025-11-21")),
        ("today", days("2025-11-21", "2025-11-21")),
        ("yesterday", days("2025-11-20", "2025-11-20")),
        ("december", whole("2024-12-01", "2024-12-31")),
        ("november", whole("2025-11-01", "2025-11-30")),
    ],
)
def test_a_period_is_read(text: str, period: Period) -> None:
    assert read(f"/invoices {text}").period == period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("due:december", date(2025, 12, 1), date(2025, 12, 31)),
        ("due:next week", date(2025, 11, 24), date(2025, 11, 30)),
        ("due:since december", date(2025, 12, 1), None),
        ("due:14d", date(2025, 11, 21), date(2025, 12, 5)),
        ("due:tomorrow", date(2025, 11, 22), date(2025, 11, 22)),
        ("due in the next 2 weeks", date(2025, 11, 21), date(2025, 12, 5)),
        ("upcoming", date(2025, 11, 21), date(2025, 12, 5)),
        ("upcoming 1 month", date(2025, 11, 21), date(2025, 12, 21)),
    ],
)
def test_a_due_period_looks_ahead(text: str, first: date, last: date | None) -> None:
    period = read(f"/invoices {text}").period
    assert period is not None
    assert (period.first, period.last, period.field) == (first, last, "due")


@pytest.mark.parametrize(
    ("order", "day"), [("dmy", date(2025, 4, 3)), ("mdy", date(2025, 3, 4))]
)
def test_a_configured_order_decides_about_slashes(
    order: Literal["dmy", "mdy"], day: date
) -> None:
    context = replace(CONTEXT, date_order=order)
    period = read("/invoices 03/04/2025", context).period
    assert period is not None
    assert period.first == day


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2021-02-30", "2021-02 has no day 30; its last is 28."),
        ("30 feb 2021", "2021-02 has no day 30; its last is 28."),
        ("2021-W53", "There is no week 53 in 2021. The last is 52."),
        ("2021 q5", "There is no quarter 5 in 2021. The last is 4."),
        ("2021-00", "There is no month 0. Months are 1–12."),
        ("tomorrow", "22 November 2025 is in the future; nothing is issued yet."),
        ("next month", "December 2025 is in the future; nothing is issued yet."),
        ("paid:2027", "2027 is in the future; nothing is paid yet."),
        ("from 2024", "`from 2024` can be read two ways: [2024] [since 2024]."),
        ("until 2018", "The oldest invoice I have is from 2019-03."),
        (
            "2021 2022",
            "There is another period besides `2022`; I can use one at a time.",
        ),
    ],
)
def test_a_period_that_cannot_be_is_refused_with_its_reason(
    text: str, problem: str
) -> None:
    with pytest.raises(QueryError) as caught:
        read(f"/invoices {text}")
    assert caught.value.problem == problem
    assert caught.value.suggestions


@pytest.mark.parametrize("text", ["0/4/2025", "4/0/2025", "0/0/2025"])
def test_a_day_or_month_of_number_none_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match=r"has no day 0|There is no month 0"):
        read(f"/invoices {text}")

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.views import words
from providers.models import Status

NOW = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
TODAY = date(2025, 11, 21)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        pytest.param("1234.5", "EUR", "1,234.50 EUR", id="two digits"),
        pytest.param("79640", "JPY", "79,640 JPY", id="no digits"),
        pytest.param("1234567.891", "KWD", "1,234,567.891 KWD", id="three digits"),
        pytest.param("0.005", "EUR", "0.005 EUR", id="never rounded"),
        pytest.param("-3", "USD", "-3.00 USD", id="negative"),
        pytest.param("0", "EUR", "0.00 EUR", id="nothing"),
        pytest.param("1E+3", "JPY", "1,000 JPY", id="no exponent"),
        pytest.param(
            "99999999999999999999.99",
            "EUR",
            "99,999,999,999,999,999,999.99 EUR",
            id="more digits than a float",
        ),
        pytest.param("5", "XYZ", "5.00 XYZ", id="a currency CLDR does not know"),
    ],
)
def test_money(amount: str, currency: str, expected: str) -> None:
    assert words.money(Decimal(amount), currency) == expected


def test_money_that_is_not_stated_is_said_so() -> None:
    assert words.money(None, "EUR") == "not stated"


def test_days_and_months() -> None:
    assert words.day(date(2025, 11, 3)) == "3 Nov 2025"
    assert words.day(date(2025, 9, 30)) == "30 Sep 2025"
    assert words.day(None) == "–"
    assert words.month("2021-08") == "Aug 2021"


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(hours=48), "2 days ago"),
    ],
)
def test_ago(age: timedelta, expected: str) -> None:
    assert words.ago(NOW - age, NOW) == expected


def test_never_read_is_never() -> None:
    assert words.ago(None, NOW) == "never"


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        pytest.param(None, "no due date", id="none"),
        pytest.param(date(2025, 11, 20), "1 day late", id="yesterday"),
        pytest.param(date(2025, 11, 9), "12 days late", id="long ago"),
        pytest.param(date(2025, 11, 21), "due today", id="today is not late"),
        pytest.param(date(2025, 11, 22), "due tomorrow", id="tomorrow"),
        pytest.param(date(2025, 12, 3), "due 3 Dec 2025", id="later"),
    ],
)
def test_due(due_on: date | None, expected: str) -> None:
    assert words.due(due_on, TODAY) == expected


def test_counts() -> None:
    assert words.count(1, "{n} invoice", "{n} invoices") == "1 invoice"
    assert words.count(0, "{n} invoice", "{n} invoices") == "0 invoices"
    assert words.count(1200, "{n} reply", "{n} replies") == "1,200 replies"


def test_every_status_has_words() -> None:
    assert {words.status(each) for each in Status} == {
        "unpaid",
        "part paid",
        "paid",
        "nothing due",
        "open credit",
        "settled credit",
        "status not known",
    }


@pytest.mark.parametrize(
    ("name", "amount", "day", "month"),
    [
        ("en-GB", "1,234,567.50 EUR", "3 Nov 2025", "Sep 2025"),
        ("de-DE", "1.234.567,50 EUR", "3. Nov. 2025", "Sept. 2025"),
        ("fr-FR", "1\u202f234\u202f567,50 EUR", "3 nov. 2025", "sept. 2025"),
        ("ja-JP", "1,234,567.50 EUR", "2025年11月3日", "2025年9月"),
        ("ko-KR", "1,234,567.50 EUR", "2025년 11월 3일", "2025년 9월"),
        ("en-IN", "12,34,567.50 EUR", "3 Nov 2025", "Sep 2025"),
        ("es-LA", "1,234,567.50 EUR", "3 nov 2025", "sept 2025"),
    ],
)
def test_numbers_and_days_as_the_reader_writes_them(
    name: str, amount: str, day: str, month: str
) -> None:
    spoken = words.speech(name)
    assert spoken is not None
    with words.speaking(spoken):
        assert words.money(Decimal("1234567.5"), "EUR") == amount
        assert words.day(date(2025, 11, 3)) == day
        assert words.month("2025-09") == month
    assert words.money(Decimal("1234567.5"), "EUR") == "1,234,567.50 EUR"


def test_no_locale_rounds_or_loses_a_digit() -> None:
    for name in ("de", "hi", "fr", "sv", "en-IN", "pl", "ar"):
        spoken = words.speech(name)
        assert spoken is not None
        with words.speaking(spoken):
            said = words.number(Decimal("-12345678901234567890.1234"), "EUR")
        assert "".join(c for c in said if c.isdigit()) == "123456789012345678901234"


def test_a_locale_that_nobody_knows() -> None:
    assert words.speech("xx-YY") is None
    assert words.speech("") is None
    assert words.speech("not a locale") is None


@pytest.mark.parametrize(
    "locale", ["en-GB", "de-DE", "ja-JP", "ko-KR", "fr-FR", "ru-RU"]
)
def test_twelve_months_in_a_row_have_twelve_short_names(locale: str) -> None:
    spoken = words.speech(locale)
    assert spoken is not None
    with words.speaking(spoken):
        assert len({words.short_month(f"2025-{m:02}") for m in range(1, 13)}) == 12
    assert words.short_month("2025-11") == "Nov"

"""Amounts, days, counts and states in words people read. English; pure."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import assert_never

from babel import Locale
from babel.numbers import get_currency_precision

from providers.models import Kind, Status

LOCALE = Locale("en")

STATUS = {
    Status.UNPAID: "unpaid",
    Status.PART_PAID: "part paid",
    Status.PAID: "paid",
    Status.NOTHING_DUE: "nothing due",
    Status.OPEN_CREDIT: "open credit",
    Status.SETTLED_CREDIT: "settled credit",
    Status.UNKNOWN: "status not known",
}


def money(amount: Decimal | None, currency: str) -> str:
    """Say *amount* in the currency's own digits: ``1,234.50 EUR``, ``79,640 JPY``.

    Never rounds: a digit more than the currency has is shown. ``None`` is an amount
    that the provider does not state.
    """
    return "not stated" if amount is None else f"{number(amount, currency)} {currency}"


def number(amount: Decimal, currency: str) -> str:
    """Say *amount* as `money` does, without the currency."""
    said = f"{amount:,f}"
    digits = _digits(currency)
    # Asking the text is three times as fast as asking the Decimal.
    if len(said.partition(".")[2]) >= digits:
        return said
    return f"{amount:,.{digits}f}"


@cache
def _digits(currency: str) -> int:
    """Tell the digits after the point (ISO 4217, by way of CLDR's currency data)."""
    return get_currency_precision(currency)


@cache
def _months() -> tuple[str, ...]:
    names = LOCALE.months["format"]["abbreviated"]
    return tuple(names[month] for month in range(1, 13))


def day(when: date | None) -> str:
    """Say a day: ``3 Nov 2025``; a dash where there is none."""
    if when is None:
        return "–"
    return f"{when.day} {_months()[when.month - 1]} {when.year}"


def month(period: str) -> str:
    """Say a month written as ``2025-11``: ``Nov 2025``."""
    year, number_of_month = period.split("-")
    return f"{_months()[int(number_of_month) - 1]} {year}"


def clock(when: datetime) -> str:
    """Say a time of day, in the zone *when* is in: ``09:05``."""
    return f"{when:%H:%M}"


def count(how_many: int, noun: str, plural: str | None = None) -> str:
    """Count things: ``1 invoice``, ``1,200 invoices``; *plural* where it is not -s."""
    return f"{how_many:,} {noun if how_many == 1 else plural or noun + 's'}"


def kind(of: Kind) -> str:
    """Say what a document is: ``invoice`` or ``credit note``."""
    match of:
        case "invoice":
            return "invoice"
        case "credit_note":
            return "credit note"
        case _:
            assert_never(of)


def status(of: Status) -> str:
    """Say a status: ``part paid``."""
    return STATUS[of]


def ago(then: datetime | None, now: datetime) -> str:
    """Say how old something is: ``just now``, ``2 min ago``, ``5 days ago``."""
    if then is None:
        return "never"
    age = now - then
    if age < timedelta(minutes=1):
        return "just now"
    if age < timedelta(hours=1):
        return f"{age // timedelta(minutes=1)} min ago"
    if age < timedelta(days=2):
        return f"{age // timedelta(hours=1)} h ago"
    return f"{age.days:,} days ago"


def late(days: int) -> str:
    """Say how long an invoice is overdue: ``1 day late``, ``12 days late``."""
    return f"{count(days, 'day')} late"


def due(due_on: date | None, today: date) -> str:
    """Say when it is due, from *today*: ``due tomorrow``, ``3 days late``."""
    if due_on is None:
        return "no due date"
    match (due_on - today).days:
        case 0:
            return "due today"
        case 1:
            return "due tomorrow"
        case left if left < 0:
            return late(-left)
        case _:
            return f"due {day(due_on)}"

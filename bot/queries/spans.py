"""Days from one to another, and moving along the calendar; no words are read here."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_skeleton

from bot.queries.wording import locale


@dataclass(frozen=True, slots=True)
class Span:
    """Days from *first* to *last*; *whole* where months were asked for."""

    first: date
    last: date
    whole: bool


#: How long a unit is, where it is no year.
_MONTHS = {"month": 1, "quarter": 3, "fiscal_quarter": 3, "half": 6}


def ahead_of(day: date, count: int, unit: str) -> date:
    """Move *day* by a number of units, keeping to the end of shorter months."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = count * _MONTHS.get(unit, 12)
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months(year: int, month: int, count: int = 1) -> Span:
    """Make the span of *count* whole months."""
    first = date(year, month, 1)
    return Span(first, ahead_of(first, count, "month") - timedelta(days=1), whole=True)


def iso_text(day: date, whole: bool) -> str:
    """Write a day or its month as it can be typed."""
    return f"{day:%Y-%m}" if whole else day.isoformat()


def try_day(year: int, month: int, day: int) -> date | None:
    """Make a day, if there is one of that number."""
    valid = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if valid else None


def day_in_words(day: date) -> str:
    """Write a day: 4 March 2025."""
    spoken = locale()
    if spoken.startswith("en"):
        return f"{day.day} {day:%B %Y}"
    return format_date(day, "long", locale=spoken)


def month_in_words(year: int, month: int) -> str:
    """Write a month: August 2021."""
    spoken, first = locale(), date(year, month, 1)
    if spoken.startswith("en"):
        return f"{first:%B %Y}"
    return format_skeleton("yMMMM", first, locale=spoken)

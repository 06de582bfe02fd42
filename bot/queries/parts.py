"""The parts that points of the calendar are made of: years, months, days, quarters."""

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.queries.reader import Reader, UnclearError
from bot.queries.spans import Span, ahead_of, months
from bot.queries.wording import mark, tr

YEAR = re.compile(r"(?:19[0-9]\d|20\d\d)$")
MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})$")
PART = re.compile(r"(?:(\d{4})[-/]?)?([qhw])(\d{1,2})$")
FISCAL = re.compile(r"fy(\d{4}|\d\d)$")
SMALL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?$")
EARLIEST, LATEST = 1990, 2099
#: What is said of a part that a year does not have, by its letter.
_NONE = {
    "q": mark("There is no quarter {number} in {year}. The last is {last}."),
    "h": mark("There is no half {number} in {year}. The last is {last}."),
    "w": mark("There is no week {number} in {year}. The last is {last}."),
}


def is_month_number(reader: Reader) -> bool:
    """Tell whether the number after a year is no amount, age or limit."""
    if small_number(reader, 0) is None or reader.kind(1) == "unit":
        return False
    beyond = reader.peek(2).word
    return reader.peek(1).kind != "dots" or bool(
        MONTH.match(beyond) or YEAR.match(beyond)
    )


def check_month(reader: Reader, year: int, month: int) -> None:
    """Refuse a month 13, pointing at the year and the number after it."""
    if 1 <= month <= 12:
        return
    fixes = [
        (tr("Dec {year}", year=year), f"{year} 12"),
        (tr("Year {year}", year=year), f"{year}"),
    ]
    if 1 <= month <= 31:
        fixes.append(
            (tr("{day} Jan {year}", day=month, year=year), f"{year}-01-{month:02}")
        )
    count = 1 if MONTH.match(reader.peek().word) else 2
    doubt = reader.unclear(
        tr("There is no month {number}. Months are 1–12.", number=month),
        count=count,
        fixes=fixes,
    )
    doubt.lists_commands = True
    raise doubt


def day_of_month(
    reader: Reader, year: int, month: int, day: int, *, count: int
) -> Span:
    """Make a day of a month; *count* tokens are at fault where there is none."""
    if not 1 <= month <= 12:
        raise reader.unclear(
            tr("There is no month {number}. Months are 1–12.", number=month),
            count=count,
            fixes=[(tr("Year {year}", year=year), f"{year}")],
        )
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        iso = f"{year}-{month:02}"
        raise reader.unclear(
            tr(
                "{month} has no day {day}; its last is {last}.",
                month=iso,
                day=day,
                last=last,
            ),
            count=count,
            fixes=[(f"{iso}-{last}", f"{iso}-{last}"), (iso, iso)]
            if count == 1 and "-" in reader.peek().word
            else [],
        )
    found = date(year, month, day)
    return Span(found, found, whole=False)


def part_of_year(
    reader: Reader, year: int, letter: str, number: int, *, fiscal: bool
) -> Span:
    """Make a quarter, half or ISO week of a year."""
    most = {"q": 4, "h": 2, "w": 53}[letter]
    if letter == "w":
        most = date(year, 12, 28).isocalendar().week
    if not 1 <= number <= most:
        raise UnclearError(
            tr(_NONE[letter], number=number, year=year, last=most),
            span=(0, 0),
            commands=(
                f"/invoices {'fy' if fiscal else ''}{year} {letter}{most}",
                f"/invoices {'fy' if fiscal else ''}{year}",
            ),
        )
    if letter == "w":
        monday = date.fromisocalendar(year, number, 1)
        return Span(monday, monday + timedelta(days=6), whole=False)
    length = 3 if letter == "q" else 6
    start = reader.context.fiscal_year_start if fiscal else 1
    first = ahead_of(date(year, start, 1), (number - 1) * length, "month")
    return months(first.year, first.month, length)


def count_at(reader: Reader, ahead: int = 0) -> int | None:
    """Look up a whole number, in digits or spelled."""
    word = reader.value("number", ahead) or reader.peek(ahead).word
    return int(word) if re.fullmatch(r"\d{1,3}", word, re.ASCII) else None


def small_number(reader: Reader, ahead: int) -> int | None:
    """Look up a number of one or two digits, such as a day."""
    match = SMALL.match(reader.peek(ahead).word)
    return int(match[1]) if match else None


def year_of(text: str) -> int | None:
    """Read a year from 1990 to 2099."""
    return int(text) if YEAR.match(text) and int(text) >= EARLIEST else None


def nearest_year(reader: Reader, month: int, backward: bool) -> int:
    """Choose the year of a month named alone: the latest begun, or the nearest."""
    today = reader.context.today
    if backward:
        return today.year - (month > today.month)
    ahead = month - today.month
    return today.year + (ahead < -5) - (ahead > 6)

"""Periods: ``2021 8``, ``aug 2021``, ``last month``, ``fy25 q2``, ``2025-W45``.

    period  = point [".." | "-" | "to" | "until" point] | since | until | relative
    point   = year [month | quarter | half | week] | month [year] | day
            | FYyear [quarter | half]
    since   = ("since" | "from") point      until = "until" point
    relative = "this" | "last" | "next" with a unit, "last" n units, "ytd", "today"…

A day is a point of its own; the parts of a point stand beside each other, in either
order. Which date a period is about is said elsewhere.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.queries.model import DateField, Period
from bot.queries.reader import Reader

_YEAR = re.compile(r"(?:19[0-9]\d|20\d\d)$")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})$")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})$")
_PART = re.compile(r"(?:(\d{4})[-/]?)?([qhw])(\d{1,2})$")
_FISCAL = re.compile(r"fy(\d{4}|\d\d)$")
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)$")
_SMALL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?$")
_SPAN = re.compile(r"(\d{1,3})(d|w|mo?)$")
_EARLIEST, _LATEST = 1990, 2099


@dataclass(frozen=True, slots=True)
class Span:
    """Days from *first* to *last*; *whole* where months were asked for."""

    first: date
    last: date
    whole: bool


def read_period(reader: Reader, field: DateField = "billed") -> Period | None:
    """Read a period at the reader's place, or nothing.

    Raises:
        UnclearError: It has two readings, or none (a month 13).
    """
    start = reader.pos
    if bound := reader.value("bound"):
        period = _read_open(reader, bound, field)
    else:
        period = _read_range(reader, field)
    if period is None:
        reader.pos = start
    return period


def read_length(reader: Reader) -> Span | None:
    """Read how far ahead: ``14d``, ``2 weeks``, ``next 30 days``; today is included."""
    ahead = 1 if reader.value("which") == "next" else 0
    today = reader.context.today
    token = reader.peek(ahead)
    if match := _SPAN.match(token.word):
        reader.take(ahead + 1)
        unit = {"d": "day", "w": "week"}.get(match[2], "month")
        return Span(today, ahead_of(today, int(match[1]), unit), whole=False)
    count = _count(reader, ahead)
    unit_word = reader.value("unit", ahead + 1)
    if count is None or unit_word is None:
        return None
    reader.take(ahead + 2)
    return Span(today, ahead_of(today, count, unit_word), whole=False)


def ahead_of(day: date, count: int, unit: str) -> date:
    """Move *day* by a number of units, keeping to the end of shorter months."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = count * {"month": 1, "quarter": 3}.get(unit, 12)
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months(year: int, month: int, count: int = 1) -> Span:
    """Make the span of *count* whole months."""
    first = date(year, month, 1)
    return Span(first, ahead_of(first, count, "month") - timedelta(days=1), whole=True)


def _read_open(reader: Reader, bound: str, field: DateField) -> Period | None:
    start = reader.pos
    meaning = reader.meaning()
    reader.take(meaning.length if meaning else 1)
    if bound == "between":
        return _read_range(reader, field, joined_by="and")
    span = _read_point(reader, backward=True)
    if span is None:
        return None
    if bound in ("until", "before"):
        last = span.last if bound == "until" else span.first - timedelta(days=1)
        return Period(None, last, span.whole, field)
    first = span.last + timedelta(days=1) if bound == "after" else span.first
    if bound == "since":
        is_month = _is_bare_month(reader, start + 1)
        if end := _read_end(reader, "to"):
            span = _before(span, end) if is_month else span
            return _between(reader, start, span, end, field)
    return Period(first, None, span.whole, field)


def _read_range(
    reader: Reader, field: DateField, joined_by: str = "to"
) -> Period | None:
    start = reader.pos
    span = _read_point(reader, backward=field != "due")
    if span is None:
        return None
    is_month = _is_bare_month(reader, start)
    if end := _read_end(reader, joined_by):
        span = _before(span, end) if is_month else span
        return _between(reader, start, span, end, field)
    return Period(span.first, span.last, span.whole, field)


def _read_end(reader: Reader, joined_by: str) -> Span | None:
    """Read what follows a sign or word between the two ends of a range."""
    start = reader.pos
    token = reader.peek()
    if not (
        token.kind in ("dots", "minus")
        or token.word in (joined_by, "-", "until", "till", "through")
    ):
        return None
    reader.take()
    if span := _read_point(reader, backward=True):
        return span
    reader.pos = start
    return None


def _is_bare_month(reader: Reader, start: int) -> bool:
    """Tell whether the words from *start* to here are a month's name alone."""
    meaning = reader.lexicon.at(reader.tokens, start)
    return meaning is not None and meaning.kind == "month" and reader.pos == start + 1


def _before(span: Span, end: Span) -> Span:
    """Move a month without a year to the last one that is not after *end*."""
    month = span.first.month
    return months(end.first.year - (month > end.first.month), month)


def _between(
    reader: Reader, start: int, span: Span, end: Span, field: DateField
) -> Period:
    if end.last < span.first:
        text = f"{_iso(end.first, end.whole)}..{_iso(span.last, span.whole)}"
        count = reader.pos - start
        reader.pos = start
        raise reader.unclear(
            "The range ends before it starts.", count=count, fixes=[(text, text)]
        )
    return Period(span.first, end.last, span.whole and end.whole, field)


def _iso(day: date, whole: bool) -> str:
    return f"{day:%Y-%m}" if whole else day.isoformat()


def _read_point(reader: Reader, *, backward: bool) -> Span | None:
    """Read one unit of the calendar; *backward* picks the year where none is said."""
    token = reader.peek()
    if token.kind != "word" or not token.word:
        return None
    start = reader.pos
    if token.word[0].isdigit():
        span = _read_number(reader, token.word, backward=backward)
    else:
        span = _read_name(reader, token.word, backward=backward)
    if span is None:
        reader.pos = start
    return span


def _read_number(reader: Reader, text: str, *, backward: bool) -> Span | None:
    if _YEAR.match(text) and int(text) >= _EARLIEST:
        reader.take()
        return _read_rest_of_year(reader, int(text))
    for pattern, read in _NUMBERS:
        if match := pattern.match(text):
            return read(reader, match, backward)
    return None


def _read_rest_of_year(reader: Reader, year: int) -> Span:
    """Read what may follow a year: a month and a day, a quarter, a half, a week."""
    if part := _PART.match(reader.peek().word):
        if part[1] is None:
            reader.take()
            return _part(reader, year, part[2], int(part[3]), fiscal=False)
    elif reader.value("unit") == "week" and _small(reader, 1):
        number = int(reader.peek(1).word)
        reader.take(2)
        return _part(reader, year, "w", number, fiscal=False)
    elif month := reader.value("month"):
        reader.take()
        return _month_or_day(reader, year, int(month))
    elif _is_month_number(reader):
        return _read_month_number(reader, year)
    return months(year, 1, 12)


def _read_month_number(reader: Reader, year: int) -> Span:
    month = int(reader.peek().word)
    reader.take(-1)
    _check_month(reader, year, month)
    reader.take(2)
    return _month_or_day(reader, year, month)


def _is_month_number(reader: Reader) -> bool:
    """Tell whether the number after a year is no amount, age or limit."""
    return _small(reader, 0) is not None and (
        reader.peek(1).kind != "dots" and reader.kind(1) != "unit"
    )


def _check_month(reader: Reader, year: int, month: int) -> None:
    """Refuse a month 13, pointing at the year and the number after it."""
    if 1 <= month <= 12:
        return
    fixes = [(f"Dec {year}", f"{year} 12"), (f"Year {year}", f"{year}")]
    if 1 <= month <= 31:
        fixes.append((f"{month} Jan {year}", f"{year}-01-{month:02}"))
    count = 1 if _MONTH.match(reader.peek().word) else 2
    raise reader.unclear(
        f"There is no month {month}. Months are 1–12.", count=count, fixes=fixes
    )


def _month_or_day(reader: Reader, year: int, month: int) -> Span:
    """Make the month, or the day of it that the next number names."""
    small = _small(reader, 0)
    if small is None or not _is_month_number(reader) or reader.kind(1) == "sort":
        return months(year, month)
    span = _day(reader, year, month, small, count=1)
    reader.take()
    return span


def _day(reader: Reader, year: int, month: int, day: int, *, count: int) -> Span:
    if not 1 <= month <= 12:
        raise reader.unclear(
            f"There is no month {month}. Months are 1–12.",
            count=count,
            fixes=[(f"Year {year}", f"{year}")],
        )
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        iso = f"{year}-{month:02}"
        raise reader.unclear(
            f"{iso} has no day {day}; its last is {last}.",
            count=count,
            fixes=[(f"{iso}-{last}", f"{iso}-{last}"), (iso, iso)]
            if count == 1 and "-" in reader.peek().word
            else [],
        )
    found = date(year, month, day)
    return Span(found, found, whole=False)


def _read_iso_day(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    year, month, day = (int(part) for part in match.groups())
    if not _EARLIEST <= year <= _LATEST:
        return None
    span = _day(reader, year, month, day, count=1)
    reader.take()
    return span


def _read_iso_month(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    year, month = int(match[1]), int(match[2])
    if not _EARLIEST <= year <= _LATEST:
        return None
    _check_month(reader, year, month)
    reader.take()
    return months(year, month)


def _read_month_first(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    month, year = int(match[1]), int(match[2])
    if not (1 <= month <= 12 and _EARLIEST <= year <= _LATEST):
        return None
    reader.take()
    return months(year, month)


def _read_slashed(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    """Read ``3/4/2025`` by the configured order, or by a number over 12, or ask."""
    one, two = int(match[1]), int(match[3])
    year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
    order = reader.context.date_order
    if one > 12 or two > 12:
        order = "dmy" if one > 12 else "mdy"
    if order is None and one != two:
        days = [_try_day(year, two, one), _try_day(year, one, two)]
        fixes = [(_long(day), day.isoformat()) for day in days if day]
        labels = " or ".join(f"[{label}]" for label, _ in fixes[::-1])
        raise reader.unclear(
            f"Is `{reader.peek().raw}` {labels}?",
            fixes=fixes[::-1],
            hint=f"`{fixes[0][1]}` always works.",
        )
    day, month = (two, one) if order == "mdy" else (one, two)
    span = _day(reader, year, month, day, count=1)
    reader.take()
    return span


def _read_small(reader: Reader, match: re.Match[str], backward: bool) -> Span | None:
    """Read a number under 100 at the start: ``8 2021``, ``15 aug 2021``, ``21 8``."""
    number = int(match[1])
    if month := reader.value("month", 1):
        year = _year_of(reader.peek(2).word)
        reader.take(2 if year is None else 3)
        if year is None:
            year = _nearest_year(reader, int(month), backward)
        return _day(reader, year, int(month), number, count=0)
    year = _year_of(reader.peek(1).word)
    if year is not None and 1 <= number <= 12:
        reader.take(2)
        return months(year, number)
    if _is_two_numbers(reader):
        raise _two_numbers(reader, number, _small(reader, 1) or 0)
    return None


def _is_two_numbers(reader: Reader) -> bool:
    after = reader.peek(2)
    return (
        _small(reader, 1) is not None
        and after.kind != "dots"
        and reader.kind(2) not in ("unit", "sort")
    )


def _two_numbers(reader: Reader, one: int, two: int) -> Exception:
    """Ask about ``21 8``: a short year and a month, or a day of a month."""
    fixes = []
    if 1 <= two <= 12:
        fixes.append((f"{_long_month(2000 + one, two)}", f"{2000 + one} {two}"))
        near = _nearest_year(reader, two, backward=True)
        if day := _try_day(near, two, one):
            fixes.append((_long(day), day.isoformat()))
    labels = " ".join(f"[{label}]" for label, _ in fixes)
    said = reader.said(reader.pos, reader.pos + 2)
    if not fixes:
        return reader.unclear(
            f"`{said}` is no period I know.",
            count=2,
            hint="Write `2021 8` or `2025-08-21`.",
        )
    written = " or ".join(f"`{text}`" for _, text in fixes)
    count = "two ways" if len(fixes) == 2 else "as"
    return reader.unclear(
        f"`{said}` can be read {count}: {labels}.",
        count=2,
        fixes=fixes,
        hint=f"Next time write {written}.",
    )


def _read_part(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    """Read ``2021q3``, ``2025-W45``."""
    if not _YEAR.match(match[1]):
        return None
    span = _part(reader, int(match[1]), match[2], int(match[3]), fiscal=False)
    reader.take()
    return span


_NUMBERS: tuple[
    tuple[re.Pattern[str], Callable[[Reader, re.Match[str], bool], Span | None]], ...
] = (
    (_DAY, _read_iso_day),
    (_MONTH, _read_iso_month),
    (_PART, _read_part),
    (_SLASHED, _read_slashed),
    (_MONTH_FIRST, _read_month_first),
    (_SMALL, _read_small),
)


def _read_name(  # noqa: PLR0911 - one return per form reads better than a chain
    reader: Reader, text: str, *, backward: bool
) -> Span | None:
    """Read a point that begins with a word."""
    if match := _FISCAL.match(text):
        reader.take()
        return _read_fiscal(reader, match[1])
    if match := _PART.match(text):
        reader.take()
        return _read_part_first(reader, match[2], int(match[3]))
    meaning = reader.meaning()
    if meaning is None:
        return None
    if meaning.value == "fiscal" and _year_of(reader.peek(meaning.length).word):
        year = reader.peek(meaning.length).word
        reader.take(meaning.length + 1)
        return _read_fiscal(reader, year)
    if meaning.value == "week" and _small(reader, 1):
        number = _small(reader, 1) or 0
        reader.take(2)
        return _read_part_first(reader, "w", number)
    read = _WORDS.get(meaning.kind)
    if read is None:
        return None
    reader.take(meaning.length)
    return read(reader, meaning.value, backward)


def _read_fiscal(reader: Reader, text: str) -> Span:
    year = int(text) if len(text) == 4 else 2000 + int(text)
    part = _PART.match(reader.peek().word)
    if part and part[1] is None and part[2] != "w":
        reader.take()
        return _part(reader, year, part[2], int(part[3]), fiscal=True)
    return months(year, reader.context.fiscal_year_start, 12)


def _read_part_first(reader: Reader, letter: str, number: int) -> Span | None:
    """Read the year after ``q3``, ``h1`` or ``w45``, or take the latest begun one."""
    token = reader.peek()
    fiscal = _FISCAL.match(token.word)
    year = int(fiscal[1]) if fiscal else _year_of(token.word)
    if year is not None:
        reader.take()
        year += 2000 if year < 100 else 0
        return _part(reader, year, letter, number, fiscal=bool(fiscal))
    today = reader.context.today
    span = _part(reader, today.year, letter, number, fiscal=False)
    if span.first > today:
        span = _part(reader, today.year - 1, letter, number, fiscal=False)
    return span


def _part(reader: Reader, year: int, letter: str, number: int, *, fiscal: bool) -> Span:
    """Make a quarter, half or ISO week of a year."""
    name, most = {"q": ("quarter", 4), "h": ("half", 2), "w": ("week", 53)}[letter]
    if letter == "w":
        most = date(year, 12, 28).isocalendar().week
    if not 1 <= number <= most:
        raise reader.unclear(
            f"There is no {name} {number} in {year}. The last is {most}.", count=0
        )
    if letter == "w":
        monday = date.fromisocalendar(year, number, 1)
        return Span(monday, monday + timedelta(days=6), whole=False)
    length = 3 if letter == "q" else 6
    start = reader.context.fiscal_year_start if fiscal else 1
    first = ahead_of(date(year, start, 1), (number - 1) * length, "month")
    return months(first.year, first.month, length)


def _read_month_name(reader: Reader, value: str, backward: bool) -> Span | None:
    """Read what may follow a month's name: a day, a year, or both."""
    month = int(value)
    year = _year_of(reader.peek().word)
    if year is not None:
        reader.take()
        return months(year, month)
    small = _small(reader, 0)
    year = _year_of(reader.peek(1).word)
    if small is not None and year is not None:
        reader.take(2)
        return _day(reader, year, month, small, count=0)
    near = _nearest_year(reader, month, backward)
    if small is not None and _is_month_number(reader) and reader.kind(1) != "sort":
        reader.take()
        return _day(reader, near, month, small, count=0)
    return months(near, month)


def _read_weekday(reader: Reader, value: str, _: bool) -> Span | None:
    """Take the latest such day, today included; CLDR counts from Monday, 0."""
    today = reader.context.today
    day = today - timedelta(days=(today.weekday() - int(value)) % 7)
    return Span(day, day, whole=False)


def _read_moment(reader: Reader, value: str, _: bool) -> Span | None:
    today = reader.context.today
    if value == "ytd":
        return Span(date(today.year, 1, 1), today, whole=False)
    day = today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(value, 0))
    return Span(day, day, whole=False)


def _read_relative(reader: Reader, which: str, _: bool) -> Span | None:
    """Read ``last month``, ``this fiscal year``, ``last 30 days``, ``next 2 weeks``."""
    today = reader.context.today
    if unit := reader.meaning():
        step = {"last": -1, "this": 0, "next": 1}[which]
        if unit.kind == "unit" and unit.value != "day":
            reader.take(unit.length)
            return _unit(reader, unit.value, step)
        if unit.kind == "weekday" and which == "last":
            reader.take(unit.length)
            back = (today.weekday() - int(unit.value) - 1) % 7 + 1
            day = today - timedelta(days=back)
            return Span(day, day, whole=False)
        if unit.kind == "month" and which == "last":
            reader.take(unit.length)
            year = today.year - (int(unit.value) >= today.month)
            return months(year, int(unit.value))
    count, name = _count(reader), reader.value("unit", 1)
    if count is None or name is None or which == "this" or count < 1:
        return None
    reader.take(2)
    if which == "next":
        return Span(today, ahead_of(today, count, name), whole=False)
    first = ahead_of(today, -count, name) + timedelta(days=1)
    return Span(first, today, whole=False)


_WORDS: dict[str, Callable[[Reader, str, bool], Span | None]] = {
    "month": _read_month_name,
    "weekday": _read_weekday,
    "moment": _read_moment,
    "which": _read_relative,
}


def _unit(reader: Reader, unit: str, step: int) -> Span:
    """Make the calendar unit that is *step* away from the one today is in."""
    today = reader.context.today
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return Span(monday, monday + timedelta(days=6), whole=False)
    length = {"month": 1, "quarter": 3}.get(unit, 12)
    start = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1}
    first_month = start.get(unit, 1)
    if unit == "fiscal":
        first_month = reader.context.fiscal_year_start
    year = today.year - (first_month > today.month)
    first = ahead_of(date(year, first_month, 1), step * length, "month")
    return months(first.year, first.month, length)


def _count(reader: Reader, ahead: int = 0) -> int | None:
    word = reader.value("number", ahead) or reader.peek(ahead).word
    return int(word) if re.fullmatch(r"\d{1,3}", word, re.ASCII) else None


def _small(reader: Reader, ahead: int) -> int | None:
    match = _SMALL.match(reader.peek(ahead).word)
    return int(match[1]) if match else None


def _year_of(text: str) -> int | None:
    return int(text) if _YEAR.match(text) and int(text) >= _EARLIEST else None


def _nearest_year(reader: Reader, month: int, backward: bool) -> int:
    """Choose the year of a month named alone: the latest begun, or the nearest."""
    today = reader.context.today
    if backward:
        return today.year - (month > today.month)
    ahead = month - today.month
    return today.year + (ahead < -5) - (ahead > 6)


def _try_day(year: int, month: int, day: int) -> date | None:
    valid = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if valid else None


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _long_month(year: int, month: int) -> str:
    return f"{date(year, month, 1):%B %Y}"

"""Points of the calendar: what begins with a digit, and what begins with a word."""

from collections.abc import Callable
from datetime import date, timedelta

from bot.queries.digits import read_digits
from bot.queries.parts import (
    FISCAL,
    PART,
    count_at,
    day_of_month,
    is_month_number,
    nearest_year,
    part_of_year,
    small_number,
    year_of,
)
from bot.queries.reader import Reader
from bot.queries.spans import Span, ahead_of, months


def read_point(reader: Reader, *, backward: bool) -> Span | None:
    """Read one unit of the calendar; *backward* picks the year where none is said."""
    token = reader.peek()
    if token.kind != "word" or not token.word:
        return None
    start = reader.pos
    if token.word[0].isdigit():
        span = read_digits(reader, token.word, backward=backward)
    else:
        span = _read_name(reader, token.word, backward=backward)
    if span is None:
        reader.pos = start
    return span


def _read_name(  # noqa: PLR0911 - one return per form reads better than a chain
    reader: Reader, text: str, *, backward: bool
) -> Span | None:
    """Read a point that begins with a word."""
    if match := FISCAL.match(text):
        reader.take()
        return _read_fiscal(reader, match[1])
    if match := PART.match(text):
        reader.take()
        return _read_part_first(reader, match[2], int(match[3]))
    meaning = reader.meaning()
    if meaning is None:
        return None
    if meaning.value == "fiscal" and year_of(reader.peek(meaning.length).word):
        year = reader.peek(meaning.length).word
        reader.take(meaning.length + 1)
        return _read_fiscal(reader, year)
    if meaning.value == "week" and small_number(reader, 1):
        number = small_number(reader, 1) or 0
        reader.take(2)
        return _read_part_first(reader, "w", number)
    read = _WORDS.get(meaning.kind)
    if read is None:
        return None
    reader.take(meaning.length)
    return read(reader, meaning.value, backward)


def _read_fiscal(reader: Reader, text: str) -> Span:
    year = int(text) if len(text) == 4 else 2000 + int(text)
    part = PART.match(reader.peek().word)
    if part and part[1] is None and part[2] != "w":
        reader.take()
        return part_of_year(reader, year, part[2], int(part[3]), fiscal=True)
    return months(year, reader.context.fiscal_year_start, 12)


def _read_part_first(reader: Reader, letter: str, number: int) -> Span | None:
    """Read the year after ``q3``, ``h1`` or ``w45``, or take the latest begun one."""
    token = reader.peek()
    fiscal = FISCAL.match(token.word)
    year = int(fiscal[1]) if fiscal else year_of(token.word)
    if year is not None:
        reader.take()
        year += 2000 if year < 100 else 0
        return part_of_year(reader, year, letter, number, fiscal=bool(fiscal))
    today = reader.context.today
    span = part_of_year(reader, today.year, letter, number, fiscal=False)
    if span.first > today:
        span = part_of_year(reader, today.year - 1, letter, number, fiscal=False)
    return span


def _read_month_name(reader: Reader, value: str, backward: bool) -> Span | None:
    """Read what may follow a month's name: a day, a year, or both."""
    month = int(value)
    year = year_of(reader.peek().word)
    if year is not None:
        reader.take()
        return months(year, month)
    small = small_number(reader, 0)
    year = year_of(reader.peek(1).word)
    if small is not None and year is not None:
        reader.take(2)
        return day_of_month(reader, year, month, small, count=0)
    near = nearest_year(reader, month, backward)
    if small is not None and is_month_number(reader) and reader.kind(1) != "sort":
        reader.take()
        return day_of_month(reader, near, month, small, count=0)
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
    count, name = count_at(reader), reader.value("unit", 1)
    if count is None or name is None or which == "this" or count < 1:
        return None
    reader.take(2)
    if which == "next":
        return Span(today, ahead_of(today, count, name), whole=False)
    first = ahead_of(today, -count, name) + timedelta(days=1)
    return Span(first, today, whole=False)


def _read_piece(reader: Reader, value: str, _: bool) -> Span | None:
    """Read ``first half``, ``third quarter``; ``of`` and a year may follow."""
    ahead = 1 if reader.value("word") == "in" else 0
    following = reader.peek(ahead).word
    if ahead and (year_of(following) or FISCAL.match(following)):
        reader.take()
    return _read_part_first(reader, value[0], int(value[1]))


_WORDS: dict[str, Callable[[Reader, str, bool], Span | None]] = {
    "piece": _read_piece,
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
    length = {"month": 1, "quarter": 3, "fiscal_quarter": 3, "half": 6}.get(unit, 12)
    begun = reader.context.fiscal_year_start if unit.startswith("fiscal") else 1
    # The unit that today is in, counted in months from where the year begins.
    since = (today.month - begun) % 12
    first_month = (begun - 1 + since // length * length) % 12 + 1
    year = today.year - (first_month > today.month)
    first = ahead_of(date(year, first_month, 1), step * length, "month")
    return months(first.year, first.month, length)

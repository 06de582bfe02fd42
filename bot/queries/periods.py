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
from datetime import timedelta

from bot.queries.model import DateField, Period
from bot.queries.parts import count_at
from bot.queries.points import read_point
from bot.queries.reader import Reader, UnclearError
from bot.queries.spans import Span, ahead_of, iso_text, months
from bot.queries.wording import tr

_SPAN = re.compile(r"(\d{1,3})(d|w|mo?)$")


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
    count = count_at(reader, ahead)
    unit_word = reader.value("unit", ahead + 1)
    if count is None or unit_word is None:
        return None
    reader.take(ahead + 2)
    return Span(today, ahead_of(today, count, unit_word), whole=False)


def _read_open(reader: Reader, bound: str, field: DateField) -> Period | None:
    start = reader.pos
    meaning = reader.meaning()
    reader.take(meaning.length if meaning else 1)
    if bound == "between":
        return _read_range(reader, field, joined_by="and")
    span = read_point(reader, backward=field != "due")
    if span is None:
        return None
    if bound in ("until", "before"):
        last = span.last if bound == "until" else span.first - timedelta(days=1)
        return Period(None, last, span.whole, field)
    first = span.last + timedelta(days=1) if bound == "after" else span.first
    if bound in ("since", "from"):
        is_month = _is_bare_month(reader, start + 1)
        if end := _read_end(reader, "to"):
            span = _before(span, end) if is_month else span
            return _between(reader, start, span, end, field)
    if bound == "from" and span.whole:
        raise _of_or_since(reader, start)
    return Period(first, None, span.whole, field)


def _of_or_since(reader: Reader, start: int) -> UnclearError:
    """Ask whether ``from 2024`` means that year alone, or also what came later."""
    said = reader.said(start)
    point = reader.said(start + 1)
    count = reader.pos - start
    reader.pos = start
    return reader.unclear(
        tr(
            "`{text}` can be read two ways: [{period}] [since {period}].",
            text=said,
            period=point,
        ),
        count=count,
        fixes=[
            (point, point),
            (tr("since {period}", period=point), f"since {point}"),
        ],
    )


def _read_range(
    reader: Reader, field: DateField, joined_by: str = "to"
) -> Period | None:
    start = reader.pos
    span = read_point(reader, backward=field != "due")
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
    if span := read_point(reader, backward=True):
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
        text = f"{iso_text(end.first, end.whole)}..{iso_text(span.last, span.whole)}"
        count = reader.pos - start
        reader.pos = start
        raise reader.unclear(
            tr("The range ends before it starts."),
            count=count,
            fixes=[(tr("Run {command}", command=text), text)],
        )
    return Period(span.first, end.last, span.whole and end.whole, field)

"""Points of the calendar that begin with a digit: ``2021 8``, ``3/4/2025``."""

import re
from collections.abc import Callable

from bot.queries.parts import (
    EARLIEST,
    LATEST,
    MONTH,
    PART,
    SMALL,
    YEAR,
    check_month,
    day_of_month,
    is_month_number,
    nearest_year,
    part_of_year,
    small_number,
    year_of,
)
from bot.queries.reader import Reader
from bot.queries.spans import Span, day_in_words, month_in_words, months, try_day
from bot.queries.wording import either, tr

_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})$")
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)$")


def read_digits(reader: Reader, text: str, *, backward: bool) -> Span | None:
    """Read a point that begins with a digit."""
    if YEAR.match(text) and int(text) >= EARLIEST:
        reader.take()
        return _read_rest_of_year(reader, int(text))
    for pattern, read in _NUMBERS:
        if match := pattern.match(text):
            return read(reader, match, backward)
    return None


def _read_rest_of_year(reader: Reader, year: int) -> Span:
    """Read what may follow a year: a month and a day, a quarter, a half, a week."""
    if part := PART.match(reader.peek().word):
        if part[1] is None:
            reader.take()
            return part_of_year(reader, year, part[2], int(part[3]), fiscal=False)
    elif reader.value("unit") == "week" and small_number(reader, 1):
        number = int(reader.peek(1).word)
        reader.take(2)
        return part_of_year(reader, year, "w", number, fiscal=False)
    elif month := reader.value("month"):
        reader.take()
        return _month_or_day(reader, year, int(month))
    elif is_month_number(reader):
        return _read_month_number(reader, year)
    _check_no_months(reader, year)
    return months(year, 1, 12)


def _check_no_months(reader: Reader, year: int) -> None:
    """Ask whether ``2025 3..5`` means months of the year, or amounts."""
    first, last = small_number(reader, 0), small_number(reader, 2)
    if first is None or last is None or reader.peek(1).kind != "dots":
        return
    is_amount = reader.kind(3) in ("currency", "unit") or not 1 <= first <= last <= 12
    if is_amount:
        return
    reader.take(-1)
    span = tr(
        "{first} to {last}",
        first=month_in_words(year, first),
        last=month_in_words(year, last),
    )
    raise reader.unclear(
        tr(
            "`{text}` can be read two ways: [{months}] [amounts from {first} to {last} "
            "in {year}].",
            text=reader.said(reader.pos, reader.pos + 4),
            months=span,
            first=first,
            last=last,
            year=year,
        ),
        count=4,
        fixes=[
            (span, f"{year}-{first:02}..{year}-{last:02}"),
            (
                tr("Amounts from {first} to {last}", first=first, last=last),
                f"{year} amount:{first}..{last}",
            ),
        ],
    )


def _read_month_number(reader: Reader, year: int) -> Span:
    month = int(reader.peek().word)
    reader.take(-1)
    check_month(reader, year, month)
    reader.take(2)
    return _month_or_day(reader, year, month)


def _month_or_day(reader: Reader, year: int, month: int) -> Span:
    """Make the month, or the day of it that the next number names."""
    small = small_number(reader, 0)
    if small is None or not is_month_number(reader) or reader.kind(1) == "sort":
        return months(year, month)
    span = day_of_month(reader, year, month, small, count=1)
    reader.take()
    return span


def _read_iso_day(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    year, month, day = (int(part) for part in match.groups())
    if not EARLIEST <= year <= LATEST:
        return None
    span = day_of_month(reader, year, month, day, count=1)
    reader.take()
    return span


def _read_iso_month(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    year, month = int(match[1]), int(match[2])
    if not EARLIEST <= year <= LATEST:
        return None
    check_month(reader, year, month)
    reader.take()
    return months(year, month)


def _read_month_first(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    month, year = int(match[1]), int(match[2])
    if not (1 <= month <= 12 and EARLIEST <= year <= LATEST):
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
    if order is None and one != two and min(one, two) > 0:
        days = [try_day(year, two, one), try_day(year, one, two)]
        fixes = [(day_in_words(day), day.isoformat()) for day in days if day]
        raise reader.unclear(
            tr(
                "Is `{text}` {labels}?",
                text=reader.peek().raw,
                labels=either([f"[{label}]" for label, _ in fixes[::-1]]),
            ),
            fixes=fixes[::-1],
            hint=tr(
                "An admin can fix the order with `/invoices settings date-order dmy` "
                "(or `mdy`). `{day}` always works.",
                day=fixes[0][1],
            ),
        )
    day, month = (two, one) if order == "mdy" else (one, two)
    span = day_of_month(reader, year, month, day, count=1)
    reader.take()
    return span


def _read_small(reader: Reader, match: re.Match[str], backward: bool) -> Span | None:
    """Read a number under 100 at the start: ``8 2021``, ``15 aug 2021``, ``21 8``."""
    number = int(match[1])
    if month := reader.value("month", 1):
        year = year_of(reader.peek(2).word)
        reader.take(2 if year is None else 3)
        if year is None:
            year = nearest_year(reader, int(month), backward)
        return day_of_month(reader, year, int(month), number, count=0)
    year = year_of(reader.peek(1).word)
    if year is not None and 1 <= number <= 12:
        reader.take(2)
        return months(year, number)
    if _is_two_numbers(reader):
        raise _two_numbers(reader, number, small_number(reader, 1) or 0)
    return None


def _is_two_numbers(reader: Reader) -> bool:
    after = reader.peek(2)
    return (
        small_number(reader, 1) is not None
        and after.kind != "dots"
        and reader.kind(2) not in ("unit", "sort")
    )


def _two_numbers(reader: Reader, one: int, two: int) -> Exception:
    """Ask about ``21 8``: a short year and a month, or a day of a month."""
    fixes = []
    if 1 <= two <= 12:
        fixes.append((f"{month_in_words(2000 + one, two)}", f"{2000 + one} {two}"))
        near = nearest_year(reader, two, backward=True)
        if day := try_day(near, two, one):
            fixes.append((day_in_words(day), day.isoformat()))
    labels = " ".join(f"[{label}]" for label, _ in fixes)
    said = reader.said(reader.pos, reader.pos + 2)
    if not fixes:
        return reader.unclear(
            tr("`{text}` is no period I know.", text=said),
            count=2,
            hint=tr("Write `2021 8` or `2025-08-21`."),
        )
    if len(fixes) == 2:
        problem = tr(
            "`{text}` can be read two ways: {labels}.", text=said, labels=labels
        )
    else:
        problem = tr("`{text}` can be read as: {labels}.", text=said, labels=labels)
    written = either([f"`{text}`" for _, text in fixes])
    return reader.unclear(
        problem,
        count=2,
        fixes=fixes,
        hint=tr("Next time write {written}.", written=written),
    )


def _read_part(reader: Reader, match: re.Match[str], _: bool) -> Span | None:
    """Read ``2021q3``, ``2025-W45``."""
    if not YEAR.match(match[1]):
        return None
    span = part_of_year(reader, int(match[1]), match[2], int(match[3]), fiscal=False)
    reader.take()
    return span


_NUMBERS: tuple[
    tuple[re.Pattern[str], Callable[[Reader, re.Match[str], bool], Span | None]], ...
] = (
    (_DAY, _read_iso_day),
    (MONTH, _read_iso_month),
    (PART, _read_part),
    (_SLASHED, _read_slashed),
    (_MONTH_FIRST, _read_month_first),
    (SMALL, _read_small),
)

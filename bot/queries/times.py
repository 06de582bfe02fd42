"""Times of day and of the week, in words and as cron lines; pure.

A cron line has the five fields of crontab(5): minute, hour, day of the month, month and
day of the week. Words stand for some of them: ``weekdays 09:00`` is
``0 9 * * mon-fri``.
"""

import re
from datetime import timedelta
from itertools import pairwise

from bot.queries.reader import Reader, UnclearError
from bot.queries.wording import mark, tr, trn

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun",
    "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_LONG = (
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
)  # fmt: skip
#: Words for days of the week, and how cron writes them.
_DAYS_WRITTEN = (
    {"weekday": "mon-fri", "workday": "mon-fri", "weekend": "sat,sun"}
    | {"day": "*", "daily": "*", "morning": "*"}
    | dict(zip(_LONG, DAYS, strict=True))
    | {day: day for day in DAYS}
    | {"tues": "tue", "thur": "thu", "thurs": "thu"}
)
_JOINING = ("and", "at", "on", "each")
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?(?P<half>am|pm)?$")
_COUNTED = re.compile(r"(\d{1,3})(h|hours?|m|min|minutes?)$")
_UNITS = ("hour", "hours", "minute", "minutes", "min", "mins")
#: The words of this module that a mistyped one may have been meant to be.
WORDS = (
    *("every", "hourly", "daily", "now", "weekdays", "weekends", "hour", "minutes"),
    *(f"{day}s" for day in _LONG),
)
#: The lowest and highest value of each field, and its names.
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, DAYS),
)
#: What is said of a value that a field cannot have.
_NO_SUCH = {
    "minute": mark("`{text}` is no minute"),
    "hour": mark("`{text}` is no hour"),
    "day of the month": mark("`{text}` is no day of the month"),
    "month": mark("`{text}` is no month"),
    "weekday": mark("`{text}` is no weekday"),
}
DEFAULT_CLOCK = (9, 0)


def read_time(reader: Reader) -> str | None:
    """Read when: ``weekdays 09:00``, ``every hour``, a cron line in quotes.

    Returns the cron line; an empty text for "now", ``None`` where nothing is said.
    """
    if reader.peek().word == "now" and reader.peek().kind == "word":
        reader.take()
        return ""
    if reader.peek().kind == "quoted":
        return _read_line(reader)
    return _read_step(reader) or _read_days(reader)


def step_of(line: str) -> timedelta:
    """Tell the shortest time between two moments of a cron line within one day.

    Raises:
        ValueError: it is not one.
    """
    minutes, hours, *_ = _read_fields(line)
    moments = [
        hour * 60 + minute for hour in sorted(hours) for minute in sorted(minutes)
    ]
    moments.append(moments[0] + 24 * 60)
    return timedelta(minutes=min(later - first for first, later in pairwise(moments)))


def words_of(line: str) -> str | None:
    """Say a cron line in words that `read_time` reads as it, where there are some."""
    minute, hour, day, month, weekdays = line.split()
    if (day, month) != ("*", "*"):
        return None
    if minute.isdigit() and hour.isdigit():
        named = _days_in_words(weekdays)
        return named and f"{named} {int(hour):02}:{int(minute):02}"
    return _STEPS.get(f"{minute} {hour}") if weekdays == "*" else None


def _days_in_words(weekdays: str) -> str | None:
    match weekdays:
        case "*":
            return "daily"
        case "mon-fri":
            return "weekdays"
        case "sat,sun":
            return "weekends"
    days = weekdays.split(",")
    if any(day not in DAYS for day in days):
        return None
    return " and ".join(f"{_LONG[DAYS.index(day)]}s" for day in days)


def _read_line(reader: Reader) -> str | None:
    line = reader.peek().word
    if len(line.split()) != 5 and not re.match(r"[\d*][\d*/, -]*$", line):
        return None
    try:
        step_of(line)
    except ValueError as error:
        raise reader.unclear(
            tr("`{line}` is no cron line: {problem}.", line=line, problem=error),
            fixes=[(each, each) for each in ("weekdays 09:00", "daily 09:00")],
            hint=tr("A cron line has 5 fields, as in `0 9 * * mon-fri`."),
        ) from None
    reader.take()
    return " ".join(line.split())


def _read_step(reader: Reader) -> str | None:
    """Read ``every hour``, ``every 15 minutes``, ``hourly``."""
    start = reader.pos
    if reader.peek().word == "hourly":
        reader.take()
        return "0 * * * *"
    if reader.peek().word not in ("every", "each"):
        return None
    reader.take()
    number, unit = 1, reader.peek().word
    if together := _COUNTED.match(unit):
        number, unit = int(together[1]), together[2]
    elif unit.isdigit() and reader.peek(1).word in _UNITS:
        number, unit = int(unit), reader.peek(1).word
        reader.take()
    elif unit not in _UNITS:
        reader.pos = start
        return None
    reader.take()
    return _stepped(reader, start, number, hours=unit.startswith("h"))


def _stepped(reader: Reader, start: int, number: int, *, hours: bool) -> str:
    """Write a step as cron does; one that does not fill its hour or day is refused."""
    if not hours and number % 60 == 0 and number:
        number, hours = number // 60, True
    whole = 24 if hours else 60
    if number == 0 or whole % number or number == whole:
        raise _uneven(reader, start, number, hours=hours)
    if hours:
        return "0 * * * *" if number == 1 else f"0 */{number} * * *"
    return "* * * * *" if number == 1 else f"*/{number} * * * *"


def _uneven(reader: Reader, start: int, number: int, *, hours: bool) -> UnclearError:
    """Refuse a step from *start* to here, and say which ones there are."""
    if hours:
        problem = trn(
            "Every {n} hours does not come at the same times each day.",
            "Every {n} hours does not come at the same times each day.",
            number,
            n=number,
        )
        hint = tr("Steps are 1, 2, 3, 4, 6, 8, 12 hours.")
    else:
        problem = trn(
            "Every {n} minutes does not come at the same times each day.",
            "Every {n} minutes does not come at the same times each day.",
            number,
            n=number,
        )
        hint = tr("Steps are 5, 10, 15, 20, 30 minutes.")
    count = reader.pos - start
    reader.pos = start
    return reader.unclear(
        problem,
        count=count,
        fixes=[
            (tr("Every hour"), "every hour"),
            (tr("Daily 09:00"), "daily 09:00"),
        ],
        hint=hint,
    )


_STEPS = {
    "* *": "every minute",
    "0 *": "every hour",
    **{f"*/{n} *": f"every {n} minutes" for n in range(2, 31) if 60 % n == 0},
    **{f"0 */{n}": f"every {n} hours" for n in range(2, 13) if 24 % n == 0},
}


def _read_days(reader: Reader) -> str | None:
    """Read ``weekdays 09:00``, ``mondays and thursdays at 9``, ``at 9:00 daily``."""
    start = reader.pos
    days: list[str] = []
    clock: tuple[int, int] | None = None
    while not reader.done:
        word = reader.peek().word
        found = _days_at(word)
        if found is not None:
            days.append(found)
        elif clock is None and (read := _clock_at(reader, days_said=bool(days))):
            clock = read
        elif word not in (*_JOINING, "every") or not _goes_on(reader):
            break
        reader.take()
    if not days and clock is None:
        reader.pos = start
        return None
    hour, minute = clock or DEFAULT_CLOCK
    return f"{minute} {hour} * * {_joined(days)}"


def _days_at(word: str) -> str | None:
    return _DAYS_WRITTEN.get(word) or _DAYS_WRITTEN.get(word.removesuffix("s"))


def _goes_on(reader: Reader) -> bool:
    """Tell whether after a joining word more of the time follows."""
    following = reader.peek(1).word
    return _days_at(following) is not None or _CLOCK.match(following) is not None


def _clock_at(reader: Reader, *, days_said: bool) -> tuple[int, int] | None:
    """Read a time of day; a bare number is one only after a day or "at"."""
    match = _CLOCK.match(reader.peek().word)
    if match is None or reader.peek().kind != "word":
        return None
    bare = not (match["minute"] or match["half"])
    before = reader.tokens[reader.pos - 1].word if reader.pos else ""
    if bare and not days_said and before != "at":
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise reader.unclear(
            tr(
                "There is no time `{time}`; hours are 0–23, minutes 0–59.",
                time=reader.peek().raw,
            ),
            fixes=[("09:00", "09:00"), ("17:00", "17:00")],
        )
    return hour, minute


def _joined(days: list[str]) -> str:
    if "*" in days or not days:
        return "*"
    if len(days) == 1:
        return days[0]
    named = {
        day
        for each in days
        for day in (DAYS[1:6] if each == "mon-fri" else each.split(","))
    }
    return ",".join(day for day in (*DAYS[1:], DAYS[0]) if day in named)


def _read_fields(line: str) -> list[frozenset[int]]:
    """Read the five fields as the values they allow."""
    fields = line.casefold().split()
    if len(fields) != 5:
        raise ValueError(
            trn("it has {n} fields", "it has {n} fields", len(fields), n=len(fields))
        )
    return [
        _read_field(field, name, low, high, names)
        for field, (name, low, high, names) in zip(fields, _FIELDS, strict=True)
    ]


def _read_field(
    field: str, name: str, low: int, high: int, names: tuple[str, ...]
) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if slash and not (step.isascii() and step.isdigit() and 1 <= int(step) <= high):
            raise ValueError(tr(_NO_SUCH[name], text=part))
        if first == "*":
            if dash:
                raise ValueError(tr(_NO_SUCH[name], text=part))
            start, end = low, 6 if name == "weekday" else high
        else:
            start = _value(first, name, low, high, names)
            end = _value(last, name, low, high, names) if dash else start
            end = high if slash and not dash else end
        if end < start:
            if name != "weekday":
                raise ValueError(tr("`{text}` ends before it starts", text=part))
            end += 7
        values |= set(range(start, end + 1, int(step) if step else 1))
    return frozenset(values)


def _value(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + low
    if text.isascii() and text.isdigit() and low <= int(text) <= high:
        return int(text)
    raise ValueError(tr(_NO_SUCH[name], text=text))

"""Which date a period is about: ``due next week``, ``paid in October``, upcoming."""

from bot.queries.draft import Draft
from bot.queries.model import DateField, Period
from bot.queries.periods import read_length, read_period
from bot.queries.reader import Reader
from bot.queries.spans import ahead_of
from bot.queries.wording import tr

_DEFAULT_AHEAD_DAYS = 14
_FIELDS: dict[str, DateField] = {
    "issued": "issued",
    "due": "due",
    "paid": "paid",
    "updated": "updated",
}


def read_upcoming(reader: Reader, draft: Draft) -> bool:
    """Read ``upcoming 14d``: what is owed and due from today on."""
    meaning = reader.meaning()
    if meaning is None or meaning.value != "upcoming":
        return False
    start = reader.pos
    reader.take(meaning.length)
    if reader.value("word") == "in":
        reader.take()
    today = reader.context.today
    span = read_length(reader)
    last = span.last if span else ahead_of(today, _DEFAULT_AHEAD_DAYS, "day")
    period = Period(today, last, whole_months=False, field="due")
    draft.set_period(reader, start, period)
    draft.statuses.append("unpaid")
    return True


def read_date_field(reader: Reader, draft: Draft) -> bool:
    """Read ``due next week``, and in sentences ``paid in October``."""
    start = reader.pos
    meaning = reader.meaning()
    if meaning is None or not (
        meaning.kind == "field"
        or (meaning.value == "paid" and meaning.kind == "status" and reader.chatty)
    ):
        return False
    reader.take(meaning.length)
    while reader.value("word") == "in" or reader.peek().word in ("by", "the"):
        reader.take()
    if period := read_period(reader, _FIELDS[meaning.value]) or next_days(reader):
        draft.set_period(reader, start, with_field(period, _FIELDS[meaning.value]))
        if meaning.value == "due" and reader.chatty:
            draft.statuses.append("unpaid")
        return True
    reader.pos = start
    if meaning.kind == "status":
        return False
    return _read_bare_field(reader, draft, meaning.value, meaning.length)


def _read_bare_field(reader: Reader, draft: Draft, value: str, length: int) -> bool:
    if reader.chatty and value in ("due", "paid"):
        draft.statuses.append("unpaid" if value == "due" else "paid")
        reader.take(length)
        return True
    if reader.chatty:
        reader.take(length)
        return True
    raise reader.unclear(
        tr("`{word}` needs a period after it.", word=reader.peek().raw),
        count=length,
        fixes=[("this month", f"{value}:this month"), ("unpaid", "unpaid")],
        hint=tr("Write it as `{word}:2025-12` or `{word}:last month`.", word=value),
    )


def with_field(period: Period, field: DateField) -> Period:
    """Make the same period about another date."""
    return Period(period.first, period.last, period.whole_months, field)


def next_days(reader: Reader) -> Period | None:
    """Read ``14d`` or ``next 2 weeks`` as a period."""
    span = read_length(reader)
    return Period(span.first, span.last, whole_months=False) if span else None


def read_plain_period(reader: Reader, draft: Draft) -> bool:
    """Read a period that no date field is named for."""
    start = reader.pos
    period = read_period(reader)
    if period is None:
        return False
    draft.set_period(reader, start, period)
    return True

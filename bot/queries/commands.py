"""A query written back: as a command that parses to it, and as JSON."""

import re
from collections.abc import Iterator
from datetime import date

from bot.queries.draft import plain
from bot.queries.model import Bound, Context, Period, Query, is_year_alone
from bot.queries.vocabulary import lexicon, name_words
from providers.models import OWED, Status

_PLAIN_NUMBER = re.compile(r"(?:[A-Za-z]\w*-?)?\d{5,}")
_SORT_KEYS = {"issued_on": "issued", "due_on": "due"}


def to_command(query: Query, context: Context) -> str:
    """Write *query* as a command that parses to the same query."""
    if query.show == "help":
        return f"/{query.topic} help" if query.topic else "help"
    if query.show == "invoice":
        number = _number(query.number or "")
        part = (query.part,) if query.part else ()
        return " ".join((f"/invoice {number}", *_connections(query, context), *part))
    command, rest = _command(query)
    words = [
        *(("changes",) if query.show == "changes" else ()),
        *_period(query.period),
        *_compared(query.compared),
        *_connections(query, context),
        *rest,
        *_filters(query),
        *_order(query),
        *_output(query),
    ]
    if not words and command == "/invoices":
        words = ["all"]
    return " ".join((command, *words))


def understood(query: Query) -> dict[str, object]:
    """Make the published form of *query*: null, or an empty list, is "any".

    What the fixed fields cannot say (a due date's period, an age, an exclusion) is
    added under a name of its own, and only when it was asked for.
    """
    period = query.period
    whole = bool(period and period.whole_months)
    found: dict[str, object] = {
        "show": query.show,
        "from": _day(period.first, whole) if period else None,
        "to": _day(period.last, whole) if period else None,
        "connections": list(query.connections) or None,
        "status": [status.value for status in query.status] or None,
        "overdue": query.overdue,
        "text": query.text,
        "currency": query.currency,
        "min": f"{query.minimum.value:f}" if query.minimum else None,
        "max": f"{query.maximum.value:f}" if query.maximum else None,
        "sort": f"{'-' if query.descending else ''}{query.sort}",
        "limit": query.limit,
    }
    return found | {
        name: value
        for name, value in _extras(query)
        if value or (name == "snoozed" and value is not None)
    }


def _number(number: str) -> str:
    """Write a number so that it is not taken for a period or for several words."""
    if " " in number:
        return f'"{number}"'
    return number if _PLAIN_NUMBER.fullmatch(number) else f"#{number}"


def _extras(query: Query) -> Iterator[tuple[str, object]]:
    owed = bool(query.status) and set(query.status) <= set(OWED)
    if query.compared is not None:
        before = query.compared
        yield "compared_from", _day(before.first, before.whole_months)
        yield "compared_to", _day(before.last, before.whole_months)
    yield "date", query.period and query.period.field != "billed" and query.period.field
    yield "not_connections", list(query.not_connections)
    yield "seller", query.seller
    yield "customer", query.customer
    yield "kinds", [] if owed else list(query.kinds)
    yield "above_min", bool(query.minimum and query.minimum.strict)
    yield "below_max", bool(query.maximum and query.maximum.strict)
    yield "days_late", " ".join(_bounds("", query.age_from, query.age_to)).strip()
    yield "age_basis", query.age_basis != "due" and query.age_basis
    yield "provider_status", list(query.stated)
    yield "paid_late", query.paid_late
    yield "snoozed", query.snoozed
    yield "group", query.group
    yield "aged_by", query.aged_by
    yield "chart", query.chart
    yield "file", query.file
    yield "to_me", query.to_me
    yield "as_text", query.as_text
    yield "number", query.number
    yield "part", query.part
    yield "topic", query.topic


def _day(day: date | None, whole: bool) -> str | None:
    if day is None:
        return None
    return f"{day:%Y-%m}" if whole else day.isoformat()


def _command(query: Query) -> tuple[str, list[str]]:
    """Choose the command that says the most, and the statuses it leaves to say."""
    words = list(_statuses(query))
    owed = bool(query.status) and set(query.status) <= set(OWED)
    command = "/invoices"
    if owed and query.overdue:
        command = "/overdue"
    elif query.status == OWED:
        command = "/unpaid"
    if query.status == OWED and command != "/invoices":
        words = []
    if query.paid_late:
        words = ["paid late"]
    words += query.stated
    if query.snoozed is not None:
        words.append("snoozed" if query.snoozed else "-snoozed")
    if query.overdue is False:
        words.append("-overdue")
    if query.kinds and not owed:
        words.append("credit" if query.kinds == ("credit_note",) else "-credit")
    return command, words


def _statuses(query: Query) -> Iterator[str]:
    if Status.UNPAID in query.status:
        yield "unpaid"
    for status in query.status:
        if status not in OWED:
            yield f"status:{status.value}"
    if Status.UNPAID not in query.status and Status.PART_PAID in query.status:
        yield "status:part_paid"
    elif Status.UNPAID in query.status and Status.PART_PAID not in query.status:
        yield "-part_paid"


def _period(period: Period | None) -> Iterator[str]:
    if period is None:
        return
    text = _written(period)
    if period.field == "billed":
        yield text.replace("-", " ").replace(" 0", " ") if _is_month(text) else text
    else:
        yield f"{period.field}:{text}"


def _compared(period: Period | None) -> Iterator[str]:
    if period is not None:
        yield f"vs {_written(period)}"


def _is_month(text: str) -> bool:
    return len(text) == len("2021-08") and text[0].isdigit()


def _written(period: Period) -> str:
    first, last, whole = period.first, period.last, period.whole_months
    if first is None:
        return f"until {_day(last, whole)}" if last else "all"
    if last is None:
        return f"since {_day(first, whole)}"
    if whole and (first.month, last.month, first.year) == (1, 12, last.year):
        return str(first.year)
    ends = (_day(first, whole) or "", _day(last, whole) or "")
    return ends[0] if ends[0] == ends[1] else "..".join(ends)


def _connections(query: Query, context: Context) -> Iterator[str]:
    for name in query.connections:
        yield _name(name, context)
    for name in query.not_connections:
        yield f"-{_name(name, context)}"


def _name(name: str, context: Context) -> str:
    """Write a connection's name bare where it can be mistaken for nothing else."""
    words = lexicon(context.connections)
    cut = name_words(name)
    if words.names.get(cut) == (name,) and words.is_plain(cut):
        return name
    return f'connection:"{name}"'


def _filters(query: Query) -> Iterator[str]:
    yield from _bounds("", query.minimum, query.maximum)
    if query.currency:
        yield f"currency:{query.currency.casefold()}"
    yield from _bounds("age:", query.age_from, query.age_to)
    counts_age = query.age_from or query.age_to or query.group == "age"
    if query.age_basis != "due" and counts_age:
        yield f"basis:{query.age_basis}"
    for name in ("text", "seller", "customer"):
        if (said := getattr(query, name)) is not None:
            yield f'{name}:"{said}"'


def _bounds(key: str, low: Bound | None, high: Bound | None) -> Iterator[str]:
    if low:
        yield f"{key}{'>' if low.strict else '>='}{plain(low.value)}"
    if high:
        yield f"{key}{'<' if high.strict else '<='}{plain(high.value)}"


def _order(query: Query) -> Iterator[str]:
    owed = bool(query.status) and set(query.status) <= set(OWED)
    usual = (query.sort, query.descending) == (
        "due_on" if owed else "issued_on",
        False,
    )
    # A year by itself is answered by month; its invoices are asked for by their order.
    year = is_year_alone(query)
    if not usual or (year and query.group is None):
        sign = "-" if query.descending else ""
        yield f"sort:{sign}{_SORT_KEYS.get(query.sort, query.sort)}"
    if query.limit is not None:
        yield f"limit:{query.limit}"
    if query.group is not None and not (year and query.group == "month"):
        yield "aging" if query.group == "age" else f"by {query.group}"
    if query.aged_by is not None:
        yield f"by {query.aged_by}"


def _output(query: Query) -> Iterator[str]:
    if query.chart:
        yield "as chart"
    if query.as_text:
        yield "as text"
    if query.file:
        yield f"as {query.file}"
    if query.to_me:
        yield "to me"

"""The reading line: how a question was understood, and how old the figures are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.answers.model import Freshness, InvoiceList
from bot.queries.model import DateField, Dimension, Period, Query, SortField
from bot.queries.wording import mark, tr
from bot.views import words
from bot.views.filters import any_of, filters_of
from providers.models import OWED, Status

#: What is listed, where one status is asked for.
_OF_STATUS = {
    Status.UNPAID: mark("Unpaid invoices"),
    Status.PART_PAID: mark("Part paid invoices"),
    Status.PAID: mark("Paid invoices"),
    Status.NOTHING_DUE: mark("Nothing due invoices"),
    Status.OPEN_CREDIT: mark("Open credit invoices"),
    Status.SETTLED_CREDIT: mark("Settled credit invoices"),
    Status.UNKNOWN: mark("Status not known invoices"),
}


def title_of(query: Query) -> str:
    """Say what is listed: "Unpaid invoices", "Overdue invoices", "Credit notes"."""
    if query.overdue:
        return tr("Overdue invoices")
    if query.kinds == ("credit_note",):
        return tr("Credit notes")
    if set(query.status) == set(OWED):
        return tr("Unpaid invoices")
    if len(query.status) == 1:
        return tr(_OF_STATUS[query.status[0]])
    if query.status:
        named = any_of([words.status(each) for each in query.status])
        return tr("Invoices that are {statuses}", statuses=named)
    return tr("Invoices")


#: A period by its day, where that is not the one of issue: closed, until, since.
_PERIODS: dict[DateField, tuple[str, str, str]] = {
    "due": (mark("due {period}"), mark("due until {day}"), mark("due since {day}")),
    "paid": (
        mark("paid {period}"),
        mark("paid until {day}"),
        mark("paid since {day}"),
    ),
    "updated": (
        mark("updated {period}"),
        mark("updated until {day}"),
        mark("updated since {day}"),
    ),
}
_ISSUED = ("{period}", mark("until {day}"), mark("since {day}"))


def period_of(period: Period | None, *, today: date | None = None) -> str | None:
    """Say a period: "August 2021", "2021", "1 Apr 2025 to 31 Mar 2026".

    With *today*, of one that is not over, how far it has come.
    """
    if period is None:
        return None
    closed, until, since = _PERIODS.get(period.field, _ISSUED)
    if period.first is None and period.last is None:
        return None
    if period.first is None:
        return tr(until, day=words.day(period.last))
    if period.last is None:
        return tr(since, day=words.day(period.first))
    said = _span(period.first, period.last, whole=period.whole_months)
    said = tr(closed, period=said)
    if today is None or period.field == "due" or not _is_long(period, today):
        return said
    return tr("{period}, so far to {day}", period=said, day=words.day(today))


def _is_long(period: Period, today: date) -> bool:
    """Tell whether a period of several months has begun and is not over."""
    first, last = period.first or today, period.last or today
    months = (first.year, first.month) != (last.year, last.month)
    return period.whole_months and months and first <= today < last


def _span(first: date, last: date, *, whole: bool) -> str:
    if first == last:
        return words.day(first)
    if not whole:
        return _from_to(words.day(first), words.day(last))
    if (first.year, first.month) == (last.year, last.month):
        return words.whole_month(first)
    if first.month == 1 and last.month == 12:
        if first.year == last.year:
            return str(first.year)
        return _from_to(str(first.year), str(last.year))
    return _from_to(words.day(first), words.day(last))


def _from_to(first: str, last: str) -> str:
    return tr("{first} to {last}", first=first, last=last)


#: Which month an invoice belongs to, where its billing period and issue date differ.
BILLED_RULE = mark(
    "Months: by billing period where stated (LINE WORKS), else by issue date."
)


def is_billed_apart(answer: InvoiceList) -> bool:
    """Tell whether a row was issued outside the months that were asked for."""
    period = answer.query.period
    if period is None or not period.whole_months or period.field != "billed":
        return False
    if answer.groups or answer.compared:
        return False
    first, last = period.first or date.min, period.last or date.max
    issued = (each.issued_on for each in answer.invoices)
    return any(day is not None and not first <= day <= last for day in issued)


#: What comes first by each order, ascending and descending.
_ORDERS: dict[SortField, tuple[str, str]] = {
    "issued_on": (mark("oldest first"), mark("newest first")),
    "due_on": (mark("earliest due date first"), mark("latest due date first")),
    "balance": (mark("smallest balance first"), mark("largest balance first")),
    "total": (mark("smallest first"), mark("largest first")),
    "age": (mark("least late first"), mark("latest first")),
    "number": (mark("by number"), mark("by number, last first")),
}


def caption_of(query: Query) -> str:
    """Say what the rows of a table are and how they are ordered."""
    return f"{title_of(query)}, {tr(_ORDERS[query.sort][query.descending])}"


#: What sums are of, by what rows are put together by.
_SUMS: dict[Dimension, str] = {
    "month": mark("{invoices} by month"),
    "quarter": mark("{invoices} by quarter"),
    "year": mark("{invoices} by year"),
    "connection": mark("{invoices} by connection"),
    "provider": mark("{invoices} by provider"),
    "seller": mark("{invoices} by seller"),
    "customer": mark("{invoices} by customer"),
    "currency": mark("{invoices} by currency"),
    "status": mark("{invoices} by status"),
    "age": mark("{invoices} by age"),
}


def title_by(query: Query, by: Dimension) -> str:
    """Say what sums are of, and by what: "Unpaid invoices by month"."""
    return tr(_SUMS[by], invoices=title_of(query))


def group_caption(query: Query) -> str:
    """Say what the rows of sums are; groups come in the order of their names."""
    by = query.group or "month"
    if query.aged_by is not None:
        by = query.aged_by
    elif by == "age":
        return tr("{invoices} by how late they are", invoices=title_of(query))
    said = title_by(query, by)
    if by in {"month", "quarter", "year"}:
        return ", ".join([said, tr("earliest first")])
    return said


def connections_of(query: Query) -> str:
    """Name the connections that are asked."""
    said = ", ".join(query.connections) or tr("all connections")
    if query.not_connections:
        left_out = ", ".join(query.not_connections)
        return tr("{connections} but {others}", connections=said, others=left_out)
    return said


def reading_line(
    query: Query,
    freshness: Sequence[Freshness],
    *,
    now: datetime,
    today: date | None = None,
) -> str:
    """Say how the question was read and how old the oldest figures are."""
    parts = [title_of(query)]
    period = period_of(query.period, today=today)
    if period:
        before = period_of(query.compared)
        parts.append(compared_with(period, before) if before else period)
    parts.append(connections_of(query))
    parts += filters_of(replace(query, not_connections=()))
    known = [each.as_of for each in freshness if each.as_of is not None]
    if known:
        parts.append(read_words(min(known), now))
    return " · ".join(parts)


def compared_with(period: str, before: str) -> str:
    """Say two periods: "October 2025 compared with September 2025"."""
    return tr("{period} compared with {before}", period=period, before=before)


def read_words(then: datetime, now: datetime) -> str:
    """Say when figures were read: ``read 5 min ago``."""
    return tr("read {ago}", ago=words.ago(then, now))


def state_of(status: Status, provider_status: str) -> str:
    """Say a status; the provider's own word where ours is not known."""
    if status is Status.UNKNOWN:
        return tr("status not known ({status})", status=provider_status)
    return words.status(status)

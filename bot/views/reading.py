"""The reading line: how a question was understood, and how old the figures are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness, InvoiceList, YearReading
from bot.queries.model import Bound, DateField, Dimension, Period, Query, SortField
from bot.queries.wording import mark, tr, trn
from bot.views import words
from bot.views.kit import outside
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


def any_of(texts: Sequence[str]) -> str:
    """List what there is to choose from: ``a or b or c``."""
    first, *others = texts or ("",)
    for each in others:
        first = tr("{one} or {other}", one=first, other=each)
    return first


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


#: What rows are put together by.
_BY: dict[Dimension, str] = {
    "month": mark("by month"),
    "quarter": mark("by quarter"),
    "year": mark("by year"),
    "connection": mark("by connection"),
    "provider": mark("by provider"),
    "seller": mark("by seller"),
    "customer": mark("by customer"),
    "currency": mark("by currency"),
    "status": mark("by status"),
    "age": mark("by age"),
}
#: What only a provider calls invoices.
_STATED = {"disputed": mark("disputed"), "void": mark("void")}


def filters_of(query: Query) -> list[str]:
    """Say the other filters, one each; text from a person is made safe."""
    said = []
    if query.not_connections:
        left_out = ", ".join(query.not_connections)
        said.append(tr("without {connections}", connections=left_out))
    if query.kinds == ("invoice",) and not _about_owed(query):
        said.append(tr("no credit notes"))
    if query.text:
        said.append(tr("“{words}”", words=outside(query.text, 80)))
    if query.seller:
        said.append(tr("seller “{name}”", name=outside(query.seller, 80)))
    if query.customer:
        said.append(tr("customer “{name}”", name=outside(query.customer, 80)))
    if query.currency:
        said.append(query.currency)
    said += _bounds(query)
    late = _days_late(query)
    if late:
        said.append(late)
    said += _states(query)
    if query.limit:
        said.append(tr("first {n}", n=query.limit))
    if query.group:
        since_issue = query.group == "age" and query.age_basis == "issued"
        by = tr("by age since issue") if since_issue else tr(_BY[query.group])
        said.append(", ".join([by, tr("as chart")]) if query.chart else by)
    if query.aged_by is not None:
        said.append(tr(_BY[query.aged_by]))
    return said


def _states(query: Query) -> list[str]:
    """Say what is asked about besides our own statuses."""
    said = [tr("after the due date")] if query.paid_late else []
    if query.stated:
        named = any_of([tr(_STATED[each]) for each in query.stated])
        said.append(tr("called {statuses} by the provider", statuses=named))
    if query.snoozed is not None:
        said.append(tr("snoozed") if query.snoozed else tr("not snoozed"))
    return said


def _about_owed(query: Query) -> bool:
    return bool(query.status) and set(query.status) <= set(OWED)


#: Bounds of an amount: without the bound itself, and with it.
_TOTAL_FROM = mark("total over {amount}"), mark("total at least {amount}")
_TOTAL_TO = mark("total under {amount}"), mark("total at most {amount}")
_BALANCE_FROM = mark("balance over {amount}"), mark("balance at least {amount}")
_BALANCE_TO = mark("balance under {amount}"), mark("balance at most {amount}")


def _bounds(query: Query) -> list[str]:
    low, high = query.minimum, query.maximum
    owed, said = _about_owed(query), []
    if low is not None:
        over, at_least = _BALANCE_FROM if owed else _TOTAL_FROM
        text = over if low.strict else at_least
        said.append(tr(text, amount=words.figure(low.value)))
    if high is not None:
        under, at_most = _BALANCE_TO if owed else _TOTAL_TO
        text = under if high.strict else at_most
        said.append(tr(text, amount=words.figure(high.value)))
    return said


#: How late, and how long since the day of issue, by what the bounds are (`_edge`).
_DAYS = {
    ("at", "at"): (
        mark("{low}–{high} days late"),
        mark("{low}–{high} days since issue"),
    ),
    ("at", "beyond"): (
        mark("at least {low} and under {high} days late"),
        mark("at least {low} and under {high} days since issue"),
    ),
    ("beyond", "at"): (
        mark("over {low} and at most {high} days late"),
        mark("over {low} and at most {high} days since issue"),
    ),
    ("beyond", "beyond"): (
        mark("over {low} and under {high} days late"),
        mark("over {low} and under {high} days since issue"),
    ),
    ("at", "none"): (
        mark("at least {low} days late"),
        mark("at least {low} days since issue"),
    ),
    ("beyond", "none"): (
        mark("over {low} days late"),
        mark("over {low} days since issue"),
    ),
    ("none", "at"): (
        mark("at most {high} days late"),
        mark("at most {high} days since issue"),
    ),
    ("none", "beyond"): (
        mark("under {high} days late"),
        mark("under {high} days since issue"),
    ),
}


def _days_late(query: Query) -> str | None:
    """Say how late, as the buckets do where both bounds count: "31–60 days late"."""
    low, high = query.age_from, query.age_to
    texts = _DAYS.get((_edge(low), _edge(high)))
    if texts is None:
        return None
    values = {"low": low, "high": high}
    return tr(
        texts[query.age_basis == "issued"],
        **{name: words.figure(each.value) for name, each in values.items() if each},
    )


def _edge(bound: Bound | None) -> str:
    """Tell whether there is a bound, and whether it counts itself."""
    if bound is None:
        return "none"
    return "beyond" if bound.strict else "at"


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


def is_incomplete(freshness: Sequence[Freshness]) -> bool:
    """Tell whether `trouble_lines` says that something is missing."""
    return any(
        each.years or each.unread or each.begins or each.problem or each.as_of is None
        for each in freshness
    )


def trouble_lines(
    freshness: Sequence[Freshness], *, now: datetime, zone: ZoneInfo
) -> list[str]:
    """Say, per connection, what is missing or old, and what is being done about it."""
    lines = []
    for each in freshness:
        label = outside(each.label, 80)
        lines += [_year_line(year, label) for year in each.years]
        lines += _older_lines(each, label)
        if each.problem:
            lines.append(_problem_line(each, label, now, zone))
        elif each.as_of is None and each.reading:
            lines.append(
                tr(
                    "*Incomplete:* {connection} has not been read yet; it is being "
                    "read now.",
                    connection=label,
                )
            )
        elif each.as_of is None:
            lines.append(
                tr(
                    "*Incomplete:* {connection} has not been read yet; nothing of it "
                    "is here.",
                    connection=label,
                )
            )
        elif each.reading:
            lines.append(
                tr(
                    "{connection} is being read again; its figures are {age} old. This "
                    "answer is replaced when it is done.",
                    connection=label,
                    age=_age(each.as_of, now),
                )
            )
    return lines


def _older_lines(each: Freshness, label: str) -> list[str]:
    """Say which years of a connection are not here."""
    lines = []
    if each.unread:
        lines.append(
            trn(
                "*Incomplete:* {years} of {connection} has not been read yet; nothing "
                "of it is here.",
                "*Incomplete:* {years} of {connection} have not been read yet; nothing "
                "of it is here.",
                len(each.unread),
                years=", ".join(map(str, each.unread)),
                connection=label,
            )
        )
    if each.begins:
        lines.append(
            tr(
                "*Incomplete:* {connection} is read from {year} on. Name a year, such "
                "as `/invoices {before}`, to have it read.",
                connection=label,
                year=each.begins,
                before=each.begins - 1,
            )
        )
    return lines


def _year_line(reading: YearReading, label: str) -> str:
    """Say how far an older year has come, or what went wrong."""
    if reading.problem:
        return tr(
            "*Incomplete:* {year} of {connection} could not be read: it {problem}. Ask "
            "again to go on from there.",
            year=reading.year,
            connection=label,
            problem=outside(reading.problem, 300),
        )
    return trn(
        "*Incomplete:* Reading {year} from {connection}… {done} of {n} month.",
        "*Incomplete:* Reading {year} from {connection}… {done} of {n} months.",
        reading.of,
        year=reading.year,
        connection=label,
        done=reading.done,
        n=words.figure(reading.of),
    )


def _problem_line(each: Freshness, label: str, now: datetime, zone: ZoneInfo) -> str:
    problem = outside(each.problem or "", 300)
    if each.as_of is None:
        return tr(
            "*Incomplete:* {connection} {problem}; there are no figures of it yet.",
            connection=label,
            problem=problem,
        )
    local = each.as_of.astimezone(zone)
    return tr(
        "*Incomplete:* {connection} {problem}; its figures are from {moment} ({age} "
        "old).",
        connection=label,
        problem=problem,
        moment=f"{words.day(local.date())} {words.clock(local)}",
        age=_age(each.as_of, now),
    )


def _age(then: datetime, now: datetime) -> str:
    """Say how old figures are: ``less than a minute``, ``5 min``, ``2 days``."""
    age = now - then
    if age < timedelta(minutes=1):
        return tr("less than a minute")
    if age < timedelta(hours=1):
        return tr("{n} min", n=age // timedelta(minutes=1))
    if age < timedelta(days=2):
        return tr("{n} h", n=age // timedelta(hours=1))
    return words.count(age.days, "{n} day", "{n} days")


def state_of(status: Status, provider_status: str) -> str:
    """Say a status; the provider's own word where ours is not known."""
    if status is Status.UNKNOWN:
        return tr("status not known ({status})", status=provider_status)
    return words.status(status)

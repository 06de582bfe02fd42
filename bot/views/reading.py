"""The reading line: how a question was understood, and how old the figures are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness, InvoiceList, YearReading
from bot.queries.model import Bound, Period, Query, SortField
from bot.views import words
from bot.views.kit import outside
from providers.models import OWED, Status


def title_of(query: Query) -> str:
    """Say what is listed: "Unpaid invoices", "Overdue invoices", "Credit notes"."""
    if query.overdue:
        return "Overdue invoices"
    if query.kinds == ("credit_note",):
        return "Credit notes"
    if set(query.status) == set(OWED):
        return "Unpaid invoices"
    if query.status:
        named = " or ".join(words.status(each) for each in query.status)
        return f"Invoices that are {named}" if len(query.status) > 1 else _one(named)
    return "Invoices"


def _one(status: str) -> str:
    return f"{status[0].upper()}{status[1:]} invoices"


def period_of(period: Period | None, *, today: date | None = None) -> str | None:
    """Say a period: "August 2021", "2021", "1 Apr 2025 to 31 Mar 2026".

    With *today*, of one that is not over, how far it has come.
    """
    if period is None:
        return None
    field = "" if period.field in {"billed", "issued"} else f"{period.field} "
    if period.first is None and period.last is None:
        return None
    if period.first is None:
        return f"{field}until {words.day(period.last)}"
    if period.last is None:
        return f"{field}since {words.day(period.first)}"
    said = field + _span(period.first, period.last, whole=period.whole_months)
    if today is None or period.field == "due" or not _is_long(period, today):
        return said
    return f"{said}, so far to {words.day(today)}"


def _is_long(period: Period, today: date) -> bool:
    """Tell whether a period of several months has begun and is not over."""
    first, last = period.first or today, period.last or today
    months = (first.year, first.month) != (last.year, last.month)
    return period.whole_months and months and first <= today < last


def _span(first: date, last: date, *, whole: bool) -> str:
    if first == last:
        return words.day(first)
    if not whole:
        return f"{words.day(first)} to {words.day(last)}"
    if (first.year, first.month) == (last.year, last.month):
        return words.whole_month(first)
    if first.month == 1 and last.month == 12:
        if first.year == last.year:
            return str(first.year)
        return f"{first.year} to {last.year}"
    return f"{words.day(first)} to {words.day(last)}"


#: Which month an invoice belongs to, where its billing period and issue date differ.
BILLED_RULE = "Months: by billing period where stated (LINE WORKS), else by issue date."


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


def filters_of(query: Query) -> list[str]:
    """Say the other filters, one each; text from a person is made safe."""
    said = []
    if query.not_connections:
        said.append("without " + ", ".join(query.not_connections))
    if query.kinds == ("invoice",) and not _about_owed(query):
        said.append("no credit notes")
    if query.text:
        said.append(f"“{outside(query.text, 80)}”")
    for name, wanted in (("seller", query.seller), ("customer", query.customer)):
        if wanted:
            said.append(f"{name} “{outside(wanted, 80)}”")
    if query.currency:
        said.append(query.currency)
    amount = "balance" if _about_owed(query) else "total"
    said += _bounds(amount, query.minimum, query.maximum)
    late = _days_late(query.age_from, query.age_to)
    if late and query.age_basis == "issued":
        late = late.replace("days late", "days since issue")
    if late:
        said.append(late)
    said += _states(query)
    if query.limit:
        said.append(f"first {query.limit}")
    if query.group:
        since = " since issue" if query.age_basis == "issued" else ""
        drawn = ", as chart" if query.chart else ""
        said.append(f"by {query.group}{since if query.group == 'age' else ''}{drawn}")
    return said


def _states(query: Query) -> list[str]:
    """Say what is asked about besides our own statuses."""
    said = ["after the due date"] if query.paid_late else []
    if query.stated:
        said.append(f"called {' or '.join(query.stated)} by the provider")
    if query.snoozed is not None:
        said.append("snoozed" if query.snoozed else "not snoozed")
    return said


def _about_owed(query: Query) -> bool:
    return bool(query.status) and set(query.status) <= set(OWED)


def _bounds(what: str, low: Bound | None, high: Bound | None) -> list[str]:
    said = []
    if low is not None:
        said.append(
            f"{what} {'over' if low.strict else 'at least'} {words.figure(low.value)}"
        )
    if high is not None:
        said.append(
            f"{what} {'under' if high.strict else 'at most'} {words.figure(high.value)}"
        )
    return said


def _days_late(low: Bound | None, high: Bound | None) -> str | None:
    """Say how late, as the buckets do where both bounds count: "31–60 days late"."""
    if low is not None and high is not None and not (low.strict or high.strict):
        return f"{words.figure(low.value)}–{words.figure(high.value)} days late"
    said = " and ".join(each.strip() for each in _bounds("", low, high))
    return f"{said} days late" if said else None


#: What comes first by each order, ascending and descending.
_ORDERS: dict[SortField, tuple[str, str]] = {
    "issued_on": ("oldest first", "newest first"),
    "due_on": ("earliest due date first", "latest due date first"),
    "balance": ("smallest balance first", "largest balance first"),
    "total": ("smallest first", "largest first"),
    "age": ("least late first", "latest first"),
    "number": ("by number", "by number, last first"),
}


def caption_of(query: Query) -> str:
    """Say what the rows of a table are and how they are ordered."""
    return f"{title_of(query)}, {_ORDERS[query.sort][query.descending]}"


def group_caption(query: Query) -> str:
    """Say what the rows of sums are; groups come in the order of their names."""
    by = "how late they are" if query.group == "age" else str(query.group)
    order = "earliest first" if query.group in {"month", "quarter", "year"} else ""
    return f"{title_of(query)} by {by}" + (f", {order}" if order else "")


def connections_of(query: Query) -> str:
    """Name the connections that are asked."""
    said = ", ".join(query.connections) or "all connections"
    if query.not_connections:
        said += " but " + ", ".join(query.not_connections)
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
        parts.append(f"{period} compared with {before}" if before else period)
    parts.append(connections_of(query))
    parts += filters_of(replace(query, not_connections=()))
    known = [each.as_of for each in freshness if each.as_of is not None]
    if known:
        parts.append(f"read {words.ago(min(known), now)}")
    return " · ".join(parts)


def trouble_lines(
    freshness: Sequence[Freshness], *, now: datetime, zone: ZoneInfo
) -> list[str]:
    """Say, per connection, what is missing or old, and what is being done about it."""
    lines = []
    for each in freshness:
        label = outside(each.label, 80)
        lines += [_year_line(year, label) for year in each.years]
        if each.unread:
            missing = ", ".join(map(str, each.unread))
            has = "has" if len(each.unread) == 1 else "have"
            lines.append(
                f"*Incomplete:* {missing} of {label} {has} not been read yet; "
                "nothing of it is here."
            )
        if each.begins:
            lines.append(
                f"*Incomplete:* {label} is read from {each.begins} on. Name a year, "
                f"such as `/invoices {each.begins - 1}`, to have it read."
            )
        if each.problem:
            problem = outside(each.problem, 300)
            lines.append(
                f"*Incomplete:* {label} {problem}; {_figures(each, now, zone)}."
            )
        elif each.as_of is None:
            doing = "it is being read now" if each.reading else "nothing of it is here"
            lines.append(f"*Incomplete:* {label} has not been read yet; {doing}.")
        elif each.reading:
            lines.append(
                f"{label} is being read again; its figures are "
                f"{_age(each.as_of, now)} old. This answer is replaced when it is done."
            )
    return lines


def _year_line(reading: YearReading, label: str) -> str:
    """Say how far an older year has come, or what went wrong."""
    if reading.problem:
        return (
            f"*Incomplete:* {reading.year} of {label} could not be read: it "
            f"{outside(reading.problem, 300)}. Ask again to go on from there."
        )
    return (
        f"*Incomplete:* Reading {reading.year} from {label}… {reading.done} of "
        f"{words.count(reading.of, '{n} month', '{n} months')}."
    )


def _figures(each: Freshness, now: datetime, zone: ZoneInfo) -> str:
    if each.as_of is None:
        return "there are no figures of it yet"
    local = each.as_of.astimezone(zone)
    when = f"{words.day(local.date())} {words.clock(local)}"
    return f"its figures are from {when} ({_age(each.as_of, now)} old)"


def _age(then: datetime, now: datetime) -> str:
    said = words.ago(then, now).removesuffix(" ago")
    return "less than a minute" if said == "just now" else said


def state_of(status: Status, provider_status: str) -> str:
    """Say a status; the provider's own word where ours is not known."""
    if status is Status.UNKNOWN:
        return f"{words.status(status)} ({provider_status})"
    return words.status(status)

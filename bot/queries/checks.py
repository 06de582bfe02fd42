"""Whether a query can have an answer: not before the first invoice, not after today."""

from dataclasses import replace
from datetime import date

from bot.queries.commands import to_command
from bot.queries.model import (
    Context,
    Period,
    Query,
    QueryError,
    Suggestion,
    grouped_as_usual,
)
from bot.queries.spans import months


def check_period(query: Query, context: Context) -> None:
    """Refuse a period in which nothing can have happened yet, or nothing is known.

    Raises:
        QueryError: With the nearest period that there are invoices in.
    """
    period = query.period
    if query.compared is not None:
        check_period(replace(query, period=query.compared, compared=None), context)
    if period is None:
        return
    newest = max(context.today, context.newest or context.today)
    if period.first and period.first > newest and period.field != "due":
        raise _future(query, period, context)
    about_invoices = period.field != "updated"
    oldest = context.oldest if about_invoices else None
    if oldest and period.last and period.last < min(oldest, context.readable or oldest):
        raise _too_old(query, context, oldest)


def _future(query: Query, period: Period, context: Context) -> QueryError:
    what = "paid" if period.field == "paid" else "issued"
    latest = context.newest or context.today
    nearest = replace(query, period=_month(latest))
    due = _suggestion(replace(query, period=replace(period, field="due")), context)
    last = _suggestion(nearest, context)
    known = f"Latest month with invoices: {latest:%Y-%m}. " if context.newest else ""
    return QueryError(
        f"{_named(period)} is in the future; nothing is {what} yet.",
        hint=f"{known}[{last.label}] For amounts due then: [{due.label}]",
        suggestions=(last, due),
    )


def _too_old(query: Query, context: Context, oldest: date) -> QueryError:
    span = months(oldest.year, 1, 12)
    year = Period(span.first, span.last, whole_months=True)
    return QueryError(
        f"The oldest invoice I have is from {oldest:%Y-%m}.",
        hint="(An admin can load older data with `/invoices settings backfill`.)",
        suggestions=(
            _suggestion(grouped_as_usual(replace(query, period=year)), context),
        ),
    )


def _month(day: date) -> Period:
    span = months(day.year, day.month)
    return Period(span.first, span.last, whole_months=True)


def _suggestion(query: Query, context: Context) -> Suggestion:
    command = to_command(query, context)
    return Suggestion(command, command)


def _named(period: Period) -> str:
    first, last = period.first, period.last
    if first is None:
        return "That"
    if not period.whole_months:
        return f"{first.day} {first:%B %Y}"
    if last and (first.month, last.month, last.year) == (1, 12, first.year):
        return str(first.year)
    return f"{first:%B %Y}"

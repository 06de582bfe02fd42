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
from bot.queries.spans import day_in_words, month_in_words, months
from bot.queries.wording import tr


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
    latest = context.newest or context.today
    named = _named(period)
    nearest = replace(query, period=_month(latest))
    due = _suggestion(replace(query, period=replace(period, field="due")), context)
    last = _suggestion(nearest, context)
    if period.field == "paid":
        problem = tr("{period} is in the future; nothing is paid yet.", period=named)
    else:
        problem = tr("{period} is in the future; nothing is issued yet.", period=named)
    if context.newest:
        hint = tr(
            "Latest month with invoices: {month}. [{latest}] For amounts due then: "
            "[{due}]",
            month=f"{latest:%Y-%m}",
            latest=last.label,
            due=due.label,
        )
    else:
        hint = tr(
            "[{latest}] For amounts due then: [{due}]",
            latest=last.label,
            due=due.label,
        )
    return QueryError(
        problem,
        hint=hint,
        suggestions=(last, due),
    )


def _too_old(query: Query, context: Context, oldest: date) -> QueryError:
    span = months(oldest.year, 1, 12)
    year = Period(span.first, span.last, whole_months=True)
    return QueryError(
        tr("The oldest invoice I have is from {month}.", month=f"{oldest:%Y-%m}"),
        hint=tr("(An admin can load older data with `/invoices settings backfill`.)"),
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
        return tr("That")
    if not period.whole_months:
        return day_in_words(first)
    if last and (first.month, last.month, last.year) == (1, 12, first.year):
        return str(first.year)
    return month_in_words(first.year, first.month)

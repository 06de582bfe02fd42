"""A short question after another one: what it leaves out stays as it was."""

from contextlib import suppress
from dataclasses import replace

from bot.queries.commands import to_command
from bot.queries.draft import is_comparable
from bot.queries.model import (
    Context,
    Query,
    QueryError,
    SortField,
    Suggestion,
    grouped_as_usual,
    is_year_alone,
)
from bot.queries.parse import parse_query
from bot.queries.tokens import normalise
from bot.queries.wording import tr
from providers.models import OWED

#: A question with more words than this stands for itself.
MOST_WORDS = 8


def parse_follow_up(text: str, last: str, *, context: Context) -> tuple[Query, bool]:
    """Read *text* after the command *last*, and tell whether it took over from it.

    A command, a long question, and one about a single invoice or help take nothing.

    Raises:
        QueryError: It is not one question that can be answered.
    """
    new = parse_query(text, context=context)
    regular = normalise(text)
    if regular.startswith(("/", "!")) or len(regular.split()) > MOST_WORDS:
        return new, False
    try:
        before = parse_query(last, context=context)
    except QueryError:
        return new, False
    if new.show != "invoices" or before.show != "invoices":
        return new, False
    _check_currency(new, before, regular, context)
    if before.group and new.chart and not _names_group(text, context):
        new = replace(new, group=before.group)
    usual = is_year_alone(new) and new.group == "month"
    if usual and not _names_group(text, context):
        followed = follow(replace(new, group=None), before)
        followed = grouped_as_usual(followed) if _is_plain(before) else followed
    else:
        followed = follow(new, before)
    # Whatever cannot be asked in one question is refused as such.
    followed = parse_query(to_command(followed, context), context=context)
    return followed, followed != new


def _check_currency(new: Query, before: Query, text: str, context: Context) -> None:
    """Ask what ``in euros`` means where nothing else is said: a filter, or amounts."""
    code = new.currency
    if code is None or new != Query(currency=code) or before.currency == code:
        return
    said = set(text.split())
    if "in" not in said or said & {"only", "invoices", "bills"}:
        return
    labelled = (
        (tr("Only invoices issued in {currency}", currency=code), follow(new, before)),
        (tr("All currencies"), replace(before, currency=None)),
    )
    raise QueryError(
        tr(
            "“In {currency}” can mean only the invoices issued in {currency}, or all "
            "amounts converted to {currency}. Amounts cannot be converted yet.",
            currency=code,
        ),
        suggestions=tuple(
            Suggestion(label, to_command(query, context)) for label, query in labelled
        ),
    )


def follow(new: Query, before: Query) -> Query:
    """Take from *before* what *new* does not say."""
    merged = replace(
        new,
        period=new.period or before.period,
        compared=new.compared if new.period else before.compared,
        text=new.text or before.text,
        seller=new.seller or before.seller,
        customer=new.customer or before.customer,
        currency=new.currency or before.currency,
    )
    if not (new.connections or new.not_connections):
        merged = replace(
            merged,
            connections=before.connections,
            not_connections=before.not_connections,
        )
    if not (new.minimum or new.maximum):
        merged = replace(merged, minimum=before.minimum, maximum=before.maximum)
    if not _says_state(new):
        merged = replace(
            merged,
            status=before.status,
            overdue=before.overdue,
            kinds=before.kinds,
            age_from=before.age_from,
            age_to=before.age_to,
            age_basis=before.age_basis,
            stated=before.stated,
            paid_late=before.paid_late,
            snoozed=before.snoozed,
        )
    return _arranged(merged, new, before)


def _arranged(merged: Query, new: Query, before: Query) -> Query:
    """Take the order, or the grouping, that does not contradict what is new."""
    if new.limit is not None or not _is_plain(new):
        merged = replace(merged, group=None, aged_by=None, chart=False, compared=None)
        return _ordered(merged, before if _is_plain(new) else new)
    kept = before.group != "age" or _is_owed(merged)
    if before.group == "month" and is_year_alone(before):
        kept = is_year_alone(merged)
    if new.group is None and not new.compared and kept:
        chart = before.chart or new.chart
        merged = replace(
            merged,
            group=before.group,
            aged_by=None if chart else before.aged_by,
            chart=chart,
        )
    if merged.compared and not is_comparable(merged.group, chart=merged.chart):
        if new.group:
            merged = replace(merged, compared=None)
        else:
            merged = replace(merged, group=None, aged_by=None, chart=False)
    if merged.group or merged.compared:
        return replace(merged, sort=_default_sort(merged), descending=False)
    return replace(_ordered(merged, before), limit=before.limit)


def _ordered(merged: Query, by: Query) -> Query:
    """Sort as *by* is sorted; amounts are balances where only the owed is asked for."""
    if _is_plain(by):
        return replace(merged, sort=_default_sort(merged), descending=False)
    sort = by.sort
    if sort in {"total", "balance"}:
        sort = "balance" if _is_owed(merged) else "total"
    return replace(merged, sort=sort, descending=by.descending)


def _names_group(text: str, context: Context) -> bool:
    """Tell whether a grouping is said: another one beside it is then refused."""
    groups = set()
    for group in ("month", "quarter"):
        with suppress(QueryError):
            groups.add(parse_query(f"{text} by {group}", context=context).group)
    return len(groups) < 2


def _says_state(query: Query) -> bool:
    return bool(
        query.status
        or query.kinds
        or query.overdue is not None
        or query.age_from
        or query.age_to
        or query.stated
        or query.snoozed is not None
    )


def _is_plain(query: Query) -> bool:
    """Tell whether no order was asked for."""
    return (query.sort, query.descending) == (_default_sort(query), False)


def _default_sort(query: Query) -> SortField:
    return "due_on" if _is_owed(query) else "issued_on"


def _is_owed(query: Query) -> bool:
    return bool(query.status) and set(query.status) <= set(OWED)

"""What could be asked instead: each part of a question moved or dropped. Pure.

Nothing here is guessed: a change is a command that parses to the question that its
label promises, and only one part of the question is another.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.queries.commands import to_command
from bot.queries.model import (
    Context,
    Period,
    Query,
    SortField,
    grouped_as_usual,
)
from bot.queries.spans import Span, ahead_of, months
from bot.queries.wording import mark, tr, trn
from providers.models import OWED

#: Connections offered by name where none was chosen.
_OFFERED = 6
#: What is said of moving by a number of whole months, back and ahead.
_MOVES = {
    1: (mark("Previous month"), mark("Next month")),
    3: (mark("Previous quarter"), mark("Next quarter")),
    6: (mark("Previous half-year"), mark("Next half-year")),
    12: (mark("Previous year"), mark("Next year")),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a question (*slot*) made another: what a button says and asks."""

    slot: str
    label: str
    command: str


def changes_of(query: Query, context: Context) -> tuple[Change, ...]:
    """List what can be asked instead of *query*, in the order of its reading line."""
    if query.show != "invoices":
        return ()
    query = replace(query, file=None, to_me=False, as_text=False)
    found = [
        Change(tr(slot), label, to_command(other, context))
        for slot, make in _SLOTS
        for label, other in make(query, context)
    ]
    asked = to_command(query, context)
    return tuple(each for each in found if each.command != asked)


_Made = Iterator[tuple[str, Query]]


def _periods(query: Query, context: Context) -> _Made:
    period = query.period
    if query.compared is not None:
        yield tr("Without the comparison"), replace(query, compared=None)
        return
    if period is None:
        today = context.today
        this = _of(months(today.year, today.month), query)
        yield tr("This month"), replace(query, period=this)
        year = _of(months(today.year, 1, 12), query)
        yield tr("This year"), grouped_as_usual(replace(query, period=year))
        return
    if period.first is not None and period.last is not None:
        yield from _beside(query, period, context)
        whole = months(period.first.year, 1, 12)
        if period.last <= whole.last and period.last - period.first < timedelta(360):
            yield (
                tr("All of {year}", year=period.first.year),
                grouped_as_usual(replace(query, period=_of(whole, query))),
            )
    yield tr("Any period"), replace(query, period=None)


def _beside(query: Query, period: Period, context: Context) -> _Made:
    """Move the period by its own length, back and, where it is no future, ahead."""
    assert period.first is not None  # both ends are there: see the caller
    assert period.last is not None
    if period.whole_months:
        many = _count_months(period)
        back, on = _moved_by_months(many)
        before = ahead_of(period.first, -many, "month")
        after = ahead_of(period.first, many, "month")
        spans = (
            months(before.year, before.month, many),
            months(after.year, after.month, many),
        )
    else:
        days = period.last - period.first + timedelta(days=1)
        n = days.days
        back = trn("Previous day", "Previous {n} days", n, n=n)
        on = trn("Next day", "Next {n} days", n, n=n)
        spans = (
            Span(period.first - days, period.last - days, whole=False),
            Span(period.first + days, period.last + days, whole=False),
        )
    earlier, later = (_of(each, query) for each in spans)
    if context.oldest is None or spans[0].last >= context.oldest:
        yield back, replace(query, period=earlier)
    if spans[1].first <= context.today or period.field == "due":
        yield on, replace(query, period=later)


def _moved_by_months(many: int) -> tuple[str, str]:
    """Say that a period is moved by its own months, back and ahead."""
    if moves := _MOVES.get(many):
        return tr(moves[0]), tr(moves[1])
    return (
        trn("Previous {n} months", "Previous {n} months", many, n=many),
        trn("Next {n} months", "Next {n} months", many, n=many),
    )


def _count_months(period: Period) -> int:
    assert period.first is not None  # see `_beside`
    assert period.last is not None
    years = period.last.year - period.first.year
    return 12 * years + period.last.month - period.first.month + 1


def _of(span: Span, query: Query) -> Period:
    field = query.period.field if query.period else "billed"
    return Period(span.first, span.last, span.whole, field)


def _connections(query: Query, context: Context) -> _Made:
    labels = {each.name: each.label for each in context.connections}
    chosen, excluded = query.connections, query.not_connections
    if chosen:
        if len(chosen) > 1:
            for name in chosen:
                rest = tuple(each for each in chosen if each != name)
                without = tr("Without {connection}", connection=labels[name])
                yield without, replace(query, connections=rest)
        if len(labels) > 1:
            yield tr("All connections"), replace(query, connections=())
        return
    for name in excluded:
        rest = tuple(each for each in excluded if each != name)
        again = tr("With {connection} again", connection=labels[name])
        yield again, replace(query, not_connections=rest)
    if len(labels) - len(excluded) > 1:
        for name, label in [*labels.items()][:_OFFERED]:
            if name not in excluded:
                only = replace(query, connections=(name,), not_connections=())
                yield tr("Only {connection}", connection=label), only


def _statuses(query: Query, _context: Context) -> _Made:
    if query.overdue and set(query.status) == set(OWED):
        yield tr("Unpaid, late or not"), _without_age(replace(query, overdue=None))
    if query.status or query.overdue is not None:
        bare = replace(query, status=(), overdue=None, kinds=(), paid_late=False)
        bare = _without_age(bare)
        yield tr("Any status"), _in_usual_order(query, bare)
    elif query.kinds != ("credit_note",) and not query.paid_late:
        owed = replace(query, status=OWED, kinds=("invoice",))
        yield tr("Only unpaid"), _in_usual_order(query, owed)
    if query.kinds and not _is_owed(query):
        only_invoices = query.kinds == ("invoice",)
        word = tr("With credit notes") if only_invoices else tr("With invoices")
        yield word, replace(query, kinds=())
    if query.paid_late:
        yield tr("Paid late or not"), replace(query, paid_late=False)
    if query.snoozed is not None:
        yield tr("Snoozed or not"), replace(query, snoozed=None)


def _filters(query: Query, _context: Context) -> _Made:
    for name, label in (
        ("text", mark("Without the words")),
        ("seller", mark("Any seller")),
        ("customer", mark("Any customer")),
        ("currency", mark("Any currency")),
    ):
        if getattr(query, name) is not None:
            changed: dict[str, Any] = {name: None}
            yield tr(label), replace(query, **changed)
    if query.minimum or query.maximum:
        yield tr("Any amount"), replace(query, minimum=None, maximum=None)
    if query.age_from or query.age_to:
        yield tr("Of any age"), _without_age(query)


_ORDERS: tuple[tuple[str, SortField | None, bool], ...] = (
    (mark("Largest first"), None, True),  # by what is owed, or in all
    (mark("Newest first"), "issued_on", True),
    (mark("Oldest first"), "issued_on", False),
    (mark("Earliest due first"), "due_on", False),
)


def _orders(query: Query, _context: Context) -> _Made:
    if query.limit is not None:
        all_of_them = tr("All, not only {n}", n=query.limit)
        yield all_of_them, replace(query, limit=None)
    if query.group is not None:
        bare = replace(query, group=None, aged_by=None, chart=False)
        if query.group == "age":
            bare = _without_age(bare)
        label = tr("As a whole") if query.compared else tr("Single invoices")
        yield label, bare
    if query.group is not None or query.compared is not None:
        return
    amount: SortField = "balance" if _is_owed(query) else "total"
    for label, field, descending in _ORDERS:
        sort = field or amount
        is_wanted = sort != "due_on" or _is_owed(query)
        if is_wanted and (query.sort, query.descending) != (sort, descending):
            yield tr(label), replace(query, sort=sort, descending=descending)


def _is_owed(query: Query) -> bool:
    return bool(query.status) and set(query.status) <= set(OWED)


def _usual_order(query: Query) -> SortField:
    return "due_on" if _is_owed(query) else "issued_on"


def _in_usual_order(before: Query, after: Query) -> Query:
    """Order as is usual for *after*, where *before* was in its own usual order."""
    if (before.sort, before.descending) == (_usual_order(before), False):
        after = replace(after, sort=_usual_order(after))
    if after.group == "age" and not _is_owed(after):
        after = replace(after, group=None, aged_by=None, chart=False)
    return after


def _without_age(query: Query) -> Query:
    return replace(query, age_from=None, age_to=None, age_basis="due")


_SLOTS: tuple[tuple[str, Callable[[Query, Context], _Made]], ...] = (
    (mark("Period"), _periods),
    (mark("Connection"), _connections),
    (mark("Status"), _statuses),
    (mark("Filter"), _filters),
    (mark("Order"), _orders),
)

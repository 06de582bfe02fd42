"""What is said beside an answer: how amounts were compared, which filter emptied it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.answers.model import (
    Emptied,
    Filter,
    NoCurrency,
    Note,
    SetCurrency,
    Total,
    Undated,
)
from bot.flows.criteria import about_owed
from bot.queries.commands import to_command
from bot.queries.model import Context, Query
from providers.models import OWED

#: Buttons for currencies.
MOST_CURRENCIES = 3


def notes_of(
    query: Query,
    totals: Sequence[Total],
    *,
    context: Context,
    counted: Callable[[Query], Mapping[str, int]],
) -> tuple[Note, ...]:
    """Say what belongs to the answer to *query*; *counted* counts one by status."""
    notes: list[Note] = []
    if not totals and query.compared is None:
        notes += _emptied(query, context, counted)
    if totals and query.currency is None and (query.minimum or query.maximum):
        notes.append(_no_currency(query, totals, context))
    if totals and _compares_amounts(query):
        notes += _set_currencies(query, totals, context)
    without = undated(query, context)
    if query.overdue and without:
        unpaid = replace(unlate(query), connections=without, not_connections=())
        if count := sum(counted(unpaid).values()):
            names = {each.name: each.label for each in context.connections}
            labels = tuple(names[name] for name in without)
            notes.append(Undated(labels, count, to_command(unpaid, context)))
    return tuple(notes)


def _compares_amounts(query: Query) -> bool:
    """Tell whether a currency, or the order of amounts, decides what is listed."""
    return query.currency is not None or query.sort in {"total", "balance"}


def _set_currencies(
    query: Query, totals: Sequence[Total], context: Context
) -> Iterator[SetCurrency]:
    """Name the connections whose currency is a setting, by currency."""
    found: dict[str, list[str]] = {}
    there = {each.currency for each in totals}
    for each in context.connections:
        if each.set_currency in there and _is_asked(each.name, query):
            found.setdefault(each.set_currency or "", []).append(each.label)
    for currency, labels in found.items():
        yield SetCurrency(tuple(labels), currency)


def _is_asked(name: str, query: Query) -> bool:
    return (
        not query.connections or name in query.connections
    ) and name not in query.not_connections


def undated(query: Query, context: Context) -> tuple[str, ...]:
    """Name the connections of *query* that nothing can be overdue on."""
    return tuple(
        each.name
        for each in context.connections
        if each.undated and _is_asked(each.name, query)
    )


def unlate(query: Query) -> Query:
    """Ask for what is owed in place of what is late."""
    return Query(
        period=query.period,
        connections=query.connections,
        not_connections=query.not_connections,
        status=OWED,
        kinds=("invoice",),
        text=query.text,
        seller=query.seller,
        customer=query.customer,
        currency=query.currency,
        minimum=query.minimum,
        maximum=query.maximum,
        sort="due_on",
    )


def _no_currency(query: Query, totals: Sequence[Total], context: Context) -> NoCurrency:
    """Name the currencies found, the most frequent first."""
    found: dict[str, int] = {}
    for each in totals:
        found[each.currency] = found.get(each.currency, 0) + each.invoices
    codes = tuple(sorted(found, key=lambda code: (-found[code], code)))
    only = tuple(
        (code, to_command(replace(query, currency=code), context))
        for code in sorted(codes[:MOST_CURRENCIES])
    )
    return NoCurrency(codes, only if len(codes) > 1 else ())


def _emptied(
    query: Query,
    context: Context,
    counted: Callable[[Query], Mapping[str, int]],
) -> list[Note]:
    """Find the filter without which there would be something, and how much."""
    for without, wider in _wider(query):
        counts = counted(wider)
        if any(counts.values()):
            by_status = tuple(sorted(counts.items(), key=lambda each: -each[1]))
            return [Emptied(without, by_status, to_command(wider, context))]
    return []


def _wider(query: Query) -> Iterator[tuple[Filter, Query]]:
    """Leave out one filter after the other; what is only an order goes with the first.

    After those alone all but the period and the connections are left out, then all.
    """
    plain = replace(
        query,
        limit=None,
        group=None,
        aged_by=None,
        chart=False,
        sort="due_on" if about_owed(query) else "issued_on",
        descending=False,
    )
    stateless = replace(
        plain,
        sort="issued_on",
        status=(),
        overdue=None,
        kinds=(),
        age_from=None,
        age_to=None,
        age_basis="due",
        stated=(),
        paid_late=False,
        snoozed=None,
    )
    tried: list[tuple[Filter, Query]] = [
        ("state", stateless),
        ("amount", replace(plain, minimum=None, maximum=None)),
        ("currency", replace(plain, currency=None)),
        ("words", replace(plain, text=None, seller=None, customer=None)),
        ("period", replace(plain, period=None)),
        ("connections", replace(plain, connections=(), not_connections=())),
        (
            "others",
            Query(
                period=query.period,
                connections=query.connections,
                not_connections=query.not_connections,
            ),
        ),
        ("all", Query()),
    ]
    for without, wider in tried:
        if wider != plain:
            yield without, wider

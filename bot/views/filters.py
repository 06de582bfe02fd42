"""The filters of a question in words, each a part of the line that reads it back."""

from collections.abc import Sequence

from bot.queries.model import Bound, Dimension, Query
from bot.queries.wording import mark, tr
from bot.views import words
from bot.views.kit import outside
from providers.models import OWED

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


def any_of(texts: Sequence[str]) -> str:
    """List what there is to choose from: ``a or b or c``."""
    first, *others = texts or ("",)
    for each in others:
        first = tr("{one} or {other}", one=first, other=each)
    return first

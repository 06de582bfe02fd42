"""A question, as a value. The grammar that leads here is in `parse`."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from providers.models import Status

#: ``changes`` is what happened since the period's first day, from the stored events.
Show = Literal["invoices", "invoice", "changes", "help"]
#: Which date a period selects by; ``billed`` is the billing period where the provider
#: states one, and the month of the issue date otherwise.
#: ``updated`` is the day we last saw the invoice say something new.
DateField = Literal["billed", "issued", "due", "paid", "updated"]
#: What an answer is also wanted as: a file of all its rows, or the official documents.
File = Literal["csv", "xlsx", "json", "pdf"]
#: A part of one invoice, in place of all of it.
Part = Literal["pdf", "lines", "history", "why"]
#: What invoices are added up by; ``age`` is how late what is owed is.
Dimension = Literal[
    "month",
    "quarter",
    "year",
    "connection",
    "provider",
    "seller",
    "customer",
    "currency",
    "status",
    "age",
]
#: What only the provider's own word for a status says.
Stated = Literal["disputed", "void"]
SortField = Literal["issued_on", "due_on", "balance", "total", "age", "number"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from *first* to *last*, both included; either end may be open.

    *whole_months* is true where both ends fall on month ends by the way it was asked
    (a year, a month, a quarter), so that it can be written as ``2021-08``; then, and
    only then, an invoice's billing period counts.
    """

    first: date | None
    last: date | None
    whole_months: bool
    field: DateField = "billed"


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range of amounts or days; *strict* excludes the value itself."""

    value: Decimal
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. Empty tuples and ``None`` mean "any".

    The amount is the balance where only owed invoices are asked for, else the total.
    """

    show: Show = "invoices"
    period: Period | None = None
    #: The period that the first is compared with, about the same date.
    compared: Period | None = None
    connections: tuple[str, ...] = ()
    not_connections: tuple[str, ...] = ()
    status: tuple[Status, ...] = ()
    #: Only overdue ones (true), only ones not overdue (false), or either (null).
    overdue: bool | None = None
    kinds: tuple[Literal["invoice", "credit_note"], ...] = ()
    #: Matches number, counterparty or description, folded.
    text: str | None = None
    #: Matches the counterparty.
    seller: str | None = None
    #: Matches one of the customers that a reseller's invoice is broken down to.
    customer: str | None = None
    currency: str | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    #: Days past the due date, or, by *age_basis*, since the day of issue.
    age_from: Bound | None = None
    age_to: Bound | None = None
    age_basis: Literal["due", "issued"] = "due"
    #: Only what the provider calls one of these.
    stated: tuple[Stated, ...] = ()
    #: Only what was paid after its due date.
    paid_late: bool = False
    #: Only what somebody has snoozed (true), only what nobody has (false), or either.
    snoozed: bool | None = None
    sort: SortField = "issued_on"
    descending: bool = False
    limit: int | None = None
    #: Sums by this in place of single invoices.
    group: Dimension | None = None
    #: Of ages (group = "age"), those of each of these.
    aged_by: Dimension | None = None
    #: Draws the groups as bars, too.
    chart: bool = False
    #: Also as a file, into the answer's thread or, with *to_me*, a direct message.
    file: File | None = None
    to_me: bool = False
    #: Rows as text to copy, in place of a table.
    as_text: bool = False
    #: The part of the one invoice asked for (show = "invoice").
    part: Part | None = None
    #: The number of the one invoice asked for (show = "invoice").
    number: str | None = None
    #: What help is about (show = "help"): a command without its slash, or "".
    topic: str = ""


def is_year_alone(query: Query) -> bool:
    """Tell whether *query* names a calendar year and nothing that picks invoices out.

    Such a question is answered month by month unless it asks for another order.
    """
    period = query.period
    if period is None or period.field != "billed" or not period.whole_months:
        return False
    first, last = period.first, period.last
    if first is None or last is None:
        return False
    if (first.month, last.month, first.year) != (1, 12, last.year):
        return False
    bare = Query(
        period=period,
        connections=query.connections,
        not_connections=query.not_connections,
        seller=query.seller,
        customer=query.customer,
        currency=query.currency,
        group=query.group,
        file=query.file,
        to_me=query.to_me,
        as_text=query.as_text,
    )
    return query == bare


def grouped_as_usual(query: Query) -> Query:
    """Group a question for which no order was asked as it is usually answered."""
    if query.group is None and is_year_alone(query):
        return replace(query, group="month")
    return query


@dataclass(frozen=True, slots=True)
class KnownConnection:
    """What a connection may be called in a question."""

    name: str
    label: str
    provider: str
    #: Its invoices state no due dates, and no payment terms are set.
    undated: bool = False
    #: Where people sign in to pay or dispute, if that is known.
    portal: str | None = None
    provider_label: str = ""
    #: What its amounts are in by our settings, where the provider names no currency.
    set_currency: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What the meaning of a question depends on, besides its words."""

    today: date
    connections: tuple[KnownConnection, ...]
    #: First and last day there is an invoice of; null before anything was read.
    oldest: date | None = None
    newest: date | None = None
    fiscal_year_start: int = 1
    date_order: Literal["dmy", "mdy"] | None = None
    number_format: str | None = None
    #: The first day that can be asked for: what is older than `oldest` is read then.
    readable: date | None = None
    #: The currencies there are invoices in; empty when that is not known.
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A corrected command that parses; *label* is what a button says.

    A button that has the *address* of a page opens that, and runs nothing.
    """

    label: str
    command: str
    address: str | None = None


class QueryError(ValueError):
    """The text is not one question we know.

    The message is a sentence naming the word or the doubt; *hint* says what would
    work; *suggestions* are up to three commands that do. *about* is the number of the
    one invoice that it is about, if any. *is_complete* says that the hint names the
    commands itself.
    """

    def __init__(
        self,
        problem: str,
        *,
        hint: str = "",
        suggestions: tuple[Suggestion, ...] = (),
        about: str | None = None,
        is_complete: bool = False,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        self.suggestions = suggestions
        self.about = about
        self.is_complete = is_complete

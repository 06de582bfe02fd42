"""How much of an answer a channel may see: everything, no names, or only counts. Pure.

What is not to be seen is taken out of the answer before anything is written, so that it
cannot be in a text, a button or a chart. An answer of a kind that is not known here is
not shown at all.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from bot.answers.model import Answer, Freshness, InvoiceList, OneInvoice
from bot.queries.model import Query
from bot.queries.wording import tr
from providers.models import Invoice, LineItem

#: Of a number this much is shown where names are not, enough to tell rows apart.
SHOWN_OF_NUMBER = 4
#: What rows are added up by that names nobody.
NAMELESS_GROUPS = frozenset(
    ("month", "quarter", "year", "connection", "provider", "currency", "status", "age")
)


class Level(StrEnum):
    """How much others in a channel may see of an invoice."""

    FULL = "full"
    #: Amounts, days and states; no counterparty, customer, description or whole number.
    NO_NAMES = "no_names"
    #: How many there are of each state, and nothing else.
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many documents there are, by status, and how many of them are overdue."""

    query: Query
    freshness: tuple[Freshness, ...]
    by_status: tuple[tuple[str, int], ...]
    overdue: int


def is_countable(query: Query) -> bool:
    """Tell whether a number of invoices gives nothing away about a question.

    How many are over 1,000 EUR, or from somebody, says what they cost, or from whom
    they are, to whoever asks often enough.
    """
    asks_figures = query.minimum or query.maximum or query.paid_late
    return (
        query.show == "invoices"
        and query.compared is None
        and not asks_figures
        and not names_somebody(query)
    )


def names_somebody(query: Query) -> bool:
    """Tell whether *query* itself holds a name or words of an invoice."""
    return bool(query.text or query.seller or query.customer)


def only_counted(query: Query) -> Query:
    """Cut *query* down to the question how many there are of each status."""
    return replace(
        query,
        group="status",
        chart=False,
        limit=None,
        sort="issued_on",
        descending=False,
        file=None,
        to_me=False,
        as_text=False,
    )


def counted(query: Query, by_status: InvoiceList) -> Counted:
    """Count what *by_status*, the answer to `only_counted`, holds."""
    counts: dict[str, int] = {}
    for group in by_status.groups:
        counts[group.name] = counts.get(group.name, 0) + group.total.invoices
    shown = replace(only_counted(query), group=None, aged_by=None)
    overdue = sum(total.overdue for total in by_status.totals)
    return Counted(shown, by_status.freshness, tuple(counts.items()), overdue)


def nameless(answer: Answer) -> InvoiceList | OneInvoice | None:
    """Take every name out of *answer*; ``None``: it cannot be shown without.

    The answer is made anew of what is known to name nobody; a part that answers get
    later is left out until it is added here.
    """
    if isinstance(answer, InvoiceList):
        query = answer.query
        groups = {query.group, query.aged_by} - {None}
        if names_somebody(query) or not groups <= NAMELESS_GROUPS:
            return None
        return InvoiceList(
            query=replace(query, number=None),
            today=answer.today,
            invoices=tuple(map(nameless_invoice, answer.invoices)),
            count=answer.count,
            page=answer.page,
            totals=answer.totals,
            freshness=answer.freshness,
            proof=answer.proof,
            notes=answer.notes,
            groups=answer.groups,
            compared=answer.compared,
        )
    if isinstance(answer, OneInvoice):
        return OneInvoice(
            query=replace(answer.query, number=None, part=None),
            today=answer.today,
            invoice=nameless_invoice(answer.invoice),
            freshness=answer.freshness,
        )
    return None


def nameless_invoice(invoice: Invoice) -> Invoice:
    """Take the names out of an invoice, and most of what leads to it."""
    return msgspec.structs.replace(
        invoice,
        id="-",
        number=short_number(invoice.number),
        counterparty=None,
        description=None,
        provider_status="…",
        has_pdf=False,
        lines=tuple(map(_nameless_line, invoice.lines)),
        checks=(tr("something does not add up"),) if invoice.checks else (),
    )


def short_number(number: str) -> str:
    """Keep the end of a number: ``…0123``; of a short one, nothing."""
    if len(number) <= SHOWN_OF_NUMBER + 1:
        return "…"
    return f"…{number[-SHOWN_OF_NUMBER:]}"


def _nameless_line(line: LineItem) -> LineItem:
    return msgspec.structs.replace(line, description=None, kind=None, customer=None)

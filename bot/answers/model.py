"""What a question gets: a closed union of values. No wording here."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.queries.model import Query
from providers.models import Invoice, Kind

#: Rows shown at once; totals are always over all rows.
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Total:
    """What the found documents of one kind and currency come to.

    ``balance`` adds the balances that are stated; ``not_stated`` counts the others.
    ``overdue`` and ``overdue_balance`` are the part that is past due.
    """

    kind: Kind
    currency: str
    invoices: int
    total: Decimal | None
    balance: Decimal | None
    not_stated: int = 0
    overdue: int = 0
    overdue_balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a connection's figures are, and what is wrong with it, if anything.

    ``problem`` is a fragment that follows the label ("answered 503").
    """

    connection: str
    label: str
    as_of: datetime | None
    problem: str | None = None
    #: Newer figures are being read right now.
    reading: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """Outstanding balances of one currency by how late they are (UX: the proof line).

    ``buckets`` are (age, amount) in order and add up to ``outstanding``, unless a row
    was lost, which the view then says.
    """

    currency: str
    buckets: tuple[tuple[str, Decimal], ...]
    outstanding: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """The invoices a question is about: one page of them, and totals over all."""

    query: Query
    today: date
    invoices: tuple[Invoice, ...]
    count: int
    page: int
    totals: tuple[Total, ...]
    freshness: tuple[Freshness, ...]
    proof: tuple[Proof, ...] = ()
    #: For an empty answer: how many there are without the status asked for.
    without_status: int = 0


@dataclass(frozen=True, slots=True)
class OneInvoice:
    """One invoice, by its number."""

    query: Query
    today: date
    invoice: Invoice
    freshness: tuple[Freshness, ...]
    #: Why the line items did not come, after the connection's label.
    lines_problem: str | None = None


@dataclass(frozen=True, slots=True)
class NoSuchInvoice:
    """Nothing has this number; *closest* are numbers that look like it."""

    query: Query
    number: str
    closest: tuple[str, ...]
    freshness: tuple[Freshness, ...]


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """Usage of a command, or of all."""

    topic: str


Answer = InvoiceList | OneInvoice | NoSuchInvoice | HelpWanted

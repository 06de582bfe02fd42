"""What a question gets: a closed union of values. No wording here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from bot.answers.care import NO_CARE, Care
from bot.answers.history import Happening, History
from bot.answers.why import Explanation
from bot.queries.model import Query
from bot.tracking.digest import EventTotal
from bot.tracking.events import EventKind
from providers.models import Invoice, Kind

#: Rows shown at once; totals are always over all rows.
PAGE_SIZE = 20
#: Invoices named in the text for notifications and screen readers.
NAMED = 10
#: The same for rows of groups, which are shorter.
GROUP_PAGE_SIZE = 40
#: Ages of more currencies than this are rows instead of columns.
GRID_CURRENCIES = 8


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
class YearReading:
    """An older year that is being read: *done* of so many months, or what failed.

    ``problem`` is a fragment that follows the label ("answered 503").
    """

    year: int
    done: int
    of: int
    problem: str | None = None


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
    #: Older years that the question needs and that are not all there.
    years: tuple[YearReading, ...] = ()
    #: Those of them that nobody has read and nobody is reading.
    unread: tuple[int, ...] = ()
    #: The first year that is read, where the question is only about what came before.
    begins: int | None = None


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
class Group:
    """What the documents of one group, kind and currency come to.

    ``name`` is a month (``2021-08``), a quarter (``2021-Q3``), a year, the name of a
    connection, provider or seller, a currency, a status' value or an age's key; ``""``
    is the group of what has none. ``label`` is what people call it, where that differs.
    """

    name: str
    total: Total
    label: str = ""
    #: Of the ages of groups, the age's key.
    age: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind and currency (and group, if asked for) in two periods.

    A side is ``None`` where the period has no such document.
    """

    name: str
    kind: Kind
    currency: str
    now: Total | None
    before: Total | None
    label: str = ""


#: What an empty answer would not be empty without.
Filter = Literal[
    "state", "amount", "currency", "words", "period", "connections", "others", "all"
]


@dataclass(frozen=True, slots=True)
class NoCurrency:
    """Amounts were compared without a currency; *only* has a command for each found."""

    currencies: tuple[str, ...]
    only: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Emptied:
    """How many there are without one filter, by status, and the command for them."""

    without: Filter
    by_status: tuple[tuple[str, int], ...]
    command: str


@dataclass(frozen=True, slots=True)
class Undated:
    """How much is owed where nothing can be called overdue, and the command for it."""

    labels: tuple[str, ...]
    count: int
    command: str


@dataclass(frozen=True, slots=True)
class SetCurrency:
    """Amounts are compared whose currency is our setting: the provider names none."""

    labels: tuple[str, ...]
    currency: str


#: What is said beside an answer.
Note = NoCurrency | Emptied | Undated | SetCurrency


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """The invoices a question is about: one page of them, and totals over all.

    Where groups or a comparison are asked for, all of their rows are there and ``page``
    is one of theirs; ``totals`` and ``invoices`` are then the first period's.
    """

    query: Query
    today: date
    invoices: tuple[Invoice, ...]
    count: int
    page: int
    totals: tuple[Total, ...]
    freshness: tuple[Freshness, ...]
    proof: tuple[Proof, ...] = ()
    groups: tuple[Group, ...] = ()
    compared: tuple[Compared, ...] = ()
    notes: tuple[Note, ...] = ()


def pages(answer: InvoiceList) -> int:
    """Count the pages that *answer* has, at least one."""
    if is_ageing_grid(answer):
        return 1
    if rows := len(answer.compared) or len(rows_of(answer.groups)):
        return -(-rows // GROUP_PAGE_SIZE)
    return max(1, -(-answer.count // PAGE_SIZE))


def rows_of(groups: Sequence[Group]) -> list[list[Group]]:
    """Put the ages of one group and currency together; other groups are by themselves.

    They come in order, so that those of one row are neighbours.
    """
    rows: list[list[Group]] = []
    for each in groups:
        last = rows[-1][-1] if rows else None
        if last and each.age and _row_key(last) == _row_key(each):
            rows[-1].append(each)
        else:
            rows.append([each])
    return rows


def _row_key(group: Group) -> tuple[str, str]:
    return group.name, group.total.currency


def is_ageing_grid(answer: InvoiceList) -> bool:
    """Tell whether ages are shown as rows, with a column for each currency."""
    currencies = {each.total.currency for each in answer.groups}
    whole = answer.query.group == "age" and answer.query.aged_by is None
    return whole and 0 < len(currencies) <= GRID_CURRENCIES


@dataclass(frozen=True, slots=True)
class OneInvoice:
    """One invoice, by its number."""

    query: Query
    today: date
    invoice: Invoice
    freshness: tuple[Freshness, ...]
    #: Why the line items did not come, after the connection's label.
    lines_problem: str | None = None
    history: History | None = None
    #: Only where it is asked for.
    why: Explanation | None = None
    care: Care = NO_CARE
    #: Where people act on it: the provider's own page to sign in.
    portal: str | None = None


@dataclass(frozen=True, slots=True)
class NoSuchInvoice:
    """Nothing has this number; *closest* are numbers that look like it."""

    query: Query
    number: str
    closest: tuple[str, ...]
    freshness: tuple[Freshness, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since a day: one page of it, counts and totals over all.

    What has to be acted on comes first. ``known_since`` is when the oldest of the
    connections asked about was read for the first time: what was before is not known.
    """

    query: Query
    today: date
    happenings: tuple[Happening, ...]
    count: int
    page: int
    kinds: tuple[tuple[EventKind, int], ...]
    totals: tuple[EventTotal, ...]
    freshness: tuple[Freshness, ...]
    known_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """Usage of a command, or of all."""

    topic: str


Answer = InvoiceList | OneInvoice | NoSuchInvoice | HelpWanted | Changes

"""A question while it is being read: what was said, and what that comes to."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from bot.queries.amounts import Range
from bot.queries.model import (
    Bound,
    Dimension,
    File,
    Part,
    Period,
    Query,
    SortField,
    Stated,
)
from bot.queries.reader import Reader
from providers.models import OWED, Kind, Status

#: The statuses that each word for one selects.
_STATUSES: dict[str, tuple[Status, ...]] = {
    "unpaid": OWED,
    "overdue": OWED,
    **{status.value: (status,) for status in Status if status is not Status.UNPAID},
}
#: Words for a status that only the provider's own word says.
_STATED: tuple[Stated, ...] = ("disputed", "void")
#: What can be said about what changed; the rest is about how things stand.
_ABOUT_CHANGES = (
    "period",
    "connections",
    "not_connections",
    "kinds",
    "text",
    "seller",
    "customer",
    "currency",
    "minimum",
    "maximum",
)
#: What each word for an order sorts by, and whether the largest comes first;
#: "amount" is the balance where only owed invoices are asked for, else the total.
ORDERS: dict[str, tuple[str, bool]] = {
    "largest": ("amount", True),
    "smallest": ("amount", False),
    "oldest": ("issued_on", False),
    "newest": ("issued_on", True),
    "amount": ("amount", True),
    "due": ("due_on", False),
    "age": ("age", True),
    "issued": ("issued_on", False),
}


#: What the groups of two periods have no names in common for.
_NOT_COMPARED = ("month", "quarter", "year", "age")


def is_comparable(group: Dimension | None, *, chart: bool) -> bool:
    """Tell whether groups of two periods can stand beside each other."""
    return not chart and group not in _NOT_COMPARED


class ConflictError(ValueError):
    """Two words of the question exclude each other; *commands* do one or the other.

    A command may come with the label of its button in front.
    """

    def __init__(self, problem: str, *commands: str | tuple[str, str]) -> None:
        super().__init__(problem)
        self.labelled = tuple(
            (each, each) if isinstance(each, str) else each for each in commands
        )


@dataclass(slots=True)
class Draft:
    """What was said so far; *base* is the status that the command implies."""

    base: str = ""
    period: Period | None = None
    compared: Period | None = None
    #: Whether "compare" was said, after which "with" and "to" join two periods.
    comparing: bool = False
    connections: list[str] = field(default_factory=list)
    not_connections: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    not_statuses: list[str] = field(default_factory=list)
    text: str | None = None
    seller: str | None = None
    customer: str | None = None
    currency: str | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    age_from: Bound | None = None
    age_to: Bound | None = None
    order: tuple[str, bool] | None = None
    limit: int | None = None
    group: Dimension | None = None
    chart: bool = False
    file: File | None = None
    to_me: bool = False
    as_text: bool = False
    part: Part | None = None
    #: Whether what happened is asked for, and not how things stand.
    changes: bool = False
    #: From which day age is counted, where that was said.
    basis: Literal["due", "issued"] | None = None
    number: str | None = None
    #: Whether anything that selects was said, as opposed to filler.
    meant: bool = False
    #: The span of words that ask for what cannot be done yet, and for what.
    refused: list[tuple[str, int, int]] = field(default_factory=list)

    def set_range(self, reader: Reader, start: int, found: Range) -> None:
        """Note a range of amounts or of days late."""
        low, high = ("age_from", "age_to") if found.is_age else ("minimum", "maximum")
        for name, bound in ((low, found.low), (high, found.high)):
            if bound is not None:
                self.set_once(reader, start, name, bound)
        if found.currency:
            self.set_once(reader, start, "currency", found.currency)

    def set_once(self, reader: Reader, start: int, name: str, value: object) -> None:
        """Note what can be said once; the same again is no contradiction."""
        if getattr(self, name) not in (None, value):
            count = reader.pos - start
            reader.pos = start
            what = _NAMES.get(name, name)
            raise reader.unclear(
                f"There is another {what} besides "
                f"`{reader.said(start, start + count)}`; I can use one at a time.",
                count=count,
                fixes=[("Leave it out", "")],
            )
        setattr(self, name, value)

    def set_period(self, reader: Reader, start: int, period: Period) -> None:
        """Note a period; ``since`` and ``until`` about the same date join."""
        known = self.period
        if known and known.field == period.field:
            whole = known.whole_months and period.whole_months
            if known.last is None and period.first is None:
                self.period = Period(known.first, period.last, whole, known.field)
                return
            if known.first is None and period.last is None:
                self.period = Period(period.first, known.last, whole, known.field)
                return
        self.set_once(reader, start, "period", period)

    def to_query(self) -> Query:
        """Make the query.

        Raises:
            ConflictError: Nothing can be all that was asked for.
        """
        query = self._selected()
        if self.part is not None:
            raise ConflictError(
                f"`{self.part}` is about one invoice: `/invoice NUMBER {self.part}`.",
                "/invoice help",
            )
        if self.to_me and self.file is None:
            raise ConflictError(
                "`to me` says where a file goes; say which file, too.",
                *(f"{to_me} to me" for to_me in ("/unpaid xlsx", "/unpaid csv")),
            )
        return _changes(query) if self.changes else query

    def _selected(self) -> Query:
        overdue = self._overdue()
        status = self._status(overdue)
        owed = bool(status) and set(status) <= set(OWED)
        sort, descending = self._order(owed)
        return Query(
            period=self.period,
            compared=self._compared(),
            connections=tuple(dict.fromkeys(self.connections)),
            not_connections=tuple(dict.fromkeys(self.not_connections)),
            status=status,
            overdue=overdue,
            kinds=("invoice",) if owed else self._kinds(),
            text=self.text,
            seller=self.seller,
            customer=self.customer,
            currency=self.currency,
            minimum=self.minimum,
            maximum=self.maximum,
            age_from=self.age_from,
            age_to=self.age_to,
            age_basis=self._age_basis(),
            stated=tuple(word for word in _STATED if word in self.statuses),
            paid_late="paid_late" in self.statuses,
            snoozed=self._snoozed(),
            sort=sort,
            descending=descending,
            limit=self.limit,
            group=self._group(),
            chart=self.chart,
            file=self.file,
            to_me=self.to_me,
            as_text=self.as_text,
        )

    @property
    def _has_age(self) -> bool:
        return self.age_from is not None or self.age_to is not None

    def _age_basis(self) -> Literal["due", "issued"]:
        if self.basis is not None and not (self._has_age or self.group == "age"):
            raise ConflictError(
                f"`basis:{self.basis}` says from which day age is counted; say which "
                "age, too.",
                f"/invoices aging basis:{self.basis}",
                f"/unpaid age >45 basis:{self.basis}",
            )
        return self.basis or "due"

    def _snoozed(self) -> bool | None:
        wanted, without = ("snoozed" in self.statuses, "snoozed" in self.not_statuses)
        if wanted and without:
            raise ConflictError("That leaves no invoices at all.", "/invoices all")
        return wanted if wanted or without else None

    def _overdue(self) -> bool | None:
        wanted = self.base == "overdue" or "overdue" in self.statuses
        wanted = wanted or (self._has_age and self.basis != "issued")
        if "overdue" in self.not_statuses:
            if wanted:
                raise ConflictError(
                    "An invoice cannot be overdue and not overdue.",
                    "/overdue",
                    "/unpaid -overdue",
                )
            return False
        return True if wanted else None

    def _status(self, overdue: bool | None) -> tuple[Status, ...]:
        said = [_STATUSES[name] for name in self.statuses if name in _STATUSES]
        said = [one for one in said if not any(set(o) < set(one) for o in said)]
        wanted = {status for one in said for status in one}
        owed_only = overdue or self.base == "unpaid" or self._has_age
        if "paid_late" in self.statuses:
            if owed_only or wanted - {Status.PAID} or "credit" in self.statuses:
                raise ConflictError(
                    "What was paid late is paid, and no other status.",
                    "/invoices paid late",
                    "/overdue" if overdue else "/unpaid",
                )
            wanted = {Status.PAID}
        if owed_only and not said:
            wanted = set(OWED)
        if owed_only and (wanted - set(OWED) or "credit" in self.statuses):
            raise self._conflict(wanted, "overdue" if overdue else "unpaid")
        without = {s for n in self.not_statuses for s in _STATUSES.get(n, ())}
        if overdue is False:
            without -= set(OWED)
            if "unpaid" in self.not_statuses:
                without |= set(OWED)
        if without:
            wanted = (wanted or set(Status)) - without
            if not wanted:
                raise ConflictError("That leaves no invoices at all.", "/invoices all")
        return tuple(status for status in Status if status in wanted)

    def _conflict(self, wanted: set[Status], word: str) -> ConflictError:
        command = f"/{word}"
        if "credit" in self.statuses or not wanted & {Status.PAID}:
            return ConflictError(
                f"A credit note, or what nothing is owed on, is never {word}.",
                command,
                "/invoices credit",
            )
        if word == "unpaid":
            return ConflictError(
                "An invoice cannot be paid and unpaid.", "/invoices paid", command
            )
        return ConflictError(
            "An invoice cannot be paid and overdue.",
            ("Paid after the due date: /invoices paid late", "/invoices paid late"),
            ("Overdue: /overdue", "/overdue"),
        )

    def _kinds(self) -> tuple[Kind, ...]:
        if "credit" in self.not_statuses:
            if "credit" in self.statuses:
                raise ConflictError("That leaves no invoices at all.", "/invoices all")
            return ("invoice",)
        return ("credit_note",) if "credit" in self.statuses else ()

    def _compared(self) -> Period | None:
        if self.compared is None and not self.comparing:
            return None
        if self.period is None or self.compared is None:
            raise ConflictError(
                "A comparison needs two periods.", "/invoices this month vs last month"
            )
        ordered = self.limit is not None or self.order is not None
        if ordered or not is_comparable(self.group, chart=self.chart):
            raise ConflictError(
                "Two periods are compared in a table, as a whole or by connection, "
                "provider, seller, currency or status.",
                "/invoices this month vs last month",
                "/invoices this month vs last month by connection",
            )
        return replace(self.compared, field=self.period.field)

    def _group(self) -> Dimension | None:
        group = self.group or ("month" if self.chart else None)
        if group and (self.limit is not None or self.order is not None):
            raise ConflictError(
                "Groups come in their own order, and all of them; an order or a limit "
                "is for single invoices.",
                "/unpaid by connection",
                "/unpaid top 5",
            )
        return group

    def _order(self, owed: bool) -> tuple[SortField, bool]:
        if self.order is None:
            return ("due_on" if owed else "issued_on"), False
        name, descending = self.order
        if name == "amount":
            name = "balance" if owed else "total"
        return _SORT_FIELDS[name], descending


def _changes(query: Query) -> Query:
    """Make the question what changed out of the filters it can have."""
    kept = {name: getattr(query, name) for name in _ABOUT_CHANGES}
    said = replace(query, sort="issued_on")
    if said != Query(**kept) or (query.period and query.period.field != "billed"):
        raise ConflictError(
            "What changed can be narrowed by connection, amount, currency, credit "
            "notes and words, not by status, age, another date, order or output.",
            "/invoices changes since monday",
        )
    if query.period is None or query.period.first is None:
        raise ConflictError(
            "Since when?",
            "/invoices changes since monday",
            "/invoices changes since yesterday",
            "/invoices changes last 30 days",
        )
    return Query(show="changes", **kept)


_SORT_FIELDS: dict[str, SortField] = {
    "issued_on": "issued_on",
    "due_on": "due_on",
    "balance": "balance",
    "total": "total",
    "age": "age",
    "number": "number",
}
_NAMES = {
    "minimum": "lower limit",
    "maximum": "upper limit",
    "age_from": "age",
    "age_to": "age",
    "order": "order",
    "text": "text",
    "group": "grouping",
    "compared": "comparison",
    "seller": "seller",
    "customer": "customer",
    "file": "file",
    "part": "part",
    "basis": "basis",
}
#: What may be written after ``sort:``.
SORT_WORDS = {
    "issued": "issued_on",
    "due": "due_on",
    "amount": "amount",
    "balance": "balance",
    "total": "total",
    "age": "age",
    "number": "number",
} | {name: name for name in _SORT_FIELDS}


def plain(value: Decimal) -> str:
    """Write a number so that it has one reading: never three digits after a point."""
    text = f"{value.normalize():f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text

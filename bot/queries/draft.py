"""A question while it is being read: what was said, and what that comes to."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.queries.amounts import Range
from bot.queries.model import (
    Bound,
    Dimension,
    File,
    Part,
    Period,
    Query,
    SortField,
    grouped_as_usual,
)
from bot.queries.reader import Reader
from bot.queries.states import ConflictError, States
from bot.queries.wording import mark, tr
from providers.models import OWED

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


#: What ages can be told of each of.
_AGED_BY: tuple[Dimension, ...] = (
    "connection",
    "provider",
    "seller",
    "customer",
    "currency",
    "status",
)
#: What the groups of two periods have no names in common for.
_NOT_COMPARED = ("month", "quarter", "year", "age")


def is_comparable(group: Dimension | None, *, chart: bool) -> bool:
    """Tell whether groups of two periods can stand beside each other."""
    return not chart and group not in _NOT_COMPARED


@dataclass(slots=True)
class Draft(States):
    """What was said so far."""

    period: Period | None = None
    compared: Period | None = None
    #: Whether "compare" was said, after which "with" and "to" join two periods.
    comparing: bool = False
    connections: list[str] = field(default_factory=list)
    not_connections: list[str] = field(default_factory=list)
    text: str | None = None
    seller: str | None = None
    customer: str | None = None
    currency: str | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    order: tuple[str, bool] | None = None
    limit: int | None = None
    chart: bool = False
    file: File | None = None
    to_me: bool = False
    as_text: bool = False
    part: Part | None = None
    #: Whether what happened is asked for, and not how things stand.
    changes: bool = False
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
            raise reader.unclear(
                tr(_ANOTHER[name], text=reader.said(start, start + count)),
                count=count,
                fixes=[(tr("Leave it out"), "")],
            )
        setattr(self, name, value)

    def set_group(self, reader: Reader, start: int, group: Dimension) -> None:
        """Note a grouping; ages may be of each of some groups."""
        groups = {self.group, group} - {None, "age"}
        both = "age" in {self.group, group} and groups <= set(_AGED_BY)
        if not both or self.aged_by not in {None, *groups}:
            self.set_once(reader, start, "group", group)
        else:
            self.group, self.aged_by = "age", next(iter(groups), self.aged_by)
        if self.group == "age":
            self.base = self.base or "unpaid"

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
                tr(
                    "`{part}` is about one invoice: `/invoice NUMBER {part}`.",
                    part=self.part,
                ),
                "/invoice help",
            )
        if self.to_me and self.file is None:
            raise ConflictError(
                tr("`to me` says where a file goes; say which file, too."),
                *(f"{to_me} to me" for to_me in ("/unpaid xlsx", "/unpaid csv")),
            )
        if self.changes:
            return _changes(query)
        return query if self.order else grouped_as_usual(query)

    def _selected(self) -> Query:
        overdue = self.overdue()
        status = self.status(overdue)
        owed = bool(status) and set(status) <= set(OWED)
        sort, descending = self._order(owed)
        return Query(
            period=self.period,
            compared=self._compared(),
            connections=tuple(dict.fromkeys(self.connections)),
            not_connections=tuple(dict.fromkeys(self.not_connections)),
            status=status,
            overdue=overdue,
            kinds=("invoice",) if owed else self.kinds(),
            text=self.text,
            seller=self.seller,
            customer=self.customer,
            currency=self.currency,
            minimum=self.minimum,
            maximum=self.maximum,
            age_from=self.age_from,
            age_to=self.age_to,
            age_basis=self.age_basis(),
            stated=self.stated(),
            paid_late="paid_late" in self.statuses,
            snoozed=self.snoozed(),
            sort=sort,
            descending=descending,
            limit=self.limit,
            group=self._group(),
            # Ages are told per currency as they are.
            aged_by=None if self.aged_by == "currency" else self.aged_by,
            chart=self.chart,
            file=self.file,
            to_me=self.to_me,
            as_text=self.as_text,
        )

    def _compared(self) -> Period | None:
        if self.compared is None and not self.comparing:
            return None
        if self.period is None or self.compared is None:
            raise ConflictError(
                tr("A comparison needs two periods."),
                "/invoices this month vs last month",
            )
        ordered = self.limit is not None or self.order is not None
        if ordered or not is_comparable(self.group, chart=self.chart):
            raise ConflictError(
                tr(
                    "Two periods are compared in a table, as a whole or by connection, "
                    "provider, seller, currency or status."
                ),
                "/invoices this month vs last month",
                "/invoices this month vs last month by connection",
            )
        return replace(self.compared, field=self.period.field)

    def _group(self) -> Dimension | None:
        group = self.group or ("month" if self.chart else None)
        if group and (self.limit is not None or self.order is not None):
            raise ConflictError(
                tr(
                    "Groups come in their own order, and all of them; an order or a "
                    "limit is for single invoices."
                ),
                "/unpaid by connection",
                "/unpaid top 5",
            )
        if self.aged_by is not None and self.chart:
            raise ConflictError(
                tr("A chart shows ages, or groups, not the ages of each group."),
                "/invoices aging as chart",
                f"/unpaid by {self.aged_by} as chart",
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
            tr(
                "What changed can be narrowed by connection, amount, currency, credit "
                "notes and words, not by status, age, another date, order or output."
            ),
            "/invoices changes since monday",
        )
    if query.period is None or query.period.first is None:
        raise ConflictError(
            tr("Since when?"),
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
#: What is said of what may be said once, and was said twice.
_ANOTHER = {
    "minimum": mark(
        "There is another lower limit besides `{text}`; I can use one at a time."
    ),
    "maximum": mark(
        "There is another upper limit besides `{text}`; I can use one at a time."
    ),
    "age_from": mark("There is another age besides `{text}`; I can use one at a time."),
    "age_to": mark("There is another age besides `{text}`; I can use one at a time."),
    "order": mark("There is another order besides `{text}`; I can use one at a time."),
    "text": mark("There is another text besides `{text}`; I can use one at a time."),
    "group": mark(
        "There is another grouping besides `{text}`; I can use one at a time."
    ),
    "compared": mark(
        "There is another comparison besides `{text}`; I can use one at a time."
    ),
    "seller": mark(
        "There is another seller besides `{text}`; I can use one at a time."
    ),
    "customer": mark(
        "There is another customer besides `{text}`; I can use one at a time."
    ),
    "file": mark("There is another file besides `{text}`; I can use one at a time."),
    "part": mark("There is another part besides `{text}`; I can use one at a time."),
    "basis": mark("There is another basis besides `{text}`; I can use one at a time."),
    "currency": mark(
        "There is another currency besides `{text}`; I can use one at a time."
    ),
    "period": mark(
        "There is another period besides `{text}`; I can use one at a time."
    ),
    "number": mark(
        "There is another number besides `{text}`; I can use one at a time."
    ),
    "limit": mark("There is another limit besides `{text}`; I can use one at a time."),
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

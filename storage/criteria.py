"""Which invoices are meant, as a value, and as the condition SQLite checks."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from providers.models import OWED, Kind, Status
from storage.folding import CUSTOMERS, DESCRIPTION, SELLER, fold_text

DayField = Literal["issued_on", "due_on", "paid_on"]
SortField = Literal["issued_on", "due_on", "balance", "total", "age", "number"]

#: Spelled exactly as in the partial index, which SQLite only then uses.
OWED_SQL = "status in ('unpaid', 'part_paid')"
#: As `bot.answers.ageing.overdue_days` has it; needs ``:today``. The column is null,
#: not 0, where no balance is stated.
OVERDUE_SQL = (
    f"(kind = 'invoice' and {OWED_SQL} and due_on < :today and balance_minor is not 0)"
)
#: Where each text is looked for: in all of ``search``, or in one part of it.
SEARCHED_IN = {
    "text": "search",
    "seller": (
        f"substr(search, instr(search, char({ord(SELLER)})), "
        f"instr(search, char({ord(DESCRIPTION)})) "
        f"- instr(search, char({ord(SELLER)})))"
    ),
    "customer": f"substr(search, instr(search, char({ord(CUSTOMERS)})))",
}
#: The same for a whole name and nothing more; a seller's part begins with its mark.
_EXACTLY = {
    "seller": f"{SEARCHED_IN['seller']} = char({ord(SELLER)}) || :seller",
    "customer": (
        f"instr(char(10) || substr(search, instr(search, char({ord(CUSTOMERS)})) + 1) "
        "|| char(10), char(10) || :customer || char(10)) > 0"
    ),
}
#: Stands after a part of a name, for every name that has it.
ANY_WITH = "*"
#: Minor digits of the world's currencies (ISO 4217: 0 to 4).
_DIGITS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which invoices are meant; empty and ``None`` mean any. Ranges include both ends.

    ``months`` ("2021-08") select by billing period where one is stated and by the month
    of issue otherwise; ``days`` select by ``day_field``. ``minimum`` and ``maximum``
    are major units of each invoice's own currency, of the field ``amount``. ``late_*``
    are whole days past the due date, or since the day of issue, by ``age_by``.
    ``today`` decides what is overdue. ``text`` is looked for in all words of an
    invoice; ``seller`` is the counterparty's whole name and ``customer`` that of one
    whom a reseller's invoice is broken down to, or a part of it with `ANY_WITH`.
    ``changed`` are moments, the second not included, between which an invoice last
    changed; ``stated`` are the provider's own words for the status, in lower case;
    ``paid_late`` is what was paid after its due date, ``snoozed`` what somebody has
    snoozed until a later day.
    """

    today: date
    months: tuple[str | None, str | None] | None = None
    days: tuple[date | None, date | None] | None = None
    day_field: DayField = "issued_on"
    connections: tuple[str, ...] = ()
    not_connections: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    kinds: tuple[Kind, ...] = ()
    overdue: bool | None = None
    text: str | None = None
    seller: str | None = None
    customer: str | None = None
    currency: str | None = None
    amount: Literal["total", "balance"] = "total"
    minimum: Decimal | None = None
    above: bool = False
    maximum: Decimal | None = None
    below: bool = False
    late_from: int | None = None
    late_to: int | None = None
    age_by: Literal["due_on", "issued_on"] = "due_on"
    changed: tuple[str | None, str | None] | None = None
    stated: tuple[str, ...] = ()
    paid_late: bool = False
    snoozed: bool | None = None
    sort: SortField = "issued_on"
    descending: bool = False


class Condition:
    """An SQL condition that grows, with its named parameters."""

    def __init__(self, today: date) -> None:
        #: What stands after ``from``, in a list and in a sum.
        self.table = "invoices"
        self.sums_table = "invoices"
        self.parts = ["withdrawn_at is null"]
        self.parameters: dict[str, Any] = {"today": today.isoformat()}

    def add(self, sql: str, **parameters: object) -> None:
        """Require *sql* as well."""
        self.parts.append(sql)
        self.parameters.update(parameters)

    def add_choice(self, column: str, values: tuple[str, ...], *, no: str = "") -> None:
        """Require *column* to be one of *values*, or with ``no="not"`` none."""
        if values:
            name = "".join(filter(str.isalpha, column))
            names = [f"{name}{no}{i}" for i in range(len(values))]
            marks = ", ".join(f":{name}" for name in names)
            self.add(
                f"{column} {no} in ({marks})", **dict(zip(names, values, strict=True))
            )

    def add_range(self, column: str, low: str | None, high: str | None) -> None:
        """Require *column* to lie between two texts, both included."""
        if low is not None and low == high:
            self.add(f"{column} = :{column}_low", **{f"{column}_low": low})
            return
        if low is not None:
            self.add(f"{column} >= :{column}_low", **{f"{column}_low": low})
        if high is not None:
            self.add(f"{column} <= :{column}_high", **{f"{column}_high": high})

    @property
    def sql(self) -> str:
        """The condition, to stand after ``where``."""
        return " and ".join(self.parts)


def to_condition(criteria: Criteria) -> Condition:
    """Write *criteria* as SQL; equal shapes give equal text, so it is prepared once."""
    condition = Condition(criteria.today)
    _add_basics(condition, criteria)
    if criteria.days is not None:
        low, high = criteria.days
        condition.add_range(
            criteria.day_field,
            low.isoformat() if low else None,
            high.isoformat() if high else None,
        )
    if criteria.changed is not None:
        since, before = criteria.changed
        if since is not None:
            condition.add("changed_at >= :since", since=since)
        if before is not None:
            condition.add("changed_at < :before", before=before)
    condition.add_choice("lower(provider_status)", criteria.stated)
    if criteria.paid_late:
        condition.add("paid_on > due_on")
    if criteria.snoozed is not None:
        condition.add(
            f"(connection, id) {'' if criteria.snoozed else 'not '}in "  # noqa: S608  # our own words
            "(select connection, invoice from care where snoozed_until > :today)"
        )
    _add_status(condition, criteria)
    _add_texts(condition, criteria)
    _add_amounts(condition, criteria)
    return condition


def _add_basics(condition: Condition, criteria: Criteria) -> None:
    if criteria.months is not None:
        low, high = criteria.months
        # An invoice without a day has no month, which a tally writes as ''.
        condition.add_range("month", low or "0", high)
    # Within months, an index on the connection would be the longer way: most have one
    # or two connections with all their invoices. The plus keeps SQLite off it.
    of_connection = "+connection" if criteria.months is not None else "connection"
    condition.add_choice(of_connection, criteria.connections)
    condition.add_choice("connection", criteria.not_connections, no="not")
    condition.add_choice("kind", criteria.kinds)
    if criteria.currency is not None:
        condition.add("currency = :currency", currency=criteria.currency)


def is_tallied(criteria: Criteria) -> bool:
    """Tell whether *criteria* ask for nothing that the table of tallies lacks."""
    return (
        criteria.days is None
        and criteria.overdue is None
        and criteria.text is None
        and criteria.seller is None
        and criteria.customer is None
        and criteria.minimum is None
        and criteria.maximum is None
        and criteria.late_from is None
        and criteria.late_to is None
        and criteria.changed is None
        and not criteria.stated
        and not criteria.paid_late
        and criteria.snoozed is None
    )


def to_tally_condition(criteria: Criteria) -> Condition:
    """Write *criteria* as SQL over the table of tallies; see `is_tallied`."""
    condition = Condition(criteria.today)
    condition.table, condition.parts = "tallies", ["invoices > 0"]
    _add_basics(condition, criteria)
    condition.add_choice("status", criteria.statuses)
    return condition


def to_order(criteria: Criteria) -> str:
    """Write the sort of *criteria* as SQL; what is not stated comes last."""
    down = " desc" if criteria.descending else ""
    match criteria.sort:
        case "issued_on":
            return f"issued_on{down}, connection, key{down}"
        case "due_on":
            return f"due_on{down} nulls last, key"
        case "age":
            up = "" if criteria.descending else " desc"
            return f"{criteria.age_by}{up} nulls last, key"
        case "number":
            return f"number_folded{down}, key"
        case "total" | "balance":
            # Amounts of several currencies are compared as numbers; no better order
            # exists without a rate.
            field = criteria.sort
            return f"{field} is null, cast({field} as real){down}, key"


def _add_status(condition: Condition, criteria: Criteria) -> None:
    if criteria.statuses and set(criteria.statuses) <= set(OWED):
        condition.add(OWED_SQL)
        _look_among_owed(condition, criteria)
    if set(criteria.statuses) != set(OWED):
        condition.add_choice("status", criteria.statuses)
    if criteria.overdue is False:
        condition.add(f"not coalesce({OVERDUE_SQL}, 0)")
    aged = criteria.late_from is not None or criteria.late_to is not None
    if criteria.overdue or (aged and criteria.age_by == "due_on"):
        condition.add(OWED_SQL)
        condition.add(OVERDUE_SQL)
        _look_among_owed(condition, criteria)
    if criteria.late_from is not None:
        day = criteria.today - timedelta(days=criteria.late_from)
        condition.add(f"{criteria.age_by} <= :late_from", late_from=day.isoformat())
    if criteria.late_to is not None:
        day = criteria.today - timedelta(days=criteria.late_to)
        condition.add(f"{criteria.age_by} >= :late_to", late_to=day.isoformat())


def _add_texts(condition: Condition, criteria: Criteria) -> None:
    """Look for words in the index of texts, which is shorter than the table."""
    wanted = {
        "text": criteria.text,
        "seller": criteria.seller,
        "customer": criteria.customer,
    }
    said = {name: text for name, text in wanted.items() if text is not None}
    if said:
        found = " and ".join(_found_in(name, text) for name, text in said.items())
        condition.add(
            "key in (select key from invoices indexed by invoices_search "  # noqa: S608  # our own words
            f"where withdrawn_at is null and {found})",
            **{name: fold_text(_bare(name, text)) for name, text in said.items()},
        )


def _found_in(name: str, text: str) -> str:
    """Look for a whole name, or for words anywhere in their place."""
    if name in _EXACTLY and not text.endswith(ANY_WITH):
        return _EXACTLY[name]
    return f"instr({SEARCHED_IN[name]}, :{name}) > 0"


def _bare(name: str, text: str) -> str:
    return text.removesuffix(ANY_WITH) if name in _EXACTLY else text


def _look_among_owed(condition: Condition, criteria: Criteria) -> None:
    """Name the index of the few that are owed, which SQLite does not see by itself."""
    if criteria.months is not None:
        condition.table = "invoices indexed by invoices_owed_month"
        condition.sums_table = condition.table
    elif criteria.days is None or criteria.day_field == "due_on":
        condition.table = "invoices indexed by invoices_owed"
        condition.sums_table = "invoices indexed by invoices_owed_sums"


def _add_amounts(condition: Condition, criteria: Criteria) -> None:
    if criteria.minimum is not None:
        sign = ">" if criteria.above else ">="
        _add_bound(condition, criteria, sign, criteria.minimum, "minimum")
    if criteria.maximum is not None:
        sign = "<" if criteria.below else "<="
        _add_bound(condition, criteria, sign, criteria.maximum, "maximum")


def _add_bound(
    condition: Condition, criteria: Criteria, sign: str, bound: Decimal, name: str
) -> None:
    """Compare in whole minor units, rounded so that the comparison stays exact."""
    rounding = ROUND_FLOOR if sign in (">", "<=") else ROUND_CEILING
    cases, parameters = [], {}
    for digits in _DIGITS:
        minor = int(bound.scaleb(digits).to_integral_value(rounding=rounding))
        cases.append(f"when {digits} then :{name}{digits}")
        parameters[f"{name}{digits}"] = max(min(minor, 2**63 - 1), -(2**63))
    column = criteria.amount
    condition.add(
        f"case when digits < 0 then cast({column} as real) {sign} :{name} else "
        f"{column}_minor {sign} case digits {' '.join(cases)} end end",
        **{name: float(bound)},
        **parameters,
    )

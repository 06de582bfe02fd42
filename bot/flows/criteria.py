"""From a question to the rows of the snapshot that it is about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.queries.model import Bound, Period, Query, Stated
from providers.models import OWED
from storage.criteria import Criteria, DayField
from storage.moments import to_text

#: How providers may write what our own statuses do not say, in lower case. None of the
#: three documents such a word today; whatever one sends is kept beside our status.
STATED: Mapping[Stated, tuple[str, ...]] = {
    "disputed": ("disputed", "dispute", "in dispute", "under dispute", "indispute"),
    "void": ("void", "voided", "cancelled", "canceled", "deleted"),
}


def criteria_of(query: Query, *, today: date, zone: tzinfo = UTC) -> Criteria:
    """Say which rows of the snapshot *query* is about; *zone* is where days begin."""
    lowest, highest = query.minimum, query.maximum
    return Criteria(
        today=today,
        months=_months(query.period),
        days=_days(query.period),
        day_field=_day_field(query.period),
        connections=query.connections,
        not_connections=query.not_connections,
        statuses=query.status,
        kinds=query.kinds,
        overdue=query.overdue,
        text=query.text,
        seller=query.seller,
        customer=query.customer,
        currency=query.currency,
        amount="balance" if about_owed(query) else "total",
        minimum=lowest.value if lowest else None,
        above=bool(lowest and lowest.strict),
        maximum=highest.value if highest else None,
        below=bool(highest and highest.strict),
        late_from=_whole_days(query.age_from, +1),
        late_to=_whole_days(query.age_to, -1),
        age_by="issued_on" if query.age_basis == "issued" else "due_on",
        changed=_changed(query.period, zone),
        stated=tuple(word for each in query.stated for word in STATED[each]),
        paid_late=query.paid_late,
        snoozed=query.snoozed,
        sort=query.sort,
        descending=query.descending,
    )


_DAY_FIELDS: Mapping[str, DayField] = {
    "billed": "issued_on",
    "issued": "issued_on",
    "due": "due_on",
    "paid": "paid_on",
}


def _day_field(period: Period | None) -> DayField:
    return _DAY_FIELDS.get(period.field, "issued_on") if period else "issued_on"


def is_broad(query: Query) -> bool:
    """Tell whether the rows of *query* can only be found by looking at very many.

    Sums by month are kept, and what is owed has indexes; words, amounts and days of
    years' worth of invoices have not, and customers stand in the line items of each.
    """
    period = query.period
    return bool(
        query.text
        or query.seller
        or query.customer
        or query.stated
        or query.paid_late
        or query.minimum
        or query.maximum
        or {query.group, query.aged_by} & {"seller", "customer"}
        or (query.sort in ("total", "balance", "number") and not about_owed(query))
        or (period and not _by_month(period))
    )


def about_owed(query: Query) -> bool:
    """Tell whether only what is owed is asked for."""
    return bool(query.status) and set(query.status) <= set(OWED)


def _by_month(period: Period | None) -> bool:
    """Tell whether billing periods count: whole months, of no named date."""
    return period is not None and period.whole_months and period.field == "billed"


def _months(period: Period | None) -> tuple[str | None, str | None] | None:
    if period is None or not _by_month(period):
        return None
    return (
        f"{period.first:%Y-%m}" if period.first else None,
        f"{period.last:%Y-%m}" if period.last else None,
    )


def _days(period: Period | None) -> tuple[date | None, date | None] | None:
    if period is None or _by_month(period) or period.field == "updated":
        return None
    return (period.first, period.last)


def _changed(
    period: Period | None, zone: tzinfo
) -> tuple[str | None, str | None] | None:
    """Turn days of *zone* into the moments at which they begin and end."""
    if period is None or period.field != "updated":
        return None
    first, last = period.first, period.last
    return (
        _midnight(first, zone) if first else None,
        _midnight(last + timedelta(days=1), zone) if last else None,
    )


def _midnight(day: date, zone: tzinfo) -> str:
    return to_text(datetime.combine(day, time(), zone))


def _whole_days(bound: Bound | None, step: int) -> int | None:
    """Turn a bound on ages into whole days, both ends included."""
    if bound is None:
        return None
    return int(bound.value) + (step if bound.strict else 0)

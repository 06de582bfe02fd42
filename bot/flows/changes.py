"""What happened in a span of days, from the events that are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from sqlite_utils import Database

from bot.answers.history import Happening
from bot.answers.model import Changes, Freshness
from bot.queries.model import Bound, Query
from bot.tracking import digest
from bot.tracking.events import Baseline, DocumentEvent, Trouble, from_json
from storage import cursors, events
from storage.folding import fold_text
from storage.reader import Reader


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until before another; ``None``: until now."""

    first: datetime
    end: datetime | None


def changes_of(  # noqa: PLR0913 - a question, and what its answer depends on
    store: Reader,
    query: Query,
    *,
    freshness: tuple[Freshness, ...],
    today: date,
    zone: tzinfo,
    page: int,
    rows: int,
) -> Changes:
    """Answer what changed, a page of it; counts and totals are over all."""
    names = tuple(each.connection for each in freshness)
    found = store.held(_found, query, span_of(query, today, zone), names)
    told = [each.event for each in found]
    order = digest.arrange(told)
    page = max(1, min(page, -(-len(found) // rows)))
    shown = order[(page - 1) * rows : page * rows]
    return Changes(
        query=query,
        today=today,
        happenings=tuple(found[at] for at in shown),
        count=len(found),
        page=page,
        kinds=tuple(digest.count_kinds(told)),
        totals=tuple(digest.totals(told)),
        freshness=freshness,
        known_since=_known_since(store, names),
    )


def span_of(query: Query, today: date, zone: tzinfo) -> Span:
    """Give the moments at which the days asked about begin and end in *zone*."""
    period = query.period
    first = today if period is None or period.first is None else period.first
    last = None if period is None else period.last
    end = None if last is None else _midnight(last + timedelta(days=1), zone)
    return Span(_midnight(first, zone), end)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _found(
    db: Database, query: Query, span: Span, names: Collection[str]
) -> tuple[Happening, ...]:
    stored = events.between(db, span.first, span.end, connections=names)
    happened = []
    for each in stored:
        event = from_json(each.payload)
        if not isinstance(event, Trouble | Baseline) and _is_meant(event, query):
            happened.append(Happening(each.happened_at, event))
    return tuple(happened)


def _is_meant(event: DocumentEvent, query: Query) -> bool:
    """Hold an event against the filters that this question can have."""
    if query.kinds and event.kind not in query.kinds:
        return False
    if query.currency is not None and event.currency != query.currency:
        return False
    if not (_above(event.total, query.minimum) and _below(event.total, query.maximum)):
        return False
    seller = fold_text(event.counterparty or "")
    if query.seller is not None and fold_text(query.seller) not in seller:
        return False
    return query.text is None or fold_text(query.text) in fold_text(
        f"{event.number} {event.counterparty or ''}"
    )


def _above(amount: Decimal | None, bound: Bound | None) -> bool:
    if bound is None:
        return True
    if amount is None:
        return False
    return amount > bound.value if bound.strict else amount >= bound.value


def _below(amount: Decimal | None, bound: Bound | None) -> bool:
    if bound is None:
        return True
    if amount is None:
        return False
    return amount < bound.value if bound.strict else amount <= bound.value


def _known_since(store: Reader, names: Collection[str]) -> datetime | None:
    begun = [
        each.baseline_at
        for each in store.held(cursors.state)
        if each.name in names and each.baseline_at is not None
    ]
    return min(begun, default=None)

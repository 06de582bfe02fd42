"""Many events told together: what comes first, what is shown, what adds up. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.tracking.events import (
    Baseline,
    DocumentEvent,
    DueSoon,
    EventKind,
    InvoiceEvent,
    Overdue,
    Payment,
    Trouble,
    event_kind,
)
from providers.models import Kind

#: Events shown in the message itself; the others are in its thread.
SHOWN = 10
#: Events in one message of the thread: a block each, and room below 12,000 characters.
REST_PER_MESSAGE = 40

#: What comes first: what somebody has to act on.
ORDER: tuple[EventKind, ...] = (
    "trouble",
    "overdue",
    "due_soon",
    "issued",
    "payment",
    "amended",
    "withdrawn",
    "baseline",
)


@dataclass(frozen=True, slots=True)
class Split:
    """Positions of the events shown in the message and, by message, in its thread."""

    shown: tuple[int, ...]
    rest: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class EventTotal:
    """What the events of one kind come to, for one sort of document and currency.

    *amount* adds what is new (issued), what was paid (payment), or what is owed
    (overdue, due soon), each document once; *not_stated* counts those without one.
    """

    event: EventKind
    kind: Kind
    currency: str
    documents: int
    amount: Decimal
    not_stated: int


def arrange(events: Sequence[InvoiceEvent]) -> list[int]:
    """Order positions by what has to be acted on first, then as it happened.

    What happened to one document stays in the order in which it happened: what came
    before its most urgent event stands directly before that.
    """
    places = {kind: place for place, kind in enumerate(ORDER)}
    keys = [(places[event_kind(event)], at) for at, event in enumerate(events)]
    before = _with_later(events, keys)
    return sorted(range(len(events)), key=lambda at: (before[at], at))


def split(
    events: Sequence[InvoiceEvent], *, shown: int = SHOWN, rest: int = REST_PER_MESSAGE
) -> Split:
    """Choose the largest *shown* events, and cut the others into messages.

    An event is as large as any later one of its document, so that none of those is
    shown without it.
    """
    ranks = _ranks(events)
    by_size = sorted(range(len(events)), key=lambda at: (ranks[at], at))
    chosen = frozenset(by_size[:shown])
    order = arrange(events)
    others = [at for at in order if at not in chosen]
    return Split(
        shown=tuple(at for at in order if at in chosen),
        rest=tuple(
            tuple(others[start : start + rest]) for start in range(0, len(others), rest)
        ),
    )


def count_kinds(events: Sequence[InvoiceEvent]) -> list[tuple[EventKind, int]]:
    """Count the events of each kind, in the order they are told."""
    counted = Counter(event_kind(event) for event in events)
    return [(kind, counted[kind]) for kind in ORDER if counted[kind]]


def amount_of(event: DocumentEvent) -> Decimal | None:
    """Say what *event* is about in money: paid, owed, or else the total."""
    if isinstance(event, Payment):
        if event.before is None or event.after is None:
            return None
        return event.before - event.after
    if isinstance(event, Overdue | DueSoon):
        return event.balance
    return event.total


def totals(events: Sequence[InvoiceEvent]) -> list[EventTotal]:
    """Add the events up, by kind, sort of document and currency, never across them."""
    sums: dict[tuple[EventKind, Kind, str], dict[object, Decimal | None]]
    sums = defaultdict(dict)
    for at, event in enumerate(events):
        if isinstance(event, Trouble | Baseline):
            continue
        group = sums[event_kind(event), event.kind, event.currency]
        # Two payments are two amounts; two reminders are about the same debt.
        document = at if isinstance(event, Payment) else (event.connection, event.id)
        group[document] = amount_of(event)
    ordered = sorted(sums, key=lambda key: (ORDER.index(key[0]), key[1:]))
    return [_total(*key, list(sums[key].values())) for key in ordered]


def _total(
    event: EventKind, kind: Kind, currency: str, amounts: list[Decimal | None]
) -> EventTotal:
    stated = [amount for amount in amounts if amount is not None]
    return EventTotal(
        event=event,
        kind=kind,
        currency=currency,
        documents=len(amounts),
        amount=sum(stated, Decimal(0)),
        not_stated=len(amounts) - len(stated),
    )


def _ranks(events: Sequence[InvoiceEvent]) -> list[tuple[int, int]]:
    """Rank by size within each currency: amounts of two currencies do not compare.

    So the largest of every currency come first, then the second largest of each.
    """
    sizes: dict[str, list[tuple[Decimal, int]]] = defaultdict(list)
    ranks = [(-1, at) for at in range(len(events))]
    for at, event in enumerate(events):
        if not isinstance(event, Trouble | Baseline):
            size = amount_of(event) or event.total or Decimal(0)
            sizes[event.currency].append((-size, at))
    for group in sizes.values():
        for rank, (_, at) in enumerate(sorted(group)):
            ranks[at] = (rank, at)
    return _with_later(events, ranks)


def _with_later(
    events: Sequence[InvoiceEvent], keys: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Give each event the smallest key of itself and its document's later ones."""
    found = list(keys)
    smallest: dict[tuple[str, str], tuple[int, int]] = {}
    for at in reversed(range(len(events))):
        event = events[at]
        if not isinstance(event, Trouble | Baseline):
            document = (event.connection, event.id)
            found[at] = min(keys[at], smallest.get(document, keys[at]))
            smallest[document] = found[at]
    return found

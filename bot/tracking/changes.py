"""What a digest tells more or less of than the digest before it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.tracking.digest import ORDER, EventTotal
from bot.tracking.events import EventKind
from providers.models import Kind


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed in one currency, as it is told when nothing happened.

    Amounts are ``None`` where none is stated.
    """

    currency: str
    invoices: int
    balance: Decimal | None
    overdue: int
    overdue_balance: Decimal | None


@dataclass(frozen=True, slots=True)
class Before:
    """What the digest before told, and for which time it was."""

    at: datetime
    totals: tuple[EventTotal, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Documents more (or fewer, below zero), and the amount by which they are more.

    *amount* is ``None`` where either digest had amounts that are not stated. *now* is
    the total of this digest, without documents where it has none.
    """

    now: EventTotal
    documents: int
    amount: Decimal | None


def compare(now: Sequence[EventTotal], before: Sequence[EventTotal]) -> list[Change]:
    """Compare each total with that of the same kind and currency before."""
    new, old = ({_key(each): each for each in totals} for totals in (now, before))
    keys = sorted({*new, *old}, key=lambda key: (ORDER.index(key[0]), key[1:]))
    return [
        _change(new.get(key) or _nothing(key), old.get(key) or _nothing(key))
        for key in keys
    ]


def to_plain(totals: Sequence[EventTotal]) -> list[dict[str, Any]]:
    """Write totals as JSON has them."""
    return [
        {
            "event": each.event,
            "kind": each.kind,
            "currency": each.currency,
            "documents": each.documents,
            "amount": str(each.amount),
            "not_stated": each.not_stated,
        }
        for each in totals
    ]


def from_plain(totals: Sequence[Mapping[str, Any]]) -> tuple[EventTotal, ...]:
    """Read what `to_plain` wrote."""
    return tuple(
        EventTotal(
            event=each["event"],
            kind=each["kind"],
            currency=each["currency"],
            documents=each["documents"],
            amount=Decimal(each["amount"]),
            not_stated=each["not_stated"],
        )
        for each in totals
    )


def _key(total: EventTotal) -> tuple[EventKind, Kind, str]:
    return total.event, total.kind, total.currency


def _nothing(key: tuple[EventKind, Kind, str]) -> EventTotal:
    return EventTotal(*key, documents=0, amount=Decimal(0), not_stated=0)


def _change(now: EventTotal, before: EventTotal) -> Change:
    stated = not (now.not_stated or before.not_stated)
    return Change(
        now=now,
        documents=now.documents - before.documents,
        amount=now.amount - before.amount if stated else None,
    )

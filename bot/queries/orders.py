"""What can be ordered besides answers: subscriptions, as values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, assert_never

from bot.queries.commands import to_command
from bot.queries.model import Context, Query
from bot.queries.times import words_of

#: What a subscription may be about, in the words that are typed.
Wanted = Literal["new", "overdue", "due", "changes", "digest"]
#: Stands in place of a channel for the direct message with whoever asks.
ME = "me"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the connections are read, and how long before it due soon is told."""

    every: timedelta = timedelta(minutes=15)
    due_soon: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Post what is *wanted*; with *preview*, only say what that would have been.

    *cron* is ``None`` for "as it is found". *channel* is a Slack id, `ME`, or empty
    where it is typed. Of *filters* only what selects by connection, kind, amount,
    currency and text is ever set.
    """

    wanted: tuple[Wanted, ...]
    cron: str | None = None
    filters: Query = field(default_factory=Query)
    channel: str = ""
    preview: bool = False


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    """Say which subscriptions there are."""


@dataclass(frozen=True, slots=True)
class StopSubscription:
    """End the subscription whose id begins with *id*."""

    id: str


Order = Subscribe | ListSubscriptions | StopSubscription


def order_command(order: Order, context: Context, pace: Pace) -> str:
    """Write *order* as a command that is read as the same order."""
    match order:
        case ListSubscriptions():
            return "/invoices subscribe list"
        case StopSubscription(id=key):
            return f"/invoices subscribe stop {key}"
        case Subscribe():
            return " ".join(("/invoices subscribe", *_words(order, context, pace)))
        case _:
            assert_never(order)


def _words(order: Subscribe, context: Context, pace: Pace) -> Iterator[str]:
    if order.preview:
        yield "preview"
    for each in order.wanted:
        yield f"due:{span_of(pace)}" if each == "due" else each
    if order.cron is not None:
        yield words_of(order.cron) or f'"{order.cron}"'
    filters = to_command(order.filters, context).removeprefix("/invoices")
    if filters != " all":
        yield filters.strip()
    if order.channel == ME:
        yield "to me"
    elif order.channel:
        yield f"in <#{order.channel}>"


def span_of(pace: Pace) -> str:
    """Write how long before the due date due soon is told: ``3d``."""
    return f"{-(-pace.due_soon // timedelta(days=1))}d"

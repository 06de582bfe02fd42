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
#: What happens to a message when an invoice in it changes: a line in its thread, a
#: message of its own, or nothing but the message's new text.
Follow = Literal["thread", "message", "update"]
Attach = Literal["csv", "xlsx"]
#: Stands in place of a channel for the direct message with whoever asks.
ME = "me"


FOLLOW_WORDS: dict[Follow, str] = {
    "thread": "updates in thread",
    "message": "new message",
    "update": "only update",
}


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
    currency and text is ever set. *even_if_empty* and *attach* are about what comes by
    *cron*: it comes with nothing to tell, too, and with its invoices as a file.
    """

    wanted: tuple[Wanted, ...]
    cron: str | None = None
    filters: Query = field(default_factory=Query)
    channel: str = ""
    preview: bool = False
    follow: Follow = "message"
    even_if_empty: bool = False
    attach: Attach | None = None


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """Say how one is made, with the button that opens its form."""


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    """Say which subscriptions there are."""


@dataclass(frozen=True, slots=True)
class StopSubscription:
    """End the subscription whose id begins with *id*."""

    id: str


@dataclass(frozen=True, slots=True)
class ResumeSubscription:
    """Try the closed channel of the subscription whose id begins with *id* at once."""

    id: str


Order = (
    Subscribe
    | NewSubscription
    | ListSubscriptions
    | StopSubscription
    | ResumeSubscription
)


def order_command(order: Order, context: Context, pace: Pace) -> str:
    """Write *order* as a command that is read as the same order."""
    match order:
        case ListSubscriptions():
            return "/invoices subscribe list"
        case NewSubscription():
            return "/invoices subscribe"
        case StopSubscription(id=key):
            return f"/invoices subscribe stop {key}"
        case ResumeSubscription(id=key):
            return f"/invoices subscribe resume {key}"
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
    if order.follow != "message":
        yield FOLLOW_WORDS[order.follow]
    if order.even_if_empty:
        yield "even if empty"
    if order.attach is not None:
        yield f"with {order.attach}"
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

"""What a subscription posts, where, when and how, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.queries.model import Bound, Query
from bot.queries.orders import Attach, Follow, Pace
from bot.queries.orders import span_of as due_span
from bot.queries.times import words_of
from bot.queries.wording import mark
from bot.views import ids, words
from bot.views.kit import (
    MAX_FALLBACK,
    Block,
    Element,
    Message,
    actions,
    button,
    cut_mrkdwn,
    outside,
    plain,
    section,
)
from bot.views.reading import filters_of

#: One of them is "every day", without its number.
_UNITS = (
    (timedelta(days=1), mark("day"), mark("{n} days")),
    (timedelta(hours=1), mark("hour"), mark("{n} hours")),
    (timedelta(minutes=1), mark("minute"), mark("{n} minutes")),
)
#: Shows every subscription.
LIST = "/invoices subscribe list"
_EVENTS = {
    "issued": "new invoices and credit notes",
    "overdue": "overdue invoices (with reminders)",
    "due_soon": "invoices that are due soon",
    "amended": "amendments",
    "payment": "payments",
    "withdrawn": "withdrawals",
    "trouble": "trouble with a connection",
}


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nothing is posted just now, what opens the channel, and since when."""

    why: str
    step: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A subscription as it is shown; moments are in the zone they are told in.

    *cron* is ``None`` for "as it is found"; *made_by* is a Slack id, ``None`` for one
    of the configuration file. *filters* selects by connection, kind, amount and text.
    """

    key: str
    channel: str
    events: tuple[str, ...]
    filters: Query
    cron: str | None
    made_by: str | None
    next_at: datetime | None = None
    last_post: datetime | None = None
    follow: Follow = "message"
    even_if_empty: bool = False
    attach: Attach | None = None
    paused: Pause | None = None

    @property
    def id(self) -> str:
        """The part of the key that people type."""
        return self.key[:8]


def new_message(pace: Pace) -> Message:
    """Say how a subscription is made: by its form, or in words."""
    said = (
        "*A subscription posts news by itself, here or where you say.* Press New "
        "subscription, or type what to post after `/invoices subscribe`: `new`, "
        f"`overdue`, `due:{due_span(pace)}`, `changes` or `digest`; then when "
        "(`weekdays 09:00`), which (`swo`, `over 1000 eur`) and where (`in` a channel, "
        "`to me`)."
    )
    row = beginning(run_button("All subscriptions", 9, LIST))
    return Message(fallback([said]), [section(said), row])


def made_message(entry: Entry, *, begun: str, every: timedelta) -> Message:
    """Say exactly what will be posted where, when next, and how to stop it.

    *begun* is the sentence that says what became of it.
    """
    lines = [
        f"*{begun}*",
        f"{sentence(what_of(entry))} {_posted(entry)} in {place_of(entry.channel)}, "
        f"{when_of(entry, every=every)}.",
        *manner_of(entry),
    ]
    if entry.made_by is None:
        lines.append("It stands in the configuration file, where an admin can end it.")
    buttons = []
    if entry.made_by is not None:
        buttons = [edit_button(entry), stop_button(entry, "Stop it")]
    return Message(
        fallback(lines),
        [
            section("\n".join(lines)),
            actions("subscription", *buttons, run_button("All subscriptions", 9, LIST)),
        ],
    )


def stopped_message(entry: Entry) -> Message:
    """Say what is no longer posted."""
    said = (
        f"*Subscription {entry.id} is stopped.* {sentence(what_of(entry))} are no "
        f"longer posted in {place_of(entry.channel)} by it. What was being posted "
        "already may still come."
    )
    return Message(
        fallback([said]),
        [
            section(said),
            actions("subscription", run_button("All subscriptions", 9, LIST)),
        ],
    )


def refused_message(problem: str, *, again: str = "") -> Message:
    """Say why something about a subscription is not done; *again* is a command.

    The *problem* is mrkdwn of our own.
    """
    row = [run_button("Try again", 1, again)] if again else []
    buttons = actions("subscription", *row, run_button("All subscriptions", 9, LIST))
    return Message(fallback([problem]), [section(problem), buttons])


def what_of(entry: Entry) -> str:
    """Say what is told: ``payments of i3d, over 1,000 EUR``."""
    kinds = [_EVENTS[each] for each in _EVENTS if each in entry.events]
    said = "everything that happens" if len(kinds) == len(_EVENTS) else _joined(kinds)
    query = entry.filters
    if query.connections:
        said += f" of {', '.join(query.connections)}"
    rest = filters_of(replace(query, minimum=None, maximum=None, currency=None))
    return ", ".join([said, *rest, *_amounts(query)])


def when_of(entry: Entry, *, every: timedelta) -> str:
    """Say when it is posted, and when next."""
    if entry.cron is None:
        return f"as they are found (the data is read every {span_of(every)})"
    said = words_of(entry.cron) or f"by the cron line `{outside(entry.cron, 100)}`"
    if entry.next_at is None:
        return said
    zone = outside(str(entry.next_at.tzinfo), 60)
    return f"{said} ({zone}), next on {moment_of(entry.next_at)}"


def moment_of(when: datetime) -> str:
    """Say a moment: ``Mon 24 Nov 2025 at 09:00``."""
    return f"{when:%a} {words.day(when.date())} at {words.clock(when)}"


def place_of(channel: str) -> str:
    """Name a place: a link to the channel, or the direct message."""
    if channel.startswith(("D", "U", "W")):
        return "our direct message"
    return f"<#{channel}>"


def span_of(every: timedelta) -> str:
    """Say how often: ``15 minutes``, ``6 hours``, ``30 seconds``."""
    for unit, one, many in _UNITS:
        if every >= unit and every % unit == timedelta(0):
            return words.count(every // unit, one, many)
    return words.count(int(every.total_seconds()), "second", "{n} seconds")


def manner_of(entry: Entry) -> Iterator[str]:
    """Say how it is told, in sentences, where that is not as usual."""
    if entry.cron is not None and entry.even_if_empty:
        yield "When there is nothing to tell, it says so, with what is still owed."
    elif entry.cron is not None:
        yield "When there is nothing to tell, nothing is posted."
    if entry.attach is not None:
        yield f"Its invoices come in its thread as a file ({entry.attach.upper()})."
    if entry.follow == "thread":
        yield "What changes about an invoice later is told in its message's thread."
    if entry.follow == "update":
        yield "What changes about an invoice later only updates the message."


def _posted(entry: Entry) -> str:
    return "are posted" if entry.cron is None else "are posted together"


def _joined(kinds: Sequence[str]) -> str:
    if len(kinds) < 2:
        return "".join(kinds)
    return f"{', '.join(kinds[:-1])} and {kinds[-1]}"


def _amounts(query: Query) -> Iterator[str]:
    low, high, currency = query.minimum, query.maximum, query.currency
    said = []
    if low is not None:
        said.append(f"{'over' if low.strict else 'at least'} {_figure(low, currency)}")
    if high is not None:
        said.append(
            f"{'under' if high.strict else 'at most'} {_figure(high, currency)}"
        )
    if said:
        yield " and ".join(said)
    elif currency:
        yield f"in {currency}"


def _figure(bound: Bound, currency: str | None) -> str:
    return (
        f"{words.figure(bound.value.normalize())} {currency or 'in its own currency'}"
    )


def sentence(text: str) -> str:
    """Begin a sentence with *text*."""
    return f"{text[:1].upper()}{text[1:]}"


def beginning(*more: Element) -> Block:
    """Make the row that begins a subscription: the form, and examples."""
    examples = ("/invoices subscribe new", "/invoices subscribe overdue")
    return actions(
        "suggestions",
        {**new_button(), "style": "primary"},
        *(run_button(each, at, each) for at, each in enumerate(examples, 1)),
        *more,
    )


def new_button() -> Element:
    """Make the button that opens the form for a new subscription."""
    return button("New subscription", ids.SUBSCRIPTION_NEW, "new")


def edit_button(entry: Entry, number: int = 1) -> Element:
    """Make the button that opens the form with what a subscription is now."""
    value = ids.SubscriptionRef(id=entry.key).model_dump_json()
    return button("Edit", f"{ids.SUBSCRIPTION_EDIT}:{number}", value)


def stop_button(entry: Entry, label: str, number: int = 1) -> Element:
    """Make the button that ends a subscription."""
    element = run_button(label, number, f"/invoices subscribe stop {entry.key}")
    return {**element, "style": "danger"}


def run_button(label: str, number: int, command: str) -> Element:
    """Make a button that carries out *command*; *number* tells it from others."""
    return button(
        plain(label, 75), f"{ids.RUN_COMMAND}:{number}", ids.answer_value(command)
    )


def fallback(lines: Sequence[str]) -> str:
    """Write lines of mrkdwn as the text of a message."""
    text = " ".join(lines).replace("*", "").replace("\n", "; ")
    return cut_mrkdwn(text, MAX_FALLBACK)

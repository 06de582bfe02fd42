"""What is said of a subscription that is made, stopped or refused; its buttons."""

from collections.abc import Sequence
from datetime import timedelta

from bot.queries.orders import Pace
from bot.queries.orders import span_of as due_span
from bot.queries.wording import tr
from bot.views import ids
from bot.views.entry import Entry, manner_of, place_of, what_of, when_of
from bot.views.kit import (
    MAX_FALLBACK,
    Block,
    Element,
    Message,
    actions,
    button,
    cut_mrkdwn,
    plain,
    section,
)

#: Shows every subscription.
LIST = "/invoices subscribe list"


def new_message(pace: Pace) -> Message:
    """Say how a subscription is made: by its form, or in words."""
    said = tr(
        "*A subscription posts news by itself, here or where you say.* Press New "
        "subscription, or type what to post after `/invoices subscribe`: `new`, "
        "`overdue`, `due:{span}`, `changes` or `digest`; then when (`weekdays 09:00`), "
        "which (`swo`, `over 1000 eur`) and where (`in` a channel, `to me`).",
        span=due_span(pace),
    )
    row = beginning(_all_button())
    return Message(fallback([said]), [section(said), row])


def made_message(entry: Entry, *, begun: str, every: timedelta) -> Message:
    """Say exactly what will be posted where, when next, and how to stop it.

    *begun* is the sentence that says what became of it.
    """
    lines = [
        f"*{begun}*",
        _posted(entry, every=every),
        *manner_of(entry),
    ]
    if entry.made_by is None:
        lines.append(
            tr("It stands in the configuration file, where an admin can end it.")
        )
    buttons = []
    if entry.made_by is not None:
        buttons = [edit_button(entry), stop_button(entry, tr("Stop it"))]
    return Message(
        fallback(lines),
        [
            section("\n".join(lines)),
            actions("subscription", *buttons, _all_button()),
        ],
    )


def stopped_message(entry: Entry) -> Message:
    """Say what is no longer posted."""
    said = tr(
        "*Subscription {id} is stopped.* {What} are no longer posted in {place} by it. "
        "What was being posted already may still come.",
        id=entry.id,
        What=what_of(entry, begins=True),
        place=place_of(entry.channel),
    )
    return Message(
        fallback([said]), [section(said), actions("subscription", _all_button())]
    )


def refused_message(problem: str, *, again: str = "") -> Message:
    """Say why something about a subscription is not done; *again* is a command.

    The *problem* is mrkdwn of our own.
    """
    row = [run_button(tr("Try again"), 1, again)] if again else []
    buttons = actions("subscription", *row, _all_button())
    return Message(fallback([problem]), [section(problem), buttons])


def _posted(entry: Entry, *, every: timedelta) -> str:
    what, place = what_of(entry, begins=True), place_of(entry.channel)
    when = when_of(entry, every=every)
    if entry.cron is None:
        return tr(
            "{What} are posted in {place}, {when}.", What=what, place=place, when=when
        )
    return tr(
        "{What} are posted together in {place}, {when}.",
        What=what,
        place=place,
        when=when,
    )


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
    return button(tr("New subscription"), ids.SUBSCRIPTION_NEW, "new")


def edit_button(entry: Entry, number: int = 1) -> Element:
    """Make the button that opens the form with what a subscription is now."""
    value = ids.SubscriptionRef(id=entry.key).model_dump_json()
    return button(tr("Edit"), f"{ids.SUBSCRIPTION_EDIT}:{number}", value)


def _all_button() -> Element:
    return run_button(tr("All subscriptions"), 9, LIST)


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

"""The list of subscriptions, each with what can be done about it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.views import words
from bot.views.kit import Block, Element, Message, actions, context, cut_mrkdwn, section
from bot.views.subscription import (
    Entry,
    beginning,
    edit_button,
    fallback,
    new_button,
    place_of,
    run_button,
    sentence,
    stop_button,
    what_of,
    when_of,
)

#: Subscriptions in one list; blocks and characters for more would not fit.
SHOWN = 20
#: Characters of what each of them is about.
WHAT = 240


def list_message(
    entries: Sequence[Entry], *, every: timedelta, now: datetime
) -> Message:
    """List subscriptions: what, where, when, by whom, the last post; Edit and Stop."""
    if not entries:
        said = (
            "There are no subscriptions yet. `/invoices subscribe overdue weekdays "
            "09:00` makes one for the channel it is typed in."
        )
        return Message(said, [section(said), beginning()])
    head = f"*{words.count(len(entries), '{n} subscription', '{n} subscriptions')}*"
    texts = [
        "\n".join(_entry_lines(entry, every=every, now=now))
        for entry in entries[:SHOWN]
    ]
    blocks: list[Block] = [section(head)]
    for at, (entry, text) in enumerate(zip(entries, texts, strict=False), 1):
        blocks.append(section(text))
        buttons = list(_entry_buttons(entry, at))
        if buttons:
            blocks.append(actions(f"subscription{at}", *buttons))
    if len(entries) > SHOWN:
        more = words.count(len(entries) - SHOWN, "{n} other", "{n} others")
        blocks.append(
            context(f"{more}; those of a channel come first when you list them there.")
        )
    blocks.append(actions("new", new_button()))
    return Message(fallback([head, *texts]), blocks)


def _entry_lines(entry: Entry, *, every: timedelta, now: datetime) -> Iterator[str]:
    yield f"*{entry.id}* {cut_mrkdwn(sentence(what_of(entry)), WHAT)}"
    yield f"In {place_of(entry.channel)}, {when_of(entry, every=every)}"
    if entry.paused is not None:
        since = words.day(entry.paused.since.date())
        yield f"*Paused* since {since}: {entry.paused.why}. {entry.paused.step}."
    ways = [*_ways(entry)]
    if ways:
        yield sentence("; ".join(ways))
    by = "the configuration file" if entry.made_by is None else f"<@{entry.made_by}>"
    last = "nothing posted yet"
    if entry.last_post is not None:
        last = f"last post {words.ago(entry.last_post, now)}"
    yield f"By {by}; {last}"


def _ways(entry: Entry) -> Iterator[str]:
    if entry.cron is not None and entry.even_if_empty:
        yield "even if empty"
    if entry.attach is not None:
        yield f"with a file ({entry.attach.upper()})"
    if entry.follow != "message":
        yield {"thread": "changes in the thread", "update": "only updated"}[
            entry.follow
        ]


def _entry_buttons(entry: Entry, at: int) -> Iterator[Element]:
    if entry.paused is not None:
        command = f"/invoices subscribe resume {entry.key}"
        yield run_button("Resume", 100 + at, command)
    if entry.made_by is not None:
        yield edit_button(entry, at)
        yield stop_button(entry, "Stop", at)

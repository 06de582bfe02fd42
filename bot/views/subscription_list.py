"""The list of subscriptions, each with what can be done about it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.queries.wording import mark, tr, trn
from bot.views import words
from bot.views.entry import (
    Entry,
    place_of,
    what_of,
    when_of,
)
from bot.views.kit import Block, Element, Message, actions, context, cut_mrkdwn, section
from bot.views.subscription import (
    beginning,
    edit_button,
    fallback,
    new_button,
    run_button,
    stop_button,
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
        said = tr(
            "There are no subscriptions yet. `/invoices subscribe overdue weekdays "
            "09:00` makes one for the channel it is typed in."
        )
        return Message(said, [section(said), beginning()])
    head = words.count(len(entries), "*{n} subscription*", "*{n} subscriptions*")
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
        more = len(entries) - SHOWN
        blocks.append(
            context(
                trn(
                    "{n} other; those of a channel come first when you list them "
                    "there.",
                    "{n} others; those of a channel come first when you list them "
                    "there.",
                    more,
                    n=words.figure(more),
                )
            )
        )
    blocks.append(actions("new", new_button()))
    return Message(fallback([head, *texts]), blocks)


def _entry_lines(entry: Entry, *, every: timedelta, now: datetime) -> Iterator[str]:
    yield f"*{entry.id}* {cut_mrkdwn(what_of(entry, begins=True), WHAT)}"
    yield tr(
        "In {place}, {when}",
        place=place_of(entry.channel),
        when=when_of(entry, every=every),
    )
    if entry.paused is not None:
        yield tr(
            "*Paused* since {day}: {reason}. {step}.",
            day=words.day(entry.paused.since.date()),
            reason=entry.paused.why,
            step=entry.paused.step,
        )
    ways = [*_ways(entry)]
    if ways:
        yield "; ".join(
            tr(texts[not at], **values) for at, (texts, values) in enumerate(ways)
        )
    last = tr("nothing posted yet")
    if entry.last_post is not None:
        last = tr("last post {ago}", ago=words.ago(entry.last_post, now))
    if entry.made_by is None:
        yield tr("By the configuration file; {last_post}", last_post=last)
    else:
        person = f"<@{entry.made_by}>"
        yield tr("By {person}; {last_post}", person=person, last_post=last)


#: How it is told: within a line, and as it begins.
_EVEN_IF_EMPTY = (mark("even if empty"), mark("Even if empty"))
_WITH_FILE = (mark("with a file ({format})"), mark("With a file ({format})"))
_FOLLOW = {
    "thread": (mark("changes in the thread"), mark("Changes in the thread")),
    "update": (mark("only updated"), mark("Only updated")),
}


def _ways(entry: Entry) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    if entry.cron is not None and entry.even_if_empty:
        yield _EVEN_IF_EMPTY, {}
    if entry.attach is not None:
        yield _WITH_FILE, {"format": entry.attach.upper()}
    if entry.follow != "message":
        yield _FOLLOW[entry.follow], {}


def _entry_buttons(entry: Entry, at: int) -> Iterator[Element]:
    if entry.paused is not None:
        command = f"/invoices subscribe resume {entry.key}"
        yield run_button(tr("Resume"), 100 + at, command)
    if entry.made_by is not None:
        yield edit_button(entry, at)
        yield stop_button(entry, tr("Stop"), at)

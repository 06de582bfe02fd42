"""How subscriptions and connections stand, as the Home tab says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness
from bot.views import ids, words
from bot.views.kit import (
    Block,
    Element,
    actions,
    button,
    context,
    outside,
    plain_text,
    section,
)
from bot.views.subscription import Entry, edit_button, place_of, what_of, when_of

#: Subscriptions shown.
SUBSCRIPTIONS = 8


@dataclass(frozen=True, slots=True)
class Moments:
    """Says moments by the clock: a page stays on the screen while an age would grow."""

    now: datetime
    zone: ZoneInfo

    def said(self, when: datetime) -> str:
        """Say a moment: ``today 09:05``, ``3 Nov 2025 09:05``."""
        local = when.astimezone(self.zone)
        if local.date() == self.now.astimezone(self.zone).date():
            return f"today {words.clock(local)}"
        return f"{words.day(local.date())} {words.clock(local)}"


def subscription_blocks(
    entries: Sequence[Entry], *, every: timedelta, moments: Moments
) -> list[Block]:
    """List subscriptions, each with what can be done about it."""
    blocks: list[Block] = []
    for number, entry in enumerate(entries[:SUBSCRIPTIONS], 1):
        said = _subscription(entry, every=every, moments=moments)
        if entry.made_by is None:
            blocks.append(section(f"{said}\nKept in the configuration file."))
            continue
        blocks.append(section(said))
        blocks.append(
            actions(
                f"subscription{number}",
                edit_button(entry, number),
                _stop_button(entry, number),
            )
        )
    if len(entries) > SUBSCRIPTIONS:
        more = words.count(len(entries) - SUBSCRIPTIONS, "{n} other", "{n} others")
        blocks.append(context(f"and {more}: `/invoices subscribe list` has them all."))
    return blocks


def connection_line(each: Freshness, held: Mapping[str, int], moments: Moments) -> str:
    """Say how a connection stands: what is held of it, when it was read, or why not."""
    label = f"*{outside(each.label, 60)}* (`{outside(each.connection, 40)}`)"
    if each.problem:
        figures = "there are no figures of it yet"
        if each.as_of is not None:
            figures = f"its figures are from {moments.said(each.as_of)}"
        return f"{label} {outside(each.problem, 300)}; {figures}"
    if each.as_of is None:
        doing = "it is being read now" if each.reading else "not read yet"
        return f"{label}: {doing}"
    documents = words.count(
        held.get(each.connection, 0), "{n} document", "{n} documents"
    )
    said = f"{label}: {documents}, last read {moments.said(each.as_of)}"
    return f"{said}; being read again now" if each.reading else said


def _subscription(entry: Entry, *, every: timedelta, moments: Moments) -> str:
    what = what_of(entry)
    last = "nothing posted yet"
    if entry.last_post is not None:
        last = f"last post {moments.said(entry.last_post)}"
    said = (
        f"*{what[:1].upper()}{what[1:]}*\nIn {place_of(entry.channel)}, "
        f"{when_of(entry, every=every)}; {last}"
    )
    if entry.paused is not None:
        said += f"\n*Paused:* {entry.paused.why}. {entry.paused.step}."
    return said


def _stop_button(entry: Entry, number: int) -> Element:
    value = ids.SubscriptionRef(id=entry.key).model_dump_json()
    stop = button("Stop", f"{ids.HOME_STOP}:{number}", value, "danger")
    said = "It posts nothing more then, for everybody in that conversation."
    return {
        **stop,
        "confirm": {
            "title": plain_text("Stop this subscription?"),
            "text": plain_text(said),
            "confirm": plain_text("Stop it"),
            "deny": plain_text("Keep it"),
            "style": "danger",
        },
    }

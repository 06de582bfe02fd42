"""How subscriptions and connections stand, as the Home tab says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness
from bot.queries.wording import tr, trn
from bot.views import ids, words
from bot.views.entry import (
    Entry,
    place_of,
    what_of,
    when_of,
)
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
from bot.views.subscription import (
    edit_button,
)

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
            return tr("today {time}", time=words.clock(local))
        return f"{words.day(local.date())} {words.clock(local)}"


def subscription_blocks(
    entries: Sequence[Entry], *, every: timedelta, moments: Moments
) -> list[Block]:
    """List subscriptions, each with what can be done about it."""
    blocks: list[Block] = []
    for number, entry in enumerate(entries[:SUBSCRIPTIONS], 1):
        said = _subscription(entry, every=every, moments=moments)
        if entry.made_by is None:
            kept = tr("Kept in the configuration file.")
            blocks.append(section(f"{said}\n{kept}"))
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
        more = words.count(
            len(entries) - SUBSCRIPTIONS,
            "and {n} other: `/invoices subscribe list` has them all.",
            "and {n} others: `/invoices subscribe list` has them all.",
        )
        blocks.append(context(more))
    return blocks


def connection_line(each: Freshness, held: Mapping[str, int], moments: Moments) -> str:
    """Say how a connection stands: what is held of it, when it was read, or why not."""
    label = f"*{outside(each.label, 60)}* (`{outside(each.connection, 40)}`)"
    if each.problem and each.as_of is None:
        return tr(
            "{connection} {problem}; there are no figures of it yet",
            connection=label,
            problem=outside(each.problem, 300),
        )
    if each.problem and each.as_of is not None:
        return tr(
            "{connection} {problem}; its figures are from {moment}",
            connection=label,
            problem=outside(each.problem, 300),
            moment=moments.said(each.as_of),
        )
    if each.as_of is None and each.reading:
        return tr("{connection}: it is being read now", connection=label)
    if each.as_of is None:
        return tr("{connection}: not read yet", connection=label)
    said = trn(
        "{connection}: {n} document, last read {moment}",
        "{connection}: {n} documents, last read {moment}",
        held.get(each.connection, 0),
        connection=label,
        n=words.figure(held.get(each.connection, 0)),
        moment=moments.said(each.as_of),
    )
    return tr("{said}; being read again now", said=said) if each.reading else said


def _subscription(entry: Entry, *, every: timedelta, moments: Moments) -> str:
    what = what_of(entry, begins=True)
    last = tr("nothing posted yet")
    if entry.last_post is not None:
        last = tr("last post {moment}", moment=moments.said(entry.last_post))
    where = tr(
        "In {channel}, {when}; {last_post}",
        channel=place_of(entry.channel),
        when=when_of(entry, every=every),
        last_post=last,
    )
    said = f"*{what}*\n{where}"
    if entry.paused is not None:
        paused = tr(
            "*Paused:* {reason}. {step}.",
            reason=entry.paused.why,
            step=entry.paused.step,
        )
        said += f"\n{paused}"
    return said


def _stop_button(entry: Entry, number: int) -> Element:
    value = ids.SubscriptionRef(id=entry.key).model_dump_json()
    stop = button(tr("Stop"), f"{ids.HOME_STOP}:{number}", value, "danger")
    said = tr("It posts nothing more then, for everybody in that conversation.")
    return {
        **stop,
        "confirm": {
            "title": plain_text(tr("Stop this subscription?")),
            "text": plain_text(said),
            "confirm": plain_text(tr("Stop it")),
            "deny": plain_text(tr("Keep it")),
            "style": "danger",
        },
    }

"""The settings that hold for everybody: what they are, who set them, how to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.answers.privacy import Level
from bot.queries.preferences import (
    DEFAULT,
    EVERYWHERE,
    ChangeSetting,
    Name,
    setting_command,
)
from bot.queries.wording import mark, tr, trn
from bot.views import ids, words
from bot.views.entry import place_of
from bot.views.kit import (
    MAX_FALLBACK,
    MAX_SECTION,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut_mrkdwn,
    outside,
    section,
)
from bot.views.privacy import RULES

#: Settings in one message; a workspace with more channels set one by one is rare.
MOST_SHOWN = 40
_NAMES: dict[Name, str] = {
    "date-order": mark("dates such as 03/04 are"),
    "number-format": mark("numbers such as 1.500 are"),
    "fiscal-year": mark("the fiscal year begins in"),
    "privacy": mark("channels show"),
}


_DATES = {"dmy": mark("3 April (dmy)"), "mdy": mark("4 March (mdy)")}
_ASKED = mark("asked")


@dataclass(frozen=True, slots=True)
class Holding:
    """A setting as it holds now; *value* is in words, *order* lets the file count.

    *set_by* is who set it in Slack, a Slack id; ``None`` where the file or nothing
    says it.
    """

    name: str
    value: str
    in_file: bool = False
    set_by: str | None = None
    set_at: datetime | None = None
    order: ChangeSetting | None = None


def settings_message(
    holding: Sequence[Holding], examples: Sequence[str], *, zone: ZoneInfo
) -> Message:
    """Say what holds now and where it comes from, with examples to change it."""
    lines = [_line(each, zone) for each in holding[:MOST_SHOWN]]
    if len(holding) > MOST_SHOWN:
        more = len(holding) - MOST_SHOWN
        lines.append(words.count(more, "and {n} more", "and {n} more"))
    head = tr("*Settings*, for everybody")
    blocks: list[Block] = [section(head)]
    blocks += [
        section(cut_mrkdwn("\n".join(lines[at : at + 10]), MAX_SECTION))
        for at in range(0, len(lines), 10)
    ]
    # No buttons: one slip of the finger would change them for everybody.
    said = ", ".join(f"`{outside(each, 80)}`" for each in examples)
    blocks.append(
        context(
            tr(
                "To change one, type it: {examples}. `default` as a value lets the "
                "configuration file count again.",
                examples=said,
            )
        )
    )
    return Message(cut_mrkdwn("\n".join([head, *lines]), MAX_FALLBACK), blocks)


def changed_message(
    order: ChangeSetting, now: Holding, *, effects: Sequence[str] = ()
) -> Message:
    """Say what holds from now on, and what that changes."""
    head = tr("*{setting}: {value}.*", setting=now.name, value=now.value)
    if order.value == DEFAULT:
        head = tr(
            "*{setting}: {value}.* That is what the configuration file says.",
            setting=now.name,
            value=now.value,
        )
    said = "\n".join([head, *effects])
    rows: list[Element] = []
    if order.value != DEFAULT:
        back = ChangeSetting(order.name, DEFAULT, order.about)
        value = ids.answer_value(setting_command(back))
        rows.append(button(tr("As in the file"), f"{ids.RUN_COMMAND}:1", value))
    every = ids.answer_value("/invoices settings")
    rows.append(button(tr("All settings"), f"{ids.RUN_COMMAND}:2", every))
    return Message(
        cut_mrkdwn(said, MAX_FALLBACK), [section(said), actions("settings", *rows)]
    )


def name_words(name: Name, about: str, *, labels: Mapping[str, str]) -> str:
    """Name a setting as a sentence begins: ``the fiscal year begins in``."""
    label = outside(labels.get(about, about), 80)
    match name:
        case "terms":
            return tr("payment terms of {label}", label=label)
        case "backfill":
            return tr("{label} is read from", label=label)
        case "privacy" if about != EVERYWHERE:
            return tr("{place} shows", place=place_of(about))
        case _:
            return tr(_NAMES[name])


def value_words(name: Name, value: str) -> str:
    """Say a value; the empty one is where nothing is set."""
    match name:
        case "terms":
            return _terms(value)
        case "privacy":
            return tr(RULES[Level(value)])
        case "date-order":
            return tr(_DATES.get(value, _ASKED))
        case "number-format":
            return (
                tr("read as in {number}", number=value) if value else tr("asked about")
            )
        case "fiscal-year":
            return words.long_month(int(value))
        case "backfill":
            return value
        case _:
            assert_never(name)


def _terms(days: str) -> str:
    if not days.isdigit():
        return tr("none")
    return words.count(int(days), "{n} day (assumed)", "{n} days (assumed)")


def effects(order: ChangeSetting, moved: int) -> list[str]:
    """Say what a change means beyond itself; *moved* counts due dates."""
    match order.name:
        case "terms" if moved:
            return [
                trn(
                    "{n} due date changed: the day of issue and these terms, marked "
                    "“(assumed)” since the provider states none. What is late by them "
                    "already is shown as overdue, but not told as news.",
                    "{n} due dates changed: the day of issue and these terms, marked "
                    "“(assumed)” since the provider states none. What is late by them "
                    "already is shown as overdue, but not told as news.",
                    moved,
                    n=words.figure(moved),
                )
            ]
        case "terms":
            return [
                tr("No due date changed; what the provider states itself counts first.")
            ]
        case "privacy":
            return [
                tr(
                    "It holds for what others see there: shared answers, mentions, "
                    "notices, digests and files. Who asks by a command still sees "
                    "everything, alone."
                )
            ]
        case _:
            return []


def not_admin_message(admins: Sequence[str]) -> Message:
    """Say who may change settings; *admins* are the ids that the file names."""
    named = ", ".join(f"<@{outside(each, 20)}>" for each in admins[:10])
    said = tr(
        "Settings hold for everybody, so only admins see and change them: owners and "
        "admins of this Slack workspace. Ask one of them."
    )
    if named:
        said = tr(
            "Settings hold for everybody, so only admins see and change them: owners "
            "and admins of this Slack workspace, and {people}. Ask one of them.",
            people=named,
        )
    return Message(said, [section(said)])


def _line(each: Holding, zone: ZoneInfo) -> str:
    said = f"• {each.name}: *{each.value}*"
    if each.set_by is not None and each.set_at is not None:
        when = words.day(each.set_at.astimezone(zone).date())
        person = f"<@{outside(each.set_by, 20)}>"
        origin = tr("set in Slack by {person}, {day}", person=person, day=when)
        if each.in_file:
            origin = tr(
                "set in Slack by {person}, {day}, over the configuration file",
                person=person,
                day=when,
            )
        return f"{said} – {origin}"
    origin = tr("configuration file") if each.in_file else tr("nothing set")
    return f"{said} – {origin}"

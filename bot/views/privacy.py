"""What a channel sees that may not see everything: counts, or an answer without names.

Each message says which rule holds and has the button that sends the whole of it to
whoever presses, privately. A message without names is made of an answer that has none
in it (`bot.answers.privacy`); here it only loses the buttons, which carry ids.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.answers.privacy import Counted, Level
from bot.queries.wording import mark, tr
from bot.tracking.events import Baseline, InvoiceEvent, Trouble
from bot.views import ids, words
from bot.views.digest import counts
from bot.views.entry import place_of
from bot.views.kit import (
    MAX_BLOCKS,
    MAX_FALLBACK,
    MAX_MESSAGE,
    MAX_SECTION,
    Block,
    Message,
    actions,
    button,
    context,
    cut_mrkdwn,
    section,
)
from bot.views.missing import trouble_lines
from bot.views.notice import Labels, label_of, trouble_line
from bot.views.reading import reading_line
from providers.models import OWED, Status

SEND = mark("Send me the details privately")
RULES = {
    Level.FULL: mark("everything"),
    Level.NO_NAMES: mark("no names"),
    Level.COUNTS: mark("counts only"),
}
#: Blocks of buttons; what they carry leads to an invoice.
_BUTTONS = frozenset(("actions", "context_actions"))


def rule_sentence(level: Level, channel: str) -> str:
    """Say what is not shown where, and by which rule."""
    values = {"channel": place_of(channel), "rule": tr(RULES[level])}
    if level is Level.COUNTS:
        return tr("Amounts are not shown in {channel} (rule: {rule}).", **values)
    return tr("Names are not shown in {channel} (rule: {rule}).", **values)


def counts_message(
    counted: Counted, *, channel: str, value: str, now: datetime, zone: ZoneInfo
) -> Message:
    """Say how many there are of each state, and nothing else."""
    troubles = trouble_lines(counted.freshness, now=now, zone=zone)[:10]
    said = f"{rule_sentence(Level.COUNTS, channel)} {counted_words(counted)}."
    reading = reading_line(counted.query, counted.freshness, now=now)
    text = "\n".join([*(line.replace("*", "") for line in troubles), said])
    return Message(
        cut_mrkdwn(text, MAX_FALLBACK),
        [
            *map(context, troubles),
            context(reading),
            section(said),
            _send(value, answer=True),
        ],
    )


def hidden_message(level: Level, *, channel: str, value: str) -> Message:
    """Say that an answer is not shown here at all."""
    hidden = tr("The answer to this question cannot be shown here.")
    said = f"{rule_sentence(level, channel)} {hidden}"
    return Message(said, [section(said), _send(value)])


def counted_words(counted: Counted) -> str:
    """Say the counts: ``7 unpaid, 1 of them part paid, 2 overdue, 12 paid``."""
    of = dict(counted.by_status)
    owed = sum(of.pop(each.value, 0) for each in OWED)
    part_paid = dict(counted.by_status).get(Status.PART_PAID.value, 0)
    said = []
    if owed or not of:
        said.append(tr("{n} unpaid", n=words.figure(owed)))
        if part_paid:
            said.append(tr("{n} of them part paid", n=words.figure(part_paid)))
        said.append(words.count(counted.overdue, "{n} overdue", "{n} overdue"))
    said += [
        f"{words.figure(number)} {words.status(Status(status))}"
        for status, number in of.items()
    ]
    return ", ".join(said)


def nameless_message(
    message: Message, *, level: Level, channel: str, value: str, answer: bool = False
) -> Message:
    """Put the rule and its buttons in place of the buttons of *message*."""
    kept = [_bare(block) for block in message.blocks if block["type"] not in _BUTTONS]
    rule = rule_sentence(level, channel)
    text = cut_mrkdwn(f"{message.text}\n{rule}", MAX_FALLBACK)
    return Message(
        text, [*kept[: MAX_BLOCKS - 2], context(rule), _send(value, answer=answer)]
    )


def counted_events_message(
    events: Sequence[InvoiceEvent], *, channel: str, value: str, labels: Labels
) -> Message:
    """Say how much of each kind happened; trouble names no invoice and is told."""
    troubles = [
        trouble_line(each, labels=labels)
        for each in events
        if isinstance(each, Trouble)
    ]
    rest = [each for each in events if not isinstance(each, Trouble | Baseline)]
    lines = troubles + [
        _baseline(each, labels) for each in events if isinstance(each, Baseline)
    ]
    if rest:
        connections = dict.fromkeys(each.connection for each in rest)
        named = ", ".join(label_of(labels, each) for each in connections)
        lines.append(f"{counts(rest)} · {named}")
    if len(troubles) == len(events):
        text = cut_mrkdwn(" ".join(lines), MAX_FALLBACK)
        return Message(
            text, [section(_short(line)) for line in lines[: MAX_BLOCKS - 2]]
        )
    lines = [_short(line) for line in lines[: MAX_BLOCKS - 2]]
    rule = rule_sentence(Level.COUNTS, channel)
    text = cut_mrkdwn("\n".join([*lines, rule]), MAX_FALLBACK)
    return Message(text, [*map(section, lines), context(rule), _send(value)])


def _short(line: str) -> str:
    """Cut a line, so that as many as there are blocks fit into a message."""
    return cut_mrkdwn(line, (MAX_MESSAGE - MAX_SECTION) // MAX_BLOCKS)


def note_to_asker(level: Level, channel: str) -> str:
    """Tell who asked privately what sharing would show."""
    return " ".join([tr("Only you see this."), rule_sentence(level, channel)])


def _baseline(event: Baseline, labels: Labels) -> str:
    found = words.documents("invoice", event.invoices)
    if event.credit_notes:
        found = tr(
            "{invoices} and {credit_notes}",
            invoices=found,
            credit_notes=words.documents("credit_note", event.credit_notes),
        )
    return tr(
        "First reading of {connection}: {documents}, {n} overdue.",
        connection=label_of(labels, event.connection),
        documents=found,
        n=words.figure(sum(each.invoices for each in event.overdue)),
    )


def _send(value: str, *, answer: bool = False) -> Block:
    """Make the buttons: of an *answer* that can be read again, too."""
    again = [button(tr("Refresh"), ids.WITHHELD_REFRESH, value)] if answer else []
    return actions("privacy", button(tr(SEND), ids.SEND_PRIVATELY, value), *again)


def _bare(block: Block) -> Block:
    beside = {"accessory"} | ({"actions"} if block["type"] == "card" else set())
    return {key: part for key, part in block.items() if key not in beside}

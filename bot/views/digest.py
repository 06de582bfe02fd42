"""Several events as one message, with the rest in its thread."""

from collections.abc import Sequence
from datetime import date

from bot.tracking.digest import EventTotal, arrange, count_kinds, split, totals
from bot.tracking.events import Baseline, EventKind, InvoiceEvent, Trouble
from bot.views import words
from bot.views.kit import MAX_FALLBACK, Block, Message, context, cut_mrkdwn, section
from bot.views.notice import (
    Labels,
    details_button,
    event_line,
    label_of,
    trouble_line,
)

#: Characters of one line: 40 of them stay under Slack's total for a message.
LINE = 230

_WORDS: dict[EventKind, tuple[str, str]] = {
    "trouble": ("connection in trouble or back", "connections in trouble or back"),
    "overdue": ("overdue", "overdue"),
    "due_soon": ("due soon", "due soon"),
    "issued": ("new", "new"),
    "payment": ("payment", "payments"),
    "amended": ("amended", "amended"),
    "withdrawn": ("withdrawn", "withdrawn"),
    "baseline": ("first reading", "first readings"),
}
#: What the sum of a kind's amounts is.
_SUMS: dict[EventKind, str] = {
    "overdue": "overdue",
    "due_soon": "due soon",
    "issued": "new",
    "payment": "paid",
    "amended": "amended",
    "withdrawn": "withdrawn",
}
#: Totals shown; more currencies than this at once are counted only.
_TOTALS = 24


def digest_message(
    events: Sequence[InvoiceEvent], *, title: str, today: date, labels: Labels
) -> Message:
    """Tell *events* together: counts, totals, the largest ten; never added up across.

    Where there are more, a last line says how many are in the thread.
    """
    parts = split(events)
    head = f"{title}: {counts(events)}"
    sums = [_sum(total) for total in totals(events)[:_TOTALS]]
    lines = [_line(events[at], today=today, labels=labels) for at in parts.shown]
    blocks = [
        section("\n".join([f"*{head}*", *sums])),
        *(_row(events[at], today=today, labels=labels) for at in parts.shown),
    ]
    hidden = len(events) - len(parts.shown)
    if hidden:
        blocks.append(
            context(
                f"These are the largest {len(parts.shown)}, largest in each currency; "
                f"{words.count(hidden, 'other')} in the thread."
            )
        )
    return Message(text=_text(head, sums, lines), blocks=blocks)


def rest_message(
    events: Sequence[InvoiceEvent],
    *,
    part: int,
    parts: int,
    today: date,
    labels: Labels,
) -> Message:
    """Tell the events of one message of the thread; at most 40 go into one."""
    ordered = [events[at] for at in arrange(events)]
    head = f"Part {part} of {parts}: {counts(events)}"
    lines = [_line(event, today=today, labels=labels) for event in ordered]
    return Message(
        text=_text(head, [_sum(each) for each in totals(events)[:_TOTALS]], lines[:10]),
        blocks=[
            context(head),
            *(_row(event, today=today, labels=labels) for event in ordered),
        ],
    )


def counts(events: Sequence[InvoiceEvent]) -> str:
    """Say how many of each kind there are: ``2 overdue, 1 new``."""
    return ", ".join(
        f"{words.figure(number)} {_WORDS[kind][number != 1]}"
        for kind, number in count_kinds(events)
    )


def _sum(total: EventTotal) -> str:
    """Say one total: ``New: 3 invoices, 363.00 EUR``."""
    amount = words.money(total.amount, total.currency)
    if total.not_stated == total.documents:
        amount = f"amounts not stated ({total.currency})"
    elif total.not_stated:
        amount += f" and {total.not_stated} not stated"
    noun = "payment" if total.event == "payment" else words.kind(total.kind)
    of = " on credit notes" if (noun, total.kind) == ("payment", "credit_note") else ""
    label = _SUMS[total.event].capitalize()
    return f"{label}: {words.count(total.documents, noun)}{of}, {amount}"


def _row(event: InvoiceEvent, *, today: date, labels: Labels) -> Block:
    line = cut_mrkdwn(_line(event, today=today, labels=labels), LINE)
    if isinstance(event, Trouble | Baseline):
        return section(line)
    return section(line, accessory=details_button(event))


def _line(event: InvoiceEvent, *, today: date, labels: Labels) -> str:
    match event:
        case Trouble():
            return trouble_line(event, labels=labels)
        case Baseline():
            label = label_of(labels, event.connection)
            return f"{label}: first reading, {words.count(event.invoices, 'invoice')}"
        case _:
            return event_line(event, today=today)


def _text(head: str, sums: Sequence[str], lines: Sequence[str]) -> str:
    cut = [cut_mrkdwn(line, LINE) for line in lines]
    return cut_mrkdwn("\n".join([head, *sums, *cut]), MAX_FALLBACK)

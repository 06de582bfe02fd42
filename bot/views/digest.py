"""Several events as one message, with the rest in its thread."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, assert_never

from bot.queries.wording import mark, tr, trn
from bot.tracking.changes import Before, Change, Owed, compare
from bot.tracking.digest import EventTotal, arrange, count_kinds, split, totals
from bot.tracking.events import Baseline, EventKind, InvoiceEvent, Trouble
from bot.views import words
from bot.views.care import care_buttons
from bot.views.kit import (
    MAX_FALLBACK,
    Block,
    Message,
    actions,
    context,
    cut_mrkdwn,
    outside,
    section,
)
from bot.views.notice import (
    Labels,
    details_button,
    event_line,
    label_of,
    trouble_line,
)

#: So few rows have buttons of their own; more have them in the window of Details.
FEW = 3
#: Characters of one line: 40 of them stay under Slack's total for a message.
LINE = 230

#: What the sum of a kind's amounts is; and where there is none, of invoices and of
#: credit notes.
_SUMS: dict[EventKind, tuple[str, str, str]] = {
    "overdue": (
        mark("Overdue: {documents}, {amount}"),
        mark("Overdue: none"),
        mark("Overdue (credit notes): none"),
    ),
    "due_soon": (
        mark("Due soon: {documents}, {amount}"),
        mark("Due soon: none"),
        mark("Due soon (credit notes): none"),
    ),
    "issued": (
        mark("New: {documents}, {amount}"),
        mark("New: none"),
        mark("New (credit notes): none"),
    ),
    "payment": (
        mark("Paid: {documents}, {amount}"),
        mark("Paid: none"),
        mark("Paid (credit notes): none"),
    ),
    "amended": (
        mark("Amended: {documents}, {amount}"),
        mark("Amended: none"),
        mark("Amended (credit notes): none"),
    ),
    "withdrawn": (
        mark("Withdrawn: {documents}, {amount}"),
        mark("Withdrawn: none"),
        mark("Withdrawn (credit notes): none"),
    ),
}
#: Totals shown; more currencies than this at once are counted only.
_TOTALS = 24


def digest_message(  # noqa: PLR0913 - events, and how they are told
    events: Sequence[InvoiceEvent],
    *,
    title: str,
    today: date,
    labels: Labels,
    before: Before | None = None,
    note: str = "",
) -> Message:
    """Tell *events* together: counts, totals, the largest ten; never added up across.

    Where there are more, a last line says how many are in the thread. With *before*,
    each total says how much more or less it is than in the digest before.
    """
    parts = split(events)
    head = tr("{title}: {counts}", title=title, counts=counts(events))
    sums = _sums(events, before, today=today)
    lines = [_line(events[at], today=today, labels=labels) for at in parts.shown]
    blocks = [
        section("\n".join([f"*{head}*", *sums])),
        *_rows([events[at] for at in parts.shown], today=today, labels=labels),
    ]
    hidden = len(events) - len(parts.shown)
    if hidden:
        blocks.append(
            context(
                trn(
                    "These are the largest {shown}, largest in each currency; {n} "
                    "other in the thread.",
                    "These are the largest {shown}, largest in each currency; {n} "
                    "others in the thread.",
                    hidden,
                    shown=len(parts.shown),
                    n=words.figure(hidden),
                )
            )
        )
    if note:
        blocks.append(context(note))
    return Message(text=_text(head, sums, lines), blocks=blocks)


def first_note(owner: str) -> str:
    """Say in a channel's first digest who wanted it, and where it can be changed."""
    return tr(
        "Set up by {person}. `/invoices subscribe list` shows, edits and stops it.",
        person=f"<@{outside(owner, 30)}>",
    )


def gathered_note(most: int) -> str:
    """Say why several pieces of news are in one message."""
    return trn(
        "Gathered, since this channel gets at most {n} message an hour.",
        "Gathered, since this channel gets at most {n} messages an hour.",
        most,
        n=words.figure(most),
    )


def quiet_message(
    owed: Sequence[Owed],
    *,
    today: date,
    before: Before | None = None,
    amounts: bool = True,
    note: str = "",
) -> Message:
    """Say that nothing happened, with what is still owed; *amounts* may be left out."""
    head = tr("Digest: nothing new")
    lines = [_owed(each, amounts=amounts) for each in owed[:_TOTALS]]
    lines = lines or [tr("Nothing is owed.")]
    if amounts and before is not None and before.totals:
        lines += _sums([], before, today=today)
    blocks = [section("\n".join([f"*{head}*", *lines]))]
    if note:
        blocks.append(context(note))
    return Message(text=_text(head, lines, []), blocks=blocks)


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
    head = tr("The rest: {counts}", counts=counts(events))
    if parts != 1:
        head = tr(
            "Part {part} of {parts}: {counts}",
            part=part,
            parts=parts,
            counts=counts(events),
        )
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
    return ", ".join(_count(kind, number) for kind, number in count_kinds(events))


def _count(kind: EventKind, number: int) -> str:
    match kind:
        case "trouble":
            return words.count(
                number,
                "{n} connection in trouble or back",
                "{n} connections in trouble or back",
            )
        case "payment":
            return words.count(number, "{n} payment", "{n} payments")
        case "baseline":
            return words.count(number, "{n} first reading", "{n} first readings")
        case "overdue":
            return words.count(number, "{n} overdue", "{n} overdue")
        case _:
            return _count_others(kind, number)


def _count_others(
    kind: Literal["due_soon", "issued", "amended", "withdrawn"], number: int
) -> str:
    match kind:
        case "due_soon":
            return words.count(number, "{n} due soon", "{n} due soon")
        case "issued":
            return words.count(number, "{n} new", "{n} new")
        case "amended":
            return words.count(number, "{n} amended", "{n} amended")
        case "withdrawn":
            return words.count(number, "{n} withdrawn", "{n} withdrawn")
        case _:
            assert_never(kind)


def _sum(total: EventTotal) -> str:
    """Say one total: ``New: 3 invoices, 363.00 EUR``."""
    amount = words.money(total.amount, total.currency)
    if total.not_stated == total.documents:
        amount = tr("amounts not stated ({currency})", currency=total.currency)
    elif total.not_stated:
        amount = tr("{amount} and {n} not stated", amount=amount, n=total.not_stated)
    counted = words.documents(total.kind, total.documents)
    if total.event == "payment" and total.kind == "invoice":
        counted = words.count(total.documents, "{n} payment", "{n} payments")
    elif total.event == "payment":
        counted = words.count(
            total.documents,
            "{n} payment on credit notes",
            "{n} payments on credit notes",
        )
    return tr(_SUMS[total.event][0], documents=counted, amount=amount)


def _sums(
    events: Sequence[InvoiceEvent], before: Before | None, *, today: date
) -> list[str]:
    """Say each total; with *before* what changed about it, and since when."""
    if before is None:
        return [_sum(total) for total in totals(events)[:_TOTALS]]
    changes = compare(totals(events), before.totals)
    when = words.day(before.at.date())
    if before.at.date() == today:
        when = words.clock(before.at)
    return [
        *(_changed(each) for each in changes[: _TOTALS // 2]),
        tr("In brackets: the change against the digest of {when}.", when=when),
    ]


def _changed(change: Change) -> str:
    """Say a total with its change: ``New: 2 invoices, 242.00 EUR (1 more, …)``."""
    said = [tr("as many")]
    if change.documents > 0:
        said = [words.count(change.documents, "{n} more", "{n} more")]
    elif change.documents < 0:
        said = [words.count(-change.documents, "{n} fewer", "{n} fewer")]
    if change.amount:
        sign = "+" if change.amount > 0 else ""
        said.append(f"{sign}{words.money(change.amount, change.now.currency)}")
    total = _sum(change.now)
    if not change.now.documents:
        is_credit = change.now.kind == "credit_note"
        total = tr(_SUMS[change.now.event][2 if is_credit else 1])
    return f"{total} ({', '.join(said)})"


def _owed(owed: Owed, *, amounts: bool) -> str:
    """Say what is owed: ``Still owed: 3 invoices, 363.00 EUR; overdue: 1, …``."""
    invoices = words.count(owed.invoices, "{n} invoice", "{n} invoices")
    late = words.figure(owed.overdue)
    if not amounts:
        return tr(
            "Still owed: {invoices} in {currency}; overdue: {overdue}",
            invoices=invoices,
            currency=owed.currency,
            overdue=late,
        )
    if owed.overdue:
        late += f", {words.money(owed.overdue_balance, owed.currency)}"
    return tr(
        "Still owed: {invoices}, {amount}; overdue: {overdue}",
        invoices=invoices,
        amount=words.money(owed.balance, owed.currency),
        overdue=late,
    )


def _rows(
    events: Sequence[InvoiceEvent], *, today: date, labels: Labels
) -> Iterator[Block]:
    """Show events; below each of a few, what can be done about it."""
    for number, event in enumerate(events, 1):
        yield _row(event, today=today, labels=labels)
        if len(events) <= FEW and not isinstance(event, Trouble | Baseline):
            buttons = care_buttons(event)
            if buttons:
                yield actions(f"care:{number}", *buttons)


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
            return trn(
                "{label}: first reading, {n} invoice",
                "{label}: first reading, {n} invoices",
                event.invoices,
                label=label,
                n=words.figure(event.invoices),
            )
        case _:
            return event_line(event, today=today)


def _text(head: str, sums: Sequence[str], lines: Sequence[str]) -> str:
    cut = [cut_mrkdwn(line, LINE) for line in lines]
    return cut_mrkdwn("\n".join([head, *sums, *cut]), MAX_FALLBACK)

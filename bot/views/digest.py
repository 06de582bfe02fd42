"""Several events as one message, with the rest in its thread."""

from collections.abc import Iterator, Sequence
from datetime import date

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
    head = f"{title}: {counts(events)}"
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
                f"These are the largest {len(parts.shown)}, largest in each currency; "
                f"{words.count(hidden, '{n} other', '{n} others')} in the thread."
            )
        )
    if note:
        blocks.append(context(note))
    return Message(text=_text(head, sums, lines), blocks=blocks)


def first_note(owner: str) -> str:
    """Say in a channel's first digest who wanted it, and where it can be changed."""
    list_ = "`/invoices subscribe list` shows, edits and stops it."
    return f"Set up by <@{outside(owner, 30)}>. {list_}"


def gathered_note(most: int) -> str:
    """Say why several pieces of news are in one message."""
    return (
        f"Gathered, since this channel gets at most {words.count(most, '{n} message', '{n} messages')} an "
        "hour."
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
    head = "Digest: nothing new"
    lines = [_owed(each, amounts=amounts) for each in owed[:_TOTALS]]
    lines = lines or ["Nothing is owed."]
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
    place = "The rest" if parts == 1 else f"Part {part} of {parts}"
    head = f"{place}: {counts(events)}"
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
    counted = words.documents(total.kind, total.documents)
    if total.event == "payment" and total.kind == "invoice":
        counted = words.count(total.documents, "{n} payment", "{n} payments")
    elif total.event == "payment":
        counted = words.count(
            total.documents,
            "{n} payment on credit notes",
            "{n} payments on credit notes",
        )
    label = _SUMS[total.event].capitalize()
    return f"{label}: {counted}, {amount}"


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
        f"In brackets: the change against the digest of {when}.",
    ]


def _changed(change: Change) -> str:
    """Say a total with its change: ``New: 2 invoices, 242.00 EUR (1 more, …)``."""
    documents, currency = abs(change.documents), change.now.currency
    more = "more" if change.documents > 0 else "fewer"
    said = f"{words.figure(documents)} {more}" if documents else "as many"
    if change.amount:
        sign = "+" if change.amount > 0 else ""
        said += f", {sign}{words.money(change.amount, currency)}"
    total = _sum(change.now)
    if not change.now.documents:
        of = " (credit notes)" if change.now.kind == "credit_note" else ""
        total = f"{_SUMS[change.now.event].capitalize()}{of}: none"
    return f"{total} ({said})"


def _owed(owed: Owed, *, amounts: bool) -> str:
    """Say what is owed: ``Still owed: 3 invoices, 363.00 EUR; overdue: 1, …``."""
    said = f"Still owed: {words.count(owed.invoices, '{n} invoice', '{n} invoices')}"
    late = f"overdue: {words.figure(owed.overdue)}"
    if not amounts:
        return f"{said} in {owed.currency}; {late}"
    said += f", {words.money(owed.balance, owed.currency)}"
    if owed.overdue:
        late += f", {words.money(owed.overdue_balance, owed.currency)}"
    return f"{said}; {late}"


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
            return f"{label}: first reading, {words.count(event.invoices, '{n} invoice', '{n} invoices')}"
        case _:
            return event_line(event, today=today)


def _text(head: str, sums: Sequence[str], lines: Sequence[str]) -> str:
    cut = [cut_mrkdwn(line, LINE) for line in lines]
    return cut_mrkdwn("\n".join([head, *sums, *cut]), MAX_FALLBACK)

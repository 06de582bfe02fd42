"""One event, as a compact message; and the lines that a digest is made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import assert_never

from pydantic import ValidationError

from bot.queries.wording import mark, tr
from bot.tracking.events import (
    Amended,
    Baseline,
    Change,
    DocumentEvent,
    DueSoon,
    Issued,
    Overdue,
    Payment,
    Trouble,
    Withdrawn,
)
from bot.views import words
from bot.views.care import care_buttons
from bot.views.ids import INVOICE_DETAILS, INVOICE_PDF, InvoiceRef
from bot.views.kit import (
    MAX_BUTTON_VALUE,
    MAX_FALLBACK,
    MAX_SECTION,
    Element,
    Message,
    actions,
    button,
    context,
    cut_mrkdwn,
    outside,
    section,
)
from providers.models import OWED

#: Room for what comes from outside, so that a notice stays compact.
NUMBER, PARTY, LINES, DETAIL = 80, 120, 400, 500

Labels = Mapping[str, str]


def notice_message(event: DocumentEvent, *, today: date, labels: Labels) -> Message:
    """Tell one event, with buttons for more."""
    title = f"{headline(event)} {outside(event.number, NUMBER)}"
    lines = [f"*{title}*", *filter(None, [_party(event)]), *details(event, today=today)]
    blocks = [
        section("\n".join(lines)),
        context(tr("From {label}", label=label_of(labels, event.connection))),
    ]
    buttons = [each for each in (details_button(event), pdf_button(event)) if each]
    if buttons:
        blocks.append(actions("notice", *buttons, *care_buttons(event)))
    return Message(
        text=tr("{event}.", event=event_line(event, today=today)), blocks=blocks
    )


def trouble_message(event: Trouble, *, labels: Labels) -> Message:
    """Say in a sentence that a connection fails, or works again."""
    line = trouble_line(event, labels=labels)
    return Message(text=line, blocks=[section(line)])


def trouble_line(event: Trouble, *, labels: Labels) -> str:
    """Say what failed, what it means for the figures, and what to do."""
    label = label_of(labels, event.connection)
    if event.recovered:
        return tr("{label} can be read again; its figures are up to date.", label=label)
    detail = outside(event.detail, DETAIL).rstrip(".")
    return tr(
        "{label} {problem}. This is the third failure in a row; its figures stay as "
        "they were last read. An admin can run `duebot check`.",
        label=label,
        problem=detail,
    )


def baseline_message(events: Sequence[Baseline], *, labels: Labels) -> Message:
    """Say what was found at the first reading: a line for each connection."""
    intro = tr("First reading done. From now on I tell here what changes.")
    lines = [baseline_line(event, labels=labels) for event in events]
    # Ten lines a section keep every section far below its limit.
    parts = [
        cut_mrkdwn("\n".join(lines[start : start + 10]), MAX_SECTION)
        for start in range(0, min(len(lines), 30), 10)
    ]
    text = cut_mrkdwn(" ".join([intro, *lines]), MAX_FALLBACK)
    return Message(text=text, blocks=[section(intro), *map(section, parts)])


def baseline_line(event: Baseline, *, labels: Labels) -> str:
    """Say in a line what a first reading found."""
    found = words.documents("invoice", event.invoices)
    if event.credit_notes:
        found = tr(
            "{invoices} and {credit_notes}",
            invoices=found,
            credit_notes=words.documents("credit_note", event.credit_notes),
        )
    overdue = ", ".join(
        f"{words.figure(each.invoices)} ({words.money(each.balance, each.currency)})"
        for each in event.overdue[:20]
    )
    label = label_of(labels, event.connection)
    if not overdue:
        return tr("{label}: {found}; overdue: none.", label=label, found=found)
    return tr(
        "{label}: {found}; overdue: {overdue}.",
        label=label,
        found=found,
        overdue=overdue,
    )


def event_line(event: DocumentEvent, *, today: date) -> str:
    """Tell one event in one line of mrkdwn."""
    title = f"{headline(event)} {outside(event.number, NUMBER)}"
    party, said = _party(event), "; ".join(details(event, today=today))
    if not party:
        return f"{title}: {said}"
    return f"{title}, {party}: {said}"


def headline(event: DocumentEvent) -> str:
    """Name what happened, with the sort of document: ``Credit note withdrawn``."""
    if isinstance(event, Payment):
        return _payment_headline(event)
    return tr(_HEADLINES[_told_as(event)][event.kind == "credit_note"])


def _told_as(event: DocumentEvent) -> str:
    match event:
        case Issued():
            return "again" if event.again else "issued"
        case Amended():
            return "amended"
        case Payment():
            return "payment"
        case DueSoon():
            return "due_soon"
        case Overdue():
            return "still_overdue" if event.after_days else "overdue"
        case Withdrawn():
            return "withdrawn"
        case _:
            assert_never(event)


#: By what happened: of an invoice, and of a credit note.
_HEADLINES = {
    "again": (mark("Back again: invoice"), mark("Back again: credit note")),
    "issued": (mark("New invoice"), mark("New credit note")),
    "amended": (mark("Invoice amended:"), mark("Credit note amended:")),
    "due_soon": (mark("Due soon: invoice"), mark("Due soon: credit note")),
    "overdue": (mark("Overdue: invoice"), mark("Overdue: credit note")),
    "still_overdue": (
        mark("Still overdue: invoice"),
        mark("Still overdue: credit note"),
    ),
    "withdrawn": (mark("Withdrawn: invoice"), mark("Withdrawn: credit note")),
}


def _payment_headline(event: Payment) -> str:
    if event.kind == "credit_note":
        if event.paid_in_full:
            return tr("Credit used up:")
        return tr("Credit partly used:")
    if event.paid_in_full:
        return tr("Paid: invoice")
    return tr("Part payment: invoice")


def details(event: DocumentEvent, *, today: date) -> list[str]:
    """Say amount, due date and state, or what changed; a phrase each."""
    match event:
        case Amended(changes=changes):
            return _amendments(event, changes)
        case Payment():
            return [_payment(event)]
        case DueSoon() | Overdue():
            owed = words.money(event.balance, event.currency)
            due = words.due(event.due_on, today)
            return [tr("{amount} owed, {when}", amount=owed, when=due)]
        case Withdrawn():
            total = words.money(event.total, event.currency)
            return [tr("{amount}; the provider no longer lists it", amount=total)]
        case Issued():
            return [_issued(event, today)]
        case _:
            assert_never(event)


def _issued(event: Issued, today: date) -> str:
    parts = [words.money(event.total, event.currency)]
    if event.due_on is not None and event.status in OWED:
        parts.append(words.due(event.due_on, today))
    elif event.due_on is not None:
        # Nobody is late with what is paid, or with a credit note.
        parts.append(tr("due {day}", day=words.day(event.due_on)))
    return ", ".join([*parts, words.status(event.status)])


def _payment(event: Payment) -> str:
    if event.before is None or event.after is None:
        total = words.money(event.total, event.currency)
        return f"{total}, {words.status(event.status)}"
    paid = words.money(event.before - event.after, event.currency)
    left = words.money(event.after, event.currency)
    if event.kind == "credit_note":
        if event.after == 0:
            return tr("{amount} used", amount=paid)
        return tr("{amount} used, {left} left", amount=paid, left=left)
    if event.after == 0:
        return tr("{amount} paid, nothing left to pay", amount=paid)
    return tr("{amount} paid, {left} left", amount=paid, left=left)


def _amendments(event: Amended, changes: Sequence[Change]) -> list[str]:
    before = next(
        (each.before for each in changes if each.field == "currency"), event.currency
    )
    return [
        tr(
            _FIELDS[each.field],
            before=_value(each, each.before, before or event.currency),
            after=_value(each, each.after, event.currency),
        )
        for each in changes
    ]


_FIELDS = {
    "total": mark("total {before} → {after}"),
    "tax": mark("tax {before} → {after}"),
    "due_on": mark("due date {before} → {after}"),
    "currency": mark("currency {before} → {after}"),
    "number": mark("number {before} → {after}"),
    "lines": mark("lines {before} → {after}"),
}


def _value(change: Change, value: str | None, currency: str) -> str:
    if value is None:
        return tr("none") if change.field == "lines" else tr("not stated")
    match change.field:
        case "total" | "tax":
            return words.money(Decimal(value), currency)
        case "due_on":
            return words.day(date.fromisoformat(value))
        case "lines":
            return outside(value, LINES)
        case "number" | "currency":
            return outside(value, NUMBER)
        case _:
            assert_never(change.field)


def details_button(event: DocumentEvent) -> Element | None:
    """Make the button that shows the invoice, where its id fits a button."""
    value = _reference(event)
    return None if value is None else button(tr("Details"), INVOICE_DETAILS, value)


def pdf_button(event: DocumentEvent) -> Element | None:
    """Make the button for the official document, where the provider has one."""
    value = _reference(event) if event.has_pdf else None
    return None if value is None else button(tr("PDF"), INVOICE_PDF, value)


def _reference(event: DocumentEvent) -> str | None:
    try:
        value = InvoiceRef(connection=event.connection, id=event.id).to_value()
    except ValidationError:
        return None  # longer than any id we can carry; the text says the number
    return value if len(value) <= MAX_BUTTON_VALUE else None


def label_of(labels: Labels, connection: str) -> str:
    """Name a connection as people know it."""
    return outside(labels.get(connection, connection), NUMBER)


def _party(event: DocumentEvent) -> str:
    return outside(event.counterparty, PARTY) if event.counterparty else ""

"""One event, as a compact message; and the lines that a digest is made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import assert_never

from pydantic import ValidationError

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
        context(f"From {label_of(labels, event.connection)}"),
    ]
    buttons = [each for each in (details_button(event), pdf_button(event)) if each]
    if buttons:
        blocks.append(actions("notice", *buttons, *care_buttons(event)))
    return Message(text=event_line(event, today=today) + ".", blocks=blocks)


def trouble_message(event: Trouble, *, labels: Labels) -> Message:
    """Say in a sentence that a connection fails, or works again."""
    line = trouble_line(event, labels=labels)
    return Message(text=line, blocks=[section(line)])


def trouble_line(event: Trouble, *, labels: Labels) -> str:
    """Say what failed, what it means for the figures, and what to do."""
    label = label_of(labels, event.connection)
    if event.recovered:
        return f"{label} can be read again; its figures are up to date."
    detail = outside(event.detail, DETAIL).rstrip(".")
    return (
        f"{label} {detail}. This is the third failure in a row; its figures stay as "
        "they were last read. An admin can run `duebot check`."
    )


def baseline_message(events: Sequence[Baseline], *, labels: Labels) -> Message:
    """Say what was found at the first reading: a line for each connection."""
    intro = "First reading done. From now on I tell here what changes."
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
    found = words.count(event.invoices, "{n} invoice", "{n} invoices")
    if event.credit_notes:
        found += f" and {words.count(event.credit_notes, '{n} credit note', '{n} credit notes')}"
    overdue = ", ".join(
        f"{words.figure(each.invoices)} ({words.money(each.balance, each.currency)})"
        for each in event.overdue[:20]
    )
    label = label_of(labels, event.connection)
    return f"{label}: {found}; overdue: {overdue or 'none'}."


def event_line(event: DocumentEvent, *, today: date) -> str:
    """Tell one event in one line of mrkdwn."""
    party = _party(event)
    return (
        f"{headline(event)} {outside(event.number, NUMBER)}"
        f"{f', {party}' if party else ''}: {'; '.join(details(event, today=today))}"
    )


def headline(event: DocumentEvent) -> str:  # noqa: PLR0911 - one for each event
    """Name what happened, with the sort of document: ``Credit note withdrawn``."""
    kind = words.kind(event.kind)
    match event:
        case Issued(again=True):
            return f"Back again: {kind}"
        case Issued():
            return f"New {kind}"
        case Amended():
            return f"{kind.capitalize()} amended:"
        case Payment():
            return _payment_headline(event)
        case DueSoon():
            return f"Due soon: {kind}"
        case Overdue(after_days=0):
            return f"Overdue: {kind}"
        case Overdue():
            return f"Still overdue: {kind}"
        case Withdrawn():
            return f"Withdrawn: {kind}"
        case _:
            assert_never(event)


def _payment_headline(event: Payment) -> str:
    if event.kind == "credit_note":
        return "Credit used up:" if event.paid_in_full else "Credit partly used:"
    return "Paid: invoice" if event.paid_in_full else "Part payment: invoice"


def details(event: DocumentEvent, *, today: date) -> list[str]:
    """Say amount, due date and state, or what changed; a phrase each."""
    match event:
        case Amended(changes=changes):
            return _amendments(event, changes)
        case Payment():
            return [_payment(event)]
        case DueSoon() | Overdue():
            owed = words.money(event.balance, event.currency)
            return [f"{owed} owed, {words.due(event.due_on, today)}"]
        case Withdrawn():
            total = words.money(event.total, event.currency)
            return [f"{total}; the provider no longer lists it"]
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
        parts.append(f"due {words.day(event.due_on)}")
    return ", ".join([*parts, words.status(event.status)])


def _payment(event: Payment) -> str:
    if event.before is None or event.after is None:
        total = words.money(event.total, event.currency)
        return f"{total}, {words.status(event.status)}"
    paid = words.money(event.before - event.after, event.currency)
    left = words.money(event.after, event.currency)
    verb = "used" if event.kind == "credit_note" else "paid"
    if event.after == 0:
        return f"{paid} paid, nothing left to pay" if verb == "paid" else f"{paid} used"
    return f"{paid} {verb}, {left} left"


def _amendments(event: Amended, changes: Sequence[Change]) -> list[str]:
    before = next(
        (each.before for each in changes if each.field == "currency"), event.currency
    )
    return [
        f"{_FIELDS[each.field]} {_value(each, each.before, before or event.currency)}"
        f" → {_value(each, each.after, event.currency)}"
        for each in changes
    ]


_FIELDS = {
    "total": "total",
    "tax": "tax",
    "due_on": "due date",
    "currency": "currency",
    "number": "number",
    "lines": "lines",
}


def _value(change: Change, value: str | None, currency: str) -> str:
    if value is None:
        return "none" if change.field == "lines" else "not stated"
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
    return None if value is None else button("Details", INVOICE_DETAILS, value)


def pdf_button(event: DocumentEvent) -> Element | None:
    """Make the button for the official document, where the provider has one."""
    value = _reference(event) if event.has_pdf else None
    return None if value is None else button("PDF", INVOICE_PDF, value)


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

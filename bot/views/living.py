"""A posted notice as its invoice stands now, and what is said when a snooze ends."""

from datetime import date

from bot.answers.ageing import overdue_days
from bot.answers.care import Care
from bot.tracking.events import DocumentEvent
from bot.views import words
from bot.views.care import care_buttons, care_lines, person, wake_words
from bot.views.kit import (
    MAX_FALLBACK,
    MAX_SECTION,
    Message,
    actions,
    context,
    cut_mrkdwn,
    outside,
    section,
)
from bot.views.notice import (
    NUMBER,
    PARTY,
    Labels,
    details,
    details_button,
    headline,
    label_of,
    pdf_button,
)
from providers.models import OWED, Invoice, Status

#: In front of what needs nobody any more; the words say it, too.
MARK = "✓"


def living_message(  # noqa: PLR0913 - what a message is made of, by keyword
    event: DocumentEvent,
    invoice: Invoice,
    care: Care,
    *,
    withdrawn: bool,
    followed: bool = True,
    today: date,
    labels: Labels,
) -> Message:
    """Show the invoice that *event* was told of as it is now.

    Where changes have messages of their own (not *followed*), it keeps its title. Days
    are written out, since nobody writes the message again tomorrow.
    """
    title = headline(event)
    if followed:
        title = _title(event, invoice, withdrawn=withdrawn, today=today)
    number = outside(invoice.number, NUMBER)
    party = [outside(invoice.counterparty, PARTY)] if invoice.counterparty else []
    stands = [] if withdrawn else [_stands(invoice)]
    changes = _changes(event, invoice)
    cared = [_capitalised(line) for line in care_lines(care)]
    lines = [f"*{title} {number}*", *party, *stands, *changes, *cared]
    told = "; ".join(details(event, today=date.min))
    blocks = [
        section(cut_mrkdwn("\n".join(lines), MAX_SECTION)),
        context(
            cut_mrkdwn(
                f"From {label_of(labels, event.connection)}. "
                f"First told as: {headline(event).rstrip(':')}, {told}",
                MAX_SECTION,
            )
        ),
    ]
    buttons = [each for each in (details_button(event), pdf_button(event)) if each]
    if buttons:
        blocks.append(actions("notice", *buttons, *care_buttons(invoice, care)))
    said = "; ".join([*party, *stands, *changes, *cared])
    return Message(cut_mrkdwn(f"{title} {number}: {said}.", MAX_FALLBACK), blocks)


def wake_message(
    invoice: Invoice, care: Care, *, by: str, today: date, labels: Labels
) -> Message:
    """Say that a snooze has ended and what is still owed."""
    number = outside(invoice.number, NUMBER)
    title = f"Snooze over: {words.kind(invoice.kind)} {number}"
    party = [outside(invoice.counterparty, PARTY)] if invoice.counterparty else []
    facts = [*party, wake_words(invoice, today=today)]
    lines = [f"*{title}*", *facts, *map(_capitalised, care_lines(care))]
    blocks = [
        section("\n".join(lines)),
        context(
            f"From {label_of(labels, invoice.connection)}. Snoozed by {person(by)}."
        ),
    ]
    buttons = care_buttons(invoice, care)
    if buttons:
        blocks.append(actions("notice", *buttons))
    return Message(f"{title}, {', '.join(facts)}.", blocks)


def hidden_wake_message(by: str) -> Message:
    """Say that a snooze has ended, where others see no figures."""
    said = (
        f"Snooze over: an invoice that {person(by)} snoozed is still unpaid. "
        "`/unpaid` shows it to whoever may see it."
    )
    return Message(said, [section(said)])


def _title(
    event: DocumentEvent, invoice: Invoice, *, withdrawn: bool, today: date
) -> str:
    """Say in front what matters most now; else what was told, as it was."""
    kind = words.kind(invoice.kind)
    if withdrawn:
        return f"Withdrawn: {kind}"
    match invoice.status:
        case Status.PAID:
            on = f" {words.day(invoice.paid_on)}" if invoice.paid_on else ""
            return f"{MARK} Paid{on}: {kind}"
        case Status.SETTLED_CREDIT:
            return f"{MARK} Used up: {kind}"
        case Status.NOTHING_DUE:
            return f"{MARK} Nothing due: {kind}"
    if overdue_days(invoice, today=today):
        return f"Overdue: {kind}"
    return headline(event)


def _stands(invoice: Invoice) -> str:
    """Say amount, due date and state."""
    total = words.money(invoice.total, invoice.currency)
    if invoice.status not in OWED:
        return f"{total}, {words.status(invoice.status)}"
    parts = [total]
    if invoice.balance is not None and invoice.balance != invoice.total:
        parts.append(f"{words.money(invoice.balance, invoice.currency)} left")
    if invoice.due_on is not None:
        parts.append(f"due {words.day(invoice.due_on)}")
    return ", ".join([*parts, words.status(invoice.status)])


def _changes(event: DocumentEvent, invoice: Invoice) -> list[str]:
    """Say what is no longer as it was first told."""
    said = []
    before = (event.total, event.currency)
    if before != (invoice.total, invoice.currency):
        said.append(
            f"total {words.money(*before)} → "
            f"{words.money(invoice.total, invoice.currency)}"
        )
    if event.due_on != invoice.due_on:
        said.append(f"due date {_day(event.due_on)} → {_day(invoice.due_on)}")
    if event.number != invoice.number:
        was, now = (outside(each, NUMBER) for each in (event.number, invoice.number))
        said.append(f"number {was} → {now}")
    return [f"Amended: {'; '.join(said)}"] if said else []


def _day(day: date | None) -> str:
    return "not stated" if day is None else words.day(day)


def _capitalised(line: str) -> str:
    return line[:1].upper() + line[1:]

"""A posted notice as its invoice stands now, and what is said when a snooze ends."""

from datetime import date

from bot.answers.ageing import overdue_days
from bot.answers.care import Care
from bot.queries.wording import mark, tr
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
    cared = care_lines(care)
    lines = [f"*{title} {number}*", *party, *stands, *changes, *cared]
    told = "; ".join(details(event, today=date.min))
    blocks = [
        section(cut_mrkdwn("\n".join(lines), MAX_SECTION)),
        context(
            cut_mrkdwn(
                tr(
                    "From {label}. First told as: {event}, {details}",
                    label=label_of(labels, event.connection),
                    event=headline(event).rstrip(":"),
                    details=told,
                ),
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
    title = tr("Snooze over: invoice {number}", number=number)
    if invoice.kind == "credit_note":
        title = tr("Snooze over: credit note {number}", number=number)
    party = [outside(invoice.counterparty, PARTY)] if invoice.counterparty else []
    facts = [*party, wake_words(invoice, today=today)]
    lines = [f"*{title}*", *facts, *care_lines(care)]
    blocks = [
        section("\n".join(lines)),
        context(
            tr(
                "From {label}. Snoozed by {person}.",
                label=label_of(labels, invoice.connection),
                person=person(by),
            )
        ),
    ]
    buttons = care_buttons(invoice, care)
    if buttons:
        blocks.append(actions("notice", *buttons))
    return Message(f"{title}, {', '.join(facts)}.", blocks)


def hidden_wake_message(by: str) -> Message:
    """Say that a snooze has ended, where others see no figures."""
    said = tr(
        "Snooze over: an invoice that {person} snoozed is still unpaid. `/unpaid` "
        "shows it to whoever may see it.",
        person=person(by),
    )
    return Message(said, [section(said)])


def _title(
    event: DocumentEvent, invoice: Invoice, *, withdrawn: bool, today: date
) -> str:
    """Say in front what matters most now; else what was told, as it was."""
    is_credit = invoice.kind == "credit_note"
    if withdrawn:
        return tr("Withdrawn: credit note") if is_credit else tr("Withdrawn: invoice")
    done = _done(invoice, is_credit=is_credit)
    if done:
        return f"{MARK} {done}"
    if overdue_days(invoice, today=today):
        return tr("Overdue: credit note") if is_credit else tr("Overdue: invoice")
    return headline(event)


def _done(invoice: Invoice, *, is_credit: bool) -> str:
    """Say why an invoice needs nobody any more; empty where it does."""
    texts = _DONE.get(invoice.status)
    if invoice.status is Status.PAID and invoice.paid_on:
        texts = _PAID_ON
    if texts is None:
        return ""
    return tr(texts[is_credit], day=words.day(invoice.paid_on))


#: Of an invoice, and of a credit note.
_PAID_ON = (mark("Paid {day}: invoice"), mark("Paid {day}: credit note"))
_DONE = {
    Status.PAID: (mark("Paid: invoice"), mark("Paid: credit note")),
    Status.SETTLED_CREDIT: (mark("Used up: invoice"), mark("Used up: credit note")),
    Status.NOTHING_DUE: (
        mark("Nothing due: invoice"),
        mark("Nothing due: credit note"),
    ),
}


def _stands(invoice: Invoice) -> str:
    """Say amount, due date and state."""
    total = words.money(invoice.total, invoice.currency)
    if invoice.status not in OWED:
        return f"{total}, {words.status(invoice.status)}"
    parts = [total]
    if invoice.balance is not None and invoice.balance != invoice.total:
        left = words.money(invoice.balance, invoice.currency)
        parts.append(tr("{amount} left", amount=left))
    if invoice.due_on is not None:
        parts.append(tr("due {day}", day=words.day(invoice.due_on)))
    return ", ".join([*parts, words.status(invoice.status)])


def _changes(event: DocumentEvent, invoice: Invoice) -> list[str]:
    """Say what is no longer as it was first told."""
    said = []
    before = (event.total, event.currency)
    if before != (invoice.total, invoice.currency):
        said.append(
            tr(
                "total {before} → {after}",
                before=words.money(*before),
                after=words.money(invoice.total, invoice.currency),
            )
        )
    if event.due_on != invoice.due_on:
        said.append(
            tr(
                "due date {before} → {after}",
                before=_day(event.due_on),
                after=_day(invoice.due_on),
            )
        )
    if event.number != invoice.number:
        was, now = (outside(each, NUMBER) for each in (event.number, invoice.number))
        said.append(tr("number {before} → {after}", before=was, after=now))
    return [tr("Amended: {changes}", changes="; ".join(said))] if said else []


def _day(day: date | None) -> str:
    return tr("not stated") if day is None else words.day(day)

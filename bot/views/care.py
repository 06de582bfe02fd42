"""Who does what about an invoice: the words, the buttons, the forms."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.answers.ageing import overdue_days
from bot.answers.care import NO_CARE, Care, Done
from bot.queries.care import Deed
from bot.queries.spans import ahead_of
from bot.queries.wording import mark, tr
from bot.tracking.events import DocumentEvent, Withdrawn
from bot.views import ids, words
from bot.views.ids import CarePlace, CareRef
from bot.views.kit import (
    MAX_BUTTON_VALUE,
    MAX_OPTION_VALUE,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    outside,
    overflow,
    section,
)
from bot.views.modal import (
    View,
    date_input,
    input_block,
    menu,
    modal,
    person_menu,
    text_input,
)
from providers.models import OWED, Invoice, Status

#: A note's room where it is kept, and in a line.
NOTE, NOTE_LINE = 500, 300
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}$")
#: What is said of a change that ended a silence, by the event's kind.
_CHANGES = {
    "amended": mark("no longer silent: it was amended"),
    "payment": mark("no longer silent: something was paid"),
    "withdrawn": mark("no longer silent: the provider no longer lists it"),
    "issued": mark("no longer silent: it is back"),
}
_CHANGED = mark("no longer silent: it changed")
#: The words of the log that need nothing else: by nobody, and by a person.
_DONE = {
    "acknowledged": (mark("acknowledged"), mark("acknowledged by {person}")),
    "unacknowledged": (
        mark("acknowledgement taken back"),
        mark("acknowledgement taken back by {person}"),
    ),
    "unsnoozed": (mark("snooze ended"), mark("snooze ended by {person}")),
    "woke": (mark("the snooze ended"), mark("the snooze ended by {person}")),
    "unassigned": (mark("assigned to nobody"), mark("assigned to nobody by {person}")),
}
_NOTE = (mark("note: {note}"), mark("note by {person}: {note}"))
#: As a sentence begins.
_LAST_NOTE = (mark("Note: {note}"), mark("Note by {person}: {note}"))
_SNOOZED = (mark("snoozed until {day}"), mark("snoozed until {day} by {person}"))
_ASSIGNED = (
    mark("assigned to {assignee}"),
    mark("assigned to {assignee} by {person}"),
)
#: What a later version has done.
_OTHER = (mark("{what}"), mark("{what} by {person}"))
#: Blocks and fields of the forms.
UNTIL, DAY, PERSON, WORDS = "until", "day", "person", "words"


def person(id_: str) -> str:
    """Mention a person of Slack's; what is no id of one stays text."""
    return f"<@{id_}>" if _PERSON.match(id_) else outside(id_, 80)


def care_lines(care: Care) -> list[str]:
    """Say how it stands with people, a sentence each."""
    said = []
    if care.acknowledged_by is not None:
        said.append(
            tr(
                "Acknowledged by {person}, {day}",
                person=person(care.acknowledged_by),
                day=words.day(care.acknowledged_on),
            )
        )
    if care.snoozed_until is not None:
        said.append(
            tr(
                "Snoozed until {day} by {person}",
                day=words.day(care.snoozed_until),
                person=person(care.snoozed_by or ""),
            )
        )
    if care.assignee is not None:
        said.append(tr("Assigned to {person}", person=person(care.assignee)))
    if care.notes:
        note = care.notes[-1]
        said.append(_by(note, _LAST_NOTE, note=outside(note.detail or "", NOTE_LINE)))
    return said


def done_words(done: Done) -> str:
    """Say one thing that was done, by whom."""
    detail = done.detail or ""
    match done.what:
        case "noted":
            return _by(done, _NOTE, note=outside(detail, NOTE_LINE))
        case "snoozed":
            return _by(done, _SNOOZED, day=words.day(date.fromisoformat(detail)))
        case "assigned":
            return _by(done, _ASSIGNED, assignee=person(detail))
        case "changed":
            return tr(_CHANGES.get(detail, _CHANGED))
        case what:
            return _by(done, _DONE.get(what, _OTHER), what=outside(what, 80))


def _by(done: Done, texts: tuple[str, str], **values: str) -> str:
    """Say one of two texts: by nobody, and by a person."""
    if done.by is None:
        return tr(texts[0], **values)
    return tr(texts[1], person=person(done.by), **values)


def can_be_silent(invoice: Invoice | DocumentEvent) -> bool:
    """Tell whether something may still be told of its dates."""
    if isinstance(invoice, Withdrawn):
        return False
    return invoice.kind == "invoice" and (
        invoice.status in OWED or invoice.status is Status.UNKNOWN
    )


def care_buttons(
    invoice: Invoice | DocumentEvent, care: Care = NO_CARE
) -> list[Element]:
    """Make the buttons for what can be done about an invoice, if its id fits them."""
    value = ids.invoice_value(invoice.connection, invoice.id)
    if len(value) > MAX_BUTTON_VALUE:
        return []
    made: list[Element] = []
    if can_be_silent(invoice):
        if care.acknowledged_by is None:
            made.append(button(tr("Acknowledge"), ids.CARE_ACKNOWLEDGE, value))
        if care.snoozed_until is None:
            made.append(button(tr("Snooze"), ids.CARE_SNOOZE, value))
    more: list[tuple[str, Deed]] = [
        (tr("Assign"), "assign"),
        (tr("Add a note"), "note"),
    ]
    if care.acknowledged_by is not None:
        more.append((tr("Take the acknowledgement back"), "take_back"))
    if care.snoozed_until is not None:
        more.append((tr("End the snooze"), "unsnooze"))
    if care.assignee is not None:
        more.append((tr("Assign to nobody"), "unassign"))
    options = [
        (label, CareRef(deed=deed, connection=invoice.connection, id=invoice.id))
        for label, deed in more
    ]
    written = [(label, ref.to_value()) for label, ref in options]
    if all(len(value) <= MAX_OPTION_VALUE for _, value in written):
        made.append(overflow(ids.CARE_MORE, written))
    return made


def snooze_view(number: str, place: CarePlace, *, today: date) -> View:
    """Ask until when an invoice is to be silent."""
    choices = [
        (tr("{label} ({day})", label=label, day=words.day(day)), day.isoformat())
        for label, day in snooze_days(today)
    ]
    return modal(
        tr("Snooze"),
        [
            context(
                tr(
                    "Nothing is told of the dates of {number} before that day, unless "
                    "it changes. If it is unpaid then, I say so here.",
                    number=outside(number, 80),
                )
            ),
            input_block(
                UNTIL,
                tr("Until"),
                menu(UNTIL, tr("Choose a day"), choices),
                optional=True,
            ),
            input_block(
                DAY, tr("Or until another day"), date_input(DAY), optional=True
            ),
        ],
        callback_id=ids.CARE_SNOOZE_VIEW,
        submit=tr("Snooze"),
        close=tr("Cancel"),
        metadata=place.model_dump_json(),
    )


def snooze_days(today: date) -> Sequence[tuple[str, date]]:
    """List what is offered: tomorrow, next Monday, the first of next month."""
    monday = today + timedelta(days=7 - today.weekday())
    month = ahead_of(today.replace(day=1), 1, "month")
    return (
        (tr("Tomorrow"), today + timedelta(days=1)),
        (tr("Next week"), monday),
        (tr("Next month"), month),
    )


def assign_view(number: str, place: CarePlace, *, assignee: str | None) -> View:
    """Ask who is to look after an invoice."""
    return modal(
        tr("Assign"),
        [
            context(tr("Who looks after {number}?", number=outside(number, 80))),
            input_block(
                PERSON,
                tr("Person"),
                person_menu(PERSON, tr("Choose a person"), assignee),
            ),
        ],
        callback_id=ids.CARE_ASSIGN_VIEW,
        submit=tr("Assign"),
        close=tr("Cancel"),
        metadata=place.model_dump_json(),
    )


def note_view(number: str, place: CarePlace) -> View:
    """Ask for a note about an invoice."""
    return modal(
        tr("Note"),
        [
            context(
                tr(
                    "The note stays with {number}; everybody who may see the invoice "
                    "sees it.",
                    number=outside(number, 80),
                )
            ),
            input_block(
                WORDS, tr("Note"), {**text_input(WORDS, most=NOTE), "multiline": True}
            ),
        ],
        callback_id=ids.CARE_NOTE_VIEW,
        submit=tr("Keep"),
        close=tr("Cancel"),
        metadata=place.model_dump_json(),
    )


def wake_words(invoice: Invoice, *, today: date) -> str:
    """Say what is still owed when a snooze has ended."""
    owed = words.money(invoice.balance, invoice.currency)
    late = overdue_days(invoice, today=today)
    when = words.late(late) if late else words.due(invoice.due_on, today)
    return tr("{amount} owed, {when}", amount=owed, when=when)


def care_blocks(invoice: Invoice, care: Care, *, said: str = "") -> list[Block]:
    """Show below an invoice how it stands with people, and what can be done.

    *said* is what was done just now, in mrkdwn of our own.
    """
    lines = [f"*{said}*"] if said else []
    lines += care_lines(care)
    blocks = [section("\n".join(lines))] if lines else []
    buttons = care_buttons(invoice, care)
    if buttons:
        blocks.append(actions("care", *buttons))
    return blocks


def outcome_message(sentence: str) -> Message:
    """Say what was done; *sentence* is mrkdwn of our own."""
    return Message(sentence, [section(sentence)])


def outcome_view(title: str, sentence: str) -> View:
    """Say in a window what was done; *sentence* is mrkdwn of our own."""
    return modal(title, [section(sentence)], close=tr("Done"))

"""Who does what about an invoice: the words, the buttons, the forms."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.answers.ageing import overdue_days
from bot.answers.care import NO_CARE, Care, Done
from bot.queries.care import Deed
from bot.queries.spans import ahead_of
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
#: What a change is called that ended a silence, by the event's kind.
_CHANGES = {
    "amended": "it was amended",
    "payment": "something was paid",
    "withdrawn": "the provider no longer lists it",
    "issued": "it is back",
}
#: The words of the log that need nothing else.
_DONE = {
    "acknowledged": "acknowledged",
    "unacknowledged": "acknowledgement taken back",
    "unsnoozed": "snooze ended",
    "woke": "the snooze ended",
    "unassigned": "assigned to nobody",
}
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
            f"Acknowledged by {person(care.acknowledged_by)}, "
            f"{words.day(care.acknowledged_on)}"
        )
    if care.snoozed_until is not None:
        said.append(
            f"Snoozed until {words.day(care.snoozed_until)} "
            f"by {person(care.snoozed_by or '')}"
        )
    if care.assignee is not None:
        said.append(f"Assigned to {person(care.assignee)}")
    if care.notes:
        said.append(done_words(care.notes[-1]))
    return said


def done_words(done: Done) -> str:
    """Say one thing that was done, by whom."""
    by = "" if done.by is None else f" by {person(done.by)}"
    match done.what:
        case "noted":
            return f"note{by}: {outside(done.detail or '', NOTE_LINE)}"
        case "snoozed":
            until = date.fromisoformat(done.detail or "")
            return f"snoozed until {words.day(until)}{by}"
        case "assigned":
            return f"assigned to {person(done.detail or '')}{by}"
        case "changed":
            return f"no longer silent: {_CHANGES.get(done.detail or '', 'it changed')}"
        case what:
            return f"{_DONE.get(what, outside(what, 80))}{by}"


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
            made.append(button("Acknowledge", ids.CARE_ACKNOWLEDGE, value))
        if care.snoozed_until is None:
            made.append(button("Snooze", ids.CARE_SNOOZE, value))
    more: list[tuple[str, Deed]] = [("Assign", "assign"), ("Add a note", "note")]
    if care.acknowledged_by is not None:
        more.append(("Take the acknowledgement back", "take_back"))
    if care.snoozed_until is not None:
        more.append(("End the snooze", "unsnooze"))
    if care.assignee is not None:
        more.append(("Assign to nobody", "unassign"))
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
        (f"{label} ({words.day(day)})", day.isoformat())
        for label, day in snooze_days(today)
    ]
    return modal(
        "Snooze",
        [
            context(
                f"Nothing is told of the dates of {outside(number, 80)} before that "
                "day, unless it changes. If it is unpaid then, I say so here."
            ),
            input_block(
                UNTIL,
                "Until",
                menu(UNTIL, "Choose a day", choices),
                optional=True,
            ),
            input_block(DAY, "Or until another day", date_input(DAY), optional=True),
        ],
        callback_id=ids.CARE_SNOOZE_VIEW,
        submit="Snooze",
        close="Cancel",
        metadata=place.model_dump_json(),
    )


def snooze_days(today: date) -> Sequence[tuple[str, date]]:
    """List what is offered: tomorrow, next Monday, the first of next month."""
    monday = today + timedelta(days=7 - today.weekday())
    month = ahead_of(today.replace(day=1), 1, "month")
    return (
        ("Tomorrow", today + timedelta(days=1)),
        ("Next week", monday),
        ("Next month", month),
    )


def assign_view(number: str, place: CarePlace, *, assignee: str | None) -> View:
    """Ask who is to look after an invoice."""
    return modal(
        "Assign",
        [
            context(f"Who looks after {outside(number, 80)}?"),
            input_block(
                PERSON, "Person", person_menu(PERSON, "Choose a person", assignee)
            ),
        ],
        callback_id=ids.CARE_ASSIGN_VIEW,
        submit="Assign",
        close="Cancel",
        metadata=place.model_dump_json(),
    )


def note_view(number: str, place: CarePlace) -> View:
    """Ask for a note about an invoice."""
    return modal(
        "Note",
        [
            context(
                f"The note stays with {outside(number, 80)}; everybody who may see "
                "the invoice sees it."
            ),
            input_block(
                WORDS, "Note", {**text_input(WORDS, most=NOTE), "multiline": True}
            ),
        ],
        callback_id=ids.CARE_NOTE_VIEW,
        submit="Keep",
        close="Cancel",
        metadata=place.model_dump_json(),
    )


def wake_words(invoice: Invoice, *, today: date) -> str:
    """Say what is still owed when a snooze has ended."""
    owed = words.money(invoice.balance, invoice.currency)
    late = overdue_days(invoice, today=today)
    return (
        f"{owed} owed, {words.late(late) if late else words.due(invoice.due_on, today)}"
    )


def care_blocks(invoice: Invoice, care: Care, *, said: str = "") -> list[Block]:
    """Show below an invoice how it stands with people, and what can be done.

    *said* is what was done just now, in mrkdwn of our own.
    """
    lines = [f"*{said}*"] if said else []
    lines += [line[:1].upper() + line[1:] for line in care_lines(care)]
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
    return modal(title, [section(sentence)], close="Done")

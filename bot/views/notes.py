"""What is said beside an answer, and the questions it leads to."""

from collections.abc import Iterator

from bot.answers.model import (
    Emptied,
    InvoiceList,
    NoCurrency,
    Note,
    SetCurrency,
    Undated,
)
from bot.queries.model import Query
from bot.views import ids, words
from bot.views.kit import Block, Element, actions, button, context, outside, plain
from bot.views.reading import filters_of, period_of
from providers.models import OWED, Status

#: Of many statuses that an empty answer leaves out, so many are named.
_NAMED = 4
#: Buttons of an answer are numbered; those of its notes begin here.
_FIRST_BUTTON = 11
_MOST_BUTTONS = 5
_WITHOUT = {
    "amount": "of any amount",
    "currency": "in other currencies",
    "words": "without the words and names",
    "period": "in all other periods",
    "connections": "on other connections",
    "others": "without the other filters",
    "all": "in all",
}


def note_blocks(answer: InvoiceList) -> list[Block]:
    """Show the notes of *answer* with a button for each question they lead to."""
    blocks: list[Block] = [
        context(note_line(note))
        for note in answer.notes
        if not isinstance(note, Emptied)
    ]
    row: list[Element] = [
        button(plain(label, 75), f"{ids.RUN_COMMAND}:{n}", ids.answer_value(command))
        for n, (label, command) in enumerate(leads_of(answer), _FIRST_BUTTON)
    ]
    return [*blocks, actions("notes", *row)] if row else blocks


def leads_of(answer: InvoiceList) -> list[tuple[str, str]]:
    """List the questions that the notes of *answer* lead to, with their labels."""
    return [each for note in answer.notes for each in _buttons(note)][:_MOST_BUTTONS]


def note_line(note: Note) -> str:
    """Say a note in a sentence or two."""
    match note:
        case NoCurrency(currencies=found):
            named = ", ".join(outside(code, 10) for code in found)
            return (
                "No currency given: each invoice is compared in its own currency "
                f"({named} found)."
            )
        case Undated(labels=labels, count=count):
            named = " and ".join(outside(label, 80) for label in labels)
            return (
                f"{named}: no due dates and no payment term, so nothing there counts "
                f"as overdue. Unpaid there: {words.count(count, '{n} invoice', '{n} invoices')}."
            )
        case SetCurrency(labels=labels, currency=currency):
            named = " and ".join(outside(label, 80) for label in labels)
            verb = "names" if len(labels) == 1 else "name"
            code = outside(currency, 10)
            return f"{named} {verb} no currency: {code} is by our settings."
        case Emptied():
            return _emptied_line(note)


def nothing_line(answer: InvoiceList) -> str:
    """Say that nothing matches, what was asked for, and which filter emptied it."""
    said = ", ".join(_asked(answer.query))
    lines = [f"0 invoices for {said}." if said else "There are no invoices yet."]
    lines += [note_line(note) for note in answer.notes if isinstance(note, Emptied)]
    return " ".join(lines)


def _emptied_line(note: Emptied) -> str:
    total = sum(count for _, count in note.by_status)
    are = "is" if total == 1 else "are"
    if note.without != "state":
        return f"There {are} {words.figure(total)} {_WITHOUT[note.without]}."
    named = [
        f"{words.figure(count)} {words.status(Status(status))}"
        for status, count in note.by_status[:_NAMED]
    ]
    left = len(note.by_status) - len(named)
    if left:
        named.append(f"{words.figure(left)} other statuses")
    ones = " one" if total == 1 else " ones"
    return f"There {are} {' and '.join(named)}{ones if len(named) == 1 else ''}."


def _buttons(note: Note) -> Iterator[tuple[str, str]]:
    match note:
        case NoCurrency(only=only):
            for code, command in only:
                yield f"Only {code}", command
        case Undated(command=command):
            yield "Show unpaid", command
        case Emptied(by_status=by_status, command=command):
            one = sum(count for _, count in by_status) == 1
            yield "Show it" if one else "Show them", command


def _asked(query: Query) -> Iterator[str]:
    """Say each filter of *query*: "2021-08", "provider i3d", "unpaid"."""
    period = query.period
    if period and period.whole_months and period.first and period.field == "billed":
        last = period.last
        if last and (last.year, last.month) == (period.first.year, period.first.month):
            yield f"{period.first:%Y-%m}"
        else:
            yield period_of(period) or ""
    elif said := period_of(period):
        yield said
    if query.connections:
        kind = "provider" if len(query.connections) == 1 else "providers"
        yield f"{kind} {' or '.join(query.connections)}"
    if query.overdue:
        yield "overdue"
    elif set(query.status) == set(OWED):
        yield "unpaid"
    elif query.status:
        yield " or ".join(words.status(each) for each in query.status)
    if query.overdue is False:
        yield "not overdue"
    if query.kinds == ("credit_note",):
        yield "credit notes"
    yield from filters_of(query)

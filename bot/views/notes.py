"""What is said beside an answer, and the questions it leads to."""

from collections.abc import Iterator

from bot.answers.model import (
    Emptied,
    Filter,
    InvoiceList,
    NoCurrency,
    Note,
    SetCurrency,
    Undated,
)
from bot.queries.model import Query
from bot.queries.wording import marks, together, tr, trn
from bot.views import ids, words
from bot.views.filters import any_of, filters_of
from bot.views.kit import Block, Element, actions, button, context, outside, plain
from bot.views.reading import period_of
from providers.models import OWED, Status

#: Of many statuses that an empty answer leaves out, so many are named.
_NAMED = 4
#: Buttons of an answer are numbered; those of its notes begin here.
_FIRST_BUTTON = 11
_MOST_BUTTONS = 5
#: How many there are without a filter.
_WITHOUT: dict[Filter, tuple[str, str]] = {
    "amount": marks("There is {n} of any amount.", "There are {n} of any amount."),
    "currency": marks(
        "There is {n} in other currencies.", "There are {n} in other currencies."
    ),
    "words": marks(
        "There is {n} without the words and names.",
        "There are {n} without the words and names.",
    ),
    "period": marks(
        "There is {n} in all other periods.", "There are {n} in all other periods."
    ),
    "connections": marks(
        "There is {n} on other connections.", "There are {n} on other connections."
    ),
    "others": marks(
        "There is {n} without the other filters.",
        "There are {n} without the other filters.",
    ),
    "all": marks("There is {n} in all.", "There are {n} in all."),
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
            return tr(
                "No currency given: each invoice is compared in its own currency "
                "({currencies} found).",
                currencies=named,
            )
        case Undated(labels=labels, count=count):
            return trn(
                "{connections}: no due dates and no payment term, so nothing there "
                "counts as overdue. Unpaid there: {n} invoice.",
                "{connections}: no due dates and no payment term, so nothing there "
                "counts as overdue. Unpaid there: {n} invoices.",
                count,
                connections=together([outside(label, 80) for label in labels]),
                n=words.figure(count),
            )
        case SetCurrency(labels=labels, currency=currency):
            return trn(
                "{connections} names no currency: {currency} is by our settings.",
                "{connections} name no currency: {currency} is by our settings.",
                len(labels),
                connections=together([outside(label, 80) for label in labels]),
                currency=outside(currency, 10),
            )
        case Emptied():
            return _emptied_line(note)


def nothing_line(answer: InvoiceList) -> str:
    """Say that nothing matches, what was asked for, and which filter emptied it."""
    said = ", ".join(_asked(answer.query))
    lines = [
        tr("0 invoices for {filters}.", filters=said)
        if said
        else tr("There are no invoices yet.")
    ]
    lines += [note_line(note) for note in answer.notes if isinstance(note, Emptied)]
    return " ".join(lines)


def _emptied_line(note: Emptied) -> str:
    total = sum(count for _, count in note.by_status)
    if note.without != "state":
        one, many = _WITHOUT[note.without]
        return trn(one, many, total, n=words.figure(total))
    named = [
        f"{words.figure(count)} {words.status(Status(status))}"
        for status, count in note.by_status[:_NAMED]
    ]
    left = len(note.by_status) - len(named)
    if left:
        named.append(
            trn(
                "{n} other status",
                "{n} other statuses",
                left,
                n=words.figure(left),
            )
        )
    if len(named) == 1:
        return trn(
            "There is {count} one.",
            "There are {count} ones.",
            total,
            count=named[0],
        )
    return tr("There are {counts}.", counts=together(named))


def _buttons(note: Note) -> Iterator[tuple[str, str]]:
    match note:
        case NoCurrency(only=only):
            for code, command in only:
                yield tr("Only {currency}", currency=code), command
        case Undated(command=command):
            yield tr("Show unpaid"), command
        case Emptied(by_status=by_status, command=command):
            one = sum(count for _, count in by_status) == 1
            yield tr("Show it") if one else tr("Show them"), command


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
        yield trn(
            "provider {connections}",
            "providers {connections}",
            len(query.connections),
            connections=any_of(query.connections),
        )
    if query.overdue:
        yield tr("overdue")
    elif set(query.status) == set(OWED):
        yield tr("unpaid")
    elif query.status:
        yield any_of([words.status(each) for each in query.status])
    if query.overdue is False:
        yield tr("not overdue")
    if query.kinds == ("credit_note",):
        yield tr("credit notes")
    yield from filters_of(query)

"""From text to what is to be done about one invoice.

order = ("/" | "!") "invoice" number {connection} deed rest
      | deed number rest                     in a sentence
      | deed rest                            in the thread of an invoice's message
rest  = ["until" | "for"] day or length      snooze
      | ["to"] person | "to me"              assign
      | text, in quotes or not               note
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.queries.model import Context, QueryError, Suggestion
from bot.queries.parse import parse_query
from bot.queries.periods import read_length, read_period
from bot.queries.reader import Reader
from bot.queries.tokens import LONGEST, cut, normalise
from bot.queries.vocabulary import lexicon
from bot.queries.wording import mark, tr

#: What a person can do about an invoice, and undo.
Deed = Literal[
    "acknowledge", "take_back", "snooze", "unsnooze", "assign", "unassign", "note"
]
#: Stands in place of a person for whoever orders.
ME = "me"
_WORDS: dict[str, Deed] = {
    "acknowledge": "acknowledge",
    "ack": "acknowledge",
    "unacknowledge": "take_back",
    "snooze": "snooze",
    "unsnooze": "unsnooze",
    "wake": "unsnooze",
    "assign": "assign",
    "unassign": "unassign",
    "note": "note",
}
#: What can be ordered instead, and what the button for it says.
_OFFERED = {
    "snooze 1w": mark("Snooze 1w"),
    "snooze 2w": mark("Snooze 2w"),
    "snooze 1 month": mark("Snooze 1 month"),
    "assign to me": mark("Assign to me"),
    "acknowledge": mark("Acknowledge"),
    "ack": mark("Ack"),
    "unacknowledge": mark("Unacknowledge"),
    "unsnooze": mark("Unsnooze"),
    "wake": mark("Wake"),
    "unassign": mark("Unassign"),
}
_DEED = rf"(?P<deed>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b"
_ADDRESS = r"\s*(?:<@[UWB][A-Z0-9]+(?:\|[^>]*)?>[\s:,]*|@\S+\s+)*"
_NUMBER = r"(?P<number>[\"“][^\"”]+[\"”]|\S+)"
_FLAGS = re.IGNORECASE | re.DOTALL
_OF_ONE = re.compile(
    rf"{_ADDRESS}(?:[/!]\s?)?invoice\s+{_NUMBER}\s+"
    rf"(?P<names>(?:[^\s\"]+\s+){{0,4}}?){_DEED}(?P<said>.*)$",
    _FLAGS,
)
_SENTENCE = re.compile(
    rf"{_ADDRESS}(?:please\s+)?{_DEED}\s+(?:invoice\s+)?"
    r"(?P<number>#?(?=[^\s]*\d)[A-Za-z0-9][\w/.-]{3,})(?P<said>(?:\s.*)?)$",
    _FLAGS,
)
_HERE = re.compile(rf"{_ADDRESS}[!]?\s*(?:please\s+)?{_DEED}(?P<said>.*)$", _FLAGS)
_PERSON = re.compile(r"\s*(?:to\s+)?<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>\s*$", _FLAGS)
_MYSELF = re.compile(r"\s*(?:to\s+)?(?:me|myself)\s*$", _FLAGS)
_NOBODY = re.compile(r"\s*(?:to\s+)?(?:nobody|no one|none)\s*$", _FLAGS)
_LEAD = re.compile(r"\s*(?:until|till|til|to|for)\s+", _FLAGS)
_IS_DAY = re.compile(r"\d{4}-\d\d-\d\d$")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*$", _FLAGS)
_MARKUP = re.compile(r"<([@#])?([^|>\s]+)(?:\|([^>]*))?>")


@dataclass(frozen=True, slots=True)
class CareOrder:
    """Do *deed* about the invoice with this number; empty, about the thread's own.

    *until* is the first day on which it is told of again; *person* an id of Slack's,
    or `ME`; *words* the text of a note.
    """

    deed: Deed
    number: str
    connections: tuple[str, ...] = ()
    until: date | None = None
    person: str = ""
    words: str = ""


def parse_care(
    text: str, *, context: Context, in_thread: bool = False
) -> CareOrder | None:
    """Read an order about one invoice; ``None`` when it is something else.

    With *in_thread* it may leave the number out: the thread is about one invoice.

    Raises:
        QueryError: it is one, and says too little or too much.
    """
    if len(text) > LONGEST * 2:
        return None
    match = _OF_ONE.match(text) or _SENTENCE.match(text)
    if match is None:
        match = _HERE.match(text) if in_thread else None
        return None if match is None else _read(match, "", (), context)
    number = match["number"].strip('"“”').removeprefix("#")
    names = (match.groupdict().get("names") or "").strip()
    connections: tuple[str, ...] = ()
    if names:
        connections = parse_query(
            f'/invoice "{number}" {names}', context=context
        ).connections
    return _read(match, number, connections, context)


def _read(
    match: re.Match[str], number: str, connections: tuple[str, ...], context: Context
) -> CareOrder:
    deed, said = _WORDS[match["deed"].casefold()], match["said"]
    order = CareOrder(deed, number, connections)
    match deed:
        case "snooze":
            return _snoozed(order, said, context)
        case "assign":
            return _assigned(order, said)
        case "note":
            return _noted(order, said)
        case _ if said.strip(" .!"):
            raise QueryError(
                tr("I don't know what `{text}` means there.", text=normalise(said)),
                suggestions=_of(order, match["deed"].casefold()),
            )
        case _:
            return order


def _snoozed(order: CareOrder, said: str, context: Context) -> CareOrder:
    rest = normalise(_LEAD.sub("", said, count=1)).strip(" .!")
    if not rest:
        raise QueryError(
            tr("Until when is it to be snoozed?"),
            hint=tr("Say a day or a length: `snooze 2025-12-01`, `snooze 2w`."),
            suggestions=_of(order, "snooze 1w", "snooze 2w", "snooze 1 month"),
        )
    until = _day(rest, context)
    if until is None:
        raise QueryError(
            tr("I don't know which day `{text}` is.", text=rest),
            hint=tr("Say a day or a length: `snooze 2025-12-01`, `snooze 2w`."),
            suggestions=_of(order, "snooze 1w", "snooze 2w", "snooze 1 month"),
        )
    return CareOrder(order.deed, order.number, order.connections, until=until)


def _day(text: str, context: Context) -> date | None:
    """Read the day on which a snooze ends: the first of a period, the end of a length.

    Raises:
        QueryError: there is no such day, or more than one.
    """
    try:
        if _IS_DAY.match(text):
            return date.fromisoformat(text)
        return _day_of_words(text, context)
    except (OverflowError, ValueError) as error:
        if isinstance(error, QueryError):
            raise
        return None


def _day_of_words(text: str, context: Context) -> date | None:
    reader = Reader(tuple(cut(text)), context, lexicon(context.connections), False)
    if (length := read_length(reader)) is not None and reader.done:
        return length.last
    reader.pos = 0
    period = read_period(reader, "due")
    if period is None or not reader.done:
        return None
    day = period.first or period.last
    if day is not None and day <= context.today and _WEEKDAY.match(text):
        return day + timedelta(days=7)  # elsewhere a weekday is the last one
    return day


def _assigned(order: CareOrder, said: str) -> CareOrder:
    if match := _PERSON.match(said):
        return CareOrder(
            order.deed, order.number, order.connections, person=match["id"]
        )
    if _MYSELF.match(said):
        return CareOrder(order.deed, order.number, order.connections, person=ME)
    if _NOBODY.match(said):
        return CareOrder("unassign", order.number, order.connections)
    who = normalise(said)
    raise QueryError(
        tr("I cannot tell who `{name}` is.", name=who)
        if who
        else tr("Who is to look after it?"),
        hint=tr("Type `@` and choose the person from Slack's list."),
        suggestions=_of(order, "assign to me"),
    )


def _noted(order: CareOrder, said: str) -> CareOrder:
    words = _MARKUP.sub(_plain, said).strip().strip(":").strip()
    for open_, close in ('""', "“”"):
        if len(words) > 1 and words[0] == open_ and words[-1] == close:
            words = words[1:-1].strip()
    for escaped, plain in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(escaped, plain)
    if not words:
        raise QueryError(
            tr("The note is empty."),
            hint=tr('Write it behind the word: `note "asked them"`.'),
        )
    return CareOrder(order.deed, order.number, order.connections, words=words)


def _plain(match: re.Match[str]) -> str:
    """Write what Slack made of a mention or an address as it was typed."""
    sign, target, label = match[1] or "", match[2], match[3]
    return f"{sign}{label}" if label and sign else f"{sign}{target}"


def _of(order: CareOrder, *deeds: str) -> tuple[Suggestion, ...]:
    """Offer commands about the same invoice; in a thread there are none to press."""
    if not order.number:
        return ()
    names = "".join(f" {name}" for name in order.connections)
    number = f'"{order.number}"' if " " in order.number else f"#{order.number}"
    return tuple(
        Suggestion(tr(_OFFERED[deed]), f"/invoice {number}{names} {deed}")
        for deed in deeds
    )

"""From text to a query, or to an error that says what would work.

    question = ("/" | "!") command {clause} | [mention] {clause or filler word}
    command  = "invoices" | "unpaid" | "overdue" | "invoice" number [part]
    clause   = period | datefield period | status | connection | text | amount
             | ("for" | "customer:" | "from" | "seller:") name | currency | age
             | order | limit | "-" (status | connection) | "upcoming" | grouping
             | comparison | output | "changes"

Clauses come in any order; the module `clauses` reads them, `periods` and `amounts`
their values, and ``words.toml`` has the words. Every word is read or refused.
"""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from bot.queries.checks import check_period
from bot.queries.clauses import CLAUSES, PASSING, is_order
from bot.queries.commands import to_command
from bot.queries.corrections import MOST
from bot.queries.doubts import (
    not_one,
    only_read,
    out_of_scope,
    refusal,
    unknown_word,
    with_commands,
)
from bot.queries.draft import Draft
from bot.queries.model import Context, Query, QueryError, Suggestion
from bot.queries.outputs import numbered_part, read_output, read_part
from bot.queries.reader import Reader, UnclearError, replaced
from bot.queries.states import ConflictError
from bot.queries.tokens import LONGEST, Token, cut, join, normalise
from bot.queries.vocabulary import Lexicon, lexicon
from bot.queries.wording import either, tr

COMMANDS = ("invoices", "unpaid", "overdue", "invoice")
_BASES = {"unpaid": "unpaid", "overdue": "overdue"}
_SLASHED = re.compile(r"[/!]\s?([^\s/!]+)\s*(.*)$")
_MENTIONS = re.compile(r"(?:@\S+\s*)+")
#: Quotes around digits that follow neither a key nor a hash sign: a period.
_QUOTED_PERIOD = re.compile(r'(?<![:#\w])"(\d[\d\s./-]*)"')
_ONE = re.compile(r'(?:"([^"]+)"|#?(\S+))\s*(.*)$')


@dataclass(frozen=True, slots=True)
class Door:
    """How a question came in: after a slash command, or as a sentence (no command)."""

    command: str
    context: Context
    lexicon: Lexicon
    #: Only tried: what is wrong with it need not be explained.
    trial: bool = False

    def written(self, text: str) -> str:
        """Write *text* as it would be typed here."""
        return f"/{self.command} {text}".rstrip() if self.command else text


def parse_query(text: str, *, context: Context) -> Query:
    """Read what somebody typed: a slash command, a short form, or a sentence.

    Raises:
        QueryError: It is not one question that can be answered.
    """
    regular = _regular(text)
    if mentions := _MENTIONS.match(regular):
        regular = regular[mentions.end() :]
    if match := _SLASHED.match(regular):
        return parse_command(match[1], match[2], context)
    return _parse(regular, Door("", context, lexicon(context.connections)))


def parse_command(command: str, text: str, context: Context) -> Query:
    """Read the *text* after a slash command; *command* with or without its slash.

    Raises:
        QueryError: It is not one question that can be answered.
    """
    name = command.lstrip("/!").casefold()
    words = lexicon(context.connections)
    if name == "help":
        return _parse(f"help {text}", Door("", context, words))
    if name not in COMMANDS:
        raise _unknown_command(name, text, context)
    door = Door(name, context, words)
    return _parse(_regular(text), door)


def _regular(text: str) -> str:
    if len(text) > LONGEST:
        raise QueryError(
            tr("That is longer than {n} characters.", n=LONGEST),
            hint=tr("Ask with fewer words."),
            suggestions=(Suggestion(tr("Help"), "/invoices help"),),
        )
    return normalise(text)


def _parse(text: str, door: Door) -> Query:
    """Read a question, and explain what is wrong with it where something is."""
    text = _unquoted(text, door)
    tokens = tuple(cut(text))
    try:
        query = _read(text, tokens, door)
        check_period(query, door.context)
    except UnclearError as doubt:
        raise _explained(doubt, tokens, door) from None
    except ConflictError as conflict:
        commands = tuple(Suggestion(*each) for each in conflict.labelled)
        raise QueryError(str(conflict), suggestions=commands) from None
    except OverflowError:
        raise QueryError(
            tr("That is further away than the calendar goes."),
            suggestions=(Suggestion(tr("This year"), "/invoices this year"),),
        ) from None
    return query


def _unquoted(text: str, door: Door) -> str:
    """Take the quotes off a period; after `/invoice` they hold a number."""
    if '"' not in text or door.command == "invoice":
        return text
    return _QUOTED_PERIOD.sub(r"\1", text)


def _try(text: str, door: Door) -> Query | None:
    """Read a corrected question; nothing if it has something wrong, too."""
    text = _unquoted(text, door)
    try:
        query = _read(text, tuple(cut(text)), replace(door, trial=True))
        check_period(query, door.context)
    except (QueryError, ConflictError, OverflowError):
        return None
    return query


def _read(text: str, tokens: tuple[Token, ...], door: Door) -> Query:
    topic = _help_topic(tokens, door)
    if topic is not None:
        return Query(show="help", topic=topic)
    if door.command == "invoice":
        return _read_one(text, door)
    reader = Reader(tokens, door.context, door.lexicon, chatty=not door.command)
    draft = Draft(base=_BASES.get(door.command, ""))
    try:
        _read_clauses(reader, draft, trial=door.trial)
    except UnclearError:
        # What cannot be done explains more than the words that belong to it.
        if not draft.refused:
            raise
    if draft.refused:
        raise refusal(reader, draft, door.written)
    if draft.number is not None:
        return _numbered(draft)
    if not (draft.meant or draft.base):
        return _nothing_said(reader)
    return draft.to_query()


def _read_clauses(reader: Reader, draft: Draft, *, trial: bool) -> None:
    while not reader.done:
        for read in CLAUSES:
            if read(reader, draft):
                draft.meant = draft.meant or read not in PASSING
                break
        else:
            raise reader.unclear("") if trial else unknown_word(reader, draft)


def _help_topic(tokens: Sequence[Token], door: Door) -> str | None:
    """Find what help is asked about, if nothing but help is asked for."""
    words = [token.word.lstrip("/") for token in tokens]
    if words == [""] or (not words and not door.command):
        return ""
    if not words and door.command in ("invoices", "invoice"):
        return door.command
    others = [word for word in words if word not in ("help", "usage", "?")]
    if len(others) == len(words) or any(word not in COMMANDS for word in others):
        return None
    if len(others) > 1 or len(words) - len(others) > 1:
        return None
    return others[0] if others else door.command


def _read_one(text: str, door: Door) -> Query:
    """Read ``/invoice NUMBER [connection]``; the number stays as typed."""
    match = _ONE.match(text)
    number, rest = (match[1] or match[2], match[3]) if match else (text, "")
    if match and match[2] and not text.startswith("#"):
        _check_no_period(number, rest, door)
    tokens = tuple(cut(rest))
    reader = Reader(tokens, door.context, door.lexicon, chatty=False)
    draft = Draft()
    while not reader.done:
        if any(read(reader, draft) for read in (read_part, read_output)):
            continue
        if reader.peek().word == "details":
            reader.take()
            continue
        meaning = reader.meaning()
        if is_order(reader):
            raise only_read(number)
        if meaning is None or meaning.kind != "connection":
            raise not_one(number, rest, reader)
        draft.connections.extend(meaning.connections)
        reader.take(meaning.length)
    return Query(
        show="invoice",
        number=number,
        part=numbered_part(draft, number),
        connections=tuple(dict.fromkeys(draft.connections)),
    )


def _check_no_period(number: str, rest: str, door: Door) -> None:
    """Ask whether ``/invoice 2021`` means a number, or the invoices of a year."""
    if _try(number, replace(door, command="invoices")):
        raise with_commands(
            tr(
                "`{number}` can be read two ways: as a period or filter, and as an "
                "invoice's number.",
                number=number,
            ),
            [f"/invoices {number} {rest}".strip(), f"/invoice #{number}"],
        )


def _numbered(draft: Draft) -> Query:
    """Make the query for one invoice; what else was said must be its connection."""
    # Its answer says whether it is paid or late, so asking that selects nothing.
    draft.statuses.clear()
    number = draft.number or ""
    part = numbered_part(draft, number)
    draft.part = draft.file = None
    query = draft.to_query()
    plain = Query(connections=query.connections)
    if query != plain:
        raise with_commands(
            tr(
                "`{number}` is a number, and one invoice needs no other filter.",
                number=draft.number,
            ),
            [f"/invoice {draft.number}"],
        )
    return replace(plain, show="invoice", number=number, part=part)


def _nothing_said(reader: Reader) -> Query:
    """Answer ``invoices`` with help; of other filler nothing can be made."""
    words = {token.word for token in reader.tokens}
    if words & {"invoices", "invoice", "bills"} or not reader.chatty:
        return Query(show="help", topic="invoices")
    raise out_of_scope(reader.context)


def _unknown_command(name: str, text: str, context: Context) -> QueryError:
    near = sorted(COMMANDS, key=lambda known: OSA.distance(name, known))
    commands = [f"/{known} {text}".strip() for known in near]
    return QueryError(
        tr("There is no command `/{name}`.", name=name),
        hint=tr("Commands are /invoices, /unpaid, /overdue and /invoice NUMBER."),
        suggestions=_working(((c, c) for c in commands), context)
        or (Suggestion(tr("Help"), "/invoices help"),),
    )


def _explained(doubt: UnclearError, tokens: Sequence[Token], door: Door) -> QueryError:
    """Turn a doubt into an error whose suggestions are known to parse."""
    written = [
        (label, door.written(join(list(replaced(tokens, doubt.span, text)))))
        for label, text in doubt.fixes
    ]
    written += [(command, command) for command in doubt.commands]
    fallbacks = [(tr("Help"), f"/{door.command or 'invoices'} help")]
    suggestions = _working(written, door.context) or _working(fallbacks, door.context)
    problem, hint = doubt.problem, doubt.hint
    nearest_word = suggestions[0].label
    if doubt.name_closest and (nearest_word, nearest_word) in doubt.fixes:
        closest = tr("Closest: `{word}`.", word=nearest_word)
        problem = f"{problem} {closest}"
    if doubt.lists_commands:
        years = {label for label, text in doubt.fixes if text.isdigit()}
        hint = _did_you_mean(suggestions, years)
    # Where a word alone was mended, the button says all that it runs.
    mended = {label for label, text in doubt.fixes if label == text and doubt.mends}
    named = tuple(
        replace(each, label=tr("Run {command}", command=each.command))
        if each.label in mended
        else each
        for each in suggestions
    )
    orders = tuple(Suggestion(*each) for each in doubt.orders)
    return QueryError(
        problem,
        hint=hint,
        suggestions=(*orders, *named),
        about=doubt.about,
        is_complete=doubt.lists_commands or doubt.is_complete,
    )


def _did_you_mean(suggestions: Sequence[Suggestion], years: Container[str]) -> str:
    """List the commands; those with the labels of *years* are about a whole one."""
    said = [
        tr("`{command}` (whole year)", command=each.command)
        if each.label in years
        else f"`{each.command}`"
        for each in suggestions
    ]
    return tr("Did you mean {commands}?", commands=either(said))


def _working(
    written: Iterable[tuple[str, str]], context: Context
) -> tuple[Suggestion, ...]:
    """Keep the first commands that parse; a sentence becomes its command."""
    found: dict[Query, Suggestion] = {}
    for label, text in written:
        slashed = _SLASHED.match(text)
        name = slashed[1].casefold() if slashed else ""
        if name and name not in COMMANDS:
            continue
        door = Door(name, context, lexicon(context.connections))
        query = _try(slashed[2] if slashed else text, door)
        asked_for_help = "help" in text or (slashed and not slashed[2])
        if query is None or (query.show == "help" and not asked_for_help):
            continue
        command = text if slashed else to_command(query, context)
        shown = command if label == text else label
        found.setdefault(query, Suggestion(shown, command))
        if len(found) == MOST:
            break
    return tuple(found.values())

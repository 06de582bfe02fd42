"""What is said about words that make no question: which ones, and what would work."""

import re
from collections.abc import Callable, Iterable

from bot.queries.corrections import is_slip, nearest
from bot.queries.draft import Draft
from bot.queries.model import Context, QueryError, Suggestion
from bot.queries.names import described
from bot.queries.reader import Reader, UnclearError
from bot.queries.tokens import join

#: What may follow the number of one invoice.
_PARTS = frozenset(("pdf", "lines", "history", "why"))
_NUMBER_LIKE = re.compile(r"(?=.*\d)[\w/.-]{4,}$")


def with_commands(
    problem: str, commands: Iterable[str], hint: str = ""
) -> UnclearError:
    """Make a doubt about the whole question, with *commands* in its place."""
    return UnclearError(problem, span=(0, 0), hint=hint, commands=tuple(commands))


def out_of_scope(context: Context) -> UnclearError:
    """Say what questions are about."""
    latest = context.newest or context.today
    month = f"/invoices {latest.year} {latest.month}"
    return with_commands(
        "I answer questions about invoices.",
        ["/unpaid", "/overdue", month],
        hint="Try `unpaid`, `overdue`, "
        f"`invoices {latest.year} {latest.month}`, or `help`.",
    )


def not_one(number: str, rest: str, reader: Reader) -> UnclearError:
    """Explain why there is more than a number."""
    near = [word for word in nearest(reader.lexicon, reader.peek()) if word in _PARTS]
    return with_commands(
        f"I don't know what `{reader.peek().raw}` means after the number `{number}`.",
        [
            *(f"/invoice {number} {word}" for word in near),
            f"/invoices {number} {rest}",
            f"/invoice {number}",
        ],
        hint="After `/invoice` comes one number, then pdf, lines, history or why, and "
        "a connection's name where two share the number.",
    )


def refusal(
    reader: Reader, draft: Draft, written: Callable[[str], str]
) -> UnclearError:
    """Say what cannot be done, and offer the question without it, *written* out."""
    words, tokens = reader.lexicon.words, reader.tokens
    kinds = list(dict.fromkeys(what for what, _, _ in draft.refused))
    left = list(tokens)
    for _, start, end in reversed(draft.refused):
        del left[start:end]
    commands = [written(join(left))] if left or draft.base else []
    if "change" in kinds:
        numbers = [t.raw for t in tokens if _NUMBER_LIKE.match(t.raw)]
        commands = [f"/invoice {number}" for number in numbers]
        if numbers:
            return only_read(numbers[0], words.refusals["change"])
    for kind in kinds:
        commands += words.tables["later_nearest"].get(kind, [])
    if not commands:
        commands = ["/invoices this month", "/unpaid"]
    problem = " ".join(words.refusals[kind] for kind in kinds)
    return with_commands(problem, commands)


def only_read(number: str, problem: str) -> UnclearError:
    """Say what can be done instead about one invoice."""
    show = f"/invoice {number}"
    doubt = with_commands(
        problem,
        [show],
        hint=f"I can hide it from reminders: [Snooze] or show how it stands: [{show}].",
    )
    doubt.orders = (("Snooze", f"{show} snooze 1w"),)
    doubt.about = number
    return doubt


def with_portal(error: QueryError, address: str) -> QueryError:
    """Show who can do what we cannot: the provider, at the *address* of its portal."""
    snooze, show = error.suggestions
    portal = Suggestion("Open at provider", show.command, address)
    return QueryError(
        error.problem,
        hint="I can hide it from reminders: [Snooze] or show who can act: "
        "[Open at provider].",
        suggestions=(snooze, portal),
    )


def unknown_word(reader: Reader, draft: Draft) -> UnclearError:
    """Name the word that nothing is made of, and the nearest ones that work."""
    _move_to_unknown(reader)
    token, start = reader.peek(), reader.pos
    if token.kind == "key":
        return reader.unclear(
            f"`{reader.said(start, start + 2)}` says nothing I can use after "
            f"`{token.raw}`.",
            count=2,
            fixes=[("Leave it out", "")],
        )
    raw = token.raw or token.word
    candidates = list(nearest(reader.lexicon, token))
    fixes = _of_number(reader) or [(one, one) for one in candidates]
    if not candidates and not fixes and reader.chatty and not draft.meant:
        return out_of_scope(reader.context)
    span = (start, max(reader.pos, start + 1))
    if fixes and not candidates:
        problem = f"`{raw}` alone says nothing I can use."
        return UnclearError(problem, span=span, fixes=[*fixes, ("Leave it out", "")])
    names = {known.name: known.label for known in reader.lexicon.connections}
    if candidates and candidates[0] in names:
        name = candidates[0]
        return UnclearError(
            f"No provider, customer or status is called `{raw}`. "
            f"Closest: provider `{name}` ({names[name]}).",
            span=span,
            fixes=fixes,
            hint=f"Providers here: {described(reader.lexicon)}.",
            mends=True,
        )
    # Of a single slip it is plain what was meant; dropping the word would be a guess.
    without = [] if is_slip(token, candidates) else [("Leave it out", "")]
    return UnclearError(
        f"I don't know the word `{raw}`." if raw else "I cannot read that.",
        span=span,
        fixes=[*fixes, *without],
        hint=f"Connections here: {described(reader.lexicon)}." if not fixes else "",
        commands=(f"/invoice {raw}",) if _NUMBER_LIKE.match(raw) else (),
        name_closest=bool(candidates),
    )


def _of_number(reader: Reader) -> list[tuple[str, str]]:
    """Say what a number alone may have been meant to be, days with their unit."""
    token = reader.peek()
    raw = token.raw
    if not (token.word.isascii() and token.word.isdigit()):
        return []
    days = reader.value("unit", 1) == "day"
    if days:
        reader.take(2)
    if len(token.word) <= 2 and 1 <= int(token.word) <= 12:
        if days:
            return [(f"{raw} days late or more", f"age >={raw}")]
        year = reader.context.today.year
        return [(f"{year}-{int(token.word):02}", f"{year} {int(token.word)}")]
    if days:
        return [(f"more than {raw} days late", f"age >{raw}")]
    return [(f"over {raw}", f">{raw}"), (f"exactly {raw}", f"={raw}")]


def _move_to_unknown(reader: Reader) -> None:
    """Move past known words to the one that keeps them from making sense."""
    ahead = 0
    while reader.lexicon.begins(reader.peek(ahead).word) or (
        reader.peek(ahead).kind in ("key", "minus", "sign")
    ):
        ahead += 1
    token = reader.peek(ahead)
    if token.kind == "word" and not token.word[:1].isdigit():
        reader.take(ahead)

"""What is said about words that make no question: which ones, and what would work."""

import re
from collections.abc import Callable, Iterable

from bot.queries.corrections import is_slip, nearest
from bot.queries.draft import Draft
from bot.queries.model import Context, QueryError, Suggestion
from bot.queries.names import described
from bot.queries.reader import Reader, UnclearError
from bot.queries.tokens import join
from bot.queries.wording import mark, tr

#: What may follow the number of one invoice.
_PARTS = frozenset(("pdf", "lines", "history", "why"))
#: What is said of what answers cannot do, by the kinds of words that ask for it.
REFUSALS = {
    "group": mark(
        "I cannot group by that; month, quarter, year, connection, provider, seller, "
        "customer, currency and status work."
    ),
    "subscribe": mark(
        "Subscriptions have a command of their own, `/invoices subscribe`, which works "
        "in Slack."
    ),
    "settings": mark(
        "Settings have a command of their own, `/invoices settings`, which works in "
        "Slack."
    ),
    "change": mark("I only read billing data; I cannot delete or pay anything."),
    "convert": mark("I cannot convert amounts yet; each currency is shown on its own."),
    "as_of": mark(
        "I cannot show how things stood on another day yet; only how they stand now."
    ),
}
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
    doubt = with_commands(
        tr("I answer questions about invoices."),
        ["/unpaid", "/overdue", month],
        hint=tr(
            "Try `unpaid`, `overdue`, `invoices {year} {month}`, or `help`.",
            year=latest.year,
            month=latest.month,
        ),
    )
    doubt.is_complete = True
    return doubt


def not_one(number: str, rest: str, reader: Reader) -> UnclearError:
    """Explain why there is more than a number."""
    near = [word for word in nearest(reader.lexicon, reader.peek()) if word in _PARTS]
    return with_commands(
        tr(
            "I don't know what `{text}` means after the number `{number}`.",
            text=reader.peek().raw,
            number=number,
        ),
        [
            *(f"/invoice {number} {word}" for word in near),
            f"/invoices {number} {rest}",
            f"/invoice {number}",
        ],
        hint=tr(
            "After `/invoice` comes one number, then pdf, lines, history or why, and "
            "a connection's name where two share the number."
        ),
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
            return only_read(numbers[0])
    for kind in kinds:
        commands += words.tables["later_nearest"].get(kind, [])
    if not commands:
        commands = ["/invoices this month", "/unpaid"]
    problem = " ".join(tr(REFUSALS[kind]) for kind in kinds)
    return with_commands(problem, commands)


def only_read(number: str) -> UnclearError:
    """Say what can be done instead about one invoice."""
    show, snooze = f"/invoice {number}", tr("Snooze")
    doubt = with_commands(
        tr(REFUSALS["change"]),
        [show],
        hint=tr(
            "I can hide it from reminders: [{snooze}] or show how it stands: [{show}].",
            snooze=snooze,
            show=show,
        ),
    )
    doubt.orders = ((snooze, f"{show} snooze 1w"),)
    doubt.about = number
    return doubt


def with_portal(error: QueryError, address: str) -> QueryError:
    """Show who can do what we cannot: the provider, at the *address* of its portal."""
    snooze, show = error.suggestions
    portal = Suggestion(tr("Open at provider"), show.command, address)
    return QueryError(
        error.problem,
        hint=tr(
            "I can hide it from reminders: [{snooze}] or show who can act: [{portal}].",
            snooze=snooze.label,
            portal=portal.label,
        ),
        suggestions=(snooze, portal),
    )


def unknown_word(reader: Reader, draft: Draft) -> UnclearError:
    """Name the word that nothing is made of, and the nearest ones that work."""
    _move_to_unknown(reader)
    leave_out = (tr("Leave it out"), "")
    token, start = reader.peek(), reader.pos
    if token.kind == "key":
        return reader.unclear(
            tr(
                "`{text}` says nothing I can use after `{key}`.",
                text=reader.said(start, start + 2),
                key=token.raw,
            ),
            count=2,
            fixes=[leave_out],
        )
    raw = token.raw or token.word
    candidates = list(nearest(reader.lexicon, token))
    fixes = _of_number(reader) or [(one, one) for one in candidates]
    if not candidates and not fixes and reader.chatty and not draft.meant:
        return out_of_scope(reader.context)
    span = (start, max(reader.pos, start + 1))
    if fixes and not candidates:
        problem = tr("`{text}` alone says nothing I can use.", text=raw)
        return UnclearError(problem, span=span, fixes=[*fixes, leave_out])
    names = {known.name: known.label for known in reader.lexicon.connections}
    if candidates and candidates[0] in names:
        name = candidates[0]
        return UnclearError(
            tr(
                "No provider, customer or status is called `{text}`. "
                "Closest: provider `{name}` ({label}).",
                text=raw,
                name=name,
                label=names[name],
            ),
            span=span,
            fixes=fixes,
            hint=tr("Providers here: {names}.", names=described(reader.lexicon)),
            mends=True,
        )
    # Of a single slip it is plain what was meant; dropping the word would be a guess.
    without = [] if is_slip(token, candidates) else [leave_out]
    return UnclearError(
        tr("I don't know the word `{word}`.", word=raw)
        if raw
        else tr("I cannot read that."),
        span=span,
        fixes=[*fixes, *without],
        hint=""
        if fixes
        else tr("Connections here: {names}.", names=described(reader.lexicon)),
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
            return [(tr("{n} days late or more", n=raw), f"age >={raw}")]
        year = reader.context.today.year
        return [(f"{year}-{int(token.word):02}", f"{year} {int(token.word)}")]
    if days:
        return [(tr("more than {n} days late", n=raw), f"age >{raw}")]
    return [
        (tr("over {number}", number=raw), f">{raw}"),
        (tr("exactly {number}", number=raw), f"={raw}"),
    ]


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

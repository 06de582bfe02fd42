"""From text to an order about subscriptions, or to the question it is instead.

    order  = ("/" | "!") "invoices subscribe" [rest], in a sentence "subscribe" [rest]
    rest   = "list" | ("stop" | "resume") id
           | ["preview"] wanted {wanted | time | filter | where | manner}
    where  = "in" channel | "to me"
    manner = "updates in thread" | "new message" | "only update"
           | "even if empty" | "with" ("csv" | "xlsx")

What is wanted, when and where come in any order; filters are those of questions that
an event can be held against.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from rapidfuzz.distance import OSA

from bot.queries.clauses import CLAUSES
from bot.queries.corrections import MOST, nearest
from bot.queries.draft import Draft
from bot.queries.manner import Manner, check_manner, read_manner
from bot.queries.model import Context, Query, QueryError, Suggestion
from bot.queries.often import too_often
from bot.queries.orders import (
    ME,
    ListSubscriptions,
    NewSubscription,
    Order,
    Pace,
    ResumeSubscription,
    StopSubscription,
    Subscribe,
    Wanted,
    order_command,
    span_of,
)
from bot.queries.parse import parse_query
from bot.queries.reader import Reader, UnclearError, replaced
from bot.queries.states import ConflictError
from bot.queries.times import WORDS, read_time, step_of
from bot.queries.tokens import LONGEST, Token, cut, join, normalise
from bot.queries.vocabulary import lexicon
from bot.queries.wording import tr, trn

_ORDER = re.compile(
    r"\s*(?:<@[UWB][A-Z0-9]+(?:\|[^>]*)?>[\s:,]*|@\S+\s+)*"
    r"(?:[/!]\s?invoices\s+)?(?P<word>subscribe|subscriptions|unsubscribe)\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CHANNEL = re.compile(
    r"(?:\b(?:in|to|into)\s+)?<#(?P<id>[CGD][A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE
)
_ID = re.compile(r"[0-9a-f]{4,16}$")
_WANTED: dict[str, Wanted] = {
    "new": "new",
    "issued": "new",
    "overdue": "overdue",
    "due": "due",
    "upcoming": "due",
    "changes": "changes",
    "changed": "changes",
    "digest": "digest",
}
_ORDER_OF: tuple[Wanted, ...] = ("new", "overdue", "due", "changes", "digest")
_DEEDS = ("list", "stop", "resume", "preview")
_ALONE = re.compile(r"(\d{1,3})(d|days?|w|weeks?)?$")
#: Words between the others that say nothing.
_FILLER = frozenset(("invoices", "invoice", "the", "and", "of", "all", "as", "a", "me"))
#: What an event can be held against; the rest of a question is about how things stand.
_KEPT = (
    "connections",
    "not_connections",
    "kinds",
    "text",
    "seller",
    "customer",
    "currency",
    "minimum",
    "maximum",
)
#: When a digest comes where nothing is said about it.
DIGEST_TIME = "0 9 * * mon-fri"
EXAMPLES = (
    "/invoices subscribe new",
    "/invoices subscribe overdue weekdays 09:00",
    "/invoices subscribe list",
)


def parse_request(text: str, *, context: Context, pace: Pace) -> Query | Order:
    """Read what somebody typed: an order about subscriptions, or a question.

    Raises:
        QueryError: It is neither.
    """
    match = _ORDER.match(text)
    if match is None:
        return parse_query(text, context=context)
    if len(text) > LONGEST:
        raise QueryError(
            tr("That is longer than {n} characters.", n=LONGEST),
            suggestions=_suggestions(EXAMPLES),
        )
    rest, channel = _without_channel(match["rest"])
    words = normalise(rest)
    if match["word"].casefold() == "unsubscribe":
        words = f"stop {words}"
    elif match["word"].casefold() == "subscriptions":
        words = words or "list"
    written = _Written(tuple(cut(words)), channel, context, pace)
    try:
        return _read(written)
    except UnclearError as doubt:
        raise _explained(doubt, written) from None
    except ConflictError as conflict:
        raise QueryError(str(conflict), suggestions=_suggestions(EXAMPLES)) from None


@dataclass(frozen=True, slots=True)
class _Written:
    """The words after ``subscribe``; *channel* was a link and is not among them."""

    tokens: tuple[Token, ...]
    channel: str
    context: Context
    pace: Pace

    def command(self, tokens: Sequence[Token]) -> str:
        where = f" in <#{self.channel}>" if self.channel else ""
        return f"/invoices subscribe {join(list(tokens))}{where}"


@dataclass(slots=True)
class _Plan:
    """What was said so far."""

    channel: str
    wanted: list[Wanted] = field(default_factory=list)
    cron: str | None = None
    time: tuple[int, int] | None = None
    preview: bool = False
    draft: Draft = field(default_factory=Draft)
    manner: Manner = field(default_factory=Manner)


def _without_channel(text: str) -> tuple[str, str]:
    """Take the first link to a channel out of *text*: only there is its id."""
    found = _CHANNEL.search(text)
    if found is None:
        return text, ""
    return f"{text[: found.start()]} {text[found.end() :]}", found["id"].upper()


def _read(written: _Written) -> Order:
    tokens = written.tokens
    words = [token.word for token in tokens]
    if not words and not written.channel:
        return NewSubscription()
    if words == ["list"]:
        return ListSubscriptions()
    if words == ["help"]:
        raise _with_commands(
            tr(
                "A subscription posts news by itself: say what (`new`, `overdue`, "
                "`due:{span}`, `changes`, `digest`), when (`now`, `weekdays 09:00`, "
                "`every hour`), which (`swo`, `over 1000 eur`), where (`in` a channel, "
                "`to me`) and how (`only update`, `even if empty`, `with xlsx`).",
                span=span_of(written.pace),
            ),
            EXAMPLES,
            hint=tr(
                "`preview` before it says what the last 30 days would have posted."
            ),
        )
    if words[:1] in (["stop"], ["resume"]):
        return _with_id(words)
    context = written.context
    reader = Reader(tokens, context, lexicon(context.connections), chatty=False)
    plan = _Plan(written.channel)
    while not reader.done:
        if not _read_part(reader, plan, written.pace):
            raise _unknown(reader)
    return _subscription(reader, plan, written.pace)


def _with_id(words: list[str]) -> StopSubscription | ResumeSubscription:
    deed = words[0]
    if len(words) == 2 and _ID.match(words[1]):
        return (StopSubscription if deed == "stop" else ResumeSubscription)(words[1])
    raise _with_commands(
        tr("Which one? `{deed}` takes the id of one subscription.", deed=deed),
        ["/invoices subscribe list"],
        hint=tr("`/invoices subscribe list` shows the ids."),
    )


def _read_part(reader: Reader, plan: _Plan, pace: Pace) -> bool:
    return (
        _read_preview(reader, plan)
        or read_manner(reader, plan.manner)
        or _read_wanted(reader, plan, pace)
        or _read_where(reader, plan)
        or _read_when(reader, plan, pace)
        or any(read(reader, plan.draft) for read in CLAUSES)
        or _read_filler(reader)
    )


def _read_preview(reader: Reader, plan: _Plan) -> bool:
    if reader.peek().word != "preview" or plan.preview:
        return False
    reader.take()
    plan.preview = True
    return True


def _read_wanted(reader: Reader, plan: _Plan, pace: Pace) -> bool:
    token, start = reader.peek(), reader.pos
    wanted = _WANTED.get(token.word) if token.kind in ("word", "key") else None
    if wanted is None or (token.kind == "key" and wanted != "due"):
        return False
    reader.take()
    if wanted == "due":
        reader.take(1 if reader.peek().word in ("soon", "within", "in") else 0)
        _check_span(reader, start, pace)
    if wanted not in plan.wanted:
        plan.wanted.append(wanted)
    return True


def _check_span(reader: Reader, start: int, pace: Pace) -> None:
    """Read ``3d`` after ``due:``; what is due soon is the same for everybody."""
    match = _ALONE.match(reader.peek().word)
    if match is None or (match[2] is None and reader.tokens[start].kind != "key"):
        unit = reader.peek(1).word
        if match is None or unit not in ("day", "days", "week", "weeks"):
            return
        reader.take()
    else:
        unit = match[2] or "days"
    reader.take()
    span = timedelta(days=int(match[1]) * (7 if unit.startswith("w") else 1))
    usual = span_of(pace)
    days = usual.removesuffix("d")
    if f"{span.days}d" == usual:
        return
    count = reader.pos - start
    reader.pos = start
    raise reader.unclear(
        trn(
            "What is due soon is told {n} days before the due date, to everybody "
            "alike.",
            "What is due soon is told {n} days before the due date, to everybody "
            "alike.",
            int(days),
            n=days,
        ),
        count=count,
        fixes=[
            (
                trn("Due within {n} days", "Due within {n} days", int(days), n=days),
                f"due:{usual}",
            )
        ],
        hint=tr("An admin can change the days (sync.due_soon)."),
    )


def _read_where(reader: Reader, plan: _Plan) -> bool:
    """Read ``to me`` and ``in dm``; a channel's bare name says nothing certain."""
    words = (reader.peek().word, reader.peek(1).word)
    if words in (("to", "me"), ("in", "dm"), ("by", "dm"), ("as", "dm")):
        if plan.channel:
            raise reader.unclear(
                tr("A subscription posts in one place: a channel, or here to you."),
                count=2,
                fixes=[(tr("Leave it out"), "")],
            )
        reader.take(2)
        plan.channel = ME
        return True
    ahead = 1 if words[0] in ("in", "to", "into") else 0
    if reader.peek(ahead).kind != "hash":
        return False
    name = reader.peek(ahead + 1).raw
    raise reader.unclear(
        tr("I cannot tell which channel `#{name}` is.", name=name),
        count=ahead + 2,
        fixes=[(tr("Here"), ""), (tr("To me alone"), "to me")],
        hint=tr(
            "Choose it from the list that Slack opens after `#`, or type this there."
        ),
    )


def _read_when(reader: Reader, plan: _Plan, pace: Pace) -> bool:
    start = reader.pos
    cron = read_time(reader)
    if cron is None:
        return False
    count = reader.pos - start
    if plan.time is not None:
        said = reader.said(start)
        reader.pos = start
        raise reader.unclear(
            tr(
                "There is another time besides `{text}`; make a subscription for each.",
                text=said,
            ),
            count=count,
            fixes=[(tr("Leave it out"), "")],
        )
    if cron and step_of(cron) < pace.every:
        reader.pos = start
        raise too_often(reader, cron, count, pace)
    plan.cron, plan.time = cron or None, (start, count)
    return True


def _read_filler(reader: Reader) -> bool:
    if reader.peek().word not in _FILLER:
        return False
    reader.take()
    return True


def _subscription(reader: Reader, plan: _Plan, pace: Pace) -> Subscribe:
    if plan.draft.refused:
        _, start, end = plan.draft.refused[0]
        raise UnclearError(
            tr("A subscription cannot take `{text}`.", text=reader.said(start, end)),
            span=(start, end),
            fixes=[(tr("Leave it out"), "")],
        )
    if not plan.wanted:
        fixes = [(f"{each} …", each) for each in ("new", "overdue", "digest")]
        raise UnclearError(
            tr(
                "Say what to post: `new`, `overdue`, `due:{span}`, `changes` or "
                "`digest`.",
                span=span_of(pace),
            ),
            span=(0, 0),
            fixes=fixes,
            commands=EXAMPLES,
        )
    if "digest" in plan.wanted and len(plan.wanted) > 1:
        raise _with_commands(
            tr(
                "A digest tells everything already; name it alone, or name kinds and a "
                "time."
            ),
            ["/invoices subscribe digest", EXAMPLES[1]],
        )
    if "digest" in plan.wanted and plan.time is not None and plan.cron is None:
        start, count = plan.time
        raise UnclearError(
            tr("A digest comes at a time; news comes now."),
            span=(start, start + count),
            fixes=[(each, each) for each in ("weekdays 09:00", "daily 09:00")],
        )
    cron = plan.cron
    if "digest" in plan.wanted and cron is None:
        cron = DIGEST_TIME
    check_manner(plan.manner, cron)
    return Subscribe(
        wanted=tuple(each for each in _ORDER_OF if each in plan.wanted),
        cron=cron,
        filters=_filters(reader, plan.draft),
        channel=plan.channel,
        preview=plan.preview,
        follow=plan.manner.follow or "message",
        even_if_empty=plan.manner.even_if_empty is not None,
        attach=plan.manner.attach,
    )


def _filters(reader: Reader, draft: Draft) -> Query:
    """Keep of a question what an event can be held against; refuse the rest."""
    query = draft.to_query()
    kept = Query(**{name: getattr(query, name) for name in _KEPT})
    if query != kept:
        raise _with_commands(
            tr(
                "`{text}` has more than a subscription can look at: it goes by "
                "connection, amount, currency, credit notes and text, not by period, "
                "status, age or order.",
                text=reader.said(0, len(reader.tokens)),
            ),
            EXAMPLES,
        )
    return kept


def _unknown(reader: Reader) -> UnclearError:
    token = reader.peek()
    raw = token.raw or token.word
    typed = token.word
    limit = 1 if len(typed) <= 4 else 2
    own = [
        word
        for word in (*_WANTED, *_DEEDS, *WORDS)
        if 0 < OSA.distance(typed, word, score_cutoff=limit) <= limit
    ]
    own.sort(key=lambda word: OSA.distance(typed, word))
    near = list(dict.fromkeys((*own, *nearest(reader.lexicon, token))))
    return UnclearError(
        tr("I don't know the word `{word}` in a subscription.", word=raw)
        if raw
        else tr("I cannot read that."),
        span=(reader.pos, reader.pos + 1),
        fixes=[*((word, word) for word in near), (tr("Leave it out"), "")],
        name_closest=bool(near),
    )


def _with_commands(
    problem: str, commands: Iterable[str], hint: str = ""
) -> UnclearError:
    return UnclearError(problem, span=(0, 0), hint=hint, commands=tuple(commands))


def _explained(doubt: UnclearError, written: _Written) -> QueryError:
    """Turn a doubt into an error whose suggestions are known to be orders."""
    fixes = [
        (label, written.command(replaced(written.tokens, doubt.span, text)))
        for label, text in doubt.fixes
    ]
    fixes += [(command, command) for command in doubt.commands]
    suggestions = tuple(_working(fixes, written))[:MOST] or _suggestions(EXAMPLES)
    problem = doubt.problem
    first = suggestions[0].label
    if doubt.name_closest and (first, first) in doubt.fixes:
        closest = tr("Closest: `{word}`.", word=first)
        problem = f"{problem} {closest}"
    return QueryError(problem, hint=doubt.hint, suggestions=suggestions)


def _working(
    fixes: Iterable[tuple[str, str]], written: _Written
) -> Iterator[Suggestion]:
    found: set[Order] = set()
    for label, command in fixes:
        rest, channel = _without_channel(command.removeprefix("/invoices subscribe"))
        again = replace(written, tokens=tuple(cut(normalise(rest))), channel=channel)
        try:
            order = _read(again)
        except (QueryError, ConflictError):
            continue
        if order not in found:
            found.add(order)
            yield Suggestion(label, order_command(order, written.context, written.pace))


def _suggestions(commands: Iterable[str]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(each, each) for each in commands)

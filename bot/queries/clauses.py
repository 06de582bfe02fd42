"""The clauses of a question: each reads its own words at the reader's place.

A clause function returns whether it took anything. A new clause is a function in
`CLAUSES`, a key in `_KEYS`, or a word in ``words.toml``, and a field to keep it in.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

from rapidfuzz.distance import OSA

from bot.queries.amounts import (
    Range,
    read_bucket,
    read_comparison,
    read_currency,
    read_range,
)
from bot.queries.draft import ORDERS, SORT_WORDS, Draft
from bot.queries.model import DateField, Period
from bot.queries.names import described, find_partly, find_similar, find_whole
from bot.queries.periods import ahead_of, read_length, read_period
from bot.queries.reader import Reader, UnclearError
from bot.queries.vocabulary import name_words

_NUMBER_LIKE = re.compile(r"(?=.*\d{3})(?=.*[^\W\d_])[\w/.-]{5,}$|\d{6,}$")
_DEFAULT_AHEAD_DAYS = 14
_FIELDS: dict[str, DateField] = {"issued": "issued", "due": "due", "paid": "paid"}


def _read_key(reader: Reader, draft: Draft) -> bool:
    token = reader.peek()
    if token.kind != "key":
        return False
    start = reader.pos
    read = _KEYS.get(token.word)
    if read is None:
        near = sorted(_KEYS, key=lambda key: OSA.distance(key, token.word))[:1]
        raise reader.unclear(
            f"I don't know the filter `{token.raw}`.",
            fixes=[(f"{key}:", f"{key}:{reader.peek(1).raw}") for key in near]
            if reader.peek(1).raw
            else [],
            count=2,
            hint=f"Filters are {', '.join(sorted(_KEYS))}.",
        )
    reader.take()
    if not read(reader, draft):
        reader.pos = start
        return False
    return True


def _read_minus(reader: Reader, draft: Draft) -> bool:
    """Read ``-credit``, ``-swo``: what to leave out."""
    if reader.peek().kind != "minus":
        return False
    start = reader.pos
    reader.take()
    named = reader.peek().kind == "key"
    if named and reader.peek().word in ("connection", "provider", "status"):
        reader.take()
    meaning = reader.meaning()
    if meaning and meaning.kind == "status":
        draft.not_statuses.append(meaning.value)
        reader.take(meaning.length)
        return True
    if names := _take_name(reader, asked_for=named):
        draft.not_connections.extend(names)
        return True
    if meaning is None:
        reader.pos = start
        return False
    said = reader.peek().raw
    raise UnclearError(
        f"I can leave out statuses and connections, but not `{said}`.",
        span=(start, reader.pos + 1),
        fixes=[("Leave the word out", "")],
    )


def _read_text(reader: Reader, draft: Draft) -> bool:
    """Read ``#words`` and ``"quoted words"``."""
    start = reader.pos
    if reader.peek().kind == "hash":
        reader.take()
    elif reader.peek().kind != "quoted":
        return False
    return _read_text_value(reader, draft, start=start)


def _read_text_value(reader: Reader, draft: Draft, *, start: int = -1) -> bool:
    token = reader.peek()
    if token.kind not in ("word", "quoted") or not token.word:
        return False
    start = reader.pos if start < 0 else start
    reader.take()
    draft.set_once(reader, start, "text", token.word)
    return True


def _read_upcoming(reader: Reader, draft: Draft) -> bool:
    """Read ``upcoming 14d``: what is owed and due from today on."""
    meaning = reader.meaning()
    if meaning is None or meaning.value != "upcoming":
        return False
    start = reader.pos
    reader.take(meaning.length)
    if reader.value("word") == "in":
        reader.take()
    today = reader.context.today
    span = read_length(reader)
    last = span.last if span else ahead_of(today, _DEFAULT_AHEAD_DAYS, "day")
    period = Period(today, last, whole_months=False, field="due")
    draft.set_period(reader, start, period)
    draft.statuses.append("unpaid")
    return True


def _read_later(reader: Reader, draft: Draft) -> bool:
    """Note what is understood and cannot be done yet, with the words about it."""
    start = reader.pos
    meaning = reader.meaning()
    words = [reader.peek(ahead).word for ahead in range(2)]
    if meaning and meaning.kind == "later":
        if meaning.value == "change" and reader.chatty and start > 0:
            return False
        reader.take(meaning.length)
        what = meaning.value
        if what in ("subscribe", "settings", "change"):
            reader.take(len(reader.tokens))
    elif words == ["as", "of"]:
        what = "as_of"
        reader.take(2)
        read_period(reader)
    elif words[0] == "as" and reader.peek(1).kind == "word" and not reader.chatty:
        what = "file"
        reader.take(2)
    elif words[0] in ("to", "converted", "convert") and _takes_currency(reader):
        what = "convert"
    else:
        return False
    draft.refused.append((what, start, min(reader.pos, len(reader.tokens))))
    return True


def _takes_currency(reader: Reader) -> bool:
    start = reader.pos
    while reader.peek().word in ("to", "converted", "convert", "everything", "all"):
        reader.take()
    if read_currency(reader):
        return True
    reader.pos = start
    return False


def _read_limit(reader: Reader, draft: Draft) -> bool:
    """Read ``top 5``, ``first 10``, ``three biggest``."""
    start = reader.pos
    word = reader.value("limit")
    ahead = 1 if word else 0
    count = reader.value("number", ahead) or reader.peek(ahead).word
    known = re.fullmatch(r"[1-9]\d{0,3}", count, re.ASCII)
    if not known or not (word or reader.kind(1) == "sort"):
        return False
    reader.take(ahead + 1)
    draft.set_once(reader, start, "limit", int(count))
    if word == "top" and not any(map(partial(_sorts, reader), reader.places)):
        draft.order = ORDERS["largest"]
    return True


def _sorts(reader: Reader, place: int) -> bool:
    token = reader.tokens[place]
    if token.kind == "key":
        return token.word == "sort"
    meaning = reader.lexicon.at(reader.tokens, place)
    return meaning is not None and meaning.kind == "sort"


def _read_age(reader: Reader, draft: Draft) -> bool:
    """Read ``age >45``, ``age 31..60``; and ``31-60`` where overdue is asked for."""
    start = reader.pos
    named = reader.value("word") == "age"
    reader.take(1 if named else 0)
    found = None
    if named or draft.base == "overdue" or "overdue" in draft.statuses:
        found = read_bucket(reader)
    if found is None and named:
        found = read_comparison(reader) or read_range(reader)
    if found is None:
        reader.pos = start
        return False
    _set_age(reader, draft, start, found.low, found.high)
    return True


def _set_age(
    reader: Reader, draft: Draft, start: int, low: object, high: object
) -> None:
    for name, bound in (("age_from", low), ("age_to", high)):
        if bound is not None:
            draft.set_once(reader, start, name, bound)


def _read_amount(reader: Reader, draft: Draft) -> bool:
    """Read ``over 1000 eur``, ``100..500 usd``; ``over 60 days`` is an age."""
    start = reader.pos
    found = read_comparison(reader) or read_range(reader)
    if found is None:
        return False
    if reader.tokens[start].word.isdigit() and _are_years(found):
        reader.pos = start
        return False
    draft.set_range(reader, start, found)
    return True


def _are_years(found: Range) -> bool:
    """Tell whether ``2019..2021`` was said, with nothing that makes it money."""
    bounds = (found.low, found.high)
    return not (found.currency or found.is_age) and all(
        bound is not None and 1990 <= bound.value <= 2099 for bound in bounds
    )


def _read_date_field(reader: Reader, draft: Draft) -> bool:
    """Read ``due next week``, and in sentences ``paid in October``."""
    start = reader.pos
    meaning = reader.meaning()
    if meaning is None or not (
        meaning.kind == "field"
        or (meaning.value == "paid" and meaning.kind == "status" and reader.chatty)
    ):
        return False
    reader.take(meaning.length)
    while reader.value("word") == "in" or reader.peek().word in ("by", "the"):
        reader.take()
    if period := read_period(reader, _FIELDS[meaning.value]) or _next_days(reader):
        draft.set_period(reader, start, _about(period, _FIELDS[meaning.value]))
        if meaning.value == "due" and reader.chatty:
            draft.statuses.append("unpaid")
        return True
    reader.pos = start
    if meaning.kind == "status":
        return False
    return _read_bare_field(reader, draft, meaning.value, meaning.length)


def _read_bare_field(reader: Reader, draft: Draft, value: str, length: int) -> bool:
    if reader.chatty and value in ("due", "paid"):
        draft.statuses.append("unpaid" if value == "due" else "paid")
        reader.take(length)
        return True
    if reader.chatty:
        reader.take(length)
        return True
    raise reader.unclear(
        f"`{reader.peek().raw}` needs a period after it.",
        count=length,
        fixes=[("this month", f"{value}:this month"), ("unpaid", "unpaid")],
        hint=f"Write it as `{value}:2025-12` or `{value}:last month`.",
    )


def _about(period: Period, field: DateField) -> Period:
    return Period(period.first, period.last, period.whole_months, field)


def _next_days(reader: Reader) -> Period | None:
    span = read_length(reader)
    return Period(span.first, span.last, whole_months=False) if span else None


def _read_plain_period(reader: Reader, draft: Draft) -> bool:
    start = reader.pos
    period = read_period(reader)
    if period is None:
        return False
    draft.set_period(reader, start, period)
    return True


def _read_for(reader: Reader, draft: Draft) -> bool:
    """Read ``for NAME``, ``from NAME``; before a period or a known word, nothing."""
    if reader.value("word") != "for" and reader.peek().word != "from":
        return False
    start = reader.pos
    reader.take()
    if names := _take_name(reader, asked_for=True):
        draft.connections.extend(names)
    elif reader.peek().kind == "quoted":
        _read_text_value(reader, draft, start=start)
    elif reader.meaning() is None and _is_name(reader):
        _check_no_slip(reader)
        _read_text_value(reader, draft, start=start)
    elif reader.done:
        reader.pos = start
        return False
    return True


def _is_name(reader: Reader) -> bool:
    token = reader.peek()
    return token.kind == "word" and not token.word[:1].isdigit()


def _check_no_slip(reader: Reader) -> None:
    """Refuse a name that looks like a known word with a typing error in it."""
    typed = reader.peek().word
    limit = 1 if len(typed) <= 4 else 2
    near = [
        known
        for known in reader.lexicon.single_words()
        if OSA.distance(typed, known, score_cutoff=limit) <= limit
    ]
    if near:
        near.sort(key=lambda known: OSA.distance(typed, known))
        quoted = f'"{reader.peek().raw}"'
        raise reader.unclear(
            f"Is `{reader.peek().raw}` a name, or a slip for `{near[0]}`?",
            fixes=[(near[0], near[0]), (f"the name {typed}", quoted)],
        )


def _read_status(reader: Reader, draft: Draft) -> bool:
    meaning = reader.meaning()
    if meaning is None or meaning.kind != "status":
        return False
    if meaning.value == "unknown" and reader.chatty and meaning.length == 1:
        return False
    reader.take(meaning.length)
    draft.statuses.append(meaning.value)
    return True


def _read_order(reader: Reader, draft: Draft) -> bool:
    value = reader.value("sort")
    meaning = reader.meaning()
    if value is None or meaning is None:
        return False
    start = reader.pos
    last = reader.peek(meaning.length - 1).word
    counted = last == "first" and reader.peek(meaning.length).word.isdigit()
    reader.take(meaning.length - counted)
    draft.set_once(reader, start, "order", ORDERS[value])
    singular = reader.peek().word in ("invoice", "bill")
    if singular and reader.chatty and draft.limit is None:
        draft.limit = 1
    return True


def _read_in(reader: Reader, draft: Draft) -> bool:
    """Read ``in eur``, ``in 2021``: the word itself says nothing."""
    if reader.value("word") != "in" or reader.done:
        return False
    start = reader.pos
    reader.take()
    if _read_currency(reader, draft):
        return True
    following = reader.kind()
    token = reader.peek()
    if token.kind == "word" and (following or token.word[:1].isdigit()):
        return True
    reader.pos = start
    return False


def _read_currency(reader: Reader, draft: Draft) -> bool:
    """Read a currency; a code no invoice is in is refused where that is known."""
    start = reader.pos
    if reader.peek().kind != "word" or reader.kind() not in ("", "currency"):
        return False
    code = read_currency(reader)
    if code is None:
        return False
    known = reader.context.currencies
    if known and code not in known:
        reader.pos = start
        raise reader.unclear(
            f"No invoice here is in {code}.",
            fixes=[(one, one.casefold()) for one in known[:3]],
            hint=f"Currencies here: {', '.join(known)}.",
        )
    draft.set_once(reader, start, "currency", code)
    return True


def _read_bare_currency(reader: Reader, draft: Draft) -> bool:
    """Read a currency without a word before it; rare codes are English words, too."""
    known = reader.context.currencies or reader.lexicon.words.usual
    code = reader.value("currency")
    return code in known and _read_currency(reader, draft)


def _read_all(reader: Reader, draft: Draft) -> bool:
    if reader.value("word") != "all":
        return False
    meaning = reader.meaning()
    reader.take(meaning.length if meaning else 1)
    if reader.value("unit") == "time":
        reader.take()
    draft.meant = True
    return True


def _read_name(reader: Reader, draft: Draft) -> bool:
    names = _take_name(reader, asked_for=False)
    draft.connections.extend(names)
    return bool(names)


def _take_name(reader: Reader, *, asked_for: bool) -> Sequence[str]:
    """Take the name of one connection, or of all those of one provider."""
    meaning = reader.meaning()
    if meaning and meaning.kind == "connection":
        reader.take(meaning.length)
        return meaning.connections
    token = reader.peek()
    names: Sequence[str] = ()
    if asked_for and token.kind in ("word", "quoted"):
        names = find_whole(reader.lexicon, name_words(token.word))
    if names or token.kind == "quoted":
        pass
    elif token.kind == "word" and meaning is None:
        names = find_partly(reader.lexicon, token.word, asked_for=asked_for)
    else:
        return ()
    if len(names) > 1:
        raise reader.unclear(
            f"Several connections match `{token.raw}`: {', '.join(names)}.",
            fixes=[(name, name) for name in names],
        )
    reader.take(len(names))
    return names


def _read_number(reader: Reader, draft: Draft) -> bool:
    """Read ``invoice F25-0000101``, and in sentences a number alone."""
    start = reader.pos
    named = reader.value("word") == "number"
    meaning = reader.meaning()
    reader.take(meaning.length if named and meaning else 0)
    token = reader.peek()
    if not (reader.chatty and token.kind == "word" and _NUMBER_LIKE.match(token.raw)):
        reader.pos = start
        return False
    reader.take()
    draft.set_once(reader, start, "number", token.raw)
    return True


def _read_filler(reader: Reader, _: Draft) -> bool:
    """Pass over words that say nothing about which invoices."""
    meaning = reader.meaning()
    if meaning is None:
        return False
    said_in_chat = meaning.kind == "chat" or meaning.value in ("number", "for", "in")
    if meaning.kind != "filler" and not (reader.chatty and said_in_chat):
        return False
    reader.take(meaning.length)
    return True


CLAUSES: tuple[Callable[[Reader, Draft], bool], ...] = (
    _read_key,
    _read_minus,
    _read_text,
    _read_upcoming,
    _read_later,
    _read_date_field,
    _read_status,
    _read_limit,
    _read_order,
    _read_age,
    _read_amount,
    _read_plain_period,
    _read_for,
    _read_in,
    _read_all,
    _read_name,
    _read_bare_currency,
    _read_number,
    _read_filler,
)
#: Those that say nothing about which invoices.
PASSING = (_read_in, _read_filler)


def _dated(field: DateField) -> Callable[[Reader, Draft], bool]:
    def read(reader: Reader, draft: Draft) -> bool:
        start = reader.pos - 1
        period = read_period(reader, field)
        if period is None and (found := _next_days(reader)):
            period = _about(found, field)
        if period is None:
            return False
        draft.set_period(reader, start, period)
        return True

    return read


def _refused(what: str) -> Callable[[Reader, Draft], bool]:
    def read(reader: Reader, draft: Draft) -> bool:
        start = reader.pos - 1
        if not read_period(reader):
            reader.take()
        draft.refused.append((what, start, min(reader.pos, len(reader.tokens))))
        return True

    return read


def _read_named_connection(reader: Reader, draft: Draft) -> bool:
    names = _take_name(reader, asked_for=True)
    if not names and reader.peek().kind in ("word", "quoted") and not reader.done:
        known = [one.name for one in reader.lexicon.connections]
        near = list(find_similar(reader.lexicon, reader.peek().word)) or known
        raise reader.unclear(
            f"No connection is called `{reader.peek().raw}`.",
            fixes=[(name, name) for name in near],
            hint=f"Connections here: {described(reader.lexicon)}.",
        )
    draft.connections.extend(names)
    return bool(names)


def _read_amount_value(reader: Reader, draft: Draft) -> bool:
    start = reader.pos
    found = read_comparison(reader) or read_range(reader, plain=True)
    if found is None or found.is_age:
        return False
    draft.set_range(reader, start, found)
    return True


def _read_age_value(reader: Reader, draft: Draft) -> bool:
    start = reader.pos
    found = read_bucket(reader) or read_comparison(reader)
    found = found or read_range(reader, plain=True)
    if found is None or found.currency:
        return False
    _set_age(reader, draft, start, found.low, found.high)
    return True


def _read_sort_value(reader: Reader, draft: Draft) -> bool:
    start = reader.pos
    descending = reader.peek().kind == "minus"
    reader.take(1 if descending else 0)
    name = SORT_WORDS.get(reader.peek().word)
    if name is None:
        return False
    reader.take()
    draft.set_once(reader, start, "order", (name, descending))
    return True


def _read_limit_value(reader: Reader, draft: Draft) -> bool:
    word = reader.peek().word
    if not re.fullmatch(r"[1-9]\d{0,3}", word, re.ASCII):
        return False
    reader.take()
    draft.set_once(reader, reader.pos - 1, "limit", int(word))
    return True


_KEYS: dict[str, Callable[[Reader, Draft], bool]] = {
    "status": _read_status,
    "provider": _read_named_connection,
    "connection": _read_named_connection,
    "customer": _read_text_value,
    "seller": _read_text_value,
    "text": _read_text_value,
    "amount": _read_amount_value,
    "currency": _read_currency,
    "issued": _dated("issued"),
    "due": _dated("due"),
    "paid": _dated("paid"),
    "age": _read_age_value,
    "sort": _read_sort_value,
    "limit": _read_limit_value,
    "updated": _refused("updated"),
    "to": _refused("convert"),
    "basis": _refused("basis"),
}

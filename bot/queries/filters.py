"""Filters: status, connection, text, amount, days late, currency, a number."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from bot.queries.amounts import (
    Range,
    read_bucket,
    read_comparison,
    read_currency,
    read_range,
)
from bot.queries.draft import Draft
from bot.queries.names import find_partly, find_whole
from bot.queries.reader import Reader, UnclearError
from bot.queries.vocabulary import name_words
from bot.queries.wording import tr

#: Statuses that can be asked for, but not left out.
_ONLY_WANTED = frozenset(("disputed", "void", "paid_late"))
#: What else is said after "for", and may be mistyped there.
_AFTER_FOR = frozenset(
    ("connection", "month", "weekday", "moment", "which", "status", "unit")
)
#: Words of a name that is written without quotes.
_LONGEST_NAME = 4
_NUMBER_LIKE = re.compile(r"(?=.*\d{3})(?=.*[^\W\d_])[\w/.-]{5,}$|\d{6,}$")


def read_minus(reader: Reader, draft: Draft) -> bool:
    """Read ``-credit``, ``-swo``: what to leave out."""
    if reader.peek().kind != "minus":
        return False
    start = reader.pos
    reader.take()
    named = reader.peek().kind == "key"
    if named and reader.peek().word in ("connection", "provider", "status"):
        reader.take()
    meaning = reader.meaning()
    if meaning and meaning.kind == "status" and meaning.value not in _ONLY_WANTED:
        draft.not_statuses.append(meaning.value)
        reader.take(meaning.length)
        return True
    if names := take_name(reader, asked_for=named):
        draft.not_connections.extend(names)
        return True
    if meaning is None and not named:
        reader.pos = start
        return False
    length = meaning.length if meaning else 1 + (reader.peek().kind == "key")
    said = reader.said(reader.pos, reader.pos + length)
    raise UnclearError(
        tr("I can leave out statuses and connections, but not `{text}`.", text=said),
        span=(start, reader.pos + length),
        fixes=[(tr("Leave the word out"), "")],
    )


def read_text(reader: Reader, draft: Draft) -> bool:
    """Read ``#words`` and ``"quoted words"``."""
    start = reader.pos
    if reader.peek().kind == "hash":
        reader.take()
    elif reader.peek().kind != "quoted":
        return False
    return read_text_value(reader, draft, start=start)


def read_text_value(
    reader: Reader, draft: Draft, *, start: int = -1, field: str = "text"
) -> bool:
    """Read the text that invoices are searched for, in all their words or one field."""
    token = reader.peek()
    if token.kind not in ("word", "quoted") or not token.word:
        return False
    start = reader.pos if start < 0 else start
    reader.take()
    draft.set_once(reader, start, field, token.word)
    return True


def read_age(reader: Reader, draft: Draft) -> bool:
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
    set_age(reader, draft, start, found.low, found.high)
    return True


def set_age(
    reader: Reader, draft: Draft, start: int, low: object, high: object
) -> None:
    """Note a range of days late."""
    for name, bound in (("age_from", low), ("age_to", high)):
        if bound is not None:
            draft.set_once(reader, start, name, bound)


def read_amount(reader: Reader, draft: Draft) -> bool:
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


def read_for(reader: Reader, draft: Draft) -> bool:
    """Read ``for NAME`` (a customer) and ``from NAME`` (a seller).

    Before a period or a known word they say nothing.
    """
    if reader.value("word") != "for" and reader.peek().word != "from":
        return False
    start = reader.pos
    field = "seller" if reader.peek().word == "from" else "customer"
    reader.take()
    if names := take_name(reader, asked_for=True):
        draft.connections.extend(names)
    elif reader.peek().kind == "quoted":
        read_text_value(reader, draft, start=start, field=field)
    elif reader.meaning() is None and _is_name(reader):
        _check_no_slip(reader)
        _take_name_words(reader, draft, start, field)
    elif reader.done:
        reader.pos = start
        return False
    return True


def _take_name_words(reader: Reader, draft: Draft, start: int, field: str) -> None:
    """Take a name of one word or several, up to the next word that is known."""
    words: list[str] = []
    while reader.meaning() is None and _is_name(reader) and len(words) < _LONGEST_NAME:
        words.append(reader.peek().word)
        reader.take()
    draft.set_once(reader, start, field, " ".join(words))


def _is_name(reader: Reader) -> bool:
    token = reader.peek()
    return token.kind == "word" and not token.word[:1].isdigit()


def _check_no_slip(reader: Reader) -> None:
    """Refuse a name that looks like a known word with a typing error in it."""
    typed = reader.peek().word
    limit = 1 if len(typed) <= 4 else 2
    near = [
        known
        for known in reader.lexicon.words_of(_AFTER_FOR)
        if OSA.distance(typed, known, score_cutoff=limit) <= limit
    ]
    if near:
        near.sort(key=lambda known: (OSA.distance(typed, known), known))
        quoted = f'"{reader.peek().raw}"'
        raise reader.unclear(
            tr(
                "Is `{word}` a name, or a slip for `{near}`?",
                word=reader.peek().raw,
                near=near[0],
            ),
            fixes=[(near[0], near[0]), (tr("the name {name}", name=typed), quoted)],
        )


def read_status(reader: Reader, draft: Draft) -> bool:
    """Read a word for a status."""
    meaning = reader.meaning()
    if meaning is None or meaning.kind != "status":
        return False
    if meaning.value == "unknown" and reader.chatty and meaning.length == 1:
        return False
    reader.take(meaning.length)
    draft.statuses.append(meaning.value)
    return True


def read_currency_filter(reader: Reader, draft: Draft) -> bool:
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
            tr("No invoice here is in {currency}.", currency=code),
            fixes=[(one, one.casefold()) for one in known[:3]],
            hint=tr("Currencies here: {currencies}.", currencies=", ".join(known)),
        )
    draft.set_once(reader, start, "currency", code)
    return True


def read_bare_currency(reader: Reader, draft: Draft) -> bool:
    """Read a currency without a word before it; rare codes are English words, too."""
    known = reader.context.currencies or reader.lexicon.words.usual
    code = reader.value("currency")
    return code in known and read_currency_filter(reader, draft)


def read_name(reader: Reader, draft: Draft) -> bool:
    """Read the name of a connection."""
    names = take_name(reader, asked_for=False)
    draft.connections.extend(names)
    return bool(names)


def take_name(reader: Reader, *, asked_for: bool) -> Sequence[str]:
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
            tr(
                "Several connections match `{text}`: {names}.",
                text=token.raw,
                names=", ".join(names),
            ),
            fixes=[(name, name) for name in names],
        )
    reader.take(len(names))
    return names


def is_number_like(word: str) -> bool:
    """Tell whether *word* is read as an invoice's number in a sentence."""
    return bool(_NUMBER_LIKE.match(word))


def read_invoice_number(reader: Reader, draft: Draft) -> bool:
    """Read ``invoice F25-0000101``, and in sentences a number alone."""
    start = reader.pos
    named = reader.value("word") == "number"
    meaning = reader.meaning()
    reader.take(meaning.length if named and meaning else 0)
    token = reader.peek()
    if not (reader.chatty and token.kind == "word" and is_number_like(token.raw)):
        reader.pos = start
        return False
    reader.take()
    draft.set_once(reader, start, "number", token.raw)
    return True

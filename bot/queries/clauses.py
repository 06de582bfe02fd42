"""The clauses of a question: each reads its own words at the reader's place.

A clause function returns whether it took anything. A new clause is a function in
`CLAUSES`, a key in `keys`, or a word in ``words.toml``, and a field to keep it in.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import cast

from bot.queries.amounts import read_currency
from bot.queries.comparison import read_versus
from bot.queries.dates import read_date_field, read_plain_period, read_upcoming
from bot.queries.draft import ORDERS, Draft
from bot.queries.filters import (
    is_number_like,
    read_age,
    read_amount,
    read_bare_currency,
    read_currency_filter,
    read_for,
    read_invoice_number,
    read_minus,
    read_name,
    read_status,
    read_text,
)
from bot.queries.keys import read_key
from bot.queries.model import Dimension
from bot.queries.outputs import read_news, read_output, read_part
from bot.queries.parts import year_of
from bot.queries.periods import read_period
from bot.queries.reader import Reader


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
    elif is_order(reader):
        what = "change"
        reader.take(len(reader.tokens))
    elif words == ["as", "of"]:
        what = "as_of"
        reader.take(2)
        read_period(reader)
    elif words[0] in ("to", "converted", "convert") and _takes_currency(reader):
        what = "convert"
    else:
        return False
    draft.refused.append((what, start, min(reader.pos, len(reader.tokens))))
    return True


def is_order(reader: Reader) -> bool:
    """Tell whether ``pay``, ``mark`` is told to be done; ``to pay`` asks something."""
    ordered = reader.lexicon.words.tables["ordered"]
    if reader.peek().kind != "word" or reader.peek().word not in ordered["verbs"]:
        return False
    before = reader.tokens[: reader.pos]
    said = [token.word for token in before]
    if any(
        token.word not in (*ordered["polite"], "invoice")
        and not is_number_like(token.raw)
        for token in before
    ) or (said[-1:] == ["to"] and not {"want", "like"} & set(said)):
        return False
    start = reader.pos
    reader.take()
    while reader.value("word") == "in":
        reader.take()
    is_date = read_period(reader) is not None  # "pay in October" asks what was paid
    reader.pos = start
    return not is_date


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
    if not word and year_of(count):
        return False  # a bare number is a year: "2026 newest"
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
    if read_currency_filter(reader, draft):
        draft.meant = True
        return True
    following = reader.kind()
    token = reader.peek()
    if token.kind == "word" and (following or token.word[:1].isdigit()):
        return True
    reader.pos = start
    return False


def _read_group(reader: Reader, draft: Draft) -> bool:
    """Read ``by month``, ``per connection``; and ``aging``, which is about the owed."""
    meaning = reader.meaning()
    if meaning is None or meaning.kind != "group":
        return False
    start = reader.pos
    reader.take(meaning.length)
    draft.set_group(reader, start, cast(Dimension, meaning.value))
    return True


def _read_all(reader: Reader, draft: Draft) -> bool:
    if reader.value("word") != "all":
        return False
    meaning = reader.meaning()
    reader.take(meaning.length if meaning else 1)
    if reader.value("unit") == "time":
        reader.take()
    draft.meant = True
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
    read_key,
    read_minus,
    read_text,
    read_upcoming,
    _read_later,
    read_output,
    read_part,
    read_news,
    read_versus,
    _read_group,
    read_date_field,
    read_status,
    _read_limit,
    _read_order,
    read_age,
    read_amount,
    read_plain_period,
    read_for,
    _read_in,
    _read_all,
    read_name,
    read_bare_currency,
    read_invoice_number,
    _read_filler,
)
#: Those that say nothing about which invoices.
PASSING = (_read_in, _read_filler)

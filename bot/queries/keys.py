"""Clauses with a key in front: ``due:2025-12``, ``sort:-amount``, ``customer:"…"``."""

import re
from collections.abc import Callable
from functools import partial

from rapidfuzz.distance import OSA

from bot.queries.amounts import read_bucket, read_comparison, read_range
from bot.queries.dates import next_days, with_field
from bot.queries.draft import SORT_WORDS, Draft
from bot.queries.filters import (
    read_currency_filter,
    read_status,
    read_text_value,
    set_age,
    take_name,
)
from bot.queries.model import DateField
from bot.queries.names import described, find_similar
from bot.queries.periods import read_period
from bot.queries.reader import Reader
from bot.queries.wording import tr


def read_key(reader: Reader, draft: Draft) -> bool:
    """Read a key and its value."""
    token = reader.peek()
    if token.kind != "key":
        return False
    start = reader.pos
    read = _KEYS.get(token.word)
    if read is None:
        near = sorted(_KEYS, key=lambda key: OSA.distance(key, token.word))[:1]
        raise reader.unclear(
            tr("I don't know the filter `{key}`.", key=token.raw),
            fixes=[(f"{key}:", f"{key}:{reader.peek(1).raw}") for key in near]
            if reader.peek(1).raw
            else [],
            count=2,
            hint=tr("Filters are {keys}.", keys=", ".join(sorted(_KEYS))),
        )
    reader.take()
    if not read(reader, draft):
        reader.pos = start
        return False
    return True


def _dated(field: DateField) -> Callable[[Reader, Draft], bool]:
    def read(reader: Reader, draft: Draft) -> bool:
        start = reader.pos - 1
        period = read_period(reader, field)
        if period is None and (found := next_days(reader)):
            period = with_field(found, field)
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
    names = take_name(reader, asked_for=True)
    if not names and reader.peek().kind in ("word", "quoted") and not reader.done:
        known = [one.name for one in reader.lexicon.connections]
        near = list(find_similar(reader.lexicon, reader.peek().word)) or known
        raise reader.unclear(
            tr("No connection is called `{name}`.", name=reader.peek().raw),
            fixes=[(name, name) for name in near],
            hint=tr("Connections here: {names}.", names=described(reader.lexicon)),
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
    set_age(reader, draft, start, found.low, found.high)
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


def _read_basis(reader: Reader, draft: Draft) -> bool:
    """Read from which day age is counted: ``basis:issued``."""
    start = reader.pos
    said = reader.peek().word
    for basis, written in reader.lexicon.words.tables["basis"].items():
        if said in written and reader.peek().kind == "word":
            reader.take()
            draft.set_once(reader, start, "basis", basis)
            return True
    return False


def _read_limit_value(reader: Reader, draft: Draft) -> bool:
    word = reader.peek().word
    if not re.fullmatch(r"[1-9]\d{0,3}", word, re.ASCII):
        return False
    reader.take()
    draft.set_once(reader, reader.pos - 1, "limit", int(word))
    return True


_KEYS: dict[str, Callable[[Reader, Draft], bool]] = {
    "status": read_status,
    "provider": _read_named_connection,
    "connection": _read_named_connection,
    "customer": partial(read_text_value, field="customer"),
    "seller": partial(read_text_value, field="seller"),
    "text": read_text_value,
    "amount": _read_amount_value,
    "currency": read_currency_filter,
    "issued": _dated("issued"),
    "due": _dated("due"),
    "paid": _dated("paid"),
    "age": _read_age_value,
    "sort": _read_sort_value,
    "limit": _read_limit_value,
    "updated": _dated("updated"),
    "to": _refused("convert"),
    "basis": _read_basis,
}

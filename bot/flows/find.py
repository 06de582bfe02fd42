"""Find the invoices that a message mentions by their numbers."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.queries.mentioned import MOST_CHARACTERS, candidates, likely
from providers.models import Invoice
from storage import snapshots
from storage.folding import fold_number
from storage.reader import Reader

#: Words that look like numbers and are none of ours: so many are looked at.
MOST_UNKNOWN = 3
#: Nested blocks deeper than this are no message of Slack's.
MOST_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that looks like a number, and the numbers most like it."""

    said: str
    closest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a message mentions; *unknown* only where no invoice is found."""

    invoices: tuple[Invoice, ...]
    unknown: tuple[Unknown, ...] = ()


def find_in(reader: Reader, text: str, connections: Collection[str]) -> Found:
    """Look up every word of *text* that may be a number of these *connections*.

    Raises:
        StorageError: the database cannot be read.
    """
    said = candidates(text)
    folded = {each: fold_number(each.said) for each in said}
    known = reader.read(snapshots.by_numbers, sorted(set(folded.values())))
    taken: set[int] = set()
    found: dict[tuple[int, str, str], Invoice] = {}
    for each in said:
        invoices = [
            stored.invoice
            for stored in known.get(folded[each], ())
            if stored.invoice.connection in connections
        ]
        words = set(range(each.start, each.end))
        if invoices and not words & taken:
            taken |= words
            for invoice in invoices:
                found[each.start, invoice.connection, invoice.id] = invoice
    if found:
        unique = {(i.connection, i.id): i for _, i in sorted(found.items(), key=_first)}
        return Found(tuple(unique.values()))
    unknown = likely(text)[:MOST_UNKNOWN]
    return Found(
        (),
        tuple(
            Unknown(each, tuple(reader.read(snapshots.close_numbers, each, 2)))
            for each in unknown
        ),
    )


def _first(item: tuple[tuple[int, str, str], Invoice]) -> tuple[int, str, str]:
    return item[0]


def text_of(message: Mapping[str, Any]) -> str:
    """Take all that is written in a Slack message: text, blocks and attachments."""
    said: list[str] = []
    length = 0
    for text in _texts(message):
        said.append(text)
        length += len(text)
        if length > MOST_CHARACTERS:
            break
    return "\n".join(said)


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(message.get("text"), str):
        yield message["text"]
    yield from _inside(message.get("blocks"), 0)
    yield from _inside(message.get("attachments"), 0)


def _inside(value: Any, depth: int) -> Iterator[str]:
    if depth > MOST_DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from _inside(each, depth + 1)
    elif isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str):
                if name in {"text", "fallback", "title", "pretext", "value"}:
                    yield each
            else:
                yield from _inside(each, depth + 1)

"""What in a message may be an invoice number: candidates, to be looked up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Of a very long message only this much is looked at.
MOST_CHARACTERS, MOST_WORDS = 20_000, 1_500
#: A number may be written with blanks in it: as so many words.
MOST_PARTS = 4
#: Shorter ones would be found by accident: years, amounts, days.
SHORTEST, SHORTEST_DIGITS = 4, 5
#: A number of several words has at least so many letters and digits.
SHORTEST_JOINED = 6

#: Slack's own marks: people, channels, specials; of a link only what is shown.
_MARKS = re.compile(r"<[@#!][^>]*>|<(?:https?|mailto)[^|>]*>|https?://\S+")
_SHOWN_LINK = re.compile(r"<(?:https?|mailto)[^|>]*\|([^>]*)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
#: Days, times, and amounts with decimals.
_NOT_NUMBERS = re.compile(
    r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}\b"
    r"|(?<![\w-])\d{1,3}(?:[.,' ]\d{3})*[.,]\d{2}(?![\w-])"
)
_BREAK = re.compile(r"[,;:|()\[\]{}<>\"'“”‘’«»=?!\n]+|\.(?:\s|$)")
_PREFIX = re.compile(r"[A-Z]{1,6}\d{0,4}")
_EDGES = "#*_~`.-/\\–—·•"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words of a message that may be one number, from word *start* up to *end*."""

    said: str
    start: int
    end: int


def candidates(text: str) -> list[Candidate]:
    """List what may be a number: words, and neighbouring words taken together.

    The longer ones come first, so that a whole number is found before a part of it.
    """
    found: list[Candidate] = []
    position = 0
    for words in _phrases(text):
        for start in range(len(words)):
            for parts in range(1, MOST_PARTS + 1):
                if start + parts > len(words):
                    break
                said = " ".join(words[start : start + parts])
                if _may_be(said, parts=parts):
                    at = position + start
                    found.append(Candidate(said.strip(_EDGES), at, at + parts))
        position += len(words)
    return sorted(found, key=lambda each: (each.start - each.end, each.start))


def likely(text: str) -> list[str]:
    """List the words that look like an invoice number to a person, in order."""
    found = []
    for words in _phrases(_NOT_NUMBERS.sub(" ", _plain(text))):
        before = ""
        for word in words:
            bare = word.strip(_EDGES)
            digits = sum(map(str.isdigit, bare))
            letters = any(map(str.isalpha, bare))
            if (letters and digits >= 3 and len(bare) >= 5) or digits >= 6:
                # "F26 0000231" is one number in two words.
                is_part = not letters and _PREFIX.fullmatch(before)
                found.append(f"{before} {bare}" if is_part else bare)
            before = bare
    return list(dict.fromkeys(found))


def _may_be(said: str, *, parts: int) -> bool:
    bare = [character for character in said if character.isalnum()]
    digits = sum(map(str.isdigit, bare))
    if parts > 1:
        return len(bare) >= SHORTEST_JOINED and digits >= SHORTEST
    if len(bare) < SHORTEST or not digits:
        return False
    return digits < len(bare) or digits >= SHORTEST_DIGITS or said.startswith("#")


def _phrases(text: str) -> Iterator[list[str]]:
    """Cut a message into runs of words that no mark separates."""
    left = MOST_WORDS
    for phrase in _BREAK.split(_plain(text)):
        words = [
            piece
            for word in phrase.split()
            for piece in word.split("/")
            if piece.strip(_EDGES)
        ][:left]
        left -= len(words)
        if words:
            yield words
        if left <= 0:
            return


def _plain(text: str) -> str:
    said = _SHOWN_LINK.sub(r" \1 ", text[:MOST_CHARACTERS])
    said = _MARKS.sub(" , ", said)
    for entity, character in _ENTITIES:
        said = said.replace(entity, character)
    return said

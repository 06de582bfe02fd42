"""What a mistyped word may have been meant to be."""

from collections.abc import Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from bot.queries.names import find_similar
from bot.queries.tokens import Token
from bot.queries.vocabulary import Lexicon

#: At most this many corrected commands are offered.
MOST = 3
#: A command of twelve words has many neighbours; only the nearest are tried.
_TRIED = 12


def nearest(lexicon: Lexicon, token: Token) -> Iterator[str]:
    """Give the known words that are nearest to *token*, nearest first.

    Names come before other words at the same distance, and stand as the name that is
    typed: ``softwareon`` gives ``swo``.
    """
    typed = token.word
    if not typed or typed.isdigit():
        return
    limit = 1 if len(typed) <= 4 else 2
    close = process.extract_iter(
        typed, lexicon.single_words(), scorer=OSA.distance, score_cutoff=limit
    )
    scored = [
        (int(distance), -JaroWinkler.similarity(typed, known), known)
        for known, distance, _ in close
        if distance and len(known) > 1
    ]
    names = list(find_similar(lexicon, typed))
    closest = min((score[0] for score in scored), default=limit + 1)
    words = [known for _, _, known in sorted(scored)[:_TRIED]]
    if names and name_distance(lexicon, typed, names[0]) <= closest:
        yield from names
        names = []
    yield from words
    yield from names


def is_slip(token: Token, candidates: Sequence[str]) -> bool:
    """Tell whether a longer word is one slip away from its nearest correction."""
    return bool(
        candidates
        and len(token.word) > 4
        and OSA.distance(token.word, candidates[0]) == 1
    )


def name_distance(lexicon: Lexicon, typed: str, name: str) -> int:
    """Count the slips between *typed* and the nearest way to say the connection."""
    return min(
        OSA.distance(typed, whole)
        for alias, names in lexicon.names.items()
        if name in names
        for whole in (" ".join(alias), "".join(alias), *alias)
    )

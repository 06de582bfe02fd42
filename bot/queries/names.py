"""Which connections a name means: whole, then prefix, then words, then similar."""

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from bot.queries.vocabulary import Lexicon

#: A name that is cut shorter than this is no abbreviation but a slip or an accident.
_SHORTEST_PREFIX = 3


def find_whole(lexicon: Lexicon, words: tuple[str, ...]) -> tuple[str, ...]:
    """Find the connections whose name, label or provider is exactly *words*."""
    return lexicon.names.get(words, ())


def find_partly(
    lexicon: Lexicon, text: str, *, asked_for: bool = False
) -> tuple[str, ...]:
    """Find the connections that *text* begins the name of, or is a word of.

    Where no name is *asked_for*, a name with only one or two letters missing is
    taken for a slip, which is asked about, and not for an abbreviation.
    """
    if len(text) < _SHORTEST_PREFIX:
        return ()
    cut_off = 1 if asked_for else _SHORTEST_PREFIX
    starting = [
        names
        for alias, names in lexicon.names.items()
        for whole in (" ".join(alias), "".join(alias))
        if whole.startswith(text) and len(whole) - len(text) >= cut_off
    ]
    if starting:
        return _distinct(starting)
    containing = [names for alias, names in lexicon.names.items() if text in alias]
    return _distinct(containing)


def find_similar(lexicon: Lexicon, text: str) -> Iterator[str]:
    """Give the names of connections that *text* may have been meant for."""
    limit = 1 if len(text) <= 4 else 2
    found: dict[str, int] = {}
    for alias, names in lexicon.names.items():
        for whole in {" ".join(alias), "".join(alias), *alias}:
            distance = OSA.distance(text, whole, score_cutoff=limit)
            if distance <= limit and len(names) == 1:
                found[names[0]] = min(distance, found.get(names[0], limit))
    yield from sorted(found, key=found.__getitem__)


def described(lexicon: Lexicon) -> str:
    """List the names there are."""
    return ", ".join(known.name for known in lexicon.connections)


def _distinct(found: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in found for name in names))

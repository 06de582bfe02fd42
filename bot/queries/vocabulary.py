"""Every word a question may contain, by meaning."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from babel.core import get_global
from babel.dates import get_day_names, get_month_names
from babel.numbers import get_currency_name, get_currency_symbol

from bot.queries.model import KnownConnection
from bot.queries.tokens import Token, cut

#: The tables of ``words.toml`` that become meanings; an earlier one wins.
_KINDS = (
    "later",
    "versus",
    "output",
    "news",
    "part",
    "status",
    "sort",
    "field",
    "compare",
    "piece",
    "moment",
    "which",
    "bound",
    "limit",
    "word",
    "number",
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word or phrase stands for; *connections* where it names some."""

    kind: str
    value: str
    length: int = 1
    connections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The tables of ``words.toml``, read once."""

    tables: dict[str, dict[str, list[str]]]
    currencies: dict[str, str]
    usual: frozenset[str]

    def phrases(self) -> Iterator[tuple[str, str, str]]:
        """Give (kind, value, phrase) for all words but names, best first."""
        for kind in _KINDS:
            yield from self._table(kind)
        yield from self._groupings()
        yield from _calendar()
        yield from self._table("month")
        yield from self._table("unit")
        yield from self._table("filler")
        yield from self._table("chat")

    def _groupings(self) -> Iterator[tuple[str, str, str]]:
        """Give ``by month``, ``per month``…: each way to group with each word."""
        for kind, value, phrase in self._table("group"):
            for before in self.tables["grouping"]["before"]:
                yield kind, value, f"{before} {phrase}"
        for value, phrases in self.tables["group_alone"].items():
            for phrase in phrases:
                yield "group", value, phrase

    def _table(self, kind: str) -> Iterator[tuple[str, str, str]]:
        for value, phrases in self.tables[kind].items():
            for phrase in phrases:
                yield kind, value, phrase


class Lexicon:
    """All words for one set of connections: the fixed ones, and their names."""

    def __init__(self, connections: tuple[KnownConnection, ...]) -> None:
        self.connections = connections
        self.words = read_words()
        self._starts: dict[str, dict[tuple[str, ...], Meaning]] = {}
        self._longest: dict[str, int] = {}
        self._single: Sequence[str] | None = None
        for kind, value, phrase in self.words.phrases():
            self._add(kind, value, tuple(phrase.split()))
        self.names = dict(_names(connections, self.words.tables["provider"]))
        for alias, names in self.names.items():
            self._add("connection", " ".join(alias), alias, names)
        for phrase, code in self.words.currencies.items():
            self._add("currency", code, (phrase,))

    def at(self, tokens: Sequence[Token], start: int) -> Meaning | None:
        """Find the longest phrase that begins at *start*."""
        first = tokens[start]
        known = self._starts.get(first.word)
        if known is None or first.kind != "word":
            return None
        words = tuple(
            t.word if t.kind == "word" else ""
            for t in tokens[start : start + self._longest[first.word]]
        )
        for length in range(len(words), 0, -1):
            if found := known.get(words[:length]):
                return found
        return None

    def begins(self, word: str) -> bool:
        """Tell whether a phrase begins with *word*."""
        return word in self._starts

    def single_words(self) -> Sequence[str]:
        """Give every word a mistyped one may have been meant to be."""
        if self._single is None:
            self._single = sorted(
                {
                    word
                    for known in self._starts.values()
                    for phrase, meaning in known.items()
                    if meaning.kind != "currency" or meaning.value in self.words.usual
                    for word in phrase
                    if "$" not in word
                }
            )
        return self._single

    def words_of(self, kinds: Collection[str]) -> Iterable[str]:
        """Give the words of some kinds that stand alone."""
        return {
            phrase[0]
            for known in self._starts.values()
            for phrase, meaning in known.items()
            if len(phrase) == 1 and meaning.kind in kinds
        }

    def is_plain(self, name: tuple[str, ...]) -> bool:
        """Tell whether *name*, typed bare, is read as the name and nothing else."""
        return (
            len(name) == 1
            and not name[0][:1].isdigit()
            and self._starts[name[0]][name].kind == "connection"
        )

    def _add(
        self,
        kind: str,
        value: str,
        phrase: tuple[str, ...],
        connections: tuple[str, ...] = (),
    ) -> None:
        known = self._starts.setdefault(phrase[0], {})
        known.setdefault(phrase, Meaning(kind, value, len(phrase), connections))
        longest = self._longest.get(phrase[0], 0)
        self._longest[phrase[0]] = max(longest, len(phrase))


@lru_cache(maxsize=64)
def lexicon(connections: tuple[KnownConnection, ...]) -> Lexicon:
    """Build the words for *connections*, once."""
    return Lexicon(connections)


@cache
def read_words() -> Words:
    """Read ``words.toml`` and CLDR's currency names."""
    source = files("bot.queries").joinpath("words.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(source)
    usual = frozenset(tables["usual"]["currencies"])
    return Words(tables, _currencies(tables["currency"]), usual)


def currency_code(words: Words, typed: str) -> str | None:
    """Find the currency that *typed* (a code, a name or a sign) means."""
    code = typed.upper()
    return code if code in _codes() else words.currencies.get(typed)


@cache
def _codes() -> frozenset[str]:
    """Give the currencies that are legal tender somewhere today."""
    used = get_global("territory_currencies").values()
    return frozenset(
        code for rows in used for code, _, end, tender in rows if end is None and tender
    )


def _calendar() -> Iterator[tuple[str, str, str]]:
    for kind, names in (("month", get_month_names), ("weekday", get_day_names)):
        for width in ("wide", "abbreviated"):
            for number, name in names(width, locale="en").items():
                yield kind, str(number), name.casefold().rstrip(".")


def _currencies(chosen: dict[str, list[str]]) -> dict[str, str]:
    """Map codes, signs and the one-word names that only one currency has."""
    found = {phrase: code for code, phrases in chosen.items() for phrase in phrases}
    claims: dict[str, set[str]] = {}
    for code in sorted(_codes()):
        found[code.casefold()] = code
        found.setdefault(get_currency_symbol(code, locale="en").casefold(), code)
        for count in (1, 2):
            name = get_currency_name(code, count, locale="en")
            claims.setdefault(name.casefold().split()[-1], set()).add(code)
    alone = {name: codes for name, codes in claims.items() if len(codes) == 1}
    return {name: min(codes) for name, codes in alone.items()} | found


def _names(
    connections: tuple[KnownConnection, ...], providers: dict[str, list[str]]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Give each way to name connections, and which; whole names before labels.

    A provider's name means all its connections; a label that several connections
    share means each of them, and is asked about.
    """
    taken: dict[tuple[str, ...], list[str]] = {}
    for known in connections:
        taken.setdefault(name_words(known.name), []).append(known.name)
    labels: dict[tuple[str, ...], list[str]] = {}
    for known in connections:
        labels.setdefault(name_words(known.label), []).append(known.name)
        for alias in (known.provider, *providers.get(known.provider, ())):
            names = labels.setdefault(name_words(alias), [])
            if known.name not in names:
                names.append(known.name)
    for alias, names in (labels | taken).items():
        if alias:
            yield alias, tuple(names)


def name_words(name: str) -> tuple[str, ...]:
    """Cut a name as questions are cut, so that the two compare."""
    return tuple(token.word for token in cut(name))

"""The whole grammar: samples, orders, mistakes, hostile text."""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.queries.care import parse_care
from bot.queries.commands import to_command, understood
from bot.queries.model import Context, KnownConnection, Query, QueryError
from bot.queries.parse import parse_command, parse_query
from bot.queries.vocabulary import currency_code, lexicon, read_words
from tests.bot.queries.context import CONTEXT, read, read_or_none

GOLDEN: list[dict[str, Any]] = tomllib.loads(  # Any: rows differ in their columns
    Path(__file__).with_name("golden.toml").read_text(encoding="utf-8")
)["sample"]
ANSWERED = [row["text"] for row in GOLDEN if "understood" in row]
REFUSED = [row["text"] for row in GOLDEN if "error" in row]
FREE_TEXT = re.compile(r'"[^"]*"|\bcontoso\b|\bblue heron\b|\b\w+-\d{5,}')
WORDS = sorted(lexicon(CONTEXT.connections).single_words())


@pytest.mark.parametrize("row", GOLDEN, ids=[row["text"] for row in GOLDEN])
def test_a_sample_gives_its_golden_reading(row: dict[str, Any]) -> None:
    if "error" in row:
        with pytest.raises(QueryError) as caught:
            read(row["text"])
        offered = [one.command for one in caught.value.suggestions]
        assert caught.value.problem == row["error"]
        assert caught.value.hint == row.get("hint", "")
        assert offered == row["offers"]
        return
    query = read(row["text"])
    said = {k: v for k, v in understood(query).items() if v is not None}
    assert said == row["understood"]
    assert to_command(query, CONTEXT) == row["command"]


@pytest.mark.parametrize("text", REFUSED)
def test_every_refusal_offers_commands_that_parse(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(text)
    assert 1 <= len(caught.value.suggestions) <= 3
    for suggestion in caught.value.suggestions:
        assert suggestion.command.startswith("/")
        if parse_care(suggestion.command, context=CONTEXT) is None:
            read(suggestion.command)


@pytest.mark.parametrize("text", ANSWERED)
def test_a_query_written_as_a_command_parses_to_itself(text: str) -> None:
    query = read(text)
    assert read(to_command(query, CONTEXT)) == query


@pytest.mark.parametrize(
    ("command", "clauses"),
    [
        ("/unpaid", ["swo", "i3d", "-credit"]),
        ("/unpaid", ["i3d", "over 1000 eur"]),
        ("/unpaid", [">=250k jpy", "sort:-amount", "lw"]),
        ("/unpaid", ["100..500 usd", 'customer:"Contoso KK"', "in usd"]),
        ("/overdue", ["31-60", "swo", "top 5", "eur"]),
        ("/overdue", ["age >45", "top 5 largest", "-lw"]),
        ("/invoices", ["aug 2021", "swo", "over 1000 eur", "-paid"]),
        ("/invoices", ["2021 8", "-swo", "largest", "first 3", "#cloud"]),
        ("/invoices", ["2024..2025", "by month", "swo", "over 1000 eur"]),
        ("/invoices", ["aging", "swo", "jpy"]),
        ("/invoices", ["2025-10 vs 2025-09", "swo", "by seller", "eur"]),
        ("/invoices", ["due:next month", "unpaid", "at most 2m jpy"]),
    ],
)
def test_the_order_of_clauses_changes_nothing(command: str, clauses: list[str]) -> None:
    readings = {
        understood_text(read(" ".join((command, *order))))
        for order in permutations(clauses)
    }
    assert len(readings) == 1


def understood_text(query: Query) -> str:
    named = replace(query, connections=tuple(sorted(query.connections)))
    return to_command(named, CONTEXT)


def typos(word: str, rng: random.Random) -> Iterator[str]:
    """Leave out, double, change and swap letters, one slip at a time."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
        yield word[:place] + rng.choice(letters) + word[place:]
        yield word[:place] + rng.choice(letters) + word[place + 1 :]
        yield word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


def mistyped() -> Iterator[tuple[str, str]]:
    """Give (sample, sample with a slip in a word that is not free text).

    A slip that makes another word of the grammar (``jpy`` to ``july``) or another
    currency (``eur`` to ``mur``) is no slip that anybody could notice.
    """
    rng = random.Random(20251121)
    known = set(WORDS)
    for text in ANSWERED:
        free = [m.span() for m in FREE_TEXT.finditer(text)]
        for match in re.finditer(r"(?<![</@&])\b[A-Za-z]{3,}\b", text):
            if any(start <= match.start() < end for start, end in free):
                continue
            for typo in typos(match[0], rng):
                word = typo.casefold()
                if word not in known and not currency_code(read_words(), word):
                    yield text, text[: match.start()] + typo + text[match.end() :]


def test_one_slip_never_changes_the_answer_and_is_mostly_mended() -> None:
    mended = refused = 0
    for text, wrong in mistyped():
        query = read(text)
        try:
            assert read(wrong) == query, wrong
        except QueryError as error:
            refused += 1
            offered = [read(one.command) for one in error.suggestions]
            mended += offered[:1] == [query]
    assert refused > 1000
    assert mended / refused >= 0.9


@given(
    st.sampled_from(ANSWERED),
    # Marks alone are no word.
    st.text("abcdefghijklmnopqrstuvwxyzäé_-!", min_size=2, max_size=12).filter(
        lambda word: any(map(str.isalpha, word))
    ),
    st.integers(1, 8),
)
@settings(max_examples=400, deadline=None)
def test_a_random_word_more_never_gives_the_same_answer(
    text: str, word: str, place: int
) -> None:
    assume(word.strip("!-_'*~") not in WORDS)
    words = text.split()
    more = " ".join((*words[:place], word, *words[place:]))
    assert read_or_none(more) != read(text)


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    for typed in (text, f"/invoices {text}", f"/invoice {text}"):
        check_outcome(typed, CONTEXT)


@given(
    st.sampled_from(["/invoices ", "/unpaid ", "/overdue ", "/invoice ", ""]),
    st.lists(
        st.sampled_from(WORDS)
        | st.sampled_from(["2021", "8", "13", "q3", "..", ">", "-", "due:", "sort:"])
        | st.sampled_from(["1.500", "31-60", '"a b"', "#x", "€5", "fy25", "3/4/2025"])
        | st.integers(0, 10**6).map(str),
        max_size=7,
    ),
)
@settings(max_examples=500, deadline=None)
def test_any_words_of_the_grammar_are_read_or_refused_and_round_trip(
    command: str, words: list[str]
) -> None:
    check_outcome(command + " ".join(words), CONTEXT)


def check_outcome(text: str, context: Context) -> None:
    try:
        query = parse_query(text, context=context)
    except QueryError as error:
        offered = [suggestion.command for suggestion in error.suggestions]
    else:
        offered = [to_command(query, context)]
        assert parse_query(offered[0], context=context) == query, offered
    for command in offered:
        if parse_care(command, context=context) is None:
            parse_query(command, context=context)
    assert offered


def test_the_slash_door_reads_as_the_text_door() -> None:
    assert parse_command("/unpaid", "i3d", CONTEXT) == read("/unpaid i3d")
    assert parse_command("unpaid", " i3d ", CONTEXT) == read("unpaid i3d")


def test_several_connections_with_one_word_in_their_labels_are_asked_about() -> None:
    context = replace(
        CONTEXT,
        connections=(
            KnownConnection("tokyo", "LINE WORKS Japan East", "lineworks"),
            KnownConnection("osaka", "LINE WORKS Japan West", "lineworks"),
        ),
    )
    assert read("/unpaid line works", context).connections == ("tokyo", "osaka")
    assert read("/unpaid west", context).connections == ("osaka",)
    with pytest.raises(QueryError, match="Several connections match") as caught:
        read("/unpaid japan", context)
    commands = [one.command for one in caught.value.suggestions]
    assert commands == ["/unpaid tokyo", "/unpaid osaka"]


def test_a_connection_named_like_a_word_is_reached_by_its_key() -> None:
    context = replace(
        CONTEXT, connections=(KnownConnection("paid", "Paid Ltd", "i3dnet"),)
    )
    query = read("/invoices connection:paid", context)
    assert query.connections == ("paid",)
    assert read(to_command(query, context), context) == query


def test_a_currency_that_no_invoice_is_in_is_refused() -> None:
    context = replace(CONTEXT, currencies=("EUR", "JPY"))
    with pytest.raises(QueryError, match="No invoice here is in USD"):
        read("/unpaid in usd", context)


def test_a_question_longer_than_anybody_types_is_refused() -> None:
    with pytest.raises(QueryError, match="longer than 1000 characters"):
        read("/invoices " + "x" * 1000)

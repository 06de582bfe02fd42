"""The grammar's rules over many questions: order, round trip, words that are added."""

import json
import re
from dataclasses import fields, replace
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.queries.commands import to_command, understood
from bot.queries.model import Query
from tests.bot.queries.context import CONTEXT, read, read_or_none
from tests.bot.queries.test_parse import ANSWERED, WORDS
from tests.bot.queries.test_samples import SAMPLES

TEXTS = sorted({row["text"] for row in SAMPLES if "slots" in row} | {*ANSWERED})
#: The filter groups of samples 17 to 29, as they are typed there.
GROUPS = {
    17: ("/unpaid", []),
    18: ("/unpaid", ["swo"]),
    19: ("/unpaid", ["swo", "i3d", "-credit"]),
    20: ("/unpaid", ["i3d", "over 1000 eur"]),
    21: ("/unpaid", [">=250k jpy", "sort:-amount"]),
    22: ("/unpaid", ["100..500 usd"]),
    23: ("/unpaid", ['customer:"Contoso KK"']),
    24: ("/unpaid", ["in eur"]),
    26: ("/overdue", []),
    27: ("/overdue", ["31-60"]),
    28: ("/overdue", ["age >45", "by provider"]),
}
#: A way to say each slot; one or none of each row makes a question.
CLAUSES: tuple[tuple[str, ...], ...] = (
    (
        "2021 8", "2025", "2021-03..2022-07", "2025-10-27..2025-11-07", "h1 2025",
        "since 2024-02", "until 2024-02-29", "due:2025-12", "paid:last month",
        "issued:2025 q2", "updated:last week", "w45 2025", "fy25", "ytd",
        "last 3 weeks", "due:since 2025-12-01", "2025-10 vs 2025-09",
    ),
    ("swo", "i3d lw", "-swo", "provider:i3d"),
    (
        "paid", "unpaid", "partial", "credit", "-credit", "-paid", "-overdue", "late",
        "open credit", "nothing due", "paid late", "disputed", "void",
        "unpaid -partial",
    ),
    ("snoozed", "-snoozed"),
    (">1000", "<=2.5k", "100..500", "=99.95", "over 1m jpy", "under 3 kwd"),
    ("in eur", "usd"),
    ("#cloud", '"two words"'),
    ("customer:heron", 'for "Contoso KK"', 'customer:"contoso*"'),
    ("seller:insight", "from insight"),
    ("age >45", "age 31..60", "age <=7", "over 30 days", "age >45 basis:issued"),
    ("sort:-amount", "largest", "newest", "by due", "by age", "top 5", "first 3"),
    ("by month", "by provider", "by seller", "by customer", "aging", "by status"),
    ("as chart", "as text"),
    ("as csv", "xlsx to me", "json", "as pdf"),
    ("changes",),
)  # fmt: skip


@pytest.mark.parametrize("number", GROUPS)
def test_the_order_of_a_sample_s_filters_changes_nothing(number: int) -> None:
    command, groups = GROUPS[number]
    (row,) = (row for row in SAMPLES if row.get("number") == number)
    assert read(" ".join((command, *groups))) == read(row["text"])
    readings = {
        replace(query, connections=tuple(sorted(query.connections)))
        for query in (read(" ".join((command, *each))) for each in permutations(groups))
    }
    assert len(readings) == 1


questions = st.builds(
    lambda command, chosen, rng: " ".join(
        (command, *rng.sample(clauses := [c for c in chosen if c], len(clauses)))
    ),
    st.sampled_from(["/invoices", "/unpaid", "/overdue", "/invoices upcoming"]),
    st.tuples(
        *(st.sampled_from(("", "", "", "", *clauses)) for clauses in CLAUSES),
    ),
    st.randoms(use_true_random=False),
)


@given(questions)
@settings(max_examples=600, deadline=None)
def test_any_question_round_trips_through_its_command(text: str) -> None:
    query = read_or_none(text)
    assume(query is not None)
    assert isinstance(query, Query)
    command = to_command(query, CONTEXT)
    assert read(command) == query, command
    assert to_command(read(command), CONTEXT) == command
    json.dumps(understood(query))


def test_every_clause_is_read_by_itself_and_says_something() -> None:
    plain = read("/invoices all")
    for clauses in CLAUSES:
        for clause in clauses:
            said = f"/invoices {clause}"
            said += " 2025" if clause == "changes" else ""
            assert read(said) != plain, clause


def test_every_slot_is_written_back() -> None:
    """A slot that `to_command` forgets would be lost at the first button."""
    said = set()
    names = [each.name for each in fields(Query)]
    for text in (*TEXTS, *(f"/unpaid {c}" for row in CLAUSES for c in row)):
        query = read_or_none(text)
        if query is None:
            continue
        again = read(to_command(query, CONTEXT))
        said |= {name for name in names if getattr(query, name) != DEFAULTS[name]}
        assert again == query
    assert said == set(names)


DEFAULTS = {
    each.name: getattr(replace(Query(), show="help"), each.name)
    for each in fields(Query)
}


@given(
    st.sampled_from(TEXTS),
    st.text("abcdefghijklmnopqrstuvwxyzäé_-!", min_size=2, max_size=12),
    st.integers(1, 8),
)
@settings(max_examples=600, deadline=None)
def test_a_random_word_more_never_gives_the_same_answer(
    text: str, word: str, place: int
) -> None:
    assume(word.strip("!-_'*~") not in WORDS)
    assume(re.search(r"\w", word.strip("_")))
    words = text.split()
    more = " ".join((*words[:place], word, *words[place:]))
    assert read_or_none(more) != read_or_none(text)

"""The users' page and the program agree: every example on it is asked."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.queries.commands import to_command
from bot.queries.model import Context, KnownConnection, Query, QueryError
from bot.queries.parse import parse_query

PAGE = (Path(__file__).parents[1] / "docs" / "asking.md").read_text(encoding="utf-8")
#: What the sections of refused questions are called.
REFUSED = ("When a question is not clear", "Not yet")
CONTEXT = Context(
    today=date(2026, 11, 21),
    connections=(
        KnownConnection("lw", "LINE WORKS", "lineworks"),
        KnownConnection("swo", "SoftwareOne", "softwareone"),
        KnownConnection("i3d", "i3D.net", "i3dnet"),
    ),
    oldest=date(2021, 1, 5),
    newest=date(2026, 11, 20),
)
_EXAMPLE = re.compile(r"`((?:[/!]|@Duebot )[^`]+)`")


def sections() -> dict[str, str]:
    """The page by its headings."""
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """The rows of the tables in *text*, without their heads."""
    cells = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]
    return [row for row in cells if row[0] not in ("typed", "---")]


ANSWERED = [
    example
    for name, text in sections().items()
    if name not in REFUSED
    for example in _EXAMPLE.findall(text)
]
SAME = [
    _EXAMPLE.findall(row[0])
    for name, text in sections().items()
    if name not in REFUSED
    for row in rows(text)
    if len(_EXAMPLE.findall(row[0])) > 1
]
REPLIES = [
    (_EXAMPLE.findall(row[0])[0], row[1])
    for name in REFUSED
    for row in rows(sections()[name])
]


def read(text: str) -> Query:
    return parse_query(text, context=CONTEXT)


def test_the_page_has_its_examples() -> None:
    assert len(ANSWERED) > 60
    assert len(REPLIES) > 15


@pytest.mark.parametrize("text", ANSWERED)
def test_an_example_is_understood_and_can_be_asked_again(text: str) -> None:
    query = read(text)
    assert read(to_command(query, CONTEXT)) == query


@pytest.mark.parametrize("texts", SAME, ids=[texts[0] for texts in SAME])
def test_examples_in_one_cell_mean_the_same(texts: list[str]) -> None:
    assert {read(text) for text in texts} == {read(texts[0])}


@pytest.mark.parametrize(("text", "reply"), REPLIES, ids=[text for text, _ in REPLIES])
def test_a_refused_example_gets_the_reply_beside_it(text: str, reply: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(text)
    assert caught.value.problem == reply
    assert caught.value.suggestions

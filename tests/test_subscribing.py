"""The page about subscriptions and the program agree: every example on it is read."""

import re
from pathlib import Path

import pytest

from bot.queries.model import Query, QueryError
from bot.queries.orders import Order, Pace, order_command
from bot.queries.subscribe import parse_request
from tests.test_asking import CONTEXT, rows

PAGE = Path(__file__).parents[1] / "docs" / "subscriptions.md"
READ, REFUSED = PAGE.read_text(encoding="utf-8").split("## When it is not clear")
_EXAMPLE = re.compile(r"`(/invoices subscribe [^`]+)`")
SAME = [found for row in rows(READ) if len(found := _EXAMPLE.findall(row[0])) > 1]
REPLIES = [(_EXAMPLE.findall(row[0])[0], row[1]) for row in rows(REFUSED)]


def read(text: str) -> Query | Order:
    return parse_request(text, context=CONTEXT, pace=Pace())


@pytest.mark.parametrize("text", _EXAMPLE.findall(READ))
def test_an_example_is_an_order_and_is_written_back(text: str) -> None:
    order = read(text)
    assert not isinstance(order, Query)
    assert read(order_command(order, CONTEXT, Pace())) == order


@pytest.mark.parametrize("texts", SAME, ids=[texts[0] for texts in SAME])
def test_examples_in_one_cell_mean_the_same(texts: list[str]) -> None:
    assert {read(text) for text in texts} == {read(texts[0])}


@pytest.mark.parametrize(("text", "reply"), REPLIES, ids=[text for text, _ in REPLIES])
def test_a_refused_example_gets_the_reply_beside_it(text: str, reply: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(text)
    assert caught.value.problem == reply
    assert caught.value.suggestions

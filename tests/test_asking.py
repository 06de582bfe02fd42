"""The users' page and the program agree: every example on it is asked."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.flows.ask import Questions
from bot.flows.reply import answer_message
from bot.queries.care import parse_care
from bot.queries.commands import to_command
from bot.queries.follow import parse_follow_up
from bot.queries.model import Context, Query, QueryError
from bot.queries.parse import parse_query
from bot.views.limits import check
from bot.views.listing import Setting
from providers.models import Invoice, LineItem
from storage.store import Store
from tests.bot.flows.asking import CONNECTIONS, keep_some, questions_of
from tests.storage.made import NOW, TODAY, invoice, keep

PAGE = (Path(__file__).parents[1] / "docs" / "asking.md").read_text(encoding="utf-8")
#: What the sections of refused questions are called.
REFUSED = ("When a question is not clear", "Not yet")
#: What the section of orders about one invoice is called.
CARE = "What people do about an invoice"
CONTEXT = Context(
    today=TODAY,
    connections=CONNECTIONS,
    oldest=date(2021, 1, 5),
    newest=date(2026, 11, 20),
)
_EXAMPLE = re.compile(r"`((?:[/!]|@Duebot )[^`]+)`")


def named() -> Iterator[Invoice]:
    """Invoices that are broken down to customers."""
    names = ("Blue Heron KK", "Blue Heron KK", "Blue Heron Europe BV")
    for number, name in enumerate(names, 7):
        lines = (LineItem(customer=name),)
        yield invoice(str(number), counterparty="Insight Japan", lines=lines)


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
    heads = ("typed", "said in the thread", "---")
    return [row for row in cells if row[0] not in heads]


ANSWERED = [
    example
    for name, text in sections().items()
    if name not in (*REFUSED, CARE)
    for example in _EXAMPLE.findall(text)
]
SAME = [
    _EXAMPLE.findall(row[0])
    for name, text in sections().items()
    if name not in (*REFUSED, CARE)
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


def care_examples() -> list[list[str]]:
    """The rows of orders; what is said behind the table are questions."""
    return [_EXAMPLE.findall(row[0]) for row in rows(sections()[CARE])]


@pytest.mark.parametrize("texts", care_examples(), ids=lambda texts: texts[0])
def test_an_order_about_an_invoice_is_read(texts: list[str]) -> None:
    orders = {parse_care(text, context=CONTEXT) for text in texts}
    assert None not in orders
    assert len({order.deed for order in orders if order}) == 1
    for text in re.findall(r"`(/unpaid [^`]+)`", sections()[CARE]):
        read(text)


def settled(text: str, questions: Questions) -> Query:
    """Read a question as all doors do."""
    query = read(text)
    return asyncio.run(questions.settled(query))


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Questions]:
    store = Store(tmp_path_factory.mktemp("asking") / "duebot.db")
    asyncio.run(keep_some(store))
    asyncio.run(store.run(keep, list(named())))
    yield questions_of(store)
    store.close()


def test_the_page_has_its_examples() -> None:
    assert len(ANSWERED) > 60
    assert len(REPLIES) > 15


@pytest.mark.parametrize("text", ANSWERED)
def test_an_example_is_answered(text: str, questions: Questions) -> None:
    query = read(text)
    command = to_command(query, CONTEXT)
    assert parse_query(command, context=CONTEXT) == query
    query = settled(text, questions)
    # A name is written in full, which is asked about no more.
    command = to_command(query, CONTEXT)
    assert settled(command, questions) == query
    setting = Setting(command, NOW, ZoneInfo("Europe/Amsterdam"))
    check(answer_message(questions.answer(query), setting))


@pytest.mark.parametrize("texts", SAME, ids=[texts[0] for texts in SAME])
def test_examples_in_one_cell_mean_the_same(texts: list[str]) -> None:
    assert {read(text) for text in texts} == {read(texts[0])}


@pytest.mark.parametrize(
    ("text", "last", "command"),
    [
        [cell.strip("`") for cell in row]
        for row in rows(sections()["In words"])
        if len(row) == 3
    ],
)
def test_a_question_in_a_thread_is_read_after_the_last_one(
    text: str, last: str, command: str
) -> None:
    said = text.removeprefix("@Duebot ")
    assert parse_follow_up(said, last, context=CONTEXT) == (read(command), True)


@pytest.mark.parametrize(("text", "reply"), REPLIES, ids=[text for text, _ in REPLIES])
def test_a_refused_example_gets_the_reply_beside_it(
    text: str, reply: str, questions: Questions
) -> None:
    with pytest.raises(QueryError) as caught:
        settled(text, questions)
    assert caught.value.problem == reply
    assert caught.value.suggestions

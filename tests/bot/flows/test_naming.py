"""Names in questions: whose they are, on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.model import Emptied, InvoiceList, NoCurrency, SetCurrency
from bot.flows.ask import Questions
from bot.flows.naming import matching, similar
from bot.queries.model import Query, QueryError
from bot.queries.parse import parse_query
from providers.models import LineItem
from storage.reader import Aside
from storage.store import Store
from tests.bot.flows.asking import Idle, keep_some, questions_of
from tests.bot.queries.sampling import Replying, keep_samples
from tests.storage.made import NOW, TODAY, invoice, keep

NAMES = ("contoso europe bv", "contoso kk", "kk holdings", "old contoso", "青鷺商事")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Contoso KK", ["contoso kk"]),
        ("“contoso kk”", ["contoso kk"]),
        ("contoso", ["contoso europe bv", "contoso kk"]),
        ("kk", ["kk holdings"]),
        ("europe", ["contoso europe bv"]),
        ("europe contoso", ["contoso europe bv"]),
        ("old cont", ["old contoso"]),
        ("青鷺", ["青鷺商事"]),
        ("toso", []),
        ("contosso", []),
    ],
)
def test_a_name_is_looked_for_whole_then_as_a_beginning_then_by_words(
    said: str, found: list[str]
) -> None:
    assert matching(said, NAMES) == found


def test_what_was_nearly_said_is_only_offered() -> None:
    assert similar("contosso", NAMES) == [
        "contoso europe bv",
        "contoso kk",
        "old contoso",
    ]
    assert similar("xyzzy", NAMES) == []


@given(st.sampled_from(NAMES), st.integers(1, 6))
def test_every_beginning_of_a_name_finds_it_or_another_that_begins_so(
    name: str, length: int
) -> None:
    said = name[:length]
    found = matching(said, NAMES)
    assert found == [name] or all(each.startswith(said.strip()) for each in found)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "duebot.db")
    yield store
    store.close()


async def settled(store: Store, text: str, questions: Questions | None = None) -> Query:
    questions = questions or questions_of(store)
    query = parse_query(text, context=questions.context())
    return await questions.settled(query)


async def keep_named(store: Store, *names: str) -> None:
    await store.run(
        keep,
        [
            invoice(str(n), lines=(LineItem(customer=name),), counterparty=f"S{name}")
            for n, name in enumerate(names)
        ],
    )


async def test_a_whole_name_means_it_and_none_that_is_longer(store: Store) -> None:
    await keep_named(store, "Heron", "Heron KK", "Heron KK", "Blue Heron")
    questions = questions_of(store)
    query = await settled(store, "/unpaid customer:heron")
    answer = questions.answer(query)
    assert isinstance(answer, InvoiceList)
    assert (query.customer, answer.count) == ("Heron", 1)
    everyone = questions.answer(await settled(store, '/unpaid customer:"heron*"'))
    assert isinstance(everyone, InvoiceList)
    assert everyone.count == 4


async def test_several_are_asked_about_and_together_only_where_that_is_all(
    store: Store,
) -> None:
    await keep_named(store, "Heron A", "Heron B", "Heron B", "Heron C")
    with pytest.raises(QueryError, match="Three customers match `heron`") as caught:
        await settled(store, "/unpaid for heron eur")
    offered = {each.label: each.command for each in caught.value.suggestions}
    assert offered == {
        "Heron B (2 unpaid)": '/unpaid currency:eur customer:"Heron B"',
        "Heron A (1 unpaid)": '/unpaid currency:eur customer:"Heron A"',
        "All 3": '/unpaid currency:eur customer:"heron*"',
    }
    await keep_named(store, "Heron A", "Heron B", "Blue Heron")
    with pytest.raises(QueryError) as caught:
        await settled(store, "/unpaid for heron")
    assert "Blue Heron" not in caught.value.problem
    assert not any("*" in each.command for each in caught.value.suggestions)


async def test_somebody_else_of_that_name_is_offered_and_not_taken(
    store: Store,
) -> None:
    await keep_named(store, "Heron KK")
    with pytest.raises(QueryError) as caught:
        await settled(store, "/unpaid for sheron")
    assert caught.value.problem == (
        "No customer is called `sheron`. Closest: customer `Heron KK`."
    )
    commands = [each.command for each in caught.value.suggestions]
    assert commands == [
        '/unpaid customer:"Heron KK"',
        '/unpaid seller:"SHeron KK"',
        '/unpaid text:"sheron"',
    ]
    for command in commands:
        await settled(store, command)


async def test_names_are_looked_for_aside_where_there_is_somebody_to(
    store: Store,
) -> None:
    await keep_named(store, "Heron KK")
    plain = questions_of(store)
    aside = Aside(store.path)
    try:
        questions = Questions(
            store=store,
            aside=aside,
            reader=Idle(),
            settings=plain._settings,
            line_items=plain._line_items,
            now=lambda: NOW,
            today=lambda: TODAY,
        )
        query = await settled(store, "/unpaid for heron", questions)
    finally:
        aside.close()
    assert query.customer == "Heron KK"


async def test_before_anything_was_read_a_name_is_left_as_it_is(store: Store) -> None:
    assert (await settled(store, "/unpaid for heron")).customer == "heron"


@pytest.mark.parametrize(
    ("text", "without", "count", "command"),
    [
        ("/unpaid 2026-09 swo", "connections", 1, "/unpaid 2026 9"),
        ("/unpaid lw eur", "currency", 1, "/unpaid lw"),
        ("/unpaid i3d >5000", "amount", 3, "/unpaid i3d"),
        ("/unpaid i3d #nothing", "words", 3, "/unpaid i3d"),
        ("/overdue lw", "state", 1, "/invoices lw"),
        ("/invoices issued:2026-11-21 i3d", "period", 4, "/invoices i3d"),
        ("/invoices 2026 11 swo paid", "all", 6, "/invoices all"),
        ("/invoices swo paid >5", "state", 1, "/invoices swo >5"),
    ],
)
async def test_an_empty_answer_names_the_filter_that_emptied_it(
    store: Store, text: str, without: str, count: int, command: str
) -> None:
    await keep_some(store)
    questions = questions_of(store)
    answer = questions.answer(parse_query(text, context=questions.context()))
    assert isinstance(answer, InvoiceList)
    assert answer.count == 0
    (note,) = answer.notes
    assert isinstance(note, Emptied)
    assert (note.without, sum(n for _, n in note.by_status), note.command) == (
        without,
        count,
        command,
    )
    wider = questions.answer(parse_query(command, context=questions.context()))
    assert isinstance(wider, InvoiceList)
    assert wider.count == count


async def test_a_note_about_currencies_leads_to_answers_that_have_none(
    store: Store,
) -> None:
    await keep_samples(store)
    questions = Replying(store).questions
    asked = parse_query("/unpaid >1000", context=questions.context())
    answer = questions.answer(asked)
    assert isinstance(answer, InvoiceList)
    (note,) = answer.notes
    assert isinstance(note, NoCurrency)
    for code, command in note.only:
        query = parse_query(command, context=questions.context())
        assert query == replace(asked, currency=code)
        only = questions.answer(query)
        assert isinstance(only, InvoiceList)
        assert {each.currency for each in only.totals} == {code}
        by_settings = (SetCurrency(("LINE WORKS",), "JPY"),)
        assert only.notes == (by_settings if code == "JPY" else ())


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("/invoices lw largest", True),
        ("/unpaid jpy", True),
        ("/unpaid jpy -lw", False),
        ("/invoices lw", False),
        ("/invoices i3d largest", False),
    ],
)
async def test_a_currency_of_our_settings_is_said_where_it_decides(
    store: Store, text: str, is_said: bool
) -> None:
    await keep_samples(store)
    questions = Replying(store).questions
    answer = questions.answer(parse_query(text, context=questions.context()))
    assert isinstance(answer, InvoiceList)
    assert (SetCurrency(("LINE WORKS",), "JPY") in answer.notes) == is_said


async def test_groups_of_providers_are_called_as_people_call_them(
    store: Store,
) -> None:
    await keep_samples(store)
    questions = Replying(store).questions
    asked = parse_query("/unpaid swo by provider", context=questions.context())
    answer = questions.answer(asked)
    assert isinstance(answer, InvoiceList)
    assert {(each.name, each.label) for each in answer.groups} == {
        ("softwareone", "SoftwareOne")
    }

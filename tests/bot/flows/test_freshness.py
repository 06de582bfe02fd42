import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.model import InvoiceList
from bot.flows.ask import Asked, Questions, QuestionSettings
from bot.flows.line_items import LineItems
from bot.queries.model import KnownConnection, Query
from storage import cursors
from storage.cursors import RunEnd
from storage.store import Store

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Endless:
    """A reading that is under way and does not end by itself."""

    def __init__(self) -> None:
        self.joined: list[Sequence[str]] = []

    async def sync(self, names: Sequence[str] | None) -> object:
        self.joined.append(names or ())
        return await asyncio.Event().wait()

    def running(self, name: str) -> bool:
        return name == "swo"


async def read_before(store: Store, age: timedelta) -> None:
    run = await store.run(
        cursors.attempted, "swo", provider="softwareone", now=NOW - age
    )
    await store.run(cursors.succeeded, "swo", RunEnd(run=run, now=NOW - age))


async def asked_of(
    store: Store, reader: Endless, *, again: bool = False, replaced: bool = True
) -> Asked:
    questions = Questions(
        store=store,
        reader=reader,
        settings=QuestionSettings(
            connections=(KnownConnection("swo", "SoftwareOne", "softwareone"),),
            fresh_for=timedelta(minutes=5),
        ),
        line_items=LineItems({}),
        now=lambda: NOW,
        today=NOW.date,
    )
    asked = await questions.ask(
        Query(), wait_seconds=0.01, again=again, replaced=replaced
    )
    if asked.reading is not None:
        asked.reading.cancel()
    return asked


async def test_fresh_figures_do_not_wait_for_a_reading_under_way(store: Store) -> None:
    await read_before(store, timedelta(minutes=4))
    reader = Endless()
    asked = await asked_of(store, reader)
    assert reader.joined == []
    assert asked.reading is None
    assert isinstance(asked.answer, InvoiceList)
    assert not asked.answer.freshness[0].reading


@pytest.mark.parametrize(
    ("age", "again"),
    [
        pytest.param(timedelta(minutes=6), False, id="old figures"),
        pytest.param(timedelta(minutes=4), True, id="fresh figures asked for anew"),
    ],
)
async def test_the_answer_says_that_it_will_be_replaced(
    store: Store, age: timedelta, again: bool
) -> None:
    await read_before(store, age)
    reader = Endless()
    asked = await asked_of(store, reader, again=again)
    assert reader.joined == [["swo"]]
    assert asked.reading is not None
    assert isinstance(asked.answer, InvoiceList)
    assert asked.answer.freshness[0].reading


async def test_an_answer_that_stays_does_not_promise_a_better_one(store: Store) -> None:
    await read_before(store, timedelta(minutes=6))
    reader = Endless()
    asked = await asked_of(store, reader, replaced=False)
    assert reader.joined == [["swo"]]
    assert isinstance(asked.answer, InvoiceList)
    assert not asked.answer.freshness[0].reading

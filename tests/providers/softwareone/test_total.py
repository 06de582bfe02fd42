"""A list that ends before its own total is not trusted, and withdraws nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from providers.errors import BadReplyError
from storage.store import Store
from tests.bot.flows.ledger import Desk
from tests.providers.builders import so_list, softwareone
from tests.providers.softwareone.test_checklist import ids_of, numbered
from tests.providers.stand_in import Answer, json_answer, standing

Rows = list[dict[str, Any]]
#: What a reply from an offset becomes: its rows, and the total it states.
Reply = Callable[[int, Rows], tuple[Rows, int | None]]


def replied(reply: Reply, *, most: int = 100, count: int = 123) -> Answer:
    """*count* invoices and no credit memos, as *reply* gives them."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("invoices"):
            return json_answer(so_list([], total=0))
        offset = int(request.query["offset"])
        rows, total = reply(offset, numbered(count)[offset : offset + most])
        return json_answer(so_list(rows, offset=offset, limit=most, total=total))

    return answer


def whole(_offset: int, rows: Rows) -> tuple[Rows, int | None]:
    return rows, 123


def empty(offset: int, rows: Rows) -> tuple[Rows, int | None]:
    return ([] if offset else rows), 123


def without_five(offset: int, rows: Rows) -> tuple[Rows, int | None]:
    return (rows[:-5] if offset else rows), 123


def empty_without_total(offset: int, rows: Rows) -> tuple[Rows, int | None]:
    return ([], None) if offset else (rows, 123)


def nothing(_offset: int, _rows: Rows) -> tuple[Rows, int | None]:
    return [], 123


@pytest.mark.parametrize(
    ("reply", "came", "said"),
    [
        (empty, 100, 123),
        (without_five, 118, 123),
        (empty_without_total, 100, 123),
        (nothing, 0, 100),
    ],
)
async def test_a_list_that_ends_before_its_total_withdraws_nothing(
    store: Store, reply: Reply, came: int, said: int
) -> None:
    desk = Desk(store)
    async with standing(replied(whole)) as stand_in:
        provider = softwareone(stand_in.url)
        assert (await desk.sync(provider)).complete
        stand_in.answer = replied(reply)
        for _ in range(3):
            report = await desk.sync(provider)
            assert (report.ok, report.complete, report.withdrawn) == (False, False, 0)
            assert report.error == f"sent {came} rows where it promised {said}"
        stand_in.answer = replied(whole)
        report = await desk.sync(provider)
        assert (report.complete, report.issued, report.withdrawn) == (True, 0, 0)
        assert report.unchanged == 123
        await provider.aclose()


async def test_pages_that_are_cut_are_counted_together() -> None:
    ids, _ = await ids_of(replied(whole, most=40))
    assert len(ids) == 123
    with pytest.raises(BadReplyError, match="sent 120 rows where it promised 123"):
        await ids_of(replied(whole, most=40, count=120))


async def test_the_last_total_counts() -> None:
    """Two rows go while we read: the second page knows, the first did not."""
    ids, _ = await ids_of(
        replied(lambda at, rows: (rows, 121 if at else 123), count=121)
    )
    assert len(ids) == 121


async def test_a_list_that_grows_is_read_to_its_new_end() -> None:
    ids, _ = await ids_of(
        replied(lambda at, rows: (rows, 205 if at else 199), count=205)
    )
    assert len(ids) == 205
    with pytest.raises(BadReplyError, match="sent 200 rows where it promised 205"):
        await ids_of(
            replied(
                lambda at, rows: ([] if at == 200 else rows, 205 if at else 199),
                count=205,
            )
        )


async def test_what_slipped_through_between_pages_is_noticed() -> None:
    """A row comes in when the third page is read already, but not the second."""
    later = [{**numbered(1)[0], "id": "INV-0000a"}, *numbered(250)]

    def reply(at: int, rows: Rows) -> tuple[Rows, int | None]:
        return (later[100:200], 251) if at == 100 else (rows, 250)

    with pytest.raises(BadReplyError, match="sent 249 rows where it promised 250"):
        await ids_of(replied(reply, count=250))

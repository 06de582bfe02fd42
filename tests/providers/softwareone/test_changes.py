"""Asking SoftwareOne for what changed lately, to the letter."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from aiohttp import web

from providers.base import Incremental, Record
from providers.errors import BusyError, NotFilteredError
from providers.softwareone import SoftwareOne
from providers.softwareone.changes import is_since, to_filter
from tests.providers.builders import so_document, so_list, softwareone
from tests.providers.stand_in import Answer, json_answer, replying, standing

MOMENT = datetime(2026, 11, 21, 6, 30, 5, 123_987, tzinfo=UTC)
FILTER = (
    "or(ge(audit.updated.at,2026-11-21T06:30:05.123Z),"
    "ge(audit.created.at,2026-11-21T06:30:05.123Z))"
)
HEAD = "select=+lines,+audit&order=id&limit=100"
OLD = "2026-11-20T10:00:00.0000000+00:00"
NEW = "2026-11-21T06:30:05.1239870+00:00"


def changed(number: int, updated: str = NEW, **changes: Any) -> dict[str, Any]:
    audit = {"created": {"at": OLD}, "updated": {"at": updated}}
    return so_document(id=f"INV-{number:04}", audit=audit, **changes)


def filtering(documents: list[dict[str, Any]]) -> Answer:
    """A server that knows the filter: *documents* are what it lets through."""

    async def answer(request: web.Request) -> web.StreamResponse:
        offset = int(request.query["offset"])
        found = documents if request.path.endswith("invoices") else []
        page = found[offset : offset + 100]
        return json_answer(so_list(page, offset=offset, total=len(found)))

    return answer


async def ids_since(provider: SoftwareOne) -> list[str]:
    ids = []
    async for page in provider.pages_since(MOMENT):
        for record in await provider.read(page.source, page.documents):
            assert isinstance(record, Record), record
            ids.append(record.invoice.id)
    return ids


async def test_the_query_is_sent_to_the_letter_to_both_lists() -> None:
    async with standing(filtering([changed(1)])) as stand_in:
        provider = softwareone(stand_in.url)
        assert isinstance(provider, Incremental)
        assert await ids_since(provider) == ["INV-0001"]
        await provider.aclose()
    assert stand_in.paths == [
        f"/billing/invoices?{HEAD}&offset=0&{FILTER}",
        f"/billing/credit-memos?{HEAD}&offset=0&{FILTER}",
    ]


async def test_every_page_is_asked_with_the_filter() -> None:
    async with standing(filtering([changed(n) for n in range(230)])) as stand_in:
        provider = softwareone(stand_in.url)
        assert len(await ids_since(provider)) == 230
        await provider.aclose()
    assert [path for path in stand_in.paths if "/invoices?" in path] == [
        f"/billing/invoices?{HEAD}&offset={offset}&{FILTER}" for offset in (0, 100, 200)
    ]


async def test_the_whole_list_is_asked_without_a_filter() -> None:
    async with standing(filtering([changed(1)])) as stand_in:
        provider = softwareone(stand_in.url)
        assert [page.source async for page in provider.pages()] == ["invoices"]
        await provider.aclose()
    assert stand_in.paths[0] == f"/billing/invoices?{HEAD}&offset=0"


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 21, 6, tzinfo=UTC), id="UTC"),
        pytest.param(
            datetime(2026, 11, 21, 7, tzinfo=timezone(timedelta(hours=1))),
            id="another zone",
        ),
    ],
)
def test_a_moment_is_in_utc_with_three_digits(moment: datetime) -> None:
    assert to_filter(moment) == (
        "or(ge(audit.updated.at,2026-11-21T06:00:00.000Z),"
        "ge(audit.created.at,2026-11-21T06:00:00.000Z))"
    )


@pytest.mark.parametrize(
    ("audit", "is_meant"),
    [
        pytest.param({"created": {"at": OLD}, "updated": {"at": NEW}}, True, id="new"),
        pytest.param({"created": {"at": NEW}}, True, id="made, and never changed"),
        pytest.param({"created": {"at": OLD}}, False, id="made before"),
        pytest.param(
            {"created": {"at": OLD}, "updated": {"at": OLD}}, False, id="changed before"
        ),
        pytest.param(
            {"updated": {"at": "2026-11-21T07:30:05.123+01:00"}}, True, id="a zone"
        ),
        pytest.param(
            {"updated": {"at": "2026-11-21T06:30:05.1220000Z"}}, False, id="just before"
        ),
        pytest.param({"updated": {"at": "soon"}}, True, id="no time"),
        pytest.param({"updated": {"at": None}, "created": None}, True, id="null"),
        pytest.param({}, True, id="nothing stated"),
        pytest.param(None, True, id="no audit"),
        pytest.param(17, True, id="another shape"),
    ],
)
def test_what_fits_the_filter(audit: Any, *, is_meant: bool) -> None:
    document = web.json_response({"id": "INV-1", "audit": audit}).body
    assert isinstance(document, bytes)
    assert is_since(document, MOMENT) is is_meant


async def test_a_server_that_refuses_the_filter_is_not_asked_again() -> None:
    async with standing(replying(400, b'{"title": "Bad Request"}')) as stand_in:
        provider = softwareone(stand_in.url)
        with pytest.raises(NotFilteredError, match=r"^refused the request \(400\)$"):
            await ids_since(provider)
        assert len(stand_in.paths) == 1
        with pytest.raises(NotFilteredError, match=r"^cannot filter by time$"):
            await ids_since(provider)
        assert len(stand_in.paths) == 1

        stand_in.answer = filtering([changed(1)])
        assert [page.source async for page in provider.pages()] == ["invoices"]
        await provider.aclose()


async def test_a_server_that_ignores_the_filter_is_noticed() -> None:
    everything = [changed(n, updated=OLD) for n in range(230)]
    everything[0] = changed(0)
    async with standing(filtering(everything)) as stand_in:
        provider = softwareone(stand_in.url)
        with pytest.raises(NotFilteredError, match=r"^ignores the filter by time$"):
            await ids_since(provider)
        asked = len(stand_in.paths)
        assert asked == 1, "the first page tells"
        with pytest.raises(NotFilteredError):
            await ids_since(provider)
        assert len(stand_in.paths) == asked
        await provider.aclose()


async def test_a_server_that_is_down_is_asked_again() -> None:
    async with standing(filtering([changed(1)])) as stand_in:
        provider = softwareone(stand_in.url)
        stand_in.fault = replying(503)
        with pytest.raises(BusyError):
            await ids_since(provider)
        stand_in.fault = None
        assert await ids_since(provider) == ["INV-0001"]
        await provider.aclose()


async def test_an_installation_without_credit_memos_says_so() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("credit-memos"):
            return web.Response(status=404)
        return await filtering([changed(1)])(request)

    async with standing(answer) as stand_in:
        provider = softwareone(stand_in.url)
        for pages in (provider.pages(), provider.pages_since(MOMENT)):
            found = [(p.source, len(p.documents), p.is_absent) async for p in pages]
            assert found == [("invoices", 1, False), ("credit-memos", 0, True)]
        await provider.aclose()

"""A large SoftwareOne connection, over HTTP: how much is asked for."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.flows.extent import MANY
from storage import snapshots
from storage.snapshots import Criteria
from storage.store import Store
from tests.bot.flows.ledger import Desk
from tests.providers.builders import so_document, so_list, softwareone
from tests.providers.stand_in import json_answer, standing

SINCE = re.compile(r"ge\(audit\.updated\.at,([^)]*)\)")
LONG_AGO = "2026-01-01T00:00:00.0000000+00:00"
JUST_NOW = "2026-11-20T23:30:00.0000000+00:00"


class Billing:
    """Two lists that can be filtered by the time of change, as a test says."""

    def __init__(self) -> None:
        self.invoices = [_document(f"INV-{n:04}") for n in range(MANY)]
        self.memos: list[dict[str, Any]] | None = [_document("CRD-1", erpData=None)]
        self.refuses_filters = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        since = SINCE.search(request.raw_path)
        if since and self.refuses_filters:
            return web.json_response({"title": "Bad Request"}, status=400)
        is_invoices = request.path.endswith("invoices")
        documents = self.invoices if is_invoices else self.memos
        if documents is None:
            return web.Response(status=404)
        if since:
            moment = datetime.fromisoformat(since[1])
            documents = [each for each in documents if _updated(each) >= moment]
        offset = int(request.query["offset"])
        page = documents[offset : offset + 100]
        return json_answer(so_list(page, offset=offset, total=len(documents)))


def _document(id_: str, *, updated: str = LONG_AGO, **changes: Any) -> dict[str, Any]:
    audit = {"created": {"at": LONG_AGO}, "updated": {"at": updated}}
    return so_document(id=id_, documentNo=f"DE-{id_}", audit=audit, **changes)


def _updated(document: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(document["audit"]["updated"]["at"]).astimezone(UTC)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def test_two_requests_read_what_changed(desk: Desk) -> None:
    billing = Billing()
    async with standing(billing.answer) as stand_in:
        provider = softwareone(stand_in.url)
        report = await desk.sync(provider)
        assert (report.complete, report.fetched) == (True, MANY + 1)
        paid = {"balanceDue": 0.00, "invoiceTotal": 110.00}
        billing.invoices[3] = _document(
            "INV-0003", updated=JUST_NOW, status="Paid", erpData=paid
        )
        report = await desk.sync(provider)
        assert (report.complete, report.requests, report.fetched) == (True, 2, 1)
        assert (report.payment, report.withdrawn) == (1, 0)
        # The last sync began at midnight.
        asked = SINCE.findall(stand_in.paths[-1])
        assert asked == ["2026-11-20T23:00:00.000Z"]

        desk.today += timedelta(days=1)
        report = await desk.sync(provider)
        assert (report.complete, report.fetched) == (True, MANY + 1)
        await provider.aclose()


async def test_a_server_without_filters_is_read_whole_in_the_same_sync(
    desk: Desk,
) -> None:
    billing = Billing()
    billing.refuses_filters = True
    async with standing(billing.answer) as stand_in:
        provider = softwareone(stand_in.url)
        whole = (await desk.sync(provider)).requests
        for extra in (1, 0):
            report = await desk.sync(provider)
            assert (report.ok, report.complete) == (True, True)
            assert (report.fetched, report.unchanged) == (MANY + 1, MANY + 1)
            assert report.requests == whole + extra, "it is asked once"
        await provider.aclose()


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(days=1)])
async def test_lost_credit_memos_are_an_error_and_stay(
    desk: Desk, wait: timedelta
) -> None:
    billing = Billing()
    async with standing(billing.answer) as stand_in:
        provider = softwareone(stand_in.url)
        assert (await desk.sync(provider)).complete
        billing.memos = None
        for _ in range(3):
            desk.today += wait
            report = await desk.sync(provider)
            assert (report.ok, report.withdrawn) == (False, 0)
            assert report.error == (
                "has no list of credit-memos any more; 1 known were in it"
            )
        assert desk.store.read(snapshots.count, Criteria(today=desk.today)) == MANY + 1
        billing.memos = [_document("CRD-1", erpData=None)]
        assert (await desk.sync(provider)).complete
        await provider.aclose()

"""Every check of `conformance` and every fault, over every adapter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from providers.base import Provider, Unreadable
from tests.providers.builders import (
    SECRET,
    i3_detail,
    i3_row,
    i3dnet,
    lineworks,
    lw_customer,
    lw_row,
    so_document,
    so_list,
    softwareone,
)
from tests.providers.conformance import (
    CHECKS,
    FAULTS,
    Check,
    Fault,
    Subject,
    fails_and_recovers,
)
from tests.providers.stand_in import StandIn, json_answer, replying, standing

PDF = b"%PDF-1.7\n%%EOF\n"


async def _lineworks(request: web.Request) -> web.StreamResponse:
    if request.path == "/partners/invoices":
        row = lw_row(issuedTime="2022-01-01T00:00:00.000Z", invoiceMonth=12)
        rows = {"2021": [row], "2022": [lw_row(invoiceNo=7, invoiceYear=2022)]}
        return json_answer({"invoices": rows[request.query["year"]]})
    item = {"itemType": "PRODUCT", "itemId": "STD", "amount": 62400}
    option = {"itemType": "OPTION_PLUS", "itemId": "OCR", "amount": 10000}
    return json_answer({"invoiceDetails": [lw_customer(1, item, option)]})


async def _softwareone(request: web.Request) -> web.StreamResponse:
    match request.path.removeprefix("/billing/").split("/"):
        case ["invoices"]:
            return json_answer(so_list([so_document()], total=1))
        case ["credit-memos"]:
            memo = so_document(id="CRD-1111-2222-3333-4444", erpData=None)
            return json_answer(so_list([memo], total=1))
        case ["invoices", _]:
            return json_answer(so_document())
        case ["invoices", _, "attachments"]:
            found = {"id": "INA-1", "type": "Output", "contentType": "application/pdf"}
            return json_answer(so_list([found], total=1))
        case _:
            return web.Response(body=PDF, content_type="application/pdf")


async def _i3dnet(request: web.Request) -> web.StreamResponse:
    match request.path.removeprefix("/account/").split("/"):
        case ["invoice"]:
            asked = dict(
                part.split("=") for part in request.headers["RANGED-DATA"].split(",")
            )
            rows = [i3_row(), i3_row(1002, isCredit=1, remainingAmount="0")]
            start = int(asked["start"])
            return json_answer(rows[start : start + int(asked["results"])])
        case ["invoice", _]:
            return json_answer([i3_detail()])
        case ["invoice", _, "pdf"]:
            return web.Response(body=PDF, content_type="application/pdf")
        case _:
            return json_answer({"username": "finance@buyer.example"})


SUBJECTS = {
    "lineworks": Subject(lineworks, _lineworks, frozenset({"2084426021", "7"}), SECRET),
    "softwareone": Subject(
        softwareone,
        _softwareone,
        frozenset({"INV-1111-2222-3333-4444", "CRD-1111-2222-3333-4444"}),
        SECRET,
    ),
    "i3dnet": Subject(i3dnet, _i3dnet, frozenset({"1001", "1002"}), SECRET),
}


@asynccontextmanager
async def connected(subject: Subject) -> AsyncIterator[tuple[StandIn, Provider]]:
    async with standing(subject.answer) as stand_in:
        provider = subject.make(stand_in.url)
        try:
            yield stand_in, provider
        finally:
            await provider.aclose()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", SUBJECTS)
async def test_every_adapter(name: str, check: Check) -> None:
    async with connected(SUBJECTS[name]) as (stand_in, provider):
        await check(SUBJECTS[name], stand_in, provider)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("name", SUBJECTS)
async def test_every_fault_is_a_sentence_and_passes(name: str, fault: Fault) -> None:
    async with connected(SUBJECTS[name]) as (stand_in, provider):
        await fails_and_recovers(SUBJECTS[name], stand_in, provider, fault)


HUGE = b"1e999999999"


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("softwareone", b'{"id":"1","price":{"currency":"EUR","totalGT":%s}}' % HUGE),
        ("i3dnet", b'{"id":"1","amountIncVAT":"%s"}' % HUGE),
        ("i3dnet", b'{"id":"1","remainingAmount":"%s","totalPaidAmount":"1"}' % HUGE),
        ("lineworks", b'{"invoiceNo":1,"totalAmount":1%s}' % (b"0" * 40)),
    ],
)
async def test_a_number_past_all_reckoning_is_unreadable(
    name: str, document: bytes
) -> None:
    async with connected(SUBJECTS[name]) as (stand_in, provider):
        stand_in.fault = replying(404)
        (read,) = await provider.read("invoices", [document])
    assert isinstance(read, Unreadable)
    assert "expected" in read.problem

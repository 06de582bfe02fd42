"""What is known to go wrong with SoftwareOne's API, item by item."""

import asyncio
import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from aiohttp import web

from providers.errors import (
    BadReplyError,
    NotThereError,
    RefusedError,
    SignedOutError,
)
from providers.models import Status
from providers.softwareone import wire
from tests.providers.builders import (
    SECRET,
    read_all,
    read_one,
    read_problem,
    sample,
    so_document,
    so_list,
    softwareone,
)
from tests.providers.stand_in import (
    Answer,
    always,
    in_turn,
    json_answer,
    replying,
    standing,
)

NOWHERE = "http://127.0.0.1:9"
PDF = b"%PDF-1.7\n%%EOF\n"


def numbered(count: int) -> list[dict[str, Any]]:
    """Invoices whose ids count up."""
    return [so_document(id=f"INV-{number:04}") for number in range(count)]


def listed(
    documents: list[dict[str, Any]], *, most: int = 100, total: bool = True
) -> Answer:
    """A list of invoices that gives *most* at once and says so; no credit memos."""

    async def answer(request: web.Request) -> web.StreamResponse:
        offset, limit = int(request.query["offset"]), int(request.query["limit"])
        limit = min(limit, most)
        found = documents if request.path.endswith("invoices") else []
        page = found[offset : offset + limit]
        said = len(found) if total else None
        return json_answer(so_list(page, offset=offset, limit=limit, total=said))

    return answer


async def ids_of(answer: Answer) -> tuple[list[str], list[str]]:
    """The ids that were read, and the paths that were asked."""
    async with standing(answer) as stand_in:
        provider = softwareone(stand_in.url)
        ids = [invoice.id for invoice in await read_all(provider)]
        await provider.aclose()
        return ids, stand_in.paths


async def test_the_example_of_the_api_page() -> None:
    page = sample("softwareone/invoices-page-example.json")
    async with standing(
        in_turn(always(page), always(so_list([], total=0)))
    ) as stand_in:
        provider = softwareone(stand_in.url)
        (invoice,) = await read_all(provider)
        await provider.aclose()
    assert (invoice.id, invoice.number) == ("INV-123-456-789", "DOC-67890")
    assert (invoice.total, invoice.balance) == (Decimal("2000.00"), Decimal("1500.75"))
    assert (invoice.net, invoice.tax) == (Decimal("115.00"), Decimal("13.00"))
    assert (invoice.issued_on, invoice.due_on) == (date(2025, 4, 30), date(2025, 5, 15))
    assert (invoice.currency, invoice.counterparty) == ("EUR", "text")
    # Its status is no documented one, so the money decides.
    assert (invoice.status, invoice.provider_status) == (Status.PART_PAID, "Active")
    assert invoice.checks == (
        "net 115.00 and tax 13.00 make 128.00, but the total is 14.95",
        "totalGT 14.95 differs from invoiceTotal 2000.00",
        "the lines make 1140.00, but the total is 2000.00",
    )
    (line,) = invoice.lines
    assert line.quantity == Decimal(5)
    assert (line.unit_price, line.total) == (Decimal("12.50"), Decimal("1140.00"))
    assert (line.period_from, line.period_to) == (date(2025, 1, 1), date(2025, 1, 31))


async def test_b8_01_generated_is_issued_and_other_words_are_shown() -> None:
    money = {"balanceDue": 10.0, "invoiceTotal": 10.0}
    document = {"id": "INV-1", "price": {"currency": "EUR"}}
    generated = document | {"status": "Generated", "erpData": money}
    invoice = await read_one(softwareone(NOWHERE), generated)
    assert invoice.status is Status.UNPAID
    invoice = await read_one(softwareone(NOWHERE), document | {"status": "Active"})
    assert (invoice.status, invoice.provider_status) == (Status.UNKNOWN, "Active")


async def test_b8_02_what_is_omitted_is_asked_for_again_and_is_not_zero() -> None:
    short = {
        "$meta": {"omitted": ["erpData", "lines"]},
        "id": "INV-111-222-333",
        "status": "Issued",
        "price": {"currency": "EUR", "totalGT": 11.00},
    }
    whole = short | {"$meta": None, "erpData": {"balanceDue": 4.0, "invoiceTotal": 11}}
    async with standing(always(whole)) as stand_in:
        provider = softwareone(stand_in.url)
        invoice = await read_one(provider, short)
        stand_in.answer = always(short)
        unstated = await read_one(provider, short)
        stand_in.answer = replying(404)
        unknown = await read_one(provider, short)
        await provider.aclose()
    assert stand_in.paths[0] == (
        "/billing/invoices/INV-111-222-333?select=+lines,+audit,+erpData"
    )
    assert (invoice.balance, invoice.status) == (Decimal("4.00"), Status.PART_PAID)
    assert (unstated.balance, unstated.status) == (None, Status.UNPAID)
    assert (unknown.balance, unknown.total) == (None, Decimal("11.00"))


async def test_b8_03_a_clients_price_has_no_purchase_price() -> None:
    price = {"currency": "CHF", "totalSP": 100.1, "totalST": 8.11, "totalGT": 108.21}
    invoice = await read_one(softwareone(NOWHERE), so_document(price=price, erpData={}))
    assert (invoice.net, invoice.tax) == (Decimal("100.10"), Decimal("8.11"))
    assert (invoice.total, invoice.currency) == (Decimal("108.21"), "CHF")
    assert invoice.checks == ()


async def test_b8_04_the_last_second_of_a_day_is_that_day() -> None:
    invoice = await read_one(softwareone(NOWHERE), so_document())
    assert invoice.due_on == date(2025, 5, 15)
    assert invoice.due_basis == "provider"


@pytest.mark.parametrize("due", [None, "1753-01-01T00:00:00.000Z", "", "soon"])
async def test_b8_05_what_is_no_date_is_no_due_date(due: str | None) -> None:
    document = so_document(erpData={"dueDate": due, "documentDate": "2025-04-30"})
    invoice = await read_one(softwareone(NOWHERE), document)
    assert (invoice.due_on, invoice.due_basis) == (None, None)
    assert invoice.issued_on == date(2025, 4, 30)


async def test_b8_06_the_due_date_is_read_from_either_part() -> None:
    attributes = {"dueDate": "2025-06-01T00:00:00.000Z"}
    one = so_document(attributes=attributes, erpData=None)
    invoice = await read_one(softwareone(NOWHERE), one)
    assert invoice.due_on == date(2025, 6, 1)
    both = await read_one(softwareone(NOWHERE), so_document(attributes={}))
    assert both.due_on == date(2025, 5, 15)


async def test_b8_07_pages_follow_the_answered_limit() -> None:
    ids, paths = await ids_of(listed(numbered(230)))
    assert ids == [f"INV-{number:04}" for number in range(230)]
    assert [path.rpartition("&")[2] for path in paths if "/invoices?" in path] == [
        "offset=0",
        "offset=100",
        "offset=200",
    ]
    ids, paths = await ids_of(listed(numbered(7), most=3))
    assert ids == [f"INV-{number:04}" for number in range(7)]
    assert [path.rpartition("&")[2] for path in paths if "/invoices?" in path] == [
        "offset=0",
        "offset=3",
        "offset=6",
    ]


async def test_b8_07_credit_memos_are_asked_for_among_the_invoices() -> None:
    asked = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("credit-memos"):
            asked.set()
        elif request.query["offset"] == "100":
            await asyncio.wait_for(asked.wait(), 5)
        return await listed(numbered(150))(request)

    ids, paths = await ids_of(answer)
    assert ids == [f"INV-{number:04}" for number in range(150)]
    assert sum("/credit-memos?" in path for path in paths) == 1


async def test_b8_07_a_server_that_ignores_the_offset_is_noticed() -> None:
    same = so_list(numbered(100), total=300)
    with pytest.raises(BadReplyError, match="ignores the asked range"):
        await ids_of(always(same))


async def test_b8_07_a_page_that_is_too_short_in_between_is_noticed() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        offset = int(request.query["offset"])
        page = numbered(300)[offset : offset + (40 if offset == 100 else 100)]
        return json_answer(so_list(page, offset=offset, total=300))

    with pytest.raises(BadReplyError, match="sent 40 rows where it promised 100"):
        await ids_of(answer)


async def test_b8_07_an_invoice_that_arrives_while_we_read_is_not_doubled() -> None:
    later = [so_document(id="INV-0000a"), *numbered(150)]

    async def answer(request: web.Request) -> web.StreamResponse:
        first = request.query["offset"] == "0"
        return await listed(numbered(150) if first else later)(request)

    ids, _ = await ids_of(answer)
    assert ids == [f"INV-{number:04}" for number in range(150)]


@pytest.mark.parametrize("count", [0, 3, 100, 130])
async def test_b8_08_without_a_total_pages_go_on_until_a_short_one(count: int) -> None:
    ids, _ = await ids_of(listed(numbered(count), total=False))
    assert len(ids) == count


async def test_b8_09_a_count_without_rows_is_read() -> None:
    body = b'{"$meta":{"pagination":{"offset":0,"limit":0,"total":42}},"data":[]}'
    documents, where = wire.split_page(wire.PAGE.decode(body))
    assert (documents, where.limit, where.total) == ((), 0, 42)
    with pytest.raises(BadReplyError, match="sent 0 rows where it promised 42"):
        await ids_of(replying(200, body))


async def test_b8_10_the_plus_of_a_selection_is_sent_as_it_is() -> None:
    _, paths = await ids_of(listed(numbered(1)))
    assert paths == [
        "/billing/invoices?select=+lines,+audit&order=id&limit=100&offset=0",
        "/billing/credit-memos?select=+lines,+audit&order=id&limit=100&offset=0",
    ]


async def test_b8_11_a_vendors_token_gets_a_clear_sentence() -> None:
    problem = b'{"title":"Forbidden","status":403,"detail":"no","traceId":"1"}'
    with pytest.raises(SignedOutError, match="account type cannot read invoices"):
        await ids_of(replying(403, problem, kind="application/problem+json"))


@pytest.mark.parametrize(
    "body",
    [
        b'{"status":400,"errors":{"filter":["Invalid property path."]}}',
        b'{"status":400,"errors":[{"message":"Invalid","properties":["a"]}]}',
    ],
)
async def test_b8_12_errors_of_every_shape_are_one_sentence(body: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        await ids_of(replying(400, body))
    assert caught.value.detail == "refused the request (400)"
    with pytest.raises(SignedOutError, match=r"refused the key \(401\)"):
        await ids_of(replying(401, kind="text/plain"))


async def test_b8_13_a_credit_invoice_is_a_credit() -> None:
    document = so_document(
        type="Credit",
        erpData={"invoiceTotal": 50.0, "balanceDue": 50.0},
        price={"currency": "EUR"},
    )
    invoice = await read_one(softwareone(NOWHERE), document)
    assert (invoice.kind, invoice.status) == ("credit_note", Status.OPEN_CREDIT)
    assert (invoice.total, invoice.balance) == (Decimal("50.00"), Decimal("50.00"))


async def test_b8_14_a_credit_memo_names_its_invoice() -> None:
    body = (
        b'{"id":"CRD-1111-2222-3333-4444","status":"Issued",'
        b'"erpData":{"appliesToDocNo":"DE-PSI-1400634"},'
        b'"price":{"currency":"EUR","totalGT":32.70000}}'
    )
    memo = await read_one(softwareone(NOWHERE), json.loads(body), "credit-memos")
    assert (memo.kind, memo.number) == ("credit_note", "CRD-1111-2222-3333-4444")
    assert (memo.total, memo.balance) == (Decimal("32.70"), None)
    assert memo.status is Status.OPEN_CREDIT
    assert memo.description == "Credits DE-PSI-1400634"
    assert memo.checks == ()


ATTACHED: dict[str, dict[str, Any]] = {
    "csv": {"id": "1", "type": "Attachment", "contentType": "text/csv"},
    "manual": {"id": "2", "type": "Attachment", "contentType": "application/pdf"},
    "output": {"id": "3", "type": "Output", "contentType": "application/pdf"},
    "deleted": {
        "id": "4",
        "type": "Output",
        "contentType": "application/pdf",
        "isDeleted": True,
    },
}


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        pytest.param([], None, id="none yet"),
        pytest.param(["csv"], None, id="only a table"),
        pytest.param(["manual", "output"], "3", id="the official one of two"),
        pytest.param(["deleted", "manual"], "2", id="not the deleted one"),
        pytest.param(["deleted"], None, id="only a deleted one"),
    ],
)
async def test_b8_15_the_official_pdf_is_chosen(
    names: list[str], chosen: str | None
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/attachments"):
            return json_answer(so_list([ATTACHED[name] for name in names]))
        assert request.headers["Accept"] == "application/pdf"
        return web.Response(body=PDF, content_type="application/pdf")

    async with standing(answer) as stand_in:
        provider = softwareone(stand_in.url)
        invoice = await read_one(provider, so_document())
        into = BytesIO()
        if chosen is None:
            with pytest.raises(NotThereError, match="has no PDF for it yet"):
                await provider.pdf(invoice, into)
        else:
            await provider.pdf(invoice, into)
            assert into.getvalue() == PDF
            assert stand_in.paths[-1].endswith(f"/attachments/{chosen}")
        await provider.aclose()


async def test_b8_16_a_redirect_is_followed_without_the_token() -> None:
    blob = replying(200, PDF, kind="application/octet-stream")
    async with standing(blob) as elsewhere:
        target = elsewhere.url.replace("127.0.0.1", "localhost") + "/blob?sig=1"

        async def answer(request: web.Request) -> web.StreamResponse:
            if request.path.endswith("/attachments"):
                return json_answer(so_list([ATTACHED["output"]]))
            return web.Response(status=301, headers={"Location": target})

        async with standing(answer) as stand_in:
            provider = softwareone(stand_in.url)
            into = BytesIO()
            await provider.pdf(await read_one(provider, so_document()), into)
            await provider.aclose()
    assert into.getvalue() == PDF
    assert stand_in.asked[-1].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in str(elsewhere.asked)
    assert elsewhere.paths == ["/blob?sig=1"]


@pytest.mark.parametrize(
    ("file", "error", "words"),
    [
        pytest.param(replying(406), RefusedError, r"\(406\)", id="406"),
        pytest.param(always({"id": "3"}), BadReplyError, "instead of a PDF", id="JSON"),
        pytest.param(
            replying(301, headers={"Location": "file:///etc/passwd"}),
            BadReplyError,
            "unsafe address",
            id="a redirect out of the web",
        ),
    ],
)
async def test_b8_16_what_is_no_file_is_said(
    file: Answer, error: type[Exception], words: str
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/attachments"):
            return json_answer(so_list([ATTACHED["output"]]))
        return await file(request)

    async with standing(answer) as stand_in:
        provider = softwareone(stand_in.url)
        invoice = await read_one(provider, so_document())
        with pytest.raises(error, match=words):
            await provider.pdf(invoice, BytesIO())
        await provider.aclose()


async def test_b8_17_an_invoice_is_found_by_erp_number_and_by_id() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        one = request.path != "/billing/invoices"
        return json_answer(so_document() if one else so_list([so_document()], total=1))

    async with standing(answer) as stand_in:
        provider = softwareone(stand_in.url)
        by_number = await provider.find("de-psi-1400634")
        by_id = await provider.find("inv-1111-2222-3333-4444")
        stand_in.answer = always(so_list([], total=0))
        with pytest.raises(NotThereError):
            await provider.find("DE-PSI-9")
        await provider.aclose()
    assert by_number.id == by_id.id == "INV-1111-2222-3333-4444"
    assert stand_in.paths[0].startswith(
        "/billing/invoices?documentNo=%22DE-PSI-1400634%22&select=+lines"
    )
    assert stand_in.paths[1].startswith("/billing/invoices/INV-1111-2222-3333-4444?")


async def test_b8_18_a_paid_invoice_keeps_its_remainder() -> None:
    erp = {"invoiceTotal": 110.0, "balanceDue": 0.01}
    document = so_document(
        status="Paid", erpData=erp, audit={"paid": {"at": "2025-05-20T08:00:00Z"}}
    )
    invoice = await read_one(softwareone(NOWHERE), document)
    assert (invoice.status, invoice.balance) == (Status.PAID, Decimal("0.01"))
    assert invoice.paid_on == date(2025, 5, 20)
    assert invoice.checks == ("status Paid beside a balanceDue of 0.01",)


async def test_b8_19_sums_are_exact() -> None:
    body = json.dumps(so_document(erpData=None, lines=[])).replace(
        '"totalSP": 100.0, "totalST": 10.0, "totalGT": 110.0',
        '"totalSP": 0.1, "totalST": 0.2, "totalGT": 0.3',
    )
    (record,) = await softwareone(NOWHERE).read("invoices", [body.encode()])
    assert "'0.30'" in str(record)
    assert "checks=()" in str(record)


async def test_b8_19_a_digit_that_the_currency_has_not_is_rounded_and_said() -> None:
    price = {"currency": "EUR", "totalGT": 10.005}
    invoice = await read_one(softwareone(NOWHERE), so_document(price=price, erpData={}))
    assert invoice.total == Decimal("10.01")
    assert invoice.checks == ("$.price.totalGT 10.005 has more digits than EUR: 10.01",)


async def test_b8_20_unknown_keys_everywhere_are_ignored() -> None:
    document = so_document(revision=3, countryCode="DE")
    for part in ("erpData", "price", "seller"):
        document[part] = document[part] | {"new": {"deep": [1]}}
    invoice = await read_one(softwareone(NOWHERE), document)
    assert invoice == await read_one(softwareone(NOWHERE), so_document())


async def test_b8_21_an_unlinked_invoice_is_read() -> None:
    document = so_document(statement=None, billingType="Manual", seller=None)
    invoice = await read_one(softwareone(NOWHERE), document)
    assert (invoice.number, invoice.counterparty) == ("DE-PSI-1400634", None)


async def test_b8_22_selected_lines_come_nested_and_flat() -> None:
    flat = {"description": "A", "quantity": 2, "unitPrice": 12.5, "amount": 25}
    nested = {"description": "B", "price": {"amount": 25, "amountIncludingVat": 30}}
    invoice = await read_one(softwareone(NOWHERE), so_document(lines=[flat, nested]))
    assert [line.net for line in invoice.lines] == [Decimal("25.00"), Decimal("25.00")]
    assert invoice.lines[1].total == Decimal("30.00")


async def test_a_wrong_type_is_named_with_its_path() -> None:
    document = json.dumps(so_document(price={"totalGT": True})).encode()
    problem = await read_problem(softwareone(NOWHERE), document)
    assert problem == "$.price.totalGT: expected decimal | null, got bool"


async def test_what_is_no_number_is_no_amount() -> None:
    document = json.dumps(so_document(price={"currency": "EUR", "totalGT": "NaN"}))
    problem = await read_problem(softwareone(NOWHERE), document.encode())
    assert problem == "$.price.totalGT: expected an amount of money"


async def test_a_list_without_credit_memos_is_complete() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("credit-memos"):
            return web.Response(status=404)
        return await listed(numbered(2))(request)

    ids, _ = await ids_of(answer)
    assert ids == ["INV-0000", "INV-0001"]

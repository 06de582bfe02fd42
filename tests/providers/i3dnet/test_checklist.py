"""What is known to go wrong with i3D.net's API, item by item."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from providers.errors import (
    BadReplyError,
    BusyError,
    NotThereError,
    ProviderSetupError,
    SignedOutError,
)
from providers.models import Status
from tests.providers.builders import (
    i3_detail,
    i3_row,
    i3dnet,
    make_config,
    read_all,
    read_one,
    read_problem,
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


def ranged(rows: list[dict[str, Any]], *, most: int = 1000) -> Answer:
    """A list that keeps to the asked range, and gives *most* rows at once."""

    async def answer(request: web.Request) -> web.StreamResponse:
        asked = dict(
            one.split("=") for one in request.headers["RANGED-DATA"].split(",")
        )
        start, results = int(asked["start"]), min(int(asked["results"]), most)
        return json_answer(rows[start : start + results])

    return answer


async def ids_of(answer: Answer) -> tuple[list[str], list[str]]:
    """The ids that were read, and the ranges that were asked."""
    async with standing(answer) as stand_in:
        provider = i3dnet(stand_in.url)
        ids = [invoice.id for invoice in await read_all(provider)]
        await provider.aclose()
        return ids, [one.headers["ranged-data"] for one in stand_in.asked]


async def test_c8_01_a_list_row_is_an_open_invoice_due_in_amsterdam() -> None:
    invoice = await read_one(i3dnet(NOWHERE), i3_row())
    assert (invoice.id, invoice.number) == ("1001", "F25-0000101")
    assert (invoice.total, invoice.balance) == (Decimal("121.00"), Decimal("121.00"))
    assert invoice.currency == "EUR"
    assert invoice.status is Status.UNPAID
    assert (invoice.issued_on, invoice.due_on) == (date(2025, 5, 1), date(2025, 5, 15))
    assert invoice.counterparty == "i3D.net"
    assert invoice.checks == ()


async def test_c8_02_details_are_of_the_same_invoice() -> None:
    async with standing(always([i3_detail()])) as stand_in:
        provider = i3dnet(stand_in.url)
        invoice = await read_one(provider, i3_row())
        detailed = await provider.details(invoice)
        await provider.aclose()
    assert stand_in.paths == ["/account/invoice/1001"]
    assert detailed.id == "1001"
    assert detailed.currency == "EUR"
    assert detailed.tax == Decimal("21.00")
    assert detailed.balance == Decimal("121.00")
    assert detailed.checks == ()


async def test_c8_03_details_come_as_an_object_too_and_an_empty_array_is_none() -> None:
    async with standing(in_turn(always(i3_detail()), always([]))) as stand_in:
        provider = i3dnet(stand_in.url)
        invoice = await read_one(provider, i3_row())
        assert (await provider.details(invoice)).lines[0].total == Decimal("121.00")
        with pytest.raises(NotThereError, match="has no such invoice"):
            await provider.details(invoice)
        await provider.aclose()


@pytest.mark.parametrize("count", [0, 3, 25, 28, 50, 160])
async def test_c8_04_lists_of_every_length_are_read_to_their_end(count: int) -> None:
    rows = [i3_row(1000 + number) for number in range(count)]
    ids, _ = await ids_of(ranged(rows))
    assert ids == [row["id"] for row in rows]


async def test_c8_04_a_server_that_ignores_ranges_is_noticed() -> None:
    rows = [i3_row(1000 + number) for number in range(25)]
    with pytest.raises(BadReplyError, match="ignores the asked range"):
        await ids_of(always(rows))


async def test_c8_04_a_server_that_sends_more_than_asked_is_noticed() -> None:
    rows = [i3_row(1000 + number) for number in range(26)]
    with pytest.raises(BadReplyError, match="sent 26 rows where 25 were asked"):
        await ids_of(always(rows))


async def test_c8_04_a_server_that_sends_shorter_pages_loses_no_row() -> None:
    rows = [i3_row(1000 + number) for number in range(23)]
    ids, ranges = await ids_of(ranged(rows, most=10))
    assert ids == [row["id"] for row in rows]
    assert [one.split(",")[0] for one in ranges] == [
        "start=0",
        "start=10",
        "start=20",
        "start=23",
    ]


async def test_c8_05_the_second_page_starts_at_25() -> None:
    rows = [i3_row(1000 + number) for number in range(30)]
    _, ranges = await ids_of(ranged(rows))
    assert ranges[:2] == ["start=0,results=25", "start=25,results=25"]


async def test_c8_05_a_row_moved_by_an_inserted_one_is_read_once() -> None:
    rows = [i3_row(1000 + number) for number in range(30)]

    async def answer(request: web.Request) -> web.StreamResponse:
        later = not request.headers["RANGED-DATA"].startswith("start=0,")
        return await ranged([i3_row(999), *rows] if later else rows)(request)

    ids, _ = await ids_of(answer)
    assert ids == [row["id"] for row in rows]


async def test_c8_06_a_part_payment() -> None:
    row = i3_row(remainingAmount="2100", totalPaidAmount="10000", paymentStatus=0)
    invoice = await read_one(i3dnet(NOWHERE), row)
    assert invoice.status is Status.PART_PAID
    assert (invoice.paid, invoice.balance) == (Decimal("100.00"), Decimal("21.00"))
    assert invoice.paid_on is None


@pytest.mark.parametrize("amount", ["-5000", "5000"])
async def test_c8_07_a_credit_of_either_sign_is_a_credit(amount: str) -> None:
    row = i3_row(
        isCredit=1, amountIncVAT=amount, amountExclVAT=amount, remainingAmount=amount
    )
    invoice = await read_one(i3dnet(NOWHERE), row)
    assert invoice.kind == "credit_note"
    assert (invoice.total, invoice.balance) == (Decimal("50.00"), Decimal("50.00"))
    assert invoice.status is Status.OPEN_CREDIT


async def test_c8_07_the_unpaid_list_has_a_path_of_its_own() -> None:
    async with standing(ranged([i3_row()])) as stand_in:
        provider = i3dnet(stand_in.url)
        pages = [page async for page in provider.unpaid()]
        await provider.aclose()
    assert len(pages[0].documents) == 1
    assert stand_in.paths[0] == "/account/invoice/unpaid"


async def test_c8_08_the_day_of_payment_is_local_and_zero_is_none() -> None:
    paid = i3_row(
        paymentStatus=1,
        remainingAmount="0",
        totalPaidAmount="12100",
        paymentDate=1747346400,  # 2025-05-15 22:00 UTC
    )
    invoice = await read_one(i3dnet(NOWHERE), paid)
    assert invoice.status is Status.PAID
    assert invoice.paid_on == date(2025, 5, 16)
    assert (await read_one(i3dnet(NOWHERE), i3_row())).paid_on is None


@pytest.mark.parametrize(
    ("remaining", "paid", "status"),
    [
        pytest.param("12100", "0", Status.UNPAID, id="all is left"),
        pytest.param("100", "12000", Status.PART_PAID, id="some is left"),
        pytest.param("0", "12100", Status.PAID, id="nothing is left"),
        pytest.param("", "", Status.UNKNOWN, id="nothing is said"),
    ],
)
async def test_c8_09_of_an_unknown_code_the_money_decides(
    remaining: str, paid: str, status: Status
) -> None:
    row = i3_row(paymentStatus=2, remainingAmount=remaining, totalPaidAmount=paid)
    invoice = await read_one(i3dnet(NOWHERE), row)
    assert invoice.status is status
    assert invoice.provider_status == "2"


async def test_c8_10_units_that_conflict_are_flagged() -> None:
    invoice = await read_one(i3dnet(NOWHERE), i3_row(remainingAmount="121.00"))
    assert invoice.balance == Decimal("121.00")
    assert "not in the unit of amountIncVAT" in invoice.checks[0]


async def test_c8_10_amounts_that_do_not_add_up_are_flagged() -> None:
    invoice = await read_one(i3dnet(NOWHERE), i3_row(totalPaidAmount="5000"))
    assert invoice.checks == (
        "remainingAmount 12100 and totalPaidAmount 5000 do not make amountIncVAT 12100",
    )


@pytest.mark.parametrize(
    ("cents", "amount"),
    [
        pytest.param("1", "0.01", id="one cent"),
        pytest.param(" 12100 ", "121.00", id="blanks around"),
        pytest.param("12100.00", "121.00", id="a zero fraction"),
        pytest.param("900719925474099301", "9007199254740993.01", id="over 2**53"),
    ],
)
async def test_c8_11_cents_are_exact(cents: str, amount: str) -> None:
    row = i3_row(amountIncVAT=cents, remainingAmount="", totalPaidAmount="")
    invoice = await read_one(i3dnet(NOWHERE), row)
    assert str(invoice.total) == amount
    assert invoice.balance is None


async def test_c8_11_what_is_no_amount_is_named() -> None:
    document = json.dumps(i3_row(amountIncVAT="NaN")).encode()
    problem = await read_problem(i3dnet(NOWHERE), document)
    assert problem == "$.amountIncVAT: expected an amount in cents"


async def test_c8_12_a_number_is_encoded_in_the_path() -> None:
    async with standing(always([i3_detail(invoiceNumber="F25/1 x")])) as stand_in:
        provider = i3dnet(stand_in.url)
        detail = await provider.details_by_number("F25/1 x")
        await provider.aclose()
    assert detail.invoice_number == "F25/1 x"
    assert stand_in.paths == ["/account/invoice/number/F25%2F1%20x"]


async def test_c8_13_spaces_of_a_filter_are_encoded() -> None:
    async with standing(ranged([i3_row()])) as stand_in:
        provider = i3dnet(stand_in.url)
        assert [page async for page in provider.search("this is an example")]
        await provider.aclose()
    assert stand_in.paths[0] == "/account/invoice?filter=this%20is%20an%20example"


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        pytest.param(
            replying(403),
            SignedOutError,
            "the key is wrong, expired, or bound to other addresses",
            id="403 without a body",
        ),
        pytest.param(
            replying(
                404,
                b'{"errorCode":10001,"errorMessage":"Entity not found","errors":[]}',
            ),
            NotThereError,
            "no such thing",
            id="404 with a body",
        ),
        pytest.param(
            replying(500, b"<html>", kind="text/html"),
            BusyError,
            "answered 500",
            id="500 with a web page",
        ),
        pytest.param(
            replying(500, b"%PDF-1.7", kind="application/pdf"),
            BusyError,
            "answered 500",
            id="500 with a PDF",
        ),
    ],
)
async def test_c8_14_errors_with_odd_bodies(
    answer: Answer, error: type[Exception], words: str
) -> None:
    async with standing(answer) as stand_in:
        provider = i3dnet(stand_in.url)
        invoice = await read_one(provider, i3_row())
        into = BytesIO()
        with pytest.raises(error, match=words):
            await provider.pdf(invoice, into)
        await provider.aclose()
    assert into.getvalue() == b""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(always({}), "something else instead of a PDF", id="JSON"),
        pytest.param(
            replying(200, kind="application/pdf"), "a file that is no PDF", id="nothing"
        ),
        pytest.param(
            replying(200, b"{}", kind="application/pdf"),
            "no PDF",
            id="JSON in disguise",
        ),
        pytest.param(
            replying(200, b"%PDF-" + bytes(20_000_000), kind="application/pdf"),
            "more than 20 MB",
            id="too large",
        ),
    ],
)
async def test_c8_15_what_is_no_pdf_is_refused(answer: Answer, words: str) -> None:
    async with standing(answer) as stand_in:
        provider = i3dnet(stand_in.url)
        invoice = await read_one(provider, i3_row())
        with pytest.raises(BadReplyError, match=words):
            await provider.pdf(invoice, BytesIO())
        await provider.aclose()


async def test_c8_16_bank_data_is_dropped_at_the_door() -> None:
    async with standing(always([i3_detail()])) as stand_in:
        provider = i3dnet(stand_in.url)
        with capture_logs() as logs:
            invoice = await read_one(provider, i3_row(clientDetails={"IBAN": "NL00B"}))
            detailed = await provider.details(invoice)
            detail = await provider.details_by_number("F25-0000101")
        records = await provider.read(
            "invoices", [b'{"id":"1","clientDetails":{"IBAN":"NL00BANK"}}']
        )
        await provider.aclose()
    assert "NL00" not in f"{detailed} {detail} {records} {logs}"


async def test_c8_17_the_key_goes_out_without_its_newline() -> None:
    async with standing(ranged([])) as stand_in:
        provider = i3dnet(stand_in.url, token="s3cret-key\n")
        assert await read_all(provider) == []
        await provider.aclose()
    assert stand_in.asked[0].headers["private-token"] == "s3cret-key"


@pytest.mark.parametrize("token", [None, "", "two words", "schlüssel", "a\x00b"])
async def test_c8_17_a_key_that_cannot_be_one_is_a_sentence(token: str | None) -> None:
    with pytest.raises(ProviderSetupError, match=r"connections\.one\.token") as caught:
        i3dnet(NOWHERE, token=token)
    assert caught.value.key == "connections.one.token"
    assert not token or token not in str(caught.value)


async def test_c8_18_currencies_are_kept_apart() -> None:
    rows = [i3_row(), i3_row(1002, currency="Dollar", currencySign="$")]
    async with standing(ranged(rows)) as stand_in:
        provider = i3dnet(stand_in.url)
        currencies = [invoice.currency for invoice in await read_all(provider)]
        await provider.aclose()
    assert currencies == ["EUR", "USD"]


async def test_c8_18_a_currency_that_is_not_known_is_said_not_guessed() -> None:
    row = i3_row(currency="Doubloon", currencySign="D")
    invoice = await read_one(i3dnet(NOWHERE), row)
    assert invoice.currency == "XXX"
    assert invoice.checks == ("the currency 'Doubloon' is not known",)


async def test_c8_19_empty_periods_and_no_quantity_are_read() -> None:
    item = {
        "description": "Traffic",
        "periodFrom": "",
        "periodTo": "",
        "quantity": 0,
        "amountIncVat": "0",
    }
    async with standing(always([i3_detail(items=[item])])) as stand_in:
        provider = i3dnet(stand_in.url)
        detailed = await provider.details(await read_one(provider, i3_row()))
        await provider.aclose()
    (line,) = detailed.lines
    assert (line.period_from, line.quantity) == (None, Decimal(0))
    assert line.total == Decimal("0.00")


async def test_c8_20_both_spellings_and_both_kinds_of_id_are_one_invoice() -> None:
    async with standing(in_turn(always([i3_row()]), always([]))) as stand_in:
        provider = i3dnet(stand_in.url)
        (invoice,) = await read_all(provider)
        stand_in.answer = always([i3_detail()])
        detailed = await provider.details(invoice)
        stand_in.answer = always([i3_detail(id=1002)])
        with pytest.raises(BadReplyError, match="details of another invoice"):
            await provider.details(invoice)
        await provider.aclose()
    assert (detailed.id, detailed.total) == (invoice.id, invoice.total)


@pytest.mark.parametrize(
    ("row", "status", "checked"),
    [
        pytest.param(
            {"paymentStatus": 1}, Status.UNPAID, True, id="paid with all left"
        ),
        pytest.param(
            {"paymentStatus": 1, "remainingAmount": "1", "totalPaidAmount": "12099"},
            Status.PAID,
            True,
            id="paid but for a cent",
        ),
        pytest.param(
            {"remainingAmount": "0", "totalPaidAmount": "12100"},
            Status.PAID,
            True,
            id="unpaid with nothing left",
        ),
        pytest.param(
            {
                "amountIncVAT": "0",
                "amountExclVAT": "0",
                "remainingAmount": "0",
            },
            Status.NOTHING_DUE,
            False,
            id="an invoice of nothing",
        ),
        pytest.param(
            {"isCredit": 1, "remainingAmount": "0", "totalPaidAmount": "12100"},
            Status.SETTLED_CREDIT,
            False,
            id="a credit used up",
        ),
    ],
)
async def test_status_and_money_are_compared(
    row: dict[str, Any], status: Status, *, checked: bool
) -> None:
    invoice = await read_one(i3dnet(NOWHERE), i3_row(**row))
    assert invoice.status is status
    assert any("paymentStatus" in check for check in invoice.checks) == checked


async def test_a_wrong_type_is_named_with_its_path() -> None:
    problem = await read_problem(i3dnet(NOWHERE), b'{"id":"1","amountIncVAT":1.5}')
    assert problem == "$.amountIncVAT: expected int | str | null, got float"


async def test_whoami_falls_back_to_the_list() -> None:
    async with standing(in_turn(replying(404), always([]))) as stand_in:
        provider = i3dnet(stand_in.url)
        assert await provider.whoami() == "the key is accepted"
        await provider.aclose()
    assert stand_in.paths == ["/session/user", "/account/invoice"]


def test_the_key_is_in_no_representation() -> None:
    config = make_config("i3dnet")
    provider = i3dnet(NOWHERE)
    assert "s3cret" not in f"{config!r} {provider.config!r} {vars(provider)!r}"

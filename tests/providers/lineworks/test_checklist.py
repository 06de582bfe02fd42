"""What is known to go wrong with the LINE WORKS partner API, item by item."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from providers.base import Record
from providers.errors import (
    BadReplyError,
    NotThereError,
    ProviderSetupError,
    RefusedError,
    SignedOutError,
)
from providers.lineworks import LineWorks
from providers.models import Invoice, Status
from tests.providers.builders import (
    NOW,
    QUICK,
    SAMPLES,
    TERMS,
    Memory,
    lineworks,
    lw_customer,
    lw_row,
    make_config,
    read_all,
)
from tests.providers.stand_in import (
    Answer,
    StandIn,
    always,
    in_turn,
    json_answer,
    replying,
    standing,
)

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
#: Two refusals and an empty answer for this year, then last year's.
YEARS = (2022, 2022, 2022, 2021)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def billed(rows: list[dict[str, Any]], details: Answer | None = None) -> Answer:
    """A partner's *rows*, selected by the year billed, and the *details* of months."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/partners/invoice-details":
            return await (details or always({"invoiceDetails": []}))(request)
        year = int(request.query["year"])
        found = [
            row
            for row in rows
            if row.get("invoiceYear") in (year, 20201) or "invoiceYear" not in row
        ]
        return json_answer({"invoices": found})

    return answer


async def invoices_of(answer: Answer, **changes: Any) -> list[Invoice]:
    async with standing(answer) as stand_in:
        provider = lineworks(stand_in.url, **({"since": 2021} | changes))
        try:
            return await read_all(provider)
        finally:
            await provider.aclose()


async def invoice_of(row: dict[str, Any], **changes: Any) -> Invoice:
    (invoice,) = await invoices_of(billed([row]), **changes)
    return invoice


async def lines_of(details: Answer, row: dict[str, Any]) -> tuple[Invoice, list[str]]:
    """The invoice with its breakdown, and the paths asked for the breakdown."""
    async with standing(billed([row], details)) as stand_in:
        provider = lineworks(stand_in.url, since=2021)
        (invoice,) = await read_all(provider)
        await provider.aclose()
        return invoice, [path for path in stand_in.paths if "details" in path]


def paged(count: int, *, empty_last: bool = False) -> Answer:
    """*count* customers, 20 a reply; refuses a larger count as the API does."""
    customers = [
        lw_customer(number, {"itemType": "PRODUCT", "amount": 100})
        for number in range(count)
    ]

    async def answer(request: web.Request) -> web.StreamResponse:
        size = int(request.query["count"])
        if size > 20:
            return web.json_response({"code": "LIMIT_EXCEEDED"}, status=400)
        start = int(request.query.get("cursor", "c0").removeprefix("c"))
        page = customers[start : start + size]
        more = start + size < count or (empty_last and page)
        meta = {"nextCursor": f"c{start + size}"} if more else {}
        return json_answer({"invoiceDetails": page, "responseMetaData": meta})

    return answer


async def test_the_example_of_the_api_page() -> None:
    row = lw_row()
    invoice = await invoice_of(row, payment_terms=TERMS)
    assert (invoice.id, invoice.number) == ("2084426021", "2084426021")
    assert invoice.period == "2021-08"
    assert invoice.issued_on == date(2021, 9, 1)
    assert (invoice.due_on, invoice.due_basis) == (date(2021, 10, 1), "terms")
    assert (invoice.status, invoice.paid_on) == (Status.PAID, date(2021, 9, 22))
    amounts = (invoice.net, invoice.tax, invoice.total, invoice.paid, invoice.balance)
    assert [str(amount) for amount in amounts] == [
        "72400",
        "7240",
        "79640",
        "79640",
        "0",
    ]
    assert invoice.counterparty == "Partner company"
    assert invoice.checks == ()


ITEMS: list[dict[str, Any]] = [
    {"itemType": "PRODUCT", "amount": 450},
    {"itemType": "OPTION_PRODUCT", "amount": 50},
    {"itemType": "ADJUSTMENT", "itemId": "goodwill", "amount": -100},
    {"itemType": "SUMMARY", "itemId": None, "amount": 400},
    {"itemType": "OPTION_PLUS", "amount": 70},
    {"itemType": "PENALTY", "itemId": None, "amount": 30},
]
FITTING = {
    "usedAmount": 400,
    "optionPlusAmount": 70,
    "penaltyAmount": 30,
    "usedTaxAmount": 40,
    "optionPlusTaxAmount": 7,
    "totalAmount": 547,
}


async def test_a8_01_summary_is_not_counted_twice() -> None:
    details = always({"invoiceDetails": [lw_customer(1, *ITEMS)]})
    invoice, _ = await lines_of(details, lw_row(**FITTING))
    assert sum(line.net or 0 for line in invoice.lines) == Decimal(500)
    assert [line.kind for line in invoice.lines] == [
        "PRODUCT",
        "OPTION_PRODUCT",
        "ADJUSTMENT",
        "OPTION_PLUS",
        "PENALTY",
    ]
    assert {line.customer for line in invoice.lines} == {"Customer 1"}
    assert invoice.checks == ()


async def test_a8_01_a_summary_stands_alone_where_nothing_else_is_listed() -> None:
    item = {"itemType": "SUMMARY", "amount": 62400}
    details = always({"invoiceDetails": [lw_customer(1, item)]})
    row = lw_row(optionPlusAmount=0, optionPlusTaxAmount=0, totalAmount=68640)
    invoice, _ = await lines_of(details, row)
    assert [line.net for line in invoice.lines] == [Decimal(62400)]
    assert invoice.checks == ()


async def test_a8_01_differences_are_said() -> None:
    details = always({"invoiceDetails": [lw_customer(1, *ITEMS[:2], ITEMS[3])]})
    invoice, _ = await lines_of(details, lw_row(**FITTING))
    assert invoice.checks == (
        "Customer 1: the items make 500, their summary says 400",
        "the breakdown makes a usedAmount of 500, the invoice says 400",
        "the breakdown makes a optionPlusAmount of 0, the invoice says 70",
        "the breakdown makes a penaltyAmount of 0, the invoice says 30",
    )


async def test_a8_02_an_older_row_without_option_plus_is_read() -> None:
    row = lw_row(usedAmount=1000, usedTaxAmount=100, totalAmount=1100)
    del row["optionPlusAmount"], row["optionPlusTaxAmount"]
    invoice = await invoice_of(row)
    assert (invoice.net, invoice.tax) == (Decimal(1000), Decimal(100))
    assert invoice.checks == ()


async def test_a8_03_a_year_that_is_none_is_taken_from_the_day_of_issue() -> None:
    page = (SAMPLES / "lineworks/invoices-page-example.json").read_bytes()
    assert json.loads(page)["invoices"][0]["invoiceYear"] == 20201
    (invoice,) = await invoices_of(billed([lw_row(invoiceYear=20201)]))
    assert invoice.period == "2021-08"
    assert invoice.checks == (
        "invoiceYear 20201 is no year; taken from the day of issue",
    )


async def test_a8_04_none_is_nothing_to_pay() -> None:
    row = lw_row(
        paymentStatus="NONE",
        totalAmount=0,
        usedAmount=0,
        optionPlusAmount=0,
        usedTaxAmount=0,
        optionPlusTaxAmount=0,
        paidTime=None,
    )
    invoice = await invoice_of(row)
    assert (invoice.status, invoice.balance) == (Status.NOTHING_DUE, Decimal(0))
    assert invoice.paid_on is None
    assert invoice.checks == ()


async def test_a8_05_an_unpaid_row_has_no_time_of_payment() -> None:
    row = lw_row(paymentStatus="UNPAID")
    del row["paidTime"]
    invoice = await invoice_of(row)
    assert (invoice.status, invoice.paid_on) == (Status.UNPAID, None)
    assert (invoice.balance, invoice.due_on) == (Decimal(79640), None)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param({"responseMetaData": {}}, id="no cursor"),
        pytest.param({"responseMetaData": {"nextCursor": None}}, id="null"),
        pytest.param({"responseMetaData": {"nextCursor": ""}}, id="empty"),
        pytest.param({}, id="no frame"),
    ],
)
async def test_a8_06_every_form_of_end_is_the_end(end: dict[str, Any]) -> None:
    invoice, paths = await lines_of(always({"invoiceDetails": []} | end), lw_row())
    assert invoice.lines == ()
    assert len(paths) == 1


async def test_a8_07_a_cursor_arrives_as_it_was_given() -> None:
    first = {"invoiceDetails": [], "responseMetaData": {"nextCursor": "aB+/c9=="}}
    details = in_turn(always(first), always({"invoiceDetails": []}))
    _, paths = await lines_of(details, lw_row())
    assert parse_qs(paths[1].partition("?")[2]) == {
        "year": ["2021"],
        "month": ["8"],
        "count": ["20"],
        "cursor": ["aB+/c9=="],
    }


async def test_a8_07_a_cursor_that_comes_back_ends_the_sync() -> None:
    endless = {"invoiceDetails": [], "responseMetaData": {"nextCursor": "same"}}
    with pytest.raises(BadReplyError, match="a page mark twice: an endless list"):
        await lines_of(always(endless), lw_row())


async def test_a8_07_customers_that_come_again_end_the_sync() -> None:
    marks = iter(range(1000))

    async def endless(_: web.Request) -> web.StreamResponse:
        mark = next(marks)
        # Customers 0, 1 and 2 in turn, under a mark that is never the same.
        found = [lw_customer(mark % 3), lw_customer((mark + 1) % 3)]
        meta = {"nextCursor": f"mark {mark}"}
        return json_answer({"invoiceDetails": found, "responseMetaData": meta})

    with pytest.raises(BadReplyError, match="the same customers twice: an endless"):
        await lines_of(endless, lw_row())
    assert next(marks) == 3  # a customer who is new among others is no sign of it


@pytest.mark.parametrize(
    ("count", "empty_last", "replies"),
    [
        pytest.param(21, False, 2, id="21 customers"),
        pytest.param(20, False, 1, id="20 customers"),
        pytest.param(20, True, 2, id="20 customers and an empty reply"),
    ],
)
async def test_a8_08_customers_are_read_over_replies(
    count: int,
    empty_last: bool,
    replies: int,
) -> None:
    invoice, paths = await lines_of(paged(count, empty_last=empty_last), lw_row())
    assert len({line.customer for line in invoice.lines}) == count
    assert len(paths) == replies


async def test_a8_09_no_more_than_20_are_asked_for() -> None:
    _, paths = await lines_of(paged(3), lw_row())
    assert "count=20" in paths[0]
    async with standing(paged(3)) as stand_in:
        provider = lineworks(stand_in.url)
        with pytest.raises(RefusedError):
            await provider._get("/partners/invoice-details", "count=50")
        await provider.aclose()


# The ways in


class TokenStand:
    """A token endpoint beside the partner API, as the documents describe both."""

    def __init__(self, *grants: dict[str, Any] | int) -> None:
        self.grants = list(grants)
        self.valid: set[str] = set()
        self.forms: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            self.forms.append({k: str(v) for k, v in (await request.post()).items()})
            grant = self.grants.pop(0)
            if isinstance(grant, int):
                return web.json_response({"error": "invalid_grant"}, status=grant)
            self.valid.add(grant["access_token"])
            return json_answer({"token_type": "Bearer"} | grant)
        if request.headers["Authorization"].removeprefix("Bearer ") not in self.valid:
            return web.json_response({"code": "UNAUTHORIZED"}, status=401)
        return await billed([lw_row()], paged(45))(request)


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def signed_in(
    stand_in: StandIn,
    kind: str,
    *,
    now: Callable[[], datetime],
    vault: Memory | None = None,
    parts: dict[str, str] | None = None,
) -> LineWorks:
    auth = {
        "kind": kind,
        "token_url": f"{stand_in.url}/token",
        "client_id": "client",
        "client_secret": "client-secret",
        "service_account": "abc.serviceaccount@example",
        "private_key": PEM,
        "refresh_token": "refresh-0",
    }
    config = make_config(
        "lineworks", stand_in.url, token=None, since=2021, auth=auth | (parts or {})
    )
    return LineWorks(config, now=now, vault=vault or Memory(), patience=QUICK)


@pytest.mark.parametrize(
    ("lifetime", "good_for", "ends_after"),
    [
        pytest.param({"expires_in": "86400"}, 86000, 86200, id="as text"),
        pytest.param({"expires_in": 86400}, 86000, 86200, id="as a number"),
        pytest.param({}, 3200, 3400, id="not stated, so an hour"),
    ],
)
async def test_a8_10_a_token_is_renewed_before_it_ends(
    lifetime: dict[str, Any], good_for: int, ends_after: int
) -> None:
    tokens = TokenStand(
        {"access_token": "a"} | lifetime, {"access_token": "b"} | lifetime
    )
    clock = Clock()
    async with standing(tokens.answer) as stand_in:
        provider = signed_in(stand_in, "service_account", now=clock)
        await provider.whoami()
        clock.moment = NOW + timedelta(seconds=good_for)
        await provider.whoami()
        assert len(tokens.forms) == 1
        clock.moment = NOW + timedelta(seconds=ends_after)
        await provider.whoami()
        await provider.aclose()
    assert len(tokens.forms) == 2


async def test_a8_11_a_rotated_refresh_token_is_kept_and_an_absent_one_is_not() -> None:
    vault = Memory()
    tokens = TokenStand(
        {"access_token": "a"},
        {"access_token": "b", "refresh_token": "refresh-1"},
        {"access_token": "c"},
        {"access_token": "d"},
    )
    async with standing(tokens.answer) as stand_in:
        for _ in range(3):
            provider = signed_in(
                stand_in, "refresh_token", now=lambda: NOW, vault=vault
            )
            await provider.whoami()
            await provider.aclose()
        another = signed_in(
            stand_in,
            "refresh_token",
            now=lambda: NOW,
            vault=vault,
            parts={"refresh_token": "configured-anew"},
        )
        await another.whoami()
        await another.aclose()
    assert [form["refresh_token"] for form in tokens.forms] == [
        "refresh-0",
        "refresh-0",
        "refresh-1",
        "configured-anew",
    ]
    assert tokens.forms[0]["grant_type"] == "refresh_token"


async def test_a8_11_a_refresh_token_at_its_end_leads_back_to_an_assertion() -> None:
    tokens = TokenStand(
        {"access_token": "a", "refresh_token": "r"}, 400, {"access_token": "b"}
    )
    clock = Clock()
    async with standing(tokens.answer) as stand_in:
        provider = signed_in(stand_in, "service_account", now=clock)
        await provider.whoami()
        clock.moment = NOW + timedelta(days=91)
        await provider.whoami()
        await provider.aclose()
    assert ["assertion" in form for form in tokens.forms] == [True, False, True]


async def test_a8_11_without_another_way_in_a_person_is_told() -> None:
    async with standing(TokenStand(400).answer) as stand_in:
        provider = signed_in(stand_in, "refresh_token", now=lambda: NOW)
        with pytest.raises(SignedOutError) as caught:
            await provider.whoami()
        await provider.aclose()
    assert caught.value.detail == (
        "gave no token (invalid_grant): what proves the access is wrong, used up, or"
        " expired"
    )


async def test_a8_12_yen_have_no_decimals() -> None:
    invoice = await invoice_of(lw_row())
    assert (str(invoice.total), invoice.currency) == ("79640", "JPY")
    taiwan = await invoice_of(lw_row(), currency="TWD")
    assert (str(taiwan.total), taiwan.currency) == ("79640.00", "TWD")


async def test_a8_13_decembers_invoice_is_found_through_the_year_before() -> None:
    december = lw_row(
        invoiceNo=1, invoiceMonth=12, issuedTime="2022-01-01T00:00:00.000Z"
    )
    rows = [december, lw_row(invoiceNo=2), lw_row(invoiceNo=3, invoiceYear=2022)]
    found = await invoices_of(billed(rows), since=2022)
    assert [invoice.number for invoice in found] == ["1", "3"]
    assert found[0].period == "2021-12"


async def test_a8_13_a_server_that_selects_by_the_year_of_issue_doubles_nothing() -> (
    None
):
    row = lw_row(invoiceMonth=12, issuedTime="2022-01-01T00:00:00.000Z")
    by_issue = in_turn(
        always({"invoices": []}),
        always({"invoices": [row]}),
    )

    async def answer(request: web.Request) -> web.StreamResponse:
        if "details" in request.path:
            return json_answer({"invoiceDetails": []})
        return await by_issue(request)

    found = await invoices_of(answer, since=2022)
    assert len(found) == 1


async def test_a8_14_a_token_revoked_between_pages_is_replaced_once() -> None:
    tokens = TokenStand({"access_token": "a"}, {"access_token": "b"})

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.query.get("cursor") == "c20":
            tokens.valid.discard("a")
        return await tokens.answer(request)

    async with standing(answer) as stand_in:
        provider = signed_in(stand_in, "service_account", now=lambda: NOW)
        (invoice,) = await read_all(provider)
        await provider.aclose()
    assert len(invoice.lines) == 45
    assert len({line.customer for line in invoice.lines}) == 45
    assert len(tokens.forms) == 2


async def test_a8_14_many_requests_ask_for_one_token() -> None:
    tokens = TokenStand({"access_token": "a"})
    async with standing(tokens.answer) as stand_in:
        provider = signed_in(stand_in, "service_account", now=lambda: NOW)
        await asyncio.gather(*(provider.whoami() for _ in range(8)))
        await provider.aclose()
    assert len(tokens.forms) == 1


async def test_a8_14_many_requests_that_are_refused_at_once_ask_for_one_token() -> None:
    tokens = TokenStand({"access_token": "a"}, {"access_token": "b"})
    async with standing(tokens.answer) as stand_in:
        provider = signed_in(stand_in, "service_account", now=lambda: NOW)
        await provider.whoami()
        tokens.valid.discard("a")
        await asyncio.gather(*(provider.whoami() for _ in range(12)))
        await provider.aclose()
    assert len(tokens.forms) == 2


async def test_a8_14_a_token_that_cannot_be_sent_is_refused() -> None:
    async with standing(TokenStand({"access_token": "a\nb"}).answer) as stand_in:
        provider = signed_in(stand_in, "service_account", now=lambda: NOW)
        with pytest.raises(BadReplyError, match="gave a token that cannot be sent"):
            await provider.whoami()
        await provider.aclose()


async def test_details_ask_for_one_invoice_again() -> None:
    async with standing(billed([lw_row()], paged(2))) as stand_in:
        provider = lineworks(stand_in.url, since=2021)
        (invoice,) = await read_all(provider)
        again = await provider.details(invoice)
        stand_in.answer = billed([])
        with pytest.raises(NotThereError, match="has no such invoice"):
            await provider.details(invoice)
        await provider.aclose()
    assert again == invoice
    assert len(again.lines) == 2


async def test_months_are_asked_beside_each_other() -> None:
    under_way, most = [0], [0]

    async def slow(_: web.Request) -> web.StreamResponse:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        await asyncio.sleep(0.01)
        under_way[0] -= 1
        return json_answer({"invoiceDetails": []})

    rows = [lw_row(invoiceNo=month, invoiceMonth=month) for month in range(1, 13)]
    found = await invoices_of(billed(rows, slow))
    assert len(found) == 12
    assert most[0] == 4


async def test_a8_14_a_fixed_token_that_is_refused_is_not_tried_again() -> None:
    async with standing(replying(401)) as stand_in:
        provider = lineworks(stand_in.url)
        with pytest.raises(SignedOutError, match="the token is wrong or has ended"):
            await provider.whoami()
        await provider.aclose()
    assert len(stand_in.asked) == 1


async def test_a8_15_the_asked_wait_is_kept() -> None:
    busy = replying(429, headers={"rateLimit-reset": "7", "rateLimit-remaining": "0"})
    async with standing(busy) as stand_in:
        provider = lineworks(stand_in.url)
        with pytest.raises(Exception, match="asks for fewer requests") as caught:
            await provider.whoami()
        await provider.aclose()
    # Seven seconds do not fit into the three that tests allow for a page.
    assert getattr(caught.value, "wait_seconds", None) == 7
    assert len(stand_in.asked) == 1


async def test_a8_15_without_a_header_it_is_asked_again() -> None:
    answer = in_turn(replying(429), replying(429), billed([lw_row()]))
    async with standing(answer) as stand_in:
        provider = lineworks(stand_in.url)
        assert await provider.whoami() == "the partner Partner company"
        await provider.aclose()
    assert stand_in.paths == [f"/partners/invoices?year={year}" for year in YEARS]


async def test_a8_16_unknown_words_pass_through() -> None:
    item = {"itemType": "NEW_TYPE", "plan": "WEEKLY", "status": "ODD", "amount": 1}
    details = always({"invoiceDetails": [lw_customer(1, item)]})
    invoice, _ = await lines_of(details, lw_row(paymentStatus="LATE"))
    assert (invoice.lines[0].kind, invoice.lines[0].description) == (
        "NEW_TYPE",
        "WEEKLY",
    )
    assert (invoice.status, invoice.provider_status) == (Status.UNKNOWN, "LATE")
    assert invoice.balance is None


async def test_a8_17_fractions_of_items_do_not_drift() -> None:
    items = [{"itemType": "PRODUCT", "amount": 333.33} for _ in range(3)]
    details = always({"invoiceDetails": [lw_customer(1, *items)]})
    row = lw_row(
        usedAmount=1000,
        usedTaxAmount=100,
        optionPlusAmount=0,
        optionPlusTaxAmount=0,
        totalAmount=1100,
    )
    invoice, _ = await lines_of(details, row)
    assert sum(line.net or 0 for line in invoice.lines) == Decimal("999.99")
    assert invoice.checks == ()


async def test_a8_18_the_assertion_is_one_that_others_verify() -> None:
    tokens = TokenStand({"access_token": "a"})
    async with standing(tokens.answer) as stand_in:
        provider = signed_in(stand_in, "service_account", now=lambda: datetime.now(UTC))
        await provider.whoami()
        await provider.aclose()
    (form,) = tokens.forms
    claims = jwt.decode(form["assertion"], KEY.public_key(), algorithms=["RS256"])
    assert claims["iss"] == "client"
    assert claims["sub"] == "abc.serviceaccount@example"
    assert claims["exp"] - claims["iat"] == 3600
    assert jwt.get_unverified_header(form["assertion"])["typ"] == "JWT"
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert (form["client_id"], form["client_secret"]) == ("client", "client-secret")
    assert form["scope"] == "partner.read"


async def test_a8_18_a_token_without_the_scope_is_explained() -> None:
    async with standing(replying(403, b'{"code":"FORBIDDEN"}')) as stand_in:
        provider = lineworks(stand_in.url)
        with pytest.raises(SignedOutError, match=r"lacks the scope partner\.read"):
            await provider.whoami()
        await provider.aclose()


@pytest.mark.parametrize(
    ("kind", "parts", "key"),
    [
        ("service_account", {"private_key": "no key"}, "private_key"),
        ("service_account", {"client_id": ""}, "client_id"),
        ("refresh_token", {"refresh_token": ""}, "refresh_token"),
        ("password", {}, "kind"),
    ],
)
def test_a_way_in_that_cannot_work_is_one_sentence(
    kind: str, parts: dict[str, str], key: str
) -> None:
    with pytest.raises(ProviderSetupError) as caught:
        signed_in(StandIn(always({})), kind, now=lambda: NOW, parts=parts)
    assert caught.value.key == f"connections.one.auth.{key}"
    assert caught.value.key in str(caught.value)


async def test_a_month_with_several_invoices_has_no_breakdown() -> None:
    rows = [lw_row(invoiceNo=1), lw_row(invoiceNo=2)]
    found = await invoices_of(billed(rows, paged(3)))
    assert [invoice.lines for invoice in found] == [(), ()]
    assert found[0].checks == (
        "several invoices share this month, so its breakdown is left out",
    )


async def test_a_wrong_type_is_named_with_its_path() -> None:
    document = json.dumps(lw_row(totalAmount="79640")).encode()
    good = json.dumps(lw_row()).encode()
    async with standing(billed([])) as stand_in:
        provider = lineworks(stand_in.url)
        wrong, right = await provider.read("invoices", [document, good])
        await provider.aclose()
    assert str(getattr(wrong, "problem", "")) == (
        "$.totalAmount: expected int | null, got str"
    )
    assert isinstance(right, Record)


async def test_what_is_too_long_for_one_page_is_split() -> None:
    rows = [lw_row(invoiceNo=number, invoiceMonth=8) for number in range(250)]
    async with standing(billed(rows)) as stand_in:
        provider = lineworks(stand_in.url, since=2021)
        sizes = [len(page.documents) async for page in provider.pages()]
        await provider.aclose()
    assert sizes == [100, 100, 50]

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from sandbox.world import do
from tests.sandbox.providers.conftest import Stand

LIST = "/billing/invoices"
MEMOS = "/billing/credit-memos"
ROOT = "/sim/softwareone/public/v1"


async def _every(stand: Stand, query: str = "", path: str = LIST) -> list[Any]:
    rows: list[Any] = []
    while True:
        url = f"{path}?limit=100&offset={len(rows)}{query}"
        page = await stand.json("softwareone", url)
        rows += page["data"]
        if len(rows) >= page["$meta"]["pagination"]["total"]:
            return rows


async def _newest(stand: Stand) -> Any:
    return (await stand.json("softwareone", f"{LIST}?limit=1"))["data"][0]


async def test_pages_meet_without_gap_or_double(stand: Stand) -> None:
    rows = await _every(stand)
    ids = [row["id"] for row in rows]
    held = [p.id for p in stand.world.papers("softwareone") if p.sort != "memo"]
    assert ids == held[::-1]


@pytest.mark.parametrize(
    ("query", "limit", "rows"),
    [("", 10, 10), ("?limit=500", 100, 100), ("?limit=0", 0, 0), ("?limit=7", 7, 7)],
)
async def test_the_answered_limit_is_the_effective_one(
    stand: Stand, query: str, limit: int, rows: int
) -> None:
    page = await stand.json("softwareone", LIST + query)
    # Exactly three keys: the official client refuses any other.
    assert set(page["$meta"]["pagination"]) == {"offset", "limit", "total"}
    assert page["$meta"]["pagination"]["limit"] == limit
    assert page["$meta"]["pagination"]["total"] > 100
    assert len(page["data"]) == rows


async def test_lists_omit_lines_and_say_so(stand: Stand) -> None:
    row = await _newest(stand)
    assert "lines" not in row
    assert row["$meta"] == {"omitted": ["lines"]}
    full = (await stand.json("softwareone", f"{LIST}?limit=1&select=+lines"))["data"][0]
    assert full["lines"]
    assert "$meta" not in full


async def test_totals_are_the_sums_of_lines_to_the_cent(stand: Stand) -> None:
    answer = await stand.get("softwareone", f"{LIST}?limit=100&select=lines")
    page: Any = msgspec.json.Decoder(float_hook=Decimal).decode(answer.content)
    for row in page["data"]:
        price, lines = row["price"], row["lines"]
        assert sum(line["amount"] for line in lines) == price["totalSP"]
        gross = sum(line["amountIncludingVat"] for line in lines)
        assert gross == price["totalGT"] == price["totalSP"] + price["totalST"]
        assert row["erpData"]["invoiceTotal"] == price["totalGT"]


async def test_the_statuses_follow_the_money_and_the_date(stand: Stand) -> None:
    rows = [row for row in await _every(stand) if row["type"] == "Debit"]
    assert {row["status"] for row in rows} == {"Issued", "Paid", "Overdue"}
    for row in rows:
        balance = row["erpData"]["balanceDue"]
        assert (row["status"] == "Paid") == (balance == 0)
        assert ("paid" in row["audit"]) == (row["status"] == "Paid")
        if row["status"] == "Overdue":
            assert row["erpData"]["dueDate"] < "2026-11-21"
    parts = [r for r in rows if 0 < r["erpData"]["balanceDue"] < r["price"]["totalGT"]]
    assert parts


async def test_overdue_comes_with_the_next_nights_sync(stand: Stand) -> None:
    number = do(stand.world, "issue", provider="softwareone")
    query = f"{LIST}?limit=1&eq(documentNo,'{number}')"
    stand.clock.forward(timedelta(days=30, hours=14, minutes=59))
    before = (await stand.json("softwareone", query))["data"][0]
    assert before["status"] == "Issued"
    stand.clock.forward(timedelta(hours=3))
    after = (await stand.json("softwareone", query))["data"][0]
    assert after["status"] == "Overdue"
    assert after["audit"]["overdue"]["at"] == after["audit"]["updated"]["at"]


async def test_credits_are_positive_and_named_by_their_type(stand: Stand) -> None:
    rows = await _every(stand, "&eq(type,'Credit')")
    assert {row["status"] for row in rows} == {"Issued", "Paid"}
    assert all(row["price"]["totalGT"] > 0 for row in rows)
    assert all("dueDate" not in row["erpData"] for row in rows)


async def test_credit_memos_name_the_invoice_they_apply_to(stand: Stand) -> None:
    memos = await _every(stand, path=MEMOS)
    numbers = {row["documentNo"] for row in await _every(stand)}
    for memo in memos:
        assert re.fullmatch(r"CRD(-\d{4}){4}", memo["id"])
        assert memo["erpData"]["appliesToDocNo"] in numbers
        assert memo["status"] == "Issued"
        assert "balanceDue" not in memo["erpData"]
        assert memo["erpData"]["dueDate"] == "1753-01-01T00:00:00.000Z"
    one = await stand.json("softwareone", f"{MEMOS}/{memos[0]['id']}")
    assert one["lines"][0]["price"]["amount"] == one["price"]["totalSP"]


async def test_memos_and_invoices_are_apart(stand: Stand) -> None:
    memo = (await _every(stand, path=MEMOS))[0]["id"]
    assert (await stand.get("softwareone", f"{LIST}/{memo}")).status_code == 404


async def test_older_documents_lack_the_newer_blocks(stand: Stand) -> None:
    rows = await _every(stand)
    assert "attributes" in rows[0]
    assert "attributes" not in rows[-1]
    due = re.compile(r"\d{4}-\d\d-\d\dT23:59:59\.0000000\+00:00")
    assert due.fullmatch(rows[0]["attributes"]["dueDate"])


async def test_manual_invoices_have_no_statement(stand: Stand) -> None:
    rows = await _every(stand, "&eq(billingType,'Manual')&select=lines")
    assert rows
    assert all("statement" not in row for row in rows)
    period = rows[0]["lines"][0]["period"]
    assert period["start"] == "1753-01-01T00:00:00.000Z"
    same = await _every(stand, "&eq(statement,null())&eq(type,'Debit')")
    assert [row["id"] for row in same] == [row["id"] for row in rows]


async def test_a_client_sees_no_purchase_prices(stand: Stand) -> None:
    row = await stand.json("softwareone", f"{LIST}/{(await _newest(stand))['id']}")
    assert set(row["price"]) == {"currency", "totalSP", "totalST", "totalGT"}
    hidden = {"purchasePriceLcy", "purchasePriceTotalLcy", "salesMargin", "salesMarkup"}
    assert not hidden & set(row["lines"][0])


async def test_what_changed_can_be_asked_for(stand: Stand) -> None:
    since = stand.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    stand.clock.forward(timedelta(seconds=5))
    number = do(stand.world, "pay", provider="softwareone")
    rows = await _every(stand, f"&select=audit&ge(audit.updated.at,'{since}.000Z')")
    assert [row["documentNo"] for row in rows] == [number]


@pytest.mark.parametrize("query", ["?eq(colour,'red')", "?rql=eq(id,'1')", "?limit=x"])
async def test_bad_rql_is_a_problem(stand: Stand, query: str) -> None:
    answer = await stand.get("softwareone", LIST + query)
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (400, 400)
    assert {"type", "title", "detail", "traceId", "errors"} <= set(problem)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("Bearer idt:TKN-0002-0002:vendor", 403),
        ("Bearer idt:TKN-0001-0001:guess", 401),
        ("idt:TKN-0001-0001:sandbox", 401),
    ],
)
async def test_only_a_clients_token_may_read(
    stand: Stand, authorization: str, status: int
) -> None:
    headers = {"Authorization": authorization}
    answer = await stand.http.get(ROOT + LIST, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.mark.parametrize("path", ["", "/attachments", "/attachments/INA-1"])
async def test_a_foreign_id_is_not_found(stand: Stand, path: str) -> None:
    answer = await stand.get("softwareone", f"{LIST}/INV-0000-0000-0000-0000{path}")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


async def test_the_output_is_a_pdf_whatever_is_accepted(stand: Stand) -> None:
    invoice = (await _newest(stand))["id"]
    listed = await stand.json("softwareone", f"{LIST}/{invoice}/attachments")
    output = listed["data"][0]
    assert (output["type"], output["isExternal"]) == ("Output", True)
    assert output["filename"] == f"{invoice}.pdf"
    path = f"{LIST}/{invoice}/attachments/{output['id']}"
    for accept in ("*/*", "application/pdf", "text/plain"):
        answer = await stand.get("softwareone", path, Accept=accept)
        assert answer.content.startswith(b"%PDF-")
        assert output["filename"] in answer.headers["Content-Disposition"]
    known = await stand.json("softwareone", path, Accept="application/json")
    assert known == output


async def test_an_internal_file_is_elsewhere_and_refuses_the_token(
    stand: Stand,
) -> None:
    manual = (await _every(stand, "&eq(billingType,'Manual')"))[0]["id"]
    listed = await stand.json("softwareone", f"{LIST}/{manual}/attachments")
    kinds = [(one["contentType"], one["isDeleted"]) for one in listed["data"]]
    assert kinds == [
        ("application/pdf", False),
        ("text/csv", False),
        ("application/pdf", True),
    ]
    path = f"{LIST}/{manual}/attachments/"
    table, gone = listed["data"][1]["id"], listed["data"][2]["id"]
    moved = await stand.get("softwareone", path + table)
    assert moved.status_code == 301
    assert moved.headers["Location"].startswith("http://localhost:")
    blob = moved.headers["Location"].replace("localhost", "127.0.0.1")
    assert (await stand.http.get(blob)).text.startswith("task,hours,rate")
    token = {"Authorization": "Bearer idt:TKN-0001-0001:sandbox"}
    assert (await stand.http.get(blob, headers=token)).status_code == 400
    assert [asked.credential for asked in stand.asked("elsewhere")] == [False, True]
    refused = await stand.get("softwareone", path + table, Accept="application/pdf")
    assert refused.status_code == 406
    assert (await stand.get("softwareone", path + gone)).status_code == 404


async def test_migrated_sellers_have_no_pdf_of_old_invoices(stand: Stand) -> None:
    old = (await _every(stand, "&eq(countryCode,'DE')"))[-1]["id"]
    listed = await stand.json("softwareone", f"{LIST}/{old}/attachments")
    assert listed["data"] == []
    assert listed["$meta"]["pagination"]["total"] == 0

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.world import do
from tests.sandbox.providers.conftest import Stand

DETAILS = "/partners/invoice-details?year=2021&month=8"


async def test_a_year_is_the_year_of_use(stand: Stand) -> None:
    rows = (await stand.json("lineworks", "/partners/invoices?year=2021"))["invoices"]
    months = [(row["invoiceYear"], row["invoiceMonth"]) for row in rows]
    assert months == [(2021, month) for month in range(1, 13)]
    assert rows[-1]["issuedTime"] == "2022-01-01T00:00:00.000Z"


async def test_an_invoice_has_the_documented_fields_and_adds_up(stand: Stand) -> None:
    rows = (await stand.json("lineworks", "/partners/invoices?year=2021"))["invoices"]
    row = rows[7]
    assert row["invoiceNo"] == 2084426021
    assert set(row) == {
        "invoiceNo",
        "invoiceYear",
        "invoiceMonth",
        "partnerName",
        "usedAmount",
        "optionPlusAmount",
        "taxRate",
        "usedTaxAmount",
        "optionPlusTaxAmount",
        "penaltyAmount",
        "totalAmount",
        "paymentStatus",
        "paidTime",
        "issuedTime",
    }
    parts = ("used", "optionPlus", "usedTax", "optionPlusTax", "penalty")
    assert row["totalAmount"] == sum(row[f"{part}Amount"] for part in parts)


async def test_the_three_payment_statuses_occur(stand: Stand) -> None:
    first = await stand.json("lineworks", "/partners/invoices?year=2021")
    latest = await stand.json("lineworks", "/partners/invoices?year=2026")
    trial, paid = first["invoices"][0], first["invoices"][1]
    unpaid = latest["invoices"][-1]
    assert (trial["paymentStatus"], trial["totalAmount"]) == ("NONE", 0)
    assert trial["paidTime"] is None
    assert paid["paymentStatus"] == "PAID"
    assert paid["paidTime"] == "2021-03-28T00:00:00.000Z"
    assert (unpaid["paymentStatus"], "paidTime" in unpaid) == ("UNPAID", False)


async def test_a_year_without_use_is_an_empty_list(stand: Stand) -> None:
    assert await stand.json("lineworks", "/partners/invoices?year=1998") == {
        "invoices": []
    }


async def test_the_cursor_leads_through_all_customers_once(stand: Stand) -> None:
    first = await stand.json("lineworks", DETAILS)
    cursor = first["responseMetaData"]["nextCursor"]
    second = await stand.json("lineworks", f"{DETAILS}&cursor={quote(cursor, safe='')}")
    # On the last page nextCursor is not returned.
    assert second["responseMetaData"] == {}
    assert len(first["invoiceDetails"]) == 20
    domains = [
        customer["domainId"]
        for page in (first, second)
        for customer in page["invoiceDetails"]
    ]
    assert len(domains) == len(set(domains)) == 23
    names = [customer["customerName"] for customer in first["invoiceDetails"]]
    assert "株式会社青鷺" in names


async def test_the_cursor_has_every_character_that_must_be_encoded(
    stand: Stand,
) -> None:
    cursor = (await stand.json("lineworks", DETAILS))["responseMetaData"]["nextCursor"]
    assert "+" in cursor
    assert "/" in cursor
    assert cursor.endswith("==")
    # Not encoded, its plus signs arrive as spaces.
    answer = await stand.get("lineworks", f"{DETAILS}&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_PARAMETER")


async def test_a_cursor_belongs_to_its_month(stand: Stand) -> None:
    cursor = (await stand.json("lineworks", DETAILS))["responseMetaData"]["nextCursor"]
    other = "/partners/invoice-details?year=2021&month=9"
    answer = await stand.get("lineworks", f"{other}&cursor={quote(cursor, safe='')}")
    assert answer.status_code == 400


async def test_the_details_meet_the_invoice(stand: Stand) -> None:
    for month in range(1, 13):
        customers = await _all_details(stand, 2025, month)
        sums = {"SUMMARY": 0, "OPTION_PLUS": 0, "PENALTY": 0}
        for item in (i for customer in customers for i in customer["settlementItems"]):
            if item["itemType"] in sums:
                sums[item["itemType"]] += item["amount"]
        answer = await stand.json("lineworks", "/partners/invoices?year=2025")
        invoice = answer["invoices"][month - 1]
        assert sums == {
            "SUMMARY": invoice["usedAmount"],
            "OPTION_PLUS": invoice["optionPlusAmount"],
            "PENALTY": invoice["penaltyAmount"],
        }


async def test_a_summary_is_the_sum_of_its_customers_rows(stand: Stand) -> None:
    for customer in await _all_details(stand, 2024, 3):
        items = customer["settlementItems"]
        summary = [item for item in items if item["itemType"] == "SUMMARY"]
        parts = {"PRODUCT", "OPTION_PRODUCT", "ADJUSTMENT"}
        wanted = sum(item["amount"] for item in items if item["itemType"] in parts)
        assert [(row["amount"], row["itemId"]) for row in summary] == [(wanted, None)]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/partners/invoices", "MISSING_PARAMETER"),
        ("/partners/invoices?year=soon", "INVALID_PARAMETER"),
        ("/partners/invoice-details?year=2021", "MISSING_PARAMETER"),
        ("/partners/invoice-details?year=2021&month=13", "OUT_OF_RANGE"),
        ("/partners/invoice-details?year=2021&month=0", "OUT_OF_RANGE"),
        (DETAILS + "&count=50", "OUT_OF_RANGE"),
        (DETAILS + "&count=0", "OUT_OF_RANGE"),
        (DETAILS + "&cursor=%F0%9F%98%80", "INVALID_PARAMETER"),
    ],
)
async def test_wrong_parameters_are_named(stand: Stand, path: str, code: str) -> None:
    answer = await stand.get("lineworks", path)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "description"}
    assert answer.json()["code"] == code


async def test_the_241st_call_of_a_minute_is_refused(stand: Stand) -> None:
    path = "/partners/invoices?year=1998"
    first = await stand.get("lineworks", path)
    assert first.headers["rateLimit-limit"] == "240"
    assert first.headers["rateLimit-remaining"] == "239"
    assert 1 <= int(first.headers["rateLimit-reset"]) <= 60
    for _ in range(239):
        last = await stand.get("lineworks", path)
    assert (last.status_code, last.headers["rateLimit-remaining"]) == (200, "0")
    refused = await stand.get("lineworks", path)
    assert refused.status_code == 429
    assert refused.json() == {
        "code": "TOO_MANY_REQUESTS",
        "description": "API rate limit exceeded",
    }
    # The limit is per operation, and its window a minute.
    other = await stand.get("lineworks", DETAILS)
    assert other.status_code == 200
    stand.clock.forward(timedelta(seconds=int(refused.headers["rateLimit-reset"])))
    assert (await stand.get("lineworks", path)).status_code == 200


async def test_a_reset_clock_does_not_leave_the_limit_behind(stand: Stand) -> None:
    path = "/partners/invoices?year=1998"
    stand.clock.forward(timedelta(days=3))
    await stand.get("lineworks", path)
    stand.clock.reset()
    answer = await stand.get("lineworks", path)
    assert answer.headers["rateLimit-remaining"] == "239"


async def test_a_month_that_ends_brings_its_invoice_and_details(stand: Stand) -> None:
    path = "/partners/invoice-details?year=2026&month=11"
    assert (await stand.json("lineworks", path))["invoiceDetails"] == []
    stand.clock.forward(timedelta(days=10))
    assert len((await stand.json("lineworks", path))["invoiceDetails"]) == 20
    rows = (await stand.json("lineworks", "/partners/invoices?year=2026"))["invoices"]
    assert rows[-1]["invoiceMonth"] == 11


async def test_what_is_done_to_the_world_shows_at_once(stand: Stand) -> None:
    number = do(stand.world, "pay", provider="lineworks")
    rows = (await stand.json("lineworks", "/partners/invoices?year=2026"))["invoices"]
    paid = [row for row in rows if row["invoiceNo"] == int(number)]
    assert [row["paymentStatus"] for row in paid] == ["PAID"]


async def _all_details(stand: Stand, year: int, month: int) -> list[dict[str, Any]]:
    path = f"/partners/invoice-details?year={year}&month={month}&count=20"
    customers, cursor = [], ""
    while True:
        page = await stand.json("lineworks", path + cursor)
        customers += page["invoiceDetails"]
        following = page["responseMetaData"].get("nextCursor")
        if following is None:
            return customers
        cursor = f"&cursor={quote(following, safe='')}"

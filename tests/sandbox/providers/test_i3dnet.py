from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.world import do
from tests.sandbox.providers.conftest import HEADERS, Stand

LIST = "/account/invoice"
KEY = HEADERS["i3dnet"]
ROTTERDAM = ZoneInfo("Europe/Amsterdam")


async def _range(stand: Stand, start: int, results: int, path: str = LIST) -> Any:
    ranged = {"RANGED-DATA": f"start={start},results={results}"}
    return await stand.json("i3dnet", path, **ranged)


async def test_without_a_range_the_first_25_come(stand: Stand) -> None:
    rows = await stand.json("i3dnet", LIST)
    assert len(rows) == 25
    assert rows == await _range(stand, 0, 25)


async def test_start_is_an_offset_and_results_a_size(stand: Stand) -> None:
    whole = await _range(stand, 0, 1000)
    pages = [await _range(stand, start, 25) for start in range(0, len(whole) + 25, 25)]
    assert [row for page in pages for row in page] == whole
    assert len(pages[-1]) < 25
    assert await _range(stand, len(whole), 25) == []


async def test_the_header_name_may_be_in_lower_case(stand: Stand) -> None:
    rows = await stand.json("i3dnet", LIST, **{"ranged-data": "start=3,results=2"})
    assert rows == (await _range(stand, 0, 5))[3:]


async def test_the_list_has_text_ids_and_the_details_integers(stand: Stand) -> None:
    row = (await stand.json("i3dnet", LIST))[0]
    details = await stand.json("i3dnet", f"{LIST}/{row['id']}")
    assert isinstance(row["id"], str)
    assert [detail["id"] for detail in details] == [int(row["id"])]
    assert details[0]["invoiceNumber"] == row["invoiceNumber"]


async def test_the_two_spellings_mean_the_same_cents(stand: Stand) -> None:
    row = (await stand.json("i3dnet", f"{LIST}/unpaid"))[0]
    detail = (await stand.json("i3dnet", f"{LIST}/{row['id']}"))[0]
    assert detail["amountIncVat"] == row["amountIncVAT"]
    assert detail["amountExclVat"] == row["amountExclVAT"]
    items = detail["items"]
    assert sum(int(item["amountIncVat"]) for item in items) == int(row["amountIncVAT"])
    vat = int(row["amountIncVAT"]) - int(row["amountExclVAT"])
    assert int(detail["vatAmount"]) == vat


async def test_dates_are_midnights_in_rotterdam(stand: Stand) -> None:
    detail = (await stand.json("i3dnet", f"{LIST}/number/F25-0000101"))[0]
    rows = await _range(stand, 0, 1000)
    row = next(row for row in rows if row["invoiceNumber"] == "F25-0000101")
    due = datetime.fromtimestamp(row["dueDate"], tz=ROTTERDAM)
    assert (due.hour, due.minute) == (0, 0)
    assert due.date().isoformat() == detail["dueDate"]


async def test_paid_rows_have_a_payment_date_and_others_zero(stand: Stand) -> None:
    for row in await _range(stand, 0, 1000):
        assert (row["paymentStatus"] == 1) == (row["paymentDate"] > 0)
        total = int(row["remainingAmount"]) + int(row["totalPaidAmount"])
        assert total == int(row["amountIncVAT"])


async def test_unpaid_leaves_credits_out_and_keeps_part_payments(stand: Stand) -> None:
    number = do(stand.world, "issue", provider="i3dnet", amount="121.00")
    do(stand.world, "part_pay", provider="i3dnet", number=number, amount="100")
    do(stand.world, "credit", provider="i3dnet", number=number)
    unpaid = await stand.json("i3dnet", f"{LIST}/unpaid")
    assert {row["isCredit"] for row in unpaid} == {0}
    assert {row["paymentStatus"] for row in unpaid} == {0}
    part = next(row for row in unpaid if row["invoiceNumber"] == number)
    amounts = (part["remainingAmount"], part["totalPaidAmount"])
    assert amounts == ("2100", "10000")
    newest = (await stand.json("i3dnet", LIST))[0]
    assert (newest["isCredit"], newest["amountIncVAT"]) == (1, "-1210")


@pytest.mark.parametrize("text", ["Server%20rent", "Server+rent", "server rent"])
async def test_the_filter_finds_part_of_the_description(
    stand: Stand, text: str
) -> None:
    rows = await _range(stand, 0, 1000, f"{LIST}?filter={text}")
    whole = await _range(stand, 0, 1000)
    assert rows == [row for row in whole if "Server rent" in row["description"]]
    assert rows


async def test_the_details_hold_bank_data(stand: Stand) -> None:
    detail = (await stand.json("i3dnet", f"{LIST}/1001"))[0]
    assert detail["clientDetails"]["iban"].startswith("NL")
    assert detail["companyDetails"]["bic"]
    assert detail["currency"] == "Euro"


async def test_the_pdf_is_one(stand: Stand) -> None:
    answer = await stand.get("i3dnet", f"{LIST}/1001/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize("path", ["/999999", "/999999/pdf", "/number/F99-1", "/x"])
async def test_what_is_not_there_is_not_found(stand: Stand, path: str) -> None:
    answer = await stand.get("i3dnet", LIST + path)
    assert answer.status_code == 404
    assert answer.json() == {
        "errorCode": 10001,
        "errorMessage": "Entity not found",
        "errors": [],
    }


@pytest.mark.parametrize("headers", [{}, {"PRIVATE-TOKEN": "guess"}])
async def test_a_bad_key_is_403_with_nothing_to_read(
    stand: Stand, headers: dict[str, str]
) -> None:
    answer = await stand.http.get("/sim/i3dnet/v3/account/invoice", headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")


async def test_the_key_has_an_owner_and_the_service_a_health(stand: Stand) -> None:
    user = await stand.json("i3dnet", "/session/user")
    assert user["companyName"] == "Blue Heron Trading B.V."
    health = await stand.http.get("/sim/i3dnet/v3/health")
    assert health.json() == {"status": "OK"}


async def test_paying_through_the_api_is_not_simulated(stand: Stand) -> None:
    path = "/sim/i3dnet/v3/account/invoice/pay/register"
    assert (await stand.http.post(path, headers=KEY)).status_code == 404
    assert [asked.method for asked in stand.asked("i3dnet")] == ["POST"]

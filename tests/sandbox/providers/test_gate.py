import httpx
import msgspec
import pytest

from tests.sandbox.providers.conftest import BASES, HEADERS, Stand

LISTS = {
    "lineworks": "/partners/invoices?year=2026",
    "softwareone": "/billing/invoices?limit=100&offset=0",
    "i3dnet": "/account/invoice",
}
DETAILS = "/partners/invoice-details?year=2025&month=6"
EVERY = pytest.mark.parametrize("provider", list(LISTS))


@EVERY
@pytest.mark.parametrize(
    ("kind", "status"), [("down", 503), ("busy", 429), ("missing", 404), ("error", 500)]
)
async def test_a_fault_is_met_as_often_as_asked_and_then_is_gone(
    stand: Stand, provider: str, kind: str, status: int
) -> None:
    stand.faults.set(provider, kind, count=2)
    met = [(await stand.get(provider, LISTS[provider])).status_code for _ in range(3)]
    assert met == [status, status, 200]
    noted = [asked.fault for asked in stand.asked(provider)]
    assert noted == [kind, kind, None]


@pytest.mark.parametrize(
    ("provider", "kind", "status"),
    [
        ("lineworks", "refused", 401),
        ("lineworks", "forbidden", 403),
        ("softwareone", "refused", 401),
        ("softwareone", "forbidden", 403),
        ("i3dnet", "refused", 403),
        ("i3dnet", "empty_403", 403),
    ],
)
async def test_each_refuses_as_its_documents_say(
    stand: Stand, provider: str, kind: str, status: int
) -> None:
    stand.faults.set(provider, kind)
    answer = await stand.get(provider, LISTS[provider])
    assert answer.status_code == status


async def test_each_says_in_its_own_header_how_long_to_wait(stand: Stand) -> None:
    names = {
        "lineworks": "rateLimit-reset",
        "softwareone": "Retry-After",
        "i3dnet": "Retry-After",
    }
    for provider, name in names.items():
        stand.faults.set(provider, "busy")
        assert (await stand.get(provider, LISTS[provider])).headers[name] == "1"
        stand.faults.set(provider, "busy_bare")
        answer = await stand.get(provider, LISTS[provider])
        assert (answer.status_code, name in answer.headers) == (429, False)


@EVERY
async def test_html_comes_with_200(stand: Stand, provider: str) -> None:
    stand.faults.set(provider, "html")
    answer = await stand.get(provider, LISTS[provider])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


@EVERY
async def test_truncated_json_is_whole_for_http_and_broken_for_a_parser(
    stand: Stand, provider: str
) -> None:
    whole = await stand.get(provider, LISTS[provider])
    stand.faults.set(provider, "truncated")
    cut = await stand.get(provider, LISTS[provider])
    assert cut.content == whole.content[: len(whole.content) // 2]
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(cut.content)


@EVERY
async def test_a_dropped_connection_gives_nothing(stand: Stand, provider: str) -> None:
    stand.faults.set(provider, "drop", count=1)
    with pytest.raises(httpx.TransportError):
        await stand.get(provider, LISTS[provider])
    assert (await stand.get(provider, LISTS[provider])).status_code == 200


async def test_a_slow_answer_is_the_right_one(stand: Stand) -> None:
    right = await stand.json("i3dnet", LISTS["i3dnet"])
    stand.faults.set("i3dnet", "slow", seconds=0.1)
    assert await stand.json("i3dnet", LISTS["i3dnet"]) == right


async def test_silence_outlasts_an_impatient_client(stand: Stand) -> None:
    stand.faults.set("i3dnet", "hang")
    url = BASES["i3dnet"] + LISTS["i3dnet"]
    with pytest.raises(httpx.ReadTimeout):
        await stand.http.get(url, headers=HEADERS["i3dnet"], timeout=0.1)


@EVERY
async def test_a_redirect_leads_to_another_host_that_records_credentials(
    stand: Stand, provider: str
) -> None:
    stand.faults.set(provider, "redirect", count=1)
    moved = await stand.get(provider, LISTS[provider])
    assert moved.status_code == 302
    location = httpx.URL(moved.headers["Location"])
    assert (moved.request.url.host, location.host) == ("127.0.0.1", "localhost")
    there = location.copy_with(host="127.0.0.1")
    await stand.http.get(there, headers=HEADERS[provider])
    await stand.http.get(there)
    assert [asked.credential for asked in stand.asked("elsewhere")] == [True, False]


async def test_an_endless_cursor_never_ends_and_never_repeats(stand: Stand) -> None:
    stand.faults.set("lineworks", "endless")
    cursors, cursor = [], None
    for _ in range(6):
        asked = {"year": "2025", "month": "6"} | ({"cursor": cursor} if cursor else {})
        url = BASES["lineworks"] + "/partners/invoice-details"
        answer = await stand.http.get(url, params=asked, headers=HEADERS["lineworks"])
        page = answer.json()
        assert page["invoiceDetails"]
        cursor = page["responseMetaData"]["nextCursor"]
        cursors.append(cursor)
    assert len(set(cursors)) == 6


async def test_a_repeating_cursor_is_always_the_same(stand: Stand) -> None:
    stand.faults.set("lineworks", "repeating")
    pages = [await stand.json("lineworks", DETAILS) for _ in range(2)]
    assert pages[0]["responseMetaData"] == pages[1]["responseMetaData"]
    assert pages[0]["responseMetaData"]["nextCursor"]


async def test_endless_offsets_never_reach_the_total(stand: Stand) -> None:
    stand.faults.set("softwareone", "endless")
    for offset in (0, 300, 5000):
        path = f"/billing/invoices?limit=100&offset={offset}"
        page = await stand.json("softwareone", path)
        assert page["$meta"]["pagination"]["total"] > offset + 100
        assert page["data"]


async def test_endless_ranges_go_on_with_new_ids(stand: Stand) -> None:
    stand.faults.set("i3dnet", "endless")
    ids = [
        row["id"]
        for start in range(0, 500, 25)
        for row in await stand.json(
            "i3dnet", LISTS["i3dnet"], **{"RANGED-DATA": f"start={start},results=25"}
        )
    ]
    assert len(ids) == len(set(ids)) == 500


async def test_an_ignored_range_gives_the_same_25_for_ever(stand: Stand) -> None:
    stand.faults.set("i3dnet", "ignore_range")
    ranged = {"RANGED-DATA": "start=50,results=10"}
    rows = await stand.json("i3dnet", LISTS["i3dnet"], **ranged)
    stand.faults.clear()
    assert rows == await stand.json("i3dnet", LISTS["i3dnet"])


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "begin"),
    [
        ("json_pdf", 200, "application/json", b'{"status"'),
        ("empty_pdf", 200, "application/pdf", b""),
        ("pdf_500", 500, "application/pdf", b"%PDF-"),
    ],
)
async def test_a_pdf_that_is_none(
    stand: Stand, kind: str, status: int, content_type: str, begin: bytes
) -> None:
    stand.faults.set("i3dnet", kind, method="/pdf")
    answer = await stand.get("i3dnet", "/account/invoice/1001/pdf")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(content_type)
    assert answer.content[:5] == begin[:5] if begin else answer.content == b""
    assert (await stand.get("i3dnet", LISTS["i3dnet"])).status_code == 200


async def test_the_record_tells_what_was_asked_and_no_secret(stand: Stand) -> None:
    await stand.get("i3dnet", "/account/invoice?filter=rent", **{"RANGED-DATA": "x"})
    (asked,) = stand.asked("i3dnet")
    assert (asked.method, asked.path) == ("GET", "/sim/i3dnet/v3/account/invoice")
    assert (asked.query, asked.ranged, asked.status) == ("filter=rent", "x", 200)
    assert asked.credential
    assert "private-token" in asked.headers
    assert "i3d-sandbox-key" not in repr(asked)
    assert stand.world.requests["i3dnet"] == 1


@EVERY
async def test_an_unknown_path_is_not_found_in_the_providers_words(
    stand: Stand, provider: str
) -> None:
    answer = await stand.get(provider, "/nowhere")
    assert answer.status_code == 404
    key = {"lineworks": "code", "softwareone": "title", "i3dnet": "errorCode"}
    assert key[provider] in answer.json()

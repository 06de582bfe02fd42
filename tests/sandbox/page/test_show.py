"""What the page shows: every block, foreign text literally, people, controls."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, Request, expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import Running
from tests.sandbox.page.small_bot import button

pytestmark = pytest.mark.browser


def raw(text: str) -> dict[str, str]:
    """Return a table's cell of text."""
    return {"type": "raw_text", "text": text}


def plain(text: str) -> dict[str, str]:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, str]:
    """Return a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def rich(text: str) -> dict[str, Any]:
    """Return a rich_text block of one section."""
    section = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": text}],
    }
    return {"type": "rich_text", "elements": [section]}


TABLE = [[raw("Number"), raw("Balance")], [raw("F26-1"), raw("12.00")]]
CHART = {
    "type": "pie",
    "segments": [{"label": "EUR", "value": 3}, {"label": "USD", "value": 1}],
}
BLOCKS: list[tuple[dict[str, Any], str]] = [
    ({"type": "header", "text": plain("Owed")}, "Owed"),
    ({"type": "section", "fields": [mrkdwn("*Due*"), plain("*x*")]}, "*x*"),
    ({"type": "context", "elements": [mrkdwn("read just now")]}, "read just now"),
    ({"type": "table", "rows": TABLE}, "12.00"),
    (
        {"type": "data_table", "caption": "Oldest first", "rows": TABLE},
        "Oldest first",
    ),
    ({"type": "markdown", "text": "**Total** of all"}, "Total of all"),
    (rich("Rich words"), "Rich words"),
    ({"type": "data_visualization", "title": "Shares", "chart": CHART}, "Shares"),
    ({"type": "card", "title": mrkdwn("One invoice")}, "One invoice"),
    (
        {
            "type": "container",
            "title": plain("Lines"),
            "child_blocks": [{"type": "section", "text": plain("inside")}],
        },
        "inside",
    ),
    ({"type": "actions", "elements": [button("go", "Go")]}, "Go"),
]


@pytest.mark.parametrize(
    ("block", "shown"), BLOCKS, ids=[block["type"] for block, _ in BLOCKS]
)
async def test_a_block_of_any_type_is_visible(
    page: Page, client: AsyncWebClient, block: dict[str, Any], shown: str
) -> None:
    await client.chat_postMessage(channel="C0BILLING", text="fallback", blocks=[block])
    message = page.get_by_test_id("message")
    await expect(message).to_contain_text(shown)
    await expect(message.locator(".unknown-block")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "shown", "mentions"),
    [
        pytest.param("&lt;!channel&gt;", "<!channel>", 0, id="an escaped broadcast"),
        pytest.param("&lt;@U0AKIKO&gt;", "<@U0AKIKO>", 0, id="an escaped mention"),
        pytest.param("<@U0AKIKO>", "@Akiko Tanaka", 1, id="a mention"),
        pytest.param("&amp;lt;", "&lt;", 0, id="an entity escaped twice"),
        pytest.param(
            "&lt;img src=x onerror=alert(1)&gt;",
            "<img src=x onerror=alert(1)>",
            0,
            id="markup",
        ),
        pytest.param("2*3*4 a_b_c", "2*3*4 a_b_c", 0, id="signs inside words"),
    ],
)
async def test_text_shows_what_its_sender_meant(
    page: Page, client: AsyncWebClient, text: str, shown: str, mentions: int
) -> None:
    section = {"type": "section", "text": mrkdwn(text)}
    await client.chat_postMessage(channel="C0BILLING", text="x", blocks=[section])
    body = page.get_by_test_id("message").locator(".section")
    await expect(body).to_have_text(shown)
    await expect(body.locator(".mention")).to_have_count(mentions)
    await expect(body.locator("img")).to_have_count(0)


async def test_an_image_is_shown_where_it_was_shared_and_larger_when_pressed(
    page: Page, client: AsyncWebClient
) -> None:
    file = BytesIO()
    Image.new("RGB", (600, 400), "white").save(file, "PNG")
    await client.files_upload_v2(
        channel="C0BILLING",
        filename="bars.png",
        title="Invoices by month",
        alt_txt="Most: Nov 2026",
        content=file.getvalue(),
    )
    message = page.get_by_test_id("message")
    image = message.get_by_role("img", name="Most: Nov 2026")
    await expect(image).to_be_visible()
    await expect(image).to_have_js_property("naturalWidth", 600)
    await message.get_by_role("button", name="Enlarge Invoices by month").click()
    preview = page.get_by_role("dialog")
    await expect(preview.get_by_role("img", name="Most: Nov 2026")).to_be_visible()


async def test_a_data_table_turns_its_pages(page: Page, client: AsyncWebClient) -> None:
    rows = [[raw("Number")], *([raw(f"F26-{n}")] for n in range(1, 8))]
    block = {"type": "data_table", "caption": "All", "rows": rows, "page_size": 5}
    await client.chat_postMessage(channel="C0BILLING", text="x", blocks=[block])
    table = page.locator(".data-table")
    await expect(table).to_contain_text("1–5 of 7")
    await table.get_by_role("button", name="Next rows").click()
    await expect(table).to_contain_text("F26-7")
    await expect(table).not_to_contain_text("F26-5")


async def test_a_command_without_a_bot_says_so(page: Page) -> None:
    await expect(page.get_by_test_id("bot")).to_contain_text("not connected")
    await page.get_by_test_id("compose").fill("/unpaid")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("message").last).to_contain_text(
        "/unpaid failed with the error"
    )


async def test_an_outsider_sees_only_the_shared_channel(page: Page) -> None:
    await page.get_by_test_id("person").select_option("U0OUTER")
    await expect(page.get_by_test_id("channel-C0PARTNER")).to_be_visible()
    await expect(page.get_by_test_id("channel-C0FINANCE")).to_have_count(0)


async def test_a_message_elsewhere_marks_its_channel_until_it_is_opened(
    page: Page, client: AsyncWebClient
) -> None:
    finance = page.get_by_test_id("channel-C0FINANCE")
    async with page.expect_response(lambda reply: "C0FINANCE" in reply.url):
        await page.reload()  # what is there at first counts as seen
    await client.chat_postMessage(channel="C0FINANCE", text="news")
    await expect(finance).to_contain_text("unread")
    await finance.click()
    await expect(page.get_by_test_id("message")).to_contain_text("news")
    await expect(finance).not_to_contain_text("unread")


async def test_the_controls_change_the_world_the_clock_and_the_faults(
    page: Page, running: Running
) -> None:
    await page.get_by_test_id("do-issue-i3dnet").click()
    await expect(page.locator(".said")).to_contain_text("i3D.net: issued")
    number = await page.locator(".said button").inner_text()
    world = await page.request.get(f"{running.url}/sandbox/world")
    assert (await world.json())["providers"]["i3dnet"]["invoices"][0][
        "number"
    ] == number
    before = running.clock.now()
    await page.get_by_test_id("clock-1w").click()
    await expect(page.get_by_test_id("clock-1w")).to_have_attribute(
        "aria-busy", "false"
    )
    assert (running.clock.now() - before).days == 7
    await page.get_by_test_id("fault-softwareone").select_option("down")
    await expect(page.locator(".fault.broken")).to_contain_text("SoftwareOne")
    assert running.faults.state()["softwareone"]["kind"] == "down"


async def test_the_page_asks_nothing_of_any_other_host(
    page: Page, running: Running
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await page.reload()
    await page.get_by_test_id("compose").wait_for()
    assert asked
    assert [url for url in asked if not url.startswith((running.url, "data:"))] == []

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import Running
from sandbox.person import Person

CELL = {"type": "raw_text", "text": "A"}
TABLE = {"type": "data_table", "caption": "c", "rows": [[CELL], [CELL]]}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


async def test_blocks_are_checked_for_anybody(running: Running) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{running.url}/api/blocks.validate"
        async with session.post(url, json={"blocks": [SECTION, TABLE]}) as response:
            assert await response.json() == {"ok": True}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"message": {"blocks": [{"type": "nonsense"}]}}, "invalid_message"),
        ({"view": {"type": "modal", "blocks": []}}, "invalid_view"),
        ({}, "invalid_arguments"),
        ({"blocks": [SECTION], "view": {}}, "invalid_arguments"),
    ],
)
async def test_what_is_wrong_is_named(
    client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("blocks.validate", json=arguments)
    assert caught.value.response["error"] == error
    for each in caught.value.response.get("errors", []):
        assert each["pointer"].startswith("/")
        assert {"code", "message"} <= set(each)


async def test_a_workspace_may_not_know_a_kind_of_block(
    client: AsyncWebClient, akiko: Person
) -> None:
    await akiko.post("blocks", refuse=["data_table"])
    for method, arguments in (
        ("blocks.validate", {"blocks": [TABLE]}),
        ("chat.postMessage", {"channel": "C0BILLING", "text": "t", "blocks": [TABLE]}),
    ):
        with pytest.raises(SlackApiError) as caught:
            await client.api_call(method, json=arguments)
        assert caught.value.response["error"] == "invalid_blocks"
    await akiko.post("blocks", refuse=[])
    assert (await client.api_call("blocks.validate", json={"blocks": [TABLE]}))["ok"]

"""The wire of Socket Mode, read by a plain websocket client."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.app import Running
from sandbox.person import Person


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def open_url(running: Running, session: aiohttp.ClientSession) -> str:
    url = f"{running.url}/api/apps.connections.open"
    headers = {"Authorization": "Bearer xapp-sandbox"}
    async with session.post(url, headers=headers) as response:
        return str((await response.json())["url"])


async def test_a_connection_begins_with_hello(
    running: Running, session: aiohttp.ClientSession
) -> None:
    async with session.ws_connect(await open_url(running, session)) as socket:
        hello = await socket.receive_json()
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": "A0DUEBOT"}
    assert hello["debug_info"]["approximate_connection_time"] > 0


async def test_an_address_works_once(
    running: Running, session: aiohttp.ClientSession
) -> None:
    url = await open_url(running, session)
    async with session.ws_connect(url) as socket:
        await socket.receive_json()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)


async def test_the_bots_own_token_opens_no_connection(
    running: Running, session: aiohttp.ClientSession
) -> None:
    url = f"{running.url}/api/apps.connections.open"
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    async with session.post(url, headers=headers) as response:
        assert (await response.json())["error"] == "not_allowed_token_type"


async def test_there_are_ten_connections_at_most(
    running: Running, session: aiohttp.ClientSession
) -> None:
    sockets = [
        await session.ws_connect(await open_url(running, session)) for _ in range(11)
    ]
    first = [await socket.receive_json() for socket in sockets]
    assert [one["type"] for one in first] == ["hello"] * 10 + ["disconnect"]
    assert first[-1]["reason"] == "too_many_websockets"
    for socket in sockets:
        await socket.close()


async def test_an_unacknowledged_event_comes_again_as_a_retry(
    running: Running, session: aiohttp.ClientSession, akiko: Person
) -> None:
    envelopes: list[dict[str, Any]] = []
    socket = await session.ws_connect(await open_url(running, session))
    await socket.receive_json()
    await akiko.say("@duebot unpaid")
    envelopes.append(await socket.receive_json())
    await socket.close()
    async with session.ws_connect(await open_url(running, session)) as again:
        await again.receive_json()
        envelopes.append(await again.receive_json())
        await again.send_json({"envelope_id": envelopes[1]["envelope_id"]})
    assert [one["type"] for one in envelopes] == ["events_api"] * 2
    assert envelopes[0]["retry_attempt"] == 0
    assert envelopes[1]["retry_attempt"] >= 1
    assert envelopes[1]["retry_reason"] in {"http_timeout", "connection_failed"}
    assert envelopes[0]["accepts_response_payload"] is False
    payloads = [one["payload"] for one in envelopes]
    assert payloads[0]["event_id"] == payloads[1]["event_id"]
    assert payloads[0]["authorizations"][0]["user_id"] == "U0DUEBOT"

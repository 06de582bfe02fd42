import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import Running
from sandbox.person import Person, SandboxError


async def test_the_state_says_who_and_what_is_here(akiko: Person) -> None:
    state = await akiko.get("state", **{"as": "U0AKIKO"})
    assert state["bot"]["connected"] is False
    assert state["bot"]["via"] is None
    assert [(one["id"], one["kind"]) for one in state["people"]] == [
        ("U0AKIKO", "member"),
        ("U0LENA", "member"),
        ("U0GUEST", "guest"),
        ("U0OUTER", "outsider"),
    ]
    channels = {one["id"]: one for one in state["channels"]}
    assert list(channels) == [
        "C0BILLING", "C0FINANCE", "C0GENERAL", "C0PARTNER", "D0AKIKO",
    ]  # fmt: skip
    assert channels["C0GENERAL"]["bot_member"] is False
    assert channels["C0PARTNER"]["shared"] is True
    assert [one["command"] for one in state["commands"]] == [
        "/invoices", "/unpaid", "/overdue", "/invoice",
    ]  # fmt: skip
    assert state["faults"]["slack"] == {"kind": "none"}
    assert datetime.fromisoformat(state["clock"]).tzinfo == UTC


async def test_people_see_only_their_own_channels(running: Running) -> None:
    async with Person(running.url, "U0OUTER") as olga:
        state = await olga.get("state", **{"as": "U0OUTER"})
        assert [one["id"] for one in state["channels"]] == ["C0PARTNER", "D0OUTER"]
        with pytest.raises(SandboxError, match="Olga Outer is not in #finance"):
            await olga.messages("C0FINANCE")
        with pytest.raises(SandboxError, match="not in #billing"):
            await olga.command("/unpaid", channel="C0BILLING")


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("say", {"user": "U0AKIKO"}, "The field 'channel' is missing."),
        (
            "say",
            {"user": "U9", "channel": "C0BILLING", "text": "x"},
            "Nobody here has the id 'U9'.",
        ),
        ("clock", {"forward": "soon"}, "'soon' is no length of time"),
        ("clock", {"to": "2020-01-01T00:00:00Z"}, "only moves forward"),
        ("clock", {}, "The field 'forward' is missing."),
        ("faults", {"target": "slack", "kind": "sad"}, "No fault is called 'sad'"),
        ("faults", {"target": "moon", "kind": "down"}, "Nothing here is called 'moon'"),
        ("world", {"do": "issue", "provider": "acme"}, "No provider is called 'acme'"),
        ("socket", {"disconnect": "boredom"}, "A reason is one of"),
        ("shortcut", {"user": "U0AKIKO", "callback_id": "x"}, "no global shortcut 'x'"),
        (
            "action",
            {
                "user": "U0AKIKO",
                "channel": "C0BILLING",
                "message_ts": "1.0",
                "action_id": "a",
            },
            "no such message",
        ),
        (
            "view/submit",
            {"user": "U0AKIKO", "view_id": "V1", "values": {}},
            "no such view",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(
    akiko: Person, path: str, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SandboxError, match=sentence.replace("(", r"\(")):
        await akiko.post(path, **fields)


async def test_a_body_must_be_a_json_object(running: Running) -> None:
    url = f"{running.url}/sandbox/say"
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=b"{", headers=headers) as response:
            assert response.status == 400
        async with session.post(url, data=b"[]", headers=headers) as response:
            assert response.status == 400
        async with session.post(url, data={"user": "U0AKIKO"}) as response:
            assert response.status == 415


async def test_the_clock_takes_the_world_along(akiko: Person) -> None:
    before = await akiko.get("world")
    state = await akiko.get("state")
    moved = await akiko.post("clock", forward="40d")
    after = await akiko.get("world")
    begun = datetime.fromisoformat(state["clock"])
    assert (datetime.fromisoformat(moved["clock"]) - begun).days == 40
    counted = [
        len(one["providers"]["lineworks"]["invoices"]) for one in (before, after)
    ]
    assert counted[1] > counted[0]


async def test_an_invoice_is_issued_and_paid_and_the_simulator_shows_it(
    running: Running, akiko: Person
) -> None:
    issued = await akiko.post("world", do="issue", provider="i3dnet", amount="242.00")
    number = issued["number"]
    paid = await akiko.post("world", do="pay", provider="i3dnet", number=number)
    assert paid == {"ok": True, "number": number, "provider": "i3dnet"}
    world = await akiko.get("world")
    newest = world["providers"]["i3dnet"]["invoices"][0]
    assert (newest["number"], newest["total"]) == (number, "242.00")
    assert newest["balance"] == "0.00"
    url = f"{running.url}/sim/i3dnet/v3/account/invoice"
    headers = {"PRIVATE-TOKEN": "i3d-sandbox-key"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(url) as response,
    ):
        assert number in await response.text()


async def test_the_stream_tells_every_change(running: Running, akiko: Person) -> None:
    url = f"{running.url}/sandbox/stream"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.content_type == "text/event-stream"
        first = await next_revision(response)
        await akiko.say("hello")
        assert await next_revision(response) > first


async def next_revision(response: aiohttp.ClientResponse) -> int:
    lines = [await asyncio.wait_for(response.content.readline(), 5) for _ in range(3)]
    assert lines[0] == b"event: change\n"
    revision: int = json.loads(lines[1].removeprefix(b"data: "))["revision"]
    return revision


async def test_reset_goes_back_to_the_start(
    running: Running, client: AsyncWebClient, akiko: Person
) -> None:
    await client.chat_postMessage(channel="C0BILLING", text="x")
    await akiko.post("clock", forward="90d")
    await akiko.post("faults", target="lineworks", kind="down")
    await akiko.post("archive", channel="C0BILLING")
    await akiko.post("scopes", remove=["chat:write"])
    await akiko.post("reset")
    assert await akiko.messages() == []
    assert await akiko.calls() == []
    state = await akiko.get("state")
    assert state["faults"]["lineworks"] == {"kind": "none"}
    assert abs(running.clock.offset.total_seconds()) < 1
    await client.chat_postMessage(channel="C0BILLING", text="again")
    assert [one["text"] for one in await akiko.messages()] == ["again"]


async def test_an_invited_bot_may_post(client: AsyncWebClient, akiko: Person) -> None:
    await akiko.post("scopes", remove=["chat:write.public"])
    await akiko.post("invite", channel="C0GENERAL")
    await client.chat_postMessage(channel="C0GENERAL", text="hello")
    assert len(await akiko.messages("C0GENERAL")) == 1

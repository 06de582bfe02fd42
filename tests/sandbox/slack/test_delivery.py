import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from sandbox.app import Running
from sandbox.person import Person
from tests.sandbox.slack.conftest import socket_mode

Receive = Callable[[web.Request], Awaitable[web.StreamResponse]]
Receiving = Callable[[Receive], Awaitable[None]]


@pytest.mark.usefixtures("connected")
async def test_a_command_over_socket_mode_has_every_field_and_shows_its_answer(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[dict[str, Any]] = []

    @app.command("/invoices")
    async def answer(ack: Any, command: dict[str, Any]) -> None:
        seen.append(command)
        await ack(response_type="ephemeral", text="two invoices")

    outcome = await akiko.command("/invoices", "2021 8 for @Lena in #finance")
    assert outcome["ok"] is True
    (command,) = seen
    assert command["text"] == "2021 8 for <@U0LENA> in <#C0FINANCE|>"
    assert command["team_id"] == "T0DUEBOT"
    assert command["channel_id"] == "C0BILLING"
    assert command["channel_name"] == "billing"
    assert command["user_id"] == "U0AKIKO"
    assert command["response_url"].startswith("http://127.0.0.1:")
    assert command["trigger_id"]
    (delivery,) = (await akiko.get("deliveries"))["deliveries"]
    assert delivery["kind"] == "slash_commands"
    assert delivery["outcome"] == "acknowledged"
    line, shown = await akiko.messages()
    assert line["command"] == "/invoices 2021 8 for @Lena in #finance"
    assert line["ephemeral"] is True
    assert (shown["text"], shown["bot"], shown["ephemeral"]) == (
        "two invoices", True, True,
    )  # fmt: skip


@pytest.mark.usefixtures("connected")
async def test_an_answer_in_the_channel_shows_the_command_line_too(
    running: Running,
    app: AsyncApp,
    akiko: Person,
) -> None:
    @app.command("/unpaid")
    async def answer(ack: Any) -> None:
        await ack(response_type="in_channel", text="nothing")

    await akiko.command("/unpaid")
    async with Person(running.url, "U0LENA") as lena:
        line, shown = await lena.messages()
    assert line["command"] == "/unpaid"
    assert shown["text"] == "nothing"


@pytest.mark.usefixtures("connected")
async def test_an_empty_acknowledgement_shows_nothing(
    app: AsyncApp, akiko: Person
) -> None:
    @app.command("/unpaid")
    async def answer(ack: Any) -> None:
        await ack()

    assert (await akiko.command("/unpaid"))["ok"] is True
    assert await akiko.answers() == []


@pytest.mark.usefixtures("connected")
async def test_bad_blocks_in_an_acknowledgement_fail_where_the_person_sees_it(
    app: AsyncApp, akiko: Person
) -> None:
    @app.command("/unpaid")
    async def answer(ack: Any) -> None:
        await ack(text="x", blocks=[{"type": "header"}])

    outcome = await akiko.command("/unpaid")
    assert outcome == {
        "ok": False,
        "error": "invalid_blocks",
        "messages": [
            "[ERROR] missing required field: text [json-pointer:/blocks/0]",
        ],
    }
    assert (await akiko.messages())[-1]["text"] == (
        "/unpaid failed with the error “invalid_blocks”"
    )


async def test_a_bot_that_went_away_over_http_is_not_connected(
    akiko: Person,
) -> None:
    url = f"http://127.0.0.1:{unused_port()}/slack/events"
    await akiko.post("request_url", url=url)
    assert (await akiko.command("/unpaid"))["error"] == "bot_not_connected"
    assert (await akiko.post("replay"))["outcomes"] == ["bot_not_connected"]
    await akiko.post("request_url", url=None)
    assert (await akiko.get("state"))["bot"]["via"] is None


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def test_without_a_bot_a_command_fails_at_once(akiko: Person) -> None:
    assert await akiko.command("/unpaid") == {
        "ok": False,
        "error": "bot_not_connected",
    }
    assert (await akiko.command("/nonsense"))["error"] == "no_such_command"
    assert [one["text"] for one in await akiko.messages()][1::2] == [
        "/unpaid failed with the error “bot_not_connected”",
        "/nonsense failed with the error “no_such_command”",
    ]


@pytest.mark.usefixtures("connected")
async def test_a_mention_reaches_the_bot_with_its_thread(
    app: AsyncApp, akiko: Person
) -> None:
    @app.event("app_mention")
    async def hear(event: dict[str, Any], say: Any) -> None:
        await say(text="heard: " + event["text"], thread_ts=event["thread_ts"])

    ts = await akiko.say("What is due?")
    await akiko.say("@duebot unpaid <now> & then", thread_ts=ts)
    thread = await akiko.wait_for(lambda shown: shown[2:] and shown, thread=ts)
    assert thread[1]["text"] == "<@U0DUEBOT> unpaid &lt;now&gt; &amp; then"
    assert thread[2]["text"] == "heard: " + thread[1]["text"]


@pytest.mark.usefixtures("connected")
async def test_a_direct_message_reaches_the_bot_as_message_im(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[dict[str, Any]] = []

    @app.event("message")
    async def hear(event: dict[str, Any], say: Any) -> None:
        seen.append(event)
        await say("heard")

    await akiko.say("unpaid", channel=akiko.direct)
    await akiko.wait_for(lambda shown: shown[1:], channel=akiko.direct)
    assert seen[0]["channel_type"] == "im"
    assert seen[0]["user"] == "U0AKIKO"


@pytest.mark.usefixtures("connected")
async def test_a_bot_that_is_told_to_reconnect_loses_nothing(
    app: AsyncApp, akiko: Person
) -> None:
    @app.command("/unpaid")
    async def answer(ack: Any) -> None:
        await ack(text="here")

    for reason in ("warning", "refresh_requested"):
        told = await akiko.post("socket", disconnect=reason)
        assert told["connections"] == 1
        assert (await akiko.command("/unpaid"))["ok"] is True
    opened = await akiko.calls("apps.connections.open")
    assert len(opened) >= 2


@pytest.mark.usefixtures("connected")
async def test_any_of_several_connections_gets_a_payload(
    app: AsyncApp, akiko: Person
) -> None:
    seen: set[str] = set()
    other = AsyncApp(client=app.client, signing_secret="x")

    @app.command("/unpaid")
    async def one(ack: Any) -> None:
        seen.add("one")
        await ack()

    @other.command("/unpaid")
    async def two(ack: Any) -> None:
        seen.add("two")
        await ack()

    async with socket_mode(other):
        for _ in range(4):
            assert (await akiko.command("/unpaid"))["ok"] is True
    assert seen == {"one", "two"}


async def test_http_requests_are_signed_over_their_raw_body(
    receiving: Receiving, akiko: Person
) -> None:
    verifier = SignatureVerifier("sandbox-signing-secret")
    valid: list[bool] = []
    forms: list[dict[str, list[str]]] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        valid.append(verifier.is_valid_request(body, dict(request.headers)))
        forms.append(parse_qs(body.decode()))
        return web.json_response({"response_type": "ephemeral", "text": "signed"})

    await receiving(handle)
    assert (await akiko.command("/invoices", "2021 8"))["ok"] is True
    assert valid == [True]
    assert forms[0]["command"] == ["/invoices"]
    assert forms[0]["text"] == ["2021 8"]
    assert (await akiko.answers())[0]["text"] == "signed"


@pytest.mark.parametrize("status", [404, 500])
async def test_an_http_error_fails_the_command(
    receiving: Receiving, akiko: Person, status: int
) -> None:
    async def handle(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    await receiving(handle)
    assert (await akiko.command("/unpaid"))["error"] == "dispatch_failed"


async def test_an_event_that_nobody_takes_comes_again_with_its_number(
    receiving: Receiving, akiko: Person
) -> None:
    seen: list[tuple[str | None, str | None, str]] = []

    async def handle(request: web.Request) -> web.Response:
        headers = request.headers
        event = json.loads(await request.read())["event_id"]
        number = headers.get("X-Slack-Retry-Num")
        seen.append((number, headers.get("X-Slack-Retry-Reason"), event))
        return web.Response(status=200 if number == "2" else 500)

    await receiving(handle)
    await akiko.say("@duebot unpaid")
    await akiko.wait_for(lambda _: len(seen) == 3)
    assert [(number, reason) for number, reason, _ in seen] == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
    ]
    assert len({event for _, _, event in seen}) == 1


async def test_a_replay_is_the_same_request_byte_for_byte(
    receiving: Receiving, akiko: Person
) -> None:
    seen: list[tuple[bytes, str, str]] = []

    async def handle(request: web.Request) -> web.Response:
        stamp = request.headers["X-Slack-Request-Timestamp"]
        signature = request.headers["X-Slack-Signature"]
        seen.append((await request.read(), stamp, signature))
        return web.Response()

    await receiving(handle)
    await akiko.command("/unpaid")
    assert (await akiko.post("replay", last=1))["outcomes"] == [200]
    assert seen[0] == seen[1]


@pytest.mark.usefixtures("connected")
async def test_a_replayed_envelope_reaches_the_bot_again(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[str] = []

    @app.command("/unpaid")
    async def answer(ack: Any, command: dict[str, Any]) -> None:
        seen.append(command["trigger_id"])
        await ack()

    await akiko.command("/unpaid")
    assert (await akiko.post("replay"))["outcomes"] == ["acknowledged"]
    assert len(seen) == 2
    assert len(set(seen)) == 1

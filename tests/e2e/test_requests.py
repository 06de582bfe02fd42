"""Requests to `/slack/events` that are not Slack's, are too large, or come again."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest

from sandbox.person import Person
from tests.e2e.conftest import SECRET, Bots, ready

PRIVATE = "NL91ABNA0417164300"
COMMAND = {
    "command": "/unpaid",
    "text": f"for {PRIVATE}",
    "user_id": "U0AKIKO",
    "channel_id": "C0BILLING",
    "team_id": "T0DUEBOT",
    "api_app_id": "A0DUEBOT",
    "trigger_id": "1.2.3",
    "response_url": "http://127.0.0.1:9/never",
}


def signed(body: bytes, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    timestamp = str(int(time.time()) - age)
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/x-www-form-urlencoded",
    }


@pytest.fixture
async def endpoint(bots: Bots, akiko: Person) -> AsyncIterator[httpx.AsyncClient]:
    """The bot's HTTP side, ready."""
    bots.configure(transport="http")
    bots.start()
    await akiko.post("request_url", url=f"{bots.url}/slack/events")
    await ready(bots, akiko)
    async with httpx.AsyncClient(base_url=bots.url, trust_env=False) as client:
        yield client


async def test_only_slacks_requests_are_taken_and_no_body_is_logged(
    endpoint: httpx.AsyncClient, bots: Bots
) -> None:
    body = urlencode(COMMAND).encode()
    good = signed(body)
    unsigned = {"content-type": good["content-type"]}
    refused = {
        "no signature": unsigned,
        "wrong secret": signed(body, secret="another"),
        "six minutes old": signed(body, age=360),
        "six minutes ahead": signed(body, age=-360),
        "no time": {**good, "x-slack-request-timestamp": "yesterday"},
        "empty": {**good, "x-slack-signature": ""},
    }
    for name, headers in refused.items():
        answer = await endpoint.post("/slack/events", content=body, headers=headers)
        assert answer.status_code == 401, name
    raw = [(k.encode(), v.encode()) for k, v in good.items() if "signature" not in k]
    answer = await endpoint.post(
        "/slack/events",
        content=body,
        headers=[*raw, (b"x-slack-signature", "v0=grüße".encode())],
    )
    assert answer.status_code == 401
    tampered = await endpoint.post(
        "/slack/events", content=body + b"&user_id=U0LENA", headers=good
    )
    assert tampered.status_code == 401
    log = bots.logs()
    assert PRIVATE not in log
    assert "U0LENA" not in log
    assert "Traceback" not in log


async def test_bodies_over_a_megabyte_are_refused(
    endpoint: httpx.AsyncClient, bots: Bots
) -> None:
    large = b"text=" + b"x" * 1_000_000
    answer = await endpoint.post("/slack/events", content=large, headers=signed(large))
    assert answer.status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 50_000

    answer = await endpoint.post(
        "/slack/events", content=chunks(), headers=signed(b"x")
    )
    assert answer.status_code == 413
    assert "xxxx" not in bots.logs()


NO_PAYLOADS = {
    "bytes that are no text": ("application/x-www-form-urlencoded", b"text=\xff\xfe"),
    "a payload cut short": ("application/x-www-form-urlencoded", b"payload=%7Bcut"),
    "a list for an event": ("application/json", b"[1, 2]"),
    "JSON cut short": ("application/json", b'{"type": "event_'),
}


async def test_what_is_signed_but_no_payload_is_refused(
    endpoint: httpx.AsyncClient, bots: Bots
) -> None:
    for name, (kind, body) in NO_PAYLOADS.items():
        headers = {**signed(body), "content-type": kind}
        answer = await endpoint.post("/slack/events", content=body, headers=headers)
        assert answer.status_code in {400, 401}, name
    assert "Traceback" not in bots.logs()


async def test_the_same_signed_request_has_its_effect_once_over_a_restart(
    endpoint: httpx.AsyncClient, bots: Bots, akiko: Person
) -> None:
    body = urlencode({**COMMAND, "text": ""}).encode()
    headers = signed(body)
    first = await endpoint.post("/slack/events", content=body, headers=headers)
    assert first.json()["response_type"] == "ephemeral"
    assert "Unpaid invoices" in first.text
    again = await endpoint.post("/slack/events", content=body, headers=headers)
    assert (again.status_code, again.text) == (200, "")
    assert bots.started[-1].stop() == 0
    bots.start()
    await ready(bots, akiko)
    after = await endpoint.post("/slack/events", content=body, headers=headers)
    assert (after.status_code, after.text) == (200, "")


async def test_health_readiness_and_metrics(
    endpoint: httpx.AsyncClient,
) -> None:
    assert (await endpoint.get("/healthz")).status_code == 200
    ready_now = await endpoint.get("/readyz")
    assert ready_now.status_code == 200
    state = ready_now.json()
    assert state["ready"] is True
    assert set(state["connections"]) == {"lw", "swo", "i3d"}
    assert set(state["connections"]["i3d"]) == {
        "provider",
        "last_success",
        "last_attempt",
        "invoices",
        "error",
    }
    text = (await endpoint.get("/metrics")).text
    assert 'duebot_invoices{connection="i3d"}' in text
    assert "duebot_sync_age_seconds" in text

import errno
import hashlib
import hmac
import time
from datetime import UTC, datetime

import httpx
from slack_bolt.async_app import AsyncApp

from bot.flows.repeats import Repeats
from bot.metrics import Metrics
from bot.web import Health, SlackEndpoint, make_site, why_no_listener
from storage.store import Store

SECRET = "signing-secret"


def signed(body: bytes) -> dict[str, str]:
    timestamp = str(int(time.time()))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/json",
    }


async def test_a_bot_that_stops_leaves_a_request_to_be_delivered_again(
    store: Store,
) -> None:
    metrics = Metrics(store=store, connections=[], now=lambda: datetime.now(UTC))
    repeats = Repeats(store=store)
    endpoint = SlackEndpoint(
        app=AsyncApp(token="xoxb-1", request_verification_enabled=False),
        signing_secret=SECRET,
        repeats=repeats,
        metrics=metrics,
    )
    health = Health(store=store, connections={}, metrics=metrics)
    site = make_site(health=health, slack=endpoint)
    body = b'{"type": "event_callback"}'
    headers = signed(body)
    endpoint.close()
    transport = httpx.ASGITransport(app=site)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.post("/slack/events", content=body, headers=headers)
        assert answer.status_code == 503
        assert (await client.get("/healthz")).status_code == 200
    assert repeats.first_time(headers["x-slack-signature"])


def test_a_port_that_needs_rights_is_named() -> None:
    error = PermissionError(errno.EACCES, "Permission denied")
    key, cause = why_no_listener("127.0.0.1", 80, error)
    assert key == "port"
    assert "port 80 needs rights" in cause

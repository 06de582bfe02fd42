"""Slack's side of a delivery, on loopback: posting, history, and ways to fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
#: What goes wrong with one post: an answer instead of the right one, and whether the
#: message is kept all the same. An answer of ``None`` drops the connection.
Fault = tuple[web.Response | None, bool]


def answer(error: str, *, status: int = 200, **headers: str) -> web.Response:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return web.json_response(
        {"ok": False, "error": error}, status=status, headers=named
    )


def _set(event: asyncio.Event) -> asyncio.Event:
    event.set()
    return event


@dataclass
class SlackStandIn:
    """Keeps what is posted; *faults* are used up one a post, in order."""

    messages: list[Json] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    history_error: str | None = None
    #: Set when a post was kept; it is answered only while *answering* is set.
    kept: asyncio.Event = field(default_factory=asyncio.Event)
    answering: asyncio.Event = field(default_factory=lambda: _set(asyncio.Event()))
    #: The texts that messages were given later, and what is answered instead of that.
    updates: list[str] = field(default_factory=list)
    update_errors: list[web.Response] = field(default_factory=list)
    posts: int = 0
    searches: int = 0
    start: float = 1_763_715_600.0  # 2025-11-21 09:00 UTC

    def texts(self, channel: str) -> list[str]:
        return [each["text"] for each in self.messages if each["channel"] == channel]

    def deliveries(self) -> list[str]:
        return [each["metadata"]["event_payload"]["delivery"] for each in self.messages]

    async def post(self, request: web.Request) -> web.StreamResponse:
        sent = await request.json()
        self.posts += 1
        # A message to a person is one in the direct message with them.
        sent["channel"] = sent["channel"].replace("U0", "D0")
        fault = self.faults.pop(0) if self.faults else None
        ts = f"{self.start + len(self.messages):.6f}"
        if fault is None or fault[1]:
            self.messages.append(sent | {"ts": ts})
            self.kept.set()
            await self.answering.wait()
        if fault is None:
            return web.json_response({"ok": True, "channel": sent["channel"], "ts": ts})
        if fault[0] is None:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return fault[0]

    async def update(self, request: web.Request) -> web.Response:
        sent = await request.json()
        if self.update_errors:
            return self.update_errors.pop(0)
        assert sent["parse"] == "none"
        assert sent["blocks"]
        for message in self.messages:
            if (message["channel"], message["ts"]) == (sent["channel"], sent["ts"]):
                message |= {"text": sent["text"], "blocks": sent["blocks"]}
                self.updates.append(sent["text"])
                return web.json_response({"ok": True, "ts": sent["ts"]})
        return answer("message_not_found")

    async def open(self, request: web.Request) -> web.Response:
        asked = await request.json()
        channel = str(asked["users"]).replace("U0", "D0")
        return web.json_response({"ok": True, "channel": {"id": channel}})

    async def history(self, request: web.Request) -> web.Response:
        """Answer two messages a page: of a channel newest first, of a thread oldest."""
        self.searches += 1
        asked = request.query if request.method == "GET" else await request.post()
        if self.history_error:
            return answer(self.history_error)
        newest_first = "ts" not in asked
        found = [
            each if asked.get("include_all_metadata") in {"1", "true"} else {}
            for each in (self.messages[::-1] if newest_first else self.messages)
            if each["channel"] == asked["channel"]
            and float(each["ts"]) > float(str(asked.get("oldest") or 0))
            and each.get("thread_ts") == asked.get("ts")
        ]
        first = int(str(asked.get("cursor") or 0))
        rest = len(found) > first + 2
        cursor = str(first + 2) if rest else ""
        return web.json_response(
            {
                "ok": True,
                "messages": found[first : first + 2],
                "response_metadata": {"next_cursor": cursor},
            }
        )


@asynccontextmanager
async def serving(
    slack: SlackStandIn, *, seconds: float = 5
) -> AsyncIterator[AsyncWebClient]:
    """Serve *slack* on a free port, and give a client for it, made as the bot's.

    A call ends after *seconds*.
    """
    app = web.Application()
    app.router.add_post("/api/chat.postMessage", slack.post)
    app.router.add_post("/api/chat.update", slack.update)
    app.router.add_post("/api/conversations.open", slack.open)
    for method in ("conversations.history", "conversations.replies"):
        app.router.add_route("*", f"/api/{method}", slack.history)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with ClientSession(timeout=ClientTimeout(total=seconds)) as session:
            yield AsyncWebClient(
                token="xoxb-stand-in",
                base_url=f"http://127.0.0.1:{port}/api/",
                session=session,
                retry_handlers=[],
            )
    finally:
        await runner.cleanup()

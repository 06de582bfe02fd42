"""The little of Slack that an app needs to answer: who it is, who asks, where."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from bench.load import form

_ANSWERS: dict[str, dict[str, Any]] = {
    "auth.test": {
        "url": "http://127.0.0.1/",
        "team": "bench",
        "team_id": "T0BENCH",
        "user": "duebot",
        "user_id": "U0DUEBOT",
        "bot_id": "B0DUEBOT",
    },
    "users.info": {"user": {"id": "U0BENCH", "team_id": "T0BENCH"}},
    "conversations.info": {"channel": {"id": "C0BENCH", "is_channel": True}},
}


class Slack:
    """A stand-in for the Web API and for Socket Mode."""

    def __init__(self) -> None:
        self.url = ""
        self._socket: web.WebSocketResponse | None = None
        self._connected = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[tuple[float, dict[str, Any]]]] = {}

    async def call(self, request: web.Request) -> web.Response:
        """Answer a call of the Web API."""
        method = request.match_info["method"]
        answer = dict(_ANSWERS.get(method, {}))
        if method == "apps.connections.open":
            answer["url"] = self.url.replace("http", "ws", 1) + "socket"
        return web.json_response({"ok": True, **answer})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """Hold a Socket Mode connection and take in its acknowledgements."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._socket = socket
        self._connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                # Reading a long answer is Slack's work and takes as long as sending it.
                arrived = time.perf_counter()
                answer = json.loads(message.data)
                future = self._waiting.pop(answer["envelope_id"], None)
                if future is not None:
                    future.set_result((arrived, answer))
        return socket

    async def connected(self) -> None:
        """Wait until an app has connected, and forget it."""
        async with asyncio.timeout(30):
            await self._connected.wait()
        self._connected.clear()

    async def ask(self, text: str) -> tuple[float, dict[str, Any]]:
        """Send a slash command; give how long until its acknowledgement came, and it.

        Raises:
            RuntimeError: no app is connected.
        """
        if self._socket is None:
            raise RuntimeError("no app is connected")
        payload = form(text)
        envelope = {
            "envelope_id": payload["trigger_id"],
            "type": "slash_commands",
            "accepts_response_payload": True,
            "payload": payload,
        }
        future = asyncio.get_running_loop().create_future()
        self._waiting[payload["trigger_id"]] = future
        began = time.perf_counter()
        await self._socket.send_json(envelope)
        arrived, answer = await asyncio.wait_for(future, 5)
        return arrived - began, answer


@asynccontextmanager
async def workspace() -> AsyncIterator[Slack]:
    """Serve the stand-in while inside."""
    slack = Slack()
    app = web.Application()
    app.router.add_post("/api/{method}", slack.call)
    app.router.add_get("/api/socket", slack.socket)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    slack.url = f"http://127.0.0.1:{port}/api/"
    try:
        yield slack
    finally:
        await runner.cleanup()

"""Socket Mode: websockets over which the workspace sends payloads to the bot.

Source: Slack, Using Socket Mode.
"""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from sandbox.slack.installation import APP
from sandbox.slack.workspace import Workspace

CONNECTIONS = 10
#: Seconds the bot has to acknowledge.
PATIENCE = 3.0
#: Seconds a connection is left open after it was told to go.
GRACE = 0.5
REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


class Unanswered(Exception):  # noqa: N818 - it names an outcome, as Slack's words do
    """The bot did not acknowledge; `code` is what Slack shows."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Connection:
    number: int
    socket: web.WebSocketResponse
    told: bool = False
    leaving: bool = False
    envelopes: set[str] = field(default_factory=set)


class SocketMode:
    """Holds the open connections and waits for acknowledgements."""

    def __init__(self, *, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._connections: list[_Connection] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = itertools.count()
        self._replaced_until = 0.0
        self._closing: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        return [web.get("/slack/socket", self._serve)]

    @property
    def connected(self) -> bool:
        """Whether the bot holds a connection."""
        return bool(self._usable())

    def _usable(self) -> list[_Connection]:
        return [
            one
            for one in self._connections
            if not one.leaving and not one.socket.closed
        ]

    def open(self) -> str:
        """Return an address for one connection (`apps.connections.open`)."""
        ticket = self._workspace.new_id("ticket")
        self._tickets.add(ticket)
        base = self._workspace.url.replace("http", "ws", 1)
        return f"{base}/slack/socket?ticket={ticket}&app_id={APP}"

    async def send(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        retry: tuple[int, str] | None = None,
    ) -> Any:
        """Send an envelope over any connection and return what the bot answers.

        Raises:
            Unanswered: There is no connection, or it stayed silent for three seconds.
        """
        envelope: dict[str, Any] = {
            "envelope_id": self._workspace.new_id("E"),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        text = msgspec.json.encode(envelope).decode()
        self._workspace.remember(envelope["envelope_id"], text)
        return await self.send_text(envelope["envelope_id"], text)

    async def send_text(self, envelope_id: str, text: str) -> Any:
        """Send a written envelope and await the answer.

        Raises:
            Unanswered: As for `send`.
        """
        until = time.monotonic() + PATIENCE
        while True:
            chosen = await self._choose()
            try:
                return await self._ask(chosen, envelope_id, text, until)
            except TimeoutError as error:
                raise Unanswered("operation_timeout") from error
            except ConnectionError as error:
                if not chosen.told or time.monotonic() > until:
                    raise Unanswered("operation_timeout") from error
                await asyncio.sleep(0.01)

    async def _ask(
        self, chosen: _Connection, envelope_id: str, text: str, until: float
    ) -> Any:
        """Send over one connection and wait for the acknowledgement.

        Raises:
            TimeoutError: It stayed silent.
            ConnectionError: It closed; if it was told to go, another one takes over.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        chosen.envelopes.add(envelope_id)
        try:
            await chosen.socket.send_str(text)
            return await asyncio.wait_for(answer, until - time.monotonic())
        finally:
            self._waiting.pop(envelope_id, None)
            chosen.envelopes.discard(envelope_id)

    async def _choose(self) -> _Connection:
        """Choose an open connection in turn; wait while the bot replaces them.

        Raises:
            Unanswered: There is none.
        """
        while not self._usable():
            if time.monotonic() > self._replaced_until:
                raise Unanswered("bot_not_connected")
            await asyncio.sleep(0.01)
        usable = self._usable()
        return usable[next(self._turn) % len(usable)]

    async def disconnect(self, reason: str) -> int:
        """Tell every connection to go, as Slack does now and then; return how many.

        After a `warning` a connection is still used; after the other reasons it is
        closed once the bot had a moment to open another one.
        """
        told = self._usable()
        going = reason != "warning"
        self._replaced_until = time.monotonic() + PATIENCE
        for one in told:
            one.told, one.leaving = True, going
            message = {
                "type": "disconnect",
                "reason": reason,
                "debug_info": {"host": "sandbox"},
            }
            await one.socket.send_str(msgspec.json.encode(message).decode())
            if going:
                self._close_later(one)
        self._workspace.changed()
        return len(told)

    def _close_later(self, connection: _Connection) -> None:
        async def close() -> None:
            await asyncio.sleep(GRACE)
            await connection.socket.close()

        task = asyncio.get_running_loop().create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close every connection."""
        for task in list(self._closing):
            task.cancel()
        for one in list(self._connections):
            await one.socket.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="this address was used or never made")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30, timeout=1.0)
        await socket.prepare(request)
        if len(self._connections) >= CONNECTIONS:
            refusal = {"type": "disconnect", "reason": "too_many_websockets"}
            await socket.send_str(msgspec.json.encode(refusal).decode())
            await socket.close()
            return socket
        connection = _Connection(next(self._numbers), socket)
        self._connections.append(connection)
        try:
            await self._greet(connection)
            await self._listen(connection)
        finally:
            self._connections.remove(connection)
            self._drop_waiting(connection)
            self._workspace.changed()
        return socket

    async def _greet(self, connection: _Connection) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": APP},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": 18_060,
            },
        }
        await connection.socket.send_str(msgspec.json.encode(hello).decode())
        self._workspace.changed()

    async def _listen(self, connection: _Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledge(message.data)

    def _acknowledge(self, text: str) -> None:
        """Take an acknowledgement; a late or unknown one changes nothing."""
        try:
            body = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return
        if not isinstance(body, dict):
            return
        answer = self._waiting.get(str(body.get("envelope_id")))
        if answer is not None and not answer.done():
            answer.set_result(body.get("payload"))

    def _drop_waiting(self, connection: _Connection) -> None:
        for envelope_id in connection.envelopes:
            answer = self._waiting.get(envelope_id)
            if answer is not None and not answer.done():
                answer.set_exception(ConnectionError("the bot closed its connection"))

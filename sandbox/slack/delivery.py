"""How payloads reach the bot: over Socket Mode, or as signed HTTP requests.

Source: Slack, Verifying requests from Slack; Events API (retries); Using Socket Mode.
"""

import asyncio
import hashlib
import hmac
import time
from collections import deque
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec

from sandbox.slack.installation import SIGNING_SECRET
from sandbox.slack.socket_mode import PATIENCE, SocketMode, Unanswered
from sandbox.slack.workspace import Workspace

#: Seconds before each repetition of an event. Slack waits a moment, a minute and five
#: minutes; here nobody wants to wait that long.
RETRY_AFTER = (0.05, 0.3, 1.5)


@dataclass(frozen=True, slots=True)
class Sent:
    """A signed request as it went out, for replays."""

    headers: Mapping[str, str]
    body: bytes


class Delivery:
    """Sends payloads and returns what the bot acknowledged with."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        sockets: SocketMode,
        request_url: str | None = None,
    ) -> None:
        self.request_url = request_url
        self._workspace = workspace
        self._sockets = sockets
        self._session: aiohttp.ClientSession | None = None
        self._sent: deque[Sent] = deque(maxlen=100)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def via(self) -> str | None:
        """How the bot is reached: `http`, `socket`, or not at all."""
        if self.request_url is not None:
            return "http"
        return "socket" if self._sockets.connected else None

    async def close(self) -> None:
        """Stop repeating events and close the connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        await self._sockets.close()

    async def send_command(self, fields: dict[str, str]) -> Any:
        """Send a slash command and return the acknowledgement.

        Raises:
            Unanswered: It was not acknowledged in three seconds, or refused.
        """
        if self.request_url is None:
            sending = self._sockets.send("slash_commands", dict(fields))
        else:
            sending = self._post_form(fields)
        return await self._noted("slash_commands", sending)

    async def send_interaction(self, payload: dict[str, Any]) -> Any:
        """Send an interaction and return the acknowledgement.

        Raises:
            Unanswered: It was not acknowledged in three seconds, or refused.
        """
        if self.request_url is None:
            sending = self._sockets.send("interactive", payload)
        else:
            text = msgspec.json.encode(payload).decode()
            sending = self._post_form({"payload": text})
        return await self._noted("interactive", sending)

    async def _noted(self, kind: str, sending: Awaitable[Any]) -> Any:
        """Wait for an acknowledgement and note how it went."""
        began, outcome = time.perf_counter(), "acknowledged"
        try:
            return await sending
        except Unanswered as unanswered:
            outcome = unanswered.code
            raise
        finally:
            took = round((time.perf_counter() - began) * 1000, 1)
            self._workspace.record_delivery(kind, outcome=outcome, ms=took)

    def send_event(self, payload: dict[str, Any]) -> None:
        """Deliver an event in the background, repeated while nobody takes it."""
        task = asyncio.get_running_loop().create_task(self._repeat(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _repeat(self, payload: dict[str, Any]) -> None:
        retry: tuple[int, str] | None = None
        for attempt, wait in enumerate((*RETRY_AFTER, None), start=1):
            try:
                await self._noted("events_api", self._send_event(payload, retry))
            except Unanswered as unanswered:
                if wait is None or unanswered.code == "no_retry":
                    return
                retry = (attempt, _retry_reason(unanswered.code))
                await asyncio.sleep(wait)
            else:
                return

    async def _send_event(
        self, payload: dict[str, Any], retry: tuple[int, str] | None
    ) -> None:
        if self.request_url is None:
            await self._sockets.send("events_api", payload, retry=retry)
            return
        headers = {"Content-Type": "application/json"}
        if retry is not None:
            headers["X-Slack-Retry-Num"] = str(retry[0])
            headers["X-Slack-Retry-Reason"] = retry[1]
        await self._post(msgspec.json.encode(payload), headers)

    async def _post_form(self, fields: dict[str, str]) -> Any:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self._post(urlencode(fields).encode(), headers)

    async def _post(self, body: bytes, headers: dict[str, str]) -> Any:
        sent = Sent({**headers, **_signature(body)}, body)
        self._sent.append(sent)
        status, kind, text, no_retry = await self._request(sent)
        if not 200 <= status < 300:
            raise Unanswered("no_retry" if no_retry else "dispatch_failed")
        return _read_answer(kind, text)

    async def _request(self, sent: Sent) -> tuple[int, str, bytes, bool]:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(
                self.request_url or "",
                data=sent.body,
                headers={"User-Agent": "Slackbot 1.0", **sent.headers},
                timeout=aiohttp.ClientTimeout(total=PATIENCE),
                allow_redirects=False,
            ) as response:
                text = await response.read()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return response.status, response.content_type, text, no_retry
        except TimeoutError as error:
            raise Unanswered("operation_timeout") from error
        except aiohttp.ClientError as error:
            raise Unanswered("bot_not_connected") from error

    async def replay(self, count: int) -> list[int | str]:
        """Send the last deliveries again, byte for byte; return what came back.

        HTTP gives a status each, Socket Mode `acknowledged` or why it was not.
        """
        if self.request_url is not None:
            return [await self._repost(one) for one in list(self._sent)[-count:]]
        last = list(self._workspace.remembered)[-count:]
        return [await self._resend(envelope_id, text) for envelope_id, text in last]

    async def _repost(self, sent: Sent) -> int | str:
        try:
            return (await self._request(sent))[0]
        except Unanswered as unanswered:
            return unanswered.code

    async def _resend(self, envelope_id: str, text: str) -> str:
        try:
            await self._sockets.send_text(envelope_id, text)
        except Unanswered as unanswered:
            return unanswered.code
        return "acknowledged"


def _signature(body: bytes) -> dict[str, str]:
    """Sign a body by the machine's own time, which is what the bot compares with."""
    stamp = str(int(time.time()))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _read_answer(kind: str, text: bytes) -> Any:
    if not text.strip():
        return None
    if kind != "application/json":
        return text.decode(errors="replace")
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise Unanswered("dispatch_failed") from error


def _retry_reason(code: str) -> str:
    """Return Slack's word for why an event comes again."""
    reasons = {
        "operation_timeout": "http_timeout",
        "bot_not_connected": "connection_failed",
    }
    return reasons.get(code, "http_error")

"""The HTTP edge: Slack's requests, health, readiness and metrics."""

import asyncio
import contextlib
import errno
import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import structlog
import uvicorn
from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.flows.repeats import Repeats
from bot.metrics import Metrics
from storage import cursors
from storage.errors import StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

#: Slack's requests are far smaller.
MAX_BODY = 1_000_000
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class RefusedRequestError(Exception):
    """A request is turned away; its body is not read further and never logged."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read_body(request: Request) -> bytes:
    """Read a body of at most 1 MB.

    Raises:
        RefusedRequestError: it is longer (413), whether or not that was announced.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > MAX_BODY:
        raise RefusedRequestError(413, "too large")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise RefusedRequestError(413, "too large")
    return bytes(body)


def check_signature(verifier: SignatureVerifier, request: Request, body: bytes) -> str:
    """Check Slack's signature over *body* and return it.

    Raises:
        RefusedRequestError: it is missing, malformed, older than five minutes or wrong
            (401). Source: Slack, "Verifying requests from Slack".
    """
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise RefusedRequestError(401, "no signature of Slack's form")
    try:
        valid = verifier.is_valid(body=body, timestamp=timestamp, signature=signature)
    except UnicodeDecodeError:
        valid = False
    if not valid:
        raise RefusedRequestError(401, "wrong or stale signature")
    return signature


class SlackEndpoint:
    """``POST /slack/events``: guards in front, then Bolt."""

    def __init__(
        self,
        *,
        app: AsyncApp,
        signing_secret: str,
        repeats: Repeats,
        metrics: Metrics,
    ) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._repeats = repeats
        self._metrics = metrics
        self._closed = False

    def close(self) -> None:
        """Take nothing new: Slack delivers an event again that was answered 503."""
        self._closed = True

    async def handle(self, request: Request) -> Response:
        """Answer one request of Slack's."""
        if self._closed:
            return PlainTextResponse("stopping", status_code=503)
        try:
            body = await read_body(request)
            signature = check_signature(self._verifier, request, body)
        except RefusedRequestError as refused:
            self._metrics.refused(refused.status)
            log.warning("request refused", status=refused.status, cause=refused.reason)
            return PlainTextResponse(refused.reason, status_code=refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        if not self._repeats.first_time(signature):
            log.warning("request repeated, nothing done")
            return Response(status_code=200)
        try:
            asked = to_async_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError):
            # Signed, but no form and no JSON object, which Bolt looks into unasked.
            log.warning("request refused", status=400, cause="no payload of Slack's")
            return PlainTextResponse("no payload of Slack's", status_code=400)
        return to_starlette_response(await self._app.async_dispatch(asked))


class Health:
    """``/healthz``, ``/readyz`` and ``/metrics``."""

    def __init__(
        self, *, store: Store, connections: dict[str, str], metrics: Metrics
    ) -> None:
        self._store = store
        self._connections = connections
        self._metrics = metrics

    async def healthz(self, _request: Request) -> Response:
        """Say that the process serves."""
        return PlainTextResponse("ok")

    async def readyz(self, _request: Request) -> Response:
        """Say whether every connection was read once, or failed in a shown way."""
        try:
            states = {each.name: each for each in self._store.read(cursors.state)}
        except StorageError as error:
            return JSONResponse(
                {"ready": False, "connections": {}, "error": str(error)},
                status_code=503,
            )
        connections = {}
        ready = True
        for name, provider in self._connections.items():
            state = states.get(name)
            ready &= state is not None and bool(state.last_success or state.error)
            connections[name] = {
                "provider": provider,
                "last_success": state and _moment(state.last_success),
                "last_attempt": state and _moment(state.last_attempt),
                "invoices": state.invoices if state else 0,
                "error": state.error if state else None,
            }
        return JSONResponse(
            {"ready": ready, "connections": connections},
            status_code=200 if ready else 503,
        )

    async def metrics(self, _request: Request) -> Response:
        """Show the figures for Prometheus."""
        return Response(
            self._metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8"
        )


def make_site(*, health: Health, slack: SlackEndpoint | None) -> Starlette:
    """Put the routes together; without *slack*, Slack comes through Socket Mode."""
    routes = [
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", health.metrics),
    ]
    if slack is not None:
        routes.append(Route("/slack/events", slack.handle, methods=["POST"]))
    return Starlette(routes=routes)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the bot's decide when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def make_listener(host: str, port: int) -> socket.socket:
    """Listen on an address, so that answers leave at once.

    asyncio asks for that only on sockets it made itself; without it the body of an
    answer waits up to 40 ms for the acknowledgement of its head.

    Raises:
        OSError: the address is taken, another machine's, or needs rights.
        UnicodeError: the host is no name.
    """
    listener = socket.create_server((host, port), reuse_port=False)
    # The connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def why_no_listener(host: str, port: int, error: Exception) -> tuple[str, str]:
    """Say which of ``host`` and ``port`` cannot be listened on, why, and what to do."""
    number = getattr(error, "errno", None) or 0
    if number == errno.EADDRINUSE:
        return "port", (
            f"port {port} on {host} is in use by another program; choose another port "
            "or end that program"
        )
    if isinstance(error, PermissionError):
        return "port", (
            f"port {port} needs rights that Duebot does not have; choose one from 1024 "
            "on"
        )
    # What getaddrinfo(3) fails with is below zero, and comes as a plain OSError.
    if isinstance(error, UnicodeError) or number == errno.EADDRNOTAVAIL or number < 0:
        return "host", (
            f"“{host}” is no IPv4 address or name of this machine; write 127.0.0.1, or "
            "0.0.0.0 for all its addresses"
        )
    cause = os.strerror(number)
    return "port", f"port {port} on {host} cannot be listened on ({cause})"


@contextlib.asynccontextmanager
async def serving(site: Starlette, listener: socket.socket) -> AsyncIterator[int]:
    """Serve *site* on *listener* while inside, and close it; gives the port."""
    config = uvicorn.Config(
        site, log_config=None, access_log=False, lifespan="off", server_header=False
    )
    config.timeout_graceful_shutdown = 5
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set *stop* on SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

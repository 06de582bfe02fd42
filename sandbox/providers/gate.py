"""What stands before every simulated endpoint: the record, the clock, the faults.

Faults are applied here alone. The few that only an endpoint itself can play (pages that
never end, a PDF that is none) are left on the request for it, see `fault_of`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.world import Asked, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: How a provider says no: from the name of a fault (`down`, `busy`, …) to its reply.
SayNo = Callable[[str], web.Response]

ELSEWHERE = "/sim/elsewhere"
_FAULT = web.RequestKey("fault", str)
_PAGE = "<!doctype html><html><body><h1>We will be right back</h1></body></html>"
_PLAYED_BY_ENDPOINTS = {
    "endless",
    "repeating",
    "ignore_range",
    "json_pdf",
    "empty_pdf",
    "pdf_500",
}
_encoder = msgspec.json.Encoder(decimal_format="number")


def json_response(
    value: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """Answer JSON; a Decimal is a number with exactly its digits."""
    return web.Response(
        body=_encoder.encode(value),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def pdf_response(request: web.Request, document: bytes, *, name: str) -> web.Response:
    """Answer a PDF, or what a fault puts in its place."""
    fault = fault_of(request)
    if fault == "json_pdf":
        return json_response({"status": "processing"})
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(
        body=b"" if fault == "empty_pdf" else document,
        status=500 if fault == "pdf_500" else 200,
        content_type="application/pdf",
        headers=headers,
    )


def fault_of(request: web.Request) -> str | None:
    """Tell the fault that the endpoint is to play."""
    return request.get(_FAULT)


def other_host(request: web.Request, path: str) -> str:
    """Name the same machine by another host name, which is another host to a client."""
    host, _, port = request.host.rpartition(":")
    other = "localhost" if host.startswith("127.") else "127.0.0.1"
    return f"http://{other}:{port}{path}"


@dataclass(frozen=True, slots=True)
class Stage:
    """What every simulator plays on."""

    world: World
    clock: Clock
    faults: Faults


class Gate:
    """Lets requests through to one provider's endpoints, or not.

    ``credential`` is the header that carries the secret.
    """

    def __init__(
        self, stage: Stage, *, provider: str, credential: str, say_no: SayNo
    ) -> None:
        self._stage = stage
        self._provider = provider
        self._credential = credential
        self._say_no = say_no

    def guard(self, handler: Handler) -> Handler:
        """Put the gate before an endpoint."""

        async def answer(request: web.Request) -> web.StreamResponse:
            stage = self._stage
            now = stage.clock.now()
            stage.world.advance(now)
            asked = note(request, self._provider, self._credential, now)
            stage.world.requests.add(asked)
            fault = stage.faults.take(self._provider, request.path)
            asked.fault = fault.kind if fault else None
            response = await self._answer(handler, request, fault)
            asked.status = response.status
            return response

        return answer

    async def nothing_here(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002  a handler's shape
        """Answer every path that the documents do not know."""
        return self._say_no("missing")

    async def _answer(
        self, handler: Handler, request: web.Request, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is None:
            return await handler(request)
        if fault.kind in _WITHOUT_WORDS:
            return _WITHOUT_WORDS[fault.kind](request)
        if fault.kind == "truncated":
            return _cut(await handler(request))
        if fault.kind in {"slow", "hang"}:
            await _wait(request, fault.seconds)
        elif fault.kind in _PLAYED_BY_ENDPOINTS:
            request[_FAULT] = fault.kind
        else:
            return self._say_no(fault.kind)
        return await handler(request)


def note(request: web.Request, provider: str, credential: str, now: datetime) -> Asked:
    """Write down a request without its secrets."""
    path, _, query = request.raw_path.partition("?")
    return Asked(
        provider=provider,
        at=now,
        method=request.method,
        host=request.host,
        path=path,
        query=query,
        headers=tuple(name.lower() for name in request.headers),
        credential=credential in request.headers,
        ranged=request.headers.get("RANGED-DATA"),
    )


def elsewhere(stage: Stage) -> list[web.RouteDef]:
    """Stand in for the other host that a redirect leads to; it answers nothing."""

    async def answer(request: web.Request) -> web.StreamResponse:
        credential = "PRIVATE-TOKEN"
        if "Authorization" in request.headers:
            credential = "Authorization"
        asked = note(request, "elsewhere", credential, stage.clock.now())
        asked.status = 200
        stage.world.requests.add(asked)
        return json_response([])

    return [web.route("*", ELSEWHERE + "/{tail:.*}", answer)]


def _drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    # Never sent: the connection is gone.
    return web.Response()


def _redirect(request: web.Request) -> web.Response:
    location = other_host(request, ELSEWHERE + request.path)
    return web.Response(status=302, headers={"Location": location})


def _html(status: int) -> Callable[[web.Request], web.Response]:
    def answer(_: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html", status=status)

    return answer


_WITHOUT_WORDS: dict[str, Callable[[web.Request], web.Response]] = {
    "drop": _drop,
    "drop_after": _drop,
    "redirect": _redirect,
    "html": _html(200),
    "error": _html(500),
    "empty_403": lambda _: web.Response(status=403),
}


async def _wait(request: web.Request, seconds: float) -> None:
    """Wait, but not for somebody who has left."""
    until = asyncio.get_running_loop().time() + seconds
    while (left := until - asyncio.get_running_loop().time()) > 0:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(min(left, 0.05))


def _cut(response: web.StreamResponse) -> web.StreamResponse:
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return response
    return web.Response(
        body=response.body[: len(response.body) // 2],
        status=response.status,
        content_type=response.content_type,
    )

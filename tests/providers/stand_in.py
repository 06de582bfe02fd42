"""A provider on loopback that answers as a test says, and remembers what was asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: *path* with its query, both as they were sent."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class StandIn:
    """The server; *fault*, where set, answers in place of *answer*."""

    answer: Answer
    fault: Answer | None = None
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}
        headers = {key.lower(): value for key, value in request.headers.items()}
        self.asked.append(Asked(request.method, request.raw_path, headers, form))
        return await (self.fault or self.answer)(request)

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


@asynccontextmanager
async def standing(answer: Answer) -> AsyncIterator[StandIn]:
    """Serve *answer* on a free port until the block ends."""
    stand_in = StandIn(answer)
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", stand_in.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stand_in
    finally:
        await runner.cleanup()


def json_answer(value: Any) -> web.Response:
    """A 200 with *value* as JSON."""
    return web.json_response(value)


def always(value: Any) -> Answer:
    """Answer everything with *value* as JSON."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return json_answer(value)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """Answer with each in turn, and with the last from then on."""
    waiting = list(answers)

    async def answer(request: web.Request) -> web.StreamResponse:
        chosen = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return await chosen(request)

    return answer


def replying(
    status: int,
    body: bytes = b"",
    *,
    kind: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Answer:
    """Answer with *status* and *body*."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(
            status=status, body=body, content_type=kind, headers=headers
        )

    return answer


async def dropped(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_short(request: web.Request) -> web.StreamResponse:
    """Promise more than is sent, then close the connection."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    response.content_type = "application/json"
    await response.prepare(request)
    await response.write(b'{"invoices": [')
    assert request.transport is not None
    request.transport.abort()
    return response


async def silent(_: web.Request) -> web.StreamResponse:
    """Answer long after anybody waits."""
    await asyncio.sleep(30)
    return web.Response()

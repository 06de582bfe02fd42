"""How Slack fails when a fault says so, and JSON answers.

Source: Slack, Rate limits (429 with Retry-After); Web API (errors).
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.faults import Fault

_HTML = "<!DOCTYPE html><html><body><h1>Server Error</h1></body></html>"


def json_body(
    body: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def busy(*, named: bool = True) -> web.Response:
    """Return what a caller that is too fast gets, with or without how long to wait."""
    body = {"ok": False, "error": "ratelimited"}
    headers = {"Retry-After": "1"} if named else {}
    return json_body(body, status=429, headers=headers)


def _refused() -> web.Response:
    return json_body({"ok": False, "error": "invalid_auth"})


def _broken() -> web.Response:
    return web.Response(status=500, text=_HTML, content_type="text/html")


_ANSWERS: dict[str, Callable[[], web.Response]] = {
    "down": lambda: web.Response(status=503, text="service unavailable"),
    "html": _broken,
    "error": _broken,
    "busy": busy,
    "busy_bare": lambda: busy(named=False),
    "refused": _refused,
    "forbidden": _refused,
    "empty_403": _refused,
}


def hang_up(request: web.Request) -> None:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()


def is_waiting(request: web.Request) -> bool:
    """Whether the caller still holds the connection."""
    return request.transport is not None and not request.transport.is_closing()


async def play(request: web.Request, fault: Fault) -> web.Response | None:
    """Play a fault; None when the call is to be done all the same."""
    if fault.kind in {"slow", "hang"}:
        await asyncio.sleep(fault.seconds)
        # Who has given up by now must not find it done after looking for it.
        return None if is_waiting(request) else web.Response(status=499)
    if fault.kind == "drop":
        hang_up(request)
        return web.Response(status=499)
    answer = _ANSWERS.get(fault.kind)
    return answer() if answer is not None else None

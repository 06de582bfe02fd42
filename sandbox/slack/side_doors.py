"""Addresses beside the Web API: uploads, downloads and response URLs.

Source: Slack, Working with files; Handling user interaction.
"""

from typing import Any

import msgspec
from aiohttp import web

from sandbox.faults import Faults
from sandbox.slack import responses
from sandbox.slack.breakage import hang_up, json_body, play
from sandbox.slack.errors import SlackError
from sandbox.slack.workspace import Workspace

_GONE = {"expired_url", "used_url"}


class SideDoors:
    """Takes file bytes and late answers, and gives files out."""

    def __init__(self, *, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        return [
            web.post("/slack/upload/{id}", self.take_bytes),
            web.get("/slack/files/{id}/{name}", self.give_file),
            web.post("/slack/response/{id}", self.take_answer),
        ]

    async def take_bytes(self, request: web.Request) -> web.StreamResponse:
        """Keep the bytes of an announced file, when they are as many as announced."""
        fault = self._faults.take("slack", "upload")
        failed = await play(request, fault) if fault else None
        if failed is not None:
            return failed
        file = self._workspace.files.get(request.match_info["id"])
        if file is None or file.completed:
            return web.Response(status=404, text="no such upload")
        content = await _content(request)
        if len(content) != file.length:
            return web.Response(status=400, text="not as long as announced")
        file.content = content
        if fault is not None and fault.kind == "drop_after":
            hang_up(request)
        return web.Response(text=f"OK - {len(content)}")

    async def give_file(self, request: web.Request) -> web.StreamResponse:
        """Give out a shared file, so that people can open it."""
        file = self._workspace.files.get(request.match_info["id"])
        if file is None or file.content is None or not file.completed:
            return web.Response(status=404, text="no such file")
        # Never HTML: whatever was uploaded is shown as what its name says, or saved.
        headers = {"X-Content-Type-Options": "nosniff"}
        return web.Response(
            body=file.content, content_type=file.mimetype, headers=headers
        )

    async def take_answer(self, request: web.Request) -> web.StreamResponse:
        """Do what the bot asks for at a response URL, and note the use."""
        fault = self._faults.take("slack", "response_url")
        failed = await play(request, fault) if fault else None
        token = request.match_info["id"]
        body = _decode(await request.read())
        if failed is not None:
            self._record(token, body, failed.status, str(fault and fault.kind))
            return failed
        try:
            responses.use(self._workspace, token, body)
        except SlackError as error:
            status = 404 if error.code in _GONE else 400
            self._record(token, body, status, error.code)
            return json_body(error.answer(), status=status)
        self._record(token, body, 200, None)
        if fault is not None and fault.kind == "drop_after":
            hang_up(request)
        return web.Response(text="ok")

    def _record(self, token: str, body: Any, status: int, error: str | None) -> None:
        url = self._workspace.response_urls.get(token)
        uses = url.uses if url is not None else 0
        arguments = {"url": token, "use": uses, "body": body}
        self._workspace.record_call(
            "response_url", arguments, status=status, error=error
        )


async def _content(request: web.Request) -> bytes:
    """Read the raw body, or the one file of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""


def _decode(raw: bytes) -> Any:
    """Read an answer, JSON or nothing that Slack would take."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None

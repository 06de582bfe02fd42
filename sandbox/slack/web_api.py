"""The Web API over HTTP: `/api/METHOD`, its tokens, scopes, faults and records."""

from typing import Any

from aiohttp import web

from sandbox.faults import Fault, Faults
from sandbox.slack.breakage import busy, hang_up, json_body, play
from sandbox.slack.call import Call, read_arguments
from sandbox.slack.errors import SlackError
from sandbox.slack.installation import APP_TOKEN, BOT_TOKEN
from sandbox.slack.methods import METHODS, Method
from sandbox.slack.pace import Pace
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace

_KEPT_TEXT = 4_000
_OPEN_SOCKET = "apps.connections.open"
_PACED = {"chat.postMessage"}
#: Answered without a token, too.
_PUBLIC = {"blocks.validate"}


class WebApi:
    """Answers the bot's calls and remembers each of them."""

    def __init__(
        self, *, workspace: Workspace, faults: Faults, sockets: SocketMode
    ) -> None:
        self._workspace = workspace
        self._faults = faults
        self._sockets = sockets
        self._pace = Pace()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        return [web.route("*", "/api/{method}", self.answer)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, unless a fault comes in between."""
        method = request.match_info["method"]
        try:
            arguments = await read_arguments(request)
        except SlackError as error:
            return web.json_response(error.answer())
        fault = self._faults.take("slack", method)
        if fault is not None:
            failed = await play(request, fault)
            if failed is not None:
                self._record(method, arguments, failed.status, fault.kind)
                return failed
        return self._finish(request, method, arguments, fault)

    def _finish(
        self,
        request: web.Request,
        method: str,
        arguments: dict[str, Any],
        fault: Fault | None,
    ) -> web.Response:
        """Do the call, note it, and send the answer unless it is to be lost."""
        if self._too_fast(method, arguments):
            self._record(method, arguments, 429, "ratelimited")
            return busy()
        token = _token(request, arguments)
        body = self._run(token, method, arguments)
        error = body.get("error")
        self._record(method, arguments, 200, None if body["ok"] else str(error))
        if fault is not None and fault.kind == "drop_after":
            hang_up(request)
        scopes = ",".join(sorted(self._workspace.installation.scopes))
        needed = ",".join(METHODS[method].scopes) if method in METHODS else ""
        headers = {"x-oauth-scopes": scopes, "x-accepted-oauth-scopes": needed}
        return json_body(body, headers=headers)

    def _too_fast(self, method: str, arguments: dict[str, Any]) -> bool:
        if method not in _PACED or not self._workspace.paced:
            return False
        return not self._pace.take(str(arguments.get("channel")))

    def _run(
        self, token: str | None, method: str, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        call = Call(self._workspace, method, arguments, [])
        try:
            body = self._handle(token, call)
        except SlackError as error:
            body = error.answer()
        if call.warnings:
            body["warning"] = ",".join(call.warnings)
            body.setdefault("response_metadata", {})["warnings"] = call.warnings
        return body

    def _handle(self, token: str | None, call: Call) -> dict[str, Any]:
        if call.method in _PUBLIC:
            return METHODS[call.method].handle(call)
        if token is None:
            raise SlackError("not_authed")
        if token not in {BOT_TOKEN, APP_TOKEN}:
            raise SlackError("invalid_auth")
        if call.method == _OPEN_SOCKET:
            if token != APP_TOKEN:
                raise SlackError("not_allowed_token_type")
            return {"ok": True, "url": self._sockets.open()}
        method: Method | None = METHODS.get(call.method)
        if method is None:
            raise SlackError("unknown_method", req_method=call.method)
        if token != BOT_TOKEN:
            raise SlackError("not_allowed_token_type")
        if method.scopes:
            call.needs(*method.scopes)
        return method.handle(call)

    def _record(
        self, method: str, arguments: dict[str, Any], status: int, error: str | None
    ) -> None:
        """Note a call; tokens are left out, and long text is cut."""
        kept = {
            key: value[:_KEPT_TEXT] if isinstance(value, str) else value
            for key, value in arguments.items()
            if key != "token"
        }
        self._workspace.record_call(method, kept, status=status, error=error)


def _token(request: web.Request, arguments: dict[str, Any]) -> str | None:
    """Return the token of a call; one in the address is never taken (Security)."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token
    if "token" in request.query:
        return "in the address"
    given = arguments.get("token")
    return str(given) if given else None

"""Reading what the control API is asked, with a sentence where it is wrong."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web

from sandbox.slack.cast import Channel
from sandbox.slack.errors import Refused
from sandbox.slack.workspace import Workspace

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(\d{1,6})([smhd])")


def reply(body: dict[str, Any], *, status: int = 200) -> web.Response:
    """Return a JSON answer that nobody keeps."""
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


def refusing(handler: Handler) -> Handler:
    """Turn a refusal into `{"error": sentence}` with its status."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            return reply({"error": refused.sentence}, status=refused.status)

    return answer


class Asked:
    """The fields of one request."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def text(self, name: str) -> str:
        """Return a field that must be there.

        Raises:
            Refused: It is missing.
        """
        value = self.optional(name)
        if value is None:
            raise Refused(f"The field {name!r} is missing.")
        return value

    def optional(self, name: str) -> str | None:
        """Return a field as text, None when it is absent or empty."""
        value = self.fields.get(name)
        return None if value is None or value == "" else str(value)

    def count(self, name: str, default: int | None) -> int | None:
        """Return a whole number.

        Raises:
            Refused: It is something else.
        """
        value = self.optional(name)
        if value is None:
            return default
        if not value.isdecimal():
            raise Refused(f"The field {name!r} is a whole number.")
        return int(value)

    def seconds(self, name: str) -> float | None:
        """Return a number of seconds.

        Raises:
            Refused: It is something else.
        """
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Refused(f"The field {name!r} is a number of seconds.")
        return float(value)


async def read(request: web.Request) -> Asked:
    """Read the fields of a request: its query, or its JSON body.

    A body must say that it is JSON; a page of another site cannot do so unasked.

    Raises:
        Refused: The body is no JSON object.
    """
    if request.method == "GET":
        return Asked(dict(request.query))
    raw = await request.read()
    if not raw:
        return Asked({})
    if request.content_type != "application/json":
        raise Refused("The body is JSON with its content type.", status=415)
    try:
        fields = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("The body is not JSON.") from error
    if not isinstance(fields, dict):
        raise Refused("The body is a JSON object.")
    return Asked(fields)


def read_length(text: str) -> timedelta:
    """Read a length of time such as `90s`, `15m`, `6h` or `1d`.

    Raises:
        Refused: It is written otherwise.
    """
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise Refused(f"{text!r} is no length of time; write 90s, 15m, 6h or 1d.")
    return timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})


def read_moment(text: str) -> datetime:
    """Read a moment such as `2026-12-01T09:00:00Z`; without a zone it is UTC.

    Raises:
        Refused: It is written otherwise.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is no moment; write 2026-12-01T09:00:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def write_moment(moment: datetime) -> str:
    """Write a moment as `2026-12-01T09:00:00Z`."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def visible_channel(workspace: Workspace, asked: Asked) -> Channel:
    """Find the channel that is asked for, as the person `as` sees it if one is named.

    Raises:
        Refused: There is none, or the person is not in it.
    """
    user, name = asked.optional("as"), asked.text("channel")
    if user is not None:
        return workspace.channel_for(user, name)
    if name not in workspace.channels:
        raise Refused(f"There is no channel {name!r}.", status=404)
    return workspace.channels[name]

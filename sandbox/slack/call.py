"""One Web API call: its arguments, read from a query, a form or a JSON body."""

from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from sandbox.slack.cast import Channel
from sandbox.slack.errors import SlackError
from sandbox.slack.workspace import Workspace

_TRUE = {"1", "true", "True", True}


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """Merge what a call carries in its query and in its body; the body wins.

    Raises:
        SlackError: The body is not what its content type says.
    """
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = msgspec.json.decode(await request.read() or b"{}")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return arguments | body
    return arguments | dict((await request.post()).items())


@dataclass(slots=True)
class Call:
    """A method's name, its arguments and the workspace it is for."""

    workspace: Workspace
    method: str
    args: dict[str, Any]
    warnings: list[str]

    def text(self, name: str) -> str | None:
        """Return an argument as text; empty counts as absent."""
        value = self.args.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, (dict, list)):
            return msgspec.json.encode(value).decode()
        return str(value)

    def required(self, name: str, *, error: str = "invalid_arguments") -> str:
        """Return an argument that must be there.

        Raises:
            SlackError: It is missing; Slack names it in the messages.
        """
        value = self.text(name)
        if value is None:
            messages = [f"[ERROR] missing required field: {name}"]
            raise SlackError(error, messages=messages)
        return value

    def flag(self, name: str) -> bool:
        """Return whether an argument is true in any of the spellings."""
        value = self.args.get(name)
        return not isinstance(value, (dict, list)) and value in _TRUE

    def number(self, name: str, default: int, *, most: int) -> int:
        """Return a whole number that the method allows.

        Raises:
            SlackError: It is no number, or not in the range.
        """
        value = self.text(name)
        if value is None:
            return default
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise SlackError(
                "invalid_limit" if name == "limit" else "invalid_arguments"
            )
        return int(value)

    def structure(self, name: str) -> Any:
        """Return an argument that is JSON, whether it came as text or not.

        Raises:
            SlackError: The text is not JSON.
        """
        value = self.args.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise SlackError(f"invalid_{name}_format") from error

    def needs(self, *scopes: str) -> None:
        """Insist that one of these scopes was granted.

        Raises:
            SlackError: None was; the answer says what was needed and provided.
        """
        granted = self.workspace.installation.scopes
        if not granted.intersection(scopes):
            raise SlackError(
                "missing_scope",
                needed=",".join(scopes),
                provided=",".join(sorted(granted)),
            )

    def channel(self, name: str = "channel") -> Channel:
        """Find the channel an argument names, if the bot may know of it.

        A private channel the bot is not in does not exist for it.

        Raises:
            SlackError: There is none.
        """
        wanted = self.required(name, error="channel_not_found")
        found = self.workspace.channels.get(wanted)
        if found is None and wanted in self.workspace.people:
            found = self.workspace.direct(wanted)
        if found is None or (found.kind == "private" and not found.bot_member):
            raise SlackError("channel_not_found")
        return found


def scope_for(channel: Channel, what: str) -> str:
    """Return the scope that covers this kind of channel, such as `groups:read`."""
    kind = {"channel": "channels", "private": "groups", "dm": "im"}[channel.kind]
    return f"{kind}:{what}"

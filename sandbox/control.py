"""What people do in the sandbox: typing and pressing, as `POST` under `/sandbox`."""

from aiohttp import web

from sandbox.asking import Asked, read, refusing, reply
from sandbox.slack.acts import Acts
from sandbox.slack.delivery import Delivery
from sandbox.slack.messages import Message
from sandbox.slack.modals import Modals
from sandbox.slack.workspace import View, Workspace

#: Fields of an action request that say where, not what.
_WHERE = {"user", "channel", "message_ts", "view_id", "block_id", "action_id"}


class Control:
    """Lets people act in the workspace."""

    def __init__(self, *, workspace: Workspace, delivery: Delivery) -> None:
        self._acts = Acts(workspace=workspace, delivery=delivery)
        self._modals = Modals(workspace=workspace, delivery=delivery)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        done = {
            "command": self.command,
            "say": self.say,
            "action": self.act,
            "view/submit": self.submit,
            "view/close": self.close,
            "home": self.open_home,
            "options": self.suggest,
            "shortcut": self.use_shortcut,
        }
        return [
            web.post(f"/sandbox/{path}", refusing(one)) for path, one in done.items()
        ]

    async def command(self, request: web.Request) -> web.Response:
        """Type a slash command."""
        asked = await read(request)
        outcome = await self._acts.command(
            asked.text("user"),
            asked.text("channel"),
            asked.text("command"),
            str(asked.fields.get("text", "")),
        )
        return reply(outcome)

    async def say(self, request: web.Request) -> web.Response:
        """Say something in a channel, a thread or a direct message."""
        asked = await read(request)
        return reply(
            self._acts.say(
                asked.text("user"),
                asked.text("channel"),
                asked.text("text"),
                asked.optional("thread_ts"),
            )
        )

    async def act(self, request: web.Request) -> web.Response:
        """Press or choose an element of a message or a view."""
        asked = await read(request)
        wanted = {
            key: value for key, value in asked.fields.items() if key not in _WHERE
        }
        outcome = await self._acts.act(
            asked.text("user"),
            self._place(asked),
            block_id=asked.optional("block_id"),
            action_id=asked.text("action_id"),
            wanted=wanted,
        )
        return reply(outcome)

    def _place(self, asked: Asked) -> Message | View:
        return self._acts.place(
            asked.text("user"),
            channel=asked.optional("channel"),
            message_ts=asked.optional("message_ts"),
            view_id=asked.optional("view_id"),
        )

    async def submit(self, request: web.Request) -> web.Response:
        """Submit a modal."""
        asked = await read(request)
        values = asked.fields.get("values") or {}
        outcome = await self._modals.submit(
            asked.text("user"), asked.text("view_id"), values
        )
        return reply(outcome)

    async def close(self, request: web.Request) -> web.Response:
        """Dismiss a modal."""
        asked = await read(request)
        clear = bool(asked.fields.get("clear"))
        outcome = await self._modals.close(
            asked.text("user"), asked.text("view_id"), clear=clear
        )
        return reply(outcome)

    async def open_home(self, request: web.Request) -> web.Response:
        """Open the app's Home or Messages tab."""
        asked = await read(request)
        tab = asked.optional("tab") or "home"
        return reply(self._acts.open_home(asked.text("user"), tab))

    async def suggest(self, request: web.Request) -> web.Response:
        """Type into an external menu."""
        asked = await read(request)
        outcome = await self._acts.suggest(
            asked.text("user"),
            self._place(asked),
            block_id=asked.text("block_id"),
            action_id=asked.text("action_id"),
            value=str(asked.fields.get("value", "")),
        )
        return reply(outcome)

    async def use_shortcut(self, request: web.Request) -> web.Response:
        """Use a shortcut, global or on a message."""
        asked = await read(request)
        place = self._place(asked) if asked.optional("message_ts") else None
        message = place if isinstance(place, Message) else None
        outcome = await self._acts.shortcut(
            asked.text("user"), asked.text("callback_id"), message
        )
        return reply(outcome)

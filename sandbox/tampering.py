"""What tests and the page may do to the sandbox itself: its Slack app, clock and world.

Everything here is a `POST` under `/sandbox`.
"""

from aiohttp import web

from sandbox.asking import (
    read,
    read_length,
    read_moment,
    refusing,
    reply,
    visible_channel,
    write_moment,
)
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.slack.delivery import Delivery
from sandbox.slack.errors import Refused
from sandbox.slack.installation import BOT_USER
from sandbox.slack.socket_mode import REASONS, SocketMode
from sandbox.slack.workspace import Workspace
from sandbox.world import DeedError, World, do


class Tampering:
    """Moves the clock and the world, breaks things, and changes the installed app."""

    def __init__(  # noqa: PLR0913 - everything that can be moved, by keyword
        self,
        *,
        clock: Clock,
        world: World,
        workspace: Workspace,
        faults: Faults,
        sockets: SocketMode,
        delivery: Delivery,
    ) -> None:
        self._clock = clock
        self._world = world
        self._workspace = workspace
        self._faults = faults
        self._sockets = sockets
        self._delivery = delivery

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        done = {
            "replay": self.replay,
            "socket": self.disconnect,
            "request_url": self.set_request_url,
            "scopes": self.set_scopes,
            "pace": self.set_pace,
            "blocks": self.refuse_blocks,
            "invite": self.invite,
            "remove": self.remove,
            "archive": self.archive,
            "clock": self.move_clock,
            "world": self.change_world,
            "faults": self.set_fault,
            "reset": self.reset,
        }
        return [
            web.post(f"/sandbox/{path}", refusing(one)) for path, one in done.items()
        ]

    async def replay(self, request: web.Request) -> web.Response:
        """Deliver the last requests again, byte for byte."""
        count = (await read(request)).count("last", 1) or 1
        return reply({"ok": True, "outcomes": await self._delivery.replay(count)})

    async def disconnect(self, request: web.Request) -> web.Response:
        """Tell the bot's connections to go."""
        reason = (await read(request)).text("disconnect")
        if reason not in REASONS:
            raise Refused(f"A reason is one of {', '.join(REASONS)}.")
        return reply(
            {"ok": True, "connections": await self._sockets.disconnect(reason)}
        )

    async def set_request_url(self, request: web.Request) -> web.Response:
        """Deliver by signed HTTP to this address, or over Socket Mode without one."""
        self._delivery.request_url = (await read(request)).optional("url")
        self._workspace.changed()
        return reply({"ok": True})

    async def set_scopes(self, request: web.Request) -> web.Response:
        """Take scopes away from the installed app, or grant exactly these."""
        fields = (await read(request)).fields
        workspace = self._workspace
        if "granted" in fields:
            granted = frozenset(map(str, fields["granted"]))
            workspace.installation = workspace.installation.granted(granted)
        removed = map(str, fields.get("remove", []))
        workspace.installation = workspace.installation.without(*removed)
        workspace.changed()
        return reply({"ok": True, "scopes": sorted(workspace.installation.scopes)})

    async def set_pace(self, request: web.Request) -> web.Response:
        """Hold the bot to a message a second and channel, or not."""
        self._workspace.paced = bool((await read(request)).fields.get("paced", True))
        return reply({"ok": True, "paced": self._workspace.paced})

    async def refuse_blocks(self, request: web.Request) -> web.Response:
        """Be a workspace that has not got these kinds of blocks (yet)."""
        refused = map(str, (await read(request)).fields.get("refuse", []))
        self._workspace.refused_blocks = frozenset(refused)
        self._workspace.changed()
        return reply({"ok": True, "refused": sorted(self._workspace.refused_blocks)})

    async def invite(self, request: web.Request) -> web.Response:
        """Make the bot a member of a channel."""
        visible_channel(self._workspace, await read(request)).members.add(BOT_USER)
        self._workspace.changed()
        return reply({"ok": True})

    async def remove(self, request: web.Request) -> web.Response:
        """Take the bot out of a channel."""
        visible_channel(self._workspace, await read(request)).members.discard(BOT_USER)
        self._workspace.changed()
        return reply({"ok": True})

    async def archive(self, request: web.Request) -> web.Response:
        """Archive a channel."""
        visible_channel(self._workspace, await read(request)).archived = True
        self._workspace.changed()
        return reply({"ok": True})

    async def move_clock(self, request: web.Request) -> web.Response:
        """Move the clock forward, and the billing world with it."""
        asked = await read(request)
        forward, to = asked.optional("forward"), asked.optional("to")
        try:
            if forward is not None:
                self._clock.forward(read_length(forward))
            else:
                self._clock.to(read_moment(to or asked.text("forward")))
        except ValueError as error:
            raise Refused(str(error)) from error
        self._world.advance(self._clock.now())
        self._workspace.changed()
        return reply({"ok": True, "clock": write_moment(self._clock.now())})

    async def change_world(self, request: web.Request) -> web.Response:
        """Issue, pay, amend, credit or withdraw a document."""
        asked = await read(request)
        provider = asked.text("provider")
        try:
            number = do(
                self._world,
                asked.text("do"),
                provider=provider,
                number=asked.optional("number"),
                amount=asked.optional("amount"),
                currency=asked.optional("currency"),
            )
        except DeedError as error:
            raise Refused(str(error)) from error
        self._workspace.changed()
        return reply({"ok": True, "number": number, "provider": provider})

    async def set_fault(self, request: web.Request) -> web.Response:
        """Break something on purpose, or mend it."""
        asked = await read(request)
        try:
            self._faults.set(
                asked.text("target"),
                asked.text("kind"),
                count=asked.count("count", None),
                method=asked.optional("method"),
                seconds=asked.seconds("seconds"),
            )
        except ValueError as error:
            raise Refused(str(error)) from error
        self._workspace.changed()
        return reply({"ok": True, **self._faults.state()})

    async def reset(self, _request: web.Request) -> web.Response:
        """Put messages, calls, faults, the clock and the world back to the start."""
        self._clock.reset()
        self._world.reset()
        self._faults.clear()
        self._workspace.reset()
        return reply({"ok": True})

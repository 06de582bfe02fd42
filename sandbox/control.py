"""The control API under `/sandbox`: what the page and the tests see and do."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web

from sandbox.asking import Asked, read, read_length, read_moment, refusing, reply
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.slack.acts import Acts
from sandbox.slack.cast import Channel
from sandbox.slack.delivery import Delivery
from sandbox.slack.errors import Refused
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.methods.views import view_object
from sandbox.slack.modals import Modals
from sandbox.slack.socket_mode import REASONS, SocketMode
from sandbox.slack.workspace import Workspace
from sandbox.world import DeedError, World, do, overview

PING_SECONDS = 15.0
#: Fields of an action request that say where, not what.
_WHERE = {"user", "channel", "message_ts", "view_id", "block_id", "action_id"}


class Control:
    """Shows the workspace and lets people act in it."""

    def __init__(  # noqa: PLR0913 - everything that can be shown or moved, by keyword
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
        self._acts = Acts(workspace=workspace, delivery=delivery)
        self._modals = Modals(workspace=workspace, delivery=delivery)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        shown = {
            "state": self.show_state,
            "messages": self.show_messages,
            "thread": self.show_thread,
            "views": self.show_views,
            "calls": self.show_calls,
            "world": self.show_world,
            "faults": self.show_faults,
        }
        done = {
            "command": self.command,
            "say": self.say,
            "action": self.act,
            "view/submit": self.submit,
            "view/close": self.close,
            "home": self.open_home,
            "options": self.suggest,
            "shortcut": self.use_shortcut,
            "replay": self.replay,
            "socket": self.disconnect,
            "request_url": self.set_request_url,
            "scopes": self.set_scopes,
            "pace": self.set_pace,
            "invite": self.invite,
            "remove": self.remove,
            "archive": self.archive,
            "clock": self.move_clock,
            "world": self.change_world,
            "faults": self.set_fault,
            "reset": self.reset,
        }
        return [
            *(web.get(f"/sandbox/{path}", refusing(do)) for path, do in shown.items()),
            *(web.post(f"/sandbox/{path}", refusing(do)) for path, do in done.items()),
            web.get("/sandbox/stream", self.stream),
        ]

    # What there is to see.

    async def show_state(self, request: web.Request) -> web.Response:
        """Describe the workspace as one person sees it."""
        user = (await read(request)).optional("as")
        if user is not None:
            self._workspace.channel_for(user, self._workspace.direct(user).id)
        return reply(
            {
                "clock": self._now(),
                "bot": {
                    "connected": self._delivery.via is not None,
                    "via": self._delivery.via,
                    "id": BOT_USER,
                    "name": self._workspace.installation.name,
                },
                "people": [
                    {
                        "id": one.id,
                        "name": one.name,
                        "title": one.title,
                        "kind": one.kind,
                        "initials": one.initials,
                        "color": one.color,
                    }
                    for one in self._workspace.people.values()
                ],
                "channels": self._channels(user),
                "commands": [
                    {
                        "command": one.command,
                        "description": one.description,
                        "usage_hint": one.usage_hint,
                    }
                    for one in self._workspace.installation.commands
                ],
                "faults": self._faults.state(),
                "home_tab": self._workspace.installation.home_tab,
                "revision": self._workspace.revision,
            }
        )

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")

    def _channels(self, user: str | None) -> list[dict[str, Any]]:
        return [
            _shown_channel(one)
            for one in self._workspace.channels.values()
            if (user is None and one.kind != "dm") or user in one.members
        ]

    async def show_messages(self, request: web.Request) -> web.Response:
        """List a channel's messages as one person sees them, replies left out."""
        asked = await read(request)
        channel = self._visible(asked)
        user = asked.optional("as")
        shown = [
            self._workspace.as_page(one)
            for one in self._workspace.messages[channel.id]
            if _is_for(one, user) and (not one.is_reply or one.broadcast)
        ]
        return reply({"messages": shown, "revision": self._workspace.revision})

    async def show_thread(self, request: web.Request) -> web.Response:
        """List a thread, its parent first."""
        asked = await read(request)
        channel = self._visible(asked)
        user, ts = asked.optional("as"), asked.text("ts")
        shown = [
            self._workspace.as_page(one)
            for one in self._workspace.messages[channel.id]
            if _is_for(one, user) and ts in {one.ts, one.thread_ts}
        ]
        return reply({"messages": shown, "revision": self._workspace.revision})

    def _visible(self, asked: Asked) -> Channel:
        user, name = asked.optional("as"), asked.text("channel")
        if user is not None:
            return self._workspace.channel_for(user, name)
        if name not in self._workspace.channels:
            raise Refused(f"There is no channel {name!r}.", status=404)
        return self._workspace.channels[name]

    async def show_views(self, request: web.Request) -> web.Response:
        """Show a person's open modals and Home tab."""
        user = (await read(request)).text("as")
        home = self._workspace.homes.get(user)
        modals = [view_object(one) for one in self._workspace.stacks[user]]
        return reply({"modals": modals, "home": view_object(home) if home else None})

    async def show_calls(self, request: web.Request) -> web.Response:
        """List the Web API calls of the bot, and its uses of response URLs."""
        method = (await read(request)).optional("method")
        calls = [
            one for one in self._workspace.calls if method in {None, one["method"]}
        ]
        return reply({"calls": calls})

    async def show_world(self, _request: web.Request) -> web.Response:
        """List what the billing systems have issued."""
        return reply(overview(self._world))

    async def show_faults(self, _request: web.Request) -> web.Response:
        """Show what is broken on purpose."""
        return reply(self._faults.state())

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Say that something changed, each time it does (Server-Sent Events)."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        revision = 0
        try:
            while True:
                revision = await self._next_line(response, revision)
        except (ConnectionError, asyncio.CancelledError):
            return response

    async def _next_line(self, response: web.StreamResponse, revision: int) -> int:
        waiting = self._workspace.changed_since(revision)
        try:
            newer = await asyncio.wait_for(waiting, PING_SECONDS)
        except TimeoutError:
            await response.write(b": still here\n\n")
            return revision
        body = msgspec.json.encode({"revision": newer})
        await response.write(b"event: change\ndata: " + body + b"\n\n")
        return newer

    # What people do.

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

    def _place(self, asked: Asked) -> Any:
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

    # What happens to the connection and to the app.

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

    async def invite(self, request: web.Request) -> web.Response:
        """Make the bot a member of a channel."""
        self._visible(await read(request)).members.add(BOT_USER)
        self._workspace.changed()
        return reply({"ok": True})

    async def remove(self, request: web.Request) -> web.Response:
        """Take the bot out of a channel."""
        self._visible(await read(request)).members.discard(BOT_USER)
        self._workspace.changed()
        return reply({"ok": True})

    async def archive(self, request: web.Request) -> web.Response:
        """Archive a channel."""
        self._visible(await read(request)).archived = True
        self._workspace.changed()
        return reply({"ok": True})

    # What happens in the world.

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
        return reply({"ok": True, "clock": self._now()})

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


def _is_for(message: Message, user: str | None) -> bool:
    """Whether somebody sees a message; nobody in particular sees only public ones."""
    return message.only_for is None or message.only_for == user


def _shown_channel(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "shared": channel.shared,
        "archived": channel.archived,
        "bot_member": channel.bot_member,
        "members": sorted(channel.members),
        "topic": channel.topic,
    }

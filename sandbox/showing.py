"""What the page and the tests see of the sandbox: reading under `/sandbox`."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web

from sandbox.asking import read, refusing, reply, visible_channel, write_moment
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.slack.cast import Channel
from sandbox.slack.delivery import Delivery
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.methods.views import view_object
from sandbox.slack.workspace import Workspace
from sandbox.world import World, overview

PING_SECONDS = 15.0


class Showing:
    """Shows the workspace, the world and what the bot called."""

    def __init__(
        self,
        *,
        clock: Clock,
        world: World,
        workspace: Workspace,
        faults: Faults,
        delivery: Delivery,
    ) -> None:
        self._clock = clock
        self._world = world
        self._workspace = workspace
        self._faults = faults
        self._delivery = delivery

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        shown = {
            "state": self.show_state,
            "messages": self.show_messages,
            "thread": self.show_thread,
            "views": self.show_views,
            "calls": self.show_calls,
            "deliveries": self.show_deliveries,
            "world": self.show_world,
            "faults": self.show_faults,
        }
        return [
            *(
                web.get(f"/sandbox/{path}", refusing(one))
                for path, one in shown.items()
            ),
            web.get("/sandbox/stream", self.stream),
        ]

    async def show_state(self, request: web.Request) -> web.Response:
        """Describe the workspace as one person sees it."""
        user = (await read(request)).optional("as")
        if user is not None:
            self._workspace.channel_for(user, self._workspace.direct(user).id)
        return reply(
            {
                "clock": write_moment(self._clock.now()),
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
                "shortcuts": [
                    {"callback_id": one.callback_id, "name": one.name, "kind": one.kind}
                    for one in self._workspace.installation.shortcuts
                ],
                "faults": self._faults.state(),
                "home_tab": self._workspace.installation.home_tab,
                "revision": self._workspace.revision,
            }
        )

    def _channels(self, user: str | None) -> list[dict[str, Any]]:
        return [
            _shown_channel(one)
            for one in self._workspace.channels.values()
            if (user is None and one.kind != "dm") or user in one.members
        ]

    async def show_messages(self, request: web.Request) -> web.Response:
        """List a channel's messages as one person sees them, replies left out."""
        asked = await read(request)
        channel = visible_channel(self._workspace, asked)
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
        channel = visible_channel(self._workspace, asked)
        user, ts = asked.optional("as"), asked.text("ts")
        shown = [
            self._workspace.as_page(one)
            for one in self._workspace.messages[channel.id]
            if _is_for(one, user) and ts in {one.ts, one.thread_ts}
        ]
        return reply({"messages": shown, "revision": self._workspace.revision})

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

    async def show_deliveries(self, _request: web.Request) -> web.Response:
        """List what was sent to the bot, and whether it acknowledged in time."""
        return reply({"deliveries": self._workspace.deliveries})

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
        except ConnectionError:
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

"""The workspace's state: who is here, what was said, what the bot called.

Every change raises the revision and wakes those who watch. Nothing here waits or
speaks HTTP: a message is stored whole or not at all.
"""

import asyncio
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.slack import cast
from sandbox.slack.cast import Channel, Human
from sandbox.slack.errors import Refused
from sandbox.slack.installation import BOT_USER, DUEBOT, Installation
from sandbox.slack.messages import File, Message, message_object, page_object

#: A trigger opens one view, within three seconds (Slack, Modals).
TRIGGER_SECONDS = 3.0


@dataclass(slots=True)
class View:
    """A modal in somebody's stack, or a person's Home tab."""

    id: str
    user: str
    hash: str
    body: dict[str, Any]
    root: str
    previous: str | None = None
    state: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Trigger:
    """What lets the bot open a view: short-lived and for one use."""

    user: str
    made_at: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where the bot may answer one interaction later: five times, thirty minutes."""

    id: str
    user: str
    channel: str
    made_on: datetime
    thread_ts: str | None = None
    message_ts: str | None = None
    uses: int = 0


class Workspace:
    """Everything the stand-in remembers; it outlives the bot."""

    def __init__(
        self, *, clock: Clock, installation: Installation = DUEBOT, paced: bool = True
    ) -> None:
        self.clock = clock
        self.url = "http://127.0.0.1"
        self.revision = 0
        self._first = installation
        self._paced = paced
        self._watchers: set[asyncio.Event] = set()
        self._numbers: dict[str, int] = defaultdict(int)
        self._last_ts = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything said and called; ids and timestamps go on rising."""
        self.installation = self._first
        self.paced = self._paced
        #: Kinds of blocks that this workspace does not know.
        self.refused_blocks: frozenset[str] = frozenset()
        self.people: dict[str, Human] = cast.people()
        self.channels: dict[str, Channel] = cast.channels()
        self.user_groups = cast.user_groups()
        self.messages: dict[str, list[Message]] = defaultdict(list)
        self._found: dict[tuple[str, str], Message] = {}
        self._threads: dict[tuple[str, str], list[Message]] = defaultdict(list)
        self.files: dict[str, File] = {}
        self.stacks: dict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        #: What people chose in a message's menus, by person, channel and message.
        self.states: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: list[dict[str, Any]] = []
        self.deliveries: list[dict[str, Any]] = []
        self.remembered: deque[tuple[str, str]] = deque(maxlen=100)
        self.changed()

    # What happens is told to whoever watches.

    def changed(self) -> None:
        """Raise the revision and wake everybody who watches."""
        self.revision += 1
        for watcher in self._watchers:
            watcher.set()

    async def changed_since(self, revision: int) -> int:
        """Wait until there is a newer revision than this one, and return it."""
        while self.revision <= revision:
            watcher = asyncio.Event()
            self._watchers.add(watcher)
            try:
                await watcher.wait()
            finally:
                self._watchers.discard(watcher)
        return self.revision

    # Names for new things.

    def new_id(self, letter: str) -> str:
        """Return the next id that begins with these letters, such as `F00000001`."""
        self._numbers[letter] += 1
        return f"{letter}{self._numbers[letter]:08d}"

    def new_ts(self) -> str:
        """Return a timestamp by the sandbox's clock, later than every one before."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(self._last_ts + 1, now)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_trigger(self, user: str, *, view: str | None = None) -> str:
        """Give the bot one chance to open a view for this person."""
        trigger = self.new_id("8") + ".sandbox"
        self.triggers[trigger] = Trigger(user, time.monotonic(), view)
        return trigger

    def new_response_url(
        self,
        user: str,
        channel: str,
        *,
        thread_ts: str | None = None,
        message_ts: str | None = None,
    ) -> str:
        """Mint the address at which the bot may answer this interaction later."""
        token = self.new_id("R")
        self.response_urls[token] = ResponseUrl(
            token, user, channel, self.clock.now(), thread_ts, message_ts
        )
        return f"{self.url}/slack/response/{token}"

    # What passed between the workspace and the bot.

    def record_call(
        self, method: str, args: dict[str, Any], *, status: int, error: str | None
    ) -> None:
        """Note a Web API call of the bot and how it ended."""
        self.calls.append(
            {
                "n": len(self.calls) + 1,
                "method": method,
                "args": args,
                "ok": error is None,
                "error": error,
                "at": self.clock.now().isoformat().replace("+00:00", "Z"),
                "status": status,
            }
        )

    def record_delivery(self, kind: str, *, outcome: str, ms: float) -> None:
        """Note what was sent to the bot and whether it acknowledged in time."""
        self.deliveries.append({"kind": kind, "outcome": outcome, "ms": ms})

    def remember(self, envelope_id: str, text: str) -> None:
        """Keep an envelope for replays."""
        self.remembered.append((envelope_id, text))

    # Looking things up.

    def person(self, user: str) -> Human:
        """Find a person by id.

        Raises:
            Refused: There is nobody with this id.
        """
        if user not in self.people:
            raise Refused(f"Nobody here has the id {user!r}.", status=404)
        return self.people[user]

    def channel_for(self, user: str, channel: str) -> Channel:
        """Find a channel a person is in; a direct message is made when first used.

        Raises:
            Refused: There is no such channel, or the person is not in it.
        """
        person = self.person(user)
        if channel == dm_id(person.id):
            return self.direct(person.id)
        found = self.channels.get(channel)
        if found is None:
            raise Refused(f"There is no channel {channel!r}.", status=404)
        if user not in found.members:
            raise Refused(f"{person.name} is not in #{found.name}.", status=403)
        return found

    def direct(self, user: str) -> Channel:
        """Return the direct message between a person and the bot."""
        channel = dm_id(user)
        if channel not in self.channels:
            handle = self.people[user].handle
            members = {user, BOT_USER}
            self.channels[channel] = Channel(
                channel, handle, "dm", members, partner=user
            )
        return self.channels[channel]

    def find(self, channel: str, ts: str) -> Message | None:
        """Find a message by channel and timestamp."""
        return self._found.get((channel, ts))

    def replies(self, channel: str, ts: str) -> list[Message]:
        """Return a thread's replies, oldest first, ephemeral ones left out."""
        thread = self._threads.get((channel, ts), [])
        return [one for one in thread if one.only_for is None]

    def view(self, view_id: str) -> View | None:
        """Find an open modal or a Home tab by its id."""
        stacks = [*self.stacks.values(), list(self.homes.values())]
        return next(
            (one for stack in stacks for one in stack if one.id == view_id), None
        )

    # Changing things.

    def store(self, message: Message) -> Message:
        """Keep a message, with an id for every block that has none."""
        self.name_blocks(message.blocks)
        self.messages[message.channel].append(message)
        self._found[message.channel, message.ts] = message
        if message.is_reply:
            self._threads[message.channel, message.thread_ts or ""].append(message)
        self.changed()
        return message

    def name_blocks(self, blocks: list[dict[str, Any]]) -> None:
        """Give an id to every block that came without one, as Slack does."""
        for block in blocks:
            block.setdefault("block_id", self.new_id("b"))

    def remove(self, message: Message) -> None:
        """Take a message away, its ephemeral state and all."""
        self.messages[message.channel].remove(message)
        self._found.pop((message.channel, message.ts), None)
        if message.is_reply:
            self._threads[message.channel, message.thread_ts or ""].remove(message)
        self.changed()

    def as_slack(
        self, message: Message, *, all_metadata: bool = True
    ) -> dict[str, Any]:
        """Describe a message to the bot."""
        parent = self.find(message.channel, message.thread_ts or message.ts)
        return message_object(
            message,
            base=self.url,
            replies=self.replies(message.channel, message.ts),
            parent=parent,
            all_metadata=all_metadata,
        )

    def as_page(self, message: Message) -> dict[str, Any]:
        """Describe a message to the page and to tests."""
        replies = self.replies(message.channel, message.ts)
        return page_object(message, base=self.url, reply_count=len(replies))


def dm_id(user: str) -> str:
    """Return the id of the direct message between this person and the bot."""
    return f"D0{user[2:]}"

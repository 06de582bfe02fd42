"""A person at the sandbox, for tests and scripts: speaks only the control API."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import aiohttp

Shown = dict[str, Any]


class SandboxError(Exception):
    """The sandbox refused what was asked, with a sentence."""


class Person:
    """Somebody who types, presses and reads.

    Use it as an asynchronous context, or call `close`.

    Args:
        url: The sandbox's address.
        user: The id of the person, such as `U0AKIKO`.
        channel: Where they are when nothing else is said.
    """

    def __init__(
        self, url: str, user: str = "U0AKIKO", *, channel: str = "C0BILLING"
    ) -> None:
        self.user = user
        self.channel = channel
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str, **query: str) -> Shown:
        """Read something of the control API.

        Raises:
            SandboxError: It was refused.
        """
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, **fields: Any) -> Shown:
        """Do something through the control API.

        Raises:
            SandboxError: It was refused.
        """
        return await self._ask("POST", path, json=fields)

    async def _ask(self, method: str, path: str, **options: Any) -> Shown:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=30)
            self._session = aiohttp.ClientSession(timeout=timeout)
        url = f"{self._url}/sandbox/{path}"
        async with self._session.request(method, url, **options) as response:
            body: Shown = await response.json()
        if response.status >= 400:
            raise SandboxError(body.get("error", f"status {response.status}"))
        return body

    @property
    def direct(self) -> str:
        """The id of their direct message with the bot."""
        return f"D0{self.user[2:]}"

    async def command(
        self, command: str, text: str = "", *, channel: str | None = None
    ) -> Shown:
        """Type a slash command; return `ok` and how long it took, or the error."""
        place = channel or self.channel
        return await self.post(
            "command", user=self.user, channel=place, command=command, text=text
        )

    async def say(
        self, text: str, *, channel: str | None = None, thread_ts: str | None = None
    ) -> str:
        """Say something, and return the message's timestamp."""
        place = channel or self.channel
        fields = {"user": self.user, "channel": place, "text": text}
        if thread_ts is not None:
            fields["thread_ts"] = thread_ts
        return str((await self.post("say", **fields))["ts"])

    async def click(self, message: Shown, what: str, **wanted: Any) -> Shown:
        """Press an element of a message by its action id or its label.

        Raises:
            SandboxError: There is no such element.
        """
        block_id, element = find(message["blocks"], what)
        return await self.post(
            "action",
            user=self.user,
            channel=message["channel"],
            message_ts=message["ts"],
            block_id=block_id,
            action_id=element["action_id"],
            **wanted,
        )

    async def choose(self, message: Shown, what: str, option: str) -> Shown:
        """Choose an option, by words of its label, in a menu of a message.

        Raises:
            SandboxError: There is no such menu or option.
        """
        _, element = find(message["blocks"], what)
        groups = element.get("option_groups") or [{"options": element["options"]}]
        offered = [one for group in groups for one in group["options"]]
        for one in offered:
            if option in one["text"]["text"]:
                return await self.click(message, what, selected_option=one)
        labels = ", ".join(one["text"]["text"] for one in offered)
        raise SandboxError(f"{what!r} offers no {option!r}, only: {labels}")

    async def click_view(self, view: Shown, what: str, **wanted: Any) -> Shown:
        """Press an element of a modal or the Home tab by its action id or its label."""
        block_id, element = find(view["blocks"], what)
        return await self.post(
            "action",
            user=self.user,
            view_id=view["id"],
            block_id=block_id,
            action_id=element["action_id"],
            **wanted,
        )

    async def submit(
        self, view: Shown, values: dict[str, Shown] | None = None
    ) -> Shown:
        """Submit a modal; `values` is what was typed, by block and action id."""
        return await self.post(
            "view/submit", user=self.user, view_id=view["id"], values=values or {}
        )

    async def views(self) -> Shown:
        """Return the open modals (the top one last) and the Home tab."""
        return await self.get("views", **{"as": self.user})

    async def modal(self, *, seconds: float = 10.0) -> Shown:
        """Wait for a modal, and return the one on top.

        Raises:
            SandboxError: None was opened in time.
        """
        until = time.monotonic() + seconds
        while not (modals := (await self.views())["modals"]):
            if time.monotonic() > until:
                raise SandboxError(f"no modal was opened within {seconds:g} s")
            await asyncio.sleep(0.03)
        top: Shown = modals[-1]
        return top

    async def messages(self, channel: str | None = None) -> list[Shown]:
        """Return the messages of a channel, oldest first."""
        place = channel or self.channel
        shown = await self.get("messages", channel=place, **{"as": self.user})
        return list(shown["messages"])

    async def thread(self, message: Shown | str, channel: str | None = None) -> Any:
        """Return a thread, its parent first."""
        ts = message if isinstance(message, str) else message["ts"]
        place = channel or self.channel
        if not isinstance(message, str):
            place = message["channel"]
        shown = await self.get("thread", channel=place, ts=ts, **{"as": self.user})
        return list(shown["messages"])

    async def answers(self, channel: str | None = None) -> list[Shown]:
        """Return what the bot wrote in a channel, oldest first."""
        return [one for one in await self.messages(channel) if one["bot"]]

    async def calls(self, method: str | None = None) -> list[Shown]:
        """Return the bot's Web API calls, oldest first."""
        query = {} if method is None else {"method": method}
        return list((await self.get("calls", **query))["calls"])

    async def wait_for(
        self,
        found: Callable[[list[Shown]], Any],
        *,
        channel: str | None = None,
        thread: Shown | str | None = None,
        seconds: float = 10.0,
    ) -> Any:
        """Read a channel or a thread until something is found there, and return it.

        Raises:
            SandboxError: It did not appear in time.
        """
        until = time.monotonic() + seconds
        while True:
            shown = (
                await self.messages(channel)
                if thread is None
                else await self.thread(thread, channel)
            )
            answer = found(shown)
            if answer:
                return answer
            if time.monotonic() > until:
                raise SandboxError(f"it did not appear within {seconds:g} s")
            await asyncio.sleep(0.03)

    async def connected(self, *, seconds: float = 10.0) -> None:
        """Wait until the bot is reachable.

        Raises:
            SandboxError: It did not connect in time.
        """
        until = time.monotonic() + seconds
        while not (await self.get("state"))["bot"]["connected"]:
            if time.monotonic() > until:
                raise SandboxError(f"the bot did not connect within {seconds:g} s")
            await asyncio.sleep(0.03)

    async def download(self, file: Shown) -> bytes:
        """Return the bytes of a file shown in a message."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.get(file["url"]) as response:
            response.raise_for_status()
            return await response.read()


def find(blocks: list[Shown], what: str) -> tuple[str, Shown]:
    """Find an element by its action id or by words of its label, with its block's id.

    Raises:
        SandboxError: There is none; the sentence says what there is.
    """
    found = [
        (str(block.get("block_id", "")), element)
        for block in blocks
        for element in _elements(block)
    ]
    for block_id, element in found:
        if what in {element["action_id"], _label(element)}:
            return block_id, element
    for block_id, element in found:
        if what in _label(element):
            return block_id, element
    seen = [_label(element) or element["action_id"] for _, element in found]
    raise SandboxError(
        f"there is no {what!r} here, only: {', '.join(seen) or 'nothing'}"
    )


def _label(element: Shown) -> str:
    text = element.get("text") or element.get("placeholder") or {}
    return str(text.get("text", ""))


def _elements(value: Any) -> list[Shown]:
    if isinstance(value, list):
        return [found for one in value for found in _elements(one)]
    if not isinstance(value, dict):
        return []
    if "action_id" in value:
        return [value]
    return [found for one in value.values() for found in _elements(one)]

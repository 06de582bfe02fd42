"""The Slack Web API, as far as the bot calls it: one session, its own deadlines.

Slack's own client does the calls; what is added is time limits, and the memory of who
is who. Files are in `bot.uploads`.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.abilities import Abilities
from bot.flows.access import LookupFailedError, Person, Place
from bot.flows.home import Published
from bot.queries.wording import mark
from bot.views.plainer import NATIVE, kinds_in, plainer

#: A call that answers a person has to end well within Slack's three seconds.
LOOKUP_SECONDS = 1.0
CALL_SECONDS = 20.0
#: How long a person's or channel's description is believed.
REMEMBER_SECONDS = 600.0
#: Slack's words for blocks that it does not take; nothing was posted then.
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})
NEWEST = frozenset({"card", "data_table", "data_visualization"})

T = TypeVar("T")


#: Told the method and the status, or why there was no answer.
CountCall = Callable[[str, str], None]
_METHOD = re.compile(r"[a-z]+(?:\.[a-zA-Z]+){1,3}")


class SlackError(Exception):
    """Slack refused or did not answer; *code* is its word, or ours for no answer."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack answered {code}")
        self.code = code


def make_client(
    *, token: str, api_url: str, session: aiohttp.ClientSession
) -> AsyncWebClient:
    """Make the client that everything of the bot shares.

    No retry handlers: the default one repeats ``chat.postMessage`` after a dropped
    connection, which doubles messages. The time limits are those of *session*, since a
    given session makes the client's own ineffective.
    """
    return AsyncWebClient(
        token=token, base_url=api_url, session=session, retry_handlers=[]
    )


def make_session(count: CountCall | None = None) -> aiohttp.ClientSession:
    """Open the HTTP session for Slack, with its deadlines.

    *count* hears of every call: its method, and how it was answered.
    """
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS, connect=5),
        trust_env=True,
        trace_configs=[] if count is None else [_counting(count)],
    )


def _counting(count: CountCall) -> aiohttp.TraceConfig:
    async def ended(_session: object, _context: object, end: Any) -> None:
        count(method_of(end.url.path), str(end.response.status))

    async def failed(_session: object, _context: object, failure: Any) -> None:
        count(method_of(failure.url.path), type(failure.exception).__name__)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(failed)
    return trace


def method_of(path: str) -> str:
    """Name the method that an address is for; what is no method is one name."""
    name = path.rpartition("/")[2]
    return name if _METHOD.fullmatch(name) else "other"


class Slack:
    """The calls a question or a click leads to."""

    def __init__(
        self,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        abilities: Abilities | None = None,
    ) -> None:
        self.client = client
        self.abilities = abilities or Abilities()
        self._session = session

    async def post(
        self,
        channel: str,
        *,
        text: str,
        blocks: list[dict[str, Any]],
        thread_ts: str | None = None,
    ) -> str:
        """Post a message and return its ``ts``.

        Raises:
            SlackError: it was refused, or what became of it is not known.
        """
        arguments: dict[str, Any] = {
            "channel": channel,
            "text": text,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        answer = await self._call_with(blocks, "chat.postMessage", arguments)
        return str(answer["ts"])

    async def update(
        self, channel: str, ts: str, *, text: str, blocks: list[dict[str, Any]]
    ) -> None:
        """Replace a message of ours (``parse`` said, since its default differs).

        Raises:
            SlackError: it was refused.
        """
        await self._call_with(
            blocks,
            "chat.update",
            {"channel": channel, "ts": ts, "text": text, "parse": "none"},
        )

    async def whisper(
        self,
        channel: str,
        user: str,
        *,
        text: str,
        blocks: list[dict[str, Any]] | None = None,
        thread_ts: str | None = None,
    ) -> None:
        """Post a message that only *user* sees.

        Raises:
            SlackError: it was refused.
        """
        arguments: dict[str, Any] = {"channel": channel, "user": user, "text": text}
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        if blocks:
            await self._call_with(blocks, "chat.postEphemeral", arguments)
        else:
            await self.call("chat.postEphemeral", arguments)

    async def open_direct_message(self, user: str) -> str:
        """Find the channel of the direct message with *user*.

        Raises:
            SlackError: Slack does not allow it.
        """
        answer = await self.call("conversations.open", {"users": user})
        return str(answer["channel"]["id"])

    async def open_view(
        self, trigger_id: str, view: dict[str, Any], *, above: bool = False
    ) -> str:
        """Open a modal, or one *above* that in which it was asked for; return its id.

        Raises:
            SlackError: the trigger is too old, or the view was refused.
        """
        method = "views.push" if above else "views.open"
        answer = await self.call(method, {"trigger_id": trigger_id, "view": view})
        return str(answer["view"]["id"])

    async def update_view(
        self, view_id: str, view: dict[str, Any], *, hash_: str | None = None
    ) -> None:
        """Show something else in an open modal, unless it changed since *hash_*.

        Raises:
            SlackError: it is closed, or another one by now, or was refused.
        """
        arguments: dict[str, Any] = {"view_id": view_id, "view": view}
        if hash_:
            arguments["hash"] = hash_
        await self.call("views.update", arguments)

    async def publish_home(
        self, user: str, view: dict[str, Any], *, hash_: str | None
    ) -> Published:
        """Publish a person's Home tab, unless it changed since *hash_*."""
        # One by one: a page holds more than a message, whose limits `plainer` keeps.
        blocks = [
            each for block in view["blocks"] for each in self.abilities.shaped([block])
        ]
        shown = {**view, "blocks": blocks}
        arguments: dict[str, Any] = {"user_id": user, "view": shown}
        if hash_:
            arguments["hash"] = hash_
        try:
            answer = await self.call("views.publish", arguments)
        except SlackError as error:
            return Published(error=error.code)
        return Published(hash=str(answer["view"]["hash"]))

    async def respond(self, response_url: str, body: dict[str, Any]) -> None:
        """Send *body* to a response URL, plainer where Slack does not take its blocks.

        Raises:
            SlackError: it was refused (used up, too old) or did not answer.
        """

        async def send(blocks: list[dict[str, Any]]) -> None:
            await self._respond(response_url, {**body, "blocks": blocks})

        if body.get("blocks"):
            await self._fitting(body["blocks"], send)
        else:
            await self._respond(response_url, body)

    async def _respond(self, response_url: str, body: dict[str, Any]) -> None:
        try:
            async with self._session.post(response_url, json=body) as answer:
                said = await answer.read()
                if answer.status != 200:
                    refused = b"invalid_blocks" in said
                    code = f"response_url_{answer.status}"
                    raise SlackError("invalid_blocks" if refused else code)
        except (aiohttp.ClientError, TimeoutError):
            raise SlackError("no_answer") from None

    async def _call_with(
        self, blocks: list[dict[str, Any]], method: str, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        """Call *method* with blocks, plainer ones where Slack does not take these.

        Raises:
            SlackError: it was refused for another reason, or did not answer.
        """
        return await self._fitting(
            blocks, lambda shown: self.call(method, {**arguments, "blocks": shown})
        )

    async def _fitting(
        self,
        blocks: list[dict[str, Any]],
        send: Callable[[list[dict[str, Any]]], Awaitable[T]],
    ) -> T:
        """Send *blocks*; those that are refused again at once, in a plainer form."""
        kinds, refused = kinds_in(blocks), self.abilities.refused
        try:
            answer = await send(plainer(blocks, refused))
        except SlackError as error:
            if not kinds or error.code not in BLOCKS_REFUSED:
                raise
            return await self._plainer(blocks, send, refused, error)
        await self.abilities.learn(taken=kinds - refused)
        return answer

    async def _plainer(
        self,
        blocks: list[dict[str, Any]],
        send: Callable[[list[dict[str, Any]]], Awaitable[T]],
        tried: frozenset[str],
        error: SlackError,
    ) -> T:
        """Send what was refused without the kinds that Slack does not know, or any."""
        await self.abilities.find_out(self.takes)
        known, last = self.abilities.refused, plainer(blocks, tried)
        for refused in (known, known | NEWEST, frozenset(NATIVE)):
            shown = plainer(blocks, refused)
            if shown == last:
                continue
            last = shown
            try:
                answer = await send(shown)
            except SlackError as again:
                if again.code not in BLOCKS_REFUSED:
                    raise
                error = again
            else:
                left_out = kinds_in(blocks) - kinds_in(shown)
                if "table" in refused - known and not kinds_in(shown):
                    left_out |= {"table"}
                await self.abilities.learn(refused=left_out)
                return answer
        raise error

    async def takes(self, blocks: list[dict[str, Any]]) -> bool | None:
        """Ask Slack whether it would take *blocks*; ``None`` where it does not say."""
        try:
            await self.call("blocks.validate", {"blocks": blocks})
        except SlackError as error:
            return False if error.code in BLOCKS_REFUSED else None
        return True

    async def call(
        self, method: str, arguments: dict[str, Any], *, form: bool = False
    ) -> dict[str, Any]:
        """Call *method*; every way to fail becomes a `SlackError`.

        Raises:
            SlackError: it was refused or did not answer.
        """
        sent: dict[str, Any] = {"data": arguments} if form else {"json": arguments}
        try:
            answer = await self.client.api_call(method, **sent)
        except SlackApiError as error:
            raise SlackError(error_code(error)) from None
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
            raise SlackError("no_answer") from None
        except AttributeError:
            # The client looks into plain text that came with status 200.
            raise SlackError("no_answer") from None
        data = answer.data
        if not isinstance(data, dict):
            raise SlackError("no_answer")
        return data


def error_code(error: SlackApiError) -> str:
    """Take Slack's word for what is wrong; what is not JSON is no answer."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) and code else "no_answer"


def cause_of(error: Exception) -> str:
    """Name what kept a call from succeeding, for the log."""
    return (
        error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
    )


class SlackDirectory:
    """Looks people and places up in Slack, and remembers them for ten minutes."""

    def __init__(
        self,
        slack: Slack,
        *,
        team: Callable[[], str | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slack = slack
        self._team = team
        self._clock = clock
        self._memory: dict[tuple[str, str], tuple[float, Any]] = {}

    @property
    def remembered(self) -> int:
        """How many descriptions are kept."""
        return len(self._memory)

    async def person(self, user: str) -> Person:
        """Look a person up (``users.info``, scope users:read)."""
        answer = await self._remembered(
            "users.info", {"user": user, "include_locale": "true"}
        )
        found = answer["user"]
        team, own = found.get("team_id"), self._team()
        return Person(
            id=user,
            guest=bool(found.get("is_restricted") or found.get("is_ultra_restricted")),
            outsider=bool(found.get("is_stranger"))
            or (team is not None and own is not None and team != own),
            active=not found.get("deleted"),
            admin=bool(found.get("is_admin") or found.get("is_owner")),
            locale=str(found.get("locale") or ""),
        )

    async def place(
        self, channel: str, *, asker: str | None = None, anew: bool = False
    ) -> Place:
        """Look a conversation up (``conversations.info``).

        A direct message that Slack does not describe to us is compared with the one
        that Duebot has with *asker*.
        """
        if anew:
            self._memory.pop(("conversations.info", channel), None)
        try:
            answer = await self._remembered("conversations.info", {"channel": channel})
        except LookupFailedError:
            if asker and channel.startswith("D"):
                opened = await self._remembered("conversations.open", {"users": asker})
                if opened["channel"]["id"] == channel:
                    return Place(channel, direct=True, shared=False)
            raise
        found = answer["channel"]
        direct = bool(found.get("is_im"))
        member = direct or bool(found.get("is_member"))
        return Place(
            id=channel,
            direct=direct,
            shared=bool(
                found.get("is_ext_shared") or found.get("is_pending_ext_shared")
            ),
            member=member,
            archived=bool(found.get("is_archived")),
            partner=str(found.get("user") or "") if direct else "",
        )

    async def direct_message(self, user: str) -> str:
        """Find the direct message with a person (``conversations.open``)."""
        opened = await self._remembered("conversations.open", {"users": user})
        return str(opened["channel"]["id"])

    async def members(self, usergroup: str) -> frozenset[str]:
        """List a user group's members (``usergroups.users.list``)."""
        answer = await self._remembered(
            "usergroups.users.list", {"usergroup": usergroup}
        )
        return frozenset(answer.get("users") or ())

    async def _remembered(
        self, method: str, arguments: dict[str, str]
    ) -> dict[str, Any]:
        key = (method, next(iter(arguments.values())))
        held = self._memory.get(key)
        if held is not None and self._clock() - held[0] < REMEMBER_SECONDS:
            return held[1]  # type: ignore[no-any-return]  # only answers are put in
        try:
            answer = await asyncio.wait_for(
                self._slack.call(method, arguments, form=True), LOOKUP_SECONDS
            )
        except TimeoutError:
            raise LookupFailedError(mark("Slack did not answer in time")) from None
        except SlackError as error:
            raise LookupFailedError(_reason(error.code), code=error.code) from None
        self._remember(key, answer)
        return answer

    def _remember(self, key: tuple[str, str], answer: dict[str, Any]) -> None:
        """Keep *answer*, and drop what is too old to be believed: it comes first."""
        now = self._clock()
        self._memory.pop(key, None)
        self._memory[key] = (now, answer)
        until = now - REMEMBER_SECONDS
        while self._memory[oldest := next(iter(self._memory))][0] <= until:
            del self._memory[oldest]


def _reason(code: str) -> str:
    """Say, marked for translation, why Slack does not describe something."""
    match code:
        case "channel_not_found" | "not_in_channel":
            return mark("I am not in this conversation; /invite @Duebot")
        case "missing_scope":
            return mark("the Slack app lacks a scope; an admin can run duebot check")
        case "no_answer":
            return mark("Slack did not answer")
        case _:
            return mark("Slack answered {code}")

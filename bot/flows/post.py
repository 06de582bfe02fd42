"""Posting one message so that it is known afterwards what became of it.

Nothing here tries again. Errors are sorted by what they say about the message: it was
not posted and may be later, never, or not before a person does something; or nobody
can tell. Source of the codes: Slack, ``chat.postMessage`` and "Handling errors".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

EVENT_TYPE = "duebot_delivery"

#: May have happened in part, or wholly.
UNKNOWN = frozenset(
    {"fatal_error", "internal_error", "service_unavailable", "request_timeout"}
)
BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
#: About this message: the channel would take another one.
REFUSED = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "only_one_table_allowed",
        "metadata_too_large",
        "no_text",
        "thread_not_found",
        "cannot_reply_to_message",
    }
)
#: Where nothing of ours tells how far back to look, a search ends this long before the
#: first try; two clocks never agree.
SKEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack has it, as message *ts*; *addresses* are those of its files, by id."""

    ts: str
    addresses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Busy:
    """Not posted; may be tried again after *wait*.

    *everywhere*: Slack said so, of the whole workspace and not of this message.
    """

    wait: timedelta
    reason: str
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """Not posted; the channel, or Slack as a whole, is closed to us until mended."""

    code: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not posted; Slack does not take this message."""

    code: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Posted or not: the answer did not come or does not say."""

    reason: str


PostOutcome = Posted | Busy | Closed | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel was searched and does not have it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The channel may not be read, so nobody can tell."""

    code: str


SearchOutcome = Posted | Absent | Unreadable | Busy


@dataclass(frozen=True, slots=True)
class Target:
    """Where a delivery goes, and its name, by which it is found again."""

    delivery: str
    channel: str
    thread_ts: str | None = None


async def post(
    client: AsyncWebClient,
    target: Target,
    *,
    text: str,
    blocks: list[dict[str, Any]] | None = None,
) -> PostOutcome:
    """Post a message that carries its delivery's name; never twice, never again."""
    arguments: dict[str, Any] = {
        "channel": target.channel,
        "text": text,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {
            "event_type": EVENT_TYPE,
            "event_payload": {"delivery": target.delivery},
        },
    }
    if blocks:
        arguments["blocks"] = blocks
    if target.thread_ts:
        arguments["thread_ts"] = target.thread_ts
    return await _call(client, "chat.postMessage", arguments)


async def update(
    client: AsyncWebClient,
    channel: str,
    ts: str,
    *,
    text: str,
    blocks: list[dict[str, Any]],
) -> PostOutcome:
    """Write a message of ours anew; its metadata stays, its ``parse`` would not."""
    arguments = {
        "channel": channel,
        "ts": ts,
        "text": text,
        "blocks": blocks,
        "parse": "none",
    }
    try:
        arguments["channel"] = await conversation_of(client, channel)
    except (SlackClientError, aiohttp.ClientError, OSError) as error:
        return Busy(timedelta(seconds=5), type(error).__name__)
    return await _call(client, "chat.update", arguments)


async def _call(
    client: AsyncWebClient, method: str, arguments: dict[str, Any]
) -> PostOutcome:
    try:
        answer = await client.api_call(method, json=arguments)
    except SlackApiError as error:
        return sort_error(error)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        # No connection was made, so nothing of the message was sent.
        return Busy(timedelta(seconds=5), type(error).__name__)
    except (SlackClientError, aiohttp.ClientError, OSError) as error:
        return Unknown(type(error).__name__)
    except AttributeError:
        # The client looks into whatever came with status 200, also plain text.
        return Unknown("an answer that is not Slack's")
    ts = answer.get("ts")
    return Posted(str(ts)) if ts else Unknown("an answer without ts")


async def search(
    client: AsyncWebClient, target: Target, *, since: datetime, after: str | None
) -> SearchOutcome:
    """Look for a delivery in its channel, or thread.

    *after* is the ``ts`` of a message that is older for certain; without one, history
    is read, newest first, until well before *since*, and at least one page of it.
    """
    try:
        return await _search(client, target, since=since - SKEW, after=after)
    except SlackApiError as error:
        match sort_error(error):
            case Closed(code=code) | Refused(code=code):
                return Unreadable(code)
            case Busy() as busy:
                return busy
            case _:
                return Busy(timedelta(seconds=5), "Slack did not answer")
    except (SlackClientError, aiohttp.ClientError, OSError) as error:
        return Busy(timedelta(seconds=5), type(error).__name__)
    except AttributeError:
        return Busy(timedelta(seconds=5), "an answer that is not Slack's")


async def _search(
    client: AsyncWebClient, target: Target, *, since: datetime, after: str | None
) -> Posted | Absent:
    arguments: dict[str, Any] = {
        "channel": await conversation_of(client, target.channel),
        "limit": 200,
        "include_all_metadata": True,
    }
    if after is not None:
        arguments["oldest"] = after
    while True:
        page = await _page(client, target, arguments)
        messages = page.get("messages") or []
        for message in messages:
            if _delivery_of(message) == target.delivery:
                return Posted(str(message["ts"]))
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        # A thread comes oldest first, so that its end has to be read.
        old = (
            not target.thread_ts
            and messages
            and float(messages[-1].get("ts") or 0) < since.timestamp()
        )
        if not cursor or old:
            return Absent()
        arguments["cursor"] = cursor


async def conversation_of(client: AsyncWebClient, channel: str) -> str:
    """Find the direct message that a person's id stands for; others are as they are."""
    if channel[:1] not in {"U", "W"}:
        return channel
    opened = await client.api_call("conversations.open", json={"users": channel})
    return str(opened["channel"]["id"])


async def _page(
    client: AsyncWebClient, target: Target, arguments: dict[str, Any]
) -> dict[str, Any]:
    if target.thread_ts:
        answer = await client.conversations_replies(ts=target.thread_ts, **arguments)
    else:
        answer = await client.conversations_history(**arguments)
    data = answer.data
    return data if isinstance(data, dict) else {}


def _delivery_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    delivery = (metadata.get("event_payload") or {}).get("delivery")
    return delivery if isinstance(delivery, str) else None


def sort_error(error: SlackApiError) -> Busy | Closed | Refused | Unknown:
    """Sort an answer that is not "ok" by what it says about the message."""
    status, headers, code = _read(error)
    if status == 429 or code in BUSY:
        return Busy(_retry_after(headers), "Slack is busy", everywhere=True)
    if status >= 500 or not code:
        return Unknown(f"HTTP {status}")
    if code in UNKNOWN:
        return Unknown(code)
    return Refused(code) if code in REFUSED else Closed(code)


def _read(error: SlackApiError) -> tuple[int, dict[str, str], str]:
    """Take status, headers and Slack's code from either sort of response.

    An answer that is not JSON comes as the HTTP library's own response.
    """
    response: Any = error.response
    status: Any = getattr(response, "status_code", None) or response.status
    headers = {key.lower(): value for key, value in response.headers.items()}
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return int(status), headers, code if isinstance(code, str) else ""


def _retry_after(headers: dict[str, str]) -> timedelta:
    """Read how long to wait: whole seconds (Slack, "Rate limits"), at most an hour."""
    text = headers.get("retry-after", "")
    seconds = int(text) if text.isascii() and text.isdigit() else 30
    return timedelta(seconds=min(max(seconds, 1), 3600))

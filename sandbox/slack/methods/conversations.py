"""Channels and what was said in them: `conversations.*`.

Source: Slack, Web API, conversations methods; Message metadata.
"""

from typing import Any

from sandbox.slack.call import Call, scope_for
from sandbox.slack.cast import Channel, channel_object
from sandbox.slack.errors import SlackError
from sandbox.slack.messages import Message
from sandbox.slack.methods.kind import Answer, Method, cut_page
from sandbox.slack.methods.people import read_scope, typed_channels


def show_channel(call: Call) -> Answer:
    """Describe one conversation (`conversations.info`)."""
    channel = call.channel()
    read_scope(call)
    shown = channel_object(channel)
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"ok": True, "channel": shown}


def list_channels(call: Call) -> Answer:
    """List public channels, and the private ones the bot is in."""
    page, cursor = cut_page(typed_channels(call), call, usual=100, most=999)
    return {
        "ok": True,
        "channels": [channel_object(one) for one in page],
        "response_metadata": {"next_cursor": cursor},
    }


def list_members(call: Call) -> Answer:
    """List who is in a conversation (`conversations.members`)."""
    channel = call.channel()
    read_scope(call)
    page, cursor = cut_page(sorted(channel.members), call, usual=100, most=999)
    return {
        "ok": True,
        "members": page,
        "response_metadata": {"next_cursor": cursor},
    }


def open_direct(call: Call) -> Answer:
    """Open the direct message with one person (`conversations.open`)."""
    users = [one for one in (call.text("users") or "").split(",") if one]
    if len(users) != 1:
        raise SlackError("method_not_supported_for_channel_type")
    if users[0] not in call.workspace.people:
        raise SlackError("user_not_found")
    channel = call.workspace.direct(users[0])
    shown = channel_object(channel) if call.flag("return_im") else {"id": channel.id}
    return {"ok": True, "channel": shown}


def read_history(call: Call) -> Answer:
    """Return a channel's messages, newest first; replies only when broadcast."""
    channel = _readable(call)
    found = [
        one
        for one in reversed(call.workspace.messages[channel.id])
        if one.only_for is None
        and (not one.is_reply or one.broadcast)
        and _within(call, one.ts)
    ]
    page, cursor = cut_page(found, call, usual=100, most=999)
    return _messages(call, page, cursor)


def read_thread(call: Call) -> Answer:
    """Return a thread, its parent first (`conversations.replies`)."""
    channel = _readable(call)
    named = call.workspace.find(channel.id, call.required("ts"))
    if named is None or named.only_for is not None:
        raise SlackError("thread_not_found")
    parent = call.workspace.find(channel.id, named.thread_ts or named.ts)
    replies = call.workspace.replies(channel.id, named.thread_ts or named.ts)
    within = [one for one in replies if _within(call, one.ts)]
    page, cursor = cut_page(within, call, usual=1000, most=1000)
    return _messages(call, [parent, *page] if parent else page, cursor)


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.needs(scope_for(channel, "history"))
    if not channel.bot_member:
        raise SlackError("not_in_channel")
    return channel


def _within(call: Call, ts: str) -> bool:
    oldest, latest = call.text("oldest"), call.text("latest")
    if call.flag("inclusive") and ts in {oldest, latest}:
        return True
    moment = _moment(ts)
    after = oldest is None or moment > _moment(oldest, "invalid_ts_oldest")
    return after and (latest is None or moment < _moment(latest, "invalid_ts_latest"))


def _moment(ts: str, error: str = "internal_error") -> tuple[int, int]:
    seconds, _, fraction = ts.partition(".")
    if not seconds.isdecimal() or not (fraction or "0").isdecimal():
        raise SlackError(error)
    return int(seconds), int(f"{fraction:0<6}"[:6])


def _messages(call: Call, page: list[Message], cursor: str) -> Answer:
    shown: list[dict[str, Any]] = [
        call.workspace.as_slack(one, all_metadata=call.flag("include_all_metadata"))
        for one in page
    ]
    answer: Answer = {"ok": True, "messages": shown, "has_more": bool(cursor)}
    return answer | {"response_metadata": {"next_cursor": cursor}} if cursor else answer


METHODS = {
    "conversations.info": Method(show_channel),
    "conversations.list": Method(list_channels),
    "conversations.members": Method(list_members),
    "conversations.open": Method(open_direct, ("im:write",)),
    "conversations.history": Method(read_history),
    "conversations.replies": Method(read_thread),
}

"""Posting, changing and taking back messages: `chat.*` and `reactions.add`.

Source: Slack, Web API, chat methods; Message metadata.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from sandbox.slack.blocks import check_message, count_text
from sandbox.slack.call import Call
from sandbox.slack.cast import Channel
from sandbox.slack.errors import SlackError
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.methods.kind import Answer, Method

#: Longer text is cut on posting and refused on updating.
POST_TEXT = 40_000
UPDATE_TEXT = 4_000
#: All text in the blocks of one message together (observed near 13,200).
BLOCK_TEXT = 12_000
METADATA_BYTES = 16_000
MARKDOWN_TEXT = 12_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says."""

    text: str
    blocks: list[dict[str, Any]]
    attachments: list[dict[str, Any]]


def read_content(call: Call, *, empty: bool = False) -> Content:
    """Read and check text, blocks and attachments of a message.

    Raises:
        SlackError: Nothing is said, or it is not what Slack accepts.
    """
    attachments = call.structure("attachments") or []
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    blocks = read_blocks(call.structure("blocks"), call.workspace.refused_blocks)
    markdown = _markdown(call, blocks)
    text = call.text("text") or markdown or ""
    if not (text.strip() or blocks or attachments or empty):
        raise SlackError("no_text")
    if blocks and not text:
        call.warnings.append("missing_text_in_message")
    return Content(text, blocks, attachments)


def _markdown(call: Call, blocks: list[dict[str, Any]]) -> str | None:
    markdown = call.text("markdown_text")
    if markdown is None:
        return None
    if blocks or call.text("text"):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    return markdown


def read_blocks(
    blocks: Any, refused: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Check the blocks of a message against every limit.

    Blocks of a *refused* kind are unknown to this workspace.

    Raises:
        SlackError: They are not blocks, or break a limit; the messages say where.
    """
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = check_message(blocks, refused=refused)
    if problems:
        raise SlackError("invalid_blocks", messages=[str(one) for one in problems])
    if count_text(blocks) > BLOCK_TEXT:
        raise SlackError("msg_blocks_too_long")
    return blocks


def read_metadata(call: Call) -> dict[str, Any] | None:
    """Read a message's metadata.

    Raises:
        SlackError: It is not an event type with a flat payload, or is too large.
    """
    metadata = call.structure("metadata")
    if not metadata:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if not all(_is_flat(value) for value in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(msgspec.json.encode(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def _is_flat(value: Any) -> bool:
    plain = (str, int, float, bool)
    if isinstance(value, list):
        return all(_is_flat(one) and not isinstance(one, list) for one in value)
    if isinstance(value, dict):
        return all(isinstance(one, plain) for one in value.values())
    return isinstance(value, plain)


def may_write(call: Call, channel: Channel) -> None:
    """Insist that the bot may post in this channel.

    Raises:
        SlackError: It is archived or read-only, or the bot is not in it.
    """
    if channel.archived:
        raise SlackError("is_archived")
    if channel.read_only:
        raise SlackError("restricted_action_read_only_channel")
    if channel.kind == "dm" and not call.workspace.installation.messages_tab:
        raise SlackError("messages_tab_disabled")
    open_to_all = channel.kind == "channel" and (
        "chat:write.public" in call.workspace.installation.scopes
    )
    if not channel.bot_member and not open_to_all:
        raise SlackError("not_in_channel")


def read_thread_ts(call: Call, channel: Channel) -> str | None:
    """Read the parent a message replies to.

    Raises:
        SlackError: There is no such message, or it is itself a reply or ephemeral.
    """
    thread_ts = call.text("thread_ts")
    if thread_ts is None:
        return None
    parent = call.workspace.find(channel.id, thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.is_reply or parent.only_for is not None:
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def post(call: Call) -> Answer:
    """Post a message (`chat.postMessage`)."""
    channel = call.channel()
    may_write(call, channel)
    content, metadata = read_content(call), read_metadata(call)
    thread_ts = read_thread_ts(call, channel)
    message = call.workspace.store(
        Message(
            channel=channel.id,
            ts=call.workspace.new_ts(),
            user=BOT_USER,
            text=_cut(call, content.text),
            blocks=content.blocks,
            attachments=content.attachments,
            thread_ts=thread_ts,
            broadcast=thread_ts is not None and call.flag("reply_broadcast"),
            metadata=metadata,
            client_msg_id=call.text("client_msg_id"),
        )
    )
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "message": call.workspace.as_slack(message),
    }


def _cut(call: Call, text: str) -> str:
    if len(text) > POST_TEXT:
        call.warnings.append("message_truncated")
    return text[:POST_TEXT]


def post_ephemeral(call: Call) -> Answer:
    """Show a message to one person of a channel (`chat.postEphemeral`)."""
    channel = call.channel()
    user = call.required("user")
    if not channel.bot_member:
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = read_content(call)
    message = call.workspace.store(
        Message(
            channel=channel.id,
            ts=call.workspace.new_ts(),
            user=BOT_USER,
            text=_cut(call, content.text),
            blocks=content.blocks,
            attachments=content.attachments,
            thread_ts=read_thread_ts(call, channel),
            only_for=user,
        )
    )
    return {"ok": True, "message_ts": message.ts}


def _own_message(call: Call, *, error: str) -> Message:
    channel = call.channel()
    message = call.workspace.find(channel.id, call.required("ts"))
    if message is None or message.only_for is not None:
        raise SlackError("message_not_found")
    if not message.bot:
        raise SlackError(error)
    return message


def update(call: Call) -> Answer:
    """Change one of the bot's messages (`chat.update`).

    Text without blocks takes the old blocks away; absent metadata stays.
    """
    message = _own_message(call, error="cant_update_message")
    content = read_content(call)
    if len(content.text) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    metadata = read_metadata(call)
    call.workspace.name_blocks(content.blocks)
    message.text, message.blocks = content.text, content.blocks
    message.attachments = content.attachments
    message.metadata = metadata or message.metadata
    message.edited = True
    call.workspace.changed()
    return {
        "ok": True,
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": call.workspace.as_slack(message),
    }


def delete(call: Call) -> Answer:
    """Take one of the bot's messages back (`chat.delete`)."""
    message = _own_message(call, error="cant_delete_message")
    call.workspace.remove(message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def link(call: Call) -> Answer:
    """Return the address of a message (`chat.getPermalink`)."""
    channel = call.channel()
    message = call.workspace.find(channel.id, call.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    stamp = "p" + message.ts.replace(".", "")
    address = f"{call.workspace.url}/archives/{channel.id}/{stamp}"
    if message.is_reply:
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": address}


def react(call: Call) -> Answer:
    """Add the bot's reaction to a message (`reactions.add`)."""
    channel = call.channel()
    message = call.workspace.find(channel.id, call.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    if not channel.bot_member:
        raise SlackError("not_in_channel")
    name = call.required("name").strip(":")
    if any(one["name"] == name for one in message.reactions):
        raise SlackError("already_reacted")
    message.reactions.append({"name": name, "users": [BOT_USER], "count": 1})
    call.workspace.changed()
    return {"ok": True}


METHODS = {
    "chat.postMessage": Method(post, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(link),
    "reactions.add": Method(react, ("reactions:write",)),
}

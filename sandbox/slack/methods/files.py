"""Uploads in three steps, and what becomes of them: `files.*`.

Source: Slack, Working with files; files.getUploadURLExternal and
files.completeUploadExternal.
"""

from typing import Any

from sandbox.slack.call import Call
from sandbox.slack.cast import Channel
from sandbox.slack.errors import SlackError
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import File, Message, file_object
from sandbox.slack.methods.chat import read_blocks, read_thread_ts
from sandbox.slack.methods.kind import Answer, Method

ALT_TEXT = 1_000
CHANNELS = 100


def announce(call: Call) -> Answer:
    """Promise a file of a name and a length (`files.getUploadURLExternal`)."""
    name = call.required("filename", error="missing_argument")
    length = call.required("length", error="missing_argument")
    if not length.isdecimal() or int(length) == 0:
        raise SlackError("missing_argument")
    alt_text = call.text("alt_txt") or ""
    if len(alt_text) > ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    now = int(call.workspace.clock.now().timestamp())
    file = File(call.workspace.new_id("F"), name, int(length), now, alt_text=alt_text)
    call.workspace.files[file.id] = file
    address = f"{call.workspace.url}/slack/upload/{file.id}"
    return {"ok": True, "upload_url": address, "file_id": file.id}


def complete(call: Call) -> Answer:
    """Finish uploads and share them (`files.completeUploadExternal`)."""
    files = _uploaded(call)
    channels = _targets(call)
    if call.text("thread_ts") and len(channels) != 1:
        raise SlackError("invalid_arguments")
    comment = call.text("initial_comment") or ""
    blocks = [] if comment else _blocks(call)
    threads = [read_thread_ts(call, one) for one in channels]
    for file, title in files:
        file.completed, file.title = True, title
    for channel, thread_ts in zip(channels, threads, strict=True):
        message = Message(
            channel=channel.id,
            ts=call.workspace.new_ts(),
            user=BOT_USER,
            text=comment,
            blocks=blocks,
            thread_ts=thread_ts,
            files=[file for file, _ in files],
        )
        call.workspace.store(message)
        for file, _ in files:
            file.shares.append((channel.id, message.ts))
    return {
        "ok": True,
        "files": [file_object(file, base=call.workspace.url) for file, _ in files],
    }


def _uploaded(call: Call) -> list[tuple[File, str]]:
    listed = call.structure("files")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments")
    return [_one_uploaded(call, one) for one in listed]


def _one_uploaded(call: Call, listed: Any) -> tuple[File, str]:
    if not isinstance(listed, dict):
        raise SlackError("invalid_arguments")
    file = call.workspace.files.get(str(listed.get("id")))
    if file is None or file.deleted or file.content is None or file.completed:
        raise SlackError("file_not_found")
    return file, str(listed.get("title") or file.name)


def _blocks(call: Call) -> list[dict[str, Any]]:
    blocks = read_blocks(call.structure("blocks"))
    if any(one["type"] == "markdown" for one in blocks):
        raise SlackError("internal_error")
    return blocks


def _targets(call: Call) -> list[Channel]:
    named = call.text("channels") or call.text("channel_id") or ""
    names = [one.strip() for one in named.split(",") if one.strip()]
    if len(names) > CHANNELS:
        raise SlackError("channels_limit_exceeded")
    return [_target(call, one) for one in names]


def _target(call: Call, name: str) -> Channel:
    found = call.workspace.channels.get(name)
    if found is None and name in call.workspace.people:
        found = call.workspace.direct(name)
    if found is None or (found.kind == "private" and not found.bot_member):
        raise SlackError("channel_not_found")
    if not found.bot_member:
        raise SlackError("not_in_channel")
    if found.archived or found.read_only:
        raise SlackError("posting_to_channel_denied")
    return found


def _existing(call: Call) -> File:
    file = call.workspace.files.get(call.required("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


def show(call: Call) -> Answer:
    """Describe a file and where it was shared (`files.info`)."""
    file = _existing(call)
    shares: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for channel, ts in file.shares:
        found = call.workspace.channels[channel]
        kind = "public" if found.kind == "channel" else "private"
        shares.setdefault(kind, {}).setdefault(channel, []).append({"ts": ts})
    shown = file_object(file, base=call.workspace.url)
    return {"ok": True, "file": {**shown, "shares": shares}, "comments": []}


def delete(call: Call) -> Answer:
    """Delete a file everywhere (`files.delete`)."""
    file = _existing(call)
    file.deleted, file.content = True, None
    for messages in call.workspace.messages.values():
        for message in messages:
            message.files = [one for one in message.files if one is not file]
    call.workspace.changed()
    return {"ok": True}


METHODS = {
    "files.getUploadURLExternal": Method(announce, ("files:write",)),
    "files.completeUploadExternal": Method(complete, ("files:write",)),
    "files.info": Method(show, ("files:read",)),
    "files.delete": Method(delete, ("files:write",)),
}

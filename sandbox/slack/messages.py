"""A message and a file, as the workspace keeps them and as it shows them."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sandbox.slack.installation import APP, BOT, BOT_USER, TEAM

_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
}


@dataclass(slots=True)
class File:
    """An upload: announced with a length, then filled, then shared."""

    id: str
    name: str
    length: int
    created: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    completed: bool = False
    deleted: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)

    @property
    def suffix(self) -> str:
        """The part of the name after the last dot, in lower case."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""

    @property
    def mimetype(self) -> str:
        """The content type Slack derives from the name."""
        return _TYPES.get(self.suffix, "application/octet-stream")

    def url(self, base: str) -> str:
        """Return where the bytes can be downloaded."""
        return f"{base}/slack/files/{self.id}/{quote(self.name, safe='')}"


def file_object(file: File, *, base: str) -> dict[str, Any]:
    """Describe a file as messages and `files.info` do (Slack, File object)."""
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.suffix or "binary",
        "pretty_type": file.suffix.upper() or "Binary",
        "user": BOT_USER,
        "user_team": TEAM,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": file.url(base),
        "url_private_download": file.url(base),
        "permalink": f"{base}/files/{BOT_USER}/{file.id}/{file.name}",
    }


@dataclass(slots=True)
class Message:
    """One message; `only_for` names the one person who sees an ephemeral one.

    `token` is the response URL the message came through, which may replace it.
    """

    channel: str
    ts: str
    text: str
    user: str | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    files: list[File] = field(default_factory=list)
    edited: bool = False
    metadata: dict[str, Any] | None = None
    only_for: str | None = None
    command: str | None = None
    token: str | None = None
    client_msg_id: str | None = None
    reactions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.user == BOT_USER

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


def message_object(
    message: Message,
    *,
    base: str,
    replies: list[Message],
    parent: Message | None = None,
    all_metadata: bool = True,
) -> dict[str, Any]:
    """Describe a message as `conversations.history` and payloads do.

    Without `all_metadata` only the event type is shown (Slack, Message metadata).
    """
    shown: dict[str, Any] = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "team": TEAM,
        "text": message.text,
    }
    if message.bot:
        shown |= {"bot_id": BOT, "app_id": APP}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.attachments:
        shown["attachments"] = message.attachments
    if message.files:
        shown["files"] = [file_object(one, base=base) for one in message.files]
        shown["upload"] = False
    if message.reactions:
        shown["reactions"] = message.reactions
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.client_msg_id:
        shown["client_msg_id"] = message.client_msg_id
    shown |= _thread(message, replies, parent)
    if message.metadata:
        shown["metadata"] = (
            message.metadata
            if all_metadata
            else {"event_type": message.metadata["event_type"]}
        )
    return shown


def _thread(
    message: Message, replies: list[Message], parent: Message | None
) -> dict[str, Any]:
    if message.is_reply:
        author = parent.user if parent is not None else None
        shown = {"thread_ts": message.thread_ts, "parent_user_id": author}
        return {**shown, "subtype": "thread_broadcast"} if message.broadcast else shown
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": sorted({one.user or "" for one in replies}),
        "reply_users_count": len({one.user for one in replies}),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
    }


def page_object(message: Message, *, base: str, reply_count: int) -> dict[str, Any]:
    """Describe a message to the page and to tests (the control API's shape)."""
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "bot": message.bot,
        "text": message.text,
        "blocks": message.blocks,
        "ephemeral": message.only_for is not None,
        "thread_ts": message.thread_ts,
        "reply_count": reply_count,
        "files": [
            {
                "id": one.id,
                "name": one.name,
                "title": one.title or one.name,
                "alt_text": one.alt_text,
                "mimetype": one.mimetype,
                "size": one.length,
                "url": one.url(base),
            }
            for one in message.files
        ],
        "edited": message.edited,
        "metadata": message.metadata,
        "command": message.command,
    }

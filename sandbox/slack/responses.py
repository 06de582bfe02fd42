"""What the bot answers to an interaction: at once, or later at its response URL.

Source: Slack, Handling user interaction (message responses).
"""

from datetime import timedelta
from typing import Any

from sandbox.slack.call import Call
from sandbox.slack.errors import SlackError
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.methods.chat import Content, read_content, read_metadata
from sandbox.slack.workspace import ResponseUrl, Workspace

USES = 5
LIFETIME = timedelta(minutes=30)
_FIELDS = {
    "text", "blocks", "attachments", "response_type", "replace_original",
    "delete_original", "thread_ts", "metadata", "unfurl_links", "unfurl_media",
    "mrkdwn", "parse", "link_names",
}  # fmt: skip


def use(workspace: Workspace, token: str, body: Any) -> None:
    """Do what the bot asks for at a response URL; the use counts either way.

    Raises:
        SlackError: The address is unknown, used up or too old, or the body is refused.
    """
    url = workspace.response_urls.get(token)
    if url is None:
        raise SlackError("expired_url")
    if workspace.clock.now() - url.made_on > LIFETIME:
        raise SlackError("expired_url")
    if url.uses >= USES:
        raise SlackError("used_url")
    url.uses += 1
    answer(workspace, url, body)


def answer(workspace: Workspace, url: ResponseUrl, body: Any) -> Message | None:
    """Show an answer to the person who asked, or to the channel.

    Returns:
        The new or changed message; None when one was deleted.

    Raises:
        SlackError: The body is not a message Slack would show.
    """
    if isinstance(body, str):
        body = {"text": body}
    if not isinstance(body, dict) or set(body) - _FIELDS:
        raise SlackError("invalid_payload")
    kind = body.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise SlackError("invalid_payload")
    call = Call(workspace, "response_url", body, [])
    original = _original(workspace, url)
    if call.flag("delete_original"):
        if original is not None:
            workspace.remove(original)
        return None
    content = read_content(call)
    if call.flag("replace_original") and original is not None:
        return _replace(workspace, original, content)
    return _add(workspace, url, call, content)


def _original(workspace: Workspace, url: ResponseUrl) -> Message | None:
    """Find the message an answer may replace: the one pressed, or our last answer."""
    messages = workspace.messages[url.channel]
    if url.message_ts is not None:
        return workspace.find(url.channel, url.message_ts)
    return next((one for one in reversed(messages) if one.token == url.id), None)


def _replace(workspace: Workspace, original: Message, content: Content) -> Message:
    workspace.name_blocks(content.blocks)
    original.text, original.blocks = content.text, content.blocks
    original.attachments = content.attachments
    original.edited = original.only_for is None
    workspace.changed()
    return original


def _add(
    workspace: Workspace, url: ResponseUrl, call: Call, content: Content
) -> Message:
    ephemeral = call.args.get("response_type", "ephemeral") == "ephemeral"
    return workspace.store(
        Message(
            channel=url.channel,
            ts=workspace.new_ts(),
            user=BOT_USER,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            thread_ts=call.text("thread_ts") or (url.thread_ts if ephemeral else None),
            metadata=read_metadata(call),
            only_for=url.user if ephemeral else None,
            token=url.id,
        )
    )

"""Files into threads, so that it is known afterwards what became of them.

An upload has three steps: Slack is told of a file, its bytes are sent, and the file is
shared. Only the last is seen by anybody, so it alone can be lost or doubled. The file's
id is known before it, and by that the share is found again in the thread. Source:
Slack, "Working with files" and ``files.completeUploadExternal``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.document import Document, Thread
from bot.flows.post import (
    Absent,
    Busy,
    Closed,
    Posted,
    PostOutcome,
    Refused,
    SearchOutcome,
    Unknown,
    Unreadable,
    conversation_of,
    sort_error,
)

#: Slack looks into a file before it shows it, longer into a larger one: until so long
#: after a share, a thread without the file proves nothing.
PATIENCE = timedelta(seconds=60)
#: About this file: the channel would take another one.
REFUSED = frozenset(
    {
        "file_type_not_allowed",
        "file_uploads_disabled",
        "file_uploads_except_images_disabled",
        "file_upload_size_restricted",
        "storage_limit_reached",
        "file_not_found",
        "invalid_arguments",
        "missing_argument",
    }
)
_NO_ANSWER = (SlackClientError, aiohttp.ClientError, OSError, AttributeError)
_SOON = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Ready:
    """Slack has the bytes of *file*, and nobody sees it yet."""

    file: str


async def prepare(
    client: AsyncWebClient, document: Document
) -> Ready | Busy | Closed | Refused:
    """Do all that nobody sees; whatever fails may be done again."""
    if client.session is None:
        raise ValueError("the client has no session")
    try:
        # In the body: the client's own helper puts names into the address.
        step = await client.api_call(
            "files.getUploadURLExternal", data=_announced(document)
        )
        url, file = str(step["upload_url"]), str(step["file_id"])
        async with client.session.post(url, data=document.content) as answer:
            if answer.status != 200:
                return Busy(_SOON, f"the upload was answered {answer.status}")
            await answer.read()
    except SlackApiError as error:
        outcome = _sort(error)
        return Busy(_SOON, outcome.reason) if isinstance(outcome, Unknown) else outcome
    except (*_NO_ANSWER, KeyError) as error:
        return Busy(_SOON, type(error).__name__)
    return Ready(file)


def _announced(document: Document) -> dict[str, str | int]:
    said: dict[str, str | int] = {
        "filename": document.filename,
        "length": len(document.content),
    }
    if document.alt_text:
        said["alt_txt"] = document.alt_text
    return said


async def share(
    client: AsyncWebClient,
    thread: Thread,
    files: Sequence[tuple[str, str]],
    *,
    comment: str,
) -> PostOutcome:
    """Show prepared files (ids and titles) in a thread, in one message.

    The ``ts`` of that message is empty where Slack does not say it yet.
    """
    listed = [{"id": file, "title": title} for file, title in files]
    arguments: dict[str, Any] = {"files": listed, "initial_comment": comment}
    try:
        channel = await conversation_of(client, thread.channel)
    except (SlackApiError, *_NO_ANSWER) as error:
        return Busy(_SOON, type(error).__name__)
    arguments["channel_id"] = channel
    if thread.ts:
        arguments["thread_ts"] = thread.ts
    try:
        answer = await client.api_call("files.completeUploadExternal", json=arguments)
    except SlackApiError as error:
        return _sort(error)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        # No connection was made, so nothing was shared.
        return Busy(_SOON, type(error).__name__)
    except _NO_ANSWER as error:
        return Unknown(type(error).__name__)
    found = answer.get("files")
    if not isinstance(found, list) or not found:
        return Unknown("an answer without files")
    return Posted(_shared_as(found[0], channel), _addresses(found))


async def find_share(
    client: AsyncWebClient, thread: Thread, *, file: str | None, name: str = ""
) -> SearchOutcome:
    """Look for a file in a thread: by its id, or by its name where there is none."""
    try:
        channel = await conversation_of(client, thread.channel)
        arguments: dict[str, Any] = {"channel": channel, "limit": 200}
        while True:
            answer = await client.conversations_replies(ts=thread.ts, **arguments)
            page = answer.data if isinstance(answer.data, dict) else {}
            for message in page.get("messages") or ():
                files = message.get("files") or ()
                if _holds(files, file=file, name=name):
                    return Posted(str(message["ts"]), _addresses(files))
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return Absent()
            arguments["cursor"] = cursor
    except SlackApiError as error:
        match sort_error(error):
            case Closed(code=code) | Refused(code=code):
                return Unreadable(code)
            case Busy() as busy:
                return busy
            case _:
                return Busy(_SOON, "Slack did not answer")
    except _NO_ANSWER as error:
        return Busy(_SOON, type(error).__name__)


async def discard(client: AsyncWebClient, file: str) -> bool:
    """Take a file away for good, so that no late share of it can appear."""
    try:
        await client.api_call("files.delete", json={"file": file})
    except SlackApiError as error:
        data = getattr(error.response, "data", None)
        code = data.get("error") if isinstance(data, dict) else None
        return code in {"file_not_found", "file_deleted"}
    except _NO_ANSWER:
        return False
    return True


def _holds(files: Iterable[dict[str, Any]], *, file: str | None, name: str) -> bool:
    if file is not None:
        return any(each.get("id") == file for each in files)
    return any(each.get("name") == name for each in files)


def _addresses(files: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Read where each file can be opened, by its id."""
    return {
        str(each.get("id")): str(each["permalink"])
        for each in files
        if each.get("permalink")
    }


def _shared_as(file: dict[str, Any], channel: str) -> str:
    """Read the ``ts`` of the message in which *file* was shared, if it is there."""
    for kind in (file.get("shares") or {}).values():
        for shared in kind.get(channel) or ():
            return str(shared.get("ts") or "")
    return ""


def _sort(error: SlackApiError) -> Busy | Closed | Refused | Unknown:
    outcome = sort_error(error)
    if isinstance(outcome, Closed) and outcome.code in REFUSED:
        return Refused(outcome.code)
    return outcome

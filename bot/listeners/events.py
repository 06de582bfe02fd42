"""Mentions and direct messages: the same questions, where commands do not work."""

import re
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.flows.document import Thread
from bot.flows.reply import Asker, Reply
from bot.listeners.files import bring_for, wants_file
from bot.listeners.pictures import asks_for_chart, bring_picture_for
from bot.listeners.services import Services
from bot.queries.wording import mark, tr
from bot.slack import SlackError
from bot.views.trouble import INTERNAL, NO_DATABASE, sentence_message
from storage import seen, threads
from storage.errors import StorageError

log = structlog.get_logger(__name__)

RESET = mark("Forgotten; the next question in this thread stands for itself.")
_MENTION = re.compile(r"^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>\s*[:,]?")


def register(app: AsyncApp, services: Services) -> None:
    """Add the events of the manifest."""

    async def mentioned(body: dict[str, Any], event: dict[str, Any]) -> None:
        if _by_a_person(event):
            services.tasks.start(_answer(services, body, event), name="mention")

    async def messaged(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("channel_type") == "im" and _by_a_person(event):
            services.tasks.start(_answer(services, body, event), name="message")

    app.event("app_mention")(mentioned)
    app.event("message")(messaged)


def _by_a_person(event: dict[str, Any]) -> bool:
    """Tell a question from an edit, a join, and anything that a bot wrote."""
    return bool(
        event.get("user") and not event.get("bot_id") and not event.get("subtype")
    )


def question_in(body: dict[str, Any], event: dict[str, Any]) -> str:
    """Take the mention off a question: in front anybody's, elsewhere Duebot's own."""
    text = _MENTION.sub("", str(event.get("text", "")))
    for each in body.get("authorizations") or ():
        text = text.replace(f"<@{each.get('user_id')}>", " ")
    return text.strip()


async def _answer(
    services: Services, body: dict[str, Any], event: dict[str, Any]
) -> None:
    """Answer in the thread of the question; what is not an answer is private."""
    direct = event.get("channel_type") == "im"
    thread_ts = event.get("thread_ts") or (None if direct else event["ts"])
    asker = Asker(
        user=event["user"],
        channel=event["channel"],
        direct=direct,
        thread=thread_ts or "",
    )
    try:
        key = f"event:{body.get('event_id')}"
        if not await services.store.run_aside(seen.first_time, key, now=services.now()):
            log.info("event delivered again, nothing done", id=body.get("event_id"))
            return
        text = question_in(body, event)
        reply = await _reply(services, text or "help", asker, thread_ts)
    except StorageError as error:
        log.error("question not answered", kind=event.get("type"), cause=str(error))
        reply = Reply(sentence_message(tr(NO_DATABASE)), is_answer=False)
    except Exception:
        # The person has to hear something, and the log gets the whole of it.
        log.exception("defect", kind=event.get("type"))
        reply = Reply(sentence_message(tr(INTERNAL)), is_answer=False)
    try:
        # Slack shows a private message in a thread only where the thread has begun.
        begun = event.get("thread_ts")
        await _post(services, asker, reply, thread_ts, begun=begun)
    except SlackError as error:
        log.warning("answer not posted", cause=error.code, channel=asker.channel)
    except StorageError as error:
        log.error("answer not replaced", cause=str(error), channel=asker.channel)


async def _reply(
    services: Services, text: str, asker: Asker, thread_ts: str | None
) -> Reply:
    """Answer after what was asked last in the thread, and remember this instead."""
    if thread_ts is None:
        return await services.replies.to_text(text, asker, shared=True)
    place = (asker.channel, thread_ts)
    if text.strip(" .!").casefold() == "reset":
        refusal = await services.replies.refusal(asker)
        if refusal is not None:
            return Reply(sentence_message(refusal), is_answer=False)
        had = await services.store.run_aside(threads.reset, *place)
        said = tr(RESET) if had else tr("There is nothing to reset in this thread.")
        return Reply(sentence_message(said), is_answer=False)
    last = services.store.read(threads.last_command, *place)
    reply = await services.replies.to_text(text, asker, shared=True, after=last)
    if reply.is_answer and reply.command is not None:
        await services.store.run_aside(
            threads.remember, *place, command=reply.command, now=services.now()
        )
    return reply


async def _bring(
    services: Services, asker: Asker, reply: Reply, thread: Thread
) -> None:
    """Bring the file that was asked for into the answer's thread."""
    private = not services.replies.whole(asker)
    await bring_for(
        services,
        reply,
        user=asker.user,
        thread=None if private else thread,
        tell=partial(_tell, services, asker, thread),
    )


async def _tell(
    services: Services,
    asker: Asker,
    thread: Thread,
    sentence: str,
    address: str | None = None,
) -> None:
    """Say a sentence to the asker alone, beside what it is about."""
    message = sentence_message(sentence, address=address)
    if asker.direct:
        await services.slack.post(
            thread.channel,
            text=message.text,
            blocks=message.blocks,
            thread_ts=thread.ts,
        )
        return
    await services.slack.whisper(
        asker.channel,
        asker.user,
        text=message.text,
        blocks=message.blocks,
        thread_ts=thread.ts,
    )


async def _post(
    services: Services,
    asker: Asker,
    reply: Reply,
    thread_ts: str | None,
    *,
    begun: str | None,
) -> None:
    """Post an answer into its thread; say all else to the asker, where it is seen."""
    message = reply.message
    if not (reply.is_answer or asker.direct):
        await services.slack.whisper(
            asker.channel,
            asker.user,
            text=message.text,
            blocks=message.blocks,
            thread_ts=begun,
        )
        return
    ts = await services.slack.post(
        asker.channel, text=message.text, blocks=message.blocks, thread_ts=thread_ts
    )
    thread = Thread(asker.channel, thread_ts or ts)
    if reply.is_answer and reply.query is not None and wants_file(reply.query):
        services.tasks.start(
            _bring(services, asker, reply, thread), name="file for a mention"
        )
    if asks_for_chart(reply) and services.replies.whole(asker):
        services.tasks.start(
            bring_picture_for(
                services,
                reply,
                user=asker.user,
                thread=thread,
                tell=partial(_tell, services, asker, thread),
            ),
            name="picture for a mention",
        )
    async for later in services.replies.steps(reply, shared=True):
        await services.slack.update(
            asker.channel, ts, text=later.message.text, blocks=later.message.blocks
        )

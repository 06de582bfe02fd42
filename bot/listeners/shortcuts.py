"""Shortcuts: on a message, the invoices it mentions; everywhere, a form to ask with."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.flows.find import text_of
from bot.flows.reply import Asker
from bot.listeners.services import Services
from bot.listeners.windows import WAIT_SECONDS
from bot.queries.commands import to_command
from bot.queries.model import Query
from bot.queries.wording import tr
from bot.slack import SlackError
from bot.views import ids
from bot.views.asking import ask_view
from bot.views.found import found_message, nothing_message
from bot.views.ids import AnswerRef
from bot.views.kit import Message
from bot.views.modal import sentence_view
from bot.views.trouble import INTERNAL, NO_DATABASE, sentence_message
from storage import seen
from storage.errors import StorageError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pointed:
    """The message that somebody used a shortcut on, and where the answer goes."""

    asker: Asker
    text: str
    thread_ts: str | None
    response_url: str
    key: str


def register(app: AsyncApp, services: Services) -> None:
    """Add the shortcuts of the manifest."""

    async def find(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        services.tasks.start(_find(services, body), name="find invoices")

    async def ask(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        services.tasks.start(_open_form(services, body), name="ask about invoices")

    app.shortcut(ids.FIND_INVOICES)(find)
    app.shortcut(ids.ASK_ABOUT_INVOICES)(ask)


def read_message_action(body: dict[str, Any]) -> Pointed:
    """Read a `message_action` payload (Slack, "Handling user interaction")."""
    message = body.get("message") or {}
    user = str(body["user"]["id"])
    channel = str((body.get("channel") or {}).get("id") or "")
    ts = str(body.get("message_ts") or message.get("ts") or "")
    return Pointed(
        asker=Asker(user=user, channel=channel),
        text=text_of(message),
        thread_ts=message.get("thread_ts"),
        response_url=str(body.get("response_url") or ""),
        key=f"find:{user}:{channel}:{ts}:{body.get('action_ts')}",
    )


async def _find(services: Services, body: dict[str, Any]) -> None:
    """Answer privately, whatever comes of it."""
    pointed = read_message_action(body)
    try:
        if not await services.store.run(
            seen.first_time, pointed.key, now=services.now()
        ):
            log.info("shortcut repeated, nothing done")
            return
        message = await _found(services, pointed)
    except StorageError as error:
        log.error("message not searched", cause=str(error))
        message = sentence_message(tr(NO_DATABASE))
    except Exception:
        # Whoever asked has to hear something, and the log gets the whole of it.
        log.exception("defect", shortcut=ids.FIND_INVOICES)
        message = sentence_message(tr(INTERNAL))
    try:
        await _answer(services, pointed, message)
    except SlackError as error:
        log.warning("could not answer a shortcut", cause=error.code)


async def _found(services: Services, pointed: Pointed) -> Message:
    refusal = await services.replies.refusal(pointed.asker)
    if refusal is not None:
        return sentence_message(refusal)
    context = services.replies.context()
    found = await services.replies.mentioned(pointed.text)
    if len(found.invoices) == 1:
        [invoice] = found.invoices
        query = Query(
            show="invoice", number=invoice.number, connections=(invoice.connection,)
        )
        ref = AnswerRef(command=to_command(query, context))
        reply = await services.replies.to_ref(
            ref, pointed.asker, shared=False, wait_seconds=WAIT_SECONDS
        )
        return reply.message
    if found.invoices:
        return found_message(found.invoices, today=services.replies.today())
    return nothing_message([(each.said, each.closest) for each in found.unknown])


async def _answer(services: Services, pointed: Pointed, message: Message) -> None:
    """Show it where the message is: in its thread, if it is in one.

    A response URL reaches places where Duebot is no member, and no threads.
    """
    body = {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": message.text,
        "blocks": message.blocks,
    }
    if pointed.thread_ts is None and pointed.response_url:
        try:
            await services.slack.respond(pointed.response_url, body)
        except SlackError as error:
            log.warning("response URL refused", cause=error.code)
        else:
            return
    try:
        await services.slack.whisper(
            pointed.asker.channel,
            pointed.asker.user,
            text=message.text,
            blocks=message.blocks,
            thread_ts=pointed.thread_ts,
        )
    except SlackError:
        if pointed.thread_ts is None or not pointed.response_url:
            raise
        await services.slack.respond(pointed.response_url, body)


async def _open_form(services: Services, body: dict[str, Any]) -> None:
    """Open the form, or say why there is none; nothing of it waits for a provider."""
    user, trigger_id = str(body["user"]["id"]), str(body.get("trigger_id") or "")
    try:
        refusal = await services.replies.refusal(Asker(user, "", direct=True))
        if refusal is None:
            view = ask_view(services.replies.context())
        else:
            view = sentence_view(tr("Ask about invoices"), refusal)
    except StorageError as error:
        log.error("form not opened", cause=str(error))
        view = sentence_view(tr("Ask about invoices"), tr(NO_DATABASE))
    except Exception:
        # As in `_find`.
        log.exception("defect", shortcut=ids.ASK_ABOUT_INVOICES)
        view = sentence_view(tr("Ask about invoices"), tr(INTERNAL))
    try:
        await services.slack.open_view(trigger_id, view)
    except SlackError as error:
        log.warning("form not opened", cause=error.code)

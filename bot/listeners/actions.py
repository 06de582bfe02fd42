"""Buttons and menus: acknowledged at once, worked on in a task that is tracked."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.answers.model import InvoiceList, OneInvoice
from bot.exports.file import Format
from bot.flows.document import Thread
from bot.flows.reply import Asker, Reply
from bot.listeners.files import bring_documents, bring_export, bring_for, wants_file
from bot.listeners.pictures import bring_picture, bring_picture_for
from bot.listeners.services import Services
from bot.listeners.windows import one_view, open_when_ready
from bot.queries.model import Part
from bot.queries.wording import mark, tr
from bot.slack import SlackError
from bot.views import ids
from bot.views.ids import AnswerRef, CarePlace, CareRef, InvoiceRef, PrivateRef
from bot.views.kit import Message, actions, button, section
from bot.views.privacy import SEND
from bot.views.trouble import (
    INTERNAL,
    NO_DATABASE,
    sentence_message,
    slack_refused,
)
from storage import seen, threads
from storage.errors import StorageError

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 25.0
#: Buttons that show a part of an invoice.
PARTS: dict[str, Part] = {
    ids.INVOICE_LINES: "lines",
    ids.INVOICE_HISTORY: "history",
    ids.INVOICE_WHY: "why",
}
FORMATS: dict[str, Format] = {ids.ANSWER_CSV: "csv", ids.ANSWER_XLSX: "xlsx"}
#: What puts a file into the thread of the message.
FILES = frozenset((ids.INVOICE_PDF, ids.ANSWER_PDFS, *FORMATS))
OLD_BUTTON = mark("This button is from an older answer. Ask again to get a new one.")


@dataclass(frozen=True, slots=True)
class Click:
    """What a `block_actions` payload says, read once."""

    kind: str
    value: str
    asker: Asker
    message_ts: str
    thread_ts: str | None
    ephemeral: bool
    response_url: str
    trigger_id: str
    key: str
    #: In a window, which belongs to no message and which nobody else sees.
    in_window: bool = False

    @property
    def parent_ts(self) -> str:
        """The thread that the message is in, or begins."""
        return self.thread_ts or self.message_ts


def read_click(body: dict[str, Any]) -> Click:
    """Read a `block_actions` payload (Slack, "Handling user interaction")."""
    action = body["actions"][0]
    container = body.get("container") or {}
    message = body.get("message") or {}
    option = action.get("selected_option") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id", "")
    user = body["user"]["id"]
    message_ts = str(container.get("message_ts") or message.get("ts") or "")
    return Click(
        kind=str(action["action_id"]).partition(":")[0],
        value=str(action.get("value") or option.get("value") or ""),
        asker=Asker(user=user, channel=channel),
        message_ts=message_ts,
        thread_ts=container.get("thread_ts") or message.get("thread_ts"),
        ephemeral=bool(container.get("is_ephemeral")),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        key=f"click:{user}:{message_ts}:{action['action_id']}:{action.get('action_ts')}",
        in_window=container.get("type") == "view",
    )


def place_of_click(click: Click, ref: InvoiceRef | CareRef | CarePlace) -> CarePlace:
    """Say where the message is on which something was pressed, if others see it."""
    public = not click.ephemeral and bool(click.asker.channel)
    return CarePlace(
        connection=ref.connection,
        id=ref.id,
        channel=click.asker.channel if public else "",
        thread=click.parent_ts if public else "",
    )


Handler = Callable[[Services, Click], Awaitable[None]]


def register(app: AsyncApp, services: Services) -> None:
    """Add a listener per action id."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        services.tasks.start(_work(services, click), name=f"click {click.kind}")

    for action_id in HANDLERS:
        app.action(re.compile(rf"^{action_id}(:\d+)?$"))(pressed)


async def _work(services: Services, click: Click) -> None:
    """Do what was pressed, once; whoever pressed hears of every failure."""
    try:
        first = await services.store.run_aside(
            seen.first_time, click.key, now=services.now()
        )
    except StorageError as error:
        log.error("click not worked on", kind=click.kind, cause=str(error))
        await tell(services, click, tr(NO_DATABASE))
        return
    if not first:
        log.info("click repeated, nothing done", kind=click.kind)
        return
    if click.in_window:
        asker = await services.replies.alone(click.asker.user)
        click = replace(click, asker=asker, ephemeral=True)
    refusal = await services.replies.refusal(click.asker)
    if refusal is not None:
        await tell(services, click, refusal)
        return
    try:
        others_see_it = click.kind in FILES and not click.ephemeral
        if others_see_it and not services.replies.whole(click.asker):
            await _offer_privately(services, click)
            return
        await HANDLERS[click.kind](services, click)
    except ValidationError:
        await tell(services, click, tr(OLD_BUTTON))
    except SlackError as error:
        log.warning("click failed", kind=click.kind, cause=error.code)
        await tell(services, click, slack_refused(error.code, tr("That")))
    except StorageError as error:
        log.error("click failed", kind=click.kind, cause=str(error))
        await tell(services, click, tr(NO_DATABASE))
    except Exception:
        # Whoever pressed has to hear something, and the log gets the whole of it.
        log.exception("defect", action=click.kind)
        await tell(services, click, tr(INTERNAL))


async def _share(services: Services, click: Click) -> None:
    ref = AnswerRef.model_validate_json(click.value)
    reply = await services.replies.to_ref(ref, click.asker, shared=True)
    if not reply.is_answer:
        await show(services, click, reply.message, replace=False)
        return
    once = f"share:{click.asker.channel}:{click.message_ts}:{ref.command}:{ref.page}"
    if not await services.store.run_aside(seen.first_time, once, now=services.now()):
        await tell(services, click, tr("This answer is already shared here."))
        return
    message = reply.message
    try:
        ts = await services.slack.post(
            click.asker.channel,
            text=message.text,
            blocks=message.blocks,
            thread_ts=click.thread_ts,
        )
        if reply.command is not None:
            await services.store.run_aside(
                threads.remember,
                click.asker.channel,
                click.thread_ts or ts,
                command=reply.command,
                now=services.now(),
            )
    except SlackError as error:
        if error.code not in {"not_in_channel", "channel_not_found"}:
            if error.code != "no_answer":  # surely not posted, so that it may be again
                await services.store.run_aside(seen.take_back, once)
            raise
        # A response URL posts where Duebot is no member; its thread takes no PDF.
        await _respond(
            services,
            click,
            {
                "response_type": "in_channel",
                "replace_original": False,
                "text": message.text,
                "blocks": message.blocks,
            },
        )
        return
    if services.replies.whole(click.asker):
        thread = Thread(click.asker.channel, click.thread_ts or ts)
        await _picture(services, click, reply, thread)


async def _picture(
    services: Services, click: Click, reply: Reply, thread: Thread | None
) -> None:
    """Bring the chart as a picture where Slack draws none."""
    await bring_picture_for(
        services,
        reply,
        user=click.asker.user,
        thread=thread,
        tell=partial(tell, services, click),
    )


async def _again(services: Services, click: Click) -> None:
    ref = AnswerRef.model_validate_json(click.value)
    reply = await services.replies.to_ref(
        ref,
        click.asker,
        shared=not click.ephemeral,
        wait_seconds=REFRESH_SECONDS,
        again=True,
    )
    await show(services, click, reply.message, replace=reply.is_answer)


async def _turn(services: Services, click: Click) -> None:
    ref = AnswerRef.model_validate_json(click.value)
    reply = await services.replies.to_ref(ref, click.asker, shared=not click.ephemeral)
    await show(services, click, reply.message, replace=reply.is_answer)


async def _run(services: Services, click: Click) -> None:
    ref = AnswerRef.model_validate_json(click.value)
    reply = await services.replies.to_ref(
        ref, click.asker, shared=False, wait_seconds=1.5
    )
    await show(services, click, reply.message, replace=click.ephemeral)
    if reply.is_answer and reply.query is not None and wants_file(reply.query):
        await bring_for(
            services,
            reply,
            user=click.asker.user,
            thread=None,
            tell=partial(tell, services, click),
        )
    await _picture(services, click, reply, None)


async def _details(services: Services, click: Click) -> None:
    """Show an invoice, or a part of it, in a window; above that which is open."""
    ref = InvoiceRef.model_validate_json(click.value)
    await open_when_ready(
        services,
        click.trigger_id,
        one_view(
            services,
            ref,
            part=PARTS.get(click.kind),
            place=place_of_click(click, ref),
        ),
        title=mark("Invoice"),
        above=click.in_window,
    )


async def _send_privately(services: Services, click: Click) -> None:
    """Send what the channel does not show, in a direct message."""
    ref = PrivateRef.model_validate_json(click.value)
    messages = await services.replies.privately(ref)
    if not messages:
        await tell(services, click, tr(OLD_BUTTON))
        return
    channel = await services.slack.open_direct_message(click.asker.user)
    first: str | None = None
    for each in messages:
        ts = await services.slack.post(
            channel, text=each.text, blocks=each.blocks, thread_ts=first
        )
        first = first or ts
    await tell(services, click, tr("It is in our direct message."))
    asked = services.replies.question(ref)
    if asked is not None and first is not None:
        await bring_picture(
            services,
            asked,
            user=click.asker.user,
            thread=Thread(channel, first),
            tell=partial(tell, services, click),
        )


async def _refresh_withheld(services: Services, click: Click) -> None:
    """Read again for an answer whose question is kept, not carried."""
    asked = services.replies.question(PrivateRef.model_validate_json(click.value))
    if asked is None:
        await tell(services, click, tr(OLD_BUTTON))
        return
    await _again(services, replace(click, value=asked.model_dump_json()))


async def _offer_privately(services: Services, click: Click) -> None:
    """Say that a file does not come here; the same button privately brings it."""
    said = " ".join(
        [services.replies.rule(click.asker), tr("Files are not put there either.")]
    )
    again = button(SEND, f"{click.kind}:1", click.value)
    message = Message(said, [section(said), actions("privacy", again)])
    await show(services, click, message, replace=False)


async def _pdf(services: Services, click: Click) -> None:
    await _bring(services, click, [InvoiceRef.model_validate_json(click.value)])


async def _pdfs(services: Services, click: Click) -> None:
    ref = AnswerRef.model_validate_json(click.value)
    answer = services.replies.answer_to(ref)
    match answer:
        case InvoiceList(invoices=invoices):
            pass
        case OneInvoice(invoice=invoice):
            invoices = (invoice,)
        case _:
            invoices = ()
    await _bring(
        services,
        click,
        [InvoiceRef(connection=i.connection, id=i.id) for i in invoices if i.has_pdf],
    )


async def _bring(services: Services, click: Click, refs: list[InvoiceRef]) -> None:
    """Put documents into the message's thread; privately asked, into a direct one."""
    await bring_documents(
        services,
        refs,
        user=click.asker.user,
        thread=_thread_of(click),
        tell=partial(tell, services, click),
    )


async def _export(services: Services, click: Click) -> None:
    """Put all rows into the message's thread; privately asked, into a direct one."""
    await bring_export(
        services,
        AnswerRef.model_validate_json(click.value),
        FORMATS[click.kind],
        user=click.asker.user,
        thread=_thread_of(click),
        tell=partial(tell, services, click),
    )


def _thread_of(click: Click) -> Thread | None:
    """Take the thread that files go to; ``None`` where only one person sees it."""
    return None if click.ephemeral else Thread(click.asker.channel, click.parent_ts)


async def show(
    services: Services, click: Click, message: Message, *, replace: bool
) -> None:
    """Show a message to whoever pressed alone, or in place of what it is pressed on.

    In place of a message that everybody sees, it is one that everybody sees.
    """
    in_public = replace and not click.ephemeral
    await _respond(
        services,
        click,
        {
            "response_type": "in_channel" if in_public else "ephemeral",
            "replace_original": replace,
            "text": message.text,
            "blocks": message.blocks,
        },
    )


async def tell(
    services: Services, click: Click, sentence: str, address: str | None = None
) -> None:
    """Say a sentence to whoever pressed, and to nobody else."""
    message = sentence_message(sentence, address=address)
    try:
        await show(services, click, message, replace=False)
    except SlackError as error:
        log.warning("could not tell", cause=error.code, kind=click.kind)


async def _respond(services: Services, click: Click, body: dict[str, Any]) -> None:
    """Use the click's response URL; without one, a message only its person sees."""
    if click.in_window:
        await services.slack.post(
            click.asker.channel, text=body["text"], blocks=body["blocks"]
        )
        return
    if click.response_url:
        try:
            await services.slack.respond(click.response_url, body)
        except SlackError as error:
            log.warning("response URL refused", cause=error.code)
        else:
            return
    await services.slack.whisper(
        click.asker.channel,
        click.asker.user,
        text=body["text"],
        blocks=body["blocks"],
        thread_ts=click.thread_ts,
    )


HANDLERS: dict[str, Handler] = {
    ids.ANSWER_SHARE: _share,
    ids.ANSWER_REFRESH: _again,
    ids.ANSWER_PREVIOUS: _turn,
    ids.ANSWER_NEXT: _turn,
    ids.RUN_COMMAND: _run,
    ids.INVOICE_DETAILS: _details,
    ids.INVOICE_LINES: _details,
    ids.INVOICE_HISTORY: _details,
    ids.INVOICE_WHY: _details,
    ids.INVOICE_PDF: _pdf,
    ids.ANSWER_PDFS: _pdfs,
    ids.ANSWER_CSV: _export,
    ids.ANSWER_XLSX: _export,
    ids.SEND_PRIVATELY: _send_privately,
    ids.WITHHELD_REFRESH: _refresh_withheld,
}

"""Buttons and menus: acknowledged at once, worked on in a task that is tracked."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.answers.model import InvoiceList, OneInvoice
from bot.exports.file import Format
from bot.flows.document import Thread
from bot.flows.reply import Reply
from bot.listeners.clicks import (
    OLD_BUTTON,
    Click,
    do_once,
    place_of_click,
    read_click,
    respond,
    show,
    tell,
    thread_of,
)
from bot.listeners.files import bring_documents, bring_export, bring_for, wants_file
from bot.listeners.pictures import bring_picture, bring_picture_for
from bot.listeners.services import Services
from bot.listeners.windows import one_view, open_when_ready
from bot.queries.model import Part
from bot.queries.wording import mark, tr
from bot.slack import SlackError
from bot.views import ids
from bot.views.ids import AnswerRef, InvoiceRef, PrivateRef
from bot.views.kit import Message, actions, button, section
from bot.views.privacy import SEND
from storage import seen, threads

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


Handler = Callable[[Services, Click], Awaitable[None]]


def register(app: AsyncApp, services: Services) -> None:
    """Add a listener per action id."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        work = do_once(
            services,
            click,
            partial(_work, services, click),
            partial(tell, services, click),
        )
        services.tasks.start(work, name=f"click {click.kind}")

    for action_id in HANDLERS:
        app.action(re.compile(rf"^{action_id}(:\d+)?$"))(pressed)


async def _work(services: Services, click: Click) -> None:
    """Do what was pressed, if whoever pressed may."""
    if click.in_window:
        asker = await services.replies.alone(click.asker.user)
        click = replace(click, asker=asker, ephemeral=True)
    refusal = await services.replies.refusal(click.asker)
    if refusal is not None:
        await tell(services, click, refusal)
        return
    others_see_it = click.kind in FILES and not click.ephemeral
    if others_see_it and not services.replies.whole(click.asker):
        await _offer_privately(services, click)
        return
    await HANDLERS[click.kind](services, click)


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
        await respond(
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
    again = button(tr(SEND), f"{click.kind}:1", click.value)
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
        thread=thread_of(click),
        tell=partial(tell, services, click),
    )


async def _export(services: Services, click: Click) -> None:
    """Put all rows into the message's thread; privately asked, into a direct one."""
    await bring_export(
        services,
        AnswerRef.model_validate_json(click.value),
        FORMATS[click.kind],
        user=click.asker.user,
        thread=thread_of(click),
        tell=partial(tell, services, click),
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

"""Submitted modals: a question to answer in place, an answer to post somewhere.

What a modal sends back is not trusted: words go through the parser, and the right to
see and to post is looked at again.
"""

import asyncio
import time
from functools import partial
from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.flows.document import Thread
from bot.flows.reply import Asker, Reply
from bot.listeners.files import bring_for, wants_file
from bot.listeners.pictures import asks_for_chart, bring_picture_for
from bot.listeners.services import Services
from bot.listeners.windows import Windows, follow_up, view_of
from bot.queries.model import Query, QueryError
from bot.queries.wording import tr
from bot.slack import SlackError
from bot.views import ids
from bot.views.asking import (
    FIELDS,
    MOST_TYPED,
    QUESTION,
    contradiction,
    error_text,
    question_of,
)
from bot.views.entry import place_of
from bot.views.ids import AnswerRef
from bot.views.modal import View, sentence_view
from bot.views.trouble import (
    INTERNAL,
    NO_DATABASE,
    sentence_message,
    slack_refused,
)
from bot.views.window import PLACE, posted_view
from storage import seen, threads
from storage.errors import StorageError

log = structlog.get_logger(__name__)

#: Slack waits three seconds; a post that takes longer goes on behind the window.
POST_SECONDS = 2.3
Errors = dict[str, str]


def register(app: AsyncApp, services: Services, windows: Windows) -> None:
    """Add the modals that can be submitted."""

    async def asked(ack: AsyncAck, body: dict[str, Any]) -> None:
        user, view = str(body["user"]["id"]), body["view"]
        outcome = await _guarded(_ask(services, windows, user, view))
        await _acknowledge(ack, outcome)

    async def posted(ack: AsyncAck, body: dict[str, Any]) -> None:
        user, view = str(body["user"]["id"]), body["view"]
        await _acknowledge(ack, await _guarded(_post(services, user, view)))

    app.view(ids.ASK_VIEW)(asked)
    app.view(ids.ANSWER_VIEW)(posted)


async def _acknowledge(ack: AsyncAck, outcome: View | Errors) -> None:
    if "type" in outcome:
        await ack(response_action="update", view=outcome)
    else:
        await ack(response_action="errors", errors=outcome)


async def _guarded(work: Any) -> View | Errors:
    """Turn whatever goes wrong into a window that says so."""
    try:
        found: View | Errors = await work
    except StorageError as error:
        log.error("submission not worked on", cause=str(error))
        return sentence_view(tr("Answer"), tr(NO_DATABASE))
    except Exception:
        # Whoever submitted has to see something, and the log gets the whole of it.
        log.exception("defect in a submission")
        return sentence_view(tr("Answer"), tr(INTERNAL))
    return found


async def _ask(
    services: Services, windows: Windows, user: str, view: dict[str, Any]
) -> View | Errors:
    said, began = read_fields(view), time.monotonic()
    person = Asker(user, "", direct=True)
    refusal = await services.replies.refusal(person)
    if refusal is not None:
        return sentence_view(tr("Answer"), refusal)
    errors = problems(services, said)
    if errors:
        return errors
    reply = await services.replies.to_text(
        question_of(said), person, spent=time.monotonic() - began
    )
    services.tasks.start(
        follow_up(services, windows, str(view["id"]), reply), name="follow up a window"
    )
    if reply.is_answer and reply.query is not None and wants_file(reply.query):
        services.tasks.start(_bring(services, reply, user), name="file for a window")
    return view_of(services, reply)


async def _bring(services: Services, reply: Reply, user: str) -> None:
    """Bring the file that was asked for into the direct message."""
    tell = partial(_tell, services, user)
    await bring_for(services, reply, user=user, thread=None, tell=tell)


async def _tell(
    services: Services, user: str, sentence: str, address: str | None = None
) -> None:
    channel = await services.slack.open_direct_message(user)
    said = sentence_message(sentence, address=address)
    await services.slack.post(channel, text=said.text, blocks=said.blocks)


def read_fields(view: dict[str, Any]) -> dict[str, str]:
    """Read what was typed and chosen; what is not there, or no text, is empty."""
    values = (view.get("state") or {}).get("values") or {}
    said = {}
    for name in FIELDS:
        entry = (values.get(name) or {}).get(name) or {}
        option = entry.get("selected_option") or {}
        said[name] = str(entry.get("value") or option.get("value") or "")[:MOST_TYPED]
    return said


def problems(services: Services, said: dict[str, str]) -> Errors:
    """Find what cannot be understood, and beside which field to say so.

    The fields are read one after the other: the first that makes no question of what
    stands above it is the one to mend.
    """
    if not question_of(said):
        return {QUESTION: tr("Type a question, or choose something below.")}
    typed = None
    for at, name in enumerate(FIELDS):
        if not said[name]:
            continue
        try:
            found = services.replies.read(question_of(said, FIELDS[: at + 1]))
            chosen = services.replies.read(f"/invoices {said[name]}") if at else found
        except QueryError as error:
            return {name: error_text(error)}
        if not isinstance(found, Query) or not isinstance(chosen, Query):
            return {
                name: tr(
                    "That is an order, not a question. Type it as a command in the "
                    "channel it is for, or in our direct message."
                )
            }
        if at == 0:
            typed = found
        elif typed is not None and (why := contradiction(typed, chosen)):
            return {name: why}
    return {}


async def _post(services: Services, user: str, view: dict[str, Any]) -> View | Errors:
    began = time.monotonic()
    try:
        ref = AnswerRef.model_validate_json(view.get("private_metadata") or "")
    except ValidationError:
        return sentence_view(tr("Answer"), tr("This window is too old. Ask again."))
    values = (view.get("state") or {}).get("values") or {}
    chosen = (values.get(PLACE) or {}).get(PLACE) or {}
    wanted = str(chosen.get("selected_conversation") or "")
    asker = Asker(user, wanted) if wanted else await services.replies.alone(user)
    channel = asker.channel
    reply = await services.replies.to_ref(ref, asker, shared=True)
    if not reply.is_answer:
        return {PLACE: reply.message.text}
    once = f"post:{view.get('id')}:{channel}:{ref.command}:{ref.page}"
    if not await services.store.run(seen.first_time, once, now=services.now()):
        return posted_view(
            tr("It is already posted in {place}.", place=place_of(channel))
        )
    posting = asyncio.ensure_future(_put(services, channel, reply))
    left = POST_SECONDS - (time.monotonic() - began)
    await asyncio.wait({posting}, timeout=max(0.1, left))
    if not posting.done():
        services.tasks.start(
            _posted_later(services, str(view["id"]), channel, once, posting),
            name="post an answer",
        )
        return posted_view(
            tr("It is being posted in {place} …", place=place_of(channel))
        )
    outcome = await _outcome(services, once, channel, posting)
    return outcome if isinstance(outcome, dict) else {PLACE: outcome}


async def _put(services: Services, channel: str, reply: Reply) -> None:
    ts = await services.slack.post(
        channel, text=reply.message.text, blocks=reply.message.blocks
    )
    if reply.command is not None:
        await services.store.run(
            threads.remember, channel, ts, command=reply.command, now=services.now()
        )
    if asks_for_chart(reply) and reply.asker and services.replies.whole(reply.asker):
        user = reply.asker.user
        services.tasks.start(
            bring_picture_for(
                services,
                reply,
                user=user,
                thread=Thread(channel, ts),
                tell=partial(_tell, services, user),
            ),
            name="picture for a window",
        )


async def _outcome(
    services: Services, once: str, channel: str, posting: "asyncio.Future[None]"
) -> View | str:
    """Say that it is posted, or why not."""
    try:
        await posting
    except SlackError as error:
        if error.code != "no_answer":  # surely not posted, so that it may be again
            await services.store.run(seen.take_back, once)
        log.warning("answer not posted", cause=error.code)
        return slack_refused(error.code, tr("Posting it"))
    return posted_view(tr("Posted in {place}.", place=place_of(channel)))


async def _posted_later(
    services: Services,
    view_id: str,
    channel: str,
    once: str,
    posting: "asyncio.Future[None]",
) -> None:
    """Say in the window what became of a post that took long."""
    try:
        outcome = await _outcome(services, once, channel, posting)
        view = (
            outcome
            if isinstance(outcome, dict)
            else sentence_view(tr("Answer"), outcome)
        )
        await services.slack.update_view(view_id, view)
    except SlackError as error:
        log.info("window not updated", cause=error.code)
    except StorageError as error:
        log.error("post not noted", cause=str(error))

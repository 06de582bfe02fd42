"""Slash commands: the answer is in the acknowledgement itself."""

import re
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.flows.reply import Asker, Reply
from bot.listeners.files import bring_for, wants_file
from bot.listeners.pictures import asks_for_chart, bring_picture_for
from bot.listeners.services import Services
from bot.queries.wording import tr
from bot.slack import SlackError
from bot.views.help import help_message
from bot.views.kit import Message
from bot.views.plainer import plainer
from bot.views.trouble import INTERNAL, NO_DATABASE, sentence_message
from storage.errors import StorageError

log = structlog.get_logger(__name__)

COMMANDS = ("/invoices", "/unpaid", "/overdue", "/invoice")
_JSON: dict[str, str | Sequence[str]] = {
    "content-type": "application/json;charset=utf-8"
}
_encode = msgspec.json.Encoder().encode
#: Answers as they were sent; the message is kept with its own, so that an id is its.
_encoded: dict[int, tuple[Message, frozenset[str], str]] = {}
MOST_ENCODED = 100


def register(app: AsyncApp, services: Services) -> None:
    """Add the declared commands, and usage for any other that reaches us."""

    async def question(body: dict[str, Any]) -> BoltResponse:
        started = time.perf_counter()
        command = str(body.get("command", ""))
        try:
            reply = await _reply(services, command, body)
        except StorageError as error:
            log.error("question not answered", command=command, cause=str(error))
            services.metrics.question("no database", time.perf_counter() - started)
            return ephemeral(sentence_message(tr(NO_DATABASE)))
        except Exception:
            # The person has to hear something, and the log gets the whole of it.
            log.exception("defect", command=command)
            services.metrics.question("defect", time.perf_counter() - started)
            return ephemeral(sentence_message(tr(INTERNAL)))
        outcome = "answered" if reply.is_answer else "refused"
        services.metrics.question(outcome, time.perf_counter() - started)
        abilities = services.slack.abilities
        if reply.is_answer and reply.query and wants_file(reply.query):
            services.tasks.start(
                _bring(services, reply, body), name=f"file for {command}"
            )
        if (
            reply.reading is not None
            or abilities.is_doubtful(reply.message.blocks)
            or asks_for_chart(reply)
        ):
            services.tasks.start(
                _follow_up(services, reply, body), name=f"follow up {command}"
            )
        return ephemeral(reply.message, without=abilities.doubtful)

    for command in COMMANDS:
        app.command(command)(question)

    async def other() -> BoltResponse:
        return ephemeral(help_message("", today=services.now().date()))

    app.command(re.compile(r".*"))(other)


def ephemeral(
    message: Message, *, without: frozenset[str] = frozenset()
) -> BoltResponse:
    """Make an acknowledgement that only the asker sees, without some kinds of blocks.

    The same message comes again while nothing changes; it is encoded once.
    """
    known = _encoded.get(id(message))
    if known is None or known[0] is not message or known[1] != without:
        body = _encode(
            {
                "response_type": "ephemeral",
                "text": message.text,
                "blocks": plainer(message.blocks, without),
            }
        )
        if len(_encoded) >= MOST_ENCODED:
            _encoded.clear()
        known = _encoded[id(message)] = (message, without, body.decode())
    return BoltResponse(status=200, body=known[2], headers=_JSON)


async def _reply(services: Services, command: str, body: dict[str, Any]) -> Reply:
    asker = Asker(user=str(body["user_id"]), channel=str(body["channel_id"]))
    return await services.replies.to_text(f"{command} {body.get('text', '')}", asker)


async def _bring(services: Services, reply: Reply, body: dict[str, Any]) -> None:
    """Bring the file that was asked for into the direct message; say how it went."""
    await bring_for(
        services,
        reply,
        user=str(body["user_id"]),
        thread=None,
        tell=partial(_tell, services, str(body.get("response_url", ""))),
    )


async def _tell(
    services: Services, response_url: str, sentence: str, address: str | None = None
) -> None:
    message = sentence_message(sentence, address=address)
    await services.slack.respond(
        response_url,
        {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": message.text,
            "blocks": message.blocks,
        },
    )


async def _follow_up(services: Services, reply: Reply, body: dict[str, Any]) -> None:
    """Replace the answer when newer figures, or Slack's word on its blocks, are there.

    Only then is it known whether its chart has to come as a picture.
    """
    response_url = str(body.get("response_url", ""))
    if reply.reading is not None:
        await _replace_by_steps(services, reply, response_url)
    elif services.slack.abilities.is_doubtful(reply.message.blocks):
        await _replace(services, reply, response_url)
    await bring_picture_for(
        services,
        reply,
        user=str(body["user_id"]),
        thread=None,
        tell=partial(_tell, services, response_url),
    )


async def _replace_by_steps(
    services: Services, reply: Reply, response_url: str
) -> None:
    """Replace the answer when the newer figures are there, or known not to come."""
    try:
        async for later in services.replies.steps(reply):
            await _replace(services, later, response_url)
    except StorageError as error:
        log.error("answer not replaced", cause=str(error))


async def _replace(services: Services, reply: Reply, response_url: str) -> None:
    """Put an answer in place of what was acknowledged; here Slack says if it may."""
    if not response_url:
        return
    try:
        await services.slack.respond(
            response_url,
            {
                "response_type": "ephemeral",
                "replace_original": True,
                "text": reply.message.text,
                "blocks": reply.message.blocks,
            },
        )
    except SlackError as error:
        log.warning("answer not replaced", cause=error.code)

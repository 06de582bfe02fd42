"""The picture of a chart, where somebody asked for one and no chart block is taken.

It goes where a file of the same answer goes: into the thread that others see, or into
the direct message. Where a channel does not see everything, none is brought.
"""

import asyncio
from functools import partial

from bot.flows.document import Thread
from bot.flows.reply import Reply
from bot.listeners.files import (
    READING_SECONDS,
    Tell,
    private_thread,
    told_if_it_fails,
)
from bot.listeners.services import Services
from bot.queries.wording import mark, tr
from bot.views.ids import AnswerRef

CHART = "data_visualization"
WITH_YOU = mark(
    "This workspace shows no charts in messages, so the chart is a picture in our "
    "direct message."
)


def asks_for_chart(reply: Reply) -> bool:
    """Tell whether *reply* answers a question that asks for a chart."""
    return reply.is_answer and reply.query is not None and reply.query.chart


async def bring_picture_for(
    services: Services, reply: Reply, *, user: str, thread: Thread | None, tell: Tell
) -> None:
    """Bring the charts of *reply* as a picture, when its figures have been read."""
    ref = services.replies.ref_of(reply) if asks_for_chart(reply) else None
    if ref is None or CHART not in services.slack.abilities.refused:
        return
    if reply.reading is not None:
        await asyncio.wait({reply.reading}, timeout=READING_SECONDS)
    await bring_picture(services, ref, user=user, thread=thread, tell=tell)


async def bring_picture(
    services: Services, ref: AnswerRef, *, user: str, thread: Thread | None, tell: Tell
) -> None:
    """Bring the charts of an answer, if it has any and Slack draws none here.

    Whatever goes wrong is told to whoever asked.
    """
    if CHART not in services.slack.abilities.refused:
        return
    work = (
        _privately(services, ref, user, tell)
        if thread is None
        else _into(services, ref, thread, tell)
    )
    await told_if_it_fails(work, mark("The picture of the chart"), tell)


async def _into(services: Services, ref: AnswerRef, thread: Thread, tell: Tell) -> None:
    with services.replies.in_public():
        picture = await services.pictures.draw(ref)
    if picture is None:
        return
    missing = await services.pictures.put(picture, thread)
    if missing is not None:
        await tell(missing.sentence, missing.address)


async def _privately(services: Services, ref: AnswerRef, user: str, tell: Tell) -> None:
    picture = await services.pictures.draw(ref)
    if picture is None:
        return
    begin = partial(
        private_thread, services, user, tr("Chart of {command}", command=ref.command)
    )
    missing = await services.pictures.put_privately(picture, user, begin)
    if missing is None:
        await tell(tr(WITH_YOU), None)
    else:
        await tell(missing.sentence, missing.address)

"""The charts of an answer as one picture, where the workspace takes no chart block."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.answers.model import InvoiceList
from bot.exports.file import file_name
from bot.flows.ask import Questions
from bot.flows.document import Document, Missing, Thread, Uploader
from bot.flows.export import Export
from bot.flows.once import Once
from bot.queries.model import QueryError
from bot.queries.parse import parse_query
from bot.queries.wording import mark, tr
from bot.views.chart import Drawing, alt_text, drawings, picture_comment
from bot.views.ids import AnswerRef
from storage.store import Store

ON_ITS_WAY = mark("That chart is already on its way.")
HERE = mark("That chart is already in this thread, with the same figures.")
WITH_YOU = mark("That chart is already in our direct message, with the same figures.")


class Pictures:
    """Draws charts and uploads them; the same one once per thread, and per person."""

    def __init__(
        self,
        *,
        questions: Questions,
        store: Store,
        uploader: Uploader,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._questions = questions
        self._now = now
        self._zone = zone
        self._once = Once(store=store, uploader=uploader, now=now)

    async def draw(self, ref: AnswerRef) -> Export | None:
        """Draw a button's answer as it stands; ``None``: it has no chart."""
        try:
            query = parse_query(ref.command, context=self._questions.context())
        except QueryError:
            return None
        if not query.chart or query.show != "invoices":
            return None
        answer = await self._questions.answer_now(query)
        if not isinstance(answer, InvoiceList) or not (found := drawings(answer)):
            return None
        content = await asyncio.to_thread(_drawn, found)
        title = found[0].title
        name = file_name(ref.command, today=answer.today, ending="png")
        return Export(
            Document(name, title, content, alt_text=alt_text(found)),
            picture_comment(answer, now=self._now(), zone=self._zone),
        )

    async def put(self, picture: Export, thread: Thread) -> Missing | None:
        """Upload *picture* into *thread*; say why not, where it is there already.

        Raises:
            SlackError: the upload failed; nothing is remembered as done.
        """

        async def given() -> Thread:
            return thread

        place = f"{thread.channel}:{thread.ts}"
        return await self._put(picture, place, given, there=HERE)

    async def put_privately(
        self, picture: Export, user: str, begin: Callable[[], Awaitable[Thread]]
    ) -> Missing | None:
        """Upload *picture* into a thread that is begun in the direct message.

        Raises:
            SlackError: the thread could not be begun, or the upload failed.
        """
        return await self._put(picture, user, begin, there=WITH_YOU)

    async def _put(
        self,
        picture: Export,
        place: str,
        begin: Callable[[], Awaitable[Thread]],
        *,
        there: str,
    ) -> Missing | None:
        key = f"picture:{place}:{picture.digest}"
        return await self._once.put(
            picture.document,
            key=key,
            begin=begin,
            comment=picture.comment,
            on_its_way=tr(ON_ITS_WAY),
            there=tr(there),
        )


def _drawn(found: Sequence[Drawing]) -> bytes:
    """Draw on a thread, as the language of whoever asked writes numbers."""
    from bot.exports.picture import (  # noqa: PLC0415 - a second and 70 MB, rarely needed
        Panel,
        to_png,
    )

    return to_png(
        [
            Panel(
                title=each.heading,
                currency=each.currency,
                labels=tuple(each.labels),
                amounts=tuple(amount for _, amount in each.bars),
                x_label=each.x_label,
                y_label=each.y_label,
            )
            for each in found
        ]
    )

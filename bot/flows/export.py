"""Put all the invoices of an answer into a thread as one file."""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from bot.answers.model import InvoiceList, Total
from bot.answers.totals import totals_of
from bot.exports.file import ExportFile, Format, export_file
from bot.flows.ask import Questions
from bot.flows.document import Document, Missing, Thread, Uploader
from bot.flows.once import Once
from bot.queries.model import Query, QueryError
from bot.queries.parse import parse_query
from bot.queries.wording import tr
from bot.tracking.events import Baseline, Trouble, from_json
from bot.views import words
from bot.views.ids import AnswerRef
from bot.views.kit import MAX_SECTION, cut_mrkdwn
from bot.views.listing import export_comment, total_line
from providers.models import Invoice
from storage import outbox, snapshots
from storage.criteria import Criteria
from storage.moments import to_moment
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Export:
    """A file, and the lines that say what it holds and how old its figures are."""

    document: Document
    comment: str

    @property
    def digest(self) -> str:
        """Tell one file from another by what is in it."""
        return hashlib.sha256(self.document.content).hexdigest()


class Exports:
    """Makes files of answers and uploads them; the same one once per thread."""

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
        self._store = store
        self._now = now
        self._zone = zone
        self._once = Once(store=store, uploader=uploader, now=now)

    async def make(self, ref: AnswerRef, form: Format) -> Export | None:
        """Write every row of a button's answer; ``None``: it has none."""
        try:
            query = parse_query(ref.command, context=self._questions.context())
        except QueryError:
            return None
        answer = self._questions.answer(query)
        if not isinstance(answer, InvoiceList):
            return None
        if len(answer.invoices) < answer.count:
            answer = await self._whole(answer)
        if not (answer.count or answer.compared):
            return None
        file = await _written(ref.command, answer, form)
        comment = export_comment(answer, now=self._now(), zone=self._zone)
        return Export(Document(file.name, file.name, file.content), comment)

    async def make_planned(self, payload: Mapping[str, Any]) -> Export | None:
        """Write the invoices that a digest tells of, as they stand now.

        The delivery of the file names the digest (`bot.flows.digest`).
        """
        invoices = await self._store.run_aside(_told, payload["digest"])
        if not invoices:
            return None
        at = to_moment(payload["window"]).astimezone(self._zone)
        today = self._now().astimezone(self._zone).date()
        answer = InvoiceList(
            query=Query(),
            today=today,
            invoices=tuple(invoices),
            count=len(invoices),
            page=1,
            totals=totals_of(invoices, today=today),
            freshness=(),
        )
        title = tr("digest {moment}", moment=f"{at:%Y-%m-%d-%H%M}")
        file = await _written(title, answer, payload["form"])
        comment = "\n".join(
            [
                words.count(
                    len(invoices),
                    "{n} invoice of this digest",
                    "{n} invoices of this digest",
                ),
                *map(total_line, answer.totals),
            ]
        )
        name = f"{title.replace(' ', '-')}.{payload['form']}"
        return Export(
            Document(name, name, file.content), cut_mrkdwn(comment, MAX_SECTION)
        )

    async def put(self, export: Export, thread: Thread) -> Missing | None:
        """Upload *export* into *thread*; say why not, where it is there already.

        Raises:
            SlackError: the upload failed; nothing is remembered as done.
        """
        key = f"export:{thread.channel}:{thread.ts}:{export.digest}"

        async def given() -> Thread:
            return thread

        return await self._once.put(
            export.document,
            key=key,
            begin=given,
            comment=export.comment,
            on_its_way=tr("That file is already on its way into this thread."),
            there=tr("That file is already in this thread, with the same figures."),
        )

    async def _whole(self, answer: InvoiceList) -> InvoiceList:
        """Read every row, off the event loop, with the totals of just these rows."""
        criteria = self._questions.criteria(answer.query, today=answer.today)
        rows, sums = await self._store.run(_all_rows, criteria, today=answer.today)
        same = set(sums) == set(answer.totals)
        return replace(
            answer,
            invoices=tuple(rows),
            count=len(rows),
            page=1,
            totals=sums,
            # A reading in between may have changed what the parts add up to.
            proof=answer.proof if same else (),
            groups=answer.groups if same else (),
        )


async def _written(question: str, answer: InvoiceList, form: Format) -> ExportFile:
    """Write a file on a thread: thousands of rows take seconds.

    The thread gives up at its next row when nobody waits any more, since the process
    does not end before it.
    """
    given_up = threading.Event()

    def at_row() -> None:
        if given_up.is_set():
            raise asyncio.CancelledError

    try:
        return await asyncio.to_thread(
            export_file,
            question,
            answer,
            form=form,
            today=answer.today,
            at_row=at_row,
        )
    finally:
        given_up.set()


def _all_rows(
    db: Database, criteria: Criteria, *, today: date
) -> tuple[list[Invoice], tuple[Total, ...]]:
    rows = snapshots.find(db, criteria)
    return rows, totals_of(rows, today=today)


def _told(db: Database, delivery: str) -> list[Invoice]:
    """List the invoices that a delivery tells of, each once, in the order told."""
    keys: dict[tuple[str, str], None] = {}
    for _, told in outbox.events_of(db, delivery):
        event = from_json(told)
        if not isinstance(event, Trouble | Baseline):
            keys[event.connection, event.id] = None
    found = {}
    for connection in {connection for connection, _ in keys}:
        ids = [key for name, key in keys if name == connection]
        for key, stored in snapshots.get(db, connection, ids).items():
            found[connection, key] = stored.invoice
    return [found[key] for key in keys if key in found]

"""Answer a question from the snapshot, and read again behind it what is old."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeVar

import structlog
from sqlite_utils import Database

from bot.answers.model import (
    GROUP_PAGE_SIZE,
    NAMED,
    PAGE_SIZE,
    Answer,
    Freshness,
    HelpWanted,
    InvoiceList,
    NoSuchInvoice,
    Note,
    OneInvoice,
    Total,
    rows_of,
)
from bot.answers.totals import totals_of
from bot.flows.adding import Adding
from bot.flows.care import care_of
from bot.flows.changes import changes_of
from bot.flows.criteria import criteria_of, is_broad
from bot.flows.freshness import Currentness, Refresher
from bot.flows.line_items import LineItems
from bot.flows.naming import needs_a_look, settle
from bot.flows.notes import notes_of
from bot.flows.one_invoice import explanation_of, history_of, previous_of
from bot.flows.years import Years
from bot.queries.model import (
    Context,
    KnownConnection,
    Part,
    Period,
    Query,
    is_year_alone,
)
from providers.models import Invoice
from storage import cursors, preferences, snapshots, totals
from storage.criteria import Criteria
from storage.errors import StorageError
from storage.reader import Aside, Reader
from storage.rows import StoredInvoice

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: What arrives within this time after the question is in the answer.
WAIT_SECONDS = 1.5
#: Rows of an answer that is not for Slack: all of them.
ALL_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """What the answers depend on besides the question (`[bot]`, `[connections]`)."""

    connections: tuple[KnownConnection, ...]
    fresh_for: timedelta
    fiscal_year_start: int = 1
    date_order: str | None = None
    number_format: str | None = None
    #: The connections whose provider states no due dates.
    no_due_dates: frozenset[str] = frozenset()
    #: Where days begin and end (`[bot] timezone`).
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the reading that goes on behind it, if any."""

    answer: Answer
    reading: asyncio.Task[object] | None = None


class Questions:
    """Answers questions; one for the whole bot."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Reader,
        aside: Aside | None = None,
        reader: Refresher,
        settings: QuestionSettings,
        line_items: LineItems,
        years: Years | None = None,
        now: Callable[[], datetime],
        today: Callable[[], date],
        providers: Mapping[str, object] | None = None,
    ) -> None:
        self._store = store
        self._providers = providers or {}
        self._aside = aside
        #: The same questions, answered by the reader aside.
        self._slowly: Questions | None = None
        self._reader = reader
        self._settings = settings
        self._line_items = line_items
        self._years = years
        self._labels = {each.name: each.label for each in settings.connections}
        self._now = now
        self._today = today
        self._current = self._currentness(store)

    def _currentness(self, store: Reader) -> Currentness:
        return Currentness(
            store,
            refresher=self._reader,
            labels=self._labels,
            fresh_for=self._settings.fresh_for,
            years=self._years,
            now=self._now,
        )

    def context(self) -> Context:
        """Say what the words of a question depend on right now."""
        oldest, newest = self._store.held(snapshots.span)
        settings = self._settings
        kept = self._store.held(preferences.values)
        return Context(
            today=self._today(),
            connections=tuple(
                _known(each, settings, kept) for each in settings.connections
            ),
            oldest=oldest,
            newest=newest,
            fiscal_year_start=int(kept.get("fiscal-year", settings.fiscal_year_start)),
            date_order=kept.get("date-order", settings.date_order),  # type: ignore[arg-type]  # checked when read
            number_format=kept.get("number-format", settings.number_format),
            readable=None if self._years is None else self._years.earliest,
        )

    async def settled(self, query: Query) -> Query:
        """Write the names of *query* in full.

        Raises:
            QueryError: A name is nobody's or several people's, or what is asked for
                cannot be known.
        """
        if not needs_a_look(query, self.context()):
            return query
        if self._aside is None:
            return self._settled(query)
        return await self._aside.run(lambda reader: self._by(reader)._settled(query))

    def _settled(self, query: Query) -> Query:
        return settle(
            query, context=self.context(), read=self._store.held, counted=self.counted
        )

    def _by(self, reader: Reader) -> "Questions":
        """Give the same questions, answered by the reader aside."""
        if self._slowly is None:
            self._slowly = copy(self)
            self._slowly._store = reader
            self._slowly._current = self._currentness(reader)
        return self._slowly

    async def ask(
        self,
        query: Query,
        *,
        page: int = 1,
        wait_seconds: float = WAIT_SECONDS,
        again: bool = False,
        replaced: bool = True,
    ) -> Asked:
        """Answer *query*; connections whose figures are old are read meanwhile.

        What has arrived after *wait_seconds* is in the answer; a reading that is not
        done by then is returned with it. *again* reads fresh connections too. With
        *replaced* the answer says that it will be, when that reading is done.
        """
        if query.show == "help":
            return Asked(self.answer(query))
        old, unread = (
            self._current.to_read(query, again=again),
            self._current.unread_years(query, again=again),
        )
        if not old and not unread and not self._without_lines(query):
            return Asked(await self.answer_now(query, page=page))
        reading: asyncio.Task[object] = asyncio.ensure_future(
            self._read(query, old, unread)
        )
        await asyncio.wait({reading}, timeout=wait_seconds)
        running = None if reading.done() else reading
        awaited = old if replaced else ()
        answer = await self.answer_now(query, page=page, awaited=awaited)
        return Asked(answer, running)

    async def answer_now(
        self, query: Query, *, page: int = 1, awaited: Collection[str] = ()
    ) -> Answer:
        """Answer as `answer`; what takes long is read aside, so that others go on."""
        if self._aside is None or not self._takes_long(query):
            return self.answer(query, page=page, awaited=awaited)

        def work(reader: Reader) -> Answer:
            return self._by(reader).answer(query, page=page, awaited=awaited)

        return await self._aside.run(work)

    async def beside(self, work: Callable[[Reader], T]) -> T:
        """Do *work*, which takes long, with a reader of its own, so that others go on.

        Raises:
            StorageError: the database cannot be read.
        """
        if self._aside is None:
            return work(self._store)
        return await self._aside.run(work)

    def _takes_long(self, query: Query) -> bool:
        if query.show == "changes":
            return True
        if query.show == "invoice":  # numbers like it are looked for among all
            return query.part == "why" or not self._numbered(query)
        return is_broad(query)

    async def invoice(
        self, connection: str, invoice_id: str, *, wait_seconds: float = WAIT_SECONDS
    ) -> Invoice | None:
        """Find one invoice, with its line items where they come in time."""
        found = await self.one(connection, invoice_id, wait_seconds=wait_seconds)
        return None if found is None else found.invoice

    async def one(
        self,
        connection: str,
        invoice_id: str,
        *,
        part: Part | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> OneInvoice | None:
        """Find one invoice by its id, with all that belongs to it."""
        found = self._store.read(snapshots.get, connection, [invoice_id])
        if invoice_id not in found:
            return None
        stored = found[invoice_id]
        query = Query(
            show="invoice",
            number=stored.invoice.number,
            connections=(connection,),
            part=part,
        )
        missing = [
            e for e in self._of_part(query, stored) if self._line_items.missing(e)
        ]
        if missing:
            loading = asyncio.gather(*map(self._line_items.load, missing))
            await asyncio.wait({loading}, timeout=wait_seconds)
        return self._shown(query, stored, self._current.of(query, ()))

    async def _read(
        self, query: Query, old: Sequence[str], unread: Mapping[str, Sequence[int]]
    ) -> None:
        """Read what is old, then what the list leaves out of the invoice asked for.

        And older years, which begin before a sync does: whoever asks waits for them.
        """
        loads = [
            self._years.load(name, wanted)
            for name, wanted in unread.items()
            if self._years is not None
        ]
        await asyncio.gather(*loads, *([self._reader.sync(old)] if old else []))
        try:
            missing = self._without_lines(query)
        except StorageError as error:
            # Nobody may be waiting any more, to whom it could be raised.
            log.error("line items not asked for", cause=str(error))
            return
        await asyncio.gather(*map(self._line_items.load, missing))

    def is_loading(self, query: Query) -> bool:
        """Tell whether older years that *query* needs are being read right now."""
        years = self._years
        return years is not None and any(
            each.problem is None
            for name in self._current.named(query)
            for each in years.standing(name, query)
        )

    def backfill(self, first: int, connection: str) -> Query | None:
        """Make the question about the years from *first* on that nobody has read.

        ``None`` where there are none; *connection* is empty for all of them.
        """
        if self._years is None:
            return None
        wanted = range(first, self._today().year + 1)
        unread = {
            name: found
            for name in ([connection] if connection else self._labels)
            if (found := self._years.unread(name, wanted))
        }
        if not unread:
            return None
        last = max(max(found) for found in unread.values())
        period = Period(date(first, 1, 1), date(last, 12, 31), whole_months=True)
        return Query(period=period, connections=tuple(unread))

    def _without_lines(self, query: Query) -> list[Invoice]:
        if query.show != "invoice":
            return []
        return [
            each
            for stored in self._numbered(query)
            for each in self._of_part(query, stored)
            if self._line_items.missing(each)
        ]

    def _of_part(self, query: Query, stored: StoredInvoice) -> list[Invoice]:
        """List the invoices whose lines are shown: to compare, the one before too."""
        before = (
            previous_of(self._store, stored.invoice) if query.part == "why" else None
        )
        return [stored.invoice, *([before] if before else [])]

    def answer(
        self,
        query: Query,
        *,
        page: int = 1,
        rows: int = PAGE_SIZE,
        awaited: Collection[str] = (),
    ) -> Answer:
        """Answer *query* from the snapshot as it is.

        It says which of the *awaited* connections are still being read: only for those
        will it be replaced.
        """
        if query.show == "help":
            return HelpWanted(query.topic)
        freshness = self._current.of(query, awaited)
        if query.show == "invoice":
            return self._one(query, freshness)
        today = self._today()
        if query.show == "changes":
            return changes_of(
                self._store,
                query,
                freshness=freshness,
                today=today,
                zone=self._settings.zone,
                page=page,
                rows=rows,
            )
        if rows != PAGE_SIZE:  # a file or a script: all rows are not worth keeping
            return self._list(query, page, rows, freshness, today)
        return self._store.held(_list_held, self, query, page, freshness, today)

    def _list(
        self,
        query: Query,
        page: int,
        rows: int,
        freshness: tuple[Freshness, ...],
        today: date,
    ) -> InvoiceList:
        criteria = self.criteria(query, today=today)
        adding = self._adding()
        sums = adding.totals(criteria)
        count = sum(each.invoices for each in sums)
        if query.limit is not None:
            listed = self._limited(query, criteria, freshness, today, rows)
            return replace(listed, notes=self._notes(query, listed.totals))
        groups = adding.groups(query, criteria)
        compared = adding.compared(query, sums, groups)
        if (groups or compared) and rows == PAGE_SIZE:
            lines = len(compared) or len(rows_of(groups))
            page, found = _page(page, lines, GROUP_PAGE_SIZE), []
            # The text beside the months of a year names its first invoices.
            if query.group == "month" and is_year_alone(query):
                found = self._store.read(
                    snapshots.find, criteria, limit=NAMED, offset=0
                )
        else:
            page = _page(page, count, rows)
            found = self._store.read(
                snapshots.find, criteria, limit=rows, offset=(page - 1) * rows
            )
        return InvoiceList(
            query=query,
            today=today,
            invoices=tuple(found),
            count=count,
            page=page,
            totals=sums,
            freshness=freshness,
            proof=() if compared else adding.proof(query, criteria, sums),
            groups=() if query.compared else groups,
            compared=compared,
            notes=self._notes(query, sums),
        )

    def criteria(self, query: Query, *, today: date) -> Criteria:
        """Say which rows of the snapshot *query* is about.

        What a connection left behind that is configured no longer, or under another
        name, is not counted: nobody reads it any more.
        """
        criteria = criteria_of(query, today=today, zone=self._settings.zone)
        if query.connections:
            return criteria
        known = self._store.held(cursors.state)
        gone = tuple(each.name for each in known if each.name not in self._labels)
        return replace(criteria, not_connections=query.not_connections + gone)

    def _numbered(self, query: Query) -> list[StoredInvoice]:
        return self._store.read(
            snapshots.by_number,
            query.number or "",
            query.connections or tuple(self._labels),
        )

    def _one(self, query: Query, freshness: tuple[Freshness, ...]) -> Answer:
        number = query.number or ""
        found = self._numbered(query)
        if not found:
            closest = self._store.read(snapshots.close_numbers, number, 3)
            return NoSuchInvoice(query, number, tuple(closest), freshness)
        if len(found) == 1:
            return self._shown(query, found[0], freshness)
        invoices = [each.invoice for each in found]
        return self._list_of(query, invoices, freshness, self._today())

    def _shown(
        self, query: Query, stored: StoredInvoice, freshness: tuple[Freshness, ...]
    ) -> OneInvoice:
        """Put an invoice together with what was seen of it, and why, if asked for."""
        why = None
        if query.part == "why":
            why = explanation_of(
                self._store,
                stored,
                self._providers.get(stored.invoice.connection),
                self._line_items,
                today=self._today(),
            )
        return OneInvoice(
            query,
            self._today(),
            self._line_items.fill(stored.invoice),
            freshness,
            lines_problem=self._line_items.problem(stored.invoice),
            history=history_of(self._store, stored),
            why=why,
            portal=self._portal_of(stored.invoice.connection),
            care=self._store.read(
                care_of,
                stored.invoice.connection,
                stored.invoice.id,
                zone=self._settings.zone,
            ),
        )

    def _limited(
        self,
        query: Query,
        criteria: Criteria,
        freshness: tuple[Freshness, ...],
        today: date,
        rows: int,
    ) -> InvoiceList:
        """List "top 5": the totals are over the rows that are listed."""
        found = self._store.read(
            snapshots.find, criteria, limit=query.limit or rows, offset=0
        )
        return self._list_of(query, found, freshness, today)

    def _list_of(
        self,
        query: Query,
        invoices: Sequence[Invoice],
        freshness: tuple[Freshness, ...],
        today: date,
    ) -> InvoiceList:
        return InvoiceList(
            query=query,
            today=today,
            invoices=tuple(invoices),
            count=len(invoices),
            page=1,
            totals=totals_of(invoices, today=today),
            freshness=freshness,
        )

    def _adding(self) -> Adding:
        return Adding(
            self._store,
            criteria=lambda query, day: self.criteria(query, today=day),
            labels={e.provider: e.provider_label for e in self._settings.connections},
            today=self._today(),
        )

    def _notes(self, query: Query, sums: Sequence[Total]) -> tuple[Note, ...]:
        return notes_of(query, sums, context=self.context(), counted=self.counted)

    def portal(self, number: str) -> str | None:
        """Say where people act on the invoice with this *number*; ``None``: unknown."""
        found = {
            each.invoice.connection for each in self._numbered(Query(number=number))
        }
        return self._portal_of(found.pop()) if len(found) == 1 else None

    def _portal_of(self, connection: str) -> str | None:
        known = {each.name: each.portal for each in self._settings.connections}
        return known.get(connection)

    def counted(self, query: Query) -> Mapping[str, int]:
        """Count what *query* is about, by status."""
        criteria = self.criteria(query, today=self._today())
        groups = self._store.held(totals.grouped, criteria, "status")
        return {status: sum(each.invoices for each in sums) for status, sums in groups}


def _list_held(
    _db: Database,
    questions: Questions,
    query: Query,
    page: int,
    freshness: tuple[Freshness, ...],
    today: date,
) -> InvoiceList:
    """List invoices, in the form that `Store.held` keeps."""
    return questions._list(query, page, PAGE_SIZE, freshness, today)


def _known(
    known: KnownConnection, settings: QuestionSettings, kept: Mapping[str, str]
) -> KnownConnection:
    """Say whether anything can be overdue there, by the terms set in Slack, if any."""
    terms = kept.get(f"terms:{known.name}")
    if terms is None or known.name not in settings.no_due_dates:
        return known
    return replace(known, undated=terms == "none")


def _page(page: int, rows: int, size: int) -> int:
    """Keep a page within those there are."""
    return max(1, min(page, -(-rows // size)))

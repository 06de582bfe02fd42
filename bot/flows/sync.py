"""Provider pages into snapshots and events, a page or more to a transaction."""

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import date, datetime, timedelta

import msgspec
import structlog

from bot.flows import recording, settling
from bot.flows.recording import NewsSink, Pass
from bot.flows.settling import Lateness
from bot.tracking.outcome import ConnectionReport, Failed, Outcome, to_report
from providers.base import Bounded, Incremental, Provider, RawPage, Unreadable, Yearly
from providers.errors import NotFilteredError, ProviderError
from providers.models import Invoice
from storage.cursors import RunEnd
from storage.errors import StorageError
from storage.snapshots import Reading
from storage.store import Store

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]
#: Told the connection and how many documents have come.
Progress = Callable[[str, int], None]
#: Of a document's hash this much is kept; no two of a billion will meet.
HASH_BYTES = 16
#: At least so many readings are kept in one transaction.
TOGETHER = 100
INTERNAL_ERROR = "an internal error; see the log"


class Syncer:
    """Syncs connections beside each other, each at most once at a time.

    Whoever asks for a sync that is under way waits for that one. *ended* is called
    after each, with its report, *prepare* before it: settings may have changed.
    """

    def __init__(  # noqa: PLR0913  # what every sync needs, given once
        self,
        providers: Mapping[str, Provider],
        *,
        store: Store,
        sink: NewsSink,
        now: Now,
        today: Callable[[], date],
        due_soon: timedelta,
        remind_after: Sequence[timedelta],
        ended: Callable[[ConnectionReport], None] | None = None,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._providers = dict(providers)
        self._store = store
        self._sink = sink
        self._now = now
        self._today = today
        self._lateness = Lateness(due_soon=due_soon, remind_after=tuple(remind_after))
        self._ended = ended
        self._prepare = prepare
        self._running: dict[str, asyncio.Task[ConnectionReport]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def alone(self, name: str) -> asyncio.Lock:
        """Give the lock that a sync of that connection holds."""
        return self._locks.setdefault(name, asyncio.Lock())

    def listen(self, ended: Callable[[ConnectionReport], None]) -> None:
        """Call *ended* after each sync from now on."""
        self._ended = ended

    @property
    def names(self) -> tuple[str, ...]:
        """The connections there are."""
        return tuple(self._providers)

    def running(self, name: str) -> bool:
        """Tell whether a sync of that connection is under way."""
        return name in self._running

    async def sync(
        self, names: Sequence[str] | None = None, *, progress: Progress | None = None
    ) -> list[ConnectionReport]:
        """Sync these connections, or all; the reports are in the order asked for.

        When the caller is cancelled, the syncs go on: others may wait for them.

        Raises:
            KeyError: there is no such connection.
        """
        wanted = self.names if names is None else tuple(dict.fromkeys(names))
        tasks = [self._join(name, progress) for name in wanted]
        return list(await asyncio.gather(*map(asyncio.shield, tasks)))

    async def aclose(self) -> None:
        """Stop what is under way; what was read so far is kept."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _join(
        self, name: str, progress: Progress | None
    ) -> asyncio.Task[ConnectionReport]:
        task = self._running.get(name)
        if task is None:
            work = self._sync_one(self._providers[name], progress)
            task = asyncio.create_task(work, name=f"sync {name}")
            self._running[name] = task
            task.add_done_callback(lambda _: self._running.pop(name, None))
        return task

    async def _sync_one(
        self, provider: Provider, progress: Progress | None
    ) -> ConnectionReport:
        name = provider.config.name
        try:
            async with self.alone(name):
                self._prepare()
                report = await sync_connection(
                    provider,
                    store=self._store,
                    sink=self._sink,
                    now=self._now,
                    today=self._today,
                    lateness=self._lateness,
                    progress=progress,
                )
        except Exception:  # a defect here must not stop the other connections
            log.exception("sync broke", connection=name)
            report = ConnectionReport(connection=name, ok=False, error=INTERNAL_ERROR)
        log.log(
            logging.INFO if report.ok else logging.WARNING,
            "sync ended",
            **msgspec.structs.asdict(report),
        )
        if self._ended is not None:
            self._ended(report)
        return report


async def sync_connection(  # noqa: PLR0913  # the parts of one sync, each by its name
    provider: Provider,
    *,
    store: Store,
    sink: NewsSink,
    now: Now,
    today: Callable[[], date],
    lateness: Lateness,
    progress: Progress | None = None,
) -> ConnectionReport:
    """Read a connection's pages; keep what is new and tell what it means.

    Of a large connection only what changed is read where that is safe (see `extent`).

    A failure of the provider or of the database is in the report. Any other exception
    is a defect: it is noted as a failure of the connection, and passes through.
    """
    name = provider.config.name
    began, asked = time.monotonic(), provider.requests
    try:
        sync = await store.run(
            recording.begin,
            name,
            provider=provider.config.provider,
            reading=provider.reading,
            covers=provider.covers if isinstance(provider, Bounded) else _covers_all,
            sink=sink,
            now=now(),
            is_incremental=isinstance(provider, Incremental),
            first_year=provider.since if isinstance(provider, Yearly) else None,
        )
    except StorageError as error:
        return to_report(Failed(str(error)), connection=name)

    def end(problem: str | None = None) -> RunEnd:
        requests, fetched = provider.requests - asked, sync.fetched
        return RunEnd(
            run=sync.run,
            now=now(),
            requests=requests,
            fetched=fetched,
            whole=sync.is_whole,
            error=problem,
        )

    outcome: Outcome
    try:
        async for fresh in _read_pages(provider, sync, progress):
            late = lateness.on(today())
            await store.run(recording.keep_page, sync, fresh, now=now(), late=late)
        late = lateness.on(today())
        outcome = await store.run(settling.end_well, sync, late=late, end=end())
    except (ProviderError, StorageError) as error:
        outcome = await _fail(store, sync, end(str(error)))
    except Exception:
        await _fail(store, sync, end(INTERNAL_ERROR))
        raise
    return to_report(
        outcome,
        connection=name,
        requests=provider.requests - asked,
        fetched=sync.fetched,
        unchanged=0 if sync.is_baseline else sync.unchanged,
        seconds=time.monotonic() - began,
    )


async def _read_pages(
    provider: Provider, sync: Pass, progress: Progress | None
) -> AsyncIterator[list[Reading]]:
    """Yield what is not known of what changed, or of everything there is."""
    if sync.since is not None and isinstance(provider, Incremental):
        pages = provider.pages_since(sync.since)
        try:
            async with aclosing(_read_list(provider, pages, sync, progress)) as found:
                async for fresh in found:
                    yield fresh
        except NotFilteredError as error:
            log.info("all is read", connection=sync.connection, cause=str(error))
            sync.since = None
        else:
            return
    pages = provider.pages()
    async with aclosing(_read_list(provider, pages, sync, progress)) as found:
        async for fresh in found:
            yield fresh


async def _read_list(
    provider: Provider,
    pages: AsyncIterator[RawPage],
    sync: Pass,
    progress: Progress | None,
) -> AsyncGenerator[list[Reading], None]:
    """Yield what pages say that is not known, a page's worth or more at a time.

    Pages with few changes share a transaction: opening one for each costs as much as
    reading the page. What was read before a failure is yielded before it is raised.
    """
    fresh: list[Reading] = []
    failure: ProviderError | None = None
    try:
        async for page in pages:
            fresh += await _read_page(provider, sync, page)
            if len(fresh) >= TOGETHER:
                yield fresh
                fresh = []
            if progress is not None:
                progress(sync.connection, sync.fetched)
            # A question that came meanwhile goes first.
            await asyncio.sleep(0)
    except ProviderError as error:
        failure = error
    finally:
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()
    if fresh:
        yield fresh
    if failure is not None:
        raise failure


async def _read_page(provider: Provider, sync: Pass, page: RawPage) -> list[Reading]:
    """Read the documents of a page that are not known; mark the others as seen."""
    if page.is_absent:
        sync.absent.add(page.source)
        return []
    known, begun = sync.known, begin_hash(provider.reading, page.source)
    fresh: dict[bytes, bytes] = {}
    for document in page.documents:
        hash_ = hash_of(begun, document)
        seen = known.get(hash_)
        if seen is None:
            fresh[hash_] = document
        elif seen > 0:
            known[hash_] = -seen
            sync.unchanged += 1
    sync.sources.add(page.source)
    sync.fetched += len(page.documents)
    if not fresh:
        return []
    known.update(dict.fromkeys(fresh, 0))
    records = await provider.read(page.source, list(fresh.values()))
    readings = []
    for hash_, record in zip(fresh, records, strict=True):
        if isinstance(record, Unreadable):
            sync.note_unreadable(record.problem)
        else:
            readings.append(Reading(record.invoice, record.row, hash_, page.source))
    return readings


def _covers_all(invoice: Invoice) -> bool:  # noqa: ARG001  # whatever it is
    return True


def hash_of(begun: "hashlib._Hash", document: bytes) -> bytes:
    """Tell a document by its bytes; see `begin_hash`."""
    whole = begun.copy()
    whole.update(document)
    return whole.digest()[:HASH_BYTES]


def begin_hash(reading: str, source: str) -> "hashlib._Hash":
    """Make the same bytes another document when they would be read otherwise.

    SHA-256, since processors have instructions for it: two thirds of BLAKE2's time.
    """
    return hashlib.sha256(f"{reading}\0{source}\0".encode())


async def _fail(store: Store, sync: Pass, end: RunEnd) -> Outcome:
    """Note a failure, as far as the database lets us."""
    try:
        return await store.run(settling.end_badly, sync, end=end)
    except StorageError as error:
        log.error("failure not noted", connection=sync.connection, cause=str(error))
        return Failed(end.error or "")

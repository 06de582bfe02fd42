"""Older years that nobody has read yet: asked for when a question is about them.

What a year holds is known from then on, and no news; syncs read it again with the
rest, so that it stays true. A year counts as read when all of it was; what came before
a failure is kept, and is not asked for again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlite_utils import Database

from bot.answers.model import YearReading
from bot.flows.settling import Lateness
from bot.flows.sync import begin_hash, hash_of
from bot.queries.model import Period, Query
from providers.base import Provider, RawPage, Unreadable, Yearly
from providers.errors import ProviderError
from storage import cursors, lapses, snapshots, years
from storage.errors import StorageError
from storage.lapses import DueDays
from storage.snapshots import Reading
from storage.store import Store

log = structlog.get_logger(__name__)

#: A year that failed is not asked for again by a question before this.
RETRY_AFTER = timedelta(seconds=20)
INTERNAL_ERROR = "failed inside Duebot; see the log"
Year = tuple[str, int]


def asked_years(query: Query) -> set[int]:
    """List the years that *query* is about, where it says from when."""
    found: set[int] = set()
    for period in (query.period, query.compared):
        found |= _years_of_period(period)
    return found


def _years_of_period(period: Period | None) -> set[int]:
    if period is None or period.first is None or period.field == "updated":
        return set()
    last = period.first if period.last is None else period.last
    # What is due or paid in January was issued the year before.
    early = period.field in {"due", "paid"}
    return set(range(period.first.year - early, last.year + 1))


@dataclass(slots=True)
class _Load:
    """A year that is being read, or failed a while ago."""

    done: int = 0
    of: int = 12
    problem: str | None = None
    ended_at: datetime | None = None


class Years:
    """Reads older years; whoever asks for one that is being read joins in."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        providers: Mapping[str, Provider],
        *,
        store: Store,
        lateness: Lateness,
        alone: Callable[[str], asyncio.Lock],
        adjust: Callable[[], None],
        now: Callable[[], datetime],
        today: Callable[[], date],
    ) -> None:
        self._providers = providers
        # Once: telling a protocol from another costs more than the rest of a question.
        self._yearly = {
            name: each for name, each in providers.items() if isinstance(each, Yearly)
        }
        self._store = store
        self._lateness = lateness
        self._alone = alone
        self._adjust = adjust
        self._now = now
        self._today = today
        self._loads: dict[Year, _Load] = {}
        self._tasks: dict[Year, asyncio.Task[None]] = {}

    @property
    def earliest(self) -> date | None:
        """The first day that any connection can be asked for; ``None``: all is read."""
        found = [each.earliest for each in self._yearly.values()]
        return date(min(found), 1, 1) if found else None

    def unread(self, connection: str, wanted: Sequence[int] | set[int]) -> list[int]:
        """Pick the years that *connection* could be asked for and never was."""
        provider = self._yearly.get(connection)
        if provider is None:
            return []
        loaded = self._store.held(years.loaded).get(connection, ())
        return sorted(
            year
            for year in wanted
            if provider.earliest <= year < provider.since and year not in loaded
        )

    def begins(self, connection: str, query: Query) -> int | None:
        """Tell the first year that is read, if *query* ends before it and has no start.

        Nobody means every year there ever was by that, so nothing is asked for.
        """
        provider, period = self._yearly.get(connection), query.period
        if period is None or period.first is not None or period.last is None:
            return None
        if provider is None or period.last.year >= provider.since:
            return None
        return provider.since

    def due(self, connection: str, query: Query, *, again: bool = False) -> list[int]:
        """Pick the years that *query* needs read now, or has to wait for."""
        if connection not in self._yearly:
            return []
        now, wanted = self._now(), asked_years(query)
        unread = self.unread(connection, wanted)
        for year in wanted.difference(unread):  # read, perhaps by another process
            self._loads.pop((connection, year), None)
        return [
            year
            for year in unread
            if again
            or (load := self._loads.get((connection, year))) is None
            or load.ended_at is None
            or now - load.ended_at >= RETRY_AFTER
        ]

    def standing(self, connection: str, query: Query) -> tuple[YearReading, ...]:
        """Say how far the years that *query* needs have come, and what failed."""
        found = (
            (year, self._loads.get((connection, year)))
            for year in sorted(asked_years(query))
        )
        return tuple(
            YearReading(year, load.done, load.of, load.problem)
            for year, load in found
            if load is not None and (load.ended_at is None or load.problem)
        )

    def missing(self, connection: str, query: Query) -> tuple[int, ...]:
        """List the years that *query* needs, and that are not in `standing`."""
        told = {each.year for each in self.standing(connection, query)}
        wanted = asked_years(query) - told
        return tuple(self.unread(connection, wanted))

    async def load(self, connection: str, wanted: Sequence[int]) -> None:
        """Read these years, the latest first; every failure is in `standing`.

        When the caller is cancelled the reading goes on: others may wait for it.
        """
        tasks = [self._join((connection, year)) for year in sorted(wanted)[::-1]]
        await asyncio.gather(*map(asyncio.shield, tasks))

    async def aclose(self) -> None:
        """Stop what is under way; what was read so far is kept."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _join(self, key: Year) -> asyncio.Task[None]:
        task = self._tasks.get(key)
        if task is None:
            self._loads[key] = _Load()
            task = asyncio.create_task(self._load(key), name=f"year {key}")
            self._tasks[key] = task
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return task

    async def _load(self, key: Year) -> None:
        """Read one year; not beside a sync, which shares the adapter's bookkeeping."""
        load, (connection, year) = self._loads[key], key
        try:
            async with self._alone(connection):
                if self.unread(connection, [year]):
                    await self._read(self._providers[connection], year, load)
        except (ProviderError, StorageError) as error:
            load.problem = str(getattr(error, "detail", error))
        except Exception:  # whoever waits has to hear something
            log.exception("year not read", connection=connection, year=year)
            load.problem = INTERNAL_ERROR
        load.ended_at = self._now()
        if load.problem is None:
            log.info("year read", connection=connection, year=year)
            self._adjust()
        else:
            log.warning(
                "year not read", connection=connection, year=year, cause=load.problem
            )

    async def _read(self, provider: Provider, year: int, load: _Load) -> None:
        if not isinstance(provider, Yearly):
            raise TypeError("it has no older years")
        name = provider.config.name
        # What came before a failure is known already.
        known = self._store.read(snapshots.known_hashes, name)
        async with aclosing(provider.months(year)) as pages:
            async for page in pages:
                readings = await _fresh(provider, page, known)
                await self._store.run(
                    keep_month,
                    name,
                    readings,
                    now=self._now(),
                    late=self._lateness.on(self._today()),
                )
                load.done += 1
        await self._store.run(end_year, name, year, now=self._now())


async def _fresh(
    provider: Provider, page: RawPage, known: Mapping[bytes, int]
) -> list[Reading]:
    """Read the documents of a month that are not known."""
    begun = begin_hash(provider.reading, page.source)
    fresh = {hash_of(begun, document): document for document in page.documents}
    fresh = {hash_: each for hash_, each in fresh.items() if hash_ not in known}
    if not fresh:
        return []
    records = await provider.read(page.source, list(fresh.values()))
    readings = []
    for hash_, record in zip(fresh, records, strict=True):
        if isinstance(record, Unreadable):
            name = provider.config.name
            raise ProviderError(
                name, f"sent a document that could not be read ({record.problem})"
            )
        readings.append(Reading(record.invoice, record.row, hash_, page.source))
    return readings


def keep_month(
    db: Database,
    connection: str,
    readings: Sequence[Reading],
    *,
    now: datetime,
    late: DueDays,
) -> None:
    """Keep what was read of an older year: known from now on, and no news.

    What is known already is left to the syncs, which tell what changed about it.
    """
    before = snapshots.get(db, connection, [each.invoice.id for each in readings])
    new = [each for each in readings if each.invoice.id not in before]
    snapshots.put(db, new, now=now, run=0)
    keys = snapshots.keys_of(db, connection, [each.invoice.id for each in new])
    if keys:
        lapses.mark_told(db, connection, late, keys=list(keys.values()))


def end_year(db: Database, connection: str, year: int, *, now: datetime) -> None:
    """Note that all of a year was read."""
    years.note_loaded(db, connection, year, now=now)
    cursors.count_invoices(db, connection)

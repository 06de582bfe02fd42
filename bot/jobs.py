"""What runs by itself: reading the connections, digests, delivery."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache, partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.flows.complaint import Complaint
from bot.flows.deliver import Deliverer
from bot.flows.digest import Ledger, plan_digests
from bot.flows.living import wake
from storage.errors import StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

#: How often it is looked whether a digest's time has come: cheap, and true even after
#: the machine slept or its clock was moved.
DIGEST_SECONDS = 5
#: What is under way gets this long when the bot stops.
DRAIN_SECONDS = 8.0

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def read_cron(line: str) -> CronTrigger:
    """Read a cron line, as times of the clock on the wall.

    Five fields, as in crontab(5): 0 and 7 are Sunday, names and ranges such as
    ``fri-mon`` are fine. Unlike there, a day of the month and a weekday that are both
    given must both hold.

    Raises:
        ValueError: it is not one.
    """
    fields = line.split()
    if len(fields) != 5:
        raise ValueError(f"a cron line has 5 fields, this one has {len(fields)}")
    fields[4] = _weekdays(fields[4])
    return CronTrigger.from_crontab(" ".join(fields), timezone=UTC)


def next_run_in(zone: tzinfo) -> Callable[[str, datetime], datetime | None]:
    """Make the function that tells when a cron line next fires after a moment.

    In the local time of *zone*. A time that the clocks skip comes an hour later by the
    wall; one that they repeat comes once, the first time. The trigger is asked in wall
    time: over a repeated hour it would fire twice, and give the same moment again.
    """
    trigger_of = lru_cache(maxsize=256)(read_cron)

    def next_run(line: str, after: datetime) -> datetime | None:
        wall = after.astimezone(zone).replace(tzinfo=UTC, fold=0)
        while True:
            found: datetime | None = trigger_of(line).get_next_fire_time(
                None, wall + timedelta(milliseconds=1)
            )
            if found is None:
                return None
            moment = found.replace(tzinfo=zone).astimezone(UTC)
            if moment > after:
                return moment
            wall = found

    return next_run


def _weekdays(field: str) -> str:
    """Write a weekday field by names: APScheduler counts from Monday, cron does not."""
    if field == "*":
        return field
    days: list[str] = []
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if first == "*":
            start, end = 0, 6
        else:
            start = _weekday(first)
            end = _weekday(last) if dash else 6 if step else start
        # Whole weeks are added where the range runs over the week's end.
        length = (end - start) % 7 if end != start + 7 else 6
        days += [
            _WEEKDAYS[(start + offset) % 7]
            for offset in range(0, length + 1, int(step) if step else 1)
        ]
    return ",".join(dict.fromkeys(days))


def _weekday(word: str) -> int:
    if word in _WEEKDAYS:
        return _WEEKDAYS.index(word)
    if word.isascii() and word.isdigit() and int(word) <= 7:
        return int(word)
    raise ValueError(f"“{word}” is not a weekday; write mon to sun, or 0 to 7")


class Jobs:
    """Starts and ends everything that runs without being asked."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        deliverer: Deliverer,
        sync: Callable[[str], Awaitable[object]],
        every: timedelta,
        zone: tzinfo,
        now: Callable[[], datetime],
        connections: Sequence[str],
    ) -> None:
        self._connections = tuple(connections)
        self._ledger = Ledger(zone, self._connections)
        self._store = store
        self._deliverer = deliverer
        self._sync = sync
        self._every = every
        self._zone = zone
        self._now = now
        self._next_run = next_run_in(zone)
        self._no_digests = Complaint(log, "digests could not be planned")
        #: The names of the work that is under way.
        self._busy: set[str] = set()
        self._stop = asyncio.Event()
        self._scheduler: AsyncIOScheduler | None = None
        self._delivery: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; the first syncs and the digests missed while away come at once."""
        scheduler = AsyncIOScheduler(timezone=self._zone)
        # Of two at a time the later ends at once (`_alone`): work that takes long is no
        # defect, which the scheduler would call it each time.
        options = {"max_instances": 2, "coalesce": True, "misfire_grace_time": None}
        every = self._every.total_seconds()
        # A job for each connection: one that is slow delays only itself.
        syncs = [
            (f"sync {each}", partial(self.sync, each), every)
            for each in self._connections
        ]
        for name, work, seconds in (*syncs, ("digests", self.digests, DIGEST_SECONDS)):
            scheduler.add_job(
                self._alone,
                IntervalTrigger(seconds=max(1, int(seconds)), timezone=self._zone),
                args=(name, work),
                id=name,
                name=name,
                next_run_time=datetime.now(self._zone),
                **options,
            )
        scheduler.start()
        self._scheduler = scheduler
        self._delivery = asyncio.create_task(
            self._deliverer.run(self._stop), name="delivery"
        )

    async def _alone(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do *work*, unless it is still under way since another time."""
        if name in self._busy:
            return
        self._busy.add(name)
        try:
            await work()
        finally:
            self._busy.discard(name)

    async def sync(self, connection: str) -> None:
        """Read a connection, and let what is new go out."""
        try:
            await self._sync(connection)
        except asyncio.CancelledError:
            # Cut off by `stop`, which the scheduler would log as a defect.
            if not self._stop.is_set():
                raise
            return
        except StorageError as error:
            log.error(
                "the sync could not be kept", connection=connection, error=str(error)
            )
        self._deliverer.wake()

    async def digests(self) -> None:
        """Queue the digests whose time has come, and the ends of snoozes."""
        try:
            woken = await wake(self._store, now=self._now(), zone=self._zone)
            planned = await plan_digests(
                self._store,
                now=self._now(),
                next_run=self._next_run,
                ledger=self._ledger,
            )
        except StorageError as error:
            self._no_digests.voice(str(error))
            return
        self._no_digests.settle()
        if planned or woken:
            self._deliverer.wake()

    async def stop(self, seconds: float = DRAIN_SECONDS) -> None:
        """Begin nothing new, and wait for what is being posted.

        A sync that is under way is cut off; its transactions are whole, and the next
        one goes on from there.
        """
        self._stop.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        self._deliverer.wake()
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        if self._delivery is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._delivery, seconds)
        await self._deliverer.drain(max(end - loop.time(), 0))

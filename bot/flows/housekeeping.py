"""What is done now and then, whoever asks what: saving, and forgetting."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.flows import closing
from bot.flows.complaint import Complaint
from bot.flows.repeats import Repeats
from storage import links, retention, seen, threads, uploads, withheld
from storage.errors import StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

#: Slack delivers an event again for a day; what was done is remembered a bit longer.
REMEMBER = timedelta(hours=26)
#: A thread that is older than this begins anew.
REMEMBER_THREADS = timedelta(days=30)
#: Between two times of forgetting.
TIDY_SECONDS = 3600.0
#: Deliveries dropped in one transaction; a sync does not wait long for it.
AT_ONCE = 2000


async def keep_house(
    *,
    store: Store,
    repeats: Repeats,
    keep: timedelta,
    now: Callable[[], datetime],
    pause: float = 1.0,
) -> None:
    """Save remembered requests every *pause* seconds, and tidy up every hour.

    A database that takes no change is said once, and tried again.
    """
    loop = asyncio.get_running_loop()
    next_tidying = loop.time()
    complaint = Complaint(log, "housekeeping waits")
    while True:
        await asyncio.sleep(pause)
        try:
            await repeats.save(now=now())
            if loop.time() >= next_tidying:
                await tidy(store, keep=keep, now=now())
                next_tidying = loop.time() + TIDY_SECONDS
            complaint.settle()
        except StorageError as error:
            complaint.voice(str(error))


async def tidy(store: Store, *, keep: timedelta, now: datetime) -> int:
    """Forget requests, finished deliveries and runs; count the deliveries."""
    await store.run_aside(seen.forget, before=now - REMEMBER)
    await store.run_aside(links.forget, before=now - REMEMBER)
    await store.run_aside(threads.forget, before=now - REMEMBER_THREADS)
    await store.run_aside(uploads.forget, before=now - REMEMBER_THREADS)
    await store.run_aside(closing.drop_stale, now=now)
    await store.run_aside(withheld.forget, before=now - REMEMBER_THREADS)
    runs = await store.run(retention.forget_runs, before=now - keep)
    dropped = 0
    while True:
        some = await store.run(
            retention.forget_deliveries, before=now - keep, limit=AT_ONCE
        )
        dropped += some
        if some < AT_ONCE:
            break
    if dropped or runs:
        log.info("forgotten", deliveries=dropped, runs=runs, older_than=str(keep))
    return dropped

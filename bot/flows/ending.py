"""What becomes of a claim: kept up while it is worked on, and how it ends.

Each ending is one transaction and one line in the log, which name the delivery.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlite_utils import Database

from bot.flows import closing
from bot.queries.wording import in_english
from bot.views.closed import how_to_open, why_closed
from storage import closures, outbox
from storage.outbox import Claimed
from storage.store import Store

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: Between two searches for a delivery whose channel may not be read.
UNCERTAIN_PAUSE = timedelta(minutes=10)

_ADVICE = {
    "missing_scope": "reinstall the app with the scopes of `duebot manifest`",
}


class Ending:
    """Ends the claims of one deliverer.

    *lease* is how long a claim lasts unless it is renewed; *count* hears of outcomes.
    """

    def __init__(
        self,
        *,
        store: Store,
        now: Callable[[], datetime],
        lease: timedelta,
        count: Callable[[str], None],
    ) -> None:
        self._store = store
        self._now = now
        self._lease = lease
        self._count = count

    async def keeping(self, claimed: Claimed, call: Coroutine[Any, Any, T]) -> T:
        """Wait for *call*, and keep the claim as long as it takes."""
        task = asyncio.ensure_future(call)
        try:
            while True:
                ended, _ = await asyncio.wait(
                    {task}, timeout=self._lease.total_seconds() / 3
                )
                if ended:
                    return task.result()
                await self.renew(claimed)
        finally:
            task.cancel()

    async def renew(self, claimed: Claimed) -> bool:
        """Keep the claim; False when it was slept through and is somebody else's."""
        return await self._store.run_aside(
            outbox.renew,
            claimed.id,
            attempt=claimed.attempts,
            lease_until=self._now() + self._lease,
        )

    async def done(self, claimed: Claimed, ts: str, *, how: str) -> None:
        """Finish a delivery that Slack has; its channel is open."""
        opened = await self._store.run_aside(
            _finish, claimed, ts=ts or None, now=self._now()
        )
        self._count(how)
        log.info("delivery done", **about(claimed), ts=ts, how=how)
        if opened:
            log.info("channel open again", channel=claimed.channel)

    async def put_back(
        self,
        claimed: Claimed,
        wait: timedelta,
        reason: str,
        *,
        may_be_posted: bool = False,
    ) -> None:
        """Let it be tried again after *wait*."""
        await self._store.run_aside(
            outbox.put_back,
            claimed.id,
            attempt=claimed.attempts,
            not_before=self._now() + wait,
            error=reason,
            may_be_posted=may_be_posted,
        )
        log.info(
            "delivery put back",
            **about(claimed),
            reason=reason,
            wait_seconds=wait.total_seconds(),
            may_be_posted=may_be_posted,
        )

    async def close(self, claimed: Claimed, code: str) -> None:
        """Keep the channel's news back until a person has opened it."""
        is_new = await self._store.run_aside(
            closing.close, claimed, code=code, now=self._now()
        )
        with in_english():
            reason, advice = why_closed(code), how_to_open(code)
        log.log(
            logging.ERROR if is_new else logging.INFO,  # said aloud once
            "channel closed, its news waits",
            **about(claimed),
            reason=reason,
            error=code,
            advice=advice,
        )

    async def pause(self, claimed: Claimed, reason: str, wait: timedelta) -> None:
        """Keep it back while Slack does not say, or refuses us altogether."""
        before = self._store.read(outbox.last_error, claimed.id)
        await self._store.run_aside(
            outbox.pause,
            claimed.id,
            attempt=claimed.attempts,
            not_before=self._now() + wait,
            error=reason,
        )
        log.log(
            logging.INFO if before == reason else logging.ERROR,  # said aloud once
            "delivery paused",
            **about(claimed),
            reason=reason,
            advice=_ADVICE.get(reason.rsplit(" ", 1)[-1], "run duebot check"),
        )

    async def park(self, claimed: Claimed, code: str) -> None:
        """Set aside what nobody can tell of."""
        self._count("uncertain")
        before = self._store.read(outbox.last_error, claimed.id)
        await self._store.run_aside(
            outbox.park,
            claimed.id,
            attempt=claimed.attempts,
            not_before=self._now() + UNCERTAIN_PAUSE,
            error=code,
        )
        log.log(
            logging.INFO if before == code else logging.ERROR,  # said aloud once
            "delivery uncertain: it may have been posted, and the channel's "
            "history cannot be read; it is not sent again",
            **about(claimed),
            error=code,
            advice=_ADVICE.get(code, "allow reading the channel's history"),
        )

    async def give_up(self, claimed: Claimed, code: str) -> None:
        """End a delivery that Slack never takes, with its replies."""
        replies = await self._store.run_aside(
            outbox.give_up,
            claimed.id,
            attempt=claimed.attempts,
            now=self._now(),
            error=code,
        )
        log.error("delivery failed", **about(claimed), error=code)
        for reply in replies:
            log.error(
                "delivery failed",
                delivery=reply,
                channel=claimed.channel,
                error="its parent failed",
            )


def about(claimed: Claimed) -> dict[str, str]:
    """Say in a log line which delivery it is about."""
    return {"delivery": claimed.id, "channel": claimed.channel, "kind": claimed.kind}


def _finish(db: Database, claimed: Claimed, *, ts: str | None, now: datetime) -> bool:
    """Finish a delivery; True when its channel was closed until now."""
    outbox.done(db, claimed.id, ts=ts, now=now)
    return closures.reopen(db, claimed.channel)

"""Digests: what was held for a time of day, told together when that time comes."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlite_utils import Database

from bot.flows.news import plan_rest
from storage import closures, outbox, subscriptions
from storage.moments import to_text
from storage.outbox import Planned
from storage.store import Store
from storage.subscriptions import Subscription

log = structlog.get_logger(__name__)

#: When a cron line next fires after a moment; null when it never does again.
NextRun = Callable[[str, datetime], datetime | None]


async def plan_digests(store: Store, *, now: datetime, next_run: NextRun) -> int:
    """Queue every digest whose time has come; return how many have something to say.

    However many times were missed while nobody was running, one digest covers them.
    """
    due = [
        (each, window)
        for each in store.read(subscriptions.scheduled)
        if (window := window_of(each, now=now, next_run=next_run)) is not None
    ]
    planned = 0
    for each, window in due:
        planned += await store.run(plan_digest, each.id, window=window, now=now)
    return planned


def window_of(
    subscription: Subscription, *, now: datetime, next_run: NextRun
) -> datetime | None:
    """Find the first time not told yet, if it has come."""
    if subscription.wish.cron is None:
        return None
    told = subscription.last_digest_at or subscription.created_at
    window = next_run(subscription.wish.cron, told)
    return window if window is not None and window <= now else None


def plan_digest(
    db: Database, subscription: str, *, window: datetime, now: datetime
) -> bool:
    """Queue one digest, once for its window; False when there is nothing to say."""
    found = subscriptions.find(db, subscription)
    if found is None or (found.last_digest_at and found.last_digest_at >= window):
        return False
    if closures.find(db, found.wish.channel) is not None:
        return False  # one digest covers what gathers until the channel is open again
    subscriptions.digest_told(db, subscription, at=max(now, window))
    events = outbox.take_pool(db, subscription)
    if not events:
        return False
    planned = Planned(
        id=outbox.name(db, "digest", subscription, to_text(window)),
        channel=found.wish.channel,
        kind="digest",
        subscription=subscription,
        payload={"window": to_text(window)},
    )
    outbox.put(db, planned, now=now, events=events)
    plan_rest(db, planned.id, channel=planned.channel, now=now)
    log.info(
        "delivery planned",
        delivery=planned.id,
        channel=planned.channel,
        kind="digest",
        events=len(events),
    )
    return True

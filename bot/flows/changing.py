"""A subscription that is changed, and a channel that is tried again: what follows."""

from datetime import datetime

from sqlite_utils import Database

from bot.flows.news import plan_rest
from storage import closures, outbox, subscriptions
from storage.outbox import Planned
from storage.subscriptions import Wish


def change(db: Database, key: str, wish: Wish, *, now: datetime) -> bool:
    """Change a subscription; what it has gathered is told, at once or by its time."""
    if not subscriptions.edit(db, key, wish, now=now):
        return False
    if wish.cron is None:
        outbox.pool_to_news(db, key, channel=wish.channel)
        events = outbox.take_pool(db, key)
        if events:
            name = outbox.name(db, "news", key, "changed", events[0])
            planned = Planned(name, wish.channel, "news", subscription=key)
            outbox.put(db, planned, now=now, events=events)
            plan_rest(db, name, channel=wish.channel, now=now)
    return True


def resume(db: Database, channel: str, *, now: datetime) -> None:
    """Try again now what waits for a closed channel."""
    closures.reopen(db, channel)
    outbox.try_now(db, channel, now=now)

"""Digests: what was held for a time of day, told together when that time comes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

import structlog
from sqlite_utils import Database

from bot.flows import living
from bot.flows.criteria import criteria_of
from bot.flows.news import plan_rest
from bot.flows.wishes import query_of
from bot.tracking.changes import Before, Owed, from_plain, to_plain
from bot.tracking.digest import totals
from bot.tracking.events import Baseline, Trouble, from_json
from providers.models import OWED
from storage import closures, outbox, subscriptions
from storage.moments import to_moment, to_text
from storage.outbox import Planned, delivery_id
from storage.snapshots import Total
from storage.snapshots import totals as stored_totals
from storage.store import Store
from storage.subscriptions import Subscription

log = structlog.get_logger(__name__)

#: When a cron line next fires after a moment; null when it never does again.
NextRun = Callable[[str, datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is owed by: the zone that decides today, and the configured connections.

    *connections* is ``None`` for all that there ever were.
    """

    zone: tzinfo = UTC
    connections: tuple[str, ...] | None = None


async def plan_digests(
    store: Store, *, now: datetime, next_run: NextRun, ledger: Ledger | None = None
) -> int:
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
        planned += await store.run(
            plan_digest, each.id, window=window, now=now, ledger=ledger or Ledger()
        )
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
    db: Database,
    subscription: str,
    *,
    window: datetime,
    now: datetime,
    ledger: Ledger | None = None,
) -> bool:
    """Queue one digest, once for its window; False when there is nothing to say."""
    found = subscriptions.find(db, subscription)
    if found is None or (found.last_digest_at and found.last_digest_at >= window):
        return False
    if closures.find(db, found.wish.channel) is not None:
        return False  # one digest covers what gathers until the channel is open again
    subscriptions.digest_told(db, subscription, at=max(now, window))
    events = living.still_told(db, outbox.take_pool(db, subscription))
    if not (events or found.wish.manner.even_if_empty):
        return False
    planned = Planned(
        id=outbox.name(db, "digest", subscription, to_text(window)),
        channel=found.wish.channel,
        kind="digest",
        subscription=subscription,
        payload={"window": to_text(window)},
    )
    outbox.put(db, planned, now=now, events=events)
    payload = _figures(db, planned, found, now=now, ledger=ledger or Ledger())
    outbox.add_payload(db, planned.id, payload)
    plan_rest(db, planned.id, channel=planned.channel, now=now)
    if found.wish.manner.attach is not None:
        _plan_file(db, planned, form=found.wish.manner.attach, now=now)
    log.info(
        "delivery planned",
        delivery=planned.id,
        channel=planned.channel,
        kind="digest",
        events=len(events),
    )
    return True


def _figures(
    db: Database,
    planned: Planned,
    subscription: Subscription,
    *,
    now: datetime,
    ledger: Ledger,
) -> dict[str, Any]:
    """Say what the digest before told; of one with nothing to tell, what is owed."""
    events = [from_json(told) for _, told in outbox.events_of(db, planned.id)]
    said: dict[str, Any] = {}
    before = subscriptions.last_figures(db, subscription.id)
    if before is not None:
        said["before"] = before
    elif subscription.made_by is not None:
        said["made_by"] = subscription.made_by
    if not events:
        said["owed"] = [*map(_plain, _owed(db, subscription, now=now, ledger=ledger))]
    figures = {**planned.payload, "totals": to_plain(totals(events))}
    subscriptions.keep_figures(db, subscription.id, figures)
    return said


def _owed(
    db: Database, subscription: Subscription, *, now: datetime, ledger: Ledger
) -> Sequence[Total]:
    """Add up what is owed of what the subscription is about."""
    wish = subscription.wish
    query = replace(query_of(wish), kinds=("invoice",), status=OWED)
    if not query.connections and ledger.connections is not None:
        query = replace(query, connections=ledger.connections)
    today = now.astimezone(ledger.zone).date()
    return stored_totals(db, criteria_of(query, today=today))


def before_of(payload: Mapping[str, Any], zone: tzinfo) -> Before | None:
    """Read of a digest's payload what the digest before told, if there was one."""
    kept = payload.get("before")
    if kept is None:
        return None
    at = to_moment(kept["window"]).astimezone(zone)
    return Before(at, from_plain(kept["totals"]))


def owed_of(payload: Mapping[str, Any]) -> list[Owed]:
    """Read of an empty digest's payload what is owed."""
    return [
        Owed(
            currency=each["currency"],
            invoices=each["invoices"],
            balance=_amount(each["balance"]),
            overdue=each["overdue"],
            overdue_balance=_amount(each["overdue_balance"]),
        )
        for each in payload.get("owed", ())
    ]


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _plain(total: Total) -> Mapping[str, Any]:
    return {
        "currency": total.currency,
        "invoices": total.invoices,
        "balance": None if total.balance is None else str(total.balance),
        "overdue": total.overdue_invoices,
        "overdue_balance": (
            None if total.overdue_balance is None else str(total.overdue_balance)
        ),
    }


def _plan_file(db: Database, digest: Planned, *, form: str, now: datetime) -> None:
    """Plan a file of the digest's invoices in its thread, if there are any."""
    events = [from_json(told) for _, told in outbox.events_of(db, digest.id)]
    if all(isinstance(each, Trouble | Baseline) for each in events):
        return
    planned = Planned(
        id=delivery_id("file", digest.id, form),
        channel=digest.channel,
        kind="file",
        parent=digest.id,
        payload={"digest": digest.id, "form": form, **digest.payload},
    )
    outbox.put(db, planned, now=now)
    log.info(
        "delivery planned", delivery=planned.id, channel=digest.channel, kind="file"
    )

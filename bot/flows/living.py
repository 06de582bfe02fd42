"""Notices that live: what happens to an invoice updates its message, or its thread.

All of it is planned inside the transactions that store what happened. How a channel
wants to hear of changes is a choice of its subscription (`storage.subscriptions`):

* ``thread``: each event is a reply in the thread of the invoice's message there, which
  shows how things stand;
* ``update``: the message alone is updated, and the event is told by that, or else by
  a message of its own (`bot.flows.updating`);
* ``message``: each event is a message of its own, and the last one is the invoice's.

An invoice that has no message in the channel, or was told of together with others, gets
one with its next event.
"""

from datetime import date, datetime, tzinfo
from typing import Any

import structlog
from sqlite_utils import Database

from bot.tracking.events import (
    Baseline,
    DocumentEvent,
    DueSoon,
    InvoiceEvent,
    Overdue,
    Trouble,
    event_kind,
    from_json,
)
from providers.models import OWED
from storage import care, events, notices, outbox, snapshots, subscriptions
from storage.care import Standing
from storage.notices import Notice
from storage.outbox import Held, Planned, delivery_id
from storage.snapshots import StoredInvoice
from storage.store import Store

log = structlog.get_logger(__name__)

#: Events of one sync that go into threads of their own; more are one message together,
#: as is all news that comes at once.
MOST_REPLIES = 10


def hear(db: Database, event: DocumentEvent, *, now: datetime) -> bool:
    """Note what an event means for its invoice; False when nobody is to be told.

    A date that comes is not told of an invoice that somebody has acknowledged or
    snoozed; anything else that happens to it ends that. Runs in the sync's transaction.
    """
    is_date = isinstance(event, DueSoon | Overdue)
    silent = is_date and care.is_silent(db, event.connection, event.id)
    if not is_date:
        why = event_kind(event)
        care.end_silence(db, event.connection, event.id, why=why, now=now)
    for notice in notices.of_invoice(db, event.connection, event.id):
        if subscriptions.follow_of(db, notice.subscription) != "message":
            notices.plan_update(db, notice, now=now, of_sync=event.connection)
    if silent:
        log.info(
            "event kept silent: the invoice is acknowledged or snoozed",
            connection=event.connection,
            invoice=event.id,
            kind=event_kind(event),
        )
    return not silent


def still_told(db: Database, ids: list[int]) -> list[int]:
    """Leave out of a digest the dates of what was silenced since they were found."""
    kept = []
    for each in events.find(db, ids):
        event = from_json(each.payload)
        if isinstance(event, DueSoon | Overdue) and care.is_silent(
            db, event.connection, event.id
        ):
            log.info("event kept silent: left out of a digest", event_id=each.id)
        else:
            kept.append(each.id)
    return kept


def touch(db: Database, connection: str, invoice: str, *, now: datetime) -> None:
    """Let every message of an invoice show what a person has done about it."""
    for notice in notices.of_invoice(db, connection, invoice):
        log.info(
            "delivery planned",
            delivery=notices.plan_update(db, notice, now=now),
            channel=notice.channel,
            kind="update",
        )


def spread(db: Database, held: Held, connection: str, *, now: datetime) -> bool:
    """Move what a channel follows elsewhere out of its news; False: nothing is left."""
    told = [(key, from_json(text)) for key, text in outbox.events_of(db, held.id)]
    known = [
        (key, notice) for key, event in told if (notice := _notice(db, held, event))
    ]
    match subscriptions.follow_of(db, held.subscription):
        case "update":
            for key, notice in known:
                update = notices.plan_update(db, notice, now=now, of_sync=connection)
                outbox.move_event(db, key, delivery=held.id, to=update)
        case "thread" if len(known) <= MOST_REPLIES:
            for key, notice in known:
                _plan_reply(db, held, key, notice, now=now)
        case _:
            known = []
    if told and len(known) == len(told):
        outbox.remove(db, held.id)
        return False
    return True


def keep_notice(db: Database, news: Held) -> None:
    """Let news of one event, which is about to be posted, be its invoice's message."""
    told = [from_json(text) for _, text in outbox.events_of(db, news.id)]
    if len(told) == 1 and not isinstance(told[0], Trouble | Baseline):
        _keep_notice(db, news, told[0])


async def wake(store: Store, *, now: datetime, zone: tzinfo) -> int:
    """End the snoozes whose day has come; count what is told of."""
    today = now.astimezone(zone).date()
    if not store.read(care.ended_by, today):
        return 0
    return await store.run(plan_wakes, now=now, today=today)


def plan_wakes(db: Database, *, now: datetime, today: date) -> int:
    """End the snoozes whose day has come; tell of what is still unpaid, each once.

    It is told where it was snoozed, in the same thread; one that was snoozed in private
    is told to whoever did. One that is acknowledged as well stays silent.
    """
    planned = 0
    for standing in care.ended_by(db, today):
        connection, invoice = standing.connection, standing.invoice
        entry = care.end_snooze(db, connection, invoice, by=None, now=now)
        touch(db, connection, invoice, now=now)
        stored = snapshots.get(db, connection, [invoice]).get(invoice)
        if standing.acknowledged_at is not None or not is_owed(stored):
            log.info("snooze over", connection=connection, invoice=invoice, told=False)
            continue
        _plan_wake(db, standing, entry, now=now)
        planned += 1
    return planned


def is_owed(stored: StoredInvoice | None) -> bool:
    """Tell whether an invoice is there and something of it is to be paid."""
    return (
        stored is not None
        and stored.withdrawn_at is None
        and stored.invoice.kind == "invoice"
        and stored.invoice.status in OWED
        and stored.invoice.balance != 0
    )


def _plan_wake(db: Database, standing: Standing, entry: int, *, now: datetime) -> None:
    person = standing.snoozed_by or ""
    payload: dict[str, Any] = {
        "connection": standing.connection,
        "invoice": standing.invoice,
        "by": person,
    }
    if standing.snooze_channel and standing.snooze_thread:
        payload["thread"] = standing.snooze_thread
    planned = Planned(
        id=outbox.name(db, "wake", standing.connection, standing.invoice, entry),
        channel=standing.snooze_channel or person,
        kind="wake",
        payload=payload,
    )
    outbox.put(db, planned, now=now)
    log.info(
        "delivery planned", delivery=planned.id, channel=planned.channel, kind="wake"
    )


def _notice(db: Database, held: Held, event: InvoiceEvent) -> Notice | None:
    if isinstance(event, Trouble | Baseline):
        return None
    return notices.find(
        db, channel=held.channel, connection=event.connection, invoice=event.id
    )


def _plan_reply(
    db: Database, held: Held, event: int, notice: Notice, *, now: datetime
) -> None:
    planned = Planned(
        id=delivery_id("reply", held.id, event),
        channel=held.channel,
        kind="reply",
        subscription=held.subscription,
        parent=notice.delivery,
    )
    outbox.put(db, planned, now=now, like=held.id)
    outbox.move_event(db, event, delivery=held.id, to=planned.id)
    log.info(
        "delivery planned", delivery=planned.id, channel=held.channel, kind="reply"
    )


def _keep_notice(db: Database, held: Held, event: DocumentEvent) -> None:
    notices.put(
        db,
        channel=held.channel,
        connection=event.connection,
        invoice=event.id,
        delivery=held.id,
    )

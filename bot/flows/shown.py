"""What a living notice and the end of a snooze are made of, as things stand now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from sqlite_utils import Database

from bot.answers.care import Care
from bot.flows.care import care_of
from bot.tracking.events import Baseline, DocumentEvent, Trouble, from_json
from bot.views.kit import Message
from bot.views.living import living_message, wake_message
from providers.models import Invoice
from storage import notices, outbox, snapshots, subscriptions


@dataclass(frozen=True, slots=True)
class Shown:
    """A posted notice: what it told first, and how its invoice stands."""

    event: DocumentEvent
    invoice: Invoice
    care: Care
    withdrawn: bool
    followed: bool


def read_notice(db: Database, delivery: str, *, zone: tzinfo) -> Shown | None:
    """Read what the message of *delivery* shows; ``None`` when it is no notice."""
    notice = notices.of_delivery(db, delivery)
    told = outbox.events_of(db, delivery)
    if notice is None or not told:
        return None
    event = from_json(told[0][1])
    found = snapshots.get(db, notice.connection, [notice.invoice])
    stored = found.get(notice.invoice)
    if stored is None or isinstance(event, Trouble | Baseline):
        return None
    return Shown(
        event=event,
        invoice=stored.invoice,
        care=care_of(db, notice.connection, notice.invoice, zone=zone),
        withdrawn=stored.withdrawn_at is not None,
        followed=subscriptions.follow_of(db, notice.subscription) != "message",
    )


def show_notice(shown: Shown, *, today: date, labels: Mapping[str, str]) -> Message:
    """Write a notice as its invoice stands."""
    return living_message(
        shown.event,
        shown.invoice,
        shown.care,
        withdrawn=shown.withdrawn,
        followed=shown.followed,
        today=today,
        labels=labels,
    )


def show_wake(
    db: Database,
    payload: Mapping[str, Any],
    *,
    zone: tzinfo,
    today: date,
    labels: Mapping[str, str],
) -> Message:
    """Write what is said when a snooze has ended."""
    connection, invoice = str(payload["connection"]), str(payload["invoice"])
    stored = snapshots.get(db, connection, [invoice])[invoice]
    return wake_message(
        stored.invoice,
        care_of(db, connection, invoice, zone=zone),
        by=str(payload["by"]),
        today=today,
        labels=labels,
    )

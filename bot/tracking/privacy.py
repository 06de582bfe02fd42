"""Events without the names in them, for channels that are not to see any. Pure."""

from collections.abc import Sequence

import msgspec

from bot.answers.privacy import short_number
from bot.queries.wording import tr
from bot.tracking.events import (
    Amended,
    Baseline,
    Change,
    DocumentEvent,
    InvoiceEvent,
    Trouble,
)


def nameless_events(events: Sequence[InvoiceEvent]) -> list[InvoiceEvent]:
    """Take the names out of *events*, and most of the numbers that lead to them."""
    places: dict[tuple[str, str], int] = {}
    told: list[InvoiceEvent] = []
    for event in events:
        if isinstance(event, Trouble | Baseline):
            told.append(event)
            continue
        # Told apart from each other, since totals count each document once.
        place = places.setdefault((event.connection, event.id), len(places))
        told.append(_nameless(event, f"-{place}"))
    return told


def _nameless(event: DocumentEvent, id_: str) -> DocumentEvent:
    number = short_number(event.number)
    if isinstance(event, Amended):
        changes = tuple(map(_nameless_change, event.changes))
        event = msgspec.structs.replace(event, changes=changes)
    return msgspec.structs.replace(
        event, id=id_, number=number, counterparty=None, has_pdf=False
    )


def _nameless_change(change: Change) -> Change:
    """Keep that lines changed, not what stands in them."""
    if change.field == "number":
        return Change("number", _short(change.before), _short(change.after))
    if change.field == "lines":
        return Change("lines", tr("as before"), tr("others"))
    return change


def _short(number: str | None) -> str | None:
    return None if number is None else short_number(number)

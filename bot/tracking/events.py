"""What can happen to an invoice or a connection, as values that survive a restart.

An event carries what a notice needs, as it was when it happened; it is stored as JSON
and never rewritten.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from providers.models import Invoice, Kind, LineItem, Status

#: The words of `[[subscriptions]] events`, and ``baseline``, which nobody asks for.
EventKind = Literal[
    "issued",
    "amended",
    "payment",
    "due_soon",
    "overdue",
    "withdrawn",
    "trouble",
    "baseline",
]
AmendedField = Literal["total", "tax", "due_on", "currency", "number", "lines"]


class Change(msgspec.Struct, frozen=True):
    """One field before and after, as text; ``None`` where it was not stated.

    Amounts are decimal strings, days ISO dates. For ``lines`` each side holds the rows
    that the other lacks, written out and joined with ``"; "``.
    """

    field: AmendedField
    before: str | None
    after: str | None


class InvoiceNews(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="invoice"
):
    """What the events of an invoice share; see `providers.models.Invoice`."""

    connection: str
    provider: str
    id: str
    number: str
    kind: Kind
    currency: str
    total: Decimal | None
    balance: Decimal | None
    due_on: date | None
    issued_on: date | None
    status: Status
    counterparty: str | None
    has_pdf: bool


class Issued(InvoiceNews, frozen=True, kw_only=True, tag="issued"):
    """A document that was not there; ``again`` when it had been withdrawn before."""

    again: bool = False


class Amended(InvoiceNews, frozen=True, kw_only=True, tag="amended"):
    """A known document says something else now."""

    changes: tuple[Change, ...]


class Payment(InvoiceNews, frozen=True, kw_only=True, tag="payment"):
    """Less is owed than before; balances are null where the provider states none."""

    before: Decimal | None
    after: Decimal | None
    paid_in_full: bool


class DueSoon(InvoiceNews, frozen=True, kw_only=True, tag="due_soon"):
    """The due date is near and something is owed."""


class Overdue(InvoiceNews, frozen=True, kw_only=True, tag="overdue"):
    """The due date has passed; ``after_days`` is 0, or the reminder that it is."""

    after_days: int = 0


class Withdrawn(InvoiceNews, frozen=True, kw_only=True, tag="withdrawn"):
    """The provider no longer lists it."""


class Trouble(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="trouble"
):
    """A connection keeps failing (*detail* follows its label), or works again."""

    connection: str
    detail: str
    recovered: bool = False


class OverdueSum(msgspec.Struct, frozen=True):
    """What is overdue in one currency; ``balance`` adds the stated balances."""

    currency: str
    invoices: int
    balance: Decimal


class Baseline(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="baseline"
):
    """What a connection's first complete sync found: known from now on, not news."""

    connection: str
    invoices: int
    credit_notes: int = 0
    overdue: tuple[OverdueSum, ...] = ()


DocumentEvent = Issued | Amended | Payment | DueSoon | Overdue | Withdrawn
InvoiceEvent = DocumentEvent | Trouble | Baseline

_DECODER: msgspec.json.Decoder[InvoiceEvent] = msgspec.json.Decoder(InvoiceEvent)
_ENCODER = msgspec.json.Encoder()


def event_kind(event: InvoiceEvent) -> EventKind:
    """Name the kind of *event*, as subscriptions do."""
    tag: EventKind = event.__struct_config__.tag  # type: ignore[assignment]  # msgspec types tags as str | int
    return tag


def to_json(event: InvoiceEvent) -> str:
    """Write *event* so that `from_json` gives it back."""
    return _ENCODER.encode(event).decode()


def from_json(text: str) -> InvoiceEvent:
    """Read an event written by `to_json`.

    Raises:
        msgspec.ValidationError: the text is not one.
    """
    return _DECODER.decode(text)


def facts(invoice: Invoice) -> dict[str, Any]:
    """Pick what every event about *invoice* carries, by field name."""
    return {name: getattr(invoice, name) for name in InvoiceNews.__struct_fields__}


def describe_lines(lines: tuple[LineItem, ...]) -> str | None:
    """Write *lines* out for a before and after; ``None`` when there are none."""
    return "; ".join(map(_describe_line, lines)) or None


def _describe_line(line: LineItem) -> str:
    words = [line.customer, line.description, line.kind]
    if line.quantity is not None:
        words.append(f"x {line.quantity}")
    if line.unit_price is not None:
        words.append(f"at {line.unit_price}")
    for label, amount in (("net", line.net), ("tax", line.tax), ("", line.total)):
        if amount is not None:
            words.append(f"{label} {amount}".strip())
    if line.period_from is not None or line.period_to is not None:
        words.append(f"{line.period_from or ''}..{line.period_to or ''}")
    return ", ".join(word for word in words if word)

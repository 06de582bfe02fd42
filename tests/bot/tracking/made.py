"""Builders of events: sensible defaults, override what the test is about."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.tracking.events import (
    Amended,
    Change,
    DueSoon,
    Issued,
    Overdue,
    Payment,
    Withdrawn,
)
from providers.models import Status

TODAY = date(2025, 11, 21)


def about(**changes: Any) -> dict[str, Any]:
    """An unpaid invoice of 121.00 EUR at connection i3d, due on 3 December 2025."""
    fields: dict[str, Any] = {
        "connection": "i3d",
        "provider": "i3dnet",
        "id": "101",
        "number": "F25-0000101",
        "kind": "invoice",
        "currency": "EUR",
        "total": Decimal("121.00"),
        "balance": Decimal("121.00"),
        "due_on": date(2025, 12, 3),
        "issued_on": date(2025, 11, 3),
        "status": Status.UNPAID,
        "counterparty": "i3D.net",
        "has_pdf": True,
    }
    return fields | changes


def issued(**changes: Any) -> Issued:
    return Issued(**about(**changes))


def amended(*changed: Change, **changes: Any) -> Amended:
    return Amended(**about(**changes), changes=changed)


def payment(before: str | None, after: str | None, **changes: Any) -> Payment:
    left = None if after is None else Decimal(after)
    paid_in_full = left == 0 or changes.get("status") == Status.PAID
    fields = about(**({"balance": left} | changes))
    return Payment(
        **fields,
        before=None if before is None else Decimal(before),
        after=left,
        paid_in_full=paid_in_full,
    )


def due_soon(**changes: Any) -> DueSoon:
    return DueSoon(**about(**changes))


def overdue(after_days: int = 0, **changes: Any) -> Overdue:
    fields = about(**({"due_on": date(2025, 11, 9)} | changes))
    return Overdue(**fields, after_days=after_days)


def withdrawn(**changes: Any) -> Withdrawn:
    return Withdrawn(**about(**changes))

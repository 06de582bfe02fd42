"""Invoices to store, with plain defaults."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from providers.models import Invoice, Status
from storage import cursors, snapshots
from storage.snapshots import Reading

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def invoice(id_: str = "1", **fields: Any) -> Invoice:
    """Make an unpaid invoice; amounts may be given as text."""
    plain: dict[str, Any] = {
        "connection": "i3d",
        "provider": "i3dnet",
        "id": id_,
        "number": f"F25-{id_}",
        "issued_on": date(2026, 11, 1),
        "due_on": date(2026, 12, 1),
        "currency": "EUR",
        "total": "100.00",
        "balance": "100.00",
        "status": Status.UNPAID,
        "provider_status": "0",
    }
    plain.update(fields)
    for name in ("net", "tax", "total", "paid", "balance"):
        if plain.get(name) is not None:
            plain[name] = Decimal(plain[name])
    return Invoice(**plain)


def keep(db: Database, invoices: Iterable[Invoice], *, source: str = "all") -> None:
    """Put invoices as a sync would, with hashes made from their ids."""
    readings = []
    for each in invoices:
        cursors.attempted(db, each.connection, provider=each.provider, now=NOW)
        hash_ = f"{each.connection}{each.id}".encode().ljust(16)
        readings.append(Reading(each, b"{}", hash_, source))
    snapshots.put(db, readings, now=NOW, run=1)

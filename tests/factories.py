"""Builders for test values: sensible defaults, override what the test is about."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness, InvoiceList
from bot.answers.totals import totals_of
from bot.queries.model import Query
from bot.views.listing import Setting
from providers.models import Invoice, Status

TODAY = date(2025, 11, 21)
NOW = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)


def make_invoice(**changes: Any) -> Invoice:
    """An unpaid i3D.net invoice of 121.00 EUR, due on 9 November 2025."""
    fields: dict[str, Any] = {
        "connection": "i3d",
        "provider": "i3dnet",
        "id": "1001",
        "number": "F25-0000101",
        "issued_on": date(2025, 10, 10),
        "due_on": date(2025, 11, 9),
        "due_basis": "provider",
        "currency": "EUR",
        "net": Decimal("100.00"),
        "tax": Decimal("21.00"),
        "total": Decimal("121.00"),
        "paid": Decimal("0.00"),
        "balance": Decimal("121.00"),
        "status": Status.UNPAID,
        "provider_status": "0",
        "counterparty": "i3D.net",
        "description": "Server rent",
        "has_pdf": True,
    }
    return Invoice(**(fields | changes))


def make_list(*invoices: Invoice, **changes: Any) -> InvoiceList:
    """An answer with these invoices, read two minutes ago."""
    fields: dict[str, Any] = {
        "query": Query(),
        "today": TODAY,
        "invoices": invoices,
        "count": len(invoices),
        "page": 1,
        "totals": totals_of(invoices, today=TODAY),
        "freshness": (fresh("i3d", "i3D.net"),),
    }
    return InvoiceList(**(fields | changes))


def fresh(connection: str, label: str, **changes: Any) -> Freshness:
    """A connection that was read two minutes ago without trouble."""
    as_of = datetime(2025, 11, 21, 8, 58, tzinfo=UTC)
    fields: dict[str, Any] = {
        "connection": connection,
        "label": label,
        "as_of": as_of,
    }
    return Freshness(**(fields | changes))


def setting(command: str = "/invoices", *, shared: bool = False) -> Setting:
    """Nine o'clock in Amsterdam on the day of the tests."""
    return Setting(command, NOW, ZoneInfo("Europe/Amsterdam"), shared=shared)

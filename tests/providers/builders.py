"""Connections to stand-ins, and the wire's documents as the API pages show them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from providers.base import ConnectionConfig, MakeProvider, Provider, Record, Unreadable
from providers.http import Patience
from providers.i3dnet import I3dNet
from providers.lineworks import LineWorks
from providers.models import Invoice
from providers.softwareone import SoftwareOne

SAMPLES = Path(__file__).parent.parent / "samples"
NOW = datetime(2022, 3, 15, 9, 0, tzinfo=UTC)
SECRET = "s3cret-key"
QUICK = Patience(
    connect_seconds=0.2,
    answer_seconds=0.1,
    total_seconds=3,
    first_wait_seconds=0.001,
    longest_wait_seconds=0.002,
    jitter_seconds=0,
)
ADAPTERS: Mapping[str, MakeProvider] = {
    "lineworks": LineWorks,
    "softwareone": SoftwareOne,
    "i3dnet": I3dNet,
}


class Memory:
    """A vault that forgets when the test ends."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.kept.get(key)

    async def put(self, key: str, value: str) -> None:
        self.kept[key] = value


def now() -> datetime:
    """The moment that adapters under test believe it is."""
    return NOW


def make_config(provider: str, base_url: str = "", **changes: Any) -> ConnectionConfig:
    """A connection with a fixed token, all else as the adapter's defaults."""
    defaults = ADAPTERS[provider].defaults
    fields: dict[str, Any] = {
        "name": "one",
        "provider": provider,
        "label": defaults.label,
        "base_url": base_url or defaults.base_url,
        "timezone": ZoneInfo(defaults.timezone),
        "token": SECRET,
    }
    return ConnectionConfig(**(fields | changes))


def lineworks(base_url: str, **changes: Any) -> LineWorks:
    """A LINE WORKS connection that reads 2022 and the year before."""
    config = make_config("lineworks", base_url, **({"since": 2022} | changes))
    return LineWorks(config, now=now, vault=Memory(), patience=QUICK)


def softwareone(base_url: str, **changes: Any) -> SoftwareOne:
    """A SoftwareOne connection."""
    config = make_config("softwareone", base_url, **changes)
    return SoftwareOne(config, now=now, vault=Memory(), patience=QUICK)


def i3dnet(base_url: str, **changes: Any) -> I3dNet:
    """An i3D.net connection."""
    config = make_config("i3dnet", base_url, **changes)
    return I3dNet(config, now=now, vault=Memory(), patience=QUICK)


def sample(name: str) -> Any:
    """A reply stored under tests/samples."""
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


async def read_all(provider: Provider) -> list[Invoice]:
    """Every invoice of every list, in the order they come."""
    invoices = []
    async for page in provider.pages():
        for record in await provider.read(page.source, page.documents):
            assert isinstance(record, Record), record
            invoices.append(record.invoice)
    return invoices


async def read_one(
    provider: Provider, document: Mapping[str, Any], source: str = "invoices"
) -> Invoice:
    """One document through the adapter's own reading, without a list."""
    (record,) = await provider.read(source, [msgspec.json.encode(document)])
    assert isinstance(record, Record), record
    return record.invoice


async def read_problem(provider: Provider, document: bytes) -> str:
    """What the adapter says of a document that it cannot read."""
    (record,) = await provider.read("invoices", [document])
    assert isinstance(record, Unreadable), record
    return record.problem


def lw_row(**changes: Any) -> dict[str, Any]:
    """The invoice of the LINE WORKS page with its year repaired."""
    row: dict[str, Any] = sample("lineworks/invoices-page-example.json")["invoices"][0]
    return row | {"invoiceYear": 2021} | changes


def lw_customer(number: int, *items: dict[str, Any]) -> dict[str, Any]:
    """One customer of a LINE WORKS breakdown."""
    return {
        "domainId": number,
        "domain": f"customer{number}.example",
        "customerName": f"Customer {number}",
        "customerCode": "",
        "settlementItems": list(items),
    }


def so_document(**changes: Any) -> dict[str, Any]:
    """A SoftwareOne invoice that adds up: 110.00 EUR, unpaid."""
    document: dict[str, Any] = {
        "id": "INV-1111-2222-3333-4444",
        "documentNo": "DE-PSI-1400634",
        "name": "May 2025",
        "status": "Issued",
        "type": "Debit",
        "seller": {"id": "SEL-1", "name": "SoftwareOne Germany"},
        "client": {"id": "ACC-1", "name": "Stark & Co"},
        "erpData": {
            "documentNo": "DE-PSI-1400634",
            "documentDate": "2025-04-30T10:00:00.0000000+00:00",
            "dueDate": "2025-05-15T23:59:59.0000000+00:00",
            "balanceDue": 110.00,
            "invoiceTotal": 110.00,
        },
        "price": {
            "currency": "EUR",
            "totalSP": 100.00,
            "totalST": 10.00,
            "totalGT": 110.00,
        },
        "lines": [],
    }
    return document | changes


def so_list(
    documents: Sequence[Mapping[str, Any]],
    *,
    offset: int = 0,
    limit: int = 100,
    total: int | None = None,
) -> dict[str, Any]:
    """A SoftwareOne list's reply."""
    pagination = {"offset": offset, "limit": limit, "total": total}
    return {"$meta": {"pagination": pagination}, "data": list(documents)}


def i3_row(number: int = 1001, **changes: Any) -> dict[str, Any]:
    """An i3D.net list row of 121.00 EUR, due on 15 May 2025, unpaid."""
    row: dict[str, Any] = {
        "id": str(number),
        "creationDate": 1746050400,
        "dueDate": 1747260000,
        "invoiceNumber": f"F25-{number - 900:07}",
        "invoiceHash": "9f",
        "description": "Server rent",
        "currency": "EUR",
        "currencySign": "€",
        "amountIncVAT": "12100",
        "amountExclVAT": "10000",
        "paymentStatus": 0,
        "paymentDate": 0,
        "isCredit": 0,
        "remainingAmount": "12100",
        "totalPaidAmount": "0",
    }
    return row | changes


def i3_detail(**changes: Any) -> dict[str, Any]:
    """The details of the same invoice, with the bank data that we must not read."""
    detail: dict[str, Any] = {
        "id": 1001,
        "invoiceNumber": "F25-0000101",
        "invoiceHash": "9f",
        "clientNumber": "77",
        "creationDate": "2025-05-01",
        "dueDate": "2025-05-15",
        "paymentStatus": 0,
        "paymentDate": 0,
        "isCredit": 0,
        "paymentTerm": 14,
        "currency": "Euro",
        "currencySign": "€",
        "vatPercentage": 21,
        "vatAmount": "2100",
        "amountIncVat": "12100",
        "amountExclVat": "10000",
        "items": [
            {
                "orderId": "5",
                "description": "Dedicated server",
                "periodFrom": "2025-05-01",
                "periodTo": "2025-05-31",
                "remarks": "",
                "quantity": 1,
                "setupCosts": "0",
                "unitPrice": "10000",
                "vatPercentage": 21,
                "vatAmount": "2100",
                "amountIncVat": "12100",
                "amountExclVat": "10000",
            }
        ],
        "clientDetails": {"IBAN": "NL00BANK0123456789", "BIC": "BANKNL2A"},
        "companyDetails": {"IBAN": "NL00BANK9876543210"},
    }
    return detail | changes


TERMS = timedelta(days=30)

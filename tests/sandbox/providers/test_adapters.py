"""The adapters and the stand-ins, written apart from the same documents, agree."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from providers import make_provider
from providers.base import ConnectionConfig, Provider, Record
from providers.models import Invoice, Status
from sandbox.world import Bill, Document, Paper
from tests.sandbox.providers.conftest import BASES, Stand

ZONES = {"lineworks": "Asia/Tokyo", "softwareone": "UTC", "i3dnet": "Europe/Amsterdam"}
TOKENS = {
    "lineworks": None,
    "softwareone": "idt:TKN-0001-0001:sandbox",
    "i3dnet": "i3d-sandbox-key",
}


class Memory:
    """A vault that forgets."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self._kept.get(key)

    async def put(self, key: str, value: str) -> None:
        self._kept[key] = value


@pytest.fixture(params=list(ZONES))
async def provider(
    request: pytest.FixtureRequest, stand: Stand
) -> AsyncIterator[Provider]:
    name: str = request.param
    base = str(stand.http.base_url).rstrip("/")
    config = ConnectionConfig(
        name="a",
        provider=name,
        label=name,
        base_url=base + BASES[name],
        timezone=ZoneInfo(ZONES[name]),
        currency="JPY" if name == "lineworks" else None,
        payment_terms=timedelta(days=30) if name == "lineworks" else None,
        since=2021 if name == "lineworks" else None,
        token=TOKENS[name],
        auth=_service_account(stand, base) if name == "lineworks" else {},
    )
    made = make_provider(config, now=stand.clock.now, vault=Memory())
    yield made
    await made.aclose()


async def test_every_document_is_read_to_the_cent(
    stand: Stand, provider: Provider
) -> None:
    read = {invoice.number: invoice for invoice in await _read_all(provider)}
    held = {d.number: d for d in stand.world.documents(provider.config.provider)}
    assert read.keys() == held.keys()
    for number, document in held.items():
        assert _facts(read[number]) == _truth(document)
        assert read[number].checks == ()


async def test_the_official_pdf_arrives(stand: Stand, provider: Provider) -> None:
    invoices = [i for i in await _read_all(provider) if i.has_pdf]
    if stand.world.documents(provider.config.provider)[0].currency == "JPY":
        assert invoices == []
        return
    into = BytesIO()
    await provider.pdf(invoices[0], into)
    assert into.getvalue().startswith(b"%PDF-")


async def _read_all(provider: Provider) -> list[Invoice]:
    invoices = []
    async for page in provider.pages():
        for record in await provider.read(page.source, page.documents):
            assert isinstance(record, Record), record
            invoices.append(record.invoice)
    return invoices


def _facts(invoice: Invoice) -> dict[str, object]:
    return {
        "kind": invoice.kind,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on if invoice.kind == "invoice" else None,
        "currency": invoice.currency,
        "total": invoice.total,
        "balance": invoice.balance,
        "is_paid": invoice.status in {Status.PAID, Status.SETTLED_CREDIT},
    }


def _truth(document: Document) -> dict[str, object]:
    is_memo = isinstance(document, Paper) and document.sort == "memo"
    return {
        "kind": _kind(document),
        "issued_on": document.issued_on,
        "due_on": _due(document),
        "currency": document.currency,
        "total": document.total,
        # A credit memo has no balance.
        "balance": None if is_memo else document.balance,
        "is_paid": not is_memo and document.balance == 0 and document.total > 0,
    }


def _kind(document: Document) -> str:
    is_invoice = isinstance(document, Bill) or document.sort == "invoice"
    return "invoice" if is_invoice else "credit_note"


def _due(document: Document) -> date | None:
    if isinstance(document, Bill):
        return document.issued_on + timedelta(days=30)
    return document.due_on if document.sort == "invoice" else None


def _service_account(stand: Stand, base: str) -> dict[str, str]:
    return {
        "kind": "service_account",
        "token_url": f"{base}/sim/lineworks/oauth2/v2.0/token",
        "client_id": "lw-sandbox-client",
        "client_secret": "lw-sandbox-secret",
        "service_account": "duebot.serviceaccount@sandbox",
        "private_key": stand.world.lineworks_private_key_pem,
        "scope": "partner.read",
    }

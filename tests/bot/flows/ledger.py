"""A provider that lists what a test tells it to, and a listener that remembers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import msgspec
from sqlite_utils import Database

from bot.flows.settling import Lateness
from bot.flows.sync import sync_connection
from bot.tracking.events import InvoiceEvent, event_kind
from bot.tracking.outcome import ConnectionReport
from providers.base import ConnectionConfig, Provider, RawPage, Record, Unreadable
from providers.errors import ProviderError
from providers.models import Invoice, Status
from storage.store import Store

DAY = date(2026, 11, 21)
LATENESS = Lateness(
    due_soon=timedelta(days=3), remind_after=(timedelta(days=7), timedelta(days=14))
)


def invoice(id_: str = "1", **fields: Any) -> Invoice:
    """Make an unpaid invoice of 100.00 EUR, due on 15 December 2026."""
    total = Decimal(fields.pop("total", "100.00"))
    balance = fields.pop("balance", total)
    plain: dict[str, Any] = {
        "connection": "i3d",
        "provider": "i3dnet",
        "id": id_,
        "number": f"F25-{id_}",
        "issued_on": date(2026, 11, 1),
        "due_on": date(2026, 12, 15),
        "currency": "EUR",
        "total": total,
        "balance": None if balance is None else Decimal(balance),
        "status": Status.UNPAID,
        "provider_status": "0",
        "counterparty": "i3D.net",
    }
    return Invoice(**{**plain, **fields})


class Ledger:
    """A provider whose invoices, faults and way of reading are plain attributes."""

    def __init__(self, *invoices: Invoice, name: str = "i3d", page: int = 2) -> None:
        self.config = ConnectionConfig(
            name=name,
            provider="i3dnet",
            label="i3D.net",
            base_url="http://127.0.0.1",
            timezone=ZoneInfo("Europe/Amsterdam"),
        )
        self.requests = 0
        self.read_documents = 0
        self.page = page
        self.source = "invoices"
        #: Part of every document, but of nothing we read.
        self.noise = ""
        self.terms: int | None = None
        self.unreadable: set[str] = set()
        #: Raised instead of the page with this index.
        self.fault: tuple[int, Exception] | None = None
        self.documents: list[bytes] | None = None
        self.invoices = {each.id: each for each in invoices}

    def put(self, *invoices: Invoice) -> None:
        self.invoices.update({each.id: each for each in invoices})

    @property
    def reading(self) -> str:
        return f"1 {self.terms}"

    def document(self, each: Invoice) -> bytes:
        return msgspec.json.encode({"noise": self.noise, "invoice": each})

    async def pages(self) -> AsyncIterator[RawPage]:
        documents = self.documents
        if documents is None:
            documents = [self.document(each) for each in self.invoices.values()]
        for index in range(0, max(len(documents), 1), self.page):
            self.requests += 1
            if self.fault and self.fault[0] == index // self.page:
                raise self.fault[1]
            part = tuple(documents[index : index + self.page])
            yield RawPage(part, source=self.source)
        if self.fault and self.fault[0] < 0:
            raise self.fault[1]

    async def read(
        self, source: str, documents: Sequence[bytes]
    ) -> list[Record | Unreadable]:
        assert source == self.source
        return [self._read(document) for document in documents]

    def _read(self, document: bytes) -> Record | Unreadable:
        self.read_documents += 1
        found = msgspec.json.decode(document, type=_Document).invoice
        if found.id in self.unreadable:
            return Unreadable("$.totalAmount: expected int, got str")
        row = msgspec.json.encode(found)
        if self.terms is not None and found.issued_on is not None:
            due = found.issued_on + timedelta(days=self.terms)
            found = msgspec.structs.replace(found, due_on=due, due_basis="terms")
        return Record(found, row)

    async def details(self, invoice: Invoice) -> Invoice:
        return invoice

    async def pdf(self, invoice: Invoice, into: BinaryIO) -> None:
        raise NotImplementedError

    async def whoami(self) -> str:
        return "a test"

    async def aclose(self) -> None:
        pass


class _Document(msgspec.Struct):
    noise: str
    invoice: Invoice


@dataclass
class Ear:
    """Remembers what is held and what was told; a rolled back page is not unheard."""

    held: list[InvoiceEvent] = field(default_factory=list)
    told: list[InvoiceEvent] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    def plan_event(self, db: Database, event_id: int, event: InvoiceEvent) -> None:
        assert db.execute("select 1 from events where id = ?", (event_id,)).fetchone()
        self.held.append(event)

    def release(self, db: Database, connection: str, batch: int) -> None:
        assert db.conn.in_transaction
        assert connection
        self.told += self.held
        self.batches.append(batch)
        self.held = []

    def kinds(self) -> list[str]:
        """Take the kinds of what was told since the last time."""
        kinds: list[str] = [event_kind(event) for event in self.told]
        self.told = []
        return kinds


@dataclass
class Desk:
    """A store, an ear, and the day it is, for one sync after the other."""

    store: Store
    ear: Ear = field(default_factory=Ear)
    today: date = DAY

    async def sync(self, ledger: Provider) -> ConnectionReport:
        return await sync_connection(
            ledger,
            store=self.store,
            sink=self.ear,
            now=self.now,
            today=lambda: self.today,
            lateness=LATENESS,
        )

    def now(self) -> datetime:
        return datetime.combine(self.today, datetime.min.time(), UTC)


def down(connection: str = "i3d") -> ProviderError:
    """Make the error of a provider that answers 503."""
    return ProviderError(connection, "answered 503")

"""The billing facts of the three providers, up to the clock's now."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from sandbox.clock import Clock
from sandbox.world import i3dnet, lineworks, softwareone
from sandbox.world.numbers import Numbers
from sandbox.world.papers import Bill, Document, Paper
from sandbox.world.picture import arrange
from sandbox.world.requests import RequestLog

LABELS = {
    "lineworks": "LINE WORKS",
    "softwareone": "SoftwareOne",
    "i3dnet": "i3D.net",
}
_FIRST_YEAR = 2021


class World:
    """What the billing systems know; the same seed and day give the same world.

    `advance` issues what is due to be issued and takes the payments that are due to
    come; `sandbox.world.deeds.do` does things out of turn.
    """

    def __init__(self, *, clock: Clock, seed: int = 2021) -> None:
        self._clock = clock
        self._seed = seed
        #: What the simulators were asked.
        self.requests = RequestLog()
        self._numbers: Numbers
        self._issued: dict[str, list[Document]]
        self._pending: list[Document]
        #: Issued, with payments to come.
        self._waiting: list[Document]
        #: The last month whose documents are pending or issued.
        self._scheduled: tuple[int, int]
        self._begin()

    @cached_property
    def lineworks_key(self) -> RSAPrivateKey:
        """The key pair of the LINE WORKS service account, made when first needed."""
        return generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def lineworks_private_key_pem(self) -> str:
        """What the LINE WORKS console lets one download."""
        return self.lineworks_key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode()

    @cached_property
    def lineworks_public_key_pem(self) -> str:
        """What LINE WORKS keeps to verify assertions with."""
        public = self.lineworks_key.public_key()
        return public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ).decode()

    def reset(self) -> None:
        """Make the world anew for the clock's now, and forget the requests."""
        self.requests.clear()
        self._begin()

    def now(self) -> datetime:
        """Tell the sandbox's time."""
        return self._clock.now()

    def today(self) -> date:
        """Tell the sandbox's day, in UTC."""
        return self.now().date()

    def bills(self) -> list[Bill]:
        """List the LINE WORKS bills, oldest first."""
        return [found for found in self._issued["lineworks"] if isinstance(found, Bill)]

    def papers(self, provider: str) -> list[Paper]:
        """List the papers of SoftwareOne or i3D.net, oldest first."""
        return [found for found in self._issued[provider] if isinstance(found, Paper)]

    def documents(self, provider: str) -> list[Document]:
        """List whatever a provider has issued, oldest first."""
        return list(self._issued[provider])

    def advance(self, now: datetime) -> None:
        """Let the world go on to *now*: invoices are issued, payments come."""
        for year, month in _months(self._scheduled, now):
            self._schedule(year, month)
        due = [document for document in self._pending if document.issued_at <= now]
        if due:
            self._pending = [d for d in self._pending if d.issued_at > now]
            for document in sorted(due, key=lambda found: found.issued_at):
                self.publish(document)
        self._waiting = [d for d in self._waiting if not _take_payments(d, now)]

    def publish(self, document: Document) -> None:
        """Issue a document: it gets its number and is there from now on."""
        self._numbers.name(document)
        self._issued[document.provider].append(document)
        self._waiting.append(document)

    def next_bill(self) -> Bill:
        """Take the LINE WORKS bill that would come next out of turn."""
        waiting = [found for found in self._pending if isinstance(found, Bill)]
        if not waiting:
            year, month = self._scheduled
            self._schedule(*_after(year, month))
            return self.next_bill()
        first = min(waiting, key=lambda bill: bill.issued_at)
        self._pending.remove(first)
        return first

    def remove(self, document: Document) -> None:
        """Let a document vanish, as if it had never been issued."""
        self._issued[document.provider].remove(document)
        if document in self._waiting:
            self._waiting.remove(document)

    def _begin(self) -> None:
        now = self._clock.now()
        self._numbers = Numbers(self._seed)
        self._issued = {name: [] for name in LABELS}
        self._pending = []
        self._waiting = []
        self._scheduled = (_FIRST_YEAR - 1, 12)
        for year, month in _months(self._scheduled, now):
            self._schedule(year, month)
        papers = [found for found in self._pending if isinstance(found, Paper)]
        self._pending.extend(arrange(papers, now))
        self.advance(now)

    def _schedule(self, year: int, month: int) -> None:
        for name, maker in (("softwareone", softwareone), ("i3dnet", i3dnet)):
            rng = Random(f"{self._seed}:{name}:{year}-{month}")
            self._pending.extend(maker.bill_month(year, month, rng))
        self._pending.append(lineworks.bill_month(year, month))
        self._scheduled = (year, month)


def _months(last: tuple[int, int], now: datetime) -> Iterator[tuple[int, int]]:
    """Tell the months after *last* up to that of *now*, which may be west of UTC."""
    until = now + timedelta(days=1)
    year, month = _after(*last)
    while (year, month) <= (until.year, until.month):
        yield year, month
        year, month = _after(year, month)


def _after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


def _take_payments(document: Document, now: datetime) -> bool:
    """Book the payments that have come; tell whether none is left to come."""
    if isinstance(document, Bill):
        return _settle(document, now)
    while document.plan and document.plan[0].at <= now:
        payment = document.plan.pop(0)
        document.pay(payment.at, payment.amount)
    return not document.plan


def _settle(bill: Bill, now: datetime) -> bool:
    if bill.pays_at is None or bill.pays_at > now:
        return bill.pays_at is None
    if bill.paid_at is None and bill.total > 0:
        bill.paid_at = bill.pays_at
    return True


def is_owed(document: Document) -> bool:
    """Tell whether money is owed on a document."""
    if isinstance(document, Paper) and document.sort != "invoice":
        return False
    return document.balance > Decimal(0)

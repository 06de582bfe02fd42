"""The set-up of the samples: what there is on 21 November 2025, and who answers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from bot.flows.ask import Questions, QuestionSettings
from bot.flows.care import Caring
from bot.flows.line_items import LineItems
from bot.flows.privacy import Privacy, PrivacyRule
from bot.flows.reply import Asker, Replies, Reply
from bot.flows.subscribe import Subscriptions
from bot.jobs import next_run_in
from bot.queries.model import KnownConnection
from bot.queries.orders import Pace
from providers.models import Invoice, LineItem, Status
from storage import cursors, snapshots
from storage.snapshots import Reading
from storage.store import Store
from tests.bot.flows.asking import Idle, preferences_of
from tests.bot.flows.test_access import access
from tests.storage.made import invoice

ZONE = ZoneInfo("Asia/Tokyo")
TODAY = date(2025, 11, 21)
NOW = datetime(2025, 11, 21, 0, 0, tzinfo=UTC)
PORTAL = "https://portal.example"
CONNECTIONS = (
    KnownConnection(
        "swo",
        "SoftwareOne",
        "softwareone",
        portal=PORTAL,
        provider_label="SoftwareOne",
    ),
    KnownConnection(
        "lw",
        "LINE WORKS",
        "lineworks",
        undated=True,
        set_currency="JPY",
        provider_label="LINE WORKS",
    ),
    KnownConnection("i3d", "i3D.net", "i3dnet"),
)
ASKER = Asker("U1", "C1")


class Replying:
    """Replies over one database, on the frozen day."""

    def __init__(self, store: Store, *, locale: str = "en") -> None:
        rule = access()
        self.questions = Questions(
            store=store,
            reader=Idle(),
            settings=QuestionSettings(
                CONNECTIONS,
                fresh_for=timedelta(minutes=5),
                fiscal_year_start=4,
                no_due_dates=frozenset({"lw"}),
                zone=ZONE,
            ),
            line_items=LineItems({}),
            now=lambda: NOW,
            today=lambda: TODAY,
        )
        subscribing = Subscriptions(
            store=store,
            access=rule,
            next_run=next_run_in(ZONE),
            pace=Pace(every=timedelta(hours=1)),
            now=lambda: NOW,
            zone=ZONE,
            labels={},
        )
        self.replies = Replies(
            questions=self.questions,
            access=rule,
            subscriptions=subscribing,
            preferences=preferences_of(store, rule),
            privacy=Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW),
            caring=Caring(store=store, now=lambda: NOW, zone=ZONE),
            now=lambda: NOW,
            zone=ZONE,
            locale=locale,
        )

    async def to(self, text: str, after: str | None = None) -> Reply:
        """Answer as the three doors do; *after* is the thread's last question."""
        return await self.replies.to_text(text, ASKER, after=after)


async def keep_samples(store: Store) -> None:
    """Keep what the samples speak of, read a minute ago."""
    await store.run(_keep, [*_of_i3d(), *_of_softwareone(), *_of_lineworks()])


def _of_i3d() -> Iterator[Invoice]:
    paid = {"status": Status.PAID, "balance": "0.00"}
    yield invoice("100", number="I3D2019000001", issued_on=date(2019, 3, 5), **paid)
    for day in range(1, 15):
        yield invoice(
            f"20{day}",
            number=f"I3D20210000{day:02}",
            issued_on=date(2021, 8, day),
            due_on=date(2021, 9, day),
            paid_on=date(2021, 9, 12),
            **paid,
        )
    for number, total, due_on in (
        ("I3D2024000099", "1500.00", date(2025, 12, 1)),
        ("I3D2024000199", "450.00", date(2025, 11, 27)),
        ("I3D2024000123", "1210.50", date(2025, 10, 2)),
    ):
        yield invoice(
            number,
            number=number,
            issued_on=due_on - timedelta(days=30),
            due_on=due_on,
            total=total,
            balance=total,
            description="Game servers",
        )


def _of_softwareone() -> Iterator[Invoice]:
    swo = {"connection": "swo", "provider": "softwareone", "provider_status": "Issued"}
    kk, europe = (LineItem(customer=n) for n in ("Contoso KK", "Contoso Europe BV"))
    for number, currency, total, line in (
        ("INV-0000123", "USD", "2400.00", kk),
        ("INV-0000124", "JPY", "180000", kk),
        ("INV-0000125", "JPY", "3000000", europe),
        ("INV-0000126", "USD", "250.00", LineItem(customer="Fabrikam")),
    ):
        yield invoice(
            number,
            number=number,
            issued_on=date(2025, 10, 6),
            due_on=date(2025, 11, 20 if currency == "USD" else 25),
            currency=currency,
            total=total,
            balance=total,
            counterparty="SoftwareOne Japan",
            lines=(line,),
            **swo,
        )
    yield invoice(
        "CRD-1",
        number="CRD-0000007",
        kind="credit_note",
        issued_on=date(2025, 11, 20),
        due_on=None,
        currency="USD",
        total="40.00",
        balance="40.00",
        status=Status.OPEN_CREDIT,
        **swo,
    )


def _of_lineworks() -> Iterator[Invoice]:
    for month, customer in ((9, "Contoso KK"), (10, "Northwind")):
        yield invoice(
            f"LW-{month}",
            connection="lw",
            provider="lineworks",
            provider_status="UNPAID",
            number=f"2025{month:02}-0001",
            period=f"2025-{month:02}",
            issued_on=date(2025, month + 1, 1),
            due_on=None,
            currency="JPY",
            total="79640",
            balance="79640",
            lines=(LineItem(customer=customer),),
        )


def _keep(db: Database, invoices: list[Invoice]) -> None:
    read_at = NOW - timedelta(minutes=1)
    for each in CONNECTIONS:
        cursors.attempted(db, each.name, provider=each.provider, now=read_at)
    moment = (read_at).isoformat().replace("+00:00", "Z")
    db.execute("update connections set last_success = ?", (moment,))
    readings = [
        Reading(each, b"{}", f"{each.connection}{each.id}".encode().ljust(16), "all")
        for each in invoices
    ]
    snapshots.put(db, readings, now=NOW, run=1)

"""Questions over a real database, with nobody who reads anything again."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.answers.model import PAGE_SIZE, InvoiceList
from bot.flows.access import Access
from bot.flows.ask import Questions, QuestionSettings
from bot.flows.line_items import LineItems
from bot.flows.preferences import FileValues, Preferences
from bot.flows.settling import Lateness
from bot.queries.model import KnownConnection
from bot.queries.parse import parse_query
from providers.models import Invoice, Status
from storage.store import Store
from tests.storage.made import NOW, TODAY, invoice, keep

CONNECTIONS = (
    KnownConnection("lw", "LINE WORKS", "lineworks"),
    KnownConnection("swo", "SoftwareOne", "softwareone"),
    KnownConnection("i3d", "i3D.net", "i3dnet"),
)


class Idle:
    """Reads nothing: what is stored is all there is."""

    async def sync(self, names: Sequence[str] | None) -> object:
        raise AssertionError(names)

    def running(self, name: str) -> bool:
        return not name


def questions_of(store: Store) -> Questions:
    """Questions on 21 November 2026."""
    return Questions(
        store=store,
        reader=Idle(),
        settings=QuestionSettings(CONNECTIONS, fresh_for=timedelta(minutes=5)),
        line_items=LineItems({}),
        now=lambda: NOW,
        today=lambda: TODAY,
    )


def preferences_of(store: Store, access: Access) -> Preferences:
    """Settings over a file that says nothing."""
    return Preferences(
        store=store,
        file=FileValues(connections=()),
        access=access,
        lateness=Lateness(due_soon=timedelta(days=3), remind_after=()),
        adjust=lambda: None,
        now=lambda: NOW,
        today=lambda: TODAY,
        zone=ZoneInfo("Europe/Amsterdam"),
    )


def ask(
    store: Store, text: str, *, page: int = 1, rows: int = PAGE_SIZE
) -> InvoiceList:
    """Ask, and get a list."""
    questions = questions_of(store)
    query = parse_query(text, context=questions.context())
    answer = questions.answer(query, page=page, rows=rows)
    assert isinstance(answer, InvoiceList)
    return answer


async def keep_some(store: Store) -> list[Invoice]:
    """Keep six documents of three connections, from September to November 2026."""
    september, october = date(2026, 9, 10), date(2026, 10, 10)
    paid = {"status": Status.PAID, "balance": "0.00"}
    made = [
        invoice("1", issued_on=september, due_on=date(2026, 10, 10), **paid),
        invoice("2", issued_on=september, due_on=date(2026, 10, 10)),
        invoice(
            "3",
            issued_on=october,
            due_on=date(2026, 11, 9),
            total="250.00",
            balance="250.00",
        ),
        invoice("4", issued_on=date(2026, 11, 10), due_on=date(2026, 12, 10)),
        invoice(
            "5",
            connection="lw",
            provider="lineworks",
            period="2026-10",
            issued_on=date(2026, 11, 1),
            due_on=None,
            currency="JPY",
            total="79640",
            balance="79640",
        ),
        invoice(
            "6",
            connection="swo",
            provider="softwareone",
            kind="credit_note",
            issued_on=october,
            due_on=None,
            status=Status.OPEN_CREDIT,
            total="40.00",
            balance="40.00",
        ),
    ]
    await store.run(keep, made)
    return made

"""Files of whole answers: made from the store, put into a thread once."""

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bot.exports.file import Format
from bot.flows.ask import Questions, QuestionSettings
from bot.flows.document import Document, Missing, Thread
from bot.flows.export import Export, Exports
from bot.flows.line_items import LineItems
from bot.queries.model import KnownConnection
from bot.views.ids import AnswerRef
from providers.models import Status
from storage.store import Store
from tests.storage.made import NOW, TODAY, invoice, keep

THREAD = Thread("C0BILLING", "1763715600.000100")


class Unread:
    """Connections that nobody reads."""

    async def sync(self, names: Sequence[str] | None) -> object:
        return names

    def running(self, name: str) -> bool:
        return not name


class Shelf:
    """Keeps what is uploaded, while *open* is set."""

    def __init__(self) -> None:
        self.files: list[tuple[Thread, str, str]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def upload_documents(
        self, thread: Thread, documents: Sequence[Document], *, comment: str
    ) -> None:
        await self.open.wait()
        self.files += [(thread, each.filename, comment) for each in documents]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def exports(store: Store, shelf: Shelf) -> Exports:
    """Exports over 57 invoices of EUR and one credit note in JPY."""
    found = [invoice(f"{i:03}", total=f"{i}.01", balance=f"{i}.01") for i in range(57)]
    credit = invoice(
        "900",
        kind="credit_note",
        status=Status.OPEN_CREDIT,
        currency="JPY",
        total="5",
        balance="5",
    )
    await store.run(keep, [*found, credit])
    questions = Questions(
        store=store,
        reader=Unread(),
        settings=QuestionSettings(
            connections=(KnownConnection("i3d", "i3D.net", "i3dnet"),),
            fresh_for=timedelta(minutes=5),
        ),
        line_items=LineItems({}),
        now=lambda: NOW,
        today=lambda: TODAY,
    )
    return Exports(
        questions=questions,
        store=store,
        uploader=shelf,
        now=lambda: NOW,
        zone=ZoneInfo("Europe/Amsterdam"),
    )


async def made(exports: Exports, command: str, form: Format = "csv") -> Export:
    export = await exports.make(AnswerRef(command=command, page=2), form)
    assert export is not None
    return export


def rows_of(export: Export) -> list[dict[str, str]]:
    text = export.document.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        ("/invoices all", 58),
        ("/unpaid", 57),
        ("/unpaid limit:30", 30),
        ("/invoices credit", 1),
        ("/unpaid by month", 57),
    ],
)
async def test_every_row_is_in_the_file_whatever_the_page(
    exports: Exports, command: str, rows: int
) -> None:
    found = rows_of(await made(exports, command))
    assert len({row["id"] for row in found}) == len(found) == rows


async def test_the_totals_of_the_workbook_are_those_of_all_rows(
    exports: Exports,
) -> None:
    export = await made(exports, "/unpaid", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(export.document.content))
    rows = [row[:4] for row in book["Totals EUR"].values]
    assert rows[1] == ("invoice", 57, 1596.57, 1596.57)
    assert rows[-1][:2] == ("outstanding", 1596.57)
    assert "57 invoices · total 1,596.57" in export.comment
    assert export.document.filename == "unpaid-on-2026-11-21.xlsx"


async def test_the_groups_asked_for_are_in_the_workbook(exports: Exports) -> None:
    export = await made(exports, "/invoices by currency", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(export.document.content))
    rows = sorted(tuple(map(str, row[:5])) for row in book["Groups"].values)
    assert rows == [
        ("EUR", "EUR", "invoice", "57", "1596.57"),
        ("Group", "Currency", "Kind", "Documents", "Total"),
        ("JPY", "JPY", "credit_note", "1", "5"),
    ]
    assert book["Invoices"].max_row == 59


@pytest.mark.parametrize("command", ["/invoices 2021 13", "help", "/invoice F25-001"])
async def test_what_is_no_list_gives_no_file(exports: Exports, command: str) -> None:
    assert await exports.make(AnswerRef(command=command), "csv") is None


@pytest.mark.parametrize("command", ["/invoices paid", "/unpaid >5000 as xlsx"])
async def test_a_list_without_rows_gives_no_file(
    exports: Exports, command: str
) -> None:
    assert await exports.make(AnswerRef(command=command), "xlsx") is None


async def test_the_same_file_comes_into_a_thread_once(
    exports: Exports, shelf: Shelf, store: Store
) -> None:
    export = await made(exports, "/unpaid")
    assert await exports.put(export, THREAD) is None
    again = await exports.put(await made(exports, "/unpaid"), THREAD)
    assert again == Missing(
        "That file is already in this thread, with the same figures."
    )
    assert len(shelf.files) == 1
    assert shelf.files[0][:2] == (THREAD, "unpaid-on-2026-11-21.csv")

    assert await exports.put(export, Thread("C0OTHER", THREAD.ts)) is None
    await store.run(keep, [invoice("000", total="7.00", balance="7.00")])
    assert await exports.put(await made(exports, "/unpaid"), THREAD) is None
    assert len(shelf.files) == 3


async def test_a_second_click_while_it_is_uploaded_says_so(
    exports: Exports, shelf: Shelf
) -> None:
    export = await made(exports, "/unpaid")
    shelf.open.clear()
    first = asyncio.create_task(exports.put(export, THREAD))
    await asyncio.sleep(0)
    assert await exports.put(export, THREAD) == Missing(
        "That file is already on its way into this thread."
    )
    shelf.open.set()
    assert await first is None
    assert len(shelf.files) == 1

"""What a question selects besides status, period and amount, on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database

from bot.answers.model import InvoiceList
from bot.flows.ask import Questions
from bot.queries.parse import parse_query
from bot.views.listing import Setting, listing_message
from providers.models import Invoice, Status
from storage import cursors, snapshots
from storage.snapshots import Reading
from storage.store import Store
from tests.bot.flows.asking import CONNECTIONS, ask, questions_of
from tests.storage.made import NOW, invoice, keep

PAID = {"status": Status.PAID, "balance": "0.00"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "duebot.db")
    yield store
    store.close()


def numbers(answer: InvoiceList) -> list[str]:
    return [each.id for each in answer.invoices]


def made() -> list[Invoice]:
    """The day is 21 November 2026."""
    return [
        invoice("new", issued_on=date(2026, 11, 21), due_on=date(2026, 12, 21)),
        invoice("month", issued_on=date(2026, 10, 22), due_on=date(2026, 11, 1)),
        invoice("older", issued_on=date(2026, 10, 6), due_on=date(2026, 12, 31)),
        invoice("old", issued_on=date(2026, 7, 1), due_on=None, currency="JPY"),
        invoice("undated", issued_on=None, due_on=date(2026, 11, 2)),
        invoice(
            "late",
            issued_on=date(2026, 5, 1),
            due_on=date(2026, 5, 31),
            paid_on=date(2026, 6, 1),
            **PAID,
        ),
        invoice(
            "in time",
            issued_on=date(2026, 5, 1),
            due_on=date(2026, 5, 31),
            paid_on=date(2026, 5, 31),
            **PAID,
        ),
        invoice("paid", issued_on=date(2026, 5, 1), due_on=date(2026, 5, 2), **PAID),
        invoice(
            "argued",
            issued_on=date(2026, 4, 1),
            status=Status.UNKNOWN,
            provider_status="In Dispute",
        ),
        invoice(
            "gone",
            issued_on=date(2026, 4, 2),
            kind="credit_note",
            status=Status.UNKNOWN,
            provider_status="Deleted",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/unpaid age >30 basis:issued", ["month", "older", "old"][1:]),
        ("/unpaid age >=30 basis:issued", ["month", "older", "old"]),
        ("/unpaid age 0..30 basis:issued", ["new", "month"]),
        ("/overdue age >=30 basis:issued", ["month"]),
        ("/unpaid age >=30 basis:issued by age", ["old", "older", "month"]),
        ("/invoices paid late", ["late"]),
        ("/invoices paid", ["late", "in time", "paid"]),
        ("/invoices disputed", ["argued"]),
        ("/invoices void", ["gone"]),
        ("/invoices disputed void", ["argued", "gone"]),
        ("/invoices void 2026 5", []),
    ],
)
async def test_a_question_finds_what_it_names(
    store: Store, text: str, found: list[str]
) -> None:
    await store.run(keep, made())
    answer = ask(store, text)
    if "sort" in text or "by age" in text:
        assert numbers(answer) == found
    assert sorted(numbers(answer)) == sorted(found)
    assert sum(each.invoices for each in answer.totals) == len(found)


async def test_ages_since_issue_have_groups_of_their_own_that_add_up(
    store: Store,
) -> None:
    await store.run(keep, made())
    answer = ask(store, "/invoices aging basis:issued")
    counted = {
        (group.total.currency, group.name): group.total.invoices
        for group in answer.groups
    }
    assert counted == {
        ("EUR", "0-30"): 2,
        ("EUR", "31-60"): 1,
        ("EUR", "no_issue_date"): 1,
        ("JPY", "over_90"): 1,
    }
    for proof in answer.proof:
        assert sum(amount for _, amount in proof.buckets) == proof.outstanding
    setting = Setting("/unpaid aging basis:issued", NOW, ZoneInfo("UTC"))
    shown = str(listing_message(answer, setting).blocks)
    assert "0–30 days old" in shown
    assert "by age since issue" in shown


def _keep_at(db: Database, each: Invoice, now: datetime) -> None:
    cursors.attempted(db, each.connection, provider=each.provider, now=now)
    hash_ = each.id.encode().ljust(16)
    snapshots.put(db, [Reading(each, b"{}", hash_, "all")], now=now, run=1)


async def test_updated_goes_by_days_of_the_bots_zone(store: Store) -> None:
    """In Tokyo the 10th begins at 15:00 of the 9th in UTC."""
    for id_, now in (
        ("before", datetime(2026, 11, 9, 14, 59, 59, tzinfo=UTC)),
        ("first", datetime(2026, 11, 9, 15, 0, tzinfo=UTC)),
        ("last", datetime(2026, 11, 10, 14, 59, 59, tzinfo=UTC)),
        ("after", datetime(2026, 11, 10, 15, 0, tzinfo=UTC)),
    ):
        await store.run(_keep_at, invoice(id_), now)
    assert _asked(store, "/invoices updated:2026-11-10") == ["first", "last"]
    assert _asked(store, "/invoices updated:since 2026-11-10") == [
        "after",
        "first",
        "last",
    ]
    assert _asked(store, "/unpaid updated:until 2026-11-09") == ["before"]
    assert len(_asked(store, "/invoices updated:2026-11")) == 4
    assert _asked(store, "/invoices updated:2026-10") == []


def _asked(store: Store, text: str) -> list[str]:
    plain = questions_of(store)
    settings = replace(plain._settings, zone=ZoneInfo("Asia/Tokyo"))
    questions = Questions(
        store=store,
        reader=plain._reader,
        settings=settings,
        line_items=plain._line_items,
        now=plain._now,
        today=plain._today,
    )
    assert settings.connections == CONNECTIONS
    answer = questions.answer(parse_query(text, context=questions.context()))
    assert isinstance(answer, InvoiceList)
    assert sum(each.invoices for each in answer.totals) == len(answer.invoices)
    return sorted(numbers(answer))

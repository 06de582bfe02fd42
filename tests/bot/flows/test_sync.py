"""A sync from the first page to what is told."""

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sqlite_utils import Database

from bot.flows.sync import INTERNAL_ERROR, Syncer
from bot.tracking.events import (
    Amended,
    Baseline,
    Issued,
    Overdue,
    OverdueSum,
    Payment,
    Trouble,
    from_json,
)
from bot.tracking.outcome import ConnectionReport
from providers.base import RawPage, Record, Unreadable
from providers.models import Invoice, Status
from storage import cursors, doubts, events, snapshots
from storage.snapshots import Criteria
from storage.store import Store
from tests.bot.flows.ledger import DAY, LATENESS, Desk, Ear, Ledger, down, invoice


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def begin(desk: Desk, *invoices: Invoice, page: int = 2) -> Ledger:
    """Let a connection have its baseline, and forget what that told."""
    ledger = Ledger(*invoices, page=page)
    report = await desk.sync(ledger)
    assert report.ok
    assert report.complete
    assert desk.ear.kinds() == ["baseline"]
    return ledger


def five() -> list[Invoice]:
    return [invoice(str(n)) for n in range(1, 6)]


# The baseline


async def test_baseline_is_one_line_and_reports_no_events(desk: Desk) -> None:
    late = invoice("9", due_on=date(2026, 11, 20), balance="40.00")
    note = invoice("8", kind="credit_note", status=Status.OPEN_CREDIT)
    ledger = Ledger(*five(), late, note)
    report = await desk.sync(ledger)
    assert report == msgspec.structs.replace(
        ConnectionReport(connection="i3d", ok=True, complete=True),
        requests=4,
        fetched=7,
        seconds=report.seconds,
    )
    assert desk.ear.told == [
        Baseline(
            connection="i3d",
            invoices=6,
            credit_notes=1,
            overdue=(OverdueSum("EUR", 1, Decimal("40.00")),),
        )
    ]
    (state,) = desk.store.read(cursors.state)
    assert (state.invoices, state.error, state.batch) == (7, None, 2)
    assert state.baseline_at == state.last_success == desk.now()


async def test_baseline_is_not_over_until_a_sync_is_complete(desk: Desk) -> None:
    ledger = Ledger(*five())
    ledger.fault = (2, down())
    report = await desk.sync(ledger)
    assert (report.ok, report.complete, report.error) == (False, False, "answered 503")
    assert (report.fetched, report.requests) == (4, 3)
    (state,) = desk.store.read(cursors.state)
    assert (state.baseline_at, state.last_success, state.invoices) == (None, None, 4)

    ledger.fault = None
    ledger.put(invoice("6"))
    report = await desk.sync(ledger)
    assert report.complete
    assert (report.issued, report.unchanged) == (0, 0)
    assert ledger.read_documents == 6, "what was read before the failure is kept"
    (told,) = desk.ear.told
    assert told == Baseline(connection="i3d", invoices=6)


async def test_what_is_overdue_at_the_baseline_is_no_news(desk: Desk) -> None:
    ledger = await begin(
        desk,
        invoice("late", due_on=DAY - timedelta(days=1)),
        invoice("soon", due_on=DAY + timedelta(days=2)),
    )
    await desk.sync(ledger)
    assert desk.ear.kinds() == []


# Unchanged


async def test_unchanged_pages_are_not_read_and_not_written(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.read_documents = 0
    kept = desk.store.read(rows)
    report = await desk.sync(ledger)
    assert (report.fetched, report.unchanged, report.issued) == (5, 5, 0)
    assert ledger.read_documents == 0
    assert desk.store.read(rows) == kept
    assert desk.ear.kinds() == []


async def test_other_bytes_that_say_the_same_are_unchanged(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.noise = "another request id"
    report = await desk.sync(ledger)
    assert (report.complete, report.unchanged, report.amended) == (True, 5, 0)
    ledger.read_documents = 0
    await desk.sync(ledger)
    assert ledger.read_documents == 0, "the new bytes are known now"
    assert desk.ear.kinds() == []


def rows(db: Database) -> list[Any]:
    return db.execute("select * from invoices order by key").fetchall()


# News


async def test_a_new_invoice_is_issued_once(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.put(invoice("6", total="242.00", has_pdf=True))
    report = await desk.sync(ledger)
    assert (report.issued, report.unchanged) == (1, 5)
    (told,) = desk.ear.told
    assert isinstance(told, Issued)
    assert (told.number, told.total, told.has_pdf, told.again) == (
        "F25-6",
        Decimal("242.00"),
        True,
        False,
    )
    desk.ear.kinds()
    assert (await desk.sync(ledger)).issued == 0
    assert desk.ear.kinds() == []


async def test_a_payment_says_before_and_after(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.put(invoice("3", balance="40.00", status=Status.PART_PAID))
    report = await desk.sync(ledger)
    assert (report.payment, report.amended, report.unchanged) == (1, 0, 4)
    (told,) = desk.ear.told
    assert isinstance(told, Payment)
    assert (told.before, told.after) == (Decimal("100.00"), Decimal("40.00"))
    assert not told.paid_in_full


async def test_an_amendment_is_kept_in_the_history(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.put(invoice("3", total="120.00"))
    await desk.sync(ledger)
    (found,) = desk.store.read(snapshots.by_number, "f25 3")
    (stored,) = desk.store.read(events.of_invoice, found.key)
    told = from_json(stored.payload)
    assert isinstance(told, Amended)
    assert told.changes[0].before == "100.00"
    assert told.changes[0].after == "120.00"


async def test_an_invoice_found_past_due_is_issued_then_overdue(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.put(invoice("6", due_on=DAY - timedelta(days=40)))
    await desk.sync(ledger)
    assert desk.ear.kinds() == ["issued", "overdue"]
    await desk.sync(ledger)
    assert desk.ear.kinds() == []


async def test_lateness_is_told_once_at_each_stage(desk: Desk) -> None:
    ledger = await begin(desk, invoice("1", due_on=DAY + timedelta(days=5)))
    heard: dict[int, list[str]] = {}
    for days in range(30):
        desk.today = DAY + timedelta(days=days)
        for _ in range(2):
            await desk.sync(ledger)
            heard.setdefault(days, []).extend(desk.ear.kinds())
    assert {days: kinds for days, kinds in heard.items() if kinds} == {
        2: ["due_soon"],
        6: ["overdue"],
        12: ["overdue"],
        19: ["overdue"],
    }


async def test_days_without_a_sync_give_one_word_that_is_no_reminder(
    desk: Desk,
) -> None:
    ledger = await begin(desk, invoice("1", due_on=DAY))
    desk.today = DAY + timedelta(days=8)
    await desk.sync(ledger)
    (told,) = desk.ear.told
    assert isinstance(told, Overdue)
    assert told.after_days == 0


@pytest.mark.parametrize(
    "settled",
    [
        pytest.param({"status": Status.PAID, "balance": "0.00"}, id="paid"),
        pytest.param({"balance": "0.00"}, id="balance stated to be zero"),
        pytest.param({"kind": "credit_note"}, id="a credit note"),
        pytest.param({"status": Status.UNKNOWN}, id="a status that we do not know"),
        pytest.param({"due_on": None}, id="no due date"),
    ],
)
async def test_who_owes_nothing_is_never_late(
    desk: Desk, settled: dict[str, Any]
) -> None:
    fields = {"due_on": DAY + timedelta(days=1), **settled}
    ledger = await begin(desk, invoice("1", **fields))
    desk.today = DAY + timedelta(days=40)
    await desk.sync(ledger)
    assert desk.ear.kinds() == []


async def test_a_moved_due_date_is_late_again(desk: Desk) -> None:
    ledger = await begin(desk, invoice("1", due_on=DAY - timedelta(days=1)))
    ledger.put(invoice("1", due_on=DAY + timedelta(days=1)))
    await desk.sync(ledger)
    assert desk.ear.kinds() == ["amended", "due_soon"]
    desk.today = DAY + timedelta(days=2)
    await desk.sync(ledger)
    assert desk.ear.kinds() == ["overdue"]


# Gone and back


async def test_gone_from_two_syncs_is_withdrawn_once(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.invoices.pop("2")
    assert (await desk.sync(ledger)).withdrawn == 0
    assert (await desk.sync(ledger)).withdrawn == 1
    assert desk.ear.kinds() == ["withdrawn"]
    assert desk.store.read(snapshots.count, Criteria(today=DAY)) == 4
    assert (await desk.sync(ledger)).withdrawn == 0
    assert desk.ear.kinds() == []


async def test_gone_from_one_sync_only_is_nothing(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    for _ in range(3):
        gone = ledger.invoices.pop("2")
        await desk.sync(ledger)
        ledger.put(gone)
        await desk.sync(ledger)
    assert desk.ear.kinds() == []


async def test_one_that_changes_every_time_is_not_gone(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    for total in ("110.00", "120.00", "130.00"):
        ledger.put(invoice("2", total=total))
        assert (await desk.sync(ledger)).withdrawn == 0
    assert desk.ear.kinds() == ["amended"] * 3


async def test_one_that_comes_back_is_issued_again_once(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    gone = ledger.invoices.pop("2")
    await desk.sync(ledger)
    await desk.sync(ledger)
    desk.ear.kinds()
    ledger.put(gone)
    assert (await desk.sync(ledger)).issued == 1
    (told,) = desk.ear.told
    assert isinstance(told, Issued)
    assert told.again
    desk.ear.kinds()
    await desk.sync(ledger)
    assert desk.ear.kinds() == []
    assert desk.store.read(snapshots.count, Criteria(today=DAY)) == 5


async def test_a_list_that_was_not_asked_for_withdraws_nothing(desk: Desk) -> None:
    ledger = Ledger(invoice("1"), invoice("2"))
    ledger.source = "2025"
    await desk.sync(ledger)
    ledger.source, ledger.invoices = "2026", {"3": invoice("3")}
    desk.ear.kinds()
    for _ in range(3):
        await desk.sync(ledger)
    assert desk.ear.kinds() == ["issued"]


async def test_a_year_that_is_no_longer_read_withdraws_nothing(desk: Desk) -> None:
    class Recent(Ledger):
        since = 2025

        def covers(self, invoice: Invoice) -> bool:
            return invoice.issued_on is None or invoice.issued_on.year >= self.since

    old = [invoice(f"old{n}", issued_on=date(2025, 3, n)) for n in range(1, 9)]
    recent = [*five(), invoice("6")]
    ledger = Recent(*old, *recent)
    await desk.sync(ledger)
    desk.ear.kinds()
    ledger.since = 2026
    ledger.invoices = {each.id: each for each in recent[1:]}
    reports = [await desk.sync(ledger) for _ in range(3)]
    assert [report.withdrawn for report in reports] == [0, 1, 0]
    ledger.invoices = {}
    report = await desk.sync(ledger)
    assert report.error == "lists only 0 of 5 known invoices; none was dropped"


async def test_all_gone_at_once_is_not_believed(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    known, ledger.invoices = ledger.invoices, {}
    for count in range(1, 5):
        report = await desk.sync(ledger)
        assert (report.ok, report.complete, report.withdrawn) == (False, False, 0)
        assert report.error == "lists only 0 of 5 known invoices; none was dropped"
        assert len(desk.ear.held) == (count >= 3), "trouble, the third time"
    assert desk.store.read(snapshots.count, Criteria(today=DAY)) == 5
    ledger.invoices = known
    report = await desk.sync(ledger)
    assert report.ok
    assert [event.recovered for event in desk.ear.told if isinstance(event, Trouble)]
    assert desk.store.read(doubts.every) == {}


@pytest.mark.parametrize(("left", "believed"), [(5, True), (4, False), (0, False)])
async def test_less_than_half_of_the_list_is_not_believed(
    desk: Desk, left: int, believed: bool
) -> None:
    ledger = await begin(desk, *(invoice(str(n)) for n in range(10)), page=3)
    ledger.invoices = {str(n): invoice(str(n)) for n in range(left)}
    reports = [await desk.sync(ledger) for _ in range(2)]
    assert [each.ok for each in reports] == [believed] * 2
    assert reports[-1].withdrawn == (5 if believed else 0)


async def test_a_short_list_is_believed_when_it_stays_so(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.invoices = {"1": invoice("1")}
    for _ in range(4):
        assert not (await desk.sync(ledger)).ok
    desk.today += timedelta(days=1)
    reports = [await desk.sync(ledger) for _ in range(3)]
    assert [each.ok for each in reports] == [True] * 3
    assert [each.withdrawn for each in reports] == [0, 4, 0], "gone from two, as ever"
    assert desk.store.read(doubts.every) == {}


async def test_a_short_list_is_believed_at_once_when_an_admin_says_so(
    desk: Desk,
) -> None:
    ledger = await begin(desk, *five())
    assert not await desk.store.run(doubts.accept, "i3d"), "nothing is in doubt"
    ledger.invoices = {}
    assert not (await desk.sync(ledger)).ok
    assert await desk.store.run(doubts.accept, "i3d")
    reports = [await desk.sync(ledger) for _ in range(2)]
    assert [each.withdrawn for each in reports] == [0, 5]


async def test_one_night_of_short_lists_does_not_count_for_the_next(
    desk: Desk,
) -> None:
    ledger = await begin(desk, *five())
    known = ledger.invoices
    for day in range(3):
        ledger.invoices = {}
        for _ in range(3):
            assert not (await desk.sync(ledger)).ok, day
        ledger.invoices = known
        assert (await desk.sync(ledger)).ok
        desk.today += timedelta(days=1)
    assert desk.store.read(snapshots.count, Criteria(today=DAY)) == 5


# Failing


async def test_failing_half_way_tells_nothing_until_it_works(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.invoices = {"6": invoice("6"), **ledger.invoices}
    ledger.invoices.pop("5")
    ledger.fault = (2, down())
    for _ in range(2):
        report = await desk.sync(ledger)
        assert (report.ok, report.issued, report.withdrawn) == (False, 0, 0)
    assert desk.ear.told == []
    ledger.fault = None
    report = await desk.sync(ledger)
    assert (report.ok, report.issued, report.withdrawn) == (True, 1, 0)
    assert desk.ear.kinds() == ["issued"]


GHOSTS = [invoice(f"ghost {n}") for n in range(60)]


async def haunted(desk: Desk, ledger: Ledger) -> None:
    """Let a sync find sixty invoices too many, and fail at the end of its list."""
    known = dict(ledger.invoices)
    ledger.put(*GHOSTS)
    ledger.fault = (-1, down())
    assert not (await desk.sync(ledger)).ok
    ledger.fault, ledger.invoices = None, known


async def test_what_only_a_failed_sync_listed_never_was(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    await haunted(desk, ledger)
    for _ in range(3):
        report = await desk.sync(ledger)
        assert (report.complete, report.issued, report.withdrawn) == (True, 0, 0)
    assert desk.store.read(snapshots.count, Criteria(today=DAY)) == 5
    assert desk.store.read(events.since, kinds=["issued", "withdrawn"]) == []
    ledger.put(GHOSTS[0])
    assert (await desk.sync(ledger)).issued == 1


async def test_a_baseline_counts_what_it_finds_itself(desk: Desk) -> None:
    ledger = Ledger(*five())
    await haunted(desk, ledger)
    assert (await desk.sync(ledger)).complete
    (told,) = desk.ear.told
    assert isinstance(told, Baseline)
    assert told.invoices == 5


async def test_an_unreadable_document_lets_no_ghost_go(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    await haunted(desk, ledger)
    ledger.put(invoice("6"))
    ledger.unreadable = {"6"}
    report = await desk.sync(ledger)
    assert (report.ok, report.complete, report.issued) == (True, False, 0)
    assert desk.store.read(snapshots.count, Criteria(today=DAY)) == 5


async def test_the_list_is_closed_when_reading_a_document_fails(desk: Desk) -> None:
    class Careful(Ledger):
        closed = False

        async def pages(self) -> AsyncGenerator[RawPage, None]:
            try:
                async for page in super().pages():
                    yield page
            finally:
                self.closed = True

        async def read(
            self, source: str, documents: Sequence[bytes]
        ) -> list[Record | Unreadable]:
            assert (source, self.closed, bool(documents)) == ("invoices", False, True)
            raise down()

    ledger = Careful(*five())
    report = await desk.sync(ledger)
    assert report.error == "answered 503"
    assert ledger.closed


async def test_the_third_failure_is_trouble_and_so_is_its_end(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.fault = (0, down())
    for _ in range(5):
        await desk.sync(ledger)
    assert desk.ear.held == [Trouble(connection="i3d", detail="answered 503")]
    (state,) = desk.store.read(cursors.state)
    assert (state.failures, state.error) == (5, "answered 503")
    ledger.fault = None
    await desk.sync(ledger)
    assert desk.ear.told[1:] == [Trouble(connection="i3d", detail="", recovered=True)]
    (state,) = desk.store.read(cursors.state)
    assert (state.failures, state.error) == (0, None)


async def test_two_failures_are_not_worth_a_word(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.fault = (0, down())
    await desk.sync(ledger)
    await desk.sync(ledger)
    ledger.fault = None
    await desk.sync(ledger)
    assert desk.ear.held == desk.ear.told == []


async def test_an_unreadable_document_is_named_and_the_rest_kept(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.put(invoice("6"), invoice("7"), invoice("1", balance="1.00"))
    ledger.unreadable = {"7", "1"}
    ledger.invoices.pop("5")
    for _ in range(3):
        report = await desk.sync(ledger)
        assert (report.ok, report.complete, report.withdrawn) == (True, False, 0)
    assert report.error == (
        "sent 2 documents that could not be read ($.totalAmount: expected int, got str)"
    )
    assert desk.ear.kinds() == ["issued"]
    ledger.unreadable = set()
    await desk.sync(ledger)
    assert desk.ear.kinds() == ["payment", "issued"]


@pytest.mark.parametrize("failing", ["snapshots.put", "sink"])
async def test_a_crash_in_a_page_keeps_nothing_of_it_and_loses_nothing(
    desk: Desk, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = await begin(desk, *five())
    ledger.put(invoice("6"))

    def crash(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        if failing == "sink":
            patch.setattr(desk.ear, "plan_event", crash)
        else:
            patch.setattr(snapshots, "put", crash)
        report = await desk.sync(ledger)
    assert not report.ok
    assert "disk is full" in (report.error or "")
    assert desk.store.read(snapshots.count, Criteria(today=DAY)) == 5
    assert desk.store.read(events.since, kinds=["issued"]) == []
    assert (await desk.sync(ledger)).issued == 1
    assert desk.ear.kinds() == ["issued"]


# Documents that come twice, and other ways of reading


async def test_the_first_document_of_an_id_counts(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    newer = invoice("1", balance="10.00")
    all_five = [ledger.document(each) for each in five()]
    twice = [invoice("6"), invoice("6"), invoice("6", total="7.00")]
    ledger.documents = [
        *all_five,
        all_five[0],
        ledger.document(newer),
        *map(ledger.document, twice),
    ]
    report = await desk.sync(ledger)
    assert desk.ear.kinds() == ["issued"]
    assert report.issued == 1
    (kept,) = desk.store.read(snapshots.by_number, "F25-6")
    assert kept.invoice.total == Decimal("100.00")


async def test_our_own_new_terms_are_not_news(desk: Desk) -> None:
    old = [invoice(str(n), due_on=None, issued_on=date(2026, 5, n)) for n in (1, 2, 3)]
    ledger = await begin(desk, *old)
    ledger.terms = 30
    ledger.put(invoice("2", due_on=None, issued_on=date(2026, 5, 2), total="7.00"))
    report = await desk.sync(ledger)
    assert (report.amended, report.unchanged) == (1, 2)
    # Only the one whose total moved is told of, and that it is late by the new terms.
    assert desk.ear.kinds() == ["amended", "overdue"]
    (found,) = desk.store.read(snapshots.by_number, "F25-1")
    assert found.invoice.due_on == date(2026, 5, 31)
    await desk.sync(ledger)
    assert desk.ear.kinds() == []


# Several connections


def syncer(desk: Desk, *ledgers: Ledger, **options: Any) -> Syncer:
    return Syncer(
        {ledger.config.name: ledger for ledger in ledgers},
        store=desk.store,
        sink=desk.ear,
        now=desk.now,
        today=lambda: desk.today,
        due_soon=LATENESS.due_soon,
        remind_after=LATENESS.remind_after,
        **options,
    )


async def test_one_connection_does_not_touch_another(desk: Desk) -> None:
    ended: list[str] = []
    broken, down_, fine = Ledger(name="a"), Ledger(name="b"), Ledger(name="c")
    broken.fault = (0, ZeroDivisionError("a defect"))
    down_.fault = (0, down("b"))
    fine.put(invoice("1", connection="c"))
    whole = syncer(
        desk, broken, down_, fine, ended=lambda report: ended.append(report.connection)
    )
    reports = await whole.sync()
    assert [(report.connection, report.ok, report.error) for report in reports] == [
        ("a", False, INTERNAL_ERROR),
        ("b", False, "answered 503"),
        ("c", True, None),
    ]
    assert sorted(ended) == ["a", "b", "c"]
    assert [state.failures for state in desk.store.read(cursors.state)] == [1, 1, 0]


async def test_who_asks_meanwhile_waits_for_the_same_sync(desk: Desk) -> None:
    ledger = Ledger(*five())
    whole = syncer(desk, ledger)
    first = asyncio.create_task(whole.sync())
    await asyncio.sleep(0)
    assert whole.running("i3d")
    second = await whole.sync(["i3d"])
    assert await first == second
    assert ledger.requests == 3
    assert not whole.running("i3d")


async def test_an_asker_that_leaves_does_not_stop_the_sync(desk: Desk) -> None:
    whole = syncer(desk, Ledger(*five()))
    asker = asyncio.create_task(whole.sync())
    await asyncio.sleep(0)
    asker.cancel()
    (report,) = await whole.sync()
    assert report.ok
    assert asker.cancelled()


async def test_closing_stops_what_runs_and_the_next_sync_goes_on(desk: Desk) -> None:
    ledger = Ledger(*five())
    whole = syncer(desk, ledger)
    task = asyncio.create_task(whole.sync())
    await asyncio.sleep(0)
    await whole.aclose()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not whole.running("i3d")
    assert (await desk.sync(ledger)).complete


async def test_an_unknown_connection_is_an_error(desk: Desk) -> None:
    with pytest.raises(KeyError, match="nobody"):
        await syncer(desk, Ledger()).sync(["nobody"])


async def test_progress_is_told_page_by_page(desk: Desk) -> None:
    seen: list[tuple[str, int]] = []
    progress: Callable[[str, int], None] = lambda name, n: seen.append((name, n))  # noqa: E731  # typed
    await syncer(desk, Ledger(*five())).sync(progress=progress)
    assert seen == [("i3d", 2), ("i3d", 4), ("i3d", 5)]


async def test_batches_are_let_go_in_order(desk: Desk) -> None:
    ledger = await begin(desk, *five())
    ledger.fault = (0, down())
    await desk.sync(ledger)
    ledger.fault = None
    await desk.sync(ledger)
    await desk.sync(ledger)
    assert isinstance(desk.ear, Ear)
    assert desk.ear.batches == [1, 2, 3]


# Two processes on one database


class Gated(Ledger):
    """A ledger whose last page waits until it may come."""

    def __init__(self, *invoices: Invoice, **fields: Any) -> None:
        super().__init__(*invoices, **fields)
        self.open = asyncio.Event()

    async def pages(self) -> AsyncGenerator[RawPage, None]:
        async for page in super().pages():
            yield page
        await self.open.wait()


@pytest.fixture
def second(desk: Desk) -> Iterator[Desk]:
    """The desk of another process; time goes on for both."""
    clock = itertools.count()
    other = Desk(Store(desk.store.path), ear=desk.ear)

    def now() -> datetime:
        return datetime.combine(DAY, time(9), UTC) + timedelta(seconds=next(clock))

    for each in (desk, other):
        each.now = now  # type: ignore[method-assign]  # a clock that goes on
    yield other
    other.store.close()


async def side_by_side(desk: Desk, second: Desk, *invoices: Invoice) -> None:
    """Let two processes read the same list at the same time."""
    slow, quick = Gated(*invoices), Ledger(*invoices)
    work = asyncio.create_task(second.sync(slow))
    await asyncio.sleep(0.05)
    assert (await desk.sync(quick)).complete
    slow.open.set()
    assert (await work).complete


async def test_two_processes_tell_a_change_once(desk: Desk, second: Desk) -> None:
    await begin(desk, *five())
    changed = [
        *five()[1:],
        invoice("1", total="120.00", balance="70.00"),
        invoice("6"),
        invoice("7", due_on=DAY - timedelta(days=1)),
    ]
    await side_by_side(desk, second, *changed)
    assert sorted(desk.ear.kinds()) == [
        "amended",
        "issued",
        "issued",
        "overdue",
        "payment",
    ]


async def test_two_readings_at_once_are_one(desk: Desk, second: Desk) -> None:
    await begin(desk, *five())
    await side_by_side(desk, second, *five()[1:])
    assert desk.ear.kinds() == [], "both have read one and the same list"
    report = await desk.sync(Ledger(*five()[1:]))
    assert (report.withdrawn, desk.ear.kinds()) == (1, ["withdrawn"])


async def test_a_sync_that_died_with_its_process_is_gone_on_with(
    desk: Desk, second: Desk
) -> None:
    await begin(desk, *five())
    slow = Gated(*five(), invoice("6"))
    work = asyncio.create_task(second.sync(slow))
    await asyncio.sleep(0.05)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (await desk.sync(Ledger(*five(), invoice("6")))).complete
    assert desk.ear.kinds() == ["issued"]

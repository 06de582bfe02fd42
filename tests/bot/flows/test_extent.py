"""A large connection is read whole once a day, and what changed in between."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.flows.extent import MANY
from providers.base import Incremental, RawPage, Record, Unreadable
from providers.errors import NotFilteredError
from providers.models import Invoice
from storage import cursors, lapses, snapshots
from storage.snapshots import Criteria
from storage.store import Store
from tests.bot.flows.ledger import Desk, Ledger, down, invoice

HOUR = timedelta(hours=1)
MORNING = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PAGE = 500


class Filtered(Ledger):
    """A ledger that can list what a test says has changed.

    `asked` holds the moment for each list of changes, and "all" for each whole one.
    """

    def __init__(self, *invoices: Invoice) -> None:
        super().__init__(*invoices, page=PAGE)
        self.changed: set[str] = set()
        self.asked: list[datetime | str] = []
        self.refuses: Exception | None = None

    def change(self, *invoices: Invoice) -> None:
        self.put(*invoices)
        self.changed |= {each.id for each in invoices}

    async def pages(self) -> AsyncGenerator[RawPage, None]:
        self.asked.append("all")
        async for page in super().pages():
            yield page

    async def pages_since(self, moment: datetime) -> AsyncGenerator[RawPage, None]:
        self.asked.append(moment)
        self.requests += 1
        found = [self.document(self.invoices[id_]) for id_ in sorted(self.changed)]
        yield RawPage(tuple(found), source=self.source)
        if self.refuses:
            raise self.refuses


@dataclass
class Clocked(Desk):
    """A desk whose clock a test moves by hours."""

    clock: datetime = MORNING

    def now(self) -> datetime:
        return self.clock

    def wait(self, span: timedelta) -> None:
        self.clock += span
        self.today = self.clock.date()


@pytest.fixture
def desk(store: Store) -> Clocked:
    return Clocked(store)


def many(count: int = MANY + 1) -> list[Invoice]:
    return [invoice(f"{n:04}") for n in range(count)]


async def begin(desk: Clocked, ledger: Filtered) -> None:
    """Let a connection have its baseline at six, and let an hour go by."""
    report = await desk.sync(ledger)
    assert report.complete
    desk.ear.kinds()
    ledger.asked.clear()
    desk.wait(HOUR)


def known(desk: Clocked) -> int:
    return desk.store.read(snapshots.count, Criteria(today=desk.today))


async def test_a_ledger_that_lists_changes_says_so() -> None:
    assert isinstance(Filtered(), Incremental)
    assert not isinstance(Ledger(), Incremental)


async def test_what_changed_is_asked_for_from_an_hour_before_the_last_sync(
    desk: Clocked,
) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    ledger.change(invoice("0007", balance="40.00"), invoice("new"))
    report = await desk.sync(ledger)
    assert ledger.asked == [MORNING - HOUR]
    assert (report.ok, report.complete, report.error) == (True, True, None)
    assert (report.fetched, report.requests) == (2, 1)
    assert (report.payment, report.issued, report.withdrawn) == (1, 1, 0)
    assert desk.ear.kinds() == ["payment", "issued"]

    desk.wait(HOUR)
    report = await desk.sync(ledger)
    assert ledger.asked == [MORNING - HOUR, MORNING], "from the sync of seven"
    assert (report.unchanged, report.issued) == (2, 0)
    assert desk.ear.batches == [1, 2, 3], "each lets its own news go"
    assert known(desk) == MANY + 2


async def test_a_small_connection_is_read_whole(desk: Clocked) -> None:
    ledger = Filtered(*many(MANY))
    await begin(desk, ledger)
    await desk.sync(ledger)
    assert ledger.asked == ["all"]


async def test_who_cannot_list_changes_is_read_whole(desk: Clocked) -> None:
    ledger = Ledger(*many(), page=PAGE)
    await desk.sync(ledger)
    assert (await desk.sync(ledger)).fetched == MANY + 1


async def test_everything_is_read_once_a_day(desk: Clocked) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    for _ in range(25):
        await desk.sync(ledger)
        desk.wait(HOUR)
    wholes = [index for index, each in enumerate(ledger.asked) if each == "all"]
    # The first of these is at seven, so that of six the next day is a day after the
    # baseline; those in between do not put it off.
    assert wholes == [23]


async def test_a_clock_that_was_put_back_reads_everything(desk: Clocked) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    desk.wait(-2 * HOUR)
    await desk.sync(ledger)
    assert ledger.asked == ["all"]


async def test_only_whole_readings_withdraw(desk: Clocked) -> None:
    ledger = Filtered(*many(MANY + 2))
    await begin(desk, ledger)
    del ledger.invoices["0005"]
    for _ in range(4):
        assert (await desk.sync(ledger)).withdrawn == 0
        assert desk.store.read(lapses.missing_keys, "i3d") == set()
    assert "all" not in ledger.asked

    desk.wait(24 * HOUR)
    ledger.asked.clear()
    assert (await desk.sync(ledger)).withdrawn == 0
    # One that is missing is looked for at once, not a day later.
    assert (await desk.sync(ledger)).withdrawn == 1
    await desk.sync(ledger)
    assert ledger.asked[:2] == ["all", "all"]
    assert len(ledger.asked) == 3
    assert ledger.asked[2] != "all"
    assert desk.ear.kinds() == ["withdrawn"]
    assert known(desk) == MANY + 1


async def test_nothing_changed_is_no_list_to_distrust(desk: Clocked) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    report = await desk.sync(ledger)
    assert (report.ok, report.complete, report.fetched) == (True, True, 0)
    assert known(desk) == MANY + 1


async def test_lateness_is_told_without_a_document(desk: Clocked) -> None:
    late = invoice("late", due_on=date(2026, 11, 21))
    ledger = Filtered(*many(), late)
    desk.clock = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    await begin(desk, ledger)
    await desk.sync(ledger)
    assert ledger.asked == [datetime(2026, 11, 21, 22, 30, tzinfo=UTC)]
    assert desk.ear.kinds() == ["overdue"]


async def test_a_refused_filter_reads_everything_in_the_same_sync(
    desk: Clocked,
) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    ledger.change(invoice("0007", balance="40.00"))
    ledger.put(invoice("0008", balance="50.00"))
    ledger.refuses = NotFilteredError("i3d", "refused the request (400)")
    del ledger.invoices["0005"]
    report = await desk.sync(ledger)
    assert ledger.asked == [MORNING - HOUR, "all"]
    assert (report.ok, report.complete, report.error) == (True, True, None)
    assert report.payment == 2
    assert desk.ear.kinds() == ["payment", "payment"], "what came before it counts once"
    assert len(desk.store.read(lapses.missing_keys, "i3d")) == 1, "it was a whole one"
    state = desk.store.read(cursors.standing, "i3d")
    assert state.whole_at == MORNING + HOUR


@pytest.mark.parametrize("broken", [down(), RuntimeError("a defect")])
async def test_after_a_failure_everything_is_read(
    desk: Clocked, broken: Exception
) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    ledger.refuses = broken
    ledger.change(invoice("new"))
    try:
        assert not (await desk.sync(ledger)).ok
    except RuntimeError:
        assert isinstance(broken, RuntimeError)
    assert desk.ear.kinds() == []
    ledger.refuses = None
    report = await desk.sync(ledger)
    assert ledger.asked[1:] == ["all"]
    assert report.complete
    assert desk.ear.kinds() == ["issued"]


async def test_after_a_crash_everything_is_read(desk: Clocked) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    # A process that is killed notes a beginning and no end.
    await desk.store.run(cursors.attempted, "i3d", provider="i3dnet", now=desk.now())
    await desk.sync(ledger)
    assert ledger.asked == ["all"]


async def test_after_an_unreadable_document_everything_is_read(desk: Clocked) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    ledger.change(invoice("odd"))
    ledger.unreadable = {"odd"}
    report = await desk.sync(ledger)
    assert (report.ok, report.complete) == (True, False)
    ledger.unreadable = set()
    assert (await desk.sync(ledger)).issued == 1
    assert ledger.asked == [MORNING - HOUR, "all"]


async def test_another_way_of_reading_reads_everything(desk: Clocked) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    ledger.terms = 14
    await desk.sync(ledger)
    assert ledger.asked == ["all"]


async def test_a_failed_whole_reading_does_not_count(desk: Clocked) -> None:
    ledger = Filtered(*many())
    await begin(desk, ledger)
    desk.wait(24 * HOUR)
    ledger.fault = (1, down())
    assert not (await desk.sync(ledger)).ok
    ledger.fault = None
    await desk.sync(ledger)
    await desk.sync(ledger)
    assert ledger.asked[:2] == ["all", "all"]
    assert ledger.asked[2] != "all"


# Lists that are not there


class Listless(Ledger):
    """A ledger of invoices and of credit notes; the second list may not exist."""

    has_notes = True

    async def pages(self) -> AsyncGenerator[RawPage, None]:
        for source in ("invoices", "credit-memos"):
            if source == "credit-memos" and not self.has_notes:
                yield RawPage((), source, is_absent=True)
                continue
            kind = "invoice" if source == "invoices" else "credit_note"
            found = [self.document(i) for i in self.invoices.values() if i.kind == kind]
            if found:
                yield RawPage(tuple(found), source)

    async def read(
        self, source: str, documents: Sequence[bytes]
    ) -> list[Record | Unreadable]:
        assert source in {"invoices", "credit-memos"}
        return [self._read(document) for document in documents]


async def test_a_list_that_never_was_is_complete(desk: Clocked) -> None:
    ledger = Listless(invoice("1"))
    ledger.has_notes = False
    for _ in range(2):
        report = await desk.sync(ledger)
        assert (report.ok, report.complete) == (True, True)


async def test_a_list_that_is_lost_is_an_error_and_withdraws_nothing(
    desk: Clocked,
) -> None:
    ledger = Listless(invoice("1"), invoice("2", kind="credit_note"))
    assert (await desk.sync(ledger)).complete
    desk.ear.kinds()
    ledger.has_notes = False
    # Without any invoice, no list at all is left to tell which was read.
    ledger.invoices = {}
    for _ in range(3):
        report = await desk.sync(ledger)
        assert (report.ok, report.complete, report.withdrawn) == (False, False, 0)
        assert report.error == (
            "has no list of credit-memos any more; 1 known were in it"
        )
    assert desk.ear.kinds() == []
    assert known(desk) == 2

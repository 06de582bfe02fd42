"""Whatever a provider shows, in whatever order syncs fail: news is told once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.flows.news import News
from bot.tracking.events import from_json, to_json
from providers.models import Invoice, Status
from storage import cursors, doubts, events, outbox, snapshots, subscriptions
from storage.snapshots import Criteria
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.ledger import DAY, Desk, Ledger, down, invoice

KINDS = (
    "issued",
    "amended",
    "payment",
    "due_soon",
    "overdue",
    "withdrawn",
    "trouble",
)
SHOWN = st.lists(
    st.builds(
        invoice,
        st.sampled_from("abcdefgh"),
        total=st.sampled_from(["100.00", "120.00"]),
        balance=st.sampled_from(["100.00", "40.00", "0.00"]),
        due_on=st.sampled_from([None, DAY, DAY + timedelta(days=4)]),
        status=st.sampled_from([Status.UNPAID, Status.PART_PAID, Status.PAID]),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


@dataclass
class Step:
    """What a provider shows at one sync, whether it fails, and the days since."""

    shown: list[Invoice]
    fails_at: int | None
    days: int


STEPS = st.lists(
    st.builds(
        Step, SHOWN, st.sampled_from([None, None, 0, 1, -1]), st.sampled_from([0, 1, 5])
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(first=SHOWN, steps=STEPS)
def test_a_sync_that_runs_twice_tells_its_news_once(
    first: list[Invoice], steps: list[Step]
) -> None:
    with TemporaryDirectory() as folder, _opened(Path(folder) / "d.db") as store:
        asyncio.run(_replay(Desk(store), first, steps))


async def _replay(desk: Desk, first: list[Invoice], steps: list[Step]) -> None:
    ledger = Ledger(*first)
    await desk.sync(ledger)
    for step in steps:
        ledger.invoices = {each.id: each for each in step.shown}
        ledger.fault = None if step.fails_at is None else (step.fails_at, down())
        desk.today += timedelta(days=step.days)
        desk.ear.kinds()
        report = await desk.sync(ledger)
        told = set(desk.ear.kinds())
        if not report.ok:
            assert told == set()
            continue
        again = await desk.sync(ledger)
        assert again.issued == again.amended == again.payment == 0
        assert set(desk.ear.kinds()) <= {"withdrawn"}
        found = desk.store.read(snapshots.find, Criteria(today=desk.today))
        kept, shown = {e.id for e in found}, {e.id for e in step.shown}
        # A list that lost most of what is known is not believed at once.
        in_doubt = bool(desk.store.read(doubts.every))
        assert shown <= kept if in_doubt else shown == kept
        assert again.unchanged == len(step.shown)
    stored = desk.store.read(events.since)
    assert all(to_json(from_json(event.payload)) == event.payload for event in stored)


@contextmanager
def _opened(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


async def test_deliveries_wait_for_the_end_of_a_sync(store: Store) -> None:
    desk = Desk(store)
    news = News(connections=["i3d"], now=desk.now)
    wish = Wish(channel="C1", events=KINDS)
    await store.run(subscriptions.put_configured, [wish], now=desk.now())
    desk.ear = news  # type: ignore[assignment]  # the real one listens here
    ledger = Ledger(*(invoice(str(n)) for n in range(5)))
    await desk.sync(ledger)
    assert states(store) == [("baseline", "waiting", None)]

    ledger.invoices = {"new": invoice("new"), **ledger.invoices}
    ledger.fault = (1, down())
    await desk.sync(ledger)
    assert states(store)[1:] == [("news", "held", 2)]

    ledger.fault = None
    ledger.put(invoice("newer"))
    await desk.sync(ledger)
    assert states(store)[1:] == [("news", "waiting", 2)]
    (delivery,) = store.read(_ids)[1:]
    told = [from_json(text) for _, text in store.read(outbox.events_of, delivery)]
    assert [getattr(event, "id", None) for event in told] == ["new", "newer"]
    assert store.read(cursors.standing, "i3d").batch == 3


def states(store: Store) -> list[tuple[str, str, int | None]]:
    return store.read(
        lambda db: db.execute(
            "select kind, state, batch from outbox order by seq"
        ).fetchall()
    )


def _ids(db: Database) -> list[str]:
    return [row[0] for row in db.execute("select id from outbox order by seq")]

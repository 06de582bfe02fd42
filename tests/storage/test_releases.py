from datetime import timedelta

from sqlite_utils import Database

from storage import cursors, events, releases
from storage.cursors import RunEnd
from storage.store import Store
from tests.storage.made import NOW


def run(db: Database, minutes: int, *, ok: bool, happened: str = "issued") -> int:
    """A sync that finds one thing and ends a minute later, well or not."""
    at = NOW + timedelta(minutes=minutes)
    number = cursors.attempted(db, "i3d", provider="i3dnet", now=at)
    events.append(
        db,
        kind=happened,
        connection="i3d",
        invoice_key=None,
        run=number,
        once_key=f"{happened}{number}",
        happened_at=at,
        payload="{}",
    )
    end = RunEnd(run=number, now=at + timedelta(minutes=1))
    if ok:
        cursors.succeeded(db, "i3d", end)
    else:
        cursors.failed(db, "i3d", end)
    return number


def since(
    store: Store, minutes: int = 0, *, limit: int = 100
) -> list[tuple[int | None, int | None]]:
    """The run that let each event go, and how many minutes after the start."""
    found = store.read(
        releases.since, NOW + timedelta(minutes=minutes), kinds=["issued"], limit=limit
    )
    return [
        (each.run, (each.at - NOW) // timedelta(minutes=1) if each.at else None)
        for each in found
    ]


async def test_what_a_failed_run_found_goes_with_the_next_good_one(
    store: Store,
) -> None:
    def live(db: Database) -> None:
        for minutes, ok in ((0, True), (10, False), (20, False), (30, True)):
            run(db, minutes, ok=ok)

    await store.run(live)
    assert since(store) == [(1, 1), (4, 31), (4, 31), (4, 31)]


async def test_what_is_still_held_has_no_moment(store: Store) -> None:
    await store.run(run, 0, ok=True)
    await store.run(run, 10, ok=False)
    assert since(store) == [(1, 1), (None, None)]


async def test_only_the_newest_of_the_kinds_and_the_time_are_read(
    store: Store,
) -> None:
    for minutes in (0, 10, 20):
        await store.run(run, minutes, ok=True)
    await store.run(run, 30, ok=True, happened="payment")
    assert since(store, 5) == [(2, 11), (3, 21)]
    assert since(store, limit=1) == [(3, 21)]


async def test_of_a_run_that_is_not_noted_any_more_the_event_has_the_time(
    store: Store,
) -> None:
    await store.run(run, 0, ok=False)
    await store.run(run, 10, ok=True)
    await store.run(lambda db: db.execute("delete from runs where id = 1"))
    assert since(store) == [(1, 0), (2, 11)]

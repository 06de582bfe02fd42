"""What people do about invoices, as it is kept."""

from datetime import date, timedelta

from storage import care
from storage.care import Standing
from storage.store import Store
from tests.storage.made import NOW


async def test_what_is_done_is_how_it_stands_and_stays_in_the_log(store: Store) -> None:
    until = date(2026, 12, 1)
    await store.run(care.acknowledge, "i3d", "1", by="U1", now=NOW)
    await store.run(
        care.snooze, "i3d", "1", until=until, by="U2", now=NOW, channel="C1"
    )
    await store.run(care.assign, "i3d", "1", to="U3", by="U1", now=NOW)
    await store.run(care.note, "i3d", "1", text="asked them", by="U2", now=NOW)
    standing = store.read(care.standing, "i3d", "1")
    assert standing == Standing(
        "i3d",
        "1",
        acknowledged_by="U1",
        acknowledged_at=NOW,
        snoozed_until=until,
        snoozed_by="U2",
        snoozed_at=NOW,
        snooze_channel="C1",
        assignee="U3",
        assigned_by="U1",
        assigned_at=NOW,
    )
    assert standing.is_silent

    await store.run(care.take_back, "i3d", "1", by="U3", now=NOW)
    await store.run(care.end_snooze, "i3d", "1", by="U3", now=NOW)
    await store.run(care.unassign, "i3d", "1", by="U3", now=NOW)
    assert store.read(care.standing, "i3d", "1") == Standing("i3d", "1")
    assert [(e.deed, e.by, e.detail) for e in store.read(care.log_of, "i3d", "1")] == [
        ("acknowledged", "U1", None),
        ("snoozed", "U2", "2026-12-01"),
        ("assigned", "U1", "U3"),
        ("noted", "U2", "asked them"),
        ("unacknowledged", "U3", None),
        ("unsnoozed", "U3", None),
        ("unassigned", "U3", None),
    ]


async def test_a_change_ends_the_silence_once_and_nothing_else(store: Store) -> None:
    await store.run(care.acknowledge, "i3d", "1", by="U1", now=NOW)
    await store.run(care.assign, "i3d", "1", to="U3", by="U1", now=NOW)
    assert store.read(care.is_silent, "i3d", "1")
    assert await store.run(care.end_silence, "i3d", "1", why="payment", now=NOW)
    assert not await store.run(care.end_silence, "i3d", "1", why="payment", now=NOW)
    assert not store.read(care.is_silent, "i3d", "1")
    assert store.read(care.standing, "i3d", "1").assignee == "U3"
    assert store.read(care.log_of, "i3d", "1")[-1].detail == "payment"


async def test_snoozed_and_assigned_ones_are_found(store: Store) -> None:
    today = date(2026, 11, 21)
    for id_, days in (("1", 9), ("2", 0), ("3", 1)):
        until = today + timedelta(days=days)
        await store.run(care.snooze, "i3d", id_, until=until, by="U1", now=NOW)
    await store.run(care.assign, "swo", "9", to="U3", by="U1", now=NOW)
    assert [each.invoice for each in store.read(care.snoozed)] == ["2", "3", "1"]
    assert [each.invoice for each in store.read(care.ended_by, today)] == ["2"]
    assert [e.invoice for e in store.read(care.assigned_to, "U3")] == ["9"]
    found = store.read(care.standings, [("swo", "9"), ("i3d", "1"), ("i3d", "7")])
    assert set(found) == {("swo", "9"), ("i3d", "1")}

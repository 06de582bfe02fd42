"""What is late and has not been told so; what is gone."""

from datetime import timedelta

import pytest
from sqlite_utils import Database

from providers.models import Status
from storage import lapses, snapshots
from storage.lapses import DUE_SOON, DueDays
from storage.migrations import migrations
from tests.storage.made import NOW, TODAY, invoice, keep

DAYS = DueDays(today=TODAY, soon_days=3, remind_days=(7, 30))


@pytest.fixture
def db() -> Database:
    fresh = Database(memory=True)
    migrations.apply(fresh)
    return fresh


def untold(db: Database, days: DueDays = DAYS) -> list[tuple[str, int]]:
    found = lapses.find_untold(db, "i3d", days)
    return [(stored.invoice.id, stage) for stored, stage in found]


@pytest.mark.parametrize(
    ("days_from_now", "stage"),
    [
        (4, None),
        (3, DUE_SOON),
        (0, DUE_SOON),
        (-1, 0),
        (-6, 0),
        (-7, 0),
        (-400, 0),
    ],
)
def test_a_due_date_has_a_stage(
    db: Database, days_from_now: int, stage: int | None
) -> None:
    keep(db, [invoice("1", due_on=TODAY + timedelta(days=days_from_now))])
    assert untold(db) == ([] if stage is None else [("1", stage)])


def test_what_was_told_is_told_no_more_until_the_next_stage(db: Database) -> None:
    keep(db, [invoice("1", due_on=TODAY), invoice("2", due_on=TODAY)])
    (key,) = [s.key for s, _ in lapses.find_untold(db, "i3d", DAYS)][:1]
    lapses.mark_told(db, "i3d", DAYS, keys=[key])
    assert untold(db) == [("2", DUE_SOON)]
    lapses.mark_told(db, "i3d", DAYS)
    assert untold(db) == []
    later = DueDays(today=TODAY + timedelta(days=1), soon_days=3, remind_days=())
    assert untold(db, later) == [("1", 0), ("2", 0)]


@pytest.mark.parametrize(("days", "stage"), [(6, None), (7, 7), (29, 7), (30, 30)])
def test_reminders_come_after_the_first_word(
    db: Database, days: int, stage: int | None
) -> None:
    keep(db, [invoice("1", due_on=TODAY - timedelta(days=1))])
    lapses.mark_told(db, "i3d", DAYS)
    later = DueDays(
        today=TODAY + timedelta(days=days - 1), soon_days=3, remind_days=(7, 30)
    )
    assert untold(db, later) == ([] if stage is None else [("1", stage)])


def test_a_shorter_reminder_that_is_added_later_is_not_told(db: Database) -> None:
    keep(db, [invoice("1", due_on=TODAY - timedelta(days=8))])
    lapses.mark_told(db, "i3d", DAYS)
    more = DueDays(today=TODAY, soon_days=3, remind_days=(1, 7, 30))
    assert untold(db, more) == []


def test_only_one_connection_is_looked_at(db: Database) -> None:
    keep(db, [invoice("1", due_on=TODAY, connection="swo")])
    assert untold(db) == []


def test_gone_after_the_second_time_and_back_in_between(db: Database) -> None:
    keep(db, [invoice("1"), invoice("2")])
    one, two = snapshots.keys_of(db, "i3d", ["1", "2"]).values()
    assert lapses.withdraw_missing(db, {one, two}, now=NOW) == []
    assert lapses.missing_keys(db, "i3d") == {one, two}
    lapses.set_found(db, {two})
    (gone,) = lapses.withdraw_missing(db, {one, two}, now=NOW)
    assert gone.invoice.id == "1"
    assert lapses.missing_keys(db, "i3d") == {two}
    stored = snapshots.by_key(db, one)
    assert stored is not None
    assert stored.withdrawn_at == NOW
    assert set(snapshots.known_hashes(db, "i3d").values()) == {two}


def test_keys_are_picked_by_the_list_they_came_from(db: Database) -> None:
    keep(db, [invoice("1")], source="invoices")
    keep(db, [invoice("2", status=Status.OPEN_CREDIT)], source="credit-memos")
    one, two = snapshots.keys_of(db, "i3d", ["1", "2"]).values()
    assert lapses.keys_from(db, {one, two}, {"invoices", "other"}) == {one}

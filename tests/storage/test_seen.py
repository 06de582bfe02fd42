"""What was acted on already."""

from datetime import timedelta

from sqlite_utils import Database

from storage import seen
from storage.migrations import migrations
from tests.storage.made import NOW


def test_only_the_first_time_counts_until_it_is_forgotten() -> None:
    db = Database(memory=True)
    migrations.apply(db)
    assert seen.first_time(db, "Ev1", now=NOW)
    assert not seen.first_time(db, "Ev1", now=NOW + timedelta(hours=25))
    assert seen.first_time(db, "Ev2", now=NOW + timedelta(hours=1))
    assert seen.forget(db, before=NOW + timedelta(seconds=1)) == 1
    assert seen.first_time(db, "Ev1", now=NOW + timedelta(hours=26))
    assert not seen.first_time(db, "Ev2", now=NOW + timedelta(hours=26))


def test_what_was_not_done_after_all_counts_again() -> None:
    db = Database(memory=True)
    migrations.apply(db)
    for key in ("share:1", "share:2"):
        assert seen.first_time(db, key, now=NOW)
    seen.take_back(db, "share:1")
    assert seen.first_time(db, "share:1", now=NOW)
    assert not seen.first_time(db, "share:2", now=NOW)

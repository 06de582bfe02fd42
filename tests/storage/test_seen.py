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

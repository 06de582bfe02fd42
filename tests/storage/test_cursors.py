"""Where connections stand after syncs that went well, or did not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from storage import cursors
from storage.cursors import ConnectionState, RunEnd
from storage.migrations import migrations
from tests.storage.made import NOW, invoice, keep

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def db() -> Database:
    fresh = Database(memory=True)
    migrations.apply(fresh)
    return fresh


def begin(db: Database, now: datetime = NOW) -> int:
    return cursors.attempted(db, "i3d", provider="i3dnet", now=now)


def test_nothing_is_known_of_what_was_never_asked(db: Database) -> None:
    assert cursors.state(db) == []
    with pytest.raises(KeyError):
        cursors.standing(db, "i3d")


def test_an_attempt_is_no_success(db: Database) -> None:
    begin(db)
    assert cursors.state(db) == [
        ConnectionState(
            name="i3d",
            provider="i3dnet",
            last_success=None,
            last_attempt=NOW,
            invoices=0,
            error=None,
            failures=0,
            baseline_at=None,
            whole_at=None,
            batch=1,
            reading=None,
        )
    ]


def test_the_first_complete_sync_is_the_baseline_for_ever(db: Database) -> None:
    for moment in (NOW, LATER):
        end = RunEnd(run=begin(db, moment), now=moment, requests=3, fetched=5)
        cursors.succeeded(db, "i3d", end, reading="1", baseline=True)
    state = cursors.standing(db, "i3d")
    assert (state.baseline_at, state.last_success) == (NOW, LATER)
    assert (state.batch, state.reading) == (3, "1")
    runs = db.execute("select ok, complete, requests, fetched from runs").fetchall()
    assert runs == [(1, 1, 3, 5)] * 2


def test_an_incomplete_sync_keeps_its_problem_and_the_old_reading(
    db: Database,
) -> None:
    end = RunEnd(run=begin(db), now=NOW)
    cursors.succeeded(db, "i3d", end, reading="1")
    end = RunEnd(run=begin(db), now=NOW, error="sent 1 document …")
    cursors.succeeded(db, "i3d", end)
    state = cursors.standing(db, "i3d")
    assert (state.error, state.reading, state.failures) == ("sent 1 document …", "1", 0)
    assert state.last_success == NOW


def test_failures_are_counted_until_it_works(db: Database) -> None:
    for count in (1, 2, 3):
        end = RunEnd(run=begin(db), now=NOW, error="answered 503")
        assert cursors.failed(db, "i3d", end) == count
    state = cursors.standing(db, "i3d")
    assert (state.error, state.last_success, state.batch) == ("answered 503", None, 1)
    cursors.succeeded(db, "i3d", RunEnd(run=begin(db), now=NOW))
    assert cursors.standing(db, "i3d").failures == 0


def test_only_a_whole_and_complete_sync_is_remembered_as_one(db: Database) -> None:
    end = RunEnd(run=begin(db), now=LATER, whole=True)
    cursors.succeeded(db, "i3d", end, baseline=True)
    assert cursors.standing(db, "i3d").whole_at == NOW, "when it began"
    unlike: tuple[dict[str, Any], ...] = (
        {"whole": False},
        {"whole": True, "error": "sent 1 document …"},
    )
    for changes in unlike:
        end = RunEnd(run=begin(db, LATER), now=LATER, **changes)
        cursors.succeeded(db, "i3d", end)
        assert cursors.standing(db, "i3d").whole_at == NOW
    cursors.failed(db, "i3d", RunEnd(run=begin(db, LATER), now=LATER, whole=True))
    assert cursors.standing(db, "i3d").whole_at == NOW


def test_the_sync_before_counts_where_it_was_complete(db: Database) -> None:
    first = begin(db)
    assert cursors.good_since(db, "i3d", run=first) is None
    second = begin(db, LATER)
    assert cursors.good_since(db, "i3d", run=second) is None, "it has no end"
    cursors.succeeded(db, "i3d", RunEnd(run=first, now=LATER))
    cursors.attempted(db, "swo", provider="softwareone", now=LATER)
    assert cursors.good_since(db, "i3d", run=second) == NOW
    third = begin(db, LATER)
    cursors.failed(db, "i3d", RunEnd(run=second, now=LATER, error="answered 503"))
    assert cursors.good_since(db, "i3d", run=third) is None
    incomplete = RunEnd(run=third, now=LATER, error="sent 1 document …")
    cursors.succeeded(db, "i3d", incomplete)
    assert cursors.good_since(db, "i3d", run=begin(db, LATER)) is None


def test_invoices_are_counted_without_withdrawn_ones(db: Database) -> None:
    keep(db, [invoice(str(n)) for n in range(3)])
    db.execute("update invoices set withdrawn_at = 'then' where id = '1'")
    cursors.count_invoices(db, "i3d")
    assert cursors.standing(db, "i3d").invoices == 2


def test_old_runs_are_dropped(db: Database) -> None:
    first = begin(db)
    db.execute("update runs set id = id + 9999")
    assert begin(db) == first + 10_000
    assert [row[0] for row in db.execute("select id from runs")] == [
        first + 9_999,
        first + 10_000,
    ]
    db.execute("update runs set id = id + 10000 where id = ?", (first + 10_000,))
    begin(db)
    assert db.execute("select count(*) from runs").fetchone() == (2,)

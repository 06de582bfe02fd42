"""What is forgotten, and what must not be."""

from datetime import timedelta

import pytest
from sqlite_utils import Database

from storage import cursors, deliveries, events, outbox, retention
from storage.cursors import RunEnd
from storage.migrations import migrations
from storage.outbox import Planned
from tests.storage.made import NOW

LATE = NOW + timedelta(days=90)


@pytest.fixture
def db() -> Database:
    fresh = Database(memory=True)
    migrations.apply(fresh)
    return fresh


def put(
    db: Database,
    name: str,
    *,
    parent: str | None = None,
    state: outbox.StartState = "waiting",
) -> None:
    planned = Planned(id=name, channel="C1", kind="news", parent=parent)
    event = events.append(
        db,
        kind="issued",
        connection="i3d",
        invoice_key=1,
        run=1,
        once_key=name,
        happened_at=NOW,
        payload="{}",
    )
    assert event is not None
    outbox.put(db, planned, now=NOW, state=state, events=[event])


def left(db: Database) -> list[str]:
    return sorted(each.id for each in deliveries.find(db))


def test_only_what_is_over_and_old_is_forgotten(db: Database) -> None:
    for name in ("old", "new", "failed", "waiting", "uncertain"):
        put(db, name)
    put(db, "held", state="held")
    put(db, "pooled", state="pooled")
    outbox.done(db, "old", ts="1.0", now=NOW)
    outbox.done(db, "new", ts="2.0", now=NOW + timedelta(days=1))
    db.execute(
        "update outbox set state = 'sending', attempts = 1 where id in (?, ?)",
        ["failed", "uncertain"],
    )
    outbox.give_up(db, "failed", attempt=1, now=NOW, error="no_text")
    outbox.park(db, "uncertain", attempt=1, not_before=NOW, error="missing_scope")
    before = NOW + timedelta(seconds=1)
    assert retention.forget_deliveries(db, before=before) == 2
    assert left(db) == ["held", "new", "pooled", "uncertain", "waiting"]
    told = {row[0] for row in db.execute("select delivery from outbox_events")}
    assert sorted(told) == left(db)
    assert len(events.since(db)) == 7, "events are kept"


def test_a_thread_is_kept_while_a_reply_is_to_come(db: Database) -> None:
    put(db, "parent")
    put(db, "reply", parent="parent")
    outbox.done(db, "parent", ts="1.0", now=NOW)
    assert retention.forget_deliveries(db, before=LATE) == 0
    (reply,) = outbox.claim(db, now=LATE, lease=timedelta(seconds=10))
    assert reply.thread_ts == "1.0"
    outbox.done(db, "reply", ts="2.0", now=NOW)
    assert retention.forget_deliveries(db, before=LATE) == 2


def test_the_oldest_go_first_a_few_at_a_time(db: Database) -> None:
    for name in ("a", "b", "c"):
        put(db, name)
        outbox.done(db, name, ts="1.0", now=NOW)
    assert retention.forget_deliveries(db, before=LATE, limit=2) == 2
    assert left(db) == ["c"]


def test_the_last_good_run_is_kept_however_old(db: Database) -> None:
    runs = []
    for name, error in (("i3d", None), ("i3d", "answered 503"), ("swo", None)):
        run = cursors.attempted(db, name, provider=name, now=NOW)
        runs.append(run)
        end = RunEnd(run=run, now=NOW, error=error)
        if error is None:
            cursors.succeeded(db, name, end, baseline=True)
        else:
            cursors.failed(db, name, end)
    new = cursors.attempted(db, "i3d", provider="i3d", now=LATE)
    assert retention.forget_runs(db, before=LATE) == 1
    kept = [row[0] for row in db.execute("select id from runs order by id")]
    assert kept == [runs[0], runs[2], new]

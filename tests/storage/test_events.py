"""The append-only record of what happened."""

from datetime import timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from storage import events
from storage.migrations import migrations
from tests.storage.made import NOW


@pytest.fixture
def db() -> Database:
    fresh = Database(memory=True)
    migrations.apply(fresh)
    return fresh


def add(db: Database, once_key: str, **fields: Any) -> int | None:
    plain: dict[str, Any] = {
        "kind": "issued",
        "connection": "i3d",
        "invoice_key": 7,
        "run": 1,
        "happened_at": NOW,
        "payload": "{}",
    }
    return events.append(db, once_key=once_key, **{**plain, **fields})


def test_an_event_comes_back_as_it_was(db: Database) -> None:
    moment = NOW + timedelta(milliseconds=250)
    first = add(db, "a", happened_at=moment, payload='{"total":"1.00"}')
    assert first is not None
    (found,) = events.find(db, [first, 99])
    assert found == events.StoredEvent(
        first, "issued", "i3d", 7, 1, moment, '{"total":"1.00"}'
    )


def test_the_same_thing_happens_once(db: Database) -> None:
    assert add(db, "a") == 1
    assert add(db, "a", payload="other") is None
    assert [event.payload for event in events.since(db)] == ["{}"]


def test_events_are_read_from_where_one_was(db: Database) -> None:
    for n in range(1, 5):
        add(db, str(n), kind="overdue" if n % 2 else "issued", connection=f"c{n}")
    assert ids(events.since(db, after_id=2)) == [3, 4]
    assert ids(events.since(db, kinds=["overdue"])) == [1, 3]
    assert ids(events.since(db, kinds=[])) == []
    assert ids(events.since(db, kinds=["overdue"], connections=["c3", "c4"])) == [3]
    assert ids(events.since(db, limit=2)) == [1, 2]


def test_many_are_found_in_order(db: Database) -> None:
    for n in range(1200):
        add(db, str(n))
    assert ids(events.find(db, range(1200, 0, -1))) == list(range(1, 1201))


def test_history_is_of_one_invoice(db: Database) -> None:
    add(db, "a")
    add(db, "b", invoice_key=8)
    add(db, "c")
    add(db, "d", invoice_key=None)
    assert ids(events.of_invoice(db, 7)) == [1, 3]


def ids(found: list[events.StoredEvent]) -> list[int]:
    return [event.id for event in found]


def test_a_span_has_its_first_moment_and_not_its_last(db: Database) -> None:
    hour = timedelta(hours=1)
    for at in range(4):
        add(db, f"{at}", happened_at=NOW + at * hour, payload=f"{at}")
    add(db, "other", connection="swo", happened_at=NOW + hour, payload="swo")

    def between(end: int | None, *names: str) -> list[str]:
        until = None if end is None else NOW + end * hour
        found = events.between(db, NOW + hour, until, connections=names)
        return [each.payload for each in found]

    assert between(3, "i3d") == ["1", "2"]
    assert between(None, "i3d") == ["1", "2", "3"]
    assert between(None, "i3d", "swo") == ["1", "2", "3", "swo"]
    assert between(None) == []

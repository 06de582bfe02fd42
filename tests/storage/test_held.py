"""What was read is given again only while nobody has changed the database."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage import seen, vault
from storage.reader import MOST_HELD
from storage.store import Store


def counting() -> tuple[list[str], Callable[[Database, str], str | None]]:
    asked: list[str] = []

    def read(db: Database, key: str) -> str | None:
        asked.append(key)
        return vault.get(db, key)

    return asked, read


async def test_a_change_of_ours_is_seen_at_once(store: Store) -> None:
    asked, read = counting()
    assert store.held(read, "a") is None
    assert store.held(read, "a") is None
    assert asked == ["a"]
    await store.run(vault.put, "a", "1")
    assert store.held(read, "a") == "1"
    assert asked == ["a", "a"]


async def test_a_change_of_another_process_is_seen_at_once(store: Store) -> None:
    _, read = counting()
    assert store.held(read, "a") is None
    other = Store(store.path)
    await other.run(vault.put, "a", "2")
    other.close()
    assert store.held(read, "a") == "2"


async def test_what_no_answer_is_made_of_is_no_reason_to_read_again(
    store: Store,
) -> None:
    asked, read = counting()
    other = Store(store.path)
    assert store.held(read, "a") is None
    await store.run_aside(seen.first_time, "k", now=datetime.now(UTC))
    await other.run_aside(seen.first_time, "l", now=datetime.now(UTC))
    await store.run(vault.get, "a")  # changes nothing
    assert store.held(read, "a") is None
    assert asked == ["a"]
    await other.run(vault.put, "a", "1")
    other.close()
    await asyncio.sleep(0)
    assert store.held(read, "a") == "1"


async def test_the_version_is_read_once_in_a_turn_of_the_loop(store: Store) -> None:
    statements: list[str] = []
    store.read(lambda db: db.conn.set_trace_callback(statements.append))
    _, read = counting()
    for key in "abc":
        store.held(read, key)
    assert statements.count("pragma data_version") == 1
    await asyncio.sleep(0)
    store.held(read, "a")
    assert statements.count("pragma data_version") == 2


def test_not_more_is_kept_than_is_useful(tmp_path: Path) -> None:
    store = Store(tmp_path / "d.db")
    asked, read = counting()
    for number in range(MOST_HELD + 1):
        store.held(read, str(number))
    store.held(read, "0")
    store.close()
    assert len(asked) == MOST_HELD + 2


async def test_what_is_read_together_is_of_one_moment(store: Store) -> None:
    def change(value: str) -> None:
        with sqlite3.connect(store.path) as other:
            other.execute("insert or replace into vault values ('a', ?)", [value])
            other.execute("update answers_version set number = number + 1")
        other.close()

    def read_twice(db: Database) -> tuple[str | None, str | None]:
        first = store.held(vault.get, "a")
        change("new")
        assert vault.get(db, "a") == first
        return first, store.held(vault.get, "a")

    change("old")
    assert store.held(read_twice) == ("old", "old")
    await asyncio.sleep(0)
    assert store.held(vault.get, "a") == "new"


async def test_a_failure_leaves_no_old_moment_behind(store: Store) -> None:
    def fail(db: Database) -> None:
        vault.get(db, "a")
        raise LookupError

    with pytest.raises(LookupError):
        store.held(fail)
    await store.run(vault.put, "a", "1")
    assert store.read(vault.get, "a") == "1"

"""One file, one owner thread, one transaction a call."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage import seen
from storage.errors import StorageError
from storage.store import Store
from tests.storage.made import NOW


def keys(db: Database) -> list[str]:
    return [row[0] for row in db.execute("select key from seen order by key")]


async def test_a_call_is_one_transaction(store: Store) -> None:
    def half(db: Database) -> None:
        seen.first_time(db, "a", now=NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(half)
    assert store.read(keys) == []
    assert await store.run(seen.first_time, "a", now=NOW)
    assert store.read(keys) == ["a"]


async def test_calls_at_once_are_taken_one_by_one(store: Store) -> None:
    calls = [store.run(seen.first_time, "a", now=NOW) for _ in range(20)]
    assert sum(await asyncio.gather(*calls)) == 1


async def test_reading_does_not_wait_for_writing(store: Store) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(db: Database) -> None:
        seen.first_time(db, "a", now=NOW)
        loop.call_soon_threadsafe(inside.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

    writing = asyncio.create_task(store.run(slow))
    await inside.wait()
    assert store.read(keys) == []
    go_on.set()
    await writing
    assert store.read(keys) == ["a"]


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        store.read(seen.first_time, "a", now=NOW)


async def test_two_processes_share_a_file(tmp_path: Path) -> None:
    one, two = Store(tmp_path / "d.db"), Store(tmp_path / "d.db")
    assert await one.run(seen.first_time, "a", now=NOW)
    assert not await two.run(seen.first_time, "a", now=NOW)
    one.close()
    two.close()


async def test_reading_before_writing_is_safe_beside_a_second_process(
    tmp_path: Path,
) -> None:
    one, two = Store(tmp_path / "d.db"), Store(tmp_path / "d.db")
    inside = threading.Event()

    def read_then_write(db: Database) -> list[str]:
        found = keys(db)
        inside.set()
        time.sleep(0.05)
        seen.first_time(db, "one", now=NOW)
        return found

    reading = asyncio.create_task(one.run(read_then_write))
    await asyncio.to_thread(inside.wait)
    await two.run(seen.first_time, "two", now=NOW)
    assert await reading == []
    assert one.read(keys) == ["one", "two"]
    one.close()
    two.close()


async def test_a_file_without_room_is_a_sentence_and_recovers(store: Store) -> None:
    def fill(db: Database) -> None:
        db.execute("create table filler (text text)")
        db.execute("insert into filler values (zeroblob(10000000))")

    def limit(db: Database, pages: int) -> None:
        db.conn.execute(f"pragma max_page_count = {pages}")

    await store.run(limit, 10)
    with pytest.raises(StorageError, match="did not take a change") as error:
        await store.run(fill)
    assert "full" in str(error.value)
    await store.run(limit, 100_000)
    await store.run(fill)


@pytest.mark.parametrize("trouble", ["no folder", "a folder", "not a database"])
def test_what_cannot_be_opened_is_a_sentence(tmp_path: Path, trouble: str) -> None:
    path = tmp_path / "d.db"
    if trouble == "no folder":
        path = tmp_path / "nowhere" / "d.db"
    elif trouble == "a folder":
        path.mkdir()
    else:
        path.write_bytes(b"an invoice, not a database" * 100)
    with pytest.raises(StorageError, match=r"d\.db cannot be opened") as error:
        Store(path)
    assert isinstance(error.value.__cause__, sqlite3.Error)


async def test_a_locked_file_is_a_sentence(tmp_path: Path) -> None:
    store = Store(tmp_path / "d.db")
    await store.run(lambda db: db.conn.execute("pragma busy_timeout = 20"))
    other = sqlite3.connect(tmp_path / "d.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StorageError, match="locked"):
        await store.run(seen.first_time, "a", now=NOW)
    other.close()
    assert await store.run(seen.first_time, "a", now=NOW)
    store.close()


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "d.db")
    modes = {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    store.close()
    assert modes == {0o600}

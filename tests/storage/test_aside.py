"""What takes long is read on a thread of its own."""

import asyncio
import sqlite3
import time
from contextvars import ContextVar

import pytest

from storage import vault
from storage.errors import StorageError
from storage.reader import Aside, Reader
from storage.store import Store


async def test_the_loop_goes_on_while_something_is_read_aside(store: Store) -> None:
    aside = Aside(store.path)

    def slow(reader: Reader) -> str | None:
        time.sleep(0.2)
        return reader.read(vault.get, "a")

    await store.run(vault.put, "a", "1")
    turns = 0
    task = asyncio.create_task(aside.run(slow))
    while not task.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert await task == "1"
    assert turns > 20
    aside.close()


async def test_what_is_held_aside_is_read_again_after_a_change(store: Store) -> None:
    aside = Aside(store.path)

    def held(reader: Reader) -> str | None:
        return reader.held(vault.get, "a")

    assert await aside.run(held) is None
    await store.run(vault.put, "a", "1")
    assert await aside.run(held) == "1"
    aside.close()


async def test_a_failure_aside_is_a_storage_error(store: Store) -> None:
    aside = Aside(store.path)

    def broken(reader: Reader) -> None:
        def read(_db: object) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        reader.read(read)

    with pytest.raises(StorageError):
        await aside.run(broken)
    aside.close()
    Aside(store.path).close()  # never opened


async def test_both_threads_work_in_the_context_of_their_caller(store: Store) -> None:
    spoken: ContextVar[str] = ContextVar("spoken", default="nothing")
    aside = Aside(store.path)
    spoken.set("Dutch")
    assert await store.run(lambda _: spoken.get()) == "Dutch"
    assert await aside.run(lambda _: spoken.get()) == "Dutch"
    aside.close()

"""The database: one file, one owner thread, one transaction per call."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from storage.errors import StorageError, cause_of
from storage.migrations import migrations
from storage.reader import Reader

T = TypeVar("T")
P = ParamSpec("P")


class Store(Reader):
    """The bot's database.

    Writes go through `run`: handed to the one thread that owns the writing connection,
    each call inside one transaction. Short reads go through `read`, on a read-only
    connection of the calling thread's (the event loop's), which WAL mode never blocks.
    """

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        try:
            self._writer = self._thread.submit(_open_writer, path).result()
            super().__init__(path)
        except sqlite3.Error as error:
            self._thread.shutdown()
            raise StorageError(
                f"The database {path} cannot be opened {cause_of(error)}."
            ) from error

    async def run(
        self,
        function: Callable[Concatenate[Database, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call *function* with the database, in one transaction, on the owner thread.

        Raises:
            StorageError: SQLite could not do it (disk full, locked, damaged); nothing
                of the call was kept.
        """

        def noted(db: Database) -> T:
            before = db.conn.total_changes
            value = function(db, *args, **kwargs)
            if db.conn.total_changes != before:
                db.conn.execute("update answers_version set number = number + 1")
            return value

        return await self._run(noted)

    async def run_aside(
        self,
        function: Callable[Concatenate[Database, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call as `run`, for a change to what no answer is made of.

        Requests that were seen are noted every second; `held` need not forget for that.

        Raises:
            StorageError: see `run`.
        """
        return await self._run(lambda db: function(db, *args, **kwargs))

    async def _run(self, function: Callable[[Database], T]) -> T:
        def work() -> T:
            # Not `atomic()` alone: its transaction begins by reading, and fails at its
            # first write when another process has written since.
            with self._writer.conn as connection:
                connection.execute("begin immediate")
                return function(self._writer)

        loop = asyncio.get_running_loop()
        try:
            # In the context of the caller, which has the language that is spoken.
            return await loop.run_in_executor(self._thread, copy_context().run, work)
        except sqlite3.Error as error:
            raise StorageError(
                f"The database {self.path.name} did not take a change "
                f"{cause_of(error)}."
            ) from error

    def close(self) -> None:
        """Finish what is under way and close both connections."""
        self._thread.submit(self._writer.close).result()
        self._thread.shutdown()
        super().close()


def _open_writer(path: Path) -> Database:
    # Rotated tokens are in it; SQLite gives the files beside it the same mode.
    with suppress(OSError):  # there already, or SQLite says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(path, timeout=10)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    # A first sync changes the same pages of the indexes again and again: with room for
    # them (8 MB), and a log of up to 32 MB, they are written a third as often.
    connection.execute("pragma cache_size = -8000")
    connection.execute("pragma wal_autocheckpoint = 8000")
    database = Database(connection)
    migrations.apply(database)
    return database

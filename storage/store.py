"""The database: one file, one owner thread, one transaction per call."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from storage.errors import StorageError, cause_of
from storage.migrations import migrations

T = TypeVar("T")
P = ParamSpec("P")

#: Values that `Store.held` keeps; more than that and it begins anew.
MOST_HELD = 500


class Store:
    """The bot's database.

    Writes go through `run`: handed to the one thread that owns the writing connection,
    each call inside one transaction. Short reads go through `read`, on a read-only
    connection of the calling thread's (the event loop's), which WAL mode never blocks.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: dict[Hashable, Any] = {}
        self._held_version: int | None = None
        self._turn_version: int | None = None
        self._file_version: int | None = None
        self._answers_version = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        try:
            self._writer = self._thread.submit(_open_writer, path).result()
            self._reader = _open_reader(path)
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
            return await loop.run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise StorageError(
                f"The database {self.path.name} did not take a change "
                f"{cause_of(error)}."
            ) from error

    def read(
        self,
        function: Callable[Concatenate[Database, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call *function* with a read-only database, at once, on this thread.

        Raises:
            StorageError: SQLite could not read.
        """
        try:
            return function(self._reader, *args, **kwargs)
        except sqlite3.Error as error:
            raise StorageError(
                f"The database {self.path.name} cannot be read {cause_of(error)}."
            ) from error

    def held(
        self,
        function: Callable[Concatenate[Database, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call as `read`, and give the same value again until the database changes.

        SQLite tells of every change that another connection commits, ours and those of
        other processes (``pragma data_version``), and a number in the database which of
        them came through `run`. Whatever *function* reads, also by
        calling this again, is of one moment: sums and rows that are shown together
        belong together. The arguments have to be hashable; nobody may change the value.

        Raises:
            StorageError: SQLite could not read.
        """
        version = self._version()
        if version != self._held_version or len(self._held) >= MOST_HELD:
            self._held.clear()
            self._held_version = version
        key = (function, args, tuple(kwargs.items()))
        if key not in self._held:
            self._held[key] = self.read(_of_one_moment, function, args, kwargs)
        value: T = self._held[key]
        return value

    def _version(self) -> int:
        """Read which version answers are made of, once in a turn of the event loop.

        A question asks for a dozen values without letting go of the loop; what is
        committed by us meanwhile is heard of in a later turn anyhow.
        """
        if self._turn_version is not None:
            return self._turn_version
        of_file = self.read(_version)
        if of_file != self._file_version:
            self._answers_version = self.read(_answers_version)
            self._file_version = of_file
        version = self._answers_version
        with suppress(RuntimeError):  # outside a loop there are no turns
            asyncio.get_running_loop().call_soon(self._end_turn)
            self._turn_version = version
        return version

    def _end_turn(self) -> None:
        self._turn_version = None

    def close(self) -> None:
        """Finish what is under way and close both connections."""
        self._thread.submit(self._writer.close).result()
        self._thread.shutdown()
        self._reader.close()


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """Open the database at *path* for reading alone, also while a bot works on it.

    Raises:
        StorageError: it does not exist, or SQLite could not read, also later inside.
    """
    if not path.exists():
        raise StorageError(
            f"There is no database {path} yet; duebot run or duebot sync makes it."
        )
    try:
        database = _open_reader(path)
        with closing(database.conn):
            yield database
    except sqlite3.Error as error:
        raise StorageError(
            f"The database {path} cannot be read {cause_of(error)}."
        ) from error


def damage(db: Database) -> str | None:
    """Say what is damaged in the file, reading all of it; ``None`` when nothing is."""
    found = db.execute("pragma quick_check(1)").fetchone()[0]
    return None if found == "ok" else str(found)


def _of_one_moment(
    db: Database,
    function: Callable[..., T],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> T:
    if db.conn.in_transaction:
        return function(db, *args, **kwargs)
    db.conn.execute("begin")
    try:
        return function(db, *args, **kwargs)
    finally:
        db.conn.rollback()


def _version(db: Database) -> int:
    """Read a number that changes with every commit of another connection."""
    version: int = db.conn.execute("pragma data_version").fetchone()[0]
    return version


def _answers_version(db: Database) -> int:
    """Read a number that changes with every change to what answers are made of."""
    row = db.conn.execute("select number from answers_version").fetchone()
    return int(row[0])


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


def _open_reader(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    connection.execute("pragma query_only = on")
    connection.execute("pragma cache_size = -8000")
    return Database(connection)

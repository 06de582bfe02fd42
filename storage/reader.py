"""Reading the database: at once, on this thread, or aside, on a thread of its own."""

import asyncio
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from storage.errors import StorageError, cause_of

T = TypeVar("T")
P = ParamSpec("P")

#: Values that `Reader.held` keeps; more than that and it begins anew.
MOST_HELD = 500


class Reader:
    """A read-only connection, which WAL mode never blocks, and what was read by it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: dict[Hashable, Any] = {}
        self._held_version: int | None = None
        self._turn_version: int | None = None
        self._file_version: int | None = None
        self._answers_version = 0
        self._reader = _open_reader(path)

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
        """Close the connection."""
        self._reader.close()


class Aside:
    """A second reader, for what takes long: its thread waits, the event loop does not.

    What it holds is its own. It is opened when it is first needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._reader: Reader | None = None

    async def run(self, function: Callable[[Reader], T]) -> T:
        """Call *function* with the reader, on the thread; one call at a time.

        Raises:
            StorageError: SQLite could not read.
        """
        loop = asyncio.get_running_loop()
        # In the context of the caller, which has the language that is spoken.
        return await loop.run_in_executor(
            self._thread, copy_context().run, self._call, function
        )

    def _call(self, function: Callable[[Reader], T]) -> T:
        if self._reader is None:
            try:
                self._reader = Reader(self._path)
            except sqlite3.Error as error:
                raise StorageError(
                    f"The database {self._path.name} cannot be read {cause_of(error)}."
                ) from error
        return function(self._reader)

    def close(self) -> None:
        """Finish what is under way and close the connection."""
        if self._reader is not None:
            self._thread.submit(self._reader.close).result()
        self._thread.shutdown()


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


def _open_reader(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    connection.execute("pragma query_only = on")
    connection.execute("pragma cache_size = -8000")
    return Database(connection)

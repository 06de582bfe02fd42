"""A copy of the database that can be started: safe while a bot works on the original.

What was posted after the copy was made, the copy cannot know. Its unfinished deliveries
are therefore marked as perhaps posted, so that their channels are searched first.
"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from storage import lineage, outbox
from storage.errors import StorageError, cause_of
from storage.reader import reading


def copy(source: Path, target: Path, *, now: datetime) -> int:
    """Copy the database *source* into the new file *target*; return its size in bytes.

    Only its owner may read the copy, for it holds every figure and secrets that rotate.

    Raises:
        FileExistsError: there is a *target* already, which stays as it is.
        OSError: *target* cannot be made.
        StorageError: SQLite could not read or write, or the database is damaged; no
            *target* is left.
    """
    with reading(source) as db:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        unfinished = target.with_name(f".{target.name}.unfinished")
        try:
            # Made beside it and moved there whole, so that no half of it looks done.
            unfinished.unlink(missing_ok=True)
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            _copy_into(unfinished, db, now=now)
            size = unfinished.stat().st_size
            unfinished.replace(target)
        except BaseException as error:
            unfinished.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
            if isinstance(error, sqlite3.Error):
                raise StorageError(
                    f"The database could not be copied to {target} {cause_of(error)}."
                ) from error
            raise
    return size


def _copy_into(file: Path, source: Database, *, now: datetime) -> None:
    with closing(sqlite3.connect(file)) as connection:
        # In one step: in several, a bot that writes meanwhile makes it begin again.
        source.conn.backup(connection)
        # The copy is one file: the journal beside it is the original's affair.
        connection.execute("pragma journal_mode = delete")
        copied = Database(connection)
        with connection:
            connection.execute("begin")
            outbox.doubt_unfinished(copied, now=now)
            lineage.mark_as_copy(copied, now=now)
        damage = connection.execute("pragma quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise sqlite3.DatabaseError(f"it is damaged: {damage}")

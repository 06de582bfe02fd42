"""What SQLite refuses, as a sentence that says what to do."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage import seen
from storage.errors import StorageError
from storage.reader import reading
from storage.store import Store
from tests.storage.made import NOW

ROOT = Path(__file__).parents[2]
#: Opens a database as somebody without rights: a superuser may write anything.
AS_NOBODY = """
import os, sys
from pathlib import Path
from storage.errors import StorageError
from storage.store import Store
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Store(Path(sys.argv[1]))
except StorageError as error:
    print(error)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may look into."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs users as Unix has them")
def test_a_read_only_file_is_a_sentence(open_folder: Path) -> None:
    path = open_folder / "d.db"
    Store(path).close()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    asked = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", AS_NOBODY, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert asked.stderr == ""
    assert asked.stdout.startswith(f"The database {path} cannot be opened (")
    assert "writable" in asked.stdout


async def test_a_file_that_becomes_read_only_recovers(store: Store) -> None:
    def set_read_only(state: str) -> None:
        store._writer.conn.execute(f"pragma query_only = {state}")

    store._thread.submit(set_read_only, "on").result()
    with pytest.raises(StorageError, match="make the file and its folder writable"):
        await store.run(seen.first_time, "a", now=NOW)
    assert store.read(seen.with_prefix, "a", after=NOW) == []
    store._thread.submit(set_read_only, "off").result()
    assert await store.run(seen.first_time, "a", now=NOW)


async def test_damage_found_while_running_says_to_restore(tmp_path: Path) -> None:
    path = tmp_path / "d.db"
    store = Store(path)
    await store.run(seen.remember, [f"key {n}" for n in range(5000)], now=NOW)
    store.close()
    raw = bytearray(path.read_bytes())
    # The first pages hold the names of the tables; what follows is their content.
    raw[len(raw) // 2 :] = b"\xff" * (len(raw) - len(raw) // 2)
    path.write_bytes(bytes(raw))

    def look(db: Database) -> int:
        return len(db.execute("select key, seen_at from seen").fetchall())

    damaged = Store(path)
    with pytest.raises(StorageError, match="stop Duebot and restore a backup"):
        damaged.read(look)
    with pytest.raises(StorageError, match="stop Duebot and restore a backup"):
        await damaged.run(look)
    damaged.close()
    with (
        pytest.raises(StorageError, match=r"cannot be read .* restore a backup"),
        reading(path) as db,
    ):
        look(db)


async def test_a_lock_names_the_likely_cause(tmp_path: Path) -> None:
    store = Store(tmp_path / "d.db")
    await store.run(lambda db: db.conn.execute("pragma busy_timeout = 20"))
    other = sqlite3.connect(tmp_path / "d.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StorageError, match="which other program keeps it locked"):
        await store.run(seen.first_time, "a", now=NOW)
    other.close()
    store.close()

"""A copy that can be started, made while somebody writes."""

import asyncio
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from storage import backup, lineage, outbox
from storage.errors import StorageError
from storage.outbox import Planned
from storage.store import Store
from tests.storage.made import NOW

LEASE = timedelta(seconds=10)


async def put(store: Store, name: str, *, parent: str | None = None) -> None:
    kind: outbox.Kind = "rest" if parent else "news"
    planned = Planned(id=name, channel=name[:1], kind=kind, parent=parent)
    await store.run(outbox.put, planned, now=NOW)


def copies(folder: Path) -> list[str]:
    return [each.name for each in folder.glob("*copy*")]


async def test_the_copy_is_whole_while_the_original_is_written(
    store: Store, tmp_path: Path
) -> None:
    await put(store, "a")
    target = tmp_path / "copy.db"

    async def write() -> None:
        for number in range(50):
            await put(store, f"b{number}")

    writing = asyncio.create_task(write())
    size = await asyncio.to_thread(backup.copy, store.path, target, now=NOW)
    await writing
    assert size == target.stat().st_size > 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert copies(tmp_path) == ["copy.db"]
    copied = Store(target)
    assert copied.read(lineage.copied_at) == NOW
    assert 1 <= copied.read(outbox.counts)["waiting"] <= 51
    copied.close()
    assert store.read(outbox.counts) == {"waiting": 51}
    assert store.read(lineage.copied_at) is None


async def test_what_is_there_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("figures of last year", encoding="utf-8")
    with pytest.raises(FileExistsError):
        backup.copy(store.path, target, now=NOW)
    assert target.read_text(encoding="utf-8") == "figures of last year"


async def test_a_copy_that_was_cut_off_is_made_again(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / ".copy.db.unfinished").write_bytes(b"half of it")
    backup.copy(store.path, tmp_path / "copy.db", now=NOW)
    Store(tmp_path / "copy.db").close()
    assert not (tmp_path / ".copy.db.unfinished").exists()


def test_nothing_to_copy_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="There is no database"):
        backup.copy(tmp_path / "none.db", tmp_path / "copy.db", now=NOW)
    assert list(tmp_path.iterdir()) == []


async def test_a_damaged_database_leaves_no_copy(tmp_path: Path) -> None:
    source = tmp_path / "d.db"
    store = Store(source)
    for number in range(200):
        await put(store, f"a{number}")
    store.close()
    pages = bytearray(source.read_bytes())
    pages[4096 * 12 : 4096 * 20] = b"\xff" * 4096 * 8
    source.write_bytes(bytes(pages))
    with pytest.raises(StorageError, match=r"copy\.db|malformed"):
        backup.copy(source, tmp_path / "copy.db", now=NOW)
    assert copies(tmp_path) == []


async def test_whatever_was_not_done_is_searched_for_first(
    store: Store, tmp_path: Path
) -> None:
    for name in ("a-done", "b-sending", "c-waiting"):
        await put(store, name)
    await put(store, "c-reply", parent="c-waiting")
    held = Planned(id="d-held", channel="d", kind="news", subscription="s")
    await store.run(outbox.put, held, now=NOW, state="held")
    await store.run(outbox.claim, now=NOW, lease=LEASE, limit=2)
    await store.run(outbox.done, "a-done", ts="1.0", now=NOW)
    target = tmp_path / "copy.db"
    backup.copy(store.path, target, now=NOW)

    copied = Store(target)
    assert copied.read(outbox.count_doubted) == 4
    assert copied.read(outbox.find_held, kind="news", subscription="s") is None, (
        "what is found from now on is told apart from what may be told"
    )
    await copied.run(outbox.release, "d-held")
    rest = Planned(id="d-rest", channel="d", kind="rest", parent="d-held")
    await copied.run(outbox.put, rest, now=NOW)
    later = NOW + timedelta(seconds=2)
    asked = {
        each.id: each.may_be_posted
        for each in await copied.run(outbox.claim, now=later, lease=LEASE)
    }
    assert asked == {"b-sending": True, "c-waiting": True, "d-held": True}
    await copied.run(outbox.done, "d-held", ts="2.0", now=later)
    later += timedelta(seconds=2)
    (reply,) = await copied.run(outbox.claim, now=later, lease=LEASE)
    assert (reply.id, reply.may_be_posted, reply.thread_ts) == ("d-rest", True, "2.0")
    copied.close()
    await put(store, "e")
    (plain,) = (
        each
        for each in await store.run(outbox.claim, now=NOW, lease=LEASE)
        if each.id == "e"
    )
    assert not plain.may_be_posted, "the original knows what it did"


async def test_each_life_names_its_deliveries_otherwise(
    store: Store, tmp_path: Path
) -> None:
    names = [store.read(outbox.name, "news", 7)]
    assert names == [outbox.delivery_id("news", 7)]
    for number in (1, 2):
        target = tmp_path / f"copy{number}.db"
        backup.copy(store.path, target, now=NOW)
        copied = Store(target)
        start = NOW + timedelta(hours=number)
        assert await copied.run(lineage.begin_again, now=start) == NOW
        assert await copied.run(lineage.begin_again, now=start) is None
        names.append(copied.read(outbox.name, "news", 7))
        copied.close()
    assert len(set(names)) == 3


def test_the_copy_is_one_file_that_any_sqlite_reads(
    store: Store, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    backup.copy(store.path, target, now=NOW)
    connection = sqlite3.connect(f"file:{target}?mode=ro", uri=True)
    assert connection.execute("pragma journal_mode").fetchone() == ("delete",)
    assert connection.execute("pragma quick_check").fetchone() == ("ok",)
    connection.close()

"""The database takes nothing for a while: no delivery is lost, doubled or misplaced."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence

import pytest
from sqlite_utils import Database
from structlog.testing import capture_logs

from storage import outbox
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, serving
from tests.bot.tracking.made import issued


class Full:
    """No room for another page; what fits into the pages there are still goes."""

    word = "make room on its disk"

    def begin(self, db: Database) -> None:
        db.execute("create table filler (text text)")
        # The last free bytes too: every change from now on needs pages.
        for table in ("events", "outbox"):
            db.execute(
                f"create trigger full_{table} before insert on {table} begin "  # noqa: S608 - our own text
                "insert into filler values (zeroblob(1000000)); end"
            )
        db.execute(
            "create trigger full_change before update on outbox begin "
            "insert into filler values (zeroblob(1000000)); end"
        )
        pages = db.execute("pragma page_count").fetchone()[0]
        db.conn.execute(f"pragma max_page_count = {pages}")

    def end(self, db: Database) -> None:
        db.conn.execute("pragma max_page_count = 1000000")


class ReadOnly:
    """The file may not be written."""

    word = "make the file and its folder writable"

    def begin(self, db: Database) -> None:
        db.conn.execute("pragma query_only = on")

    def end(self, db: Database) -> None:
        db.conn.execute("pragma query_only = off")


class Locked:
    """Another program has it."""

    word = "which other program keeps it locked"

    def begin(self, db: Database) -> None:
        db.conn.execute("pragma busy_timeout = 10")

    def end(self, db: Database) -> None:
        db.conn.execute("pragma busy_timeout = 10000")


Trouble = Full | ReadOnly | Locked


@pytest.mark.parametrize("make", [Full, ReadOnly, Locked])
async def test_nothing_is_lost_while_the_database_takes_nothing(
    store: Store, make: Callable[[], Trouble]
) -> None:
    trouble = make()
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL), Wish(channel="C2", events=ALL))
    slack = SlackStandIn()
    slack.answering.clear()
    async with serving(slack) as client:
        worker = room.deliverer(client)
        stop = asyncio.Event()
        for number in (1, 2):
            await room.happen(issued(id=str(number), number=f"N{number}"))
        with capture_logs() as logs:
            running = asyncio.create_task(worker.run(stop))
            await slack.kept.wait()
            # N1 is at Slack, and nobody has noted it yet.
            other = sqlite3.connect(store.path, isolation_level=None)
            _on_its_thread(store, trouble.begin)
            if isinstance(trouble, Locked):
                other.execute("begin immediate")
            slack.answering.set()
            await _until(logs, "delivery not recorded", room)
            await _until(logs, "nothing can be claimed from the outbox", room)
            if isinstance(trouble, Locked):
                other.execute("rollback")
            other.close()
            _on_its_thread(store, trouble.end)
            await _until(logs, "works again", room)
            await room.happen(issued(id="3", number="N3"))
            async with asyncio.timeout(20):
                while store.read(outbox.counts) != {"done": 6}:
                    room.clock.turn(2)
                    worker.wake()
                    await asyncio.sleep(0.01)
            stop.set()
            worker.wake()
            await running
    for channel in ("C1", "C2"):
        assert [text[12:14] for text in slack.texts(channel)] == ["N1", "N2", "N3"]
    complaints = [each for each in logs if each["log_level"] == "error"]
    assert all(trouble.word in str(each) for each in complaints)
    assert not [each for each in logs if each.get("exc_info")]
    said = [each["event"] for each in complaints]
    assert said.count("nothing can be claimed from the outbox") == 1


def _on_its_thread(store: Store, function: Callable[[Database], None]) -> None:
    """Call *function* outside any transaction, which trouble would not let begin."""
    store._thread.submit(function, store._writer).result()


async def _until(logs: Sequence[object], event: str, room: Newsroom) -> None:
    async with asyncio.timeout(20):
        while not [each for each in logs if event in str(each)]:
            room.clock.turn(11)
            await asyncio.sleep(0.02)

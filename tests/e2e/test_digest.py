"""Digests through the whole bot: the message, its thread, its file, and silence."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Bot
from sandbox.app import Running, start
from sandbox.world.deeds import do
from tests.e2e.inside import EVERYTHING, at_work, configured, lines_of, quiet


class Watch:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC).replace(hour=12, minute=0, second=0)

    def __call__(self) -> datetime:
        return self.moment

    def tomorrow(self) -> None:
        self.moment = (self.moment + timedelta(days=1)).replace(hour=12)


async def morning(bot: Bot, running: Running, watch: Watch, messages: int) -> None:
    """Let the next digest come: so many messages, each a second after the other."""
    watch.tomorrow()
    awaited = len(told(running)) + messages
    async with asyncio.timeout(20):  # it is looked for every few seconds
        while len(told(running)) < awaited:
            await asyncio.sleep(0.05)
            watch.moment += timedelta(seconds=0.5)
    await quiet(bot)


def told(running: Running) -> list[Any]:
    found = running.workspace.messages["C0BILLING"]
    return sorted(found, key=lambda each: float(each.ts))


async def test_a_digest_has_its_rows_in_the_thread_and_its_file_with_them(
    tmp_path: Path,
) -> None:
    watch = Watch()
    wish = {
        "channel": "C0BILLING",
        "events": EVERYTHING,
        "when": "0 9 * * *",
        "attach": "csv",
        "even_if_empty": True,
    }
    async with start(paced=False) as running:
        settings = configured(running.url, tmp_path, subscriptions=[wish])
        async with at_work(settings, now=watch) as bot:
            before = len(told(running))
            numbers = {do(running.world, "issue", provider="i3dnet") for _ in range(12)}
            await bot.core.syncer.sync(None)
            await morning(bot, running, watch, 3)
            parent, *thread = told(running)[before:]
            assert lines_of(parent.blocks)[0].startswith("Digest: 12 new")
            assert {each.thread_ts for each in thread} == {parent.ts}
            assert "The rest: 2 new" in lines_of(thread[0].blocks)
            [file] = thread[1].files
            assert file.name == f"digest-{watch():%Y-%m-%d}-0900.csv"
            text = file.content.decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(text)))
            assert {row["number"] for row in rows} == numbers

            await morning(bot, running, watch, 1)
            last = lines_of(told(running)[-1].blocks)
            assert last[0] == "Digest: nothing new"
            assert last[1].startswith("Still owed: ")
            assert "New: none (12 fewer" in " ".join(last)

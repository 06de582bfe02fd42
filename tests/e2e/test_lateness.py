"""The life of an invoice, told by a whole bot as the days go by."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import Bot
from sandbox.app import Running, start
from sandbox.world.deeds import do
from tests.e2e.inside import at_work, configured, quiet, said

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Story:
    """One invoice in the channel, told apart from what else happens."""

    def __init__(self, running: Running, bot: Bot) -> None:
        self.running = running
        self.bot = bot
        self.number = do(running.world, "issue", provider="i3dnet")
        self.paper = running.world.papers("i3dnet")[-1]
        self._told = 0

    async def told(self, *, syncs: int = 1) -> list[str]:
        """Sync, and say in which words the invoice came up since the last time."""
        for _ in range(syncs):
            await self.bot.core.syncer.sync(None)
        await quiet(self.bot)
        found = [
            line[: line.index(self.number)].strip()
            for line in said(self.running)
            if re.search(rf"\b{self.number}\b", line)
        ]
        new, self._told = found[self._told :], len(found)
        return new

    def move(self, days: int, at: time) -> None:
        """Let it be so many days after the due date, at a time in Amsterdam."""
        assert self.paper.due_on is not None
        day = self.paper.due_on + timedelta(days=days)
        self.running.clock.to(datetime.combine(day, at, AMSTERDAM))


async def test_an_invoice_is_told_at_every_stage_of_its_life_once(
    tmp_path: Path,
) -> None:
    sync = {"every": "6h", "due_soon": "3d", "remind_after": ["7d", "14d"]}
    async with start(0) as running:
        settings = configured(running.url, tmp_path, sync=sync)
        async with at_work(settings, now=running.clock.now) as bot:
            story = Story(running, bot)
            assert await story.told(syncs=2) == ["New invoice"]
            story.move(-4, time(23, 59))
            assert await story.told() == []
            story.move(-3, time(0, 1))
            assert await story.told(syncs=2) == ["Due soon: invoice"]
            story.move(0, time(23, 59))
            assert await story.told() == [], "due today is not overdue"
            story.move(1, time(0, 1))
            assert await story.told(syncs=2) == ["Overdue: invoice"]
            for days in (7, 14):
                story.move(days, time(12))
                assert await story.told(syncs=2) == ["Still overdue: invoice"]
            running.world.remove(story.paper)
            assert await story.told() == [], "once may be a mistake"
            assert await story.told(syncs=2) == ["Withdrawn: invoice"]
            # The provider lists it again, under the same id and number.
            running.world._issued["i3dnet"].append(story.paper)
            assert await story.told(syncs=2) == ["Back again: invoice"]


async def test_what_happened_while_nobody_was_running_is_told_once(
    tmp_path: Path,
) -> None:
    async with start(0) as running:
        settings = configured(running.url, tmp_path)
        async with at_work(settings, now=running.clock.now) as bot:
            story = Story(running, bot)
            assert await story.told() == ["New invoice"]
        story.move(10, time(9))
        async with at_work(settings, now=running.clock.now) as bot:
            story.bot = bot
            assert await story.told() == ["Overdue: invoice"], (
                "the first word is no reminder"
            )
            story.move(14, time(9))
            assert await story.told(syncs=2) == ["Still overdue: invoice"]

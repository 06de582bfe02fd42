"""Very many invoices through the whole bot: old ones are no news, new ones are."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import running_bot
from sandbox.app import start
from sandbox.world.deeds import do
from storage import cursors
from tests.e2e.inside import configured, lines_of, quiet

pytestmark = pytest.mark.timeout(240)


async def test_10_000_old_invoices_are_one_line_and_500_new_ones_one_message(
    tmp_path: Path,
) -> None:
    async with start(paced=False) as running:
        for _ in range(10_000):
            do(running.world, "issue", provider="i3dnet")
        settings = configured(running.url, tmp_path)
        async with running_bot(settings, now=lambda: datetime.now(UTC)) as bot:
            await bot.core.syncer.sync(None)
            await quiet(bot)
            [baseline] = running.workspace.messages["C0BILLING"]
            held = re.findall(r"([\d,]+) (?:invoices|credit notes)", baseline.text)
            [state] = bot.core.store.read(cursors.state)
            assert sum(int(each.replace(",", "")) for each in held) == state.invoices
            assert state.invoices > 10_000
            assert len(lines_of(baseline.blocks)) < 5

            new = [do(running.world, "issue", provider="i3dnet") for _ in range(500)]
            await bot.core.syncer.sync(None)
            async with asyncio.timeout(60):
                await quiet(bot, seconds=60)
            told = running.workspace.messages["C0BILLING"][1:]
            parents = [each for each in told if each.thread_ts is None]
            assert len(parents) == 1
            assert lines_of(parents[0].blocks)[0].startswith(
                "News from i3D.net: 500 new"
            )
            assert {e.thread_ts for e in told[1:]} == {parents[0].ts}
            said = json.dumps([each.blocks for each in told])
            assert all(said.count(f"{number},") == 1 for number in new)

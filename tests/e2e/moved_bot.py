"""The bot in a process of its own, on a clock that is ahead: a file says how much.

``python -m tests.e2e.moved_bot CONFIG AHEAD``; AHEAD holds a number of seconds. What
the bot waits for a minute at a time, a closed channel and a file that does not show, it
waits for seconds here.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import running_bot
from bot.flows import closing, deliver, upload
from bot.log import set_up_logs
from bot.settings import Settings, read_settings
from bot.web import stop_on_signals


class Ahead:
    """Real time, and as many seconds more as the file says now."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> datetime:
        seconds = float(self._path.read_text(encoding="utf-8"))
        return datetime.now(UTC) + timedelta(seconds=seconds)


async def work(settings: Settings, now: Ahead) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with running_bot(settings, now=now):
        await stop.wait()


def main() -> None:
    config, ahead = map(Path, sys.argv[1:])
    closing.FIRST_TRY = closing.LONGEST_WAIT = timedelta(seconds=2)
    upload.PATIENCE, deliver.FILE_PAUSE = timedelta(seconds=3), timedelta(seconds=1)
    set_up_logs(os.environ)
    asyncio.run(work(read_settings(config), Ahead(ahead)))


if __name__ == "__main__":
    main()

"""The whole bot inside the test's own process, so that its clock can be held still."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import Bot, running_bot
from bot.settings import Settings, settings_from
from sandbox.app import Running
from storage import outbox

EVERYTHING = [
    "issued",
    "amended",
    "payment",
    "due_soon",
    "overdue",
    "withdrawn",
    "trouble",
]
#: What is not to be waited for; a digest has its own time.
OVER = {"done", "pooled"}
ENVIRON = {
    "SLACK_BOT_TOKEN": "xoxb-sandbox",
    "SLACK_APP_TOKEN": "xapp-sandbox",
    "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
}


def configured(
    url: str, folder: Path, *, timezone: str = "Europe/Amsterdam", **tables: Any
) -> Settings:
    """Configure a bot that reads the sandbox's i3D.net; it syncs when it is told to."""
    plain: dict[str, Any] = {
        "bot": {"timezone": timezone},
        "http": {"port": 0},
        "sync": {"every": "6h"},
        "connections": {
            "i3d": {
                "provider": "i3dnet",
                "base_url": f"{url}/sim/i3dnet/v3",
                "token": "i3d-sandbox-key",
            }
        },
        "subscriptions": [{"channel": "C0BILLING", "events": EVERYTHING}],
    }
    environ = {**ENVIRON, "SLACK_API_URL": f"{url}/api/"}
    return settings_from(
        {**plain, **tables}, path=folder / "duebot.toml", environ=environ
    )


@asynccontextmanager
async def at_work(
    settings: Settings, *, now: Callable[[], datetime]
) -> AsyncIterator[Bot]:
    """Run the bot, and go on when its first reading is told."""
    async with running_bot(settings, now=now) as bot:
        await bot.core.syncer.sync(None)
        await quiet(bot)
        yield bot


async def quiet(bot: Bot, *, seconds: float = 20) -> None:
    """Wait until nothing is left to post."""
    async with asyncio.timeout(seconds):
        while set(bot.core.store.read(outbox.counts)) - OVER:  # noqa: ASYNC110 - the bot offers no event
            await asyncio.sleep(0.03)


def said(running: Running, channel: str = "C0BILLING") -> list[str]:
    """List the lines of every message and reply in a channel, oldest first."""
    found = sorted(running.workspace.messages[channel], key=lambda each: float(each.ts))
    return [line for each in found for line in lines_of(each.blocks)]


def lines_of(part: object) -> list[str]:
    """Take the lines of text out of blocks."""
    match part:
        case {"text": str(text)}:
            return [line.strip("*• ") for line in text.splitlines()]
        case dict():
            return [line for each in part.values() for line in lines_of(each)]
        case list():
            return [line for each in part for line in lines_of(each)]
        case _:
            return []

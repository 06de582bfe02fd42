"""`duebot run`: the bot until it is told to stop."""

import asyncio
from pathlib import Path

import structlog

from bot.app import running_bot
from bot.settings import config_path, read_settings
from bot.web import stop_on_signals

log = structlog.get_logger(__name__)


async def run(config: Path | None) -> int:
    """Run the bot; ends cleanly on SIGTERM and SIGINT."""
    settings = read_settings(config_path(config))
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with running_bot(settings) as bot:
        log.info(
            "running",
            transport=settings.slack.transport,
            host=settings.http.host,
            port=bot.port,
            connections=len(settings.connections),
        )
        await stop.wait()
        log.info("stopping")
    log.info("stopped")
    return 0

"""`duebot demo`: the sandbox, and the bot at work on it."""

import asyncio
import sys
import tempfile
import webbrowser
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.app import running_bot
from bot.commands import StopError
from bot.settings import Settings, settings_from
from bot.web import stop_on_signals, why_no_listener
from sandbox.app import Running, start


async def demo(*, port: int, browser: bool) -> int:
    """Run both until Ctrl-C; nothing is kept afterwards."""
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with AsyncExitStack() as stack:
        try:
            running = await stack.enter_async_context(start(port))
        except OSError as error:
            _, cause = why_no_listener("127.0.0.1", port, error)
            raise StopError(f"--port: {cause}.", code=2) from None
        await _bot(running, stop, browser=browser)
    return 0


async def _bot(running: Running, stop: asyncio.Event, *, browser: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="duebot-demo-") as folder:
        settings = demo_settings(running.url, Path(folder))
        async with running_bot(settings, now=running.clock.now):
            sys.stdout.write(
                f"\nDuebot's sandbox is open at {running.url}\n"
                "Type /invoices 2021 8 or /unpaid there. Ctrl-C ends it.\n\n"
            )
            sys.stdout.flush()
            if browser:
                await asyncio.to_thread(webbrowser.open, running.url)
            await stop.wait()


def demo_settings(url: str, folder: Path) -> Settings:
    """Configure the bot for a sandbox at *url*, with its database in *folder*."""
    tables: dict[str, Any] = {
        "bot": {"timezone": "Europe/Amsterdam", "fresh_for": "15s"},
        "http": {"port": 0},
        "storage": {"url": "sqlite:///demo.db"},
        "sync": {"every": "5s"},
        "connections": {
            "lw": {
                "provider": "lineworks",
                "base_url": f"{url}/sim/lineworks/v1.0",
                "currency": "JPY",
                "payment_terms": "30d",
                "since": 2021,
                "auth": {"kind": "token", "token": "lw-sandbox-token"},
            },
            "swo": {
                "provider": "softwareone",
                "base_url": f"{url}/sim/softwareone/public/v1",
                "token": "idt:TKN-0001-0001:sandbox",
            },
            "i3d": {
                "provider": "i3dnet",
                "base_url": f"{url}/sim/i3dnet/v3",
                "token": "i3d-sandbox-key",
            },
        },
        "subscriptions": [
            {
                "channel": "C0BILLING",
                "events": [
                    "issued",
                    "amended",
                    "payment",
                    "due_soon",
                    "overdue",
                    "withdrawn",
                    "trouble",
                ],
                "follow": "thread",  # so that a visitor sees a message live
            }
        ],
    }
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
        "SLACK_API_URL": f"{url}/api/",
    }
    return settings_from(tables, path=folder / "demo.toml", environ=environ)

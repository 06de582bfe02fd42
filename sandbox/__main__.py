"""Runs the sandbox by itself: `python -m sandbox --port 8799`."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import msgspec

from sandbox.app import start
from sandbox.slack.installation import (
    APP_TOKEN,
    BOT_TOKEN,
    DUEBOT,
    SIGNING_SECRET,
    Installation,
    read_manifest,
)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--seed", type=int, default=2021, help="of the billing world")
    parser.add_argument("--request-url", help="deliver signed HTTP requests here")
    parser.add_argument("--manifest", type=Path, help="install the app this describes")
    parser.add_argument(
        "--unpaced", action="store_true", help="let the bot post as fast as it likes"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing on stderr")
    return parser.parse_args()


async def serve(options: argparse.Namespace, installed: Installation) -> None:
    """Run until SIGTERM or SIGINT; one JSON line says that it listens."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with start(
        options.port,
        host=options.host,
        seed=options.seed,
        request_url=options.request_url,
        installation=installed,
        paced=not options.unpaced,
    ) as running:
        line = {
            "url": running.url,
            "port": running.port,
            "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN,
            "signing_secret": SIGNING_SECRET,
        }
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()
        if not options.quiet:
            sys.stderr.write(f"The sandbox is at {running.url} (Ctrl-C ends it).\n")
        await stop.wait()


def main() -> int:
    """Run the sandbox; 2 when it cannot listen."""
    options = read_options()
    manifest: Path | None = options.manifest
    try:
        installed = DUEBOT if manifest is None else read_manifest(manifest.read_text())
        asyncio.run(serve(options, installed))
    except OSError as error:
        reason = error.strerror or str(error)
        sys.stderr.write(f"The sandbox cannot start: {reason}.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

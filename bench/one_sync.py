"""One sync as `duebot sync` does it, measured from inside.

Run it with ``python -m bench.one_sync CONFIG``. As with its peers, the clock starts
after the imports; opening the database and making the adapter are counted. It reads
everything: what is measured is a whole list, not what changed in it since.
"""

import asyncio
import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from bench.measure import peak_megabytes
from bench.peers.fetch import processor_seconds
from bot.app import opened_core
from bot.settings import read_settings
from bot.tracking.outcome import ConnectionReport


def main() -> None:
    """Sync, and print what it cost."""
    settings = read_settings(Path(sys.argv[1]))
    read_everything(settings.database)
    before, began = processor_seconds(), time.perf_counter()

    async def sync() -> ConnectionReport:
        async with opened_core(settings) as core:
            return (await core.syncer.sync())[0]

    report = asyncio.run(sync())
    if not (report.ok and report.complete):
        sys.exit(f"the sync failed: {report.error}")
    figures = {
        "cpu": processor_seconds() - before,
        "wall": time.perf_counter() - began,
        "peak": peak_megabytes(),
        "requests": report.requests,
        "fetched": report.fetched,
        "payment": report.payment,
    }
    print(json.dumps(figures))


def read_everything(database: Path) -> None:
    """Forget when everything was last read, so that the next sync does it again."""
    if database.exists():
        with closing(sqlite3.connect(database)) as db, db:
            db.execute("update connections set whole_at = null")


if __name__ == "__main__":
    main()

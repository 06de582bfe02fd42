"""Measures the goals and prints them: ``python -m bench [--quick] [--only S1 …]``.

A report, not a test: the exit code is 0 whether or not every goal is met.
"""

import argparse
import asyncio
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Row, table
from bench.processes import REST
from bench.questions import during_sync_rows, heavy_rows, question_rows
from bench.rendering import rendering_rows
from bench.slack import workspace
from bench.socket_mode import socket_rows
from bench.syncs import billing, fill, latency_rows, sync_rows
from bench.telling import telling_rows

GOALS = ("S1", "S2", "S3", "S4", "S5", "H1", "C1", "C2", "C3", "C5", "C6", "R1", "N1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    invoices: int
    slow_invoices: int
    sync_rounds: int
    rounds: int
    seconds: float
    during_sync_seconds: float
    read_every: str
    envelopes: int


FULL = Sizes(
    invoices=100_000,
    slow_invoices=30_000,
    sync_rounds=3,
    rounds=5,
    seconds=2.0,
    during_sync_seconds=40.0,
    read_every="8s",
    envelopes=300,
)
QUICK = Sizes(
    invoices=10_000,
    slow_invoices=10_000,
    sync_rounds=2,
    rounds=3,
    seconds=1.0,
    during_sync_seconds=20.0,
    read_every="1s",
    envelopes=100,
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 invoices")
    parser.add_argument("--only", nargs="+", choices=GOALS, default=GOALS)
    given = parser.parse_args()
    os.sched_setaffinity(0, {REST})
    began = time.monotonic()
    rows = asyncio.run(measure(QUICK if given.quick else FULL, given.only))
    rows = [each for each in rows if each.goal in given.only]
    missed = sum(not each.ok for each in rows)
    print(table(sorted(rows, key=lambda each: GOALS.index(each.goal))))
    seconds, load = time.monotonic() - began, os.getloadavg()[0]
    print(f"\n{len(rows) - missed} of {len(rows)} met, in {seconds:.0f} s")
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, "
        f"load {load:.1f} at the end"
    )


async def measure(sizes: Sizes, only: Sequence[str]) -> list[Row]:
    """Measure what is asked for; what shares servers is measured together."""
    wanted = set(only)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="duebot-bench-") as name:
        folder = Path(name)
        if "R1" in wanted:
            rows += await rendering_rows()
        if "N1" in wanted:
            rows += await telling_rows()
        if "C6" in wanted:
            rows += await latency_rows(folder, invoices=sizes.slow_invoices, rounds=3)
        if wanted - {"R1", "C6", "N1"}:
            rows += await _measure_full(folder, sizes, wanted)
    return rows


async def _measure_full(folder: Path, sizes: Sizes, wanted: set[str]) -> list[Row]:
    rows: list[Row] = []
    async with billing(sizes.invoices) as api, workspace() as slack:
        if wanted & {"C1", "C2", "C3", "C5"}:
            rows += await sync_rows(
                api, folder, invoices=sizes.invoices, rounds=sizes.sync_rounds
            )
        config = await fill(api, folder)
        if wanted & {"S1", "S2", "S3"}:
            rows += await question_rows(
                slack, config, rounds=sizes.rounds, seconds=sizes.seconds
            )
        if "H1" in wanted:
            rows += await heavy_rows(
                slack, config, rounds=sizes.rounds, seconds=sizes.seconds / 2
            )
        if "S4" in wanted:
            rows += await during_sync_rows(
                slack,
                folder,
                api_port=api.port,
                every=sizes.read_every,
                seconds=sizes.during_sync_seconds,
            )
        if "S5" in wanted:
            rows += await socket_rows(
                slack,
                folder,
                api_port=api.port,
                rounds=3,
                questions=sizes.envelopes,
            )
    return rows


if __name__ == "__main__":
    main()

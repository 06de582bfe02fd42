"""The long crash test: ``python -m tests.e2e.long_crash [--events N] [--kills N]``.

Takes about ten minutes and prints its figures; exit code 1 when anything was lost,
doubled or out of order. `tests/e2e/test_crash.py` runs a shorter one.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.e2e.crash import Plan, run_crashes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20211108)
    asked = parser.parse_args()
    plan = Plan(
        events=asked.events,
        kills=asked.kills,
        seed=asked.seed,
        pause=(0.3, 2.0),
        broken=0.5,
        burst=3,
        finish_seconds=600,
    )
    with tempfile.TemporaryDirectory(prefix="duebot-crash-") as folder:
        figures = asyncio.run(run_crashes(plan, Path(folder)))
    for name, text in figures.rows():
        sys.stdout.write(f"{name:<18} {text:>9}\n")
    return 0 if figures.is_right else 1


if __name__ == "__main__":
    sys.exit(main())

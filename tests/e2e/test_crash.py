"""Killed at random moments, nothing is lost and nothing is told twice."""

from pathlib import Path

import pytest

from tests.e2e.crash import FAULTS, Plan, run_crashes


@pytest.mark.timeout(400)  # a minute, and more on a busy machine
async def test_kills_and_faults_lose_nothing_and_double_nothing(
    tmp_path: Path,
) -> None:
    """Each fault once; `python -m tests.e2e.long_crash` goes on for much longer."""
    plan = Plan(
        events=60,
        kills=len(FAULTS),
        pause=(0.5, 1.5),
        filed=0.8,
        away_steps=4,
        finish_seconds=180,  # a delivery may wait a minute for its next try
    )
    figures = await run_crashes(plan, tmp_path)
    assert figures.is_right, figures
    assert (figures.events, figures.kills) == (plan.events, plan.kills)
    assert figures.faults > len(FAULTS), "all of them, and Slack away for an hour"
    assert figures.found_by_search, "a lost answer was looked for"
    assert figures.files, "files were wanted"
    assert figures.closings, "channels were archived"
    assert figures.payments, "invoices were paid"
    assert figures.updates, "messages were updated"

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.metrics import Metrics
from storage import cursors
from storage.cursors import RunEnd
from storage.store import Store

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


async def read_well(store: Store, name: str, *, ago: timedelta) -> None:
    run = await store.run(cursors.attempted, name, provider="i3dnet", now=NOW - ago)
    await store.run(cursors.succeeded, name, RunEnd(run=run, now=NOW - ago))


async def test_a_removed_connection_does_not_grow_old(store: Store) -> None:
    await read_well(store, "i3d", ago=timedelta(minutes=5))
    await read_well(store, "gone", ago=timedelta(days=400))
    text = Metrics(store=store, connections=["i3d"], now=lambda: NOW).text().decode()
    assert 'duebot_sync_age_seconds{connection="i3d"} 300.0' in text
    assert "gone" not in text


@pytest.mark.parametrize("outcome", ["answered", "refused", "no database", "defect"])
def test_questions_are_counted_by_how_they_ended(store: Store, outcome: str) -> None:
    metrics = Metrics(store=store, connections=[], now=lambda: NOW)
    metrics.question(outcome, 0.002)
    text = metrics.text().decode()
    assert f'duebot_questions_total{{outcome="{outcome}"}} 1.0' in text
    assert "duebot_question_seconds_count 1.0" in text


def test_a_database_that_cannot_be_read_is_a_figure_too(tmp_path: Path) -> None:
    store = Store(tmp_path / "duebot.db")
    metrics = Metrics(store=store, connections=["i3d"], now=lambda: NOW)
    assert "duebot_database_works 1.0" in metrics.text().decode()
    store.close()
    assert "duebot_database_works 0.0" in metrics.text().decode()

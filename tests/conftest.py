"""Fixtures that more than one folder of tests needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio; Bolt needs it."""
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh database file with every migration applied."""
    opened = Store(tmp_path / "duebot.db")
    yield opened
    opened.close()

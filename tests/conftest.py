"""Fixtures that more than one folder of tests needs."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store

SNAPSHOTS = Path(__file__).parent / "snapshots"

#: Where a test may connect to; anything else is a mistake in the test.
LOOPBACK = ("127.", "::1", "localhost")


def _refuse_the_world(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if not host.startswith(LOOPBACK):
        raise PermissionError(f"a test tried to reach {host}")


sys.addaudithook(_refuse_the_world)

#: Compares a value with the JSON saved under a name in tests/snapshots.
Saved = Callable[[str, object], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one way to update the saved outputs: pytest --update-snapshots."""
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        help="write what the views give to tests/snapshots instead of comparing",
    )


@pytest.fixture
def saved(request: pytest.FixtureRequest) -> Saved:
    """Compare with a saved output; `pytest --update-snapshots` writes it anew."""
    update = request.config.getoption("--update-snapshots")

    def compare(name: str, value: object) -> None:
        path = SNAPSHOTS / f"{name}.json"
        text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"nothing is saved as {name}: pytest --update-snapshots"
        assert json.loads(text) == json.loads(path.read_text(encoding="utf-8"))

    return compare


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

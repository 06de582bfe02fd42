"""What stands in the log, and what must not."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import structlog
from slack_sdk.errors import SlackApiError

from bot.log import set_up_logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """A log as JSON, and logging as it was before when the test is over."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs({"DUEBOT_LOG": "json"}, stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def read(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def refusal(answer: object) -> SlackApiError:
    return SlackApiError("no", answer)  # type: ignore[no-untyped-call]  # Slack's


LOST = {
    "Slack refuses": refusal({"ok": False, "error": "invalid_auth"}),
    "nobody answers": aiohttp.ClientError("no answer"),
    "no network": ConnectionRefusedError("no"),
    "too slow": TimeoutError(),
}


@pytest.mark.parametrize("error", LOST.values(), ids=LOST)
def test_slack_that_is_away_leaves_no_traceback(
    lines: io.StringIO, error: Exception
) -> None:
    try:
        raise error
    except Exception:
        logging.getLogger("slack_bolt.App").exception("Failed to connect; Retrying...")
    line = read(lines)
    assert line["event"] == "Failed to connect; Retrying..."
    assert line["cause"] == type(error).__name__
    assert "exception" not in line


def test_nor_does_a_package_that_stumbles_over_the_answer(lines: io.StringIO) -> None:
    try:
        try:
            raise refusal("<html>")
        except SlackApiError as error:
            error.response.get("error")
    except AttributeError:
        logging.getLogger("slack_bolt").exception("Failed to connect")
    assert read(lines)["cause"] == "SlackApiError"


@pytest.mark.parametrize("name", ["slack_bolt", "bot.flows.sync"])
def test_a_defect_keeps_its_traceback(lines: io.StringIO, name: str) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger(name).exception("defect")
    assert "Traceback" in read(lines)["exception"]

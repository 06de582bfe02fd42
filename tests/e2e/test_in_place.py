"""What is pressed on a shared answer changes that answer, for everybody who sees it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.views import ids
from sandbox.app import Running, start
from sandbox.slack.messages import Message
from tests.e2e.desk import Desk, command, opened, press

USER, CHANNEL = "U0AKIKO", "C0BILLING"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        yield sandbox


async def shared(desk: Desk) -> Message:
    """Share a list that has more than one page; return its message."""
    body = command("/invoices", "2021 oldest")(desk, USER, CHANNEL)
    private = json.loads(json.loads(await desk.send(body))[0])
    value = button(private["blocks"], "Share here")["value"]
    share = press(ids.ANSWER_SHARE)(desk, USER, CHANNEL)
    share["actions"][0]["value"] = value
    await desk.send(share)
    return desk.running.workspace.messages[CHANNEL][-1]


def button(blocks: list[dict[str, Any]], label: str) -> dict[str, Any]:
    (found,) = [
        element
        for block in blocks
        for element in block.get("elements", ())
        if label in str(element.get("text"))
    ]
    return dict(found)


async def click(
    desk: Desk, message: Message, label: str, *, user: str = USER
) -> dict[str, Any]:
    """Press a button of a message; return what was sent to its response URL."""
    pressed = button(message.blocks, label)
    workspace = desk.running.workspace
    body = press(pressed["action_id"])(desk, user, CHANNEL)
    body["actions"][0]["value"] = pressed["value"]
    body["container"]["message_ts"] = body["message"]["ts"] = message.ts
    body["response_url"] = workspace.new_response_url(
        user, CHANNEL, message_ts=message.ts
    )
    before = len(workspace.calls)
    await desk.send(body)
    (use,) = [c for c in workspace.calls[before:] if c["method"] == "response_url"]
    assert use["error"] is None
    sent: dict[str, Any] = use["args"]["body"]
    return sent


@pytest.mark.parametrize("label", ["Next", "Refresh"])
async def test_a_shared_answer_is_replaced_for_everybody(
    running: Running, tmp_path: Path, label: str
) -> None:
    async with opened(tmp_path, running) as desk:
        message = await shared(desk)
        count, old = len(running.workspace.messages[CHANNEL]), message.blocks
        sent = await click(desk, message, label)
        assert sent["response_type"] == "in_channel"
        assert sent["replace_original"] is True
        assert len(running.workspace.messages[CHANNEL]) == count
        assert message.only_for is None
        assert (message.blocks != old) or label == "Refresh"
        assert message.text == sent["text"]


async def test_a_refusal_on_a_shared_answer_is_private_and_leaves_it(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        message = await shared(desk)
        old = message.text
        sent = await click(desk, message, "Next", user="U0GONE")
        assert sent["response_type"] == "ephemeral"
        assert sent["replace_original"] is False
        assert message.text == old
        assert running.workspace.messages[CHANNEL][-1].only_for == "U0GONE"

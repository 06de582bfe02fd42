"""The menu beside an answer asks again, in its place."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.views.instead import MENU
from sandbox.app import Running, start
from tests.e2e.desk import Desk, command, opened, press

USER, CHANNEL = "U0AKIKO", "C0BILLING"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        yield sandbox


async def menu(desk: Desk, text: str) -> dict[str, Any]:
    """Type a command; return the menu beside its answer."""
    name, _, rest = text.partition(" ")
    sent = json.loads(await desk.send(command(name, rest)(desk, USER, CHANNEL)))
    (found,) = [
        block["accessory"]
        for block in json.loads(sent[0])["blocks"]
        if "accessory" in block
    ]
    assert found["action_id"] == MENU
    return dict(found)


async def choose(desk: Desk, menu: dict[str, Any], label: str) -> dict[str, Any]:
    """Choose an option beside a private answer; return what replaces it."""
    options = [one for group in menu["option_groups"] for one in group["options"]]
    (option,) = [one for one in options if one["text"]["text"] == label]
    body = press(MENU)(desk, USER, CHANNEL)
    workspace = desk.running.workspace
    body["response_url"] = workspace.new_response_url(USER, CHANNEL)
    body["container"]["is_ephemeral"] = True
    body["actions"][0] |= {"type": "static_select", "selected_option": option}
    del body["actions"][0]["value"]
    before = len(workspace.calls)
    await desk.send(body)
    (use,) = [c for c in workspace.calls[before:] if c["method"] == "response_url"]
    assert use["error"] is None
    shown: dict[str, Any] = use["args"]["body"]
    return shown


@pytest.mark.parametrize(
    ("text", "label", "line"),
    [
        ("/unpaid eur", "Any currency", "Unpaid invoices · all connections · read"),
        ("/unpaid eur", "Any status", "Invoices · all connections · EUR"),
        ("/invoices 2021 8", "Previous month", "Invoices · July 2021"),
        ("/invoices 2021 8 over 100", "Any amount", "Invoices · August 2021 · all"),
    ],
)
async def test_one_click_asks_again_in_place(
    running: Running, tmp_path: Path, text: str, label: str, line: str
) -> None:
    async with opened(tmp_path, running) as desk:
        shown = await choose(desk, await menu(desk, text), label)
        assert shown["replace_original"]
        assert shown["response_type"] == "ephemeral"
        assert line in json.dumps(shown["blocks"], ensure_ascii=False)


async def test_who_may_not_ask_is_told_nothing_by_the_menu(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        found = await menu(desk, "/unpaid")
        running.workspace.people["U0AKIKO"] = running.workspace.people["U0GONE"]
    async with opened(tmp_path, running) as desk:
        shown = json.dumps(await choose(desk, found, "Any status"))
        assert not any(secret in shown for secret in desk.hidden())

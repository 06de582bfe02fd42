"""A workspace that has not got Slack's newer blocks still sees every answer."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.flows.abilities import Abilities
from bot.views import ids
from bot.views.plainer import NATIVE
from sandbox.app import Running, start
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import Message
from tests.e2e.desk import Desk, command, event, opened, press

USER, CHANNEL, DIRECT = "U0AKIKO", "C0BILLING", "D0AKIKO"
#: What a workspace refuses, and the kind of block that the rows then come in.
WORKSPACES: dict[str, tuple[frozenset[str], str]] = {
    "all are taken": (frozenset(), "data_table"),
    "no data_table": (frozenset({"data_table"}), "table"),
    "no tables": (frozenset({"data_table", "table"}), "section"),
    "no charts": (frozenset({"data_visualization"}), "data_table"),
    "nothing new": (
        frozenset({"data_table", "table", "data_visualization"}),
        "section",
    ),
}


@pytest.fixture(params=list(WORKSPACES.values()), ids=list(WORKSPACES))
def workspace(request: pytest.FixtureRequest) -> tuple[frozenset[str], str]:
    """What is refused, and what rows come in."""
    return request.param  # type: ignore[no-any-return]  # from the table above


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        yield sandbox


async def acknowledged(desk: Desk, text: str, *, url: str = "") -> list[dict[str, Any]]:
    """Type a command; return the blocks of the acknowledgement."""
    name, _, rest = text.partition(" ")
    body = command(name, rest)(desk, USER, CHANNEL) | {"response_url": url}
    answer = json.loads((json.loads(await desk.send(body)))[0])
    blocks: list[dict[str, Any]] = answer["blocks"]
    return blocks


async def mentioned(desk: Desk, text: str) -> list[dict[str, Any]]:
    """Mention the bot; return the calls that post the answer."""
    workspace = desk.running.workspace
    said = Message(channel=CHANNEL, ts=workspace.new_ts(), user=USER, text=text)
    workspace.store(said)
    calls, before = workspace.calls, len(workspace.calls)
    body = event("app_mention", f"<@{BOT_USER}> {text}")(desk, USER, CHANNEL)
    body["event"]["ts"] = said.ts
    await desk.send(body)
    return [c for c in calls[before:] if c["method"] == "chat.postMessage"]


def kinds(blocks: list[dict[str, Any]]) -> set[str]:
    return {block["type"] for block in blocks}


async def test_rows_come_in_the_richest_form_that_is_taken(
    running: Running, tmp_path: Path, workspace: tuple[frozenset[str], str]
) -> None:
    refused, rows = workspace
    running.workspace.refused_blocks = refused
    async with opened(tmp_path, running) as desk:
        await desk.services.slack.abilities.find_out(desk.services.slack.takes)
        numbers = [each.number for each in desk.invoices[:3]]
        for text in ("/invoices all", "/invoices all by month as chart"):
            shown = await acknowledged(desk, text)
            assert not kinds(shown) & refused
            assert rows in kinds(shown)
        listed = json.dumps(await acknowledged(desk, "/invoices all"))
        assert all(number in listed for number in numbers)
        (post,) = await mentioned(desk, "invoices all by month as chart")
        assert post["error"] is None
        drawn = "data_visualization" in kinds(post["args"]["blocks"])
        assert drawn == ("data_visualization" not in refused)


async def test_without_being_told_a_refused_message_is_sent_again_plainer(
    running: Running,
    tmp_path: Path,
    workspace: tuple[frozenset[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused, rows = workspace
    running.workspace.refused_blocks = refused
    monkeypatch.setattr("bot.slack.Slack.takes", _silent)
    async with opened(tmp_path, running) as desk:
        posts = await mentioned(desk, "invoices all")
        assert posts[-1]["error"] is None
        assert rows in kinds(posts[-1]["args"]["blocks"])
        assert len(posts) == (1 if "data_table" not in refused else len(posts))
        (again,) = await mentioned(desk, "invoices all")  # what was learned counts
        assert again["error"] is None
        assert kinds(again["args"]["blocks"]) == kinds(posts[-1]["args"]["blocks"])
        shared = press(ids.ANSWER_SHARE)(desk, USER, CHANNEL)
        assert "invalid_blocks" not in await desk.send(shared)
        kept = Abilities(desk.core.store)
        assert kept.refused == desk.services.slack.abilities.refused
        assert kept.refused <= refused | {"data_visualization"}


async def test_an_acknowledgement_takes_no_risk_and_is_drawn_anew_where_slack_answers(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.Slack.takes", _silent)
    workspace = running.workspace
    async with opened(tmp_path, running) as desk:
        url = workspace.new_response_url(USER, CHANNEL)
        shown = await acknowledged(desk, "/invoices all", url=url)
        assert kinds(shown) >= {"table"}
        assert "data_table" not in kinds(shown)
        (use,) = [c for c in workspace.calls if c["method"] == "response_url"]
        assert use["error"] is None
        assert "data_table" in kinds(use["args"]["body"]["blocks"])
        later = await acknowledged(desk, "/invoices all", url=url)  # now it is known
        assert "data_table" in kinds(later)
        assert len([c for c in workspace.calls if c["method"] == "response_url"]) == 1


async def test_a_response_url_that_refuses_is_given_the_plainer_form(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.Slack.takes", _silent)
    workspace = running.workspace
    workspace.refused_blocks = frozenset({"data_table"})
    async with opened(tmp_path, running) as desk:
        url = workspace.new_response_url(USER, CHANNEL)
        await acknowledged(desk, "/invoices all", url=url)
        uses = [c for c in workspace.calls if c["method"] == "response_url"]
        assert [use["error"] for use in uses] == ["invalid_blocks", None]
        assert "table" in kinds(uses[-1]["args"]["body"]["blocks"])
        assert desk.services.slack.abilities.refused == {"data_table"}


async def test_one_bad_message_is_not_the_workspaces_fault(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        slack = desk.services.slack
        await slack.abilities.find_out(slack.takes)
        rows = [[{"type": "raw_text", "text": text}] for text in ("A", "")]
        bad = {"type": "data_table", "caption": "Bad", "rows": rows}
        text = {"type": "section", "text": {"type": "mrkdwn", "text": "Three invoices"}}
        await slack.post(CHANNEL, text="Three", blocks=[text, bad])
        assert slack.abilities.refused == frozenset()


#: What a Slack refuses that has no cards, and one that has nothing new.
NO_CARDS = [frozenset({"card"}), frozenset(NATIVE)]


def words_of(blocks: list[dict[str, Any]]) -> list[str]:
    """Every line that is written, buttons and tables aside; without bold."""
    said = []
    for block in blocks:
        parts = [block.get(name) for name in ("title", "subtitle", "body", "text")]
        parts += [*block.get("fields", ())]
        parts += block["elements"] if block["type"] == "context" else []
        said += [each["text"] for each in parts if each]
    return [line.strip("*") for text in said for line in text.split("\n")]


def buttons_of(blocks: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Every button, in order within what it does: its words, action and value."""
    return sorted(
        (each["text"]["text"], each["action_id"], each["value"])
        for block in blocks
        for each in (*block.get("elements", ()), *block.get("actions", ()))
        if each["type"] == "button"
    )


async def everywhere(desk: Desk, number: str) -> dict[str, list[dict[str, Any]]]:
    """Ask about one invoice at every door; return the blocks of each answer."""
    private = await acknowledged(desk, f"/invoice {number}")
    (share,) = [
        each
        for block in private
        for each in block.get("elements", ())
        if each.get("action_id") == ids.ANSWER_SHARE
    ]
    body = press(ids.ANSWER_SHARE)(desk, USER, CHANNEL)
    body["actions"][0]["value"] = share["value"]
    await desk.send(body)
    shared = desk.running.workspace.messages[CHANNEL][-1].blocks
    mention = await mentioned(desk, f"invoice {number}")
    calls = desk.running.workspace.calls
    await desk.send(event("message", f"invoice {number}")(desk, USER, DIRECT))
    direct = [c for c in calls if c["method"] == "chat.postMessage"][-1]
    assert direct["args"]["channel"] == DIRECT
    return {
        "ephemeral": private,
        "shared": shared,
        "mention": mention[-1]["args"]["blocks"],
        "direct": direct["args"]["blocks"],
    }


@pytest.mark.parametrize("refused", NO_CARDS, ids=["no cards", "nothing new"])
async def test_without_a_card_every_fact_is_said_and_every_button_is_there(
    running: Running, tmp_path: Path, refused: frozenset[str]
) -> None:
    async with opened(tmp_path, running) as desk:
        slack = desk.services.slack
        number = desk.invoices[-1].number
        await slack.abilities.find_out(slack.takes)
        rich = await everywhere(desk, number)
        running.workspace.refused_blocks = refused
        await slack.abilities.find_out(slack.takes)
        plain = await everywhere(desk, number)
        for door, shown in rich.items():
            assert shown[0]["type"] == "card", door
            assert len(shown[0]["actions"]) == 2
            assert not kinds(plain[door]) & refused
            assert buttons_of(plain[door]) == buttons_of(shown), door
            # A table that is refused, too, becomes lines of its own.
            facts = words_of(shown)
            assert [each for each in facts if each not in words_of(plain[door])] == []
            assert any(number in each for each in facts)


async def test_a_card_is_not_risked_where_nobody_hears_of_a_refusal(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.Slack.takes", _silent)
    workspace = running.workspace
    async with opened(tmp_path, running) as desk:
        text = f"/invoice {desk.invoices[-1].number}"
        url = workspace.new_response_url(USER, CHANNEL)
        shown = await acknowledged(desk, text, url=url)
        assert "card" not in kinds(shown)
        (use,) = [c for c in workspace.calls if c["method"] == "response_url"]
        assert use["error"] is None
        drawn = use["args"]["body"]["blocks"]
        assert "card" in kinds(drawn)
        assert buttons_of(drawn) == buttons_of(shown)
        later = await acknowledged(desk, text, url=url)  # now it is known
        assert "card" in kinds(later)


async def test_a_refused_card_is_sent_again_without_and_remembered(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.Slack.takes", _silent)
    running.workspace.refused_blocks = frozenset({"card"})
    async with opened(tmp_path, running) as desk:
        number = desk.invoices[-1].number
        posts = await mentioned(desk, f"invoice {number}")
        assert [each["error"] for each in posts] == ["invalid_blocks", None]
        sent = posts[-1]["args"]["blocks"]
        assert "card" not in kinds(sent)
        assert number in words_of(sent)[0]
        assert Abilities(desk.core.store).refused == {"card"}
        (again,) = await mentioned(desk, f"invoice {number}")
        assert again["error"] is None


async def _silent(_slack: object, _blocks: object) -> None:
    """Answer as a Slack that does not know `blocks.validate`."""

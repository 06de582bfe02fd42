"""`manifest.yml` against Slack's schema, and against what the code answers."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.commands import StopError
from bot.commands.check import check_manifest
from bot.commands.manifest import for_http, read_manifest

HERE = Path(__file__).parent
ROOT = HERE.parent

#: Scope -> the place that needs it (Slack's method pages name the scope).
NEEDED = {
    "commands": "bot/listeners/commands.py",
    "chat:write": "chat.postMessage",
    "files:write": "files.getUploadURLExternal",
    "app_mentions:read": "app_mention",
    "im:history": "app.event",
    "im:write": "conversations.open",
    "users:read": "users.info",
    "channels:read": "conversations.info",
    "groups:read": "conversations.info",
    "im:read": "conversations.info",
    "channels:history": "conversations_history",
    "groups:history": "conversations_history",
    "chat:write.public": "chat.postMessage",
    "usergroups:read": "usergroups.users.list",
}


@pytest.fixture
def schema() -> dict[str, Any]:
    path = HERE / "samples" / "slack" / "manifest.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_the_manifest_is_valid(schema: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(schema).validate(read_manifest())


def test_the_manifest_for_http_is_valid(schema: dict[str, Any]) -> None:
    manifest = for_http(read_manifest(), "https://duebot.example")
    jsonschema.Draft7Validator(schema).validate(manifest)
    assert manifest["settings"]["socket_mode_enabled"] is False
    urls = {each["url"] for each in manifest["features"]["slash_commands"]}
    assert urls == {"https://duebot.example/slack/events"}


def test_http_needs_a_public_address() -> None:
    with pytest.raises(StopError, match="https"):
        for_http(read_manifest(), "http://duebot.example")


def test_commands_in_code_are_those_in_the_manifest() -> None:
    assert [each.level for each in check_manifest(read_manifest())] == ["ok"]


def test_a_missing_and_an_unanswered_command_are_found() -> None:
    manifest = read_manifest()
    manifest["features"]["slash_commands"][0]["command"] = "/refunds"
    findings = [each.finding for each in check_manifest(manifest)]
    assert findings == [
        "manifest.yml lacks the command /invoices",
        "nothing answers the command /refunds of manifest.yml",
    ]


def test_every_scope_is_needed_and_has_its_reason_beside_it() -> None:
    text = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    scopes = yaml.safe_load(text)["oauth_config"]["scopes"]
    asked = scopes["bot"] + scopes["bot_optional"]
    assert sorted(asked) == sorted(NEEDED)
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")
    )
    for scope in asked:
        line = next(
            line for line in text.splitlines() if line.strip().startswith(f"- {scope} ")
        )
        assert "#" in line, f"{scope} has no reason"
        place = NEEDED[scope]
        assert place in code or (ROOT / place).exists(), f"nothing needs {scope}"

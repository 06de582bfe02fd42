"""`manifest.yml` against Slack's schema, and against what the code answers."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import yaml

from bot.commands import StopError
from bot.commands.check import check_manifest
from bot.commands.manifest import for_http, read_manifest
from bot.listeners import register_listeners
from bot.views import ids

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


def test_commands_and_shortcuts_in_code_are_those_in_the_manifest() -> None:
    assert [each.level for each in check_manifest(read_manifest())] == ["ok"]


def test_a_missing_and_an_unanswered_command_are_found() -> None:
    manifest = read_manifest()
    manifest["features"]["slash_commands"][0]["command"] = "/refunds"
    manifest["features"]["shortcuts"][0]["callback_id"] = "refund"
    findings = [each.finding for each in check_manifest(manifest)]
    assert findings == [
        "manifest.yml lacks the command /invoices",
        "nothing answers the command /refunds of manifest.yml",
        "manifest.yml lacks the shortcut find_invoices",
        "nothing answers the shortcut refund of manifest.yml",
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


class Recorder:
    """Stands in for Bolt's app: keeps what is listened to, the catch-alls left out."""

    def __init__(self) -> None:
        self.listening: dict[str, list[str]] = {}

    def __getattr__(self, kind: str) -> Callable[[Any], Callable[[Any], None]]:
        def add(what: Any) -> Callable[[Any], None]:
            pattern = re.escape(what) if isinstance(what, str) else what.pattern
            if pattern != ".*":
                self.listening.setdefault(kind, []).append(pattern)
            return lambda listener: None

        return add

    def answers(self, kind: str, said: str) -> bool:
        return any(re.fullmatch(each, said) for each in self.listening[kind])


@pytest.fixture
def recorder() -> Recorder:
    made = Recorder()
    register_listeners(made, SimpleNamespace())  # type: ignore[arg-type]  # see there
    return made


def test_each_shortcut_of_the_manifest_has_a_listener_and_no_other_is_listened_to(
    recorder: Recorder,
) -> None:
    declared = {
        each["callback_id"] for each in read_manifest()["features"]["shortcuts"]
    }
    assert declared == set(ids.SHORTCUTS)
    assert sorted(map(re.escape, declared)) == sorted(recorder.listening["shortcut"])


def test_each_event_of_the_manifest_has_a_listener_and_no_other_is_listened_to(
    recorder: Recorder,
) -> None:
    declared = read_manifest()["settings"]["event_subscriptions"]["bot_events"]
    kinds = {each.partition(".")[0] for each in declared}
    assert kinds == set(recorder.listening["event"])


def test_each_command_of_the_manifest_has_a_listener(recorder: Recorder) -> None:
    declared = [
        each["command"] for each in read_manifest()["features"]["slash_commands"]
    ]
    assert sorted(map(re.escape, declared)) == sorted(recorder.listening["command"])


def test_each_action_has_a_listener_and_no_other_is_listened_to(
    recorder: Recorder,
) -> None:
    for action in ids.ACTIONS:
        assert recorder.answers("action", action), action
        assert recorder.answers("action", f"{action}:2"), action
    assert len(recorder.listening["action"]) == len(ids.ACTIONS)


def test_each_view_that_is_submitted_has_a_listener(recorder: Recorder) -> None:
    assert sorted(recorder.listening["view"]) == sorted(map(re.escape, ids.VIEWS))


def test_the_home_tab_is_on() -> None:
    home = read_manifest()["features"]["app_home"]
    assert home["home_tab_enabled"]
    assert home["messages_tab_enabled"]

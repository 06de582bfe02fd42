"""The configuration file: what it means, and what a mistake in it says."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings

GOOD = """
[bot]
timezone = "Europe/Amsterdam"
fresh_for = "5m"
[sync]
every = "1s"
remind_after = ["7d", "30d"]
[connections.tokyo]
provider = "lineworks"
currency = "JPY"
payment_terms = "30d"
since = 2024
[connections.tokyo.auth]
kind = "token"
token = "env:LW_TOKEN"
[connections.i3d]
provider = "i3dnet"
base_url = "https://api.i3d.net/v3/"
token = "file:i3d.key"
[[subscriptions]]
channel = "C0BILLING"
[[subscriptions]]
channel = "C0BILLING"
connections = ["i3d"]
when = "0 9 * * mon-fri"
"""
ENVIRON = {"LW_TOKEN": "lw-secret", "SLACK_BOT_TOKEN": "xoxb-1"}


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "duebot.toml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "i3d.key").write_text("i3d-secret\n", encoding="utf-8")
    return read_settings(path, ENVIRON)


def test_a_whole_file(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    tokyo, i3d = settings.connections
    assert settings.sync.every == timedelta(seconds=1)
    assert settings.sync.remind_after == (timedelta(days=7), timedelta(days=30))
    assert settings.database == tmp_path / "duebot.db"
    assert tokyo.auth == {"kind": "token", "token": "lw-secret"}
    assert tokyo.timezone.key == "Asia/Tokyo"
    assert tokyo.payment_terms == timedelta(days=30)
    assert (i3d.token, i3d.base_url) == ("i3d-secret", "https://api.i3d.net/v3")
    assert settings.subscriptions[0].events == ("issued", "overdue")
    assert settings.secrets.api_url == "https://slack.com/api/"
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("table", "days"),
    [("", 90), ('[storage]\nkeep_deliveries = "14d"\n', 14)],
    ids=["three months", "as configured"],
)
def test_how_long_deliveries_are_kept(tmp_path: Path, table: str, days: int) -> None:
    settings = read(tmp_path, table + GOOD)
    assert settings.keep_deliveries == timedelta(days=days)


def test_secrets_are_in_no_representation(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    for secret in ("lw-secret", "i3d-secret", "xoxb-1"):
        assert secret not in repr(settings)


def test_a_secret_written_openly_works_and_is_warned_of(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD.replace("file:i3d.key", "open-secret"))
    (warning,) = settings.warnings
    assert "connections.i3d.token" in warning
    assert "open-secret" not in warning


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        pytest.param(
            "fresh_for", "freshfor", ["bot.freshfor", "fresh_for"], id="unknown key"
        ),
        pytest.param(
            'provider = "lineworks"',
            'provider = "linework"',
            ["connections.tokyo.provider", "lineworks"],
            id="unknown provider",
        ),
        pytest.param(
            'provider = "lineworks"', "", ["connections.tokyo.provider"], id="missing"
        ),
        pytest.param('"5m"', '"5 fortnights"', ["bot.fresh_for", "15m"], id="duration"),
        pytest.param('"5m"', '"0m"', ["bot.fresh_for", "15m"], id="no duration"),
        pytest.param("Amsterdam", "Amsterdm", ["bot.timezone", "IANA"], id="zone"),
        pytest.param(
            "env:LW_TOKEN",
            "env:NOT_SET",
            ["connections.tokyo.auth.token", "NOT_SET"],
            id="variable",
        ),
        pytest.param(
            "file:i3d.key",
            "file:gone.key",
            ["connections.i3d.token", "gone.key"],
            id="file",
        ),
        pytest.param(
            '"C0BILLING"\nconn', '"#billing"\nconn', ["subscriptions[2]"], id="channel"
        ),
        pytest.param(
            '["i3d"]', '["swo"]', ["subscriptions[2].connections", "swo"], id="name"
        ),
        pytest.param(
            "0 9 * * mon-fri", "every day", ["subscriptions[2].when"], id="cron"
        ),
        pytest.param("since = 2024", 'since = "x"', ["tokyo.since"], id="type"),
        pytest.param("[bot]", "[bot", ["not valid TOML"], id="syntax"),
        pytest.param(
            '"JPY"', '"yen"', ["connections.tokyo.currency", "JPY"], id="currency"
        ),
        pytest.param(
            '"JPY"',
            '"YEN"',
            ["connections.tokyo.currency", "ISO 4217", "JPY"],
            id="no currency",
        ),
        pytest.param(
            "[bot]",
            '[storage]\nurl = "postgresql://bot:secret@db/duebot"\n[bot]',
            ["storage.url", "this version keeps its data in SQLite alone"],
            id="another database",
        ),
        pytest.param(
            "[bot]",
            '[storage]\nurl = "sqlite:duebot.db"\n[bot]',
            ["storage.url", "sqlite:///duebot.db"],
            id="no path",
        ),
        pytest.param(
            "[connections.i3d]", '[connections."2021"]', ["letters"], id="bad name"
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_key_and_file(
    tmp_path: Path, was: str, now: str, said: list[str]
) -> None:
    assert was in GOOD
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, GOOD.replace(was, now))
    sentence = str(caught.value)
    assert "duebot.toml" in sentence
    assert "\n" not in sentence
    for part in said:
        assert part in sentence
    assert "secret" not in sentence


def test_a_missing_file_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--config"):
        read_settings(tmp_path / "nothing.toml", {})


def test_no_connection_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no connection"):
        read(tmp_path, "[bot]\n")

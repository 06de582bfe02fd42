"""`duebot check`: what works, what does not, and what to do next."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.text import Text
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import file_values, opened_core
from bot.commands.connection import check_connection
from bot.commands.finding import Finding
from bot.commands.manifest import read_manifest
from bot.exports.columns import clean
from bot.flows.preferences import overrides
from bot.listeners.commands import COMMANDS
from bot.settings import Settings, config_path, read_settings
from bot.slack import error_code, make_client, make_session
from bot.views.closed import how_to_open, why_closed
from bot.views.ids import SHORTCUTS
from storage import closures, doubts, outbox
from storage.errors import StorageError
from storage.preferences import every
from storage.reader import damage
from storage.store import Store

_NO_ANSWER = Finding("slack", "error", "Slack does not answer", "check the network")


async def check(config: Path | None, *, as_json: bool) -> int:
    """Check everything; exit code 1 when something must be mended."""
    settings = read_settings(config_path(config))
    findings = [finding async for finding in _findings(settings)]
    if as_json:
        report = {
            "ok": all(each.level != "error" for each in findings),
            "findings": [asdict(each) for each in findings],
        }
        json.dump(report, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        _print(findings)
    return 1 if any(each.level == "error" for each in findings) else 0


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    yield Finding("configuration", "ok", f"{settings.path} is valid")
    for warning in settings.warnings:
        yield Finding("configuration", "warning", warning)
    async with opened_core(settings) as core:
        yield check_database(core.store)
        for finding in check_deliveries(core.store):
            yield finding
        for said in overrides(core.store.read(every), file_values(settings)):
            yield Finding("settings", "ok", said)
        asked = map(check_connection, core.providers.values())
        for findings in await asyncio.gather(*asked):
            for finding in findings:
                yield finding
    async for finding in check_slack(settings):
        yield finding
    for finding in check_manifest(read_manifest()):
        yield finding


def check_database(store: Store) -> Finding:
    """Read the whole file, so that damage is found before somebody needs it."""
    try:
        found = store.read(damage)
    except StorageError as error:
        found = str(error)
    if found is None:
        return Finding("database", "ok", f"{store.path} is open and whole")
    return Finding(
        "database",
        "error",
        f"{store.path} is damaged: {found}",
        "stop Duebot and restore a backup",
    )


def check_deliveries(store: Store) -> list[Finding]:
    """Say which channels let no message in, and what cannot be sure or believed."""
    try:
        closed, states = store.read(closures.every), store.read(outbox.counts)
        doubted = store.read(doubts.every)
    except StorageError:  # said of the database already
        return []
    findings = [
        Finding(
            "channel",
            "warning",
            f"news for {each.channel} waits since {each.since:%Y-%m-%d %H:%M} UTC: "
            f"{why_closed(each.reason)}",
            how_to_open(each.reason),
        )
        for each in closed
    ]
    findings += [
        Finding(
            f"connection {name}",
            "warning",
            f"lists much less than before since {since:%Y-%m-%d %H:%M} UTC; nothing "
            "is withdrawn until that has been so for 24 hours",
            f"if it is true: duebot sync --connection {name} --believe",
        )
        for name, since in doubted.items()
    ]
    if uncertain := states.get("uncertain", 0):
        what = "delivery is" if uncertain == 1 else "deliveries are"
        findings.append(
            Finding(
                "deliveries",
                "warning",
                f"{uncertain} {what} uncertain: posted or not, nobody can tell",
                "duebot deliveries --uncertain",
            )
        )
    return findings


async def check_slack(settings: Settings) -> AsyncIterator[Finding]:
    """Try Slack's tokens, and compare the scopes with the manifest."""
    secrets = settings.secrets
    if secrets.bot_token is None:
        yield Finding(
            "slack", "error", "SLACK_BOT_TOKEN is not set", "see README, “Slack”"
        )
        return
    if settings.slack.transport == "http" and secrets.signing_secret is None:
        yield Finding(
            "slack",
            "error",
            "SLACK_SIGNING_SECRET is not set",
            "copy it from the app's Basic Information page",
        )
    async with make_session() as session:
        client = make_client(
            token=secrets.bot_token, api_url=secrets.api_url, session=session
        )
        yield await _bot_token(client)
        if settings.slack.transport == "socket":
            yield await _app_token(client, secrets.app_token)


async def _bot_token(client: AsyncWebClient) -> Finding:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        code = error_code(error)
        if code == "no_answer":
            return _NO_ANSWER
        return Finding(
            "slack", "error", f"Slack refuses SLACK_BOT_TOKEN ({code})", "reinstall"
        )
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
        return _NO_ANSWER
    team, user = answer.get("team"), answer.get("user")
    granted = {
        scope.strip()
        for name, value in answer.headers.items()
        if name.lower() == "x-oauth-scopes"
        for scope in str(value).split(",")
    }
    wanted = set(read_manifest()["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - granted) if granted else []
    if missing:
        return Finding(
            "slack",
            "error",
            f"{user} in {team} lacks the scopes {', '.join(missing)}",
            "reinstall the app with the manifest of `duebot manifest`",
        )
    return Finding("slack", "ok", f"{user} is installed in {team}")


async def _app_token(client: AsyncWebClient, app_token: str | None) -> Finding:
    if app_token is None:
        return Finding(
            "slack",
            "error",
            "SLACK_APP_TOKEN is not set",
            "make an app-level token with the scope connections:write",
        )
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        code = error_code(error)
        if code == "no_answer":
            return _NO_ANSWER
        return Finding(
            "slack",
            "error",
            f"Slack refuses SLACK_APP_TOKEN ({code})",
            "make an app-level token with the scope connections:write",
        )
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
        return _NO_ANSWER
    return Finding("slack", "ok", "Socket Mode is allowed")


def check_manifest(manifest: dict[str, Any]) -> list[Finding]:
    """Compare `manifest.yml` with the commands and shortcuts that the code answers."""
    features = manifest["features"]
    commands = {each["command"] for each in features["slash_commands"]}
    shortcuts = {each["callback_id"] for each in features.get("shortcuts", ())}
    findings = [
        *_differences("command", commands, set(COMMANDS)),
        *_differences("shortcut", shortcuts, set(SHORTCUTS)),
    ]
    return findings or [Finding("manifest", "ok", "manifest.yml fits the code")]


def _differences(what: str, declared: set[str], answered: set[str]) -> list[Finding]:
    said = [f"manifest.yml lacks the {what} {e}" for e in sorted(answered - declared)]
    said += [
        f"nothing answers the {what} {each} of manifest.yml"
        for each in sorted(declared - answered)
    ]
    step = "take the manifest.yml of this version"
    return [Finding("manifest", "error", each, step) for each in said]


def _print(findings: list[Finding]) -> None:
    console = Console(highlight=False)
    styles = {"ok": "green", "warning": "yellow", "error": "red"}
    for each in findings:
        line = Text(f"{each.level:<8}", style=styles[each.level])
        line.append(f"{each.what}: {clean(each.finding)}", style="default")
        if each.next_step:
            line.append(f" – {each.next_step}", style="default")
        # A finding stays on its line, however long, also in a file or a pipe.
        console.print(line, soft_wrap=True)

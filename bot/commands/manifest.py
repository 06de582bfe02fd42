"""`duebot manifest`: the Slack app, for Socket Mode or for HTTP."""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.commands import StopError


def read_manifest() -> dict[str, Any]:
    """Read `manifest.yml`: beside the packages, or inside an installed one."""
    beside = Path(__file__).parents[2] / "manifest.yml"
    if beside.is_file():
        text = beside.read_text(encoding="utf-8")
    else:
        text = (files("bot") / "manifest.yml").read_text(encoding="utf-8")
    manifest: dict[str, Any] = yaml.safe_load(text)
    return manifest


def for_http(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """Turn the manifest for Socket Mode into one whose requests come to *url*.

    Raises:
        StopError: *url* is no https address.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc:
        raise StopError(
            f'--url is "{url}"; write the public address as https://…', code=2
        )
    endpoint = url.rstrip("/")
    if not endpoint.endswith("/slack/events"):
        endpoint += "/slack/events"
    for command in manifest["features"]["slash_commands"]:
        command["url"] = endpoint
    settings = manifest["settings"]
    settings["event_subscriptions"]["request_url"] = endpoint
    settings["interactivity"]["request_url"] = endpoint
    settings["socket_mode_enabled"] = False
    return manifest


def print_manifest(url: str | None) -> int:
    """Print the manifest as YAML."""
    manifest = read_manifest()
    if url is not None:
        manifest = for_http(manifest, url)
    yaml.safe_dump(manifest, sys.stdout, sort_keys=False, allow_unicode=True)
    return 0

"""The arrows between packages: who may import whom, and what from outside."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"bot", "providers", "storage", "sandbox", "tests", "bench"}
PURE_OUTSIDE = {"msgspec", "pydantic", "babel", "rapidfuzz"}

#: Longest prefix first: module prefix -> (prefixes of ours, packages from outside).
ARROWS: dict[str, tuple[set[str], set[str]]] = {
    "bot.queries": ({"bot.queries", "providers.models"}, PURE_OUTSIDE),
    "bot.answers": (
        {
            "bot.answers",
            "bot.queries",
            # Events are words of answers too; these two know nothing of answers.
            "bot.tracking.events",
            "bot.tracking.digest",
            "providers.models",
        },
        PURE_OUTSIDE,
    ),
    "bot.tracking": (
        {"bot.tracking", "bot.answers", "bot.queries", "providers.models"},
        PURE_OUTSIDE,
    ),
    "bot.views": (
        {"bot.views", "bot.queries", "bot.answers", "bot.tracking", "providers.models"},
        PURE_OUTSIDE,
    ),
    "bot.exports": (
        {
            "bot.exports",
            "bot.answers",
            "bot.queries",
            "bot.views.words",
            "bot.views.lines",
            "providers.models",
        },
        {"xlsxwriter", "fpdf", "fontTools", "matplotlib"},
    ),
    "bot.flows": (
        {
            "bot.flows",
            "bot.exports",
            "bot.views",
            "bot.queries",
            "bot.answers",
            "bot.tracking",
            "providers",
            "storage",
        },
        {"msgspec", "structlog", "sqlite_utils", "slack_sdk", "aiohttp", "rapidfuzz"},
    ),
    "bot.listeners": (
        {
            "bot.listeners",
            "bot.exports",
            "bot.flows",
            "bot.views",
            "bot.queries",
            "bot.answers",
            "bot.slack",
            "bot.tasks",
            "bot.metrics",
            "storage",
        },
        {"slack_bolt", "structlog", "msgspec", "pydantic"},
    ),
    "bot.jobs": ({"bot.flows", "storage"}, {"apscheduler", "structlog"}),
    "bot.commands.demo": (OURS - {"tests", "bench"}, {"structlog"}),
    "bot": (OURS - {"sandbox", "tests", "bench"}, {"*"}),
    "providers.models": (set(), {"msgspec"}),
    "providers": ({"providers"}, {"httpx", "httpx_aiohttp", "msgspec", "*"}),
    "storage": ({"storage", "providers.models"}, PURE_OUTSIDE | {"sqlite_utils"}),
    "sandbox": (
        {"sandbox"},
        {"aiohttp", "msgspec", "fpdf", "jwt", "cryptography", "yaml"},
    ),
}
#: The Slack client belongs to delivery alone, the SQL library to what writes in one
#: transaction with the storage.
ONLY_IN = {
    "slack_sdk": {
        "bot.flows.deliver",
        "bot.flows.post",
        "bot.flows.updating",
        "bot.flows.upload",
        "bot.slack",
        "bot.uploads",
        "bot.slack_app",
        "bot.socket_mode",
        "bot.web",
        "bot.commands.check",
    },
    "slack_bolt": {"bot.listeners", "bot.slack_app", "bot.socket_mode", "bot.web"},
    "apscheduler": {"bot.jobs"},
    "matplotlib": {"bot.exports.picture"},
}


def modules() -> list[tuple[str, Path]]:
    found = []
    for package in sorted(OURS - {"tests", "bench"}):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "node_modules" not in parts:
                name = ".".join(p for p in parts if p != "__init__")
                found.append((name, path))
    return found


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, prefixes: set[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in prefixes)


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda each: str(each)[-40:])
def test_imports_follow_the_arrows(name: str, path: Path) -> None:
    rule = max((each for each in ARROWS if within(name, {each})), key=len)
    ours, outside = ARROWS[rule]
    for imported in imports(path):
        top = imported.partition(".")[0]
        if top in OURS:
            assert within(imported, ours), f"{name} must not import {imported}"
        elif top not in sys.stdlib_module_names and "*" not in outside:
            assert top in outside, f"{name} must not import {imported}"
        if top in ONLY_IN:
            assert within(name, ONLY_IN[top]), f"{name} must not import {imported}"


def test_every_module_is_covered() -> None:
    assert len(modules()) > 60

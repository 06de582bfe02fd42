"""The bot's configuration and environment while it is measured."""

from pathlib import Path

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - Slack's published example
TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-bench",
    "SLACK_APP_TOKEN": "xapp-bench",
    "SLACK_SIGNING_SECRET": SECRET,
}
#: Long enough that nothing is read again by itself.
NEVER = "300d"


def environ(slack_url: str) -> dict[str, str]:
    """Say what a process under test finds in its environment."""
    return {**TOKENS, "SLACK_API_URL": slack_url, "DUEBOT_LOG": "json"}


def write_config(
    folder: Path, *, api_port: int, transport: str = "http", every: str = NEVER
) -> Path:
    """Write a ``duebot.toml`` with one connection, to the API on that port."""
    path = folder / f"duebot-{transport}-{every}.toml"
    path.write_text(
        f"""
[bot]
timezone = "Europe/Amsterdam"
fresh_for = "{NEVER}"

[slack]
transport = "{transport}"

[http]
port = 0

[storage]
url = "sqlite:///duebot.db"

[sync]
every = "{every}"

[connections.swo]
provider = "softwareone"
base_url = "http://127.0.0.1:{api_port}/public/v1"
token = "bench"
""",
        encoding="utf-8",
    )
    return path

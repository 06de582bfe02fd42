"""The installed app: what its manifest declares and what the workspace granted it.

Source: Slack, App manifest reference (v2).
"""

from dataclasses import dataclass, replace
from typing import Any

import msgspec

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - it opens the sandbox and nothing else
APP_TOKEN = "xapp-sandbox"  # noqa: S105 - it opens the sandbox and nothing else
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 - as above
TEAM = "T0DUEBOT"
OTHER_TEAM = "T0OTHER"
APP = "A0DUEBOT"
BOT = "B0DUEBOT"
BOT_USER = "U0DUEBOT"
TEAM_DOMAIN = "duebot-sandbox"


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command as declared in the manifest."""

    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One shortcut as declared in the manifest; `kind` is `message` or `global`."""

    callback_id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in this workspace: its declarations and its granted scopes."""

    name: str
    commands: tuple[Command, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    shortcuts: tuple[Shortcut, ...] = ()
    home_tab: bool = False
    messages_tab: bool = True
    interactive: bool = True

    def without(self, *scopes: str) -> "Installation":
        """Return the same app installed without these scopes."""
        return replace(self, scopes=self.scopes - set(scopes))

    def granted(self, scopes: frozenset[str]) -> "Installation":
        """Return the same app installed with exactly these scopes."""
        return replace(self, scopes=scopes)

    def command(self, name: str) -> Command | None:
        """Find a declared command by its name, slash included."""
        return next((one for one in self.commands if one.command == name), None)


def read_manifest(text: str) -> Installation:
    """Install the app that a manifest (YAML or JSON) describes, optional scopes too.

    Raises:
        msgspec.DecodeError: The text is not YAML.
    """
    manifest: dict[str, Any] = msgspec.yaml.decode(text)
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    home = features.get("app_home", {})
    granted = manifest.get("oauth_config", {}).get("scopes", {})
    scopes = frozenset([*granted.get("bot", []), *granted.get("bot_optional", [])])
    bot = features.get("bot_user", {})
    return Installation(
        name=bot.get("display_name", manifest["display_information"]["name"]),
        commands=tuple(_command(one) for one in features.get("slash_commands", [])),
        scopes=scopes,
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        shortcuts=tuple(
            Shortcut(one["callback_id"], one["name"], one["type"])
            for one in features.get("shortcuts", [])
        ),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", False),
        interactive=settings.get("interactivity", {}).get("is_enabled", False),
    )


def _command(one: dict[str, Any]) -> Command:
    return Command(
        command=one["command"],
        description=one["description"],
        usage_hint=one.get("usage_hint", ""),
        should_escape=one.get("should_escape", False),
    )


#: What the demo installs; a test keeps it equal to the repository's manifest.
_SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "chat:write.public",
        "files:write",
        "app_mentions:read",
        "im:history",
        "im:read",
        "im:write",
        "users:read",
        "usergroups:read",
        "channels:read",
        "groups:read",
        "channels:history",
        "groups:history",
    }
)

DUEBOT = Installation(
    name="Duebot",
    commands=(
        Command(
            "/invoices",
            "Invoices of a month, a year or any period",
            "2021 8 [connection] [status] · help",
            should_escape=True,
        ),
        Command(
            "/unpaid",
            "What is still owed, overdue first",
            "[connection] [over 1000 eur] · help",
            should_escape=True,
        ),
        Command(
            "/overdue",
            "What should have been paid already",
            "[connection] [31-60] · help",
            should_escape=True,
        ),
        Command(
            "/invoice",
            "One invoice by its number",
            "F25-0000101 [pdf | lines | history | why]",
            should_escape=True,
        ),
    ),
    scopes=_SCOPES,
    events=frozenset({"app_home_opened", "app_mention", "message.im"}),
    shortcuts=(
        Shortcut("find_invoices", "Find invoices", "message"),
        Shortcut("ask_about_invoices", "Ask about invoices", "global"),
    ),
    home_tab=True,
)

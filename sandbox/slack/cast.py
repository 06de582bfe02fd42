"""The people and channels of the sandbox, always the same ones."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.installation import BOT_USER, OTHER_TEAM, TEAM


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody who can type; `kind` is `member`, `guest`, `outsider` or `deleted`."""

    id: str
    name: str
    title: str
    kind: str
    initials: str
    color: str
    timezone: str
    timezone_label: str
    offset_seconds: int
    locale: str = "en-US"
    team: str = TEAM

    @property
    def handle(self) -> str:
        """The short name that mentions and payloads carry."""
        return self.name.split()[0].lower()


@dataclass(slots=True)
class Channel:
    """A conversation; `kind` is `channel`, `private` or `dm`."""

    id: str
    name: str
    kind: str
    members: set[str]
    topic: str = ""
    shared: bool = False
    archived: bool = False
    read_only: bool = False
    partner: str | None = None
    created: int = 1_600_000_000

    @property
    def bot_member(self) -> bool:
        """Whether the bot may read and write here."""
        return BOT_USER in self.members


@dataclass(slots=True)
class UserGroup:
    """A user group, which only paid plans have."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)


def people() -> dict[str, Human]:
    """Return everybody of the sandbox by id."""
    tokyo = ("Asia/Tokyo", "Japan Standard Time", 32_400)
    amsterdam = ("Europe/Amsterdam", "Central European Time", 3_600)
    return {
        one.id: one
        for one in (
            Human(
                "U0AKIKO", "Akiko Tanaka", "Finance", "member", "AT", "#1d7a8c",
                *tokyo, locale="en-GB",
            ),
            Human(
                "U0LENA", "Lena Visser", "Operations", "member", "LV", "#8c4a1d",
                *amsterdam, locale="nl-NL",
            ),
            Human(
                "U0GUEST", "Gus Guest", "Auditor, guest", "guest", "GG", "#6b6b6b",
                *amsterdam,
            ),
            Human(
                "U0OUTER", "Olga Outer", "Partner company", "outsider", "OO", "#7a1d8c",
                *amsterdam, team=OTHER_TEAM,
            ),
        )
    }  # fmt: skip


def channels() -> dict[str, Channel]:
    """Return the channels the sandbox begins with, by id."""
    members = {"U0AKIKO", "U0LENA"}
    return {
        one.id: one
        for one in (
            Channel(
                "C0BILLING", "billing", "channel", {*members, "U0GUEST", BOT_USER},
                topic="Invoices, and what changed about them",
            ),
            Channel(
                "C0FINANCE", "finance", "private", {*members, BOT_USER},
                topic="Finance only",
            ),
            Channel("C0GENERAL", "general", "channel", {*members}, topic="Everybody"),
            Channel(
                "C0PARTNER", "partner-shared", "channel",
                {*members, "U0OUTER", BOT_USER},
                topic="With a partner company", shared=True,
            ),
        )
    }  # fmt: skip


def user_groups() -> dict[str, UserGroup]:
    """Return the workspace's user groups by id."""
    group = UserGroup("S0FINANCE", "finance-team", "Finance team", ["U0AKIKO"])
    return {group.id: group}


def user_object(person: Human) -> dict[str, Any]:
    """Describe a person as `users.info` does (Slack, User object)."""
    outsider = person.kind == "outsider"
    guest = person.kind == "guest"
    user: dict[str, Any] = {
        "id": person.id,
        "team_id": person.team,
        "name": person.handle,
        "deleted": person.kind == "deleted",
        "color": person.color.lstrip("#"),
        "real_name": person.name,
        "tz": person.timezone,
        "tz_label": person.timezone_label,
        "tz_offset": person.offset_seconds,
        "profile": {
            "title": person.title,
            "real_name": person.name,
            "display_name": person.handle,
            "team": person.team,
        },
        "is_admin": person.id == "U0AKIKO",
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": guest,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 1_600_000_000,
    }
    if outsider:
        user["is_stranger"] = True
    return user


def bot_object(name: str) -> dict[str, Any]:
    """Describe the bot's own user as `users.info` does."""
    return {
        "id": BOT_USER,
        "team_id": TEAM,
        "name": name.lower(),
        "deleted": False,
        "real_name": name,
        "tz": "Europe/Amsterdam",
        "tz_label": "Central European Time",
        "tz_offset": 3_600,
        "profile": {"real_name": name, "display_name": name, "team": TEAM},
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": True,
        "is_app_user": False,
        "updated": 1_600_000_000,
    }


def channel_object(channel: Channel) -> dict[str, Any]:
    """Describe a conversation as `conversations.info` does."""
    common: dict[str, Any] = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_org_shared": False,
        "context_team_id": TEAM,
        "updated": channel.created * 1000,
    }
    if channel.kind == "dm":
        return {**common, "is_im": True, "user": channel.partner, "priority": 0}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_general": channel.id == "C0GENERAL",
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_pending_ext_shared": False,
        "shared_team_ids": [TEAM, OTHER_TEAM] if channel.shared else [TEAM],
        "is_member": channel.bot_member,
        "is_read_only": channel.read_only,
        "creator": "U0AKIKO",
        "topic": {"value": channel.topic, "creator": "U0AKIKO", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }

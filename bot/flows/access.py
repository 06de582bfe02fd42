"""Who may ask, and where figures may be shown.

Source of the rules: the `[access]` table of the configuration (docs/configuration.md).
What cannot be looked up is refused, and the refusal says so.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.flows.closing import SHARED, UNLISTED, is_closing
from bot.queries.wording import mark, tr


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says of a person; *outsider* belongs to another organisation.

    *admin*: an admin or owner of the workspace. *locale*: as Slack writes it,
    ``en-GB``; empty where it does not say.
    """

    id: str
    guest: bool
    outsider: bool
    active: bool = True
    admin: bool = False
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What Slack says of a conversation; *shared* with another organisation.

    *member*: Duebot is in it; *archived*: nobody posts there any more; *partner*: who
    the other is in a direct message, empty where Slack does not say.
    """

    id: str
    direct: bool
    shared: bool
    member: bool = True
    archived: bool = False
    partner: str = ""


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Who may ask: as configured; *admins* change settings, as the workspace's do."""

    users: frozenset[str] = frozenset()
    usergroups: tuple[str, ...] = ()
    channels: frozenset[str] = frozenset()
    guests: bool = False
    external: bool = False
    admins: tuple[str, ...] = ()


class LookupFailedError(Exception):
    """Slack did not say; *reason* is a fragment such as "Slack did not answer".

    It is marked for translation, and the error's own text is for the log. *code* is
    Slack's word for it, where there was one.
    """

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason.format(code=code))
        self.code = code
        self._reason = reason

    @property
    def said(self) -> str:
        """The fragment, for people."""
        return tr(self._reason, code=self.code)


@dataclass(frozen=True, slots=True)
class Barrier:
    """Why news must not be posted; *code* where a person has to open the channel."""

    reason: str
    code: str | None = None


class Directory(Protocol):
    """Looks people and places up in Slack, remembering them for a while.

    Every method raises `LookupFailedError`.
    """

    async def person(self, user: str) -> Person:
        """Look a person up."""
        ...

    async def place(
        self, channel: str, *, asker: str | None = None, anew: bool = False
    ) -> Place:
        """Look a conversation up; *asker* wrote there, *anew* believes no memory."""
        ...

    async def members(self, usergroup: str) -> frozenset[str]:
        """List the members of a user group."""
        ...

    async def direct_message(self, user: str) -> str:
        """Find the direct message with a person."""
        ...


class Access:
    """The rule, applied to people and places as Slack describes them."""

    def __init__(self, *, rule: AccessRule, directory: Directory) -> None:
        self._rule = rule
        self._directory = directory

    async def refusal(
        self, *, user: str, channel: str, direct: bool = False
    ) -> str | None:
        """Say why *user* may not be answered in *channel*; ``None`` when they may.

        *direct*: the conversation is known to be one with Duebot alone.
        """
        try:
            refused = await self._person_refusal(user)
        except LookupFailedError as error:
            return tr(
                "I cannot check whether you may see figures here ({reason}), so I show "
                "none. Try again in a minute. An admin can look for the cause with "
                "`duebot check`.",
                reason=error.said,
            )
        if refused or direct:
            return refused
        try:
            place = await self._directory.place(channel, asker=user)
        except LookupFailedError as error:
            return tr(
                "I cannot check whether you may see figures here ({reason}), so I show "
                "none. Try again in a minute, or ask me in a direct message.",
                reason=error.said,
            )
        return place_refusal(self._rule, place)

    @property
    def named_admins(self) -> tuple[str, ...]:
        """Who may change settings besides the workspace's admins and owners."""
        return self._rule.admins

    async def locale(self, user: str) -> str:
        """Name the locale of *user*'s Slack; empty where Slack does not say."""
        try:
            return (await self._directory.person(user)).locale
        except LookupFailedError:
            return ""

    async def may_post(self, channel: str) -> Barrier | None:
        """Say why news must not be posted in *channel*; ``None`` when it may."""
        try:
            if channel.startswith(("U", "W")):  # a person, whose direct message it is
                refused = await self._person_refusal(channel)
                place = Place(channel, direct=True, shared=False)
            else:
                place = await self._directory.place(channel)
                partner = place.partner
                # Who may not ask any more is told nothing any more.
                refused = await self._person_refusal(partner) if partner else None
        except LookupFailedError as error:
            return Barrier(
                f"it cannot be checked whether the channel is shared ({error})",
                error.code if is_closing(error.code) else None,
            )
        if refused:
            return Barrier("whoever it is for may not see figures any more", UNLISTED)
        refusal = self._no_news(place)
        if refusal is None:
            return None
        return Barrier(refusal, SHARED if place.shared else UNLISTED)

    async def why_not_post(self, channel: str, *, asker: str | None) -> str | None:
        """Say why a subscription cannot post in *channel*; ``None`` when it can.

        Other than `may_post` it also looks whether Duebot is there. *asker* is given
        where they wrote in that conversation.
        """
        try:
            # It may have been invited a moment ago, and is expected to notice.
            place = await self._directory.place(channel, asker=asker, anew=True)
        except LookupFailedError as error:
            return error.said
        if place.archived:
            return tr("the channel is archived")
        refusal = self._no_news(place)
        if refusal is not None:
            return tr(refusal)
        if not (place.direct or place.member):
            return tr("I am not in this conversation; type `/invite @Duebot` there")
        return None

    async def is_admin(self, user: str) -> bool:
        """Tell whether *user* may change settings; not where Slack does not say.

        Admins and owners of the workspace may, and who is named in the file.
        """
        try:
            person = await self._directory.person(user)
        except LookupFailedError:
            return False
        if user in self._rule.admins:
            return True
        return person.admin and not (person.guest or person.outsider)

    async def direct_message(self, user: str) -> str | None:
        """Find the direct message with *user*; ``None`` when Slack does not say."""
        try:
            return await self._directory.direct_message(user)
        except LookupFailedError:
            return None

    def _no_news(self, place: Place) -> str | None:
        """Say, marked for translation, why news may not be posted somewhere."""
        if place.shared and not self._rule.external:
            return mark("the channel is shared with another organisation")
        if (
            self._rule.channels
            and not place.direct
            and place.id not in self._rule.channels
        ):
            return mark("the channel is not listed in access.channels")
        return None

    async def _person_refusal(self, user: str) -> str | None:
        person = await self._directory.person(user)
        # Whoever is named needs no group, so none is looked up.
        in_group = user not in self._rule.users and await self._in_groups(user)
        return person_refusal(self._rule, person, in_group=in_group)

    async def _in_groups(self, user: str) -> bool:
        for group in self._rule.usergroups:
            if user in await self._directory.members(group):
                return True
        return False


def person_refusal(rule: AccessRule, person: Person, *, in_group: bool) -> str | None:
    """Apply *rule* to a person: named, in a group, or a full member of no list."""
    named = person.id in rule.users
    if not person.active:
        return tr("This Slack account is switched off.")
    if person.outsider and not rule.external:
        return tr(
            "Figures are only for people of this workspace. Ask a colleague there."
        )
    if person.guest and not (rule.guests or named):
        return tr(
            "Figures are not shown to guests. An admin can allow it (access.guests)."
        )
    if (rule.users or rule.usergroups) and not (named or in_group):
        return tr(
            "You are not among the people who may ask for figures. An admin can add "
            "you (access.users or access.usergroups)."
        )
    return None


def place_refusal(rule: AccessRule, place: Place) -> str | None:
    """Apply *rule* to a conversation."""
    if place.shared and not rule.external:
        return tr(
            "This channel is shared with another organisation, so no figures are shown "
            "here. Ask me in a direct message."
        )
    if rule.channels and not place.direct and place.id not in rule.channels:
        return tr(
            "Figures may not be asked for in this channel. Ask me in a direct message, "
            "or in a channel that an admin has listed (access.channels)."
        )
    return None

"""Who may ask, and where: every rule, and what cannot be looked up."""

import pytest

from bot.flows.access import (
    Access,
    AccessRule,
    LookupFailedError,
    Person,
    Place,
)

MEMBER = Person("U1", guest=False, outsider=False)
GUEST = Person("U2", guest=True, outsider=False)
OUTSIDER = Person("U3", guest=False, outsider=True)
GONE = Person("U4", guest=False, outsider=False, active=False)
PEOPLE = {each.id: each for each in (MEMBER, GUEST, OUTSIDER, GONE)}
PLACES = {
    "C1": Place("C1", direct=False, shared=False),
    "C2": Place("C2", direct=False, shared=False),
    "CX": Place("CX", direct=False, shared=True),
    "D1": Place("D1", direct=True, shared=False),
    "C3": Place("C3", direct=False, shared=False, member=False),
    "C4": Place("C4", direct=False, shared=False, archived=True),
}


class KnownDirectory:
    """Knows the people and places above; anything else is not to be found."""

    async def person(self, user: str) -> Person:
        if user not in PEOPLE:
            raise LookupFailedError("Slack did not answer")
        return PEOPLE[user]

    async def place(
        self,
        channel: str,
        *,
        asker: str | None = None,
        anew: bool = False,  # noqa: ARG002 - as above
    ) -> Place:
        if channel not in PLACES:
            raise LookupFailedError(f"{asker} asks in a place that is not known")
        return PLACES[channel]

    async def members(self, usergroup: str) -> frozenset[str]:
        if usergroup == "SX":
            raise LookupFailedError("Slack answered missing_scope")
        return frozenset({"U1"} if usergroup == "S1" else ())

    async def direct_message(self, user: str) -> str:
        if user not in PEOPLE:
            raise LookupFailedError("Slack did not answer")
        return user.replace("U", "D")


def access(**rule: object) -> Access:
    return Access(
        rule=AccessRule(**rule),  # type: ignore[arg-type]  # a table of cases
        directory=KnownDirectory(),
    )


@pytest.mark.parametrize(
    ("rule", "user", "channel", "refused"),
    [
        ({}, "U1", "C1", None),
        ({}, "U2", "C1", "guests"),
        ({"guests": True}, "U2", "C1", None),
        ({"users": frozenset({"U2"})}, "U2", "C1", None),
        ({"users": frozenset({"U2"})}, "U1", "C1", "among the people"),
        ({"usergroups": ("S1",)}, "U1", "C1", None),
        ({"usergroups": ("S2",)}, "U1", "C1", "among the people"),
        ({"users": frozenset({"U9"}), "usergroups": ("S1",)}, "U1", "C1", None),
        ({"guests": True, "users": frozenset({"U1"})}, "U2", "C1", "among the people"),
        ({}, "U3", "C1", "this workspace"),
        ({"external": True}, "U3", "C1", None),
        ({}, "U4", "C1", "switched off"),
        ({}, "U1", "CX", "shared with another"),
        ({"external": True}, "U1", "CX", None),
        ({"channels": frozenset({"C2"})}, "U1", "C1", "this channel"),
        ({"channels": frozenset({"C1"})}, "U1", "C1", None),
        ({"channels": frozenset({"C1"})}, "U1", "D1", None),
        ({}, "U9", "C1", "cannot check"),
        ({}, "U1", "C9", "cannot check"),
    ],
)
async def test_who_may_ask_where(
    rule: dict[str, object], user: str, channel: str, refused: str | None
) -> None:
    said = await access(**rule).refusal(user=user, channel=channel)
    if refused is None:
        assert said is None
    else:
        assert said is not None
        assert refused in said


@pytest.mark.parametrize(
    ("rule", "channel", "allowed"),
    [
        ({}, "C1", True),
        ({}, "CX", False),
        ({"external": True}, "CX", True),
        ({"channels": frozenset({"C2"})}, "C1", False),
        ({"channels": frozenset({"C2"})}, "D1", True),
        ({}, "C9", False),
    ],
)
async def test_where_news_may_be_posted(
    rule: dict[str, object], channel: str, *, allowed: bool
) -> None:
    assert (await access(**rule).may_post(channel) is None) is allowed


@pytest.mark.parametrize(
    ("rule", "channel", "refused"),
    [
        ({}, "C1", None),
        ({}, "D1", None),
        ({}, "C3", "/invite @Duebot"),
        ({}, "C4", "archived"),
        ({}, "CX", "shared with another"),
        ({}, "C9", "not known"),
        ({"external": True}, "CX", None),
        ({"channels": frozenset({"C2"})}, "C1", "access.channels"),
    ],
)
async def test_where_a_subscription_may_post(
    rule: dict[str, object], channel: str, refused: str | None
) -> None:
    said = await access(**rule).why_not_post(channel, asker="U1")
    assert (said is None) if refused is None else (refused in str(said))


@pytest.mark.parametrize(("user", "channel"), [("U1", "D1"), ("U9", None)])
async def test_the_direct_message_with_somebody(user: str, channel: str | None) -> None:
    assert await access().direct_message(user) == channel


NAMED = frozenset({"U1"})
ELSEWHERE = "or ask me in a direct message"


async def test_whoever_is_named_needs_no_group() -> None:
    """Groups that cannot be looked up refuse those alone who are not named."""
    rule = access(users=NAMED, usergroups=("SX",), guests=True)
    assert await rule.refusal(user="U1", channel="C1") is None
    assert await rule.may_post("U1") is None
    said = await rule.refusal(user="U2", channel="C1")
    assert said is not None
    assert "missing_scope" in said


@pytest.mark.parametrize(
    ("rule", "user", "channel", "helps"),
    [
        ({}, "U9", "C1", False),
        ({"usergroups": ("SX",)}, "U1", "C1", False),
        ({}, "U1", "C9", True),
    ],
)
async def test_another_place_is_advised_only_where_it_helps(
    rule: dict[str, object], user: str, channel: str, *, helps: bool
) -> None:
    said = await access(**rule).refusal(user=user, channel=channel)
    assert said is not None
    assert "Try again in a minute" in said
    assert (ELSEWHERE in said) is helps


async def test_a_direct_message_is_not_advised_in_one() -> None:
    said = await access().refusal(user="U9", channel="D1", direct=True)
    assert said is not None
    assert ELSEWHERE not in said

"""Who may ask, in every place and by every door, and nothing for anybody else.

Each rule of `[access]`, for each kind of person, in each kind of place, by each door.
"""

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.views import ids
from sandbox.app import Running, start
from sandbox.slack.installation import BOT_USER
from tests.e2e.desk import (
    Desk,
    command,
    event,
    home_opened,
    opened,
    press,
    press_at_home,
    shortcut,
    submit,
)

Json = dict[str, Any]

RULES: dict[str, Json] = {
    "nobody is listed": {},
    "a member is listed": {"users": ["U0AKIKO"]},
    "a guest is listed too": {"users": ["U0AKIKO", "U0GUEST"]},
    "a group is listed": {"usergroups": ["S0FINANCE"]},
    "a person and a group": {"users": ["U0LENA"], "usergroups": ["S0FINANCE"]},
    "a channel is listed": {"channels": ["C0BILLING"]},
    "guests may": {"guests": True},
    "others may": {"external": True},
    "everybody may": {"guests": True, "external": True, "channels": ["C0PARTNER"]},
}
PEOPLE = (
    "U0AKIKO",  # a full member, an admin, and in the group
    "U0LENA",  # another full member
    "U0GUEST",
    "U0OUTER",
    "U0GONE",  # switched off
    "U0NOBODY",  # Slack does not say who that is
)
PLACES = {
    "public": "C0BILLING",
    "without Duebot": "C0GENERAL",
    "private": "C0FINANCE",
    "shared": "C0PARTNER",
    "direct": "D0{}",
    "private without Duebot": "C0SECRET",
}


def may_ask(rule: Json, user: str, place: str) -> bool:
    """The contract's words about access, as a table would have them."""
    named = user in rule.get("users", ())
    in_group = bool(rule.get("usergroups")) and user == "U0AKIKO"
    listed = bool(rule.get("users") or rule.get("usergroups"))
    channels = rule.get("channels")
    return (
        user not in {"U0GONE", "U0NOBODY"}
        and (user != "U0OUTER" or bool(rule.get("external")))
        and (user != "U0GUEST" or bool(rule.get("guests")) or named)
        and (not listed or named or in_group)
        and place != "private without Duebot"
        and (place != "shared" or bool(rule.get("external")))
        and (place == "direct" or not channels or PLACES[place] in channels)
    )


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        yield sandbox


Door = Callable[[Desk, str, str], Json]
#: Doors where it also shows that whoever may ask is answered, and not only refused.
ANSWERING: dict[str, Door] = {
    "/unpaid": command("/unpaid", ""),
    "/invoice": command("/invoice", "F99-1"),
    "subscribe": command("/invoices", "subscribe list"),
    "settings": command("/invoices", "settings"),
    "mention": event("app_mention", f"<@{BOT_USER}> unpaid"),
    "run": press(ids.RUN_COMMAND),
}
AT_HOME = tuple(each for each in ids.ACTIONS if each.startswith(("home", "window")))
#: Doors in the place itself, where only refusals are looked at.
PRESSED: dict[str, Door] = {
    each: press(each)
    for each in ids.ACTIONS
    if each not in (*AT_HOME, ids.OPEN_AT_PROVIDER)  # a link; we do nothing for it
} | {
    "reset": event("app_mention", f"<@{BOT_USER}> reset"),
    "find": shortcut(ids.FIND_INVOICES),
}
#: Doors without a place: what comes out of them only that person sees.
ALONE: dict[str, Door] = (
    {each: press_at_home(each) for each in AT_HOME if each != ids.HOME_ASK}
    | {each: submit(each) for each in ids.VIEWS}
    | {"home": home_opened}
)
#: Words of which every refusal has some: why, and who can help.
WHY = (
    "Ask a colleague",
    "An admin can",
    "Ask me in a direct message",
    "ask me in a direct message",
    "switched off",
    "only admins",
)


def refuses(said: str) -> bool:
    return any(word in said for word in WHY)


@pytest.mark.parametrize("rule", list(RULES))
async def test_every_rule_holds_for_everybody_everywhere(
    rule: str, running: Running, tmp_path: Path
) -> None:
    table = RULES[rule]
    async with opened(tmp_path, running, access=table) as desk:
        hidden, before = desk.hidden(), desk.tables()
        assert len(hidden) > 20
        for user, place in itertools.product(PEOPLE, PLACES):
            channel = PLACES[place].format(user[2:])
            allowed = may_ask(table, user, place)
            doors = ANSWERING if allowed else ANSWERING | PRESSED
            for name, door in doors.items():
                said = await desk.send(door(desk, user, channel))
                about = (rule, user, place, name, said[:600])
                if allowed:
                    is_told = name == "settings" and user != "U0AKIKO"
                    assert refuses(said) is is_told, about
                    continue
                assert refuses(said), about
                assert not [each for each in hidden if each in said], about
        for user in PEOPLE:
            if may_ask(table, user, "direct"):
                continue
            for name, door in ALONE.items():
                said = await desk.send(door(desk, user, ""))
                assert not [each for each in hidden if each in said], (user, name)
        assert _settled(before) == _settled(desk.tables())


def _settled(tables: Json) -> Json:
    """Leave out what allowed questions leave behind: their threads."""
    return {name: rows for name, rows in tables.items() if name != "threads"}


async def test_a_refused_press_leaves_every_table_as_it_is(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, access={"users": ["U0AKIKO"]}) as desk:
        before = desk.tables()
        for door in (ANSWERING | PRESSED).values():
            await desk.send(door(desk, "U0LENA", "C0BILLING"))
        assert desk.tables() == before


async def test_a_direct_message_to_who_may_not_ask_any_more_waits(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, access={"users": ["U0AKIKO"]}) as desk:
        access = desk.services.replies._access
        running.workspace.direct("U0LENA")
        running.workspace.direct("U0AKIKO")
        assert await access.may_post("D0AKIKO") is None
        refused = await access.may_post("D0LENA")
        assert refused is not None
        assert "any more" in refused.reason
        assert await access.may_post("U0GONE") is not None

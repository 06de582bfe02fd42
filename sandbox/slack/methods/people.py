"""Who is who: `auth`, `team`, `bots`, `users` and `usergroups`."""

from typing import Any

from sandbox.slack.call import Call, scope_for
from sandbox.slack.cast import bot_object, channel_object, user_object
from sandbox.slack.errors import SlackError
from sandbox.slack.installation import (
    APP,
    BOT,
    BOT_USER,
    OTHER_TEAM,
    TEAM,
    TEAM_DOMAIN,
)
from sandbox.slack.methods.kind import Answer, Method, cut_page


def test_token(call: Call) -> Answer:
    """Tell the bot who it is (`auth.test`)."""
    return {
        "ok": True,
        "url": call.workspace.url + "/",
        "team": "Duebot sandbox",
        "user": call.workspace.installation.name.lower(),
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def show_team(call: Call) -> Answer:
    """Describe the workspace (`team.info`), or the partner's."""
    team = call.text("team") or TEAM
    names = {TEAM: "Duebot sandbox", OTHER_TEAM: "Partner company"}
    if team not in names:
        raise SlackError("team_not_found")
    domain = TEAM_DOMAIN if team == TEAM else "partner-company"
    return {
        "ok": True,
        "team": {
            "id": team,
            "name": names[team],
            "domain": domain,
            "url": call.workspace.url + "/",
            "email_domain": "",
        },
    }


def show_bot(call: Call) -> Answer:
    """Describe the bot (`bots.info`)."""
    if call.text("bot") not in {None, BOT}:
        raise SlackError("bot_not_found")
    return {
        "ok": True,
        "bot": {
            "id": BOT,
            "deleted": False,
            "name": call.workspace.installation.name,
            "updated": 1_600_000_000,
            "app_id": APP,
            "user_id": BOT_USER,
        },
    }


def _user(call: Call, user: str) -> dict[str, Any]:
    if user == BOT_USER:
        return bot_object(call.workspace.installation.name)
    if user not in call.workspace.people:
        raise SlackError("user_not_found")
    person = call.workspace.people[user]
    shown = user_object(person)
    return shown | {"locale": person.locale} if call.flag("include_locale") else shown


def show_user(call: Call) -> Answer:
    """Describe one person (`users.info`)."""
    return {"ok": True, "user": _user(call, call.required("user"))}


def list_users(call: Call) -> Answer:
    """List the workspace's people (`users.list`); strangers are not among them."""
    everybody = [
        _user(call, one.id)
        for one in call.workspace.people.values()
        if one.team == TEAM
    ]
    everybody.append(_user(call, BOT_USER))
    page, cursor = cut_page(everybody, call, usual=1000, most=1000)
    return {
        "ok": True,
        "members": page,
        "cache_ts": int(call.workspace.clock.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def list_own_conversations(call: Call) -> Answer:
    """List the conversations somebody is in (`users.conversations`)."""
    user = call.text("user") or BOT_USER
    found = [one for one in typed_channels(call) if user in one.members]
    shared = [one for one in found if user == BOT_USER or one.bot_member]
    page, cursor = cut_page(shared, call, usual=100, most=999)
    return {
        "ok": True,
        "channels": [channel_object(one) for one in page],
        "response_metadata": {"next_cursor": cursor},
    }


def typed_channels(call: Call) -> list[Any]:
    """Return the channels of the types asked for that the bot may know of.

    Raises:
        SlackError: A type is unknown, or its scope was not granted.
    """
    kinds = {"public_channel": "channel", "private_channel": "private", "im": "dm"}
    wanted = (call.text("types") or "public_channel").replace(" ", "").split(",")
    if not set(wanted) <= {*kinds, "mpim"}:
        raise SlackError("invalid_types")
    scopes = {
        "public_channel": "channels:read",
        "private_channel": "groups:read",
        "im": "im:read",
        "mpim": "mpim:read",
    }
    for one in wanted:
        call.needs(scopes[one])
    chosen = {kinds.get(one) for one in wanted}
    hide_archived = call.flag("exclude_archived")
    return [
        one
        for one in call.workspace.channels.values()
        if one.kind in chosen
        and (one.kind == "channel" or one.bot_member)
        and not (hide_archived and one.archived)
    ]


def list_user_groups(call: Call) -> Answer:
    """List the user groups (`usergroups.list`)."""
    groups = [
        {
            "id": one.id,
            "team_id": TEAM,
            "is_usergroup": True,
            "name": one.name,
            "handle": one.handle,
            "is_external": False,
            "date_delete": 0,
            "user_count": len(one.users),
        }
        | ({"users": one.users} if call.flag("include_users") else {})
        for one in call.workspace.user_groups.values()
    ]
    return {"ok": True, "usergroups": groups}


def list_group_members(call: Call) -> Answer:
    """List the people of one group (`usergroups.users.list`)."""
    group = call.workspace.user_groups.get(call.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": group.users}


def read_scope(call: Call) -> None:
    """Insist on the scope that lets the bot look at the channel of this call."""
    call.needs(scope_for(call.channel(), "read"))


METHODS = {
    "auth.test": Method(test_token),
    "team.info": Method(show_team, ("team:read",)),
    "bots.info": Method(show_bot, ("users:read",)),
    "users.info": Method(show_user, ("users:read",)),
    "users.list": Method(list_users, ("users:read",)),
    "users.conversations": Method(list_own_conversations),
    "usergroups.list": Method(list_user_groups, ("usergroups:read",)),
    "usergroups.users.list": Method(list_group_members, ("usergroups:read",)),
}

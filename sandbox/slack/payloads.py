"""What the workspace tells the bot: commands, interactions and events, field by field.

Source: Slack, Implementing slash commands; Handling user interaction; Events API;
reference of interaction payloads.
"""

import time
from typing import Any

from sandbox.slack.cast import Channel, Human
from sandbox.slack.installation import APP, BOT_USER, TEAM, TEAM_DOMAIN
from sandbox.slack.messages import Message
from sandbox.slack.methods.views import view_object
from sandbox.slack.workspace import View, Workspace

#: The deprecated verification token, which nobody may rely on.
OLD_TOKEN = "sandbox-verification-token"  # noqa: S105 - no secret, see above


def channel_name(channel: Channel) -> str:
    """Return a channel's name as payloads give it: private ones have none."""
    hidden = {"private": "privategroup", "dm": "directmessage"}
    return hidden.get(channel.kind, channel.name)


def _team(person: Human) -> dict[str, str]:
    domain = TEAM_DOMAIN if person.team == TEAM else "partner-company"
    return {"id": person.team, "domain": domain}


def _user(person: Human) -> dict[str, str]:
    return {
        "id": person.id,
        "username": person.handle,
        "name": person.handle,
        "team_id": person.team,
    }


def command_fields(
    workspace: Workspace, person: Human, channel: Channel, command: str, text: str
) -> dict[str, str]:
    """Return the form fields of a slash command."""
    team = _team(person)
    return {
        "token": OLD_TOKEN,
        "team_id": team["id"],
        "team_domain": team["domain"],
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": workspace.new_response_url(person.id, channel.id),
        "trigger_id": workspace.new_trigger(person.id),
    }


def _interaction(person: Human, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "user": _user(person),
        "api_app_id": APP,
        "token": OLD_TOKEN,
        "team": _team(person),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action_stamp() -> str:
    """Return the moment of a click, as `action_ts`."""
    return f"{time.time():.6f}"


def message_place(workspace: Workspace, message: Message) -> dict[str, Any]:
    """Return the fields that tell where in a channel something was pressed.

    An ephemeral message's content is not sent back.
    """
    channel = workspace.channels[message.channel]
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_for is not None,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    place: dict[str, Any] = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
    }
    if message.only_for is None:
        place["message"] = workspace.as_slack(message)
    return place


def view_place(view: View) -> dict[str, Any]:
    """Return the fields that tell in which view something was pressed."""
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view_object(view),
    }


def block_actions(
    workspace: Workspace,
    person: Human,
    action: dict[str, Any],
    *,
    place: Message | View,
    state: dict[str, Any],
) -> dict[str, Any]:
    """Return the payload of one pressed or chosen element."""
    payload = _interaction(person, "block_actions") | {"actions": [action]}
    if isinstance(place, View):
        payload["trigger_id"] = workspace.new_trigger(person.id, view=place.id)
        return payload | view_place(place)
    payload["trigger_id"] = workspace.new_trigger(person.id)
    payload["state"] = {"values": state}
    payload["response_url"] = workspace.new_response_url(
        person.id,
        place.channel,
        thread_ts=place.thread_ts if place.is_reply else None,
        message_ts=place.ts,
    )
    return payload | message_place(workspace, place)


def suggestion(  # noqa: PLR0913 - the fields of the payload, by keyword
    workspace: Workspace,
    person: Human,
    *,
    place: Message | View,
    block_id: str,
    action_id: str,
    value: str,
) -> dict[str, Any]:
    """Return the payload that asks for the options of an external menu."""
    where = (
        view_place(place)
        if isinstance(place, View)
        else message_place(workspace, place)
    )
    return {
        **_interaction(person, "block_suggestion"),
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
        **where,
    }


def view_submission(
    workspace: Workspace, person: Human, view: View, urls: list[dict[str, str]]
) -> dict[str, Any]:
    """Return the payload of a submitted modal."""
    return {
        **_interaction(person, "view_submission"),
        "trigger_id": workspace.new_trigger(person.id, view=view.id),
        "view": view_object(view),
        "response_urls": urls,
    }


def view_closed(person: Human, view: View, *, cleared: bool) -> dict[str, Any]:
    """Return the payload of a dismissed modal that asked to be told."""
    return {
        **_interaction(person, "view_closed"),
        "view": view_object(view),
        "is_cleared": cleared,
    }


def shortcut(workspace: Workspace, person: Human, callback_id: str) -> dict[str, Any]:
    """Return the payload of a global shortcut; it has no channel."""
    return {
        **_interaction(person, "shortcut"),
        "callback_id": callback_id,
        "action_ts": action_stamp(),
        "trigger_id": workspace.new_trigger(person.id),
    }


def message_action(
    workspace: Workspace, person: Human, callback_id: str, message: Message
) -> dict[str, Any]:
    """Return the payload of a message shortcut."""
    place = message_place(workspace, message)
    place.pop("container")
    return {
        **_interaction(person, "message_action"),
        "callback_id": callback_id,
        "action_ts": action_stamp(),
        "trigger_id": workspace.new_trigger(person.id),
        "message_ts": message.ts,
        "response_url": workspace.new_response_url(
            person.id, message.channel, message_ts=message.ts
        ),
        **place,
    }


def event_envelope(
    workspace: Workspace, event: dict[str, Any], *, shared: bool
) -> dict[str, Any]:
    """Return an event in the envelope of the Events API."""
    return {
        "token": OLD_TOKEN,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{workspace.new_id('ctx')}",
    }


def said(person: Human, message: Message, *, kind: str) -> dict[str, Any]:
    """Return the event of something said: `app_mention`, or `message` in a DM."""
    event: dict[str, Any] = {
        "type": kind,
        "user": person.id,
        "ts": message.ts,
        "client_msg_id": message.client_msg_id,
        "text": message.text,
        "team": person.team,
        "channel": message.channel,
        "event_ts": message.ts,
    }
    if message.thread_ts is not None:
        event["thread_ts"] = message.thread_ts
    if kind == "message":
        event["channel_type"] = "im"
    return event

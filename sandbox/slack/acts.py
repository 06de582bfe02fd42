"""What people do in the workspace: type, press, choose, submit.

Each act changes the workspace as its person would see it, tells the bot, and shows
the answer or the failure.
"""

import re
import time
from collections.abc import Awaitable
from typing import Any

from sandbox.slack import choices, payloads, responses
from sandbox.slack.cast import Channel, Human
from sandbox.slack.delivery import Delivery
from sandbox.slack.errors import Refused, SlackError
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import Message
from sandbox.slack.socket_mode import Unanswered
from sandbox.slack.workspace import View, Workspace, dm_id

Outcome = dict[str, Any]
_URL = re.compile(r"(?<![<|])\bhttps?://[^\s<>]+")
_NAMED = re.compile(r"(?<![\w<])([@#])([\w.-]+)")
_TOKENS = re.compile(r"(<[@#!][^<>\s]*>)")


class Acts:
    """The things a person can do, each of which the bot may answer."""

    def __init__(self, *, workspace: Workspace, delivery: Delivery) -> None:
        self._workspace = workspace
        self._delivery = delivery

    async def command(
        self, user: str, channel: str, command: str, text: str
    ) -> Outcome:
        """Type a slash command and wait for its acknowledgement."""
        workspace = self._workspace
        person = workspace.person(user)
        place = workspace.channel_for(user, channel)
        line = self._show_line(person, place, f"{command} {text}".strip())
        declared = workspace.installation.command(command)
        if declared is None or "commands" not in workspace.installation.scopes:
            return self._show_failure(person, place, command, "no_such_command")
        sent = self.mark_up(text) if declared.should_escape else text
        fields = payloads.command_fields(workspace, person, place, command, sent)
        url = workspace.response_urls[fields["response_url"].rpartition("/")[2]]
        began = time.perf_counter()
        try:
            body = await self._delivery.send_command(fields)
            took = (time.perf_counter() - began) * 1000
            if body is not None and body not in ("", {}):
                shown = responses.answer(workspace, url, body)
                if shown is not None and shown.only_for is None:
                    line.only_for = None
                    workspace.changed()
        except Unanswered as unanswered:
            return self._show_failure(person, place, command, unanswered.code)
        except SlackError as error:
            failed = self._show_failure(person, place, command, error.code)
            return failed | {"messages": error.messages}
        return {"ok": True, "ms": round(took, 1)}

    def _show_line(self, person: Human, channel: Channel, line: str) -> Message:
        return self._workspace.store(
            Message(
                channel=channel.id,
                ts=self._workspace.new_ts(),
                user=person.id,
                text="",
                only_for=person.id,
                command=line,
            )
        )

    def _show_failure(
        self, person: Human, channel: Channel, command: str, code: str
    ) -> Outcome:
        """Show a failed command as Slack does: to its person, with the error's name."""
        self._workspace.store(
            Message(
                channel=channel.id,
                ts=self._workspace.new_ts(),
                text=f"{command} failed with the error “{code}”",
                only_for=person.id,
            )
        )
        return {"ok": False, "error": code}

    def mark_up(self, text: str) -> str:
        """Write names and addresses as Slack does: `<@U…>`, `<#C…|name>`, `<https…>`.

        A private channel comes without its name. What is no name stays as typed.
        """
        return _NAMED.sub(self._mark_name, _URL.sub(r"<\g<0>>", text))

    def _mark_name(self, match: re.Match[str]) -> str:
        sign, name = match.groups()
        if sign == "@":
            return self._mark_person(name) or match.group(0)
        for channel in self._workspace.channels.values():
            if channel.name == name and channel.kind != "dm":
                shown = name if channel.kind == "channel" else ""
                return f"<#{channel.id}|{shown}>"
        return match.group(0)

    def _mark_person(self, name: str) -> str | None:
        if name.lower() == self._workspace.installation.name.lower():
            return f"<@{BOT_USER}>"
        for person in self._workspace.people.values():
            if name.lower() in {person.handle, person.id.lower()}:
                return f"<@{person.id}>"
        return None

    def say(
        self, user: str, channel: str, text: str, thread_ts: str | None = None
    ) -> Outcome:
        """Say something in a channel, a thread or a direct message."""
        workspace = self._workspace
        person = workspace.person(user)
        place = workspace.channel_for(user, channel)
        if place.archived:
            raise Refused(f"#{place.name} is archived.", status=403)
        if thread_ts is not None and workspace.find(place.id, thread_ts) is None:
            raise Refused("There is no such thread.", status=404)
        message = workspace.store(
            Message(
                channel=place.id,
                ts=workspace.new_ts(),
                user=person.id,
                text=self._escape(text),
                thread_ts=thread_ts,
                client_msg_id=workspace.new_id("client-"),
            )
        )
        if place.kind == "dm":
            self._tell("message.im", "im:history", place, person, message)
        elif f"<@{BOT_USER}>" in message.text and place.bot_member:
            self._tell("app_mention", "app_mentions:read", place, person, message)
        return {"ok": True, "ts": message.ts}

    def _escape(self, text: str) -> str:
        """Escape what somebody typed, and mark up the names in it."""
        parts = _TOKENS.split(text)
        for index in range(0, len(parts), 2):
            escaped = parts[index].replace("&", "&amp;")
            parts[index] = escaped.replace("<", "&lt;").replace(">", "&gt;")
        return self.mark_up("".join(parts))

    def _tell(
        self,
        event: str,
        scope: str,
        place: Channel,
        person: Human,
        message: Message,
    ) -> None:
        """Send an event, where the app asked for it and may have it."""
        installation = self._workspace.installation
        if event not in installation.events or scope not in installation.scopes:
            return
        kind = event.partition(".")[0]
        said = payloads.said(person, message, kind=kind)
        envelope = payloads.event_envelope(self._workspace, said, shared=place.shared)
        self._delivery.send_event(envelope)

    def open_home(self, user: str, tab: str) -> Outcome:
        """Open the app's Home or Messages tab."""
        workspace = self._workspace
        person = workspace.person(user)
        channel = workspace.direct(person.id)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": workspace.new_ts(),
        }
        home = workspace.homes.get(person.id)
        if tab == "home" and home is not None:
            event["view"] = payloads.view_place(home)["view"]
        if "app_home_opened" in workspace.installation.events:
            envelope = payloads.event_envelope(workspace, event, shared=False)
            self._delivery.send_event(envelope)
        return {"ok": True}

    def place(
        self,
        user: str,
        *,
        channel: str | None,
        message_ts: str | None,
        view_id: str | None,
    ) -> Message | View:
        """Find the message or view a person acts in, if they can see it.

        Raises:
            Refused: There is none they can see.
        """
        if view_id is not None:
            view = self._workspace.view(view_id)
            if view is None or view.user != user:
                raise Refused("There is no such view open.", status=404)
            return view
        room = self._workspace.channel_for(user, channel or dm_id(user))
        message = self._workspace.find(room.id, message_ts or "")
        if message is None or message.only_for not in {None, user}:
            raise Refused("There is no such message to act on.", status=404)
        return message

    async def act(
        self,
        user: str,
        place: Message | View,
        *,
        block_id: str | None,
        action_id: str,
        wanted: dict[str, Any],
    ) -> Outcome:
        """Press or choose something and wait for the acknowledgement."""
        person = self._workspace.person(user)
        blocks = place.body["blocks"] if isinstance(place, View) else place.blocks
        found_in, element = choices.find_element(
            blocks, block_id=block_id, action_id=action_id
        )
        action = choices.make_action(found_in, element, wanted)
        state = self._state(user, place, blocks)
        if choices.is_stateful(element):
            entry = {"type": element["type"], **choices.chosen(element, wanted)}
            state.setdefault(found_in, {})[action_id] = entry
        payload = payloads.block_actions(
            self._workspace, person, action, place=place, state=state
        )
        return await self._interact(payload)

    def _state(
        self, user: str, place: Message | View, blocks: list[dict[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        if isinstance(place, View):
            place.state = _merge(choices.first_state(blocks), place.state)
            return place.state
        key = (user, place.channel, place.ts)
        kept = self._workspace.states.get(key, {})
        state = _merge(choices.first_state(blocks), kept)
        self._workspace.states[key] = state
        return state

    async def _interact(self, payload: dict[str, Any]) -> Outcome:
        began = time.perf_counter()
        outcome = await self._answered(self._delivery.send_interaction(payload))
        if "error" in outcome:
            return outcome
        return {"ok": True, "ms": round((time.perf_counter() - began) * 1000, 1)}

    async def _answered(self, sending: Awaitable[Any]) -> Outcome:
        if not self._workspace.installation.interactive:
            raise Refused("The app has interactivity switched off.")
        try:
            return {"ok": True, "answer": await sending}
        except Unanswered as unanswered:
            return {"ok": False, "error": unanswered.code}

    async def suggest(
        self,
        user: str,
        place: Message | View,
        *,
        block_id: str,
        action_id: str,
        value: str,
    ) -> Outcome:
        """Type into an external menu and return the options the bot offers."""
        payload = payloads.suggestion(
            self._workspace,
            self._workspace.person(user),
            place=place,
            block_id=block_id,
            action_id=action_id,
            value=value,
        )
        outcome = await self._answered(self._delivery.send_interaction(payload))
        answer = outcome.pop("answer", None)
        return outcome | (answer if isinstance(answer, dict) else {"options": []})

    async def shortcut(
        self, user: str, callback_id: str, message: Message | None
    ) -> Outcome:
        """Use a global shortcut, or one on a message."""
        person = self._workspace.person(user)
        kind = "global" if message is None else "message"
        declared = self._workspace.installation.shortcuts
        if not any(
            one.callback_id == callback_id and one.kind == kind for one in declared
        ):
            raise Refused(f"The app declares no {kind} shortcut {callback_id!r}.")
        payload = (
            payloads.shortcut(self._workspace, person, callback_id)
            if message is None
            else payloads.message_action(self._workspace, person, callback_id, message)
        )
        return await self._interact(payload)


def _merge(
    first: dict[str, dict[str, Any]], later: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Lay what was chosen over what the blocks begin with."""
    return {key: {**value, **later.get(key, {})} for key, value in first.items()}

"""Submitting and dismissing modals, and what the bot may answer to it.

Source: Slack, Modals (view submissions).
"""

from typing import Any

from sandbox.slack import choices, payloads
from sandbox.slack.delivery import Delivery
from sandbox.slack.errors import Refused, SlackError
from sandbox.slack.methods.views import add_view, read_view, replace_body
from sandbox.slack.socket_mode import Unanswered
from sandbox.slack.workspace import View, Workspace

Outcome = dict[str, Any]
_REQUIRED = "Please complete this required field."


class Modals:
    """What a person does with the modal on top of their stack."""

    def __init__(self, *, workspace: Workspace, delivery: Delivery) -> None:
        self._workspace = workspace
        self._delivery = delivery

    async def submit(
        self, user: str, view_id: str, values: dict[str, dict[str, Any]]
    ) -> Outcome:
        """Submit a modal with what was typed into it; show the bot's answer."""
        view = self._mine(user, view_id)
        view.state = _fill(view, values)
        missing = _missing(view)
        if missing:
            return {"ok": True, "errors": missing}
        payload = payloads.view_submission(
            self._workspace, self._workspace.person(user), view, self._urls(user, view)
        )
        try:
            answer = await self._delivery.send_interaction(payload)
            errors = self._apply(user, view, answer)
        except Unanswered as unanswered:
            return {"ok": False, "error": unanswered.code}
        except SlackError as error:
            return {"ok": False, "error": error.code, "messages": error.messages}
        return {"ok": True, "errors": errors}

    def _mine(self, user: str, view_id: str) -> View:
        for view in self._workspace.stacks[user]:
            if view.id == view_id:
                return view
        raise Refused("There is no such view open.", status=404)

    def _urls(self, user: str, view: View) -> list[dict[str, str]]:
        """Mint response URLs for channel menus that asked for one."""
        urls = []
        for block_id, element in choices.elements(view.body["blocks"]):
            if not element.get("response_url_enabled"):
                continue
            entry = view.state[block_id][element["action_id"]]
            channel = entry.get("selected_conversation") or entry.get(
                "selected_channel"
            )
            if channel:
                urls.append(
                    {
                        "block_id": block_id,
                        "action_id": element["action_id"],
                        "channel_id": channel,
                        "response_url": self._workspace.new_response_url(user, channel),
                    }
                )
        return urls

    def _apply(self, user: str, view: View, answer: Any) -> dict[str, str] | None:
        """Do what a submission was answered with; return errors to show, if any."""
        stack = self._workspace.stacks[user]
        body = answer if isinstance(answer, dict) else {}
        match body.get("response_action"):
            case None:
                stack.remove(view)
            case "clear":
                stack.clear()
            case "errors":
                return _read_errors(view, body.get("errors"))
            case "update":
                shown = read_view(body.get("view"), kind="modal")
                replace_body(self._workspace, view, shown)
            case "push":
                shown = read_view(body.get("view"), kind="modal")
                add_view(self._workspace, user, shown, below=view)
            case _:
                raise SlackError("invalid_arguments")
        self._workspace.changed()
        return None

    async def close(self, user: str, view_id: str, *, clear: bool = False) -> Outcome:
        """Dismiss a modal, or the whole stack; the bot hears of it if it asked to."""
        view = self._mine(user, view_id)
        stack = self._workspace.stacks[user]
        cleared = clear or bool(view.body.get("clear_on_close"))
        if cleared:
            stack.clear()
        else:
            stack.remove(view)
        self._workspace.changed()
        if view.body.get("notify_on_close"):
            person = self._workspace.person(user)
            payload = payloads.view_closed(person, view, cleared=cleared)
            try:
                await self._delivery.send_interaction(payload)
            except Unanswered as unanswered:
                return {"ok": False, "error": unanswered.code}
        return {"ok": True}


def _fill(view: View, values: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the state of a modal after somebody typed these values into it."""
    state = choices.first_state(view.body["blocks"])
    for block_id, entries in view.state.items():
        state.get(block_id, {}).update(entries)
    known = {
        (block_id, element.get("action_id", "")): element
        for block_id, element in choices.elements(view.body["blocks"])
    }
    for block_id, entries in values.items():
        for action_id, entry in entries.items():
            element = known.get((block_id, action_id))
            if element is None:
                raise Refused(f"There is no field {block_id}/{action_id} here.")
            chosen = choices.chosen(element, entry)
            state[block_id][action_id] = {"type": element["type"], **chosen}
    return state


def _missing(view: View) -> dict[str, str]:
    """Return a sentence for every input that must be filled and is not."""
    return {
        block["block_id"]: _REQUIRED
        for block in view.body["blocks"]
        if block["type"] == "input"
        and not block.get("optional")
        and all(map(choices.is_empty, view.state.get(block["block_id"], {}).values()))
    }


def _read_errors(view: View, errors: Any) -> dict[str, str]:
    """Check that errors name input blocks of the view, as Slack insists.

    Raises:
        SlackError: They do not.
    """
    inputs = {one["block_id"] for one in view.body["blocks"] if one["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_arguments")
    return {str(key): str(value) for key, value in errors.items()}

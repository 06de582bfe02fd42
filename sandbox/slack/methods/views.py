"""Modals and the Home tab: `views.*`.

Source: Slack, Modals; App Home; views methods.
"""

import time
from typing import Any

import msgspec

from sandbox.slack.blocks import check_view
from sandbox.slack.call import Call
from sandbox.slack.errors import SlackError
from sandbox.slack.installation import APP, BOT, TEAM
from sandbox.slack.methods.kind import Answer, Method
from sandbox.slack.workspace import TRIGGER_SECONDS, Trigger, View, Workspace

STACK = 3
VIEW_BYTES = 250_000


def view_object(view: View) -> dict[str, Any]:
    """Describe a view as answers and payloads do (Slack, View object)."""
    body = view.body
    shown: dict[str, Any] = {
        "id": view.id,
        "team_id": TEAM,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": body.get("title"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": APP,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }
    return shown


def read_view(
    body: Any, *, kind: str, refused: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Check a view against every limit.

    Raises:
        SlackError: It is no view of this kind, or breaks a limit.
    """
    if not isinstance(body, dict):
        raise SlackError(
            "invalid_arguments", messages=["[ERROR] view is not an object"]
        )
    if len(msgspec.json.encode(body)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = check_view(body, kind=kind, refused=refused)
    if problems:
        messages = [str(one) for one in problems]
        raise SlackError("invalid_arguments", messages=messages)
    return body


def add_view(
    workspace: Workspace, user: str, body: dict[str, Any], *, below: View | None
) -> View:
    """Put a modal on top of a person's stack.

    Raises:
        SlackError: The stack is full, or another view has the same external id.
    """
    if len(workspace.stacks[user]) >= STACK:
        raise SlackError("push_limit_reached")
    view = new_view(workspace, user, body, below=below)
    workspace.stacks[user].append(view)
    workspace.changed()
    return view


def new_view(
    workspace: Workspace, user: str, body: dict[str, Any], *, below: View | None = None
) -> View:
    """Make a view of a checked body.

    Raises:
        SlackError: Another view has the same external id.
    """
    if _by_external(workspace, body.get("external_id")):
        raise SlackError("duplicate_external_id")
    workspace.name_blocks(body["blocks"])
    view_id = workspace.new_id("V")
    return View(
        id=view_id,
        user=user,
        hash=new_hash(workspace),
        body=body,
        root=below.root if below else view_id,
        previous=below.id if below else None,
    )


def new_hash(workspace: Workspace) -> str:
    """Return the next version mark of a view."""
    seconds = int(workspace.clock.now().timestamp())
    return f"{seconds}.{workspace.new_id('h')}"


def replace_body(workspace: Workspace, view: View, body: dict[str, Any]) -> None:
    """Show something else in an open view; what was typed into kept blocks stays."""
    workspace.name_blocks(body["blocks"])
    view.body, view.hash = body, new_hash(workspace)
    kept = {one["block_id"] for one in body["blocks"]}
    view.state = {key: value for key, value in view.state.items() if key in kept}
    workspace.changed()


def _by_external(workspace: Workspace, external: str | None) -> View | None:
    views = [one for stack in workspace.stacks.values() for one in stack]
    return next(
        (one for one in views if external and one.body.get("external_id") == external),
        None,
    )


def _trigger(call: Call) -> Trigger:
    name = call.text("trigger_id") or call.text("interactivity_pointer")
    trigger = call.workspace.triggers.get(name or "")
    if trigger is None:
        raise SlackError("invalid_trigger_id" if name else "invalid_arguments")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if time.monotonic() - trigger.made_at > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    return trigger


def open_modal(call: Call) -> Answer:
    """Open a person's first modal (`views.open`)."""
    trigger = _trigger(call)
    body = read_view(call.structure("view"), kind="modal")
    if call.workspace.stacks[trigger.user] and trigger.view is None:
        call.workspace.stacks[trigger.user].clear()
    view = add_view(call.workspace, trigger.user, body, below=None)
    trigger.used = True
    return {"ok": True, "view": view_object(view)}


def push_modal(call: Call) -> Answer:
    """Put another modal on top of one (`views.push`)."""
    trigger = _trigger(call)
    stack = call.workspace.stacks[trigger.user]
    below = next((one for one in stack if one.id == trigger.view), None)
    if below is None:
        raise SlackError("invalid_trigger_id")
    body = read_view(call.structure("view"), kind="modal")
    view = add_view(call.workspace, trigger.user, body, below=below)
    trigger.used = True
    return {"ok": True, "view": view_object(view)}


def update_modal(call: Call) -> Answer:
    """Change an open modal by its id or external id (`views.update`)."""
    view = call.workspace.view(call.text("view_id") or "") or _by_external(
        call.workspace, call.text("external_id")
    )
    if view is None:
        raise SlackError("not_found")
    _same_hash(call, view)
    body = read_view(call.structure("view"), kind="modal")
    replace_body(call.workspace, view, body)
    return {"ok": True, "view": view_object(view)}


def publish_home(call: Call) -> Answer:
    """Show a person's Home tab (`views.publish`)."""
    if not call.workspace.installation.home_tab:
        raise SlackError("not_enabled")
    user = call.required("user_id")
    if user not in call.workspace.people:
        raise SlackError("user_not_found")
    shown = call.workspace.homes.get(user)
    if shown is not None:
        _same_hash(call, shown)
    body = read_view(
        call.structure("view"), kind="home", refused=call.workspace.refused_blocks
    )
    view = new_view(call.workspace, user, body)
    if shown is not None:
        view.id = view.root = shown.id
    call.workspace.homes[user] = view
    call.workspace.changed()
    return {"ok": True, "view": view_object(view)}


def _same_hash(call: Call, view: View) -> None:
    given = call.text("hash")
    if given is not None and given != view.hash:
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(open_modal),
    "views.push": Method(push_modal),
    "views.update": Method(update_modal),
    "views.publish": Method(publish_home),
}

"""Checking blocks, a message or a view without sending it: `blocks.validate`.

Public: no token is needed. What is wrong comes as `errors`, each with a JSON pointer.
Source: Slack, Web API, blocks.validate.
"""

from typing import Any

from sandbox.slack.blocks import check_message, check_view
from sandbox.slack.call import Call
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.kind import Answer, Method
from sandbox.slack.rules import Problem


def validate(call: Call) -> Answer:
    """Check exactly one of blocks, message and view.

    Raises:
        SlackError: None or several are given, or something is wrong with it.
    """
    given = [n for n in ("blocks", "message", "view") if n in call.args]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    name = given[0]
    problems = _problems(call, name, call.structure(name))
    if problems:
        errors = [
            {"pointer": one.at, "code": "failed_constraint", "message": one.text}
            for one in problems
        ]
        raise SlackError(f"invalid_{name}", errors=errors)
    return {"ok": True}


def _problems(call: Call, name: str, value: Any) -> list[Problem]:
    refused = call.workspace.refused_blocks
    if name == "view":
        if not isinstance(value, dict):
            raise SlackError("invalid_view")
        kind = str(value.get("type"))
        return check_view(value, kind=kind, refused=refused)
    blocks = value.get("blocks") if isinstance(value, dict) else value
    if not isinstance(blocks, list):
        raise SlackError(f"invalid_{name}")
    at = "" if name == "blocks" else "/blocks"
    return check_message(blocks, at=at, refused=refused)


METHODS = {"blocks.validate": Method(validate)}

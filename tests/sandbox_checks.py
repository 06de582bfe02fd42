"""Slack's side of the limits, for tests of views: what the sandbox would refuse."""

from typing import Any

from sandbox.slack.blocks import check_view


def problems_of(view: dict[str, Any]) -> list[str]:
    """List what is wrong with a view, by the rules that share no code with ours."""
    return [str(each) for each in check_view(view, kind=view["type"])]

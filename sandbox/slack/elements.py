"""Limits of block elements and composition objects.

Source: Slack, Block Kit reference (block elements, composition objects).
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.rules import (
    Check,
    Rule,
    boolean,
    by_type,
    each,
    exactly_one,
    nothing,
    one_of,
    shape,
    string,
    whole,
)


def plain(most: int) -> Rule:
    """Demand a `plain_text` object of at most so many characters."""
    return by_type({"plain_text": _text_shape({"emoji": boolean}, most)})


def mrkdwn(most: int) -> Rule:
    """Demand a `mrkdwn` object of at most so many characters."""
    return by_type({"mrkdwn": _text_shape({"verbatim": boolean}, most)})


def text(most: int) -> Rule:
    """Demand a text object, plain or mrkdwn, of at most so many characters."""
    return by_type(
        {
            "plain_text": _text_shape({"emoji": boolean}, most),
            "mrkdwn": _text_shape({"verbatim": boolean}, most),
        }
    )


def _text_shape(optional: Mapping[str, Rule], most: int) -> Rule:
    return shape({"type": nothing, "text": string(most)}, optional)


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)


def _option(label: Rule, *, url: bool = False) -> Rule:
    optional = {"description": text(75)} | ({"url": string(3000)} if url else {})
    return shape({"text": label, "value": string(150)}, optional)


_OPTION = _option(plain(75))
_OPTIONS = each(_OPTION, most=100)
_GROUPS = each(shape({"label": plain(75), "options": _OPTIONS}), most=100)
_ACTION = {"action_id": string(255)}
_FOCUS = {"focus_on_load": boolean}
_PLACEHOLDER = {"placeholder": plain(150)}
_CONFIRM = {"confirm": CONFIRM}
_STYLE = one_of("primary", "danger")


def _element(
    required: Mapping[str, Rule],
    optional: Mapping[str, Rule],
    also: Check | None = None,
) -> Rule:
    return shape({"type": nothing, **required}, {**_ACTION, **optional}, also=also)


def _selects(kind: str, required: Mapping[str, Rule], single: str, many: str) -> Any:
    """Return the rules of a menu and of its multiple form."""
    common = {**_PLACEHOLDER, **_CONFIRM, **_FOCUS}
    also = exactly_one("options", "option_groups") if kind == "static" else None
    lists = {"options": _OPTIONS, "option_groups": _GROUPS} if kind == "static" else {}
    own: dict[str, Rule] = {}
    if kind == "external":
        own = {"min_query_length": whole(0, 255)}
    if kind == "conversations":
        own = {"default_to_current_conversation": boolean, "filter": nothing}
    one = {**common, **lists, **own, single: nothing}
    if kind in {"conversations", "channels"}:
        one["response_url_enabled"] = boolean
    several = {
        **common,
        **lists,
        **own,
        many: nothing,
        "max_selected_items": whole(1, 100),
    }
    return {
        f"{kind}_select": _element(required, one, also),
        f"multi_{kind}_select": _element(required, several, also),
    }


MENUS: dict[str, Rule] = {
    **_selects("static", {}, "initial_option", "initial_options"),
    **_selects("external", {}, "initial_option", "initial_options"),
    **_selects("users", {}, "initial_user", "initial_users"),
    **_selects("conversations", {}, "initial_conversation", "initial_conversations"),
    **_selects("channels", {}, "initial_channel", "initial_channels"),
}
_BOXES = each(_option(text(75)), most=10)

BUTTON = _element(
    {"text": plain(75)},
    {
        **_CONFIRM,
        "url": string(3000),
        "value": string(2000),
        "style": _STYLE,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "agent_prompt_display": nothing,
        "visible_to_user_ids": nothing,
    },
)
_DATES: dict[str, Rule] = {
    "datepicker": _element(
        {}, {"initial_date": string(10), **_PLACEHOLDER, **_CONFIRM, **_FOCUS}
    ),
    "timepicker": _element(
        {},
        {
            "initial_time": string(5),
            "timezone": string(100),
            **_PLACEHOLDER,
            **_CONFIRM,
            **_FOCUS,
        },
    ),
    "datetimepicker": _element(
        {}, {"initial_date_time": whole(0, 9_999_999_999), **_CONFIRM, **_FOCUS}
    ),
}
_CHOICES: dict[str, Rule] = {
    "checkboxes": _element(
        {"options": _BOXES}, {"initial_options": _BOXES, **_CONFIRM, **_FOCUS}
    ),
    "radio_buttons": _element(
        {"options": _BOXES}, {"initial_option": nothing, **_CONFIRM, **_FOCUS}
    ),
}


IMAGE_SOURCE = exactly_one("image_url", "slack_file")
IMAGE_FIELDS: dict[str, Rule] = {
    "image_url": string(3000),
    "slack_file": shape({}, {"id": string(255), "url": string(3000)}),
}
IMAGE = shape(
    {"type": nothing, "alt_text": string(2000)}, IMAGE_FIELDS, also=IMAGE_SOURCE
)
_OVERFLOW = _element(
    {"options": each(_option(plain(75), url=True), most=5)}, {**_CONFIRM}
)
_WORKFLOW = _element(
    {"text": plain(75), "workflow": nothing},
    {"style": _STYLE, "accessibility_label": string(75)},
)

#: What may stand in an `actions` block.
ACTIONS: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": _OVERFLOW,
    "workflow_button": _WORKFLOW,
    **MENUS,
    **_DATES,
    **_CHOICES,
}
#: What may stand beside a section's text.
ACCESSORIES: dict[str, Rule] = {
    key: rule for key, rule in ACTIONS.items() if key != "datetimepicker"
} | {"image": IMAGE}

_LENGTHS = {"min_length": whole(0, 3000), "max_length": whole(1, 3000)}
_TYPING: dict[str, Rule] = {
    "placeholder": plain(150),
    "dispatch_action_config": nothing,
    "focus_on_load": boolean,
}
#: What may stand in an `input` block.
INPUTS: dict[str, Rule] = {
    **MENUS,
    **_DATES,
    **_CHOICES,
    "plain_text_input": _element(
        {},
        {
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            **_LENGTHS,
            **_TYPING,
        },
    ),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        {
            "initial_value": string(100),
            "min_value": string(100),
            "max_value": string(100),
            **_TYPING,
        },
    ),
    "email_text_input": _element({}, {"initial_value": string(3000), **_TYPING}),
    "url_text_input": _element({}, {"initial_value": string(3000), **_TYPING}),
    "rich_text_input": _element(
        {},
        {
            "initial_value": nothing,
            "min_lines": whole(1, 100),
            "max_lines": whole(1, 100),
            **_TYPING,
        },
    ),
    "file_input": _element({}, {"filetypes": nothing, "max_files": whole(1, 10)}),
}

_FEEDBACK = shape(
    {"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)}
)
#: What may stand in a `context_actions` block.
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": _element(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {}
    ),
    "icon_button": _element(
        {"icon": one_of("trash"), "text": plain(75)},
        {
            **_CONFIRM,
            "value": string(2000),
            "accessibility_label": string(75),
            "visible_to_user_ids": nothing,
        },
    ),
}

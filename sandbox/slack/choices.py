"""Elements people press and choose from, and what a payload says about it.

Source: Slack, reference of block_actions payloads and of view state.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.errors import Refused
from sandbox.slack.payloads import action_stamp

#: What each kind of element carries in an action and in state, and where it begins.
_FIELDS: dict[str, tuple[str, str]] = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": (
        "selected_conversations",
        "initial_conversations",
    ),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
_PRESSED = {"button", "icon_button", "workflow_button", "feedback_buttons"}


def elements(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every interactive element with the id of the block it stands in."""
    for block in blocks:
        children = block.get("child_blocks")
        if isinstance(children, list):
            yield from elements(children)
            continue
        for element in _inside(block):
            yield str(block.get("block_id", "")), element


def _inside(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _inside(one)
    elif isinstance(value, dict):
        if "action_id" in value or value.get("type") in {*_FIELDS, *_PRESSED}:
            yield value
            return
        for one in value.values():
            yield from _inside(one)


def find_element(
    blocks: list[dict[str, Any]], *, block_id: str | None, action_id: str
) -> tuple[str, dict[str, Any]]:
    """Find an element by its ids.

    Raises:
        Refused: There is none to press.
    """
    for found_in, element in elements(blocks):
        if element.get("action_id") == action_id and block_id in {None, found_in}:
            return found_in, element
    raise Refused(f"There is no element {action_id!r} to press here.", status=404)


def make_action(
    block_id: str, element: dict[str, Any], wanted: dict[str, Any]
) -> dict[str, Any]:
    """Return the action of a payload: what was pressed, or what was chosen.

    Raises:
        Refused: No option was chosen, or one that is not offered.
    """
    kind = element["type"]
    action: dict[str, Any] = {
        "type": kind,
        "action_id": element.get("action_id", ""),
        "block_id": block_id,
        "action_ts": action_stamp(),
    }
    if kind == "feedback_buttons":
        return action | _feedback(element, wanted)
    if kind in _PRESSED:
        copied = ("text", "value", "style", "url", "confirm", "icon")
        return action | {name: element[name] for name in copied if name in element}
    kept = ("placeholder", "confirm", _FIELDS[kind][1])
    action |= {name: element[name] for name in kept if name and name in element}
    action |= chosen(element, wanted)
    if action.get("selected_option", ...) is None:
        raise Refused("One of the options has to be chosen.")
    return action


def _feedback(element: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    for name in ("positive_button", "negative_button"):
        button: dict[str, Any] = element[name]
        if button["value"] == wanted.get("value"):
            return {"text": button["text"], "value": button["value"]}
    raise Refused("There is no such feedback button.")


def chosen(element: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what a person chose or typed, as actions and state carry it.

    Raises:
        Refused: An option was chosen that is not offered.
    """
    kind = element["type"]
    name = _FIELDS[kind][0]
    value = wanted.get(name, wanted.get("value") if name != "files" else None)
    if name == "selected_option" and value is not None:
        value = _option(element, value)
    elif name == "selected_options":
        value = [_option(element, one) for one in value or []]
    return {name: value}


def _option(element: dict[str, Any], wanted: Any) -> dict[str, Any]:
    """Find an option by its value; an external menu's options are not known here."""
    value = wanted["value"] if isinstance(wanted, dict) else wanted
    if "external" in element["type"]:
        text = {"type": "plain_text", "text": str(value), "emoji": False}
        return wanted if isinstance(wanted, dict) else {"text": text, "value": value}
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    for group in groups:
        for option in group["options"]:
            if option["value"] == value:
                return dict(option)
    raise Refused(f"The option {value!r} is not offered here.")


def is_stateful(element: dict[str, Any]) -> bool:
    """Whether an element keeps a value, unlike a button or an overflow menu."""
    return element["type"] in _FIELDS and element["type"] != "overflow"


def first_state(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the state of blocks nobody has touched: what they begin with."""
    state: dict[str, dict[str, Any]] = {}
    for block_id, element in elements(blocks):
        if not is_stateful(element):
            continue
        name, initial = _FIELDS[element["type"]]
        empty: Any = [] if name.endswith("s") else None
        value = element.get(initial, empty)
        entry = {"type": element["type"], name: value}
        state.setdefault(block_id, {})[element.get("action_id", "")] = entry
    return state


def is_empty(entry: dict[str, Any] | None) -> bool:
    """Whether nothing was typed or chosen."""
    if entry is None:
        return True
    return all(not value for key, value in entry.items() if key != "type")

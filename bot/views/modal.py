"""Modals and the Home tab: their parts, and Slack's limits on a whole view.

Limits: Slack, "View object" and "Block Kit reference"; a modal takes neither tables nor
charts, a Home tab takes both.
"""

import json
from collections.abc import Sequence
from typing import Any

from bot.queries.wording import tr
from bot.views.kit import (
    MAX_CHARTS,
    MAX_ID,
    MAX_OPTION,
    MAX_OPTION_VALUE,
    MAX_OPTIONS,
    MAX_PLACEHOLDER,
    Block,
    Element,
    Message,
    context,
    outside,
    plain,
    plain_text,
    section,
)
from bot.views.limits import MessageError, check

View = dict[str, Any]

MAX_VIEW_BLOCKS, MAX_VIEW_BYTES = 100, 250_000
MAX_TITLE, MAX_METADATA = 24, 3_000
MAX_INPUT_LABEL = 2_000
MAX_BOXES = 10
#: What a modal does not take, and a message and the Home tab do.
NOT_IN_MODALS = frozenset(
    {"table", "data_table", "data_visualization", "card", "carousel", "container"}
)


def modal(  # noqa: PLR0913 - what a view may have, by keyword
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str = "",
    submit: str = "",
    close: str = "",
    metadata: str = "",
) -> View:
    """Make a modal; *metadata* comes back with what is done in it, and is not trusted.

    A modal with an input needs *submit*.
    """
    view: View = {
        "type": "modal",
        "title": plain_text(plain(title, MAX_TITLE)),
        "close": plain_text(close or tr("Close")),
        "blocks": list(blocks),
    }
    if callback_id:
        view["callback_id"] = callback_id
    if submit:
        view["submit"] = plain_text(submit)
    if metadata:
        view["private_metadata"] = metadata
    return view


def sentence_view(title: str, sentence: str) -> View:
    """Say one sentence in a modal, made safe."""
    return modal(title, [section(outside(sentence, 2_000))])


def loading_view(title: str) -> View:
    """Stand in for a modal whose content is on its way."""
    return modal(title, [context(tr("One moment …"))])


def input_block(
    block_id: str,
    label: str,
    element: Element,
    *,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Make a labelled field of a form; an error is shown beside its *block_id*."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(plain(label, MAX_INPUT_LABEL)),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain_text(hint)
    return block


def text_input(
    action_id: str, *, placeholder: str = "", initial: str = "", most: int = 500
) -> Element:
    """Make a field for a line of text."""
    element: Element = {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": most,
        "focus_on_load": True,
    }
    if placeholder:
        element["placeholder"] = plain_text(plain(placeholder, MAX_PLACEHOLDER))
    if initial:
        element["initial_value"] = initial[:most]
    return element


def menu(
    action_id: str,
    placeholder: str,
    options: Sequence[tuple[str, str]],
    chosen: Sequence[str] = (),
    *,
    many: bool = False,
) -> Element:
    """Make a menu of a form; *options* are pairs of what is shown and what is sent.

    *chosen* are the values it begins with; *many* of them may be chosen.
    """
    made = _options(options)
    first = [each for each in made if each["value"] in chosen]
    element: Element = {
        "type": "multi_static_select" if many else "static_select",
        "action_id": action_id,
        "placeholder": plain_text(plain(placeholder, MAX_PLACEHOLDER)),
        "options": made,
    }
    if first and many:
        element["initial_options"] = first
    elif first:
        element["initial_option"] = first[0]
    return element


def checkboxes(
    action_id: str, options: Sequence[tuple[str, str]], chosen: Sequence[str] = ()
) -> Element:
    """Make boxes to check, some of them *chosen* from the start."""
    made = _options(options)
    element: Element = {"type": "checkboxes", "action_id": action_id, "options": made}
    first = [each for each in made if each["value"] in chosen]
    if first:
        element["initial_options"] = first
    return element


def _options(options: Sequence[tuple[str, str]]) -> list[Element]:
    return [
        {"text": plain_text(plain(label, MAX_OPTION)), "value": value}
        for label, value in options[:MAX_OPTIONS]
    ]


def conversation_menu(action_id: str, placeholder: str, chosen: str = "") -> Element:
    """Make a menu of the channels that the person sees; others' bots left out."""
    element: Element = {
        "type": "conversations_select",
        "action_id": action_id,
        "placeholder": plain_text(plain(placeholder, MAX_PLACEHOLDER)),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if chosen:
        element["initial_conversation"] = chosen
    return element


def person_menu(action_id: str, placeholder: str, initial: str | None) -> Element:
    """Make a menu of the people of the workspace."""
    element: Element = {
        "type": "users_select",
        "action_id": action_id,
        "placeholder": plain_text(plain(placeholder, MAX_PLACEHOLDER)),
    }
    if initial:
        element["initial_user"] = initial
    return element


def date_input(action_id: str) -> Element:
    """Make a field for a day."""
    return {
        "type": "datepicker",
        "action_id": action_id,
        "placeholder": plain_text(tr("Choose a day")),
    }


def check_view(view: View) -> None:
    """Hold *view* against Slack's limits before it is sent.

    Raises:
        MessageError: it breaks one; the sentence says which.
    """
    blocks = view["blocks"]
    is_modal = view["type"] == "modal"
    if not (1 if is_modal else 0) <= len(blocks) <= MAX_VIEW_BLOCKS:
        raise MessageError(f"{len(blocks)} blocks in a view; Slack takes 1 to 100")
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        raise MessageError("the view is larger than 250 KB")
    for name, most in (("callback_id", MAX_ID), ("private_metadata", MAX_METADATA)):
        _most(view.get(name, ""), most, name)
    for name in ("title", "submit", "close"):
        if name in view:
            _most(view[name]["text"], MAX_TITLE, name)
    types = [block["type"] for block in blocks]
    if types.count("table") > 1 or types.count("data_visualization") > MAX_CHARTS:
        raise MessageError("a view takes one table and two charts")
    if is_modal and NOT_IN_MODALS & set(types):
        raise MessageError("a modal takes no tables and no charts")
    if is_modal and "input" in types and "submit" not in view:
        raise MessageError("a modal with a field needs a button to submit it")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) != len(ids):
        raise MessageError("a block_id is used twice")
    for block in blocks:
        if block["type"] == "input":
            _check_input(block)
        else:
            check(Message("a block of a view", [block]))


def _check_input(block: Block) -> None:
    element = block["element"]
    _most(block["block_id"], MAX_ID, "block_id")
    _most(element["action_id"], MAX_ID, "action_id")
    _most(block["label"]["text"], MAX_INPUT_LABEL, "label")
    _most(element.get("placeholder", {}).get("text", ""), MAX_PLACEHOLDER, "hint")
    options = element.get("options")
    if element["type"] == "checkboxes" and len(options or ()) > MAX_BOXES:
        raise MessageError(f"{len(options)} boxes to check; Slack takes 10")
    if options is not None and not 1 <= len(options) <= MAX_OPTIONS:
        raise MessageError(f"{len(options)} options of a menu; Slack takes 1 to 100")
    for option in options or ():
        _most(option["text"]["text"], MAX_OPTION, "option")
        _most(option["value"], MAX_OPTION_VALUE, "option's value")


def _most(text: str, most: int, what: str) -> None:
    if len(text) > most:
        raise MessageError(f"{len(text)} characters of a {what}; Slack takes {most}")

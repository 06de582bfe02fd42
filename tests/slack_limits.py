"""Slack's limits on messages and views, for tests; knows nothing of how ours are made.

Written from Slack's own descriptions: Block Kit reference (blocks, elements and
composition objects), "Designing with Block Kit", the methods ``chat.postMessage`` and
``views.open``. Where descriptions differ the smaller limit is held.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Problems = Iterator[str]

MESSAGE, MODAL, HOME = "message", "modal", "home"
MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
#: All text in the blocks of one message.
MESSAGE_TEXT = 12_000
FALLBACK = 3_000
VIEW_BYTES = 250_000
TABLE_TEXT = 10_000
#: What stays out of every text: marks that hide or turn it; and out of mrkdwn: what
#: calls everybody.
NEVER = ("\u202e", "\u202d", "\u2066", "\u2067", "\u200b", "\u0000", "\u0007")
CALLS = ("<!channel", "<!here", "<!everyone", "<!subteam")

#: Where each block may stand; all others are refused.
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("actions", "context", "divider", "header", "image", "section", "rich_text"),
        frozenset({MESSAGE, MODAL, HOME}),
    ),
    "input": frozenset({MODAL, HOME}),
    "alert": frozenset({MODAL}),
    "table": frozenset({MESSAGE, HOME}),
    "data_table": frozenset({MESSAGE, HOME}),
    "card": frozenset({MESSAGE, HOME}),
    "data_visualization": frozenset({MESSAGE, HOME}),
}


def message_problems(text: str, blocks: list[Json]) -> list[str]:
    """Find everything that Slack, or good manners, would refuse in a message."""
    return [*_message(text, blocks)]


def block_problems(blocks: list[Json], *, surface: str = HOME) -> list[str]:
    """Find what is wrong with blocks that are a part of something."""
    return [*_blocks(blocks, surface)]


def view_problems(view: Json) -> list[str]:
    """Find everything that Slack would refuse in a modal or a Home tab."""
    return [*_view(view)]


def _message(text: str, blocks: list[Json]) -> Problems:
    yield from _length(text.strip(), 1, FALLBACK, "the text beside the blocks")
    yield from _length(text, 1, FALLBACK, "the text beside the blocks")
    yield from _manners(text, "the text beside the blocks")
    yield from _calls(text, "the text beside the blocks")
    yield from _blocks(blocks, MESSAGE)
    shown = sum(len(each) for each in texts(blocks))
    if shown > MESSAGE_TEXT:
        yield f"{shown} characters in all blocks"


def _view(view: Json) -> Problems:
    kind = view.get("type")
    if kind not in {MODAL, HOME}:
        yield f"a view of type {kind}"
        return
    yield from _blocks(view.get("blocks", []), kind)
    if not view.get("blocks"):
        yield "a view without blocks"
    size = len(json.dumps(view, ensure_ascii=False).encode())
    if size > VIEW_BYTES:
        yield f"{size} bytes of a view"
    if len(view.get("private_metadata", "")) > 3_000:
        yield "private_metadata is too long"
    for name in ("callback_id", "external_id"):
        if len(view.get(name, "")) > 255:
            yield f"{name} is too long"
    if kind == HOME:
        return
    if "title" not in view:
        yield "a modal without a title"
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _plain(view[name], 24, f"the modal's {name}")
    has_input = any(block.get("type") == "input" for block in view["blocks"])
    if has_input and "submit" not in view:
        yield "inputs without submit"


def _blocks(blocks: list[Json], surface: str) -> Problems:
    if len(blocks) > MOST_BLOCKS[surface]:
        yield f"{len(blocks)} blocks"
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    for name, times in ids.items():
        if times > 1:
            yield f"block_id {name} {times} times"
        yield from _length(name, 1, 255, "block_id")
    kinds = Counter(block.get("type") for block in blocks)
    for kind in ("table", "data_table"):
        if kinds[kind] > 1:
            yield f"{kinds[kind]} blocks of {kind}"
    if kinds["data_visualization"] > 2:
        yield f"{kinds['data_visualization']} charts"
    for place, block in enumerate(blocks):
        kind = str(block.get("type"))
        where = f"block {place} ({kind})"
        if surface not in SURFACES.get(kind, ()):
            yield f"{where} in a {surface}"
            continue
        for problem in _BLOCKS[kind](block):
            yield f"{where}: {problem}"
        for each in texts([block]):
            yield from _manners(each, where)


def texts(value: Any) -> Iterator[str]:
    """Give every text that people see in *value*."""
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            is_shown = name in {"text", "title", "caption", "label", "alt_text"}
            if is_shown and isinstance(each, str):
                yield each
            elif isinstance(each, dict | list):
                yield from texts(each)


def _manners(text: str, where: str) -> Problems:
    for mark in NEVER:
        if mark in text:
            yield f"{where}: has {mark!r}"


def _length(text: str, least: int, most: int, what: str) -> Problems:
    if not least <= len(text) <= most:
        yield f"{len(text)} characters of {what}"


def _plain(value: Json, most: int, what: str) -> Problems:
    if value.get("type") != "plain_text":
        yield f"{what} is not plain_text"
    yield from _length(value.get("text", ""), 1, most, what)


def _text(value: Json, most: int, what: str) -> Problems:
    if value.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"{what} is neither plain_text nor mrkdwn"
    # Without it Slack makes links and mentions of what people and providers wrote.
    if value.get("type") == "mrkdwn" and value.get("verbatim") is not True:
        yield f"{what} is not verbatim"
    if value.get("type") == "mrkdwn":
        yield from _calls(value.get("text", ""), what)
    yield from _length(value.get("text", ""), 1, most, what)


def _calls(text: str, where: str) -> Problems:
    for call in CALLS:
        if call in text:
            yield f"{where}: has {call!r}"


def _section(block: Json) -> Problems:
    if "text" not in block and not block.get("fields"):
        yield "neither text nor fields"
    if "text" in block:
        yield from _text(block["text"], 3_000, "text")
    fields = block.get("fields", [])
    if len(fields) > 10 or ("fields" in block and not fields):
        yield f"{len(fields)} fields"
    for each in fields:
        yield from _text(each, 2_000, "a field")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _context(block: Json) -> Problems:
    elements = block["elements"]
    if not 1 <= len(elements) <= 10:
        yield f"{len(elements)} elements"
    for each in elements:
        if each.get("type") == "image":
            yield from _image(each)
        else:
            yield from _text(each, 3_000, "an element")


def _header(block: Json) -> Problems:
    yield from _plain(block["text"], 150, "text")


def _image(block: Json) -> Problems:
    yield from _length(block.get("alt_text", ""), 1, 2_000, "alt_text")
    if ("image_url" in block) == ("slack_file" in block):
        yield "not one of image_url and slack_file"
    yield from _length(block.get("image_url", "-"), 1, 3_000, "image_url")


def _actions(block: Json) -> Problems:
    elements = block["elements"]
    if not 1 <= len(elements) <= 25:
        yield f"{len(elements)} elements"
    counted = Counter(each.get("action_id") for each in elements)
    for name, times in counted.items():
        if times > 1:
            yield f"action_id {name} {times} times"
    for each in elements:
        yield from _element(each)


def _card(block: Json) -> Problems:
    if not {"hero_image", "title", "actions", "body"} & set(block):
        yield "nothing on the card"
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        if name in block:
            yield from _text(block[name], most, name)
            if block[name].get("type") != "mrkdwn":
                yield f"{name} is not mrkdwn"
    buttons = block.get("actions", [])
    # "3 buttons" in one description, 2 in another.
    if len(buttons) > 2 or ("actions" in block and not buttons):
        yield f"{len(buttons)} buttons"
    counted = Counter(each.get("action_id") for each in buttons)
    for name, times in counted.items():
        if times > 1:
            yield f"action_id {name} {times} times"
    for each in buttons:
        if each.get("type") != "button":
            yield f"an action of type {each.get('type')}"
        yield from _element(each)
    for name in ("hero_image", "icon"):
        if name in block:
            yield from _image(block[name])


def _input(block: Json) -> Problems:
    yield from _plain(block["label"], 2_000, "label")
    if "hint" in block:
        yield from _plain(block["hint"], 2_000, "hint")
    yield from _element(block["element"])


def _element(element: Json) -> Problems:
    kind = str(element.get("type"))
    yield from _length(element.get("action_id", ""), 1, 255, "action_id")
    if "placeholder" in element:
        yield from _plain(element["placeholder"], 150, "placeholder")
    if "confirm" in element:
        yield from _confirm(element["confirm"])
    match kind:
        case "button":
            yield from _button(element)
        case "overflow":
            yield from _options(element["options"], 5)
        case "checkboxes" | "radio_buttons":
            yield from _options(element["options"], 10)
        case "static_select" | "multi_static_select":
            yield from _menu(element)
        case "plain_text_input":
            most = element.get("max_length", 3_000)
            if not 1 <= most <= 3_000:
                yield f"max_length {most}"
            if len(element.get("initial_value", "")) > most:
                yield "initial_value is longer than max_length"
        case (
            "datepicker" | "timepicker" | "datetimepicker" | "number_input"
            | "users_select" | "multi_users_select"
            | "conversations_select" | "multi_conversations_select"
            | "channels_select" | "multi_channels_select"
            | "external_select" | "multi_external_select"
        ):  # fmt: skip
            pass
        case _:
            yield f"an element of type {kind}"


def _button(element: Json) -> Problems:
    yield from _plain(element["text"], 75, "a button's text")
    yield from _length(element.get("value", ""), 0, 2_000, "a button's value")
    yield from _length(element.get("url", ""), 0, 3_000, "a button's url")
    label = element.get("accessibility_label", "")
    yield from _length(label, 0, 75, "accessibility_label")
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield f"style {element['style']}"


def _confirm(confirm: Json) -> Problems:
    for name, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        yield from _plain(confirm[name], most, f"confirm's {name}")
    yield from _text(confirm["text"], 300, "confirm's text")


def _menu(element: Json) -> Problems:
    if ("options" in element) == ("option_groups" in element):
        yield "not one of options and option_groups"
        return
    if "options" in element:
        yield from _options(element["options"], 100)
        return
    groups = element["option_groups"]
    if not 1 <= len(groups) <= 100:
        yield f"{len(groups)} groups of options"
    for group in groups:
        yield from _plain(group["label"], 75, "a group's label")
        yield from _options(group["options"], 100)


def _options(options: list[Json], most: int) -> Problems:
    if not 1 <= len(options) <= most:
        yield f"{len(options)} options"
    for each in options:
        yield from _text(each["text"], 75, "an option's text")
        yield from _length(each["value"], 1, 150, "an option's value")
        if "description" in each:
            yield from _text(each["description"], 75, "an option's description")


def _table(block: Json) -> Problems:
    yield from _rows(block["rows"], 100)
    settings = block.get("column_settings", [])
    if len(settings) > 20:
        yield f"{len(settings)} column settings"
    for each in settings:
        if each is not None and set(each) - {"align", "is_wrapped"}:
            yield f"column settings {each}"


def _data_table(block: Json) -> Problems:
    yield from _length(block.get("caption", ""), 1, 3_000, "caption")
    yield from _rows(block["rows"], 101)
    if not 1 <= block.get("page_size", 5) <= 100:
        yield f"page_size {block['page_size']}"
    if any(cell["type"] != "raw_text" for cell in block["rows"][0]):
        yield "a header that is not text"
    if not 0 <= block.get("row_header_column_index", 0) < len(block["rows"][0]):
        yield "row_header_column_index is no column"


def _rows(rows: list[list[Json]], most: int) -> Problems:
    if not 1 <= len(rows) <= most:
        yield f"{len(rows)} rows"
    widths = {len(row) for row in rows}
    if len(widths) > 1 or not all(1 <= width <= 20 for width in widths):
        yield f"rows of {sorted(widths)} cells"
    for row in rows:
        for cell in row:
            if cell["type"] not in {"raw_text", "raw_number"}:
                yield f"a cell of type {cell['type']}"
            if not cell.get("text"):
                yield "an empty cell"
            if cell["type"] == "raw_number" and not isinstance(
                cell.get("value"), int | float
            ):
                yield "a number without a value"
    characters = sum(len(cell.get("text", "")) for row in rows for cell in row)
    if characters > TABLE_TEXT:
        yield f"{characters} characters in cells"


def _chart(block: Json) -> Problems:
    yield from _length(block["title"], 1, 50, "title")
    chart = block["chart"]
    if chart["type"] == "pie":
        segments = chart["segments"]
        if not 1 <= len(segments) <= 6:
            yield f"{len(segments)} slices"
        for each in segments:
            yield from _length(each["label"], 1, 20, "a slice's label")
            if each["value"] <= 0:
                yield "a slice of nothing"
        return
    if chart["type"] not in {"bar", "line", "area"}:
        yield f"a chart of type {chart['type']}"
    yield from _series(chart)


def _series(chart: Json) -> Problems:
    axis, series = chart["axis_config"], chart["series"]
    categories = axis["categories"]
    if not 1 <= len(categories) <= 20 or len(set(categories)) != len(categories):
        yield f"{len(categories)} points, {len(set(categories))} of them different"
    if not 1 <= len(series) <= 6:
        yield f"{len(series)} series"
    if len({each["name"] for each in series}) != len(series):
        yield "two series of one name"
    for label in (*categories, *(each["name"] for each in series)):
        yield from _length(label, 1, 20, "a label")
    for name in ("x_label", "y_label"):
        yield from _length(axis.get(name, "-"), 1, 50, name)
    for each in series:
        if [point["label"] for point in each["data"]] != categories:
            yield "a series without a point for each category"


def _alert(block: Json) -> Problems:
    yield from _text(block["text"], 200, "text")


def _nothing(_block: Json) -> Problems:
    yield from ()


_BLOCKS: dict[str, Callable[[Json], Problems]] = {
    "section": _section,
    "context": _context,
    "header": _header,
    "divider": _nothing,
    "rich_text": _nothing,
    "image": _image,
    "actions": _actions,
    "input": _input,
    "alert": _alert,
    "table": _table,
    "data_table": _data_table,
    "card": _card,
    "data_visualization": _chart,
}

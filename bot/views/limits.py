"""Slack's limits, held against a message before it is sent."""

from collections.abc import Callable, Sequence

from bot.views.kit import (
    MAX_ACTIONS,
    MAX_BLOCKS,
    MAX_BUTTON,
    MAX_BUTTON_VALUE,
    MAX_CAPTION,
    MAX_CARD_BODY,
    MAX_CARD_BUTTONS,
    MAX_CARD_LINE,
    MAX_CHART_TITLE,
    MAX_CHARTS,
    MAX_CONTEXT_ELEMENTS,
    MAX_DATA_ROWS,
    MAX_FALLBACK,
    MAX_FIELD,
    MAX_FIELDS,
    MAX_HEADER,
    MAX_ID,
    MAX_LABEL,
    MAX_MESSAGE,
    MAX_OPTION,
    MAX_OPTION_VALUE,
    MAX_OPTIONS,
    MAX_OVERFLOW,
    MAX_PLACEHOLDER,
    MAX_POINTS,
    MAX_SECTION,
    MAX_SERIES,
    MAX_TABLE_CELLS,
    MAX_TABLE_ROWS,
    MAX_TABLE_TEXT,
    TABLES,
    Block,
    Element,
    Message,
)


class MessageError(ValueError):
    """A message breaks one of Slack's limits; sending it would fail."""


def check(message: Message) -> int:
    """Hold *message* against Slack's limits before it is sent; count its characters.

    Raises:
        MessageError: it breaks one; the sentence says which.
    """
    _within(len(message.text), MAX_FALLBACK, "characters in the text beside the blocks")
    if not message.text.strip():
        raise MessageError("the text beside the blocks is empty")
    _most(len(message.blocks), MAX_BLOCKS, "blocks")
    _unique([b["block_id"] for b in message.blocks if "block_id" in b], "block_id")
    characters = tables = charts = 0
    for block in message.blocks:
        kind = block["type"]
        # What a long message consists of comes first.
        if kind == "divider":
            continue
        if kind == "section":
            characters += _section(block)
        elif kind == "context":
            characters += _context(block)
        elif kind in _CHECKS:
            characters += _CHECKS[kind](block)
            tables += kind in TABLES
            charts += kind == "data_visualization"
        else:
            raise MessageError(f"{kind} is not a block this program makes")
    _most(tables, 1, "tables")
    _most(charts, MAX_CHARTS, "charts")
    _most(characters, MAX_MESSAGE, "characters in all blocks")
    return characters


# Lengths of what a message has many of are compared where they are read: a call that
# finds nothing wrong costs more than the comparison.


def _context(block: Block) -> int:
    elements = block["elements"]
    if not 0 < len(elements) <= MAX_CONTEXT_ELEMENTS:
        _within(len(elements), MAX_CONTEXT_ELEMENTS, "elements of a context")
    return _texts(elements, MAX_SECTION, "context")


def _header(block: Block) -> int:
    return _text(block["text"], MAX_HEADER, "header")


def _actions(block: Block) -> int:
    elements = block["elements"]
    _within(len(elements), MAX_ACTIONS, "elements of a row of actions")
    _unique([each["action_id"] for each in elements], "action_id in a block")
    return sum(map(_element, elements))


def _section(block: Block) -> int:
    characters = len(block["text"]["text"])
    if not 0 < characters <= MAX_SECTION:
        _within(characters, MAX_SECTION, "characters of a section")
    if "fields" in block:
        fields = block["fields"]
        if len(fields) > MAX_FIELDS:
            _most(len(fields), MAX_FIELDS, "fields of a section")
        characters += _texts(fields, MAX_FIELD, "field")
    if "accessory" in block:
        characters += _element(block["accessory"])
    return characters


def _element(element: Element) -> int:
    if not 0 < len(element["action_id"]) <= MAX_ID:
        _within(len(element["action_id"]), MAX_ID, "characters of an action_id")
    if element["type"] == "button":
        value, label = len(element["value"]), len(element["text"]["text"])
        if not (0 < label <= MAX_BUTTON and value <= MAX_BUTTON_VALUE):
            _most(value, MAX_BUTTON_VALUE, "characters of a button's value")
            _within(label, MAX_BUTTON, "characters of a button")
        return label
    if element["type"] == "overflow":
        return _options(element["options"], MAX_OVERFLOW)
    characters = _text(element["placeholder"], MAX_PLACEHOLDER, "placeholder")
    if "options" in element:
        return characters + _options(element["options"])
    groups = element["option_groups"]
    _within(len(groups), MAX_OPTIONS, "groups of a menu")
    for group in groups:
        characters += _text(group["label"], MAX_OPTION, "group of options")
        characters += _options(group["options"])
    return characters


def _options(options: Sequence[Element], most: int = MAX_OPTIONS) -> int:
    _within(len(options), most, "options of a menu")
    for option in options:
        _within(len(option["value"]), MAX_OPTION_VALUE, "characters of a menu's value")
    return sum(_text(option["text"], MAX_OPTION, "option") for option in options)


def _table(block: Block) -> int:
    _most(len(block["column_settings"]), MAX_TABLE_CELLS, "columns of a table")
    return _rows(block["rows"], MAX_TABLE_ROWS)


def _data_table(block: Block) -> int:
    _within(len(block["caption"]), MAX_CAPTION, "characters of a table's caption")
    return len(block["caption"]) + _rows(block["rows"], MAX_DATA_ROWS)


def _rows(rows: Sequence[Sequence[Element]], most: int) -> int:
    _within(len(rows), most, "rows of a table")
    if any(len(row) != len(rows[0]) for row in rows):
        raise MessageError("the rows of a table differ in length")
    _within(len(rows[0]), MAX_TABLE_CELLS, "cells of a row")
    lengths = [len(cell["text"]) for row in rows for cell in row]
    if not all(lengths):
        raise MessageError("a cell of a table is empty")
    _most(sum(lengths), MAX_TABLE_TEXT, "characters in a table")
    return sum(lengths)


def _card(block: Block) -> int:
    characters = _text(block["title"], MAX_CARD_LINE, "card's title")
    characters += _text(block["subtitle"], MAX_CARD_LINE, "card's subtitle")
    characters += _text(block["body"], MAX_CARD_BODY, "card's body")
    if "actions" in block:
        buttons = block["actions"]
        _within(len(buttons), MAX_CARD_BUTTONS, "buttons of a card")
        _unique([each["action_id"] for each in buttons], "action_id in a block")
        characters += sum(map(_element, buttons))
    return characters


def _chart(block: Block) -> int:
    chart = block["chart"]
    categories, series = chart["axis_config"]["categories"], chart["series"]
    _within(len(block["title"]), MAX_CHART_TITLE, "characters of a chart's title")
    _within(len(series), MAX_SERIES, "series of a chart")
    _within(len(categories), MAX_POINTS, "points of a chart")
    names = [each["name"] for each in series]
    for label in (*categories, *names):
        _within(len(label), MAX_LABEL, "characters of a label")
    if len(set(names)) != len(names) or len(set(categories)) != len(categories):
        raise MessageError("two labels of a chart are the same")
    for each in series:
        if [point["label"] for point in each["data"]] != categories:
            raise MessageError("a series of a chart has not a point for each category")
    return len(block["title"]) + len(series) * sum(map(len, categories))


def _text(text: Element, limit: int, where: str) -> int:
    length = len(text["text"])
    if not 0 < length <= limit:
        _within(length, limit, f"characters of a {where}")
    return length


def _texts(texts: Sequence[Element], limit: int, where: str) -> int:
    """Check texts as `_text` does, without a call for each."""
    characters = 0
    for text in texts:
        length = len(text["text"])
        if not 0 < length <= limit:
            _text(text, limit, where)
        characters += length
    return characters


def _within(number: int, limit: int, what: str) -> None:
    if number < 1:
        raise MessageError(f"there are no {what}")
    _most(number, limit, what)


def _most(number: int, limit: int, what: str) -> None:
    if number > limit:
        raise MessageError(f"{number} {what}; Slack takes {limit}")


def _unique(ids: Sequence[str], what: str) -> None:
    for each in ids:
        _within(len(each), MAX_ID, f"characters of a {what}")
    if len(set(ids)) != len(ids):
        raise MessageError(f"a {what} is used twice")


_CHECKS: dict[str, Callable[[Block], int]] = {
    "header": _header,
    "actions": _actions,
    "table": _table,
    "data_table": _data_table,
    "card": _card,
    "data_visualization": _chart,
}

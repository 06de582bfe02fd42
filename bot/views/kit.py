"""Block Kit as plain dictionaries, with Slack's limits and its escaping.

Plain dictionaries because they are built for every answer: slack_sdk's models cost 81
times as much and drop fields they do not know. Limits: Slack, "Block Kit reference"
and "Formatting text".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Block = dict[str, Any]
Element = dict[str, Any]

#: Blocks in a message, and characters over all of them (Slack answers
#: `msg_blocks_too_long` a little above 13,000 although every block is legal).
MAX_BLOCKS = 50
MAX_MESSAGE = 12_000
#: The text beside the blocks: notifications, screen readers, search.
MAX_FALLBACK = 3_000
MAX_SECTION = 3_000
#: Of a page that a button opens.
MAX_ADDRESS = 3_000
MAX_FIELDS, MAX_FIELD = 10, 2_000
MAX_HEADER = 150
MAX_CONTEXT_ELEMENTS = 10
MAX_ACTIONS = 25
MAX_BUTTON, MAX_BUTTON_VALUE = 75, 2_000
MAX_OPTIONS, MAX_OPTION, MAX_OPTION_VALUE = 100, 75, 150
MAX_OVERFLOW = 5
MAX_PLACEHOLDER = 150
MAX_ID = 255
#: One table to a message; rows count the header row. A `data_table` has one row more.
MAX_TABLE_ROWS, MAX_TABLE_CELLS, MAX_TABLE_TEXT = 100, 20, 10_000
MAX_DATA_ROWS, MAX_CAPTION = 101, 150
TABLES = frozenset(("table", "data_table"))
#: A card; descriptions differ on its buttons (3 or 2), so that 2 is held.
MAX_CARD_LINE, MAX_CARD_BODY, MAX_CARD_BUTTONS = 150, 200, 2
#: Charts of a message; their title, labels and axes; bars, and bars beside each other.
MAX_CHARTS, MAX_CHART_TITLE, MAX_LABEL, MAX_AXIS = 2, 50, 20, 50
MAX_POINTS, MAX_SERIES = 20, 6

#: Control characters, lone surrogates, and the marks that turn the direction of text
#: or hide in it; a provider's text must not reorder ours.
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_ADDRESS = re.compile(r"https?://[^\s<>|]{1,2900}")


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is sent: blocks, and a text that states the same result."""

    text: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of a table is set."""

    align: Literal["left", "center", "right"] = "left"
    wrap: bool = False


def outside(text: str, limit: int = MAX_SECTION) -> str:
    """Make text from a provider or a person safe for mrkdwn, in *limit* characters.

    On one line, without control and bidirectional characters, ``&``, ``<`` and ``>``
    escaped (Slack, "Formatting text"); cut with ``…``, never inside an entity.
    """
    text = _clean(text)
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return cut_mrkdwn(text, limit)


def cut_mrkdwn(text: str, limit: int) -> str:
    """Cut text that is escaped already, never inside an entity such as ``&amp;``."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    entity = cut.rfind("&")
    if entity >= 0 and ";" not in cut[entity:]:
        cut = cut[:entity]
    return cut + "…"


def plain(text: str, limit: int = MAX_SECTION) -> str:
    """Make text safe for plain_text and raw_text: as `outside`, without escaping."""
    if not (text.isascii() and text.isprintable()):
        text = _clean(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def link(label: str, address: str) -> str | None:
    """Make a link of mrkdwn; ``None`` where *address* is none that Slack takes."""
    if not _ADDRESS.fullmatch(address):
        return None
    return f"<{outside(address)}|{outside(label, 80)}>"


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return " ".join(_UNSAFE.sub("", text).split())


def mrkdwn(text: str) -> Element:
    """Make a text object of our own mrkdwn; what is not ours went through `outside`."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str) -> Element:
    """Make a text object without formatting."""
    return {"type": "plain_text", "text": text, "emoji": False}


def section(
    text: str, *, fields: Sequence[str] = (), accessory: Element | None = None
) -> Block:
    """Make a paragraph of mrkdwn, with fields below and an element beside it."""
    # Texts are written out here and below where a message makes hundreds of them: the
    # call of `mrkdwn` costs as much as the rest.
    block: Block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": text, "verbatim": True},
    }
    if fields:
        block["fields"] = [
            {"type": "mrkdwn", "text": each, "verbatim": True} for each in fields
        ]
    if accessory is not None:
        block["accessory"] = accessory
    return block


def context(*texts: str) -> Block:
    """Make a line of small print."""
    if len(texts) == 1:  # nearly always, and a comprehension costs as much again
        first = {"type": "mrkdwn", "text": texts[0], "verbatim": True}
        return {"type": "context", "elements": [first]}
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def header(text: str) -> Block:
    """Make a heading; plain text, cut to what Slack shows."""
    return {"type": "header", "text": plain_text(plain(text, MAX_HEADER))}


def divider() -> Block:
    """Make a line across the message."""
    return {"type": "divider"}


def actions(block_id: str, *elements: Element) -> Block:
    """Make a row of buttons and menus."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(
    label: str,
    action_id: str,
    value: str,
    style: Literal["primary", "danger"] | None = None,
) -> Element:
    """Make a button that sends *value* when it is pressed."""
    element: Element = {
        "type": "button",
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "action_id": action_id,
        "value": value,
    }
    if style is not None:
        element["style"] = style
    return element


def link_button(label: str, action_id: str, address: str) -> Element:
    """Make a button that opens a page; Slack tells of the click all the same."""
    return {
        "type": "button",
        "text": plain_text(label),
        "action_id": action_id,
        "value": "open",
        "url": address,
    }


def select(
    placeholder: str, action_id: str, options: Sequence[tuple[str, str]]
) -> Element:
    """Make a menu; *options* are pairs of what is shown and what is sent."""
    return {
        "type": "static_select",
        "placeholder": plain_text(placeholder),
        "action_id": action_id,
        "options": [
            {"text": plain_text(plain(label, MAX_OPTION)), "value": value}
            for label, value in options
        ],
    }


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Element:
    """Make the menu behind three dots, for what is rarely needed."""
    return {
        "type": "overflow",
        "action_id": action_id,
        "options": [
            {"text": plain_text(plain(label, MAX_OPTION)), "value": value}
            for label, value in options
        ],
    }


def grouped_select(
    placeholder: str,
    action_id: str,
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]],
) -> Element:
    """Make a menu of headed groups of options, as `select` has them."""
    return {
        "type": "static_select",
        "placeholder": plain_text(placeholder),
        "action_id": action_id,
        "option_groups": [
            {
                "label": plain_text(plain(heading, MAX_OPTION)),
                "options": [
                    {"text": plain_text(plain(label, MAX_OPTION)), "value": value}
                    for label, value in options
                ],
            }
            for heading, options in groups
        ],
    }


def same_select(menu: Element, placeholder: str, action_id: str) -> Element:
    """Make another menu of the same options, without building them again."""
    return {**menu, "placeholder": plain_text(placeholder), "action_id": action_id}


def text_cell(text: str) -> Element:
    """Make a table cell of text; Slack refuses an empty one, so that is a dash."""
    return {"type": "raw_text", "text": text or "–"}


def number_cell(number: Decimal | int, text: str) -> Element:
    """Make a table cell that shows *text*; *number* is only what Slack sorts by."""
    return {"type": "raw_number", "value": float(number), "text": text}


def table(rows: Sequence[Sequence[Element]], columns: Sequence[Column]) -> Block:
    """Make a table; the first of *rows* is its header."""
    return {
        "type": "table",
        "rows": [list(row) for row in rows],
        "column_settings": [
            {"align": column.align, "is_wrapped": column.wrap} for column in columns
        ],
    }


def data_table(
    rows: Sequence[Sequence[Element]], caption: str, *, row_header: int = 0
) -> Block:
    """Make a table that people can sort, read out as *caption* says.

    The first of *rows* is its header; the cell that names a row is in column
    *row_header*. All rows are on one page, since we turn pages ourselves.
    """
    return {
        "type": "data_table",
        "caption": plain(caption, MAX_CAPTION),
        "rows": [list(row) for row in rows],
        "page_size": max(1, len(rows) - 1),
        "row_header_column_index": row_header,
    }


def card(
    block_id: str, title: str, *, subtitle: str, body: str, buttons: Sequence[Element]
) -> Block:
    """Make a card about one thing, of mrkdwn; for messages and the Home tab only."""
    block: Block = {
        "type": "card",
        "block_id": block_id,
        "title": mrkdwn(title),
        "subtitle": mrkdwn(subtitle),
        "body": mrkdwn(body),
    }
    if buttons:
        block["actions"] = list(buttons)
    return block


def bar_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    x_label: str,
    y_label: str,
) -> Block:
    """Make a chart of bars; each of *series* has a name and a value for each label."""
    return {
        "type": "data_visualization",
        "title": plain(title, MAX_CHART_TITLE),
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(labels, values, strict=True)
                    ],
                }
                for name, values in series
            ],
            "axis_config": {
                "categories": list(labels),
                "x_label": plain(x_label, MAX_AXIS),
                "y_label": plain(y_label, MAX_AXIS),
            },
        },
    }

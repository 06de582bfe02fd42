"""Limits of rich text and of the cells that may hold it.

Source: Slack, Block Kit reference (rich text block, table block, data table block).
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.elements import BUTTON
from sandbox.slack.rules import (
    Problem,
    Rule,
    boolean,
    by_type,
    each,
    nothing,
    number,
    one_of,
    shape,
    string,
    whole,
)

_STYLE = {"style": nothing}


def _leaf(**required: Rule) -> Rule:
    return shape({"type": nothing, **required}, {**_STYLE, **_LEAF_EXTRAS})


_LEAF_EXTRAS: dict[str, Rule] = {
    "unsafe": boolean,
    "text": string(12_000),
    "url": string(3000),
    "fallback": string(3000),
    "skin_tone": whole(1, 6),
    "unicode": string(100),
    "format": string(255),
    "details": nothing,
}
_LEAVES = by_type(
    {
        "text": _leaf(text=string(12_000)),
        "link": _leaf(url=string(3000)),
        "user": _leaf(user_id=string(30)),
        "usergroup": _leaf(usergroup_id=string(30)),
        "channel": _leaf(channel_id=string(30)),
        "team": _leaf(team_id=string(30)),
        "broadcast": _leaf(range=one_of("here", "channel", "everyone")),
        "emoji": _leaf(name=string(255)),
        "color": _leaf(value=string(30)),
        "date": _leaf(timestamp=whole(0, 99_999_999_999), format=string(255)),
        "citation": _leaf(url=string(3000), text=string(3000), index=number),
    }
)
_RUN = each(_LEAVES, least=0, most=1000)
_SECTION = shape({"type": nothing, "elements": _RUN})
_BORDER = {"border": whole(0, 1)}

#: The elements of a `rich_text` block or cell.
RICH_ELEMENTS = each(
    by_type(
        {
            "rich_text_section": _SECTION,
            "rich_text_list": shape(
                {
                    "type": nothing,
                    "style": one_of("bullet", "ordered"),
                    "elements": each(
                        by_type({"rich_text_section": _SECTION}), most=1000
                    ),
                },
                {"indent": whole(0, 8), "offset": whole(0, 10_000), **_BORDER},
            ),
            "rich_text_preformatted": shape(
                {"type": nothing, "elements": _RUN}, {"language": string(50), **_BORDER}
            ),
            "rich_text_quote": shape({"type": nothing, "elements": _RUN}, _BORDER),
        }
    ),
    most=1000,
)
_RICH = shape({"type": nothing, "elements": RICH_ELEMENTS}, {"block_id": string(255)})
_RAW: dict[str, Rule] = {
    "raw_text": shape({"type": nothing, "text": string(10_000)}),
    "raw_number": shape({"type": nothing, "value": number, "text": string(10_000)}),
}

#: Cells of a `table`.
TABLE_CELL = by_type({**_RAW, "rich_text": _RICH})
#: Cells of a `data_table` below its header row.
DATA_CELL = by_type(
    {
        **_RAW,
        "rich_text": _RICH,
        "action_cell": shape(
            {"type": nothing, "element": by_type({"button": BUTTON})},
            {"fallback": string(3000)},
        ),
    }
)
_HEADER_CELL = by_type({"raw_text": _RAW["raw_text"]})


def check_data_rows(at: str, rows: Any) -> Iterator[Problem]:
    """Check a data table's rows: a header of texts, then rows as long as it.

    A hundred rows beside the header are what every description of the block allows.
    """
    yield from each(nothing, most=101)(at, rows)
    if not isinstance(rows, list):
        return
    for index, row in enumerate(rows):
        cell = DATA_CELL if index else _HEADER_CELL
        yield from each(cell, most=20)(f"{at}/{index}", row)
        if isinstance(row, list) and len(row) != _width(rows[0]):
            yield Problem("must have as many cells as the header", f"{at}/{index}")


def _width(header: Any) -> int:
    return len(header) if isinstance(header, list) else 0

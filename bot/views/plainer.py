"""The same message for a workspace that does not take the newer kinds of blocks. Pure.

A `data_table` becomes a `table`, and that lines in sections; a card becomes a section
above its buttons; a chart is left out, since what it shows is always in a table beside
it.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.views import words
from bot.views.headings import said_before, texts_before
from bot.views.kit import (
    MAX_MESSAGE,
    MAX_SECTION,
    TABLES,
    Block,
    Element,
    Message,
    actions,
    context,
    cut_mrkdwn,
    outside,
    section,
)
from bot.views.limits import check

#: The kinds that a workspace may refuse, the newest first.
NATIVE = ("data_visualization", "data_table", "card", "table")
#: Cells longer than this may be broken into lines.
_LONG = 24
#: Left for what is not counted here: how many rows are left out.
_SPARE = 400


def kinds_in(blocks: Sequence[Block]) -> frozenset[str]:
    """Tell which kinds that may be refused are among *blocks*."""
    return frozenset(b["type"] for b in blocks if b["type"] in NATIVE)


def plainer(blocks: list[Block], refused: frozenset[str]) -> list[Block]:
    """Draw *blocks* without the kinds that are refused; without any, the same list."""
    if not (refused and kinds_in(blocks) & refused):
        return blocks
    if "card" in refused:
        blocks = [each for block in blocks for each in without_card(block)]
    shown: list[Block] = []
    for place, block in enumerate(blocks):
        kind = block["type"]
        if kind not in refused:
            shown.append(block)
        elif kind == "data_table" and "table" not in refused:
            shown.append(_as_table(block))
        elif kind in TABLES:
            shown += _as_lines(block["rows"], _room(blocks, place))
    return shown


def without_card(block: Block) -> list[Block]:
    """Draw a card as a section with its texts and a row of its buttons."""
    if block["type"] != "card":
        return [block]
    title, *rest = (block[part]["text"] for part in ("title", "subtitle", "body"))
    said = section("\n".join([f"*{title}*", *rest]))
    if "actions" not in block:
        return [said]
    return [said, actions(block["block_id"], *block["actions"])]


def _room(blocks: Sequence[Block], place: int) -> int:
    """Count the characters that the blocks around a table leave for its lines."""
    others = [block for at, block in enumerate(blocks) if at != place]
    kept = [block for block in others if block["type"] != "data_visualization"]
    return MAX_MESSAGE - _SPARE - check(Message("-", kept))


def _as_table(block: Block) -> Block:
    rows: list[list[Element]] = block["rows"]
    settings = []
    for column in zip(*rows, strict=True):
        number = any(cell["type"] == "raw_number" for cell in column[1:])
        long = any(len(cell["text"]) > _LONG for cell in column)
        align = "right" if number else "left"
        settings.append({"align": align, "is_wrapped": long and not number})
    return {"type": "table", "rows": rows, "column_settings": settings}


def _as_lines(rows: Sequence[Sequence[Element]], room: int) -> Iterator[Block]:
    """Write a row a line, several lines a section, as many rows as there is room for.

    A heading stands before what does not say by itself what it is.
    """
    head = [outside(cell["text"], 60) for cell in rows[0]]
    texts = texts_before()
    paragraph, shown = "", 0
    for row in rows[1:]:
        line = _line(head, [cell["text"] for cell in row], texts)
        if room < len(line) + 1:
            break
        room -= len(line) + 1
        shown += 1
        if len(paragraph) + len(line) + 1 > MAX_SECTION:
            yield section(paragraph)
            paragraph = ""
        paragraph += f"\n{line}" if paragraph else line
    if paragraph:
        yield section(paragraph)
    left = len(rows) - 1 - shown
    if left:
        yield context(
            words.count(
                left,
                "There is no room for {n} more row; Export has all of them.",
                "There is no room for {n} more rows; Export has all of them.",
            )
        )


def _line(head: Sequence[str], cells: Sequence[str], texts: Mapping[str, str]) -> str:
    said = [f"*{outside(cells[0], 120)}*"]
    for heading, cell in zip(head[1:], cells[1:], strict=True):
        if cell.strip(" –-"):
            said.append(said_before(heading, outside(cell, 120), texts))
    return cut_mrkdwn(" · ".join(said), MAX_SECTION)

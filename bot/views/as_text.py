"""A table as text that can be copied: the same cells in columns of one width each."""

import re
from unicodedata import east_asian_width

from bot.views.kit import MAX_SECTION, Block, Element, outside, section

_FENCE = "```"
#: A cell is cut here; amounts and numbers of invoices are shorter.
_WIDEST = 40
_FIGURE = re.compile(r"[\d.,\s'’()\-–+%]*\d[\d.,\s'’()\-–+%]*(?:[A-Z]{3})?\s*$")


def text_blocks(table: Block) -> list[Block]:
    """Write the rows of *table* as text, in as many paragraphs as that takes."""
    rows = [[_said(cell) for cell in row] for row in table["rows"]]
    columns = list(zip(*rows, strict=True))
    widths = [max(map(_width, column)) for column in columns]
    right = [all(map(_is_figure, column[1:])) for column in columns]
    lines = [
        "  ".join(
            _padded(cell, width, right=to_the_right)
            for cell, width, to_the_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]
    return [section(f"{_FENCE}\n{part}\n{_FENCE}") for part in _parts(lines)]


def _said(cell: Element) -> str:
    text = str(cell["text"]).replace("`", "'")
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _is_figure(cell: str) -> bool:
    return cell == "–" or bool(_FIGURE.match(cell))


def _width(text: str) -> int:
    """Count the places that *text* takes where all letters are as wide as another."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _parts(lines: list[str]) -> list[str]:
    """Join lines to paragraphs that Slack takes; none is cut in two."""
    parts: list[str] = []
    for line in lines:
        safe = _escaped(line)
        room = MAX_SECTION - 2 * len(_FENCE) - 2
        if parts and len(parts[-1]) + 1 + len(safe) <= room:
            parts[-1] += f"\n{safe}"
        else:
            parts.append(safe)
    return parts


def _escaped(line: str) -> str:
    """Make a line safe; its blanks stay, which hold the columns."""
    return " ".join(outside(word) for word in line.split(" "))

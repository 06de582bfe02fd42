"""Lines of text as paragraphs that Slack takes."""

from collections.abc import Sequence

from bot.views.kit import MAX_SECTION


def paragraphs(lines: Sequence[str]) -> list[str]:
    """Join lines to as few paragraphs as fit."""
    made: list[str] = []
    for line in lines:
        if made and len(made[-1]) + len(line) < MAX_SECTION - 1:
            made[-1] += f"\n{line}"
        else:
            made.append(line)
    return made

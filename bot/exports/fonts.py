"""The typefaces of what we draw ourselves: statements and charts.

Two, since no small one has everything: Noto Sans for Latin, Greek and Cyrillic, and
Droid Sans Fallback for the kana, Hangul and ideographs that it lacks. Both may be
passed on; their licences are beside them.
"""

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

_FOLDER = Path(__file__).parent / "typefaces"
REGULAR = _FOLDER / "NotoSans-Regular.ttf"
BOLD = _FOLDER / "NotoSans-Bold.ttf"
#: Has no bold of its own.
EAST_ASIAN = _FOLDER / "DroidSansFallback.ttf"
#: As the files name themselves; what the first lacks is looked for in the second.
FAMILIES = ("Noto Sans", "Droid Sans Fallback")
#: Stands where neither has a shape.
NOT_DRAWN = "?"


def font_files() -> tuple[Path, ...]:
    """List every file, for whoever registers fonts by file."""
    return (REGULAR, BOLD, EAST_ASIAN)


def drawable(text: str) -> str:
    """Put a question mark where neither typeface has a shape."""
    known = _shapes()
    return "".join(each if ord(each) in known else NOT_DRAWN for each in text)


@cache
def _shapes() -> frozenset[int]:
    shapes: set[int] = set()
    for file in (REGULAR, EAST_ASIAN):
        with TTFont(file, lazy=True) as font:
            shapes |= font.getBestCmap().keys()
    return frozenset(shapes)

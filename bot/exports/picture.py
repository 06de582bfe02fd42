"""A chart as a picture, for a workspace that takes no chart block: PNG by matplotlib.

It shows what the block would: a panel for each currency, since two currencies never
share an axis. Imported late, since matplotlib takes a second and 70 MB; drawn without
`pyplot`, which keeps figures for the whole process.
"""

import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.exports.fonts import BOLD, EAST_ASIAN, REGULAR, drawable
from bot.views import words

#: Of the picture: 1,296 dots wide, in letters that can be read at a third of that.
_WIDTH, _DOTS = 7.2, 180
_UPRIGHT, _ROW, _AROUND = 3.6, 0.3, 1.4
_INK, _FAINT, _RULE = "#1d1c1d", "#616061", "#dddddd"
#: Told apart by their place and title, too; colour is no sign by itself.
_FILLS = ("#1264a3", "#b8591d")
_SMALL, _PLAIN, _LARGE = 9.0, 10.0, 13.0
#: Inches that a letter of a label takes, and those left for labels below bars.
_LETTER, _ROOM = 0.078, 6.2
#: Above the highest bar, or right of the longest, for the amount written there.
_ABOVE, _BESIDE = 1.12, 1.3
#: matplotlib draws in one thread at a time.
_drawing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Panel:
    """The bars of one currency, with what the axes are called."""

    title: str
    currency: str
    labels: tuple[str, ...]
    amounts: tuple[Decimal, ...]
    x_label: str
    y_label: str


def to_png(panels: Sequence[Panel]) -> bytes:
    """Draw *panels* below one another; the same figures are the same file."""
    heights = [_height(each) for each in panels]
    with _drawing:
        figure = Figure(
            figsize=(_WIDTH, sum(heights)),
            dpi=_DOTS,
            layout=ConstrainedLayoutEngine(h_pad=0.15, w_pad=0.15),
        )
        FigureCanvasAgg(figure)
        places = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)
        for place, (panel, axes) in enumerate(zip(panels, places[:, 0], strict=True)):
            _draw(axes, panel, _FILLS[place % len(_FILLS)])
        file = BytesIO()
        # Without the version of what drew it, which is no figure of ours.
        figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _height(panel: Panel) -> float:
    if _is_upright(panel):
        return _UPRIGHT
    return max(_UPRIGHT / 2, _AROUND + _ROW * len(panel.labels))


def _is_upright(panel: Panel) -> bool:
    """Tell whether every label has room below its bar; else the bars lie."""
    widest = max(map(_letters, panel.labels), default=0) + 1.5
    return widest * len(panel.labels) * _LETTER <= _ROOM


def _letters(text: str) -> float:
    """Count letters; the wide ones of East Asia take nearly two."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + 0.8 * wide


def _draw(axes: Axes, panel: Panel, fill: str) -> None:
    upright = _is_upright(panel)
    places = range(len(panel.labels))
    lengths = [float(each) for each in panel.amounts]
    labels = [drawable(each) for each in panel.labels]
    sides: dict[str, Any] = {**_set_in(_font(_SMALL)), "color": _INK}
    if upright:
        bars = axes.bar(places, lengths, color=fill, width=0.66)
        axes.set_xticks(places, labels, **sides)
        axes.set_ylim(_limits(lengths, _ABOVE))
        axes.set_xlim(-0.6, max(len(labels), 3) - 0.4)
    else:
        bars = axes.barh(places, lengths, color=fill, height=0.66)
        axes.set_yticks(places, labels, **sides)
        axes.set_xlim(_limits(lengths, _BESIDE))
        axes.set_ylim(len(labels) - 0.4, -0.6)  # the first on top, as in the table
    if not upright or _amounts_fit(panel):
        said = [drawable(words.number(e, panel.currency)) for e in panel.amounts]
        axes.bar_label(bars, said, padding=3, **sides)
    _name(axes, panel, upright=upright)
    _rule(axes, upright=upright)


def _amounts_fit(panel: Panel) -> bool:
    """Tell whether the amounts above upright bars do not run into one another."""
    said = (words.number(each, panel.currency) for each in panel.amounts)
    slots = max(len(panel.labels), 3)
    return max(map(len, said), default=0) * _LETTER * 0.95 <= _ROOM / slots


def _limits(lengths: Sequence[float], beyond: float) -> tuple[float, float]:
    """Begin the axis at nothing, and leave room for what is written at the bars."""
    low, high = min(0.0, *lengths), max(0.0, *lengths)
    if low == high:
        return 0.0, 1.0
    room = (high - low) * (beyond - 1)
    return (low - room if low else 0.0), high + room


def _name(axes: Axes, panel: Panel, *, upright: bool) -> None:
    x_label, y_label = panel.x_label, panel.y_label
    if not upright:
        x_label, y_label = y_label, x_label
    faint: dict[str, Any] = {**_set_in(_font(_PLAIN)), "color": _FAINT}
    axes.set_xlabel(drawable(x_label), **faint)
    axes.set_ylabel(drawable(y_label), **faint)
    axes.set_title(
        drawable(panel.title),
        loc="left",
        pad=12,
        color=_INK,
        **_set_in(_font(_LARGE, bold=True)),
    )


def _rule(axes: Axes, *, upright: bool) -> None:
    """Rule the axis of amounts, which is written as every amount is."""
    measured = axes.yaxis if upright else axes.xaxis
    measured.set_major_locator(MaxNLocator(nbins=5 if upright else 4))
    measured.set_major_formatter(FuncFormatter(_tick))
    measured.grid(visible=True, color=_RULE, linewidth=0.8)
    for label in measured.get_ticklabels():
        label.set_fontproperties(_font(_SMALL))
        label.set_color(_FAINT)
        label.set_parse_math(False)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left" if upright else "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom" if upright else "left"].set_color(_RULE)


def _tick(value: float, _place: int | None) -> str:
    """Write a round number of an axis; twelve digits, so that 0.3 stays 0.3."""
    return drawable(words.figure(Decimal(f"{value:.12g}").normalize() + 0))


def _set_in(font: FontProperties) -> dict[str, Any]:
    """Write in *font*, and what stands between dollar signs is no formula."""
    return {"fontproperties": font, "parse_math": False}


def _font(size: float, *, bold: bool = False) -> FontProperties:
    """Choose our typefaces; what the first lacks is drawn from the next."""
    _register()
    names = ("Duebot bold", "Duebot sans", "Duebot asian")
    return FontProperties(family=names if bold else names[1:], size=size)


@cache
def _register() -> None:
    """Tell matplotlib of our files, by names that no font of the machine has."""
    for name, file in (
        ("Duebot sans", REGULAR),
        ("Duebot bold", BOLD),
        ("Duebot asian", EAST_ASIAN),
    ):
        fontManager.ttflist.append(
            FontEntry(
                fname=str(file),
                name=name,
                style="normal",
                variant="normal",
                weight=400,
                stretch="normal",
                size="scalable",
            )
        )

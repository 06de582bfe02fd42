"""Limits of `data_visualization` charts.

Source: Slack, Block Kit reference (data visualization block).
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.rules import Problem, by_type, each, nothing, number, shape, string

#: What every description of the block allows.
SERIES = 6
POINTS = 20


def _positive(at: str, value: Any) -> Iterator[Problem]:
    yield from number(at, value)
    if isinstance(value, (int, float)) and value <= 0:
        yield Problem("must be more than 0", at)


def _series(at: str, value: dict[str, Any]) -> Iterator[Problem]:
    series = value.get("series")
    axis = value.get("axis_config")
    if not isinstance(series, list) or not isinstance(axis, dict):
        return
    found = [one for one in series if isinstance(one, dict)]
    names = [one.get("name") for one in found]
    if len(set(map(str, names))) != len(names):
        yield Problem("series names must be unique", f"{at}/series")
    categories = axis.get("categories")
    for index, one in enumerate(found):
        points = one.get("data")
        if isinstance(points, list) and _labels(points) != categories:
            place = f"{at}/series/{index}/data"
            yield Problem("must have one point per category", place)


def _labels(points: list[Any]) -> list[Any]:
    return [one.get("label") if isinstance(one, dict) else None for one in points]


_POINT = shape({"label": string(20), "value": number})
_AXES = shape(
    {"categories": each(string(20), most=POINTS)},
    {"x_label": string(50), "y_label": string(50)},
)
_LINES = shape(
    {
        "type": nothing,
        "series": each(
            shape({"name": string(20), "data": each(_POINT, most=POINTS)}), most=SERIES
        ),
        "axis_config": _AXES,
    },
    also=_series,
)
_SLICE = shape({"label": string(20), "value": _positive})

CHART = by_type(
    {
        "pie": shape({"type": nothing, "segments": each(_SLICE, most=SERIES)}),
        "bar": _LINES,
        "line": _LINES,
        "area": _LINES,
    }
)

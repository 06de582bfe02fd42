"""The queries of RQL: which page, in which order, of what, and how much of it.

Sources: SoftwareOne documentation, "Resource Query Language" and its advanced tips.

    query      = part *("&" part)          limit=, offset=, order=, select= or a filter
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from sandbox.providers.rql_filter import Row, RqlError, Test, find, parse_filter

#: Which properties exist: of each name, the names below it.
Properties = Mapping[str, tuple[str, ...]]

#: "Values above 100 are capped".
MOST = 100
#: What the quickstart's answer shows when no limit is sent.
DEFAULT_LIMIT = 10


@dataclass(slots=True)
class Selection:
    """What ``select`` adds, takes away, and whether it began from nothing."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    from_nothing: bool = False

    def has(self, name: str) -> bool:
        """Tell whether a property, or something below it, was asked for."""
        return any(path.split(".")[0] == name for path in self.added)


@dataclass(slots=True)
class Asked:
    """A query as understood."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    order: list[tuple[str, bool]] = field(default_factory=list)
    selection: Selection = field(default_factory=Selection)
    tests: list[Test] = field(default_factory=list)

    def matches(self, row: Row) -> bool:
        """Apply the filter."""
        return all(test(row) for test in self.tests)


def parse_query(raw: str, properties: Properties) -> Asked:
    """Read a raw query string; `+` is a plus sign in it, not a space.

    Raises:
        RqlError: it is not RQL, or names a property that does not exist.
    """
    asked = Asked()
    paths: list[str] = []
    for part in _split(unquote(raw), "&"):
        name, _, rest = part.partition("=")
        if name in {"limit", "offset"}:
            setattr(asked, name, _count(name, rest))
        elif name == "order":
            asked.order = [_order(item) for item in rest.split(",")]
            paths += [path for path, _ in asked.order]
        elif name == "select":
            asked.selection = _selection(rest, properties)
        elif part:
            test, used = parse_filter(part)
            asked.tests.append(test)
            paths += used
    asked.limit = min(asked.limit, MOST)
    _check(paths, asked.selection, properties)
    return asked


def select(row: dict[str, Any], selection: Selection, hidden: set[str]) -> Row:
    """Cut a full object down, and name in ``$meta.omitted`` what was left out."""
    if selection.from_nothing:
        shown: dict[str, Any] = {}
        for path in selection.added:
            _copy(row, path.split("."), shown)
    else:
        shown = {k: v for k, v in row.items() if k not in hidden or selection.has(k)}
    for path in selection.removed:
        _remove(shown, path.split("."))
    omitted = sorted(name for name in row if name not in shown)
    return {"$meta": {"omitted": omitted}, **shown} if omitted else shown


def sort(rows: list[dict[str, Any]], order: list[tuple[str, bool]]) -> None:
    """Sort in place, rows without the property last."""
    for path, is_descending in reversed(order):
        there = [row for row in rows if find(row, path) is not None]
        gone = [row for row in rows if find(row, path) is None]
        there.sort(key=lambda row: find(row, path), reverse=is_descending)
        rows[:] = there + gone


def _split(text: str, separator: str) -> Iterator[str]:
    """Split where the separator is outside quotes and brackets."""
    depth, quote, start = 0, "", 0
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == separator and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        msg = f"The {name} must be a whole number."
        raise RqlError(msg)
    return int(text)


def _order(item: str) -> tuple[str, bool]:
    return item.lstrip("+-"), item.startswith("-")


def _selection(text: str, properties: Properties) -> Selection:
    selection = Selection()
    for item in filter(None, text.split(",")):
        if item == "-*":
            selection.from_nothing = True
            continue
        path = item.lstrip("+-")
        if not _is_known(path, properties):
            raise RqlError("Invalid property path.")
        chosen = selection.removed if item.startswith("-") else selection.added
        chosen.append(path)
    return selection


def _check(paths: list[str], selection: Selection, properties: Properties) -> None:
    for path in paths:
        if not _is_known(path, properties):
            raise RqlError("Invalid property path.")
        # "To filter or sort by audit fields, audit has to be selected" (in our words).
        if path.startswith("audit") and not selection.has("audit"):
            raise RqlError("Select audit to filter or sort by it.")


def _is_known(path: str, properties: Properties) -> bool:
    head, _, rest = path.partition(".")
    if head not in properties:
        return False
    return not rest or rest.split(".")[0] in properties[head]


def _copy(row: Row, path: list[str], into: dict[str, Any]) -> None:
    name, rest = path[0], path[1:]
    if name not in row:
        return
    if not rest:
        into[name] = row[name]
    elif isinstance(row[name], Mapping):
        _copy(row[name], rest, into.setdefault(name, {}))


def _remove(row: dict[str, Any], path: list[str]) -> None:
    name, rest = path[0], path[1:]
    if not rest:
        row.pop(name, None)
    elif isinstance(row.get(name), dict):
        row[name] = dict(row[name])
        _remove(row[name], rest)

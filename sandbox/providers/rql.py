"""The part of RQL that the SoftwareOne simulator understands.

Sources: SoftwareOne documentation, "Resource Query Language" and its advanced tips; the
open engine's parser for `,` and `&` (and), `;` and `|` (or) and the meaning of `*`.

    query      = part *("&" part)          limit=, offset=, order=, select= or a filter
    filter     = both *((";" | "|") both)
    both       = test *(("," | "&") test)
    test       = name "(" arguments ")" | property "=" value | "(" filter ")"
    value      = 'quoted' | "quoted" | null() | bare text up to , ) & ; |
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
#: Which properties exist: of each name, the names below it.
Properties = Mapping[str, tuple[str, ...]]

#: "Values above 100 are capped".
MOST = 100
#: What the quickstart's answer shows when no limit is sent.
DEFAULT_LIMIT = 10
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "gt": lambda left, right: bool(left > right),
    "ge": lambda left, right: bool(left >= right),
    "lt": lambda left, right: bool(left < right),
    "le": lambda left, right: bool(left <= right),
}
_NAME = re.compile(r"[A-Za-z$][\w.$]*")
#: Ids and document numbers; unquoted ones match nothing ("quote your ids").
_LIKE_AN_ID = re.compile(r"[A-Z]{2,3}-[\w-]*\d")


class RqlError(Exception):
    """A query that the service refuses; the text is the problem's."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as written; ``text`` None is null()."""

    text: str | None
    is_quoted: bool = False


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
            parser = _Parser(part)
            asked.tests.append(parser.parse())
            paths += parser.paths
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


def find(row: Row, path: str) -> Any:
    """Follow a dotted path; None when something on it is absent."""
    found: Any = row
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


class _Parser:
    """Reads one filter; ``paths`` collects the properties it uses."""

    def __init__(self, text: str) -> None:
        self.paths: list[str] = []
        self._text = text
        self._at = 0

    def parse(self) -> Test:
        test = self._either()
        if self._at < len(self._text):
            raise RqlError("Unexpected text after the expression.")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._skip(";|"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._test()]
        while self._skip(",&"):
            tests.append(self._test())
        return lambda row: all(test(row) for test in tests)

    def _test(self) -> Test:
        if self._skip("("):
            test = self._either()
            self._expect(")")
            return test
        name = self._name()
        if self._skip("("):
            return self._call(name)
        if self._skip("="):
            return self._compare("eq", name, self._value())
        raise RqlError("Invalid equals shortcut expression.")

    def _call(self, name: str) -> Test:
        if name in {"and", "or", "not"}:
            return self._logic(name)
        if name == "filter":
            # A saved filter, such as group.buyers: the sandbox has one group.
            self._name()
            self._expect(")")
            return lambda _: True
        if name not in {*_COMPARISONS, "like", "ilike", "in", "out"}:
            raise RqlError("Unknown expression group.")
        path = self._name()
        self._expect(",")
        if name in {"in", "out"}:
            return self._member(name, path)
        test = self._compare(name, path, self._value())
        self._expect(")")
        return test

    def _logic(self, name: str) -> Test:
        tests = [self._test()]
        while self._skip(","):
            tests.append(self._test())
        self._expect(")")
        if name == "or":
            return lambda row: any(test(row) for test in tests)
        if name == "not":
            return lambda row: not any(test(row) for test in tests)
        return lambda row: all(test(row) for test in tests)

    def _member(self, name: str, path: str) -> Test:
        self._expect("(")
        tests = [self._compare("eq", path, self._value())]
        while self._skip(","):
            tests.append(self._compare("eq", path, self._value()))
        self._expect(")")
        self._expect(")")
        wanted = name == "in"
        return lambda row: any(test(row) for test in tests) is wanted

    def _compare(self, operator: str, path: str, value: Value) -> Test:
        self.paths.append(path)
        if operator in {"like", "ilike"}:
            pattern = _pattern(value, ignore_case=operator == "ilike")
            return lambda row: _is_like(find(row, path), pattern)
        return lambda row: _holds(operator, find(row, path), value)

    def _value(self) -> Value:
        for quote in "'\"":
            if self._skip(quote):
                return Value(self._until(quote), is_quoted=True)
        for word in ("null()", "empty()"):
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return Value(None)
        found = re.compile(r"[^,)&;|]*").match(self._text, self._at)
        text = found[0] if found else ""
        self._at += len(text)
        return Value(text)

    def _until(self, quote: str) -> str:
        end = self._text.find(quote, self._at)
        if end < 0:
            raise RqlError("A quoted value does not end.")
        text = self._text[self._at : end]
        self._at = end + 1
        return text

    def _name(self) -> str:
        found = _NAME.match(self._text, self._at)
        if found is None:
            raise RqlError("Invalid property path.")
        self._at = found.end()
        return found[0]

    def _skip(self, characters: str) -> bool:
        if self._at < len(self._text) and self._text[self._at] in characters:
            self._at += 1
            return True
        return False

    def _expect(self, character: str) -> None:
        if not self._skip(character):
            msg = f"Expected '{character}'."
            raise RqlError(msg)


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


def _holds(operator: str, found: Any, value: Value) -> bool:
    if value.text is None or found is None:
        is_null = found is None
        same = is_null if value.text is None else False
        return same if operator == "eq" else operator == "ne" and not same
    if isinstance(found, str) and not value.is_quoted and _LIKE_AN_ID.match(value.text):
        return False
    left, right = _comparable(found, value.text)
    return _COMPARISONS[operator](left, right)


def _comparable(found: Any, text: str) -> tuple[Any, Any]:
    if isinstance(found, (int, Decimal)):
        try:
            return Decimal(found), Decimal(text)
        except InvalidOperation:
            raise RqlError("The value is no number.") from None
    left, right = _moment(str(found)), _moment(text)
    if left is not None and right is not None:
        return left, right
    return str(found), text


def _moment(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _pattern(value: Value, *, ignore_case: bool) -> re.Pattern[str]:
    """Turn `*` at the ends into "anything"; without one the whole value is compared."""
    text = value.text or ""
    begin = "" if text.startswith("*") else r"\A"
    end = "" if text.endswith("*") and not text.endswith("\\*") else r"\Z"
    middle = text.removeprefix("*")
    if not end:
        middle = middle.removesuffix("*")
    literal = re.escape(middle.replace("\\*", "*"))
    return re.compile(begin + literal + end, re.IGNORECASE if ignore_case else 0)


def _is_like(found: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(found, str) and pattern.search(found) is not None


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

"""The filters of RQL, as SoftwareOne's list endpoints understand them.

Sources: SoftwareOne documentation, "Resource Query Language" and its advanced tips; the
open engine's parser for `,` and `&` (and), `;` and `|` (or) and the meaning of `*`.

    filter     = both *((";" | "|") both)
    both       = test *(("," | "&") test)
    test       = name "(" arguments ")" | property "=" value | "(" filter ")"
    value      = 'quoted' | "quoted" | null() | bare text up to , ) & ; |
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
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


def parse_filter(text: str) -> tuple[Test, list[str]]:
    """Read one filter; give the test and the properties that it uses.

    Raises:
        RqlError: it is no filter.
    """
    parser = _Parser(text)
    return parser.parse(), parser.paths


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

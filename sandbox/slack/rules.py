"""Small rules that check JSON and say where it is wrong, as Slack does.

A rule takes a place (a JSON pointer) and a value and yields problems.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the JSON pointer to where."""

    text: str
    at: str

    def __str__(self) -> str:
        return f"[ERROR] {self.text} [json-pointer:{self.at}]"


Rule = Callable[[str, Any], Iterator[Problem]]
Check = Callable[[str, dict[str, Any]], Iterator[Problem]]


def string(most: int, *, least: int = 1) -> Rule:
    """Demand text of a length; Slack counts characters."""

    def check(at: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("must be a string", at)
        elif len(value) < least:
            yield Problem(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield Problem(f"must be less than {most + 1} characters", at)

    return check


def one_of(*words: Any) -> Rule:
    """Demand one of a few values."""

    def check(at: str, value: Any) -> Iterator[Problem]:
        if value not in words:
            listed = ", ".join(str(one) for one in words)
            yield Problem(f"must be one of: {listed}", at)

    return check


def boolean(at: str, value: Any) -> Iterator[Problem]:
    """Demand true or false."""
    if not isinstance(value, bool):
        yield Problem("must be a boolean", at)


def whole(least: int, most: int) -> Rule:
    """Demand a whole number in a range."""

    def check(at: str, value: Any) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem("must be an integer", at)
        elif not least <= value <= most:
            yield Problem(f"must be between {least} and {most}", at)

    return check


def number(at: str, value: Any) -> Iterator[Problem]:
    """Demand a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield Problem("must be a number", at)


def nothing(at: str, value: Any) -> Iterator[Problem]:
    """Accept anything."""
    del at, value
    yield from ()


def nullable(rule: Rule) -> Rule:
    """Accept null beside what another rule accepts."""

    def check(at: str, value: Any) -> Iterator[Problem]:
        if value is not None:
            yield from rule(at, value)

    return check


def each(rule: Rule, *, least: int = 1, most: int) -> Rule:
    """Demand a list of a length whose items follow a rule."""

    def check(at: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem("must be an array", at)
            return
        if len(value) < least:
            yield Problem(f"no fewer than {least} items allowed", at)
        if len(value) > most:
            yield Problem(f"no more than {most} items allowed", at)
        for index, one in enumerate(value):
            yield from rule(f"{at}/{index}", one)

    return check


def shape(
    required: Mapping[str, Rule],
    optional: Mapping[str, Rule] | None = None,
    *,
    also: Check | None = None,
) -> Rule:
    """Demand an object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(at: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must be an object", at)
            return
        for name in required:
            if value.get(name) is None:
                yield Problem(f"missing required field: {name}", at)
        for name, one in value.items():
            if name not in known:
                yield Problem(f"invalid additional property: {name}", at)
            elif one is not None:
                yield from known[name](f"{at}/{name}", one)
        if also is not None:
            yield from also(at, value)

    return check


def by_type(rules: Mapping[str, Rule]) -> Rule:
    """Demand an object whose `type` is known, and follow the rule for it."""

    def check(at: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must be an object", at)
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in rules:
            yield Problem(f"unsupported type: {kind}", f"{at}/type")
            return
        yield from rules[kind](at, value)

    return check


def exactly_one(*names: str) -> Check:
    """Demand one of several fields, and not two of them."""

    def check(at: str, value: dict[str, Any]) -> Iterator[Problem]:
        if sum(value.get(name) is not None for name in names) != 1:
            yield Problem(f"must have exactly one of: {', '.join(names)}", at)

    return check


def at_least_one(*names: str) -> Check:
    """Demand one or more of several fields."""

    def check(at: str, value: dict[str, Any]) -> Iterator[Problem]:
        if not any(value.get(name) for name in names):
            yield Problem(f"must have at least one of: {', '.join(names)}", at)

    return check

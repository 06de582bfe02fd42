"""Which rules decided: noted while a document is read once more to explain it.

The functions that decide note themselves, each where it decides, so that there is no
second account of the rules. While nobody asks, the trace is ``None`` and costs a test.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from providers.models import About, Reason, Status

T = TypeVar("T")
#: What a rule looks at: names as the provider or the configuration has them.
Seen = tuple[str, object]


class Trace:
    """The rules that were applied, in order."""

    def __init__(self) -> None:
        self.reasons: list[Reason] = []


def in_words(rule: str) -> str:
    """Mark a rule for translators, who find it by this; people read it."""
    return rule


def told(trace: Trace | None, about: About, value: T, rule: str, *seen: Seen) -> T:
    """Give *value* back, having noted the *rule* that led to it and what it saw."""
    if trace is not None:
        facts = tuple((name, _text(each)) for name, each in seen)
        trace.reasons.append(Reason(about, rule, facts, _text(value)))
    return value


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case Status():
            return value.value
        case date():
            return value.isoformat()
        case timedelta():
            return f"{value.days} days"
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)

"""How a sync ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True)
class Complete:
    """Everything came and could be read; *told* counts the events let go, by kind."""

    told: Mapping[str, int] = field(default_factory=dict)
    problem: None = None


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The end was reached, but something on the way could not be read."""

    problem: str
    told: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The end was not reached, or what came cannot be true; nothing is told."""

    problem: str


Outcome = Complete | Incomplete | Failed


class ConnectionReport(msgspec.Struct, frozen=True, kw_only=True):
    """One connection's part of a sync report (`duebot sync --json`).

    The counts from ``issued`` to ``withdrawn`` are events; ``unchanged`` counts the
    documents that were known and gave none. ``ok`` says that the end was reached;
    ``complete`` that everything on the way could also be read and trusted.
    """

    connection: str
    ok: bool
    error: str | None = None
    complete: bool = False
    requests: int = 0
    fetched: int = 0
    issued: int = 0
    amended: int = 0
    payment: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    seconds: float = 0.0


def to_report(  # noqa: PLR0913  # fields of the report, each by its name
    outcome: Outcome,
    *,
    connection: str,
    requests: int = 0,
    fetched: int = 0,
    unchanged: int = 0,
    seconds: float = 0.0,
) -> ConnectionReport:
    """Write how a sync ended as its part of a report."""
    told = {} if isinstance(outcome, Failed) else outcome.told
    return ConnectionReport(
        connection=connection,
        ok=not isinstance(outcome, Failed),
        error=outcome.problem,
        complete=isinstance(outcome, Complete),
        requests=requests,
        fetched=fetched,
        issued=told.get("issued", 0),
        amended=told.get("amended", 0),
        payment=told.get("payment", 0),
        withdrawn=told.get("withdrawn", 0),
        unchanged=unchanged,
        seconds=round(seconds, 3),
    )


class SyncReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `duebot sync --json` prints."""

    connections: list[ConnectionReport]

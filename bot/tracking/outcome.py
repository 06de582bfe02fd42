"""How a sync ended."""

import msgspec


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


class SyncReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `duebot sync --json` prints."""

    connections: list[ConnectionReport]

"""What happened, append-only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.folding import fold_number
from storage.moments import to_moment, to_text

_COLUMNS = "id, kind, connection, invoice_key, run, happened_at, payload"
_APPEND = """
    insert into events
        (once_key, kind, connection, invoice_key, run, happened_at, payload)
    values (?, ?, ?, ?, ?, ?, ?) on conflict (once_key) do nothing
"""
_LATEST = f"""
    select {_COLUMNS} from events
    where (:connection is null or connection = :connection)
        and (:number is null or invoice_key in (
            select key from invoices where number_folded = :folded union
            select key from invoices where connection in (select name from connections)
                and id in (:number, upper(:number), lower(:number))
        ))
    order by id desc limit :limit
"""  # noqa: S608  # our own columns


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row; *payload* is JSON that means nothing to storage."""

    id: int
    kind: str
    connection: str
    invoice_key: int | None
    run: int | None
    happened_at: datetime
    payload: str


def append(  # noqa: PLR0913  # the columns of the row, each by its name
    db: Database,
    *,
    kind: str,
    connection: str,
    invoice_key: int | None,
    run: int | None,
    once_key: str,
    happened_at: datetime,
    payload: str,
) -> int | None:
    """Add an event and return its id; ``None`` when *once_key* was there before."""
    cursor = db.execute(
        _APPEND,
        (once_key, kind, connection, invoice_key, run, to_text(happened_at), payload),
    )
    return cursor.lastrowid if cursor.rowcount > 0 else None


def find(db: Database, ids: Sequence[int]) -> list[StoredEvent]:
    """Read the events with these ids, oldest first."""
    found: list[StoredEvent] = []
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ",".join("?" * len(part))
        found += _read(db, f"id in ({marks})", list(part))
    return sorted(found, key=lambda event: event.id)


def since(
    db: Database,
    *,
    after_id: int = 0,
    kinds: Sequence[str] | None = None,
    connections: Sequence[str] | None = None,
    limit: int | None = None,
) -> list[StoredEvent]:
    """Read events later than *after_id*, oldest first; ``None`` means every one."""
    where, parameters = ["id > ?"], [after_id]
    for column, wanted in (("kind", kinds), ("connection", connections)):
        if wanted is not None:
            where.append(f"{column} in ({','.join('?' * len(wanted))})")
            parameters += wanted  # type: ignore[arg-type]  # a list of SQL values
    return _read(db, " and ".join(where), parameters, limit=limit)


def between(
    db: Database,
    first: datetime,
    end: datetime | None,
    *,
    connections: Collection[str],
) -> list[StoredEvent]:
    """Read what happened at *first* or later and before *end*, oldest first."""
    marks = ",".join("?" * len(connections))
    where = [f"connection in ({marks})", "happened_at >= ?"]
    parameters: list[Any] = [*connections, to_text(first)]
    if end is not None:
        where.append("happened_at < ?")
        parameters.append(to_text(end))
    return _read(db, " and ".join(where), parameters)


def latest(
    db: Database,
    *,
    connection: str | None = None,
    number: str | None = None,
    limit: int | None = None,
) -> list[StoredEvent]:
    """Read events, newest first; with *number*, of the invoices that have it.

    An invoice is found by its number or id as it is now, withdrawn or not.
    """
    rows = db.execute(
        _LATEST,
        {
            "connection": connection,
            "number": number,
            "folded": None if number is None else fold_number(number),
            "limit": -1 if limit is None else limit,
        },
    )
    return [_event(row) for row in rows.fetchall()]


def of_invoice(db: Database, key: int) -> list[StoredEvent]:
    """Read the history of one invoice, oldest first."""
    return _read(db, "invoice_key = ?", [key])


def count_after(db: Database, after_id: int) -> list[tuple[str, str, int, int]]:
    """Count events later than *after_id*: connection, kind, how many, the last id."""
    rows = db.execute(
        "select connection, kind, count(*), max(id) from events where id > ? "
        "group by connection, kind",
        [after_id],
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows.fetchall()]


def count_since_success(db: Database, connection: str) -> dict[str, int]:
    """Count the events of a connection, by kind, since its last sync that went well.

    To be asked before the running sync is noted as gone well.
    """
    rows = db.execute(
        "select kind, count(*) from events where connection = :name and run > "
        "coalesce((select id from runs where connection = :name and ok = 1 "
        "order by id desc limit 1), 0) group by kind",
        {"name": connection},
    )
    return dict(rows.fetchall())


def _read(
    db: Database, where: str, parameters: Sequence[Any], *, limit: int | None = None
) -> list[StoredEvent]:
    rows = db.execute(
        f"select {_COLUMNS} from events where {where} order by id limit ?",  # noqa: S608  # *where* is written above, never given
        [*parameters, -1 if limit is None else limit],
    )
    return [_event(row) for row in rows]


def _event(row: tuple[Any, ...]) -> StoredEvent:
    id_, kind, connection, key, run, at, payload = row
    return StoredEvent(id_, kind, connection, key, run, to_moment(at), payload)

"""Where each connection stands, and the runs that brought it there."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_moment, to_text

#: Runs kept; older ones say nothing that the events do not.
_KEPT_RUNS = 10_000
_STATE = """
    select name, provider, last_success, last_attempt, invoices, error, failures,
        baseline_at, whole_at, batch, reading
    from connections order by name
"""


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """A connection as its last sync left it.

    ``error`` follows the connection's label in a sentence ("answered 503"); it is kept
    until a sync goes well. ``failures`` counts failed syncs in a row. ``batch`` is the
    number that deliveries held back by the running or next sync belong to. ``whole_at``
    is when the last complete sync began that read everything there is.
    """

    name: str
    provider: str
    last_success: datetime | None
    last_attempt: datetime | None
    invoices: int
    error: str | None
    failures: int
    baseline_at: datetime | None
    whole_at: datetime | None
    batch: int
    reading: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended: when, after how many requests and documents, and why.

    ``whole`` where it asked for everything, not only for what changed.
    """

    run: int
    now: datetime
    requests: int = 0
    fetched: int = 0
    whole: bool = False
    error: str | None = None


def state(db: Database) -> list[ConnectionState]:
    """Read where every connection stands that was ever asked, by name."""
    return [
        ConnectionState(
            name,
            provider,
            success and to_moment(success),
            attempt and to_moment(attempt),
            invoices,
            error,
            failures,
            baseline and to_moment(baseline),
            whole and to_moment(whole),
            batch,
            reading,
        )
        for (
            name,
            provider,
            success,
            attempt,
            invoices,
            error,
            failures,
            baseline,
            whole,
            batch,
            reading,
        ) in db.execute(_STATE)
    ]


def standing(db: Database, connection: str) -> ConnectionState:
    """Read where one connection stands.

    Raises:
        KeyError: it was never asked.
    """
    for found in state(db):
        if found.name == connection:
            return found
    raise KeyError(connection)


def attempted(db: Database, connection: str, *, provider: str, now: datetime) -> int:
    """Note that a sync begins; return the number of its run."""
    moment = to_text(now)
    db.execute(
        "insert into connections (name, provider, last_attempt) values (?, ?, ?) "
        "on conflict (name) do update set "
        "provider = excluded.provider, last_attempt = excluded.last_attempt",
        (connection, provider, moment),
    )
    run = db.execute(
        "insert into runs (connection, started_at) values (?, ?)", (connection, moment)
    ).lastrowid
    if run is None:
        raise RuntimeError("SQLite gave a new run no number")
    db.execute("delete from runs where id <= ?", (run - _KEPT_RUNS,))
    return run


def succeeded(
    db: Database,
    connection: str,
    end: RunEnd,
    *,
    reading: str | None = None,
    baseline: bool = False,
) -> None:
    """Note that a sync reached the end; the next one holds back a new batch.

    With an error it is not complete: something on the way could not be read. *reading*
    is remembered when it is given; *baseline* marks the first complete sync.
    """
    moment = to_text(end.now)
    db.execute(
        "update connections set last_success = ?, error = ?, failures = 0, "
        "batch = batch + 1, reading = coalesce(?, reading), "
        "baseline_at = coalesce(baseline_at, ?), whole_at = case when ? then "
        "(select started_at from runs where id = ?) else whole_at end where name = ?",
        (
            moment,
            end.error,
            reading,
            moment if baseline else None,
            end.whole and end.error is None,
            end.run,
            connection,
        ),
    )
    _end_run(db, end, ok=True)


def failed(db: Database, connection: str, end: RunEnd) -> int:
    """Note that a sync failed, and why; return how many did in a row."""
    db.execute(
        "update connections set error = ?, failures = failures + 1 where name = ?",
        (end.error, connection),
    )
    _end_run(db, end, ok=False)
    row = db.execute(
        "select failures from connections where name = ?", (connection,)
    ).fetchone()
    return int(row[0])


def good_since(db: Database, connection: str, *, run: int) -> datetime | None:
    """Tell when the sync before *run* began; ``None`` if it was not complete."""
    row = db.execute(
        "select started_at, complete from runs where connection = ? and id < ? "
        "order by id desc limit 1",
        (connection, run),
    ).fetchone()
    return to_moment(row[0]) if row is not None and row[1] else None


def overlapped(db: Database, connection: str, *, run: int) -> bool:
    """Tell whether another complete sync ended since *run* began."""
    row = db.execute(
        "select 1 from runs where connection = :name and id <> :run and complete = 1 "
        "and ended_at > (select started_at from runs where id = :run) limit 1",
        {"name": connection, "run": run},
    ).fetchone()
    return row is not None


def count_invoices(db: Database, connection: str) -> None:
    """Bring the number of known invoices up to date (`ConnectionState.invoices`)."""
    db.execute(
        "update connections set invoices = (select count(*) from invoices "
        "where connection = :name and withdrawn_at is null) where name = :name",
        {"name": connection},
    )


def _end_run(db: Database, end: RunEnd, *, ok: bool) -> None:
    complete = ok and end.error is None
    db.execute(
        "update runs set ended_at = ?, ok = ?, complete = ?, error = ?, requests = ?, "
        "fetched = ? where id = ?",
        (
            to_text(end.now),
            ok,
            complete,
            end.error,
            end.requests,
            end.fetched,
            end.run,
        ),
    )

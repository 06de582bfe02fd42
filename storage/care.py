"""What people do about an invoice: acknowledge, snooze, assign, note.

How things stand is one row an invoice; everything that was ever done is in a log that
only grows. Invoices are known by connection and id, which outlive their rows.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlite_utils import Database

from storage.moments import to_moment, to_text

#: ``changed`` and ``woke`` are Duebot's own: the invoice changed, the snooze ended.
Deed = Literal[
    "acknowledged",
    "unacknowledged",
    "snoozed",
    "unsnoozed",
    "assigned",
    "unassigned",
    "noted",
    "changed",
    "woke",
]

#: Whether nothing is told of an invoice's dates; needs the table ``care``.
SILENT_SQL = "(acknowledged_at is not null or snoozed_until is not null)"
_COLUMNS = (
    "connection, invoice, acknowledged_by, acknowledged_at, snoozed_until, snoozed_by, "
    "snoozed_at, snooze_channel, snooze_thread, assignee, assigned_by, assigned_at"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with an invoice; people are Slack's ids.

    *snoozed_until* is the first day on which it is told of again. *snooze_channel* and
    *snooze_thread* are where it was snoozed from.
    """

    connection: str
    invoice: str
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: date | None = None
    snoozed_by: str | None = None
    snoozed_at: datetime | None = None
    snooze_channel: str | None = None
    snooze_thread: str | None = None
    assignee: str | None = None
    assigned_by: str | None = None
    assigned_at: datetime | None = None

    @property
    def is_silent(self) -> bool:
        """Whether its dates are told to nobody: acknowledged, or snoozed."""
        return self.acknowledged_at is not None or self.snoozed_until is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done once: *by* nobody where Duebot did it.

    *detail* is the note, the day of a snooze, the assignee's id, or the kind of the
    event that ended a silence.
    """

    id: int
    deed: Deed
    by: str | None
    at: datetime
    detail: str | None


def standing(db: Database, connection: str, invoice: str) -> Standing:
    """Read how things stand with one invoice."""
    row = db.execute(
        f"select {_COLUMNS} from care where connection = ? and invoice = ?",  # noqa: S608  # our own columns
        (connection, invoice),
    ).fetchone()
    return Standing(connection, invoice) if row is None else _read(row)


def standings(
    db: Database, invoices: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Standing]:
    """Read how things stand with those of *invoices* that somebody did anything to."""
    wanted = json.dumps(list(invoices))
    rows = db.execute(
        f"select {_COLUMNS} from care where (connection, invoice) in "  # noqa: S608  # our own columns
        "(select value ->> 0, value ->> 1 from json_each(?))",
        (wanted,),
    )
    return {(row[0], row[1]): _read(row) for row in rows.fetchall()}


def log_of(db: Database, connection: str, invoice: str) -> list[Entry]:
    """Read everything that was ever done about one invoice, oldest first."""
    rows = db.execute(
        "select id, deed, person, at, detail from care_log "
        "where connection = ? and invoice = ? order by id",
        (connection, invoice),
    )
    return [
        Entry(key, deed, person, to_moment(at), detail)
        for key, deed, person, at, detail in rows.fetchall()
    ]


def snoozed(db: Database) -> list[Standing]:
    """List what is snoozed, what ends first first."""
    return _find(db, "snoozed_until is not null order by snoozed_until, snoozed_at")


def assigned_to(db: Database, person: str) -> list[Standing]:
    """List what is assigned to *person*, the oldest first."""
    return _find(db, "assignee = ? order by assigned_at", person)


def acknowledge(
    db: Database, connection: str, invoice: str, *, by: str, now: datetime
) -> int:
    """Note that *by* knows of it and takes care of it; return the log's number."""
    _set(db, connection, invoice, acknowledged_by=by, acknowledged_at=to_text(now))
    return note_deed(db, connection, invoice, "acknowledged", by=by, now=now)


def take_back(
    db: Database, connection: str, invoice: str, *, by: str, now: datetime
) -> int:
    """Take the acknowledgement back."""
    _set(db, connection, invoice, acknowledged_by=None, acknowledged_at=None)
    return note_deed(db, connection, invoice, "unacknowledged", by=by, now=now)


def snooze(  # noqa: PLR0913  # a snooze, and where it was made, each by its name
    db: Database,
    connection: str,
    invoice: str,
    *,
    until: date,
    by: str,
    now: datetime,
    channel: str | None = None,
    thread: str | None = None,
) -> int:
    """Keep silent about it before *until*; wake where it was snoozed."""
    _set(
        db,
        connection,
        invoice,
        snoozed_until=until.isoformat(),
        snoozed_by=by,
        snoozed_at=to_text(now),
        snooze_channel=channel,
        snooze_thread=thread,
    )
    return note_deed(
        db, connection, invoice, "snoozed", by=by, now=now, detail=until.isoformat()
    )


def end_snooze(
    db: Database, connection: str, invoice: str, *, by: str | None, now: datetime
) -> int:
    """End a snooze: a person did, or, by nobody, its day has come."""
    _clear_snooze(db, connection, invoice)
    deed: Deed = "woke" if by is None else "unsnoozed"
    return note_deed(db, connection, invoice, deed, by=by, now=now)


def assign(  # noqa: PLR0913  # who, whom and when, each by its name
    db: Database, connection: str, invoice: str, *, to: str, by: str, now: datetime
) -> int:
    """Make *to* the person who looks after it."""
    _set(
        db,
        connection,
        invoice,
        assignee=to,
        assigned_by=by,
        assigned_at=to_text(now),
    )
    return note_deed(db, connection, invoice, "assigned", by=by, now=now, detail=to)


def unassign(
    db: Database, connection: str, invoice: str, *, by: str, now: datetime
) -> int:
    """Let nobody in particular look after it."""
    _set(db, connection, invoice, assignee=None, assigned_by=None, assigned_at=None)
    return note_deed(db, connection, invoice, "unassigned", by=by, now=now)


def note(  # noqa: PLR0913  # whose words and when, each by its name
    db: Database, connection: str, invoice: str, *, text: str, by: str, now: datetime
) -> int:
    """Keep a person's words about it."""
    return note_deed(db, connection, invoice, "noted", by=by, now=now, detail=text)


def end_silence(
    db: Database, connection: str, invoice: str, *, why: str, now: datetime
) -> bool:
    """End acknowledgement and snooze, for it has changed; False when it was not silent.

    *why* is the kind of the event.
    """
    if not standing(db, connection, invoice).is_silent:
        return False
    _clear_snooze(db, connection, invoice)
    _set(db, connection, invoice, acknowledged_by=None, acknowledged_at=None)
    note_deed(db, connection, invoice, "changed", by=None, now=now, detail=why)
    return True


def is_silent(db: Database, connection: str, invoice: str) -> bool:
    """Tell whether nobody is to be told of its dates."""
    row = db.execute(
        f"select 1 from care where connection = ? and invoice = ? and {SILENT_SQL}",  # noqa: S608  # our own words
        (connection, invoice),
    ).fetchone()
    return row is not None


def ended_by(db: Database, today: date) -> list[Standing]:
    """List the snoozes whose day has come."""
    return _find(db, "snoozed_until <= ? order by snoozed_at", today.isoformat())


def note_deed(  # noqa: PLR0913  # the columns of the row, each by its name
    db: Database,
    connection: str,
    invoice: str,
    deed: Deed,
    *,
    by: str | None,
    now: datetime,
    detail: str | None = None,
) -> int:
    """Add to the log, and return the number of the entry."""
    cursor = db.execute(
        "insert into care_log (connection, invoice, deed, person, at, detail) "
        "values (?, ?, ?, ?, ?, ?)",
        (connection, invoice, deed, by, to_text(now), detail),
    )
    return int(cursor.lastrowid or 0)


def _clear_snooze(db: Database, connection: str, invoice: str) -> None:
    _set(
        db,
        connection,
        invoice,
        snoozed_until=None,
        snoozed_by=None,
        snoozed_at=None,
        snooze_channel=None,
        snooze_thread=None,
    )


def _set(db: Database, connection: str, invoice: str, **columns: str | None) -> None:
    names = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    again = ", ".join(f"{name} = excluded.{name}" for name in columns)
    db.execute(
        f"insert into care (connection, invoice, {names}) values (?, ?, {marks}) "  # noqa: S608  # our own columns
        f"on conflict do update set {again}",
        (connection, invoice, *columns.values()),
    )


def _find(db: Database, where: str, *parameters: str) -> list[Standing]:
    rows = db.execute(
        f"select {_COLUMNS} from care where {where}",  # noqa: S608  # written above, never given
        parameters,
    )
    return [_read(row) for row in rows.fetchall()]


def _read(row: tuple[Any, ...]) -> Standing:
    (
        connection,
        invoice,
        acknowledged_by,
        acknowledged_at,
        until,
        by,
        at,
        channel,
        thread,
        assignee,
        assigned_by,
        assigned_at,
    ) = row
    return Standing(
        connection=connection,
        invoice=invoice,
        acknowledged_by=acknowledged_by,
        acknowledged_at=_moment(acknowledged_at),
        snoozed_until=None if until is None else date.fromisoformat(until),
        snoozed_by=by,
        snoozed_at=_moment(at),
        snooze_channel=channel,
        snooze_thread=thread,
        assignee=assignee,
        assigned_by=assigned_by,
        assigned_at=_moment(assigned_at),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else to_moment(text)

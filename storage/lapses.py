"""What happens to invoices without a new document: gone from the list, or late."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from storage.criteria import OWED_SQL
from storage.moments import to_text
from storage.rows import STORED_COLUMNS, StoredInvoice, to_stored

#: Complete syncs in a row that must not find an invoice before it counts as gone.
GONE_AFTER = 2
#: The stage before the due date; 0 is overdue, n the reminder n days after it.
DUE_SOON = -1
_IN_KEYS = "key in (select value from json_each(:keys))"


@dataclass(frozen=True, slots=True)
class DueDays:
    """The days by which lateness is told: before the due date, and after it."""

    today: date
    soon_days: int
    remind_days: tuple[int, ...]

    @property
    def stage_sql(self) -> str:
        """How far a due date has come, as SQL over ``due_on``."""
        cases = [
            f"when due_on <= '{self.today - timedelta(days=days)}' then {days}"
            for days in sorted(self.remind_days, reverse=True)
        ]
        cases.append(f"when due_on < '{self.today}' then 0")
        return f"case {' '.join(cases)} else {DUE_SOON} end"

    @property
    def untold_sql(self) -> str:
        """Whether something is owed whose stage has not been told."""
        horizon = self.today + timedelta(days=self.soon_days)
        return (
            f"withdrawn_at is null and {OWED_SQL} and kind = 'invoice' "
            f"and balance_minor is not 0 and due_on <= '{horizon}' "
            f"and (told_due is not due_on or told_stage < {self.stage_sql})"
        )


def find_untold(
    db: Database, connection: str, days: DueDays
) -> list[tuple[StoredInvoice, int]]:
    """Find what is due soon or late and has not been told so, with its stage.

    Only the furthest stage counts: one that was never looked at in time is skipped. The
    first time that something is told to be late is no reminder, however late it is.
    """
    stage = days.stage_sql
    rows = db.execute(
        f"select {STORED_COLUMNS}, "  # noqa: S608  # days and our own words only
        f"case when told_due is due_on and told_stage >= 0 "
        f"then {stage} else min({stage}, 0) end "
        "from invoices indexed by invoices_owed "
        f"where connection = :connection and {days.untold_sql} order by due_on, key",
        {"connection": connection},
    )
    return [(to_stored(row[:-1]), row[-1]) for row in rows.fetchall()]


def mark_told(
    db: Database, connection: str, days: DueDays, *, keys: Sequence[int] | None = None
) -> None:
    """Note that `find_untold` was dealt with, for *keys* or for all."""
    only = "" if keys is None else f" and {_IN_KEYS}"
    db.execute(
        "update invoices indexed by invoices_owed "  # noqa: S608  # as above
        f"set told_due = due_on, told_stage = {days.stage_sql} "
        f"where connection = :connection and {days.untold_sql}{only}",
        {"connection": connection, "keys": json.dumps(keys)},
    )


def missing_keys(db: Database, connection: str) -> set[int]:
    """Tell which invoices the last complete sync did not find."""
    rows = db.execute(
        "select key from invoices indexed by invoices_missing "
        "where missing > 0 and connection = ? and withdrawn_at is null",
        (connection,),
    )
    return {key for (key,) in rows.fetchall()}


def keys_from(
    db: Database, keys: Collection[int], sources: Collection[str]
) -> set[int]:
    """Pick the *keys* of invoices that were last read from one of *sources*."""
    rows = db.execute(
        f"select key from invoices where {_IN_KEYS} "  # noqa: S608  # our own words
        "and source in (select value from json_each(:sources))",
        {"keys": json.dumps(list(keys)), "sources": json.dumps(list(sources))},
    )
    return {key for (key,) in rows.fetchall()}


def keys_unconfirmed(db: Database, connection: str, keys: Collection[int]) -> set[int]:
    """Pick the *keys* of invoices that came only with syncs that failed.

    Of the runs before the oldest kept one, the last that went well may be any.
    """
    rows = db.execute(
        f"select key from invoices where {_IN_KEYS} and first_run > coalesce("  # noqa: S608  # our own words
        "(select max(id) from runs where connection = :name and ok = 1), "
        "(select (select min(id) from runs) - 1 from connections "
        "where name = :name and last_success is not null), 0)",
        {"keys": json.dumps(list(keys)), "name": connection},
    )
    return {key for (key,) in rows.fetchall()}


def forget(db: Database, keys: Collection[int]) -> None:
    """Drop invoices that never were, with their events and what was to tell those."""
    if not keys:
        return
    parameters = {"keys": json.dumps(list(keys))}
    of_them = f"select id from events where invoice_{_IN_KEYS}"  # noqa: S608  # our own words
    for statement in (
        f"delete from outbox_events where event in ({of_them})",  # noqa: S608  # as above
        "delete from outbox where state = 'held' and kind <> 'update' "
        "and id not in (select delivery from outbox_events)",
        f"delete from events where invoice_{_IN_KEYS}",  # noqa: S608  # as above
        f"delete from invoices where {_IN_KEYS}",  # noqa: S608  # as above
    ):
        db.execute(statement, parameters if ":keys" in statement else {})


def set_found(db: Database, keys: Collection[int]) -> None:
    """Note that invoices that were missing are there."""
    db.execute(
        f"update invoices set missing = 0 where {_IN_KEYS}",  # noqa: S608  # our own words
        {"keys": json.dumps(list(keys))},
    )


def withdraw_missing(
    db: Database, keys: Collection[int], *, now: datetime, again: bool = True
) -> list[StoredInvoice]:
    """Note that a complete sync did not find *keys*; return those that are gone now.

    Without *again* it counts as one with a sync that did not find them either.
    """
    parameters = {"keys": json.dumps(list(keys)), "more": int(again)}
    db.execute(
        f"update invoices set missing = max(missing + :more, 1) where {_IN_KEYS}",  # noqa: S608  # our own words
        parameters,
    )
    gone = db.execute(
        f"select {STORED_COLUMNS} from invoices "  # noqa: S608  # our own words
        f"where {_IN_KEYS} and missing >= {GONE_AFTER} order by key",
        parameters,
    ).fetchall()
    found = [to_stored(row) for row in gone]
    db.execute(
        f"update invoices set withdrawn_at = :now where {_IN_KEYS}",  # noqa: S608  # our own words
        {"now": to_text(now), "keys": json.dumps([stored.key for stored in found])},
    )
    return found

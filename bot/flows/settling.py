"""What only a whole sync can tell: what is gone, what is late, how it ended.

Each function runs inside one transaction of the store's.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import structlog
from sqlite_utils import Database

from bot.flows.recording import Pass, tell
from bot.tracking.events import (
    Baseline,
    DueSoon,
    Overdue,
    OverdueSum,
    Trouble,
    Withdrawn,
    facts,
)
from bot.tracking.outcome import Complete, Failed, Incomplete, Outcome
from storage import cursors, doubts, events, lapses, snapshots, years
from storage.cursors import RunEnd
from storage.lapses import DUE_SOON, DueDays
from storage.snapshots import Criteria, StoredInvoice

log = structlog.get_logger(__name__)

#: Failures in a row that are told as trouble.
TROUBLE_AFTER = 3
#: A connection that knows this many invoices and lists less than half of them is not
#: believed at once (see `storage.doubts`): a list that is empty or cut short by mistake
#: is likelier than that all of them are gone.
TOO_MANY_TO_LOSE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """When lateness is told: so long before the due date, and so long after it."""

    due_soon: timedelta
    remind_after: tuple[timedelta, ...]

    def on(self, today: date) -> DueDays:
        """Turn it into days; part of a day counts as a whole one."""
        return DueDays(
            today=today,
            soon_days=_days(self.due_soon),
            remind_days=tuple(map(_days, self.remind_after)),
        )


def end_well(db: Database, sync: Pass, *, late: DueDays, end: RunEnd) -> Outcome:
    """Settle a pass that reached the end, and let its news go.

    What came may turn out not to be believed; then nothing is told or withdrawn.
    """
    if lost := _lost(db, sync):
        return end_badly(db, sync, end=replace(end, error=lost))
    complete = sync.unreadable == 0
    unseen = _expected_but_unseen(db, sync)
    # What only a failed sync has listed, and this one does not, was never there.
    never = lapses.keys_unconfirmed(db, sync.connection, unseen) if unseen else set()
    gone = unseen - never if complete else set()
    came = sync.invoices - len(sync.unseen())
    expected = came + len(gone)
    if expected >= TOO_MANY_TO_LOSE and len(gone) * 2 > expected:
        if not doubts.doubt(db, sync.connection, now=end.now):
            error = f"lists only {came} of {expected} known invoices; none was dropped"
            return end_badly(db, sync, end=replace(end, error=error))
        log.warning(
            "a much shorter list is believed",
            connection=sync.connection,
            came=came,
            known=expected,
        )
    elif complete and sync.is_whole:
        doubts.clear(db, sync.connection)
    lapses.forget(db, never)
    # Asked anew: another process may have told it meanwhile.
    if cursors.standing(db, sync.connection).failures >= TROUBLE_AFTER:
        works = Trouble(connection=sync.connection, detail="", recovered=True)
        tell(db, sync, works, now=end.now, once_key=f"works:{sync.run}")
    if complete:
        _settle_missing(db, sync, gone, now=end.now)
    if complete and sync.is_whole and sync.first_year is not None:
        covered = range(sync.first_year, late.today.year + 1)
        years.note_covered(db, sync.connection, covered)
    if not sync.is_baseline:
        _tell_lateness(db, sync, late, now=end.now)
    elif complete:
        lapses.mark_told(db, sync.connection, late)
        _tell_baseline(db, sync, now=end.now, today=late.today)
    return _let_go(db, sync, end=end, problem=None if complete else _unreadable(sync))


def end_badly(db: Database, sync: Pass, *, end: RunEnd) -> Failed:
    """Note why a sync failed; the third time in a row is trouble worth telling."""
    problem = end.error or "failed"
    failures = cursors.failed(db, sync.connection, end)
    cursors.count_invoices(db, sync.connection)
    if failures == TROUBLE_AFTER:
        trouble = Trouble(connection=sync.connection, detail=problem)
        tell(db, sync, trouble, now=end.now, once_key=f"fails:{sync.run}")
    return Failed(problem)


def _let_go(db: Database, sync: Pass, *, end: RunEnd, problem: str | None) -> Outcome:
    told = events.count_since_success(db, sync.connection)
    cursors.succeeded(
        db,
        sync.connection,
        replace(end, error=problem),
        reading=sync.reading if problem is None else None,
        baseline=problem is None,
    )
    cursors.count_invoices(db, sync.connection)
    sync.sink.release(db, sync.connection, sync.standing.batch)
    return Complete(told) if problem is None else Incomplete(problem, told)


def _lost(db: Database, sync: Pass) -> str | None:
    """Say which list the provider has no more, though it held what we know."""
    for source in sorted(sync.absent):
        known = snapshots.count_from(db, sync.connection, source)
        if known:
            return f"has no list of {source} any more; {known} known were in it"
    return None


def _expected_but_unseen(db: Database, sync: Pass) -> set[int]:
    """Tell which unseen invoices should have come: those of the lists that were read.

    A list that was not asked for this time, or a year that is no longer read, says
    nothing about its invoices; nor does a list of changes about what did not change.
    """
    if not sync.is_whole:
        return set()
    unseen = sync.unseen()
    if unseen and sync.sources:
        unseen = lapses.keys_from(db, unseen, sync.sources)
    found = (snapshots.by_key(db, key) for key in unseen)
    return {each.key for each in found if each and sync.covers(each.invoice)}


def _settle_missing(db: Database, sync: Pass, gone: set[int], *, now: datetime) -> None:
    back = lapses.missing_keys(db, sync.connection) - sync.unseen()
    if back:
        lapses.set_found(db, back)
    if not gone:
        return
    # Two processes that read the same list at the same time are one reading.
    again = not cursors.overlapped(db, sync.connection, run=sync.run)
    for stored in lapses.withdraw_missing(db, gone, now=now, again=again):
        if not sync.is_baseline:
            event = Withdrawn(**facts(stored.invoice))
            once = f"withdrawn:{stored.key}:{sync.run}"
            tell(db, sync, event, now=now, key=stored.key, once_key=once)


def _tell_lateness(db: Database, sync: Pass, late: DueDays, *, now: datetime) -> None:
    untold = lapses.find_untold(db, sync.connection, late)
    if not untold:
        return
    for stored, stage in untold:
        once = f"due:{stored.key}:{stored.invoice.due_on}:{stage}"
        event = _late_event(stored, stage)
        tell(db, sync, event, now=now, key=stored.key, once_key=once)
    lapses.mark_told(db, sync.connection, late)


def _late_event(stored: StoredInvoice, stage: int) -> DueSoon | Overdue:
    about = facts(stored.invoice)
    if stage == DUE_SOON:
        return DueSoon(**about)
    return Overdue(**about, after_days=stage)


def _tell_baseline(db: Database, sync: Pass, *, now: datetime, today: date) -> None:
    found = snapshots.totals(db, Criteria(today=today, connections=(sync.connection,)))
    event = Baseline(
        connection=sync.connection,
        invoices=sum(t.invoices for t in found if t.kind == "invoice"),
        credit_notes=sum(t.invoices for t in found if t.kind == "credit_note"),
        overdue=tuple(
            OverdueSum(t.currency, t.overdue_invoices, t.overdue_balance or Decimal(0))
            for t in found
            if t.overdue_invoices
        ),
    )
    tell(db, sync, event, now=now, once_key=f"baseline:{sync.connection}")


def _unreadable(sync: Pass) -> str:
    documents = "1 document" if sync.unreadable == 1 else f"{sync.unreadable} documents"
    return f"sent {documents} that could not be read ({sync.first_problem})"


def _days(span: timedelta) -> int:
    return -(-span // timedelta(days=1))

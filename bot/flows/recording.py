"""What a sync writes page by page, inside transactions of the store's.

Facts and their consequences commit together: a page's invoices, the events they cause
and the deliveries those cause. All of it is held back until the sync ends well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec
from sqlite_utils import Database

from bot.flows.extent import changed_since, is_new_ground
from bot.tracking.diff import diff
from bot.tracking.events import (
    DocumentEvent,
    InvoiceEvent,
    Issued,
    event_kind,
    to_json,
)
from providers.models import Invoice
from storage import cursors, events, lapses, snapshots, years
from storage.cursors import ConnectionState
from storage.lapses import DueDays
from storage.snapshots import Reading, StoredInvoice


class NewsSink(Protocol):
    """Who plans what is told; called inside the transaction that stores the event.

    Events of invoices are held back until their batch is released; trouble goes out by
    itself.
    """

    def plan_event(self, db: Database, event_id: int, event: InvoiceEvent) -> None:
        """Queue *event* for everybody who wants it."""
        ...

    def release(self, db: Database, connection: str, batch: int) -> None:
        """Let everything go that was held for *connection*."""
        ...


@dataclass(slots=True, kw_only=True)
class Pass:
    """One sync of one connection under way: what was known, and what came so far.

    ``known`` maps hashes of documents to the keys of their invoices, made negative once
    they were seen, and to 0 for documents that were new in this pass. ``invoices``
    counts those known at the start; ``ids`` and ``keys`` are of those read again.
    Only what changed at ``since`` or later is asked for; ``None`` asks for everything.
    ``absent`` are the lists that the provider says it has not.
    """

    connection: str
    reading: str
    run: int
    standing: ConnectionState
    sink: NewsSink
    #: Whether the lists that are read would hold an invoice.
    covers: Callable[[Invoice], bool]
    known: dict[bytes, int]
    invoices: int
    since: datetime | None = None
    #: The first year that is read, where the provider has one, and those read before.
    first_year: int | None = None
    years: frozenset[int] = frozenset()
    ids: set[str] = field(default_factory=set)
    keys: set[int] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    fetched: int = 0
    unchanged: int = 0
    unreadable: int = 0
    first_problem: str | None = None

    @property
    def is_baseline(self) -> bool:
        """Whether no sync was complete yet, so that nothing is news."""
        return self.standing.baseline_at is None

    @property
    def is_whole(self) -> bool:
        """Whether everything is asked for, so that what does not come may be gone."""
        return self.since is None

    @property
    def is_reread(self) -> bool:
        """Whether documents mean something else to us now than last time."""
        return self.standing.reading not in (None, self.reading)

    def note_unreadable(self, problem: str) -> None:
        """Count a document that could not be read; the first says why."""
        self.unreadable += 1
        self.first_problem = self.first_problem or problem

    def is_repeat(self, id_: str, old: StoredInvoice | None) -> bool:
        """Tell whether a document of this id came before in this pass."""
        return id_ in self.ids or (old is not None and self.known.get(old.hash, 0) < 0)

    def unseen(self) -> set[int]:
        """Tell which known invoices have not come."""
        return {key for key in self.known.values() if key > 0} - self.keys


@dataclass(slots=True)
class _Page:
    """What the documents of a page turn out to be."""

    #: Other bytes that say the same, by the invoice's key.
    same: dict[int, bytes] = field(default_factory=dict)
    changed: list[Reading] = field(default_factory=list)
    #: Keys of invoices that only our own way of reading has changed.
    reread: list[int] = field(default_factory=list)
    #: Ids of invoices of years that were not read before, so that they are no news.
    unread: list[str] = field(default_factory=list)
    news: dict[str, tuple[DocumentEvent, ...]] = field(default_factory=dict)


def begin(  # noqa: PLR0913  # what a sync is known by, each by its name
    db: Database,
    connection: str,
    *,
    provider: str,
    reading: str,
    covers: Callable[[Invoice], bool],
    sink: NewsSink,
    now: datetime,
    is_incremental: bool = False,
    first_year: int | None = None,
) -> Pass:
    """Note that a sync begins, and read what is known.

    With *is_incremental* the provider can be asked for what changed lately.
    """
    run = cursors.attempted(db, connection, provider=provider, now=now)
    known = snapshots.known_hashes(db, connection)
    standing = cursors.standing(db, connection)
    since = None
    if is_incremental and standing.reading == reading:
        since = changed_since(db, standing, run=run, known=len(known), now=now)
    return Pass(
        connection=connection,
        reading=reading,
        run=run,
        standing=standing,
        sink=sink,
        covers=covers,
        known=known,
        invoices=len(known),
        since=since,
        first_year=first_year,
        years=years.covered(db, connection),
    )


def keep_page(
    db: Database,
    sync: Pass,
    readings: Sequence[Reading],
    *,
    now: datetime,
    late: DueDays,
) -> None:
    """Keep what was read of a page, and what that causes."""
    page = _compare(db, sync, readings)
    snapshots.put_hashes(db, page.same)
    snapshots.put(db, page.changed, now=now, run=sync.run)
    if page.reread:
        # A due date that only our terms have moved makes nothing newly late.
        lapses.mark_told(db, sync.connection, late, keys=page.reread)
    if page.unread:
        found = snapshots.keys_of(db, sync.connection, page.unread)
        lapses.mark_told(db, sync.connection, late, keys=list(found.values()))
    if not page.news:
        return
    for id_, key in snapshots.keys_of(db, sync.connection, list(page.news)).items():
        for event in page.news[id_]:
            once = _once_key(event, key, sync.run)
            tell(db, sync, event, now=now, key=key, once_key=once)


def tell(  # noqa: PLR0913  # an event, and what makes it one of a kind
    db: Database,
    sync: Pass,
    event: InvoiceEvent,
    *,
    now: datetime,
    once_key: str,
    key: int | None = None,
) -> None:
    """Store an event and plan its deliveries; a second time does nothing."""
    event_id = events.append(
        db,
        kind=event_kind(event),
        connection=sync.connection,
        invoice_key=key,
        run=sync.run,
        once_key=once_key,
        happened_at=now,
        payload=to_json(event),
    )
    if event_id is not None:
        sync.sink.plan_event(db, event_id, event)


def _compare(db: Database, sync: Pass, readings: Sequence[Reading]) -> _Page:
    """Sort out a page; of several documents of one id in a pass, the first counts."""
    before = snapshots.get(db, sync.connection, [r.invoice.id for r in readings])
    page = _Page()
    for reading in readings:
        id_ = reading.invoice.id
        old = before.get(id_)
        if sync.is_repeat(id_, old):
            continue
        sync.ids.add(id_)
        if old is not None:
            sync.keys.add(old.key)
        if not _sort_in(page, sync, old, reading):
            sync.unchanged += 1
    return page


def _sort_in(page: _Page, sync: Pass, old: StoredInvoice | None, new: Reading) -> bool:
    """Put a document where it belongs, and tell whether it is news."""
    if old is not None and _says_the_same(old, new):
        page.same[old.key] = new.hash
        return False
    page.changed.append(new)
    if sync.is_baseline:
        return False
    if old is None and is_new_ground(new.invoice, sync.years):
        page.unread.append(new.invoice.id)
        return False
    if old is None:
        page.news[new.invoice.id] = diff(None, new.invoice)
        return True
    gone = old.withdrawn_at is not None
    if sync.is_reread and not gone and _is_same_row(old.row, new.row):
        page.reread.append(old.key)
        return False
    found = diff(old.invoice, new.invoice, withdrawn=gone)
    if found:
        page.news[new.invoice.id] = found
    return bool(found)


def _says_the_same(old: StoredInvoice, new: Reading) -> bool:
    return (
        old.withdrawn_at is None and old.row == new.row and old.invoice == new.invoice
    )


def _is_same_row(before: bytes, after: bytes) -> bool:
    """Tell whether the provider still says what it said; more fields may be read."""
    if before == after:
        return True
    return _holds(msgspec.json.decode(after), msgspec.json.decode(before))


def _holds(whole: object, part: object) -> bool:
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(k in whole and _holds(whole[k], part[k]) for k in part)
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(_holds, whole, part))
    return whole == part


def _once_key(event: DocumentEvent, key: int, run: int) -> str:
    """Name what happened; an invoice is issued for the first time only once."""
    if isinstance(event, Issued) and not event.again:
        return f"issued:{key}"
    return f"{event_kind(event)}:{key}:{run}"

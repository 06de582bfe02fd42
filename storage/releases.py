"""When what happened was let go to be told, worked out afterwards.

A sync holds its events back until it reaches the end; those of one that failed wait for
the next that goes well. Source of the rule: `storage.outbox`, held and waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.events import StoredEvent
from storage.moments import to_moment, to_text


@dataclass(frozen=True, slots=True)
class Released:
    """An event, and the run that let it go, with when that was.

    *at* is ``None`` while it is still held back.
    """

    event: StoredEvent
    run: int | None
    at: datetime | None


def since(
    db: Database, moment: datetime, *, kinds: Sequence[str], limit: int
) -> list[Released]:
    """Read the newest *limit* events of *kinds* since *moment*, oldest first."""
    marks = ",".join("?" * len(kinds))
    rows = db.execute(
        "select id, kind, connection, invoice_key, run, happened_at, payload "  # noqa: S608 - marks only
        f"from events where kind in ({marks}) order by id desc",
        list(kinds),
    )
    oldest = to_text(moment)
    found: list[StoredEvent] = []
    # Newest first, so that years of events are not read for the last of them.
    for id_, kind, connection, key, run, at, payload in rows:
        if at < oldest or len(found) == limit:
            break
        found.append(
            StoredEvent(id_, kind, connection, key, run, to_moment(at), payload)
        )
    ends: dict[tuple[str, int | None], tuple[int | None, datetime | None] | None] = {}
    released = []
    for event in reversed(found):
        of = (event.connection, event.run)
        if of not in ends:
            ends[of] = _end(db, *of)
        # Of a run that is no longer noted, the event's own moment is as good.
        run, ended = ends[of] or (event.run, event.happened_at)
        released.append(Released(event, run, ended))
    return released


def _end(
    db: Database, connection: str, run: int | None
) -> tuple[int | None, datetime | None] | None:
    """Find the run that let go what *run* found; ``None`` where it is not noted."""
    noted = db.execute("select 1 from runs where id = ?", [run]).fetchone()
    if noted is None:
        return None
    row = db.execute(
        "select id, ended_at from runs where connection = ? and id >= ? and ok = 1 "
        "order by id limit 1",
        [connection, run],
    ).fetchone()
    return (None, None) if row is None else (row[0], to_moment(row[1]))

"""Forgetting what nobody needs any more. Events and invoices are kept for ever."""

from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_text

#: A delivery is over when it is done, failed or dropped and no reply in its thread is
#: still to come: that one needs to know where the thread is.
_OVER = """
    select o.id from outbox o
    where o.state in ('done', 'failed', 'dropped')
        and coalesce(o.posted_at, o.not_before) < :before
        and not exists (
            select 1 from outbox r
            where r.parent = o.id and r.state not in ('done', 'failed', 'dropped')
        )
    order by o.seq limit :limit
"""
#: The last good run of a connection says which events are still to be reported.
_OLD_RUNS = """
    delete from runs where started_at < :before and id not in (
        select max(id) from runs where ok = 1 group by connection
    )
"""


def forget_deliveries(db: Database, *, before: datetime, limit: int = 2000) -> int:
    """Drop deliveries that were over *before*, the oldest first; return how many."""
    where = {"before": to_text(before), "limit": limit}
    over = [row[0] for row in db.execute(_OVER, where).fetchall()]
    db.conn.executemany(
        "delete from outbox_events where delivery = ?", [(key,) for key in over]
    )
    db.conn.executemany(
        "delete from notices where delivery = ?", [(key,) for key in over]
    )
    db.conn.executemany("delete from outbox where id = ?", [(key,) for key in over])
    return len(over)


def forget_runs(db: Database, *, before: datetime) -> int:
    """Drop what is noted about syncs that began *before*; return how many."""
    return int(db.execute(_OLD_RUNS, {"before": to_text(before)}).rowcount)

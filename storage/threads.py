"""The last question answered in each thread, which a short one after it builds on."""

from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_text


def remember(
    db: Database, channel: str, thread_ts: str, *, command: str, now: datetime
) -> None:
    """Keep *command* as what was asked last in this thread."""
    db.execute(
        "insert into threads values (?, ?, ?, ?) on conflict do update set "
        "command = excluded.command, asked_at = excluded.asked_at",
        (channel, thread_ts, command, to_text(now)),
    )


def last_command(db: Database, channel: str, thread_ts: str) -> str | None:
    """Read what was asked last in this thread, if anything is remembered."""
    row = db.execute(
        "select command from threads where channel = ? and thread_ts = ?",
        (channel, thread_ts),
    ).fetchone()
    return None if row is None else str(row[0])


def reset(db: Database, channel: str, thread_ts: str) -> bool:
    """Forget what was asked in this thread; tell whether there was anything."""
    removed = db.execute(
        "delete from threads where channel = ? and thread_ts = ?", (channel, thread_ts)
    )
    return removed.rowcount > 0


def forget(db: Database, *, before: datetime) -> int:
    """Drop what was asked before that moment; return how many threads."""
    return db.execute(
        "delete from threads where asked_at < ?", (to_text(before),)
    ).rowcount

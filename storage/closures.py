"""Channels that are closed to the bot, since when and why.

A channel is closed when Slack, or the rules of access, let no message into it until a
person does something: it is archived, read-only, or the bot was removed. Its
subscriptions pause: their deliveries wait until one of them goes through.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.moments import to_moment, to_text

#: What may be dropped: not posted for certain, and either too old or a reply to that.
_STALE = """
    state in ('waiting', 'paused') and asked = 0
        and kind not in ('gap', 'closed', 'update') and channel = :channel and (
            created_at < :before
            or parent in (select id from outbox where state = 'dropped')
        )
"""


@dataclass(frozen=True, slots=True)
class Closure:
    """A channel that is closed; *reason* is Slack's code, or ours."""

    channel: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Dropped:
    """What waited too long in a closed channel: which messages, of how many events."""

    messages: tuple[str, ...]
    events: int


def close(db: Database, channel: str, *, reason: str, now: datetime) -> bool:
    """Note that a channel is closed; False when it was known, whatever the reason."""
    cursor = db.execute(
        "insert or ignore into closures values (?, ?, ?)",
        [channel, reason, to_text(now)],
    )
    if cursor.rowcount == 1:
        return True
    db.execute("update closures set reason = ? where channel = ?", [reason, channel])
    return False


def reopen(db: Database, channel: str) -> bool:
    """Note that a message went through; False when the channel was not closed."""
    cursor = db.execute("delete from closures where channel = ?", [channel])
    return cursor.rowcount == 1


def find(db: Database, channel: str) -> Closure | None:
    """Read how a channel is closed; ``None`` when it is open as far as is known."""
    return next((each for each in every(db) if each.channel == channel), None)


def every(db: Database) -> list[Closure]:
    """List the closed channels, the longest closed first."""
    rows = db.execute("select channel, reason, since from closures order by since")
    return [Closure(row[0], row[1], to_moment(row[2])) for row in rows.fetchall()]


def drop(db: Database, channel: str, *, before: datetime) -> Dropped:
    """Give up what has waited in a closed channel since *before*, with its replies."""
    where = {"channel": channel, "before": to_text(before)}
    messages, events = list[str](), set[int]()
    while found := [
        row[0]
        for row in db.execute(
            f"select id from outbox where {_STALE}",  # noqa: S608 - our own words
            where,
        ).fetchall()
    ]:
        for key in found:
            told = "select event from outbox_events where delivery = ?"
            events |= {row[0] for row in db.execute(told, [key]).fetchall()}
            db.execute(
                "update outbox set state = 'dropped', "
                "error = 'the channel was closed too long' where id = ?",
                [key],
            )
        messages += found
    db.execute(
        "update outbox set state = 'dropped', error = 'its message was dropped' "
        "where kind = 'update' and state in ('held', 'waiting') "
        "and parent in (select id from outbox where state = 'dropped')"
    )
    return Dropped(tuple(messages), len(events))

"""What is claimed from the outbox, by one worker at a time, and how a claim ends.

Several processes share the work: what is claimed is given to nobody else until its
lease ends. The life of a delivery is told in `storage.outbox`, by which all of this is
called.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from storage.moments import to_moment, to_text

Kind = Literal[
    "news",
    "reply",
    "update",
    "wake",
    "rest",
    "baseline",
    "trouble",
    "digest",
    "pool",
    "file",
    "closed",
    "gap",
]

#: Messages that are under way or were posted in the last second, in all channels
#: together and by all processes. Slack has a limit for a workspace besides the one for
#: a channel and does not say which; this is 240 a minute.
TOGETHER = 4
#: Whoever waits for the database has a moment that is past: what others have posted
#: since counts as well. What seems further ahead was posted by a clock that was wrong.
STALE = timedelta(seconds=10)
#: Deliveries of which nobody can tell that are looked up at a time.
_LOOKED_UP = 2
#: Updates of messages in a minute, by all processes (Slack: 50, chat.update).
UPDATES = 40

#: The oldest unfinished delivery of each channel, if it is due and the channel has
#: had its pause; whose turn is longest ago comes first. And the uncertain ones, which
#: stand in nobody's way. A reply whose parent cannot be found has nowhere to go and
#: waits aside. Updates of what is posted have a limit of their own and wait for nobody.
_CLAIM = f"""
    update outbox set
        state = 'sending', attempts = attempts + 1, asked = asked + 1,
        tried_at = coalesce(tried_at, :now), lease_until = :lease_until
    where seq in (
        select seq from (
            select o.seq
            from outbox o join (
                select min(h.seq) as seq
                from outbox h left join outbox p on p.id = h.parent
                where h.state in ('waiting', 'sending', 'paused')
                    and h.kind <> 'update'
                    and (h.parent is null or p.state <> 'uncertain')
                group by h.channel
            ) heads on heads.seq = o.seq
            where (
                    (o.state in ('waiting', 'paused') and o.not_before <= :now)
                    or (o.state = 'sending' and o.lease_until <= :now)
                )
                and not exists (
                    select 1 from outbox d
                    where d.channel = o.channel
                        and d.posted_at > :pace_from and d.posted_at <= :pace_until
                )
                and not exists (
                    select 1 from slack_busy b
                    where b.method = 'chat.postMessage' and b.until > :now
                )
            order by coalesce(
                (select max(d.posted_at) from outbox d where d.channel = o.channel), ''
            ), o.seq
            limit max(0, min(:limit, {TOGETHER}
                - (
                    select count(*) from outbox s
                    where s.state = 'sending' and s.lease_until > :now
                        and s.kind <> 'update'
                )
                - (
                    select count(*) from outbox d
                    where d.posted_at > :pace_from and d.posted_at <= :pace_until
                )
            ))
        )
        union all
        select seq from (
            select u.seq from outbox u
            where u.state = 'uncertain' and u.not_before <= :now
            order by u.not_before limit {_LOOKED_UP}
        )
        union all
        select seq from (
            select u.seq from outbox u join outbox p on p.id = u.parent
            where u.kind = 'update' and p.message_ts is not null
                and (
                    (u.state = 'waiting' and u.not_before <= :now)
                    or (u.state = 'sending' and u.lease_until <= :now)
                )
                and not exists (
                    select 1 from slack_busy b
                    where b.method = 'chat.update' and b.until > :now
                )
            order by u.seq
            limit max(0, min(:limit, {UPDATES} - (
                select count(*) from notices n
                where n.updated_at > :minute_from and n.updated_at <= :now
            )))
        )
    )
    returning seq
"""  # noqa: S608 - our own numbers
#: Not part of the claim itself: SQLite uses no index for what an update returns.
_CLAIMED = """
    select seq, id, channel, kind, attempts, asked, tried_at, payload, file,
        (select p.message_ts from outbox p where p.id = o.parent),
        (
            select d.message_ts from outbox d indexed by outbox_posted
            where d.channel = o.channel and d.posted_at < o.tried_at
                and d.message_ts is not null
            order by d.posted_at desc limit 1
        )
    from outbox o where seq = ?
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours until its lease ends.

    *may_be_posted*: an earlier try, begun at *tried_at* at the earliest, may have
    reached Slack. *thread_ts* is set for a reply. *payload* is what the view needs
    besides the events. *after_ts* is the channel's last message of ours before that
    first try, by Slack's own clock: what was tried later was posted later. *file* is
    Slack's id of the file that an earlier try may have shared.
    """

    seq: int
    id: str
    channel: str
    kind: Kind
    attempts: int
    may_be_posted: bool
    tried_at: datetime
    payload: Mapping[str, Any]
    thread_ts: str | None
    after_ts: str | None
    file: str | None = None


def claim(
    db: Database,
    *,
    now: datetime,
    lease: timedelta,
    pace: timedelta = timedelta(seconds=1),
    limit: int = 8,
) -> list[Claimed]:
    """Take what may be posted now, at most one delivery a channel, for *lease*.

    A channel that was posted to less than *pace* ago waits, whoever posted; so does
    everything beyond `TOGETHER` in that time, and all while Slack wants no message
    (`hold`). What is claimed is given to nobody else until its lease ends.
    """
    rows = db.execute(
        _CLAIM,
        {
            "now": to_text(now),
            "lease_until": to_text(now + lease),
            "pace_from": to_text(now - pace),
            "pace_until": to_text(now + STALE),
            "minute_from": to_text(now - timedelta(minutes=1)),
            "limit": limit,
        },
    ).fetchall()
    return [_claimed(db.execute(_CLAIMED, row).fetchone()) for row in sorted(rows)]


def hold(db: Database, *, until: datetime, method: str = "chat.postMessage") -> None:
    """Post nothing before *until*, in any channel and by any process.

    Slack's 429 is about a method in the whole workspace (Slack, Rate limits).
    """
    db.execute(
        "insert into slack_busy values (:method, :until) "
        "on conflict do update set until = max(until, excluded.until)",
        {"method": method, "until": to_text(until)},
    )


def renew(db: Database, delivery: str, *, attempt: int, lease_until: datetime) -> bool:
    """Keep a claim that takes longer; False when it is not ours any more.

    *attempt* is the claim's number: who slept through its lease may find that somebody
    else has claimed the delivery meanwhile, or done it.
    """
    cursor = db.execute(
        "update outbox set lease_until = ? "
        "where id = ? and state = 'sending' and attempts = ?",
        [to_text(lease_until), delivery, attempt],
    )
    return cursor.rowcount == 1


def note_file(db: Database, delivery: str, *, attempt: int, file: str) -> bool:
    """Note the file that is about to be shared; False when the claim is not ours."""
    cursor = db.execute(
        "update outbox set file = ? where id = ? and state = 'sending' "
        "and attempts = ?",
        [file, delivery, attempt],
    )
    return cursor.rowcount == 1


def done(db: Database, delivery: str, *, ts: str | None, now: datetime) -> None:
    """Finish a delivery that Slack has as message *ts*, whoever else has claimed it.

    Of a file, Slack may not say the *ts* yet.
    """
    db.execute(
        "update outbox set state = 'done', message_ts = ?, posted_at = ?, "
        "lease_until = null, error = null where id = ?",
        [ts, to_text(now), delivery],
    )


def put_back(  # noqa: PLR0913 - what is known of a delivery, each by its name
    db: Database,
    delivery: str,
    *,
    attempt: int,
    not_before: datetime,
    error: str,
    may_be_posted: bool = False,
) -> bool:
    """Try again later; with *may_be_posted*, not without a search.

    This and what follows change nothing and are False when the claim with the number
    *attempt* is not in force any more.
    """
    return _finish(
        db,
        delivery,
        "waiting",
        attempt=attempt,
        not_before=not_before,
        error=error,
        may_be_posted=may_be_posted,
    )


def pause(
    db: Database, delivery: str, *, attempt: int, not_before: datetime, error: str
) -> bool:
    """Keep the channel's deliveries back until it is open again, tried now and then."""
    return _finish(
        db, delivery, "paused", attempt=attempt, not_before=not_before, error=error
    )


def park(
    db: Database, delivery: str, *, attempt: int, not_before: datetime, error: str
) -> bool:
    """Set aside what may or may not be posted, and cannot be searched for."""
    return _finish(
        db,
        delivery,
        "uncertain",
        attempt=attempt,
        not_before=not_before,
        error=error,
        may_be_posted=True,
    )


def give_up(
    db: Database, delivery: str, *, attempt: int, now: datetime, error: str
) -> list[str]:
    """End a delivery that Slack will never take, with its replies; list those."""
    if not _finish(
        db, delivery, "failed", attempt=attempt, not_before=now, error=error
    ):
        return []
    rows = db.execute(
        "update outbox set state = 'failed', error = 'its parent failed' "
        "where parent = ? and state <> 'done' returning id",
        [delivery],
    ).fetchall()
    return [str(row[0]) for row in rows]


def settle_by_hand(
    db: Database, delivery: str, *, sent: bool, ts: str | None, now: datetime
) -> str | None:
    """Settle an uncertain delivery as a person says; return the state it was in.

    Anything else than ``uncertain`` stays as it is: a bot may be looking it up just
    now. ``None``: there is no such delivery.
    """
    row = db.execute("select state from outbox where id = ?", [delivery]).fetchone()
    if row is None or row[0] != "uncertain":
        return None if row is None else str(row[0])
    if sent:
        done(db, delivery, ts=ts, now=now)
    else:
        db.execute(
            "update outbox set state = 'waiting', not_before = ?, asked = 0, "
            "tried_at = null, file = null where id = ?",
            [to_text(now), delivery],
        )
    said = "posted" if sent else "to be sent again"
    db.execute(
        "update outbox set error = ? where id = ?",
        [f"settled by hand: {said}", delivery],
    )
    return "uncertain"


def _finish(  # noqa: PLR0913 - one statement, a value for each of its columns
    db: Database,
    delivery: str,
    state: str,
    *,
    attempt: int,
    not_before: datetime,
    error: str,
    may_be_posted: bool = False,
) -> bool:
    cursor = db.execute(
        "update outbox set state = ?, not_before = ?, error = ?, lease_until = null, "
        "asked = iif(?, asked, 0), tried_at = iif(?, tried_at, null), "
        "file = iif(?, file, null) "
        "where id = ? and state = 'sending' and attempts = ?",
        [
            state,
            to_text(not_before),
            error,
            may_be_posted,
            may_be_posted,
            may_be_posted,
            delivery,
            attempt,
        ],
    )
    return cursor.rowcount == 1


def _claimed(row: tuple[Any, ...]) -> Claimed:
    seq, key, channel, kind, attempts, asked, tried_at, payload, file, *places = row
    return Claimed(
        seq=seq,
        id=key,
        channel=channel,
        kind=kind,
        attempts=attempts,
        may_be_posted=asked > 1,
        tried_at=to_moment(tried_at),
        payload=json.loads(payload),
        thread_ts=places[0],
        after_ts=places[1],
        file=file,
    )

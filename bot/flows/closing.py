"""Channels that are closed to us: their news waits, and who made it hears so, once."""

from collections import defaultdict
from datetime import datetime, timedelta

import structlog
from sqlite_utils import Database

from bot.queries.wording import in_english
from bot.views.closed import why_closed
from storage import closures, outbox, subscriptions
from storage.moments import to_text
from storage.outbox import Claimed, Planned

log = structlog.get_logger(__name__)

#: What Slack answers while a person has to open the channel (chat.postMessage and
#: files.completeUploadExternal, "Errors"); so are all ``restricted_action…``.
CODES = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "posting_to_channel_denied",
        "messages_tab_disabled",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "is_inactive",
    }
)
#: Our own words for a channel that the rules of access close.
SHARED, UNLISTED = "shared", "unlisted"
#: A closed channel is tried again after a tenth of the time it has been closed, within
#: these bounds.
FIRST_TRY, LONGEST_WAIT = timedelta(seconds=60), timedelta(minutes=10)
#: What has waited so long in a closed channel is dropped, and counted in a line.
KEEP = timedelta(days=30)


def is_closing(code: str) -> bool:
    """Tell whether *code* is about a channel that a person has to open."""
    return (
        code in CODES
        or code in {SHARED, UNLISTED}
        or code.startswith("restricted_action")
    )


def is_direct(channel: str) -> bool:
    """Tell whether *channel* is a direct message, or the person of one."""
    return channel.startswith(("D", "U", "W"))


def close(db: Database, claimed: Claimed, *, code: str, now: datetime) -> bool:
    """Pause a delivery; the first time, plan a word to each owner in that channel.

    False when the channel was known to be closed, or the claim is not in force.
    """
    closure = closures.find(db, claimed.channel)
    since = now if closure is None else closure.since
    with in_english():  # it is for whoever runs the bot
        reason = why_closed(code)
    kept = outbox.pause(
        db,
        claimed.id,
        attempt=claimed.attempts,
        not_before=now + min(max((now - since) / 10, FIRST_TRY), LONGEST_WAIT),
        error=reason,
    )
    if not kept or not closures.close(db, claimed.channel, reason=code, now=now):
        return False
    if not is_direct(claimed.channel):
        _tell_owners(db, claimed.channel, code=code, now=now)
    return True


def drop_stale(db: Database, *, now: datetime) -> int:
    """Drop what has waited too long, with a line in its place; count the messages."""
    count = 0
    for closure in closures.every(db):
        dropped = closures.drop(db, closure.channel, before=now - KEEP)
        if not dropped.messages:
            continue
        count += len(dropped.messages)
        planned = Planned(
            id=outbox.name(db, "gap", closure.channel, to_text(closure.since)),
            channel=closure.channel,
            kind="gap",
            payload={"since": to_text(closure.since), "messages": 0, "events": 0},
        )
        outbox.put(db, planned, now=now)
        outbox.count_gap(
            db, planned.id, messages=len(dropped.messages), events=dropped.events
        )
        for key in dropped.messages:
            log.warning(
                "delivery dropped, its channel was closed too long",
                delivery=key,
                channel=closure.channel,
                counted_in=planned.id,
            )
    return count


def _tell_owners(db: Database, channel: str, *, code: str, now: datetime) -> None:
    made: dict[str, list[str]] = defaultdict(list)
    for each in subscriptions.active(db):
        if each.wish.channel == channel and each.made_by is not None:
            made[each.made_by].append(each.id)
    for owner, keys in made.items():
        planned = Planned(
            id=outbox.name(db, "closed", channel, owner, to_text(now)),
            channel=owner,
            kind="closed",
            payload={"channel": channel, "reason": code, "subscriptions": keys},
        )
        outbox.put(db, planned, now=now)
        log.info("delivery planned", delivery=planned.id, channel=owner, kind="closed")

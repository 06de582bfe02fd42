"""Posted notices written anew, and what is said when a snooze has ended.

An update is always of how things stand when it is sent, so that one that may have come
is simply sent again. Where Slack refuses it, the events that it alone would have told
are told in a message of their own.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import assert_never

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlite_utils import Database

from bot.flows import closing, living
from bot.flows.access import Barrier
from bot.flows.ending import Ending, about
from bot.flows.news import plan_rest
from bot.flows.post import (
    Busy,
    Closed,
    Posted,
    PostOutcome,
    Refused,
    Unknown,
    update,
)
from bot.flows.shown import read_notice, show_notice, show_wake
from bot.views.kit import Message
from bot.views.living import hidden_wake_message
from storage import notices, outbox
from storage.outbox import Claimed, Held, Planned, delivery_id
from storage.store import Store

log = structlog.get_logger(__name__)

#: Between two looks at whether a channel may be posted to.
ACCESS_PAUSE = timedelta(seconds=30)
#: A message in a closed channel is not updated for ever.
MOST_TRIES = 100
#: What Slack says of a message that is not there any more (chat.update, "Errors").
NO_MESSAGE = "message_not_found"


class Updating:
    """Writes the messages of one deliverer anew."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        client: AsyncWebClient,
        ending: Ending,
        may_post: Callable[[str], Awaitable[Barrier | None]],
        may_show: Callable[[str], bool] | None,
        now: Callable[[], datetime],
        today: Callable[[], date],
        zone: tzinfo,
        labels: Mapping[str, str],
    ) -> None:
        self._store = store
        self._client = client
        self._ending = ending
        self._may_post = may_post
        self._may_show = may_show
        self._now = now
        self._today = today
        self._zone = zone
        self._labels = labels

    async def update(self, claimed: Claimed) -> None:
        """Write a posted notice anew, if its channel may see how things stand."""
        barrier = await self._ending.keeping(claimed, self._asking(claimed.channel))
        if barrier is not None and barrier.code is None:
            await self._ending.put_back(claimed, ACCESS_PAUSE, barrier.reason)
            return
        if barrier is not None or not self._shows_all(claimed.channel):
            await self._end(claimed, "the channel may not see it", forget=False)
            return
        # Read before how things stand: what these are about is in what is sent now.
        covered = self._store.read(notices.pending, str(claimed.payload["notice"]))
        message = self._render(claimed)
        if message is None or claimed.thread_ts is None:
            await self._end(claimed, "there is no such message", forget=True)
            return
        if not await self._ending.renew(claimed):
            log.warning("claim lost before the update", **about(claimed))
            return
        call = update(
            self._client,
            claimed.channel,
            claimed.thread_ts,
            text=message.text,
            blocks=message.blocks,
        )
        outcome = await self._ending.keeping(claimed, call)
        await self._settle(claimed, outcome, covered=[claimed.id, *covered])

    def render_wake(self, claimed: Claimed) -> Message:
        """Say what is still owed, or only that something is."""
        if not self._shows_all(claimed.channel):
            return hidden_wake_message(str(claimed.payload["by"]))
        return self._store.read(
            show_wake,
            claimed.payload,
            zone=self._zone,
            today=self._today(),
            labels=self._labels,
        )

    def _render(self, claimed: Claimed) -> Message | None:
        notice = str(claimed.payload["notice"])
        shown = self._store.read(read_notice, notice, zone=self._zone)
        if shown is None:
            return None
        return show_notice(shown, today=self._today(), labels=self._labels)

    async def _asking(self, channel: str) -> Barrier | None:
        return await self._may_post(channel)

    def _shows_all(self, channel: str) -> bool:
        return self._may_show is None or self._may_show(channel)

    async def _settle(
        self, claimed: Claimed, outcome: PostOutcome, *, covered: list[str]
    ) -> None:
        """Act on what Slack answered; one update does for all that it covers."""
        match outcome:
            case Posted():
                await self._store.run_aside(
                    notices.updated,
                    covered,
                    notice=str(claimed.payload["notice"]),
                    now=self._now(),
                )
                log.info("delivery done", **about(claimed), how="updated")
            case Busy(wait=wait, reason=reason, everywhere=everywhere):
                if everywhere:
                    await self._store.run_aside(
                        outbox.hold, until=self._now() + wait, method="chat.update"
                    )
                await self._ending.put_back(claimed, wait, reason)
            case Unknown(reason=reason):
                wait = timedelta(seconds=min(2**claimed.attempts, 60))
                await self._ending.put_back(claimed, wait, reason)
            case Closed(code=code) if (
                closing.is_closing(code) and claimed.attempts < MOST_TRIES
            ):
                await self._ending.put_back(claimed, closing.LONGEST_WAIT, code)
            case Closed(code=code) | Refused(code=code):
                await self._end(claimed, code, forget=code == NO_MESSAGE)
            case _:
                assert_never(outcome)

    async def _end(self, claimed: Claimed, reason: str, *, forget: bool) -> None:
        """Leave a message as it is; one that is not there any more is forgotten."""
        ended, told = await self._store.run_aside(
            end_and_tell, claimed, now=self._now(), error=reason, forget=forget
        )
        if not ended:
            log.warning("claim lost before the end of the update", **about(claimed))
            return
        log.warning("message not updated", **about(claimed), error=reason, told_by=told)


def end_and_tell(
    db: Database, claimed: Claimed, *, now: datetime, error: str, forget: bool
) -> tuple[bool, str | None]:
    """End an update that cannot be; what it alone would have told is news of its own.

    Runs in one transaction. Returns whether the claim was still in force, and the
    delivery that tells the events now, if there are any.
    """
    notice = str(claimed.payload["notice"])
    if not notices.end_update(
        db,
        claimed.id,
        attempt=claimed.attempts,
        notice=notice,
        now=now,
        error=error,
        forget=forget,
    ):
        return False, None
    events = [key for key, _ in outbox.events_of(db, claimed.id)]
    if not events:
        return True, None
    news = Planned(
        id=delivery_id("instead", claimed.id),
        channel=claimed.channel,
        kind="news",
        subscription=notices.subscription_of(db, notice),
    )
    # Of an update in doubt (from a backup, say), this may be posted already.
    doubt = claimed.id if claimed.may_be_posted else None
    outbox.put(db, news, now=now, like=doubt)
    for key in events:
        outbox.move_event(db, key, delivery=claimed.id, to=news.id)
    held = Held(news.id, news.channel, news.kind, now, news.subscription)
    living.keep_notice(db, held)
    plan_rest(db, news.id, channel=news.channel, now=now)
    return True, news.id

"""Subscriptions that people make, list and stop in Slack."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

import structlog

from bot.flows.access import Access
from bot.flows.changing import change, resume
from bot.flows.closing import is_direct
from bot.flows.digest import NextRun
from bot.flows.preview import preview
from bot.flows.wishes import query_of, wish_of
from bot.queries.model import Context
from bot.queries.orders import (
    ME,
    ListSubscriptions,
    NewSubscription,
    Order,
    Pace,
    ResumeSubscription,
    StopSubscription,
    Subscribe,
    order_command,
)
from bot.queries.wording import tr
from bot.tracking.preview import by_day
from bot.views.closed import how_to_open, why_closed
from bot.views.entry import Entry, Pause, place_of
from bot.views.kit import Message
from bot.views.preview import preview_message
from bot.views.subscription import (
    made_message,
    new_message,
    refused_message,
    stopped_message,
)
from bot.views.subscription_list import list_message
from storage import closures, subscriptions
from storage.store import Store
from storage.subscriptions import Subscription, Wish

log = structlog.get_logger(__name__)

#: Subscriptions in force at a time; every event is held against each of them.
MOST = 200
#: How long Slack may take to describe a channel: an answer has to be there in time.
PLACE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a subscription cannot be kept, and what about it has to be another.

    *said* is mrkdwn of our own.
    """

    where: Literal["what", "time", "place"]
    said: str

    @property
    def again(self) -> bool:
        """Whether the same may be possible in a moment."""
        return self.where == "place"


class Subscriptions:
    """Carries out orders; who may give them was checked before, where is checked here.

    *next_run* tells when a cron line next fires, in *zone*; it raises `ValueError` for
    what is none.
    """

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        access: Access,
        next_run: NextRun,
        pace: Pace,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        labels: Mapping[str, str],
        budget: int | None = None,
    ) -> None:
        self._store = store
        self._access = access
        self._next_run = next_run
        self.pace = pace
        self._now = now
        self._zone = zone
        self._budget = budget
        self.labels = labels

    async def obey(
        self, order: Order, *, user: str, channel: str, context: Context
    ) -> Message:
        """Do what *user* orders in *channel*, and say what was done.

        Raises:
            StorageError: it could not be kept.
        """
        match order:
            case Subscribe():
                return await self._subscribe(order, user, channel, context)
            case NewSubscription():
                return new_message(self.pace)
            case ListSubscriptions():
                return self._list(user, channel)
            case StopSubscription(id=key):
                return await self._stop(key, user, channel)
            case ResumeSubscription(id=key):
                return await self._resume(key, user, channel)
            case _:
                assert_never(order)

    async def _subscribe(
        self, order: Subscribe, user: str, channel: str, context: Context
    ) -> Message:
        if order.preview:
            return await self._preview(order, user, channel, context)
        found = await self.keep(order, user=user, channel=channel)
        if isinstance(found, Message):
            return found
        again = order_command(order, context, self.pace)
        return refused_message(found.said, again=again if found.again else "")

    async def keep(
        self, order: Subscribe, *, user: str, channel: str, key: str | None = None
    ) -> Message | Problem:
        """Make a subscription, or change the one named *key*; say what it posts.

        Raises:
            StorageError: it could not be kept.
        """
        problem = self._no_time(order.cron)
        if problem is not None:
            return Problem("time", problem)
        place, problem = await self._place(order.channel or channel, user, channel)
        if problem is not None:
            return Problem("place", problem)
        wish = wish_of(order, place)
        if key is None:
            return await self._make(wish, user)
        return await self._change(key, wish, user, channel)

    def editable(self, key: str, *, user: str, channel: str) -> Subscription | None:
        """Find the subscription named *key*, if *user* may change it from there."""
        found = self._store.read(subscriptions.find, key)
        if found is None or found.source == "config":
            return None
        return found if _may_see(found, user, channel) else None

    async def _make(self, wish: Wish, user: str) -> Message | Problem:
        if len(self._store.read(subscriptions.active)) >= MOST:
            return Problem(
                "what",
                tr(
                    "There are {n} subscriptions, which is the most. Stop one first.",
                    n=MOST,
                ),
            )
        now = self._now()
        is_new = await self._store.run(subscriptions.make, wish, by=user, now=now)
        kept = self._store.read(subscriptions.same, wish)
        if kept is None:  # stopped by somebody in between
            return Problem("place", tr("It was stopped again just now."))
        if is_new:
            log.info(
                "subscription made",
                subscription=kept.id,
                by=user,
                channel=wish.channel,
            )
        entry = self._entry(kept)
        begun = (
            tr("Subscription {id} is on.", id=entry.id)
            if is_new
            else tr("Subscription {id} was on already.", id=entry.id)
        )
        return made_message(entry, begun=begun, every=self.pace.every)

    async def _change(
        self, key: str, wish: Wish, user: str, channel: str
    ) -> Message | Problem:
        if self.editable(key, user=user, channel=channel) is None:
            return Problem("what", tr("This subscription was stopped meanwhile."))
        equal = self._store.read(subscriptions.same, wish)
        if equal is not None and equal.id != key:
            return Problem(
                "what", tr("Subscription {id} posts that already.", id=equal.id[:8])
            )
        if not await self._store.run(change, key, wish, now=self._now()):
            return Problem("what", tr("This subscription was stopped meanwhile."))
        log.info("subscription changed", subscription=key, by=user)
        kept = self._store.read(subscriptions.same, wish)
        if kept is None:
            return Problem("what", tr("This subscription was stopped meanwhile."))
        entry = self._entry(kept)
        begun = tr("Subscription {id} is changed.", id=entry.id)
        return made_message(entry, begun=begun, every=self.pace.every)

    async def _preview(
        self, order: Subscribe, user: str, channel: str, context: Context
    ) -> Message:
        """Say what the order would have posted; nothing is kept and nothing posted."""
        problem = self._no_time(order.cron)
        if problem is not None:
            return refused_message(problem)
        place = order.channel or channel
        if place == ME:
            place = user
        wish = wish_of(order, place)
        now = self._now()
        found = self._store.read(
            preview, wish, now=now, next_run=self._next_run, budget=self._budget
        )
        kept = Subscription(wish.id, wish, "slack", now, None, made_by=user)
        return preview_message(
            self._entry(kept),
            by_day(found.posts, self._zone),
            since=found.since.astimezone(self._zone),
            is_cut=found.is_cut,
            today=now.astimezone(self._zone).date(),
            every=self.pace.every,
            labels=self.labels,
            command=order_command(replace(order, preview=False), context, self.pace),
        )

    def _no_time(self, cron: str | None) -> str | None:
        """Say why a cron line cannot be used; ``None`` when it can."""
        if cron is None:
            return None
        try:
            first = self._next_run(cron, self._now())
        except ValueError:
            return tr("The cron line `{cron}` cannot be used.", cron=cron)
        if first is not None:
            return None
        return tr("The cron line `{cron}` never comes.", cron=cron)

    async def _place(
        self, wanted: str, user: str, channel: str
    ) -> tuple[str, str | None]:
        """Find where to post, and say why it cannot be there, if so."""
        if wanted == ME:
            direct = await self._access.direct_message(user)
            if direct is None:
                return "", tr("Slack does not open a direct message with you just now.")
            return direct, None
        asker = user if wanted == channel else None
        try:
            problem = await asyncio.wait_for(
                self._access.why_not_post(wanted, asker=asker), PLACE_SECONDS
            )
        except TimeoutError:
            problem = tr("Slack did not answer in time")
        if problem is None:
            return wanted, None
        return wanted, tr(
            "I cannot post in {place}: {problem}.",
            place=place_of(wanted),
            problem=problem,
        )

    def seen_by(self, user: str, channel: str) -> list[Entry]:
        """List what *user* may see in *channel*, what is posted there first."""
        posts = self._store.read(subscriptions.last_posts)
        found = [
            self._entry(each, posts.get(each.id))
            for each in self._store.read(subscriptions.active)
            if _may_see(each, user, channel)
        ]
        found.sort(key=lambda entry: entry.channel != channel)
        return found

    def _list(self, user: str, channel: str) -> Message:
        found = self.seen_by(user, channel)
        return list_message(found, every=self.pace.every, now=self._now())

    async def _stop(self, key: str, user: str, channel: str) -> Message:
        subscription = self._named(key, user, channel)
        if isinstance(subscription, Message):
            return subscription
        if subscription.source == "config":
            return refused_message(
                tr(
                    "Subscription {id} stands in the configuration file; an admin can "
                    "end it there.",
                    id=key,
                )
            )
        if not await self._store.run(subscriptions.stop, subscription.id):
            return refused_message(tr("It was stopped already."))
        log.info("subscription stopped", subscription=subscription.id, by=user)
        return stopped_message(self._entry(subscription))

    async def _resume(self, key: str, user: str, channel: str) -> Message:
        """Try a closed channel at once, if it looks open again."""
        subscription = self._named(key, user, channel)
        if isinstance(subscription, Message):
            return subscription
        where = subscription.wish.channel
        if self._store.read(closures.find, where) is None:
            return refused_message(
                tr("Subscription {id} is not paused.", id=subscription.id[:8])
            )
        if not is_direct(where):
            _, problem = await self._place(where, user, channel)
            if problem is not None:
                again = f"/invoices subscribe resume {subscription.id}"
                return refused_message(problem, again=again)
        await self._store.run(resume, where, now=self._now())
        log.info("channel resumed", channel=where, by=user)
        entry = self._entry(subscription)
        begun = tr("Subscription {id} is on again.", id=entry.id)
        return made_message(entry, begun=begun, every=self.pace.every)

    def _named(self, key: str, user: str, channel: str) -> Subscription | Message:
        """Find the one whose name begins with *key*, or say why there is none."""
        found = [
            each
            for each in self._store.read(subscriptions.active)
            if each.id.startswith(key) and _may_see(each, user, channel)
        ]
        if len(found) == 1:
            return found[0]
        return refused_message(
            tr("Several subscriptions have an id that begins with `{id}`.", id=key)
            if found
            else tr("No subscription has an id that begins with `{id}`.", id=key)
        )

    def _entry(self, kept: Subscription, last_post: datetime | None = None) -> Entry:
        cron, next_at = kept.wish.cron, None
        if cron is not None:
            next_at = self._next_run(cron, self._now())
        return Entry(
            key=kept.id,
            channel=kept.wish.channel,
            events=kept.wish.events,
            filters=query_of(kept.wish),
            cron=cron,
            made_by=None if kept.source == "config" else kept.made_by or "",
            next_at=next_at and next_at.astimezone(self._zone),
            last_post=last_post and last_post.astimezone(self._zone),
            follow=kept.wish.manner.follow,
            even_if_empty=kept.wish.manner.even_if_empty,
            attach=kept.wish.manner.attach,
            paused=self._paused(kept.wish.channel),
        )

    def _paused(self, channel: str) -> Pause | None:
        closure = self._store.read(closures.find, channel)
        if closure is None:
            return None
        since = closure.since.astimezone(self._zone)
        return Pause(why_closed(closure.reason), how_to_open(closure.reason), since)


def _may_see(subscription: Subscription, user: str, channel: str) -> bool:
    """Keep what goes to one person's direct message between them and Duebot."""
    where = subscription.wish.channel
    private = where.startswith(("D", "U", "W"))
    return not private or where in (channel, user) or subscription.made_by == user

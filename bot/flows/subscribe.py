"""Subscriptions that people make, list and stop in Slack."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

import structlog

from bot.flows.access import Access
from bot.flows.digest import NextRun
from bot.flows.preview import preview
from bot.queries.model import Bound, Context, Query
from bot.queries.orders import (
    ME,
    ListSubscriptions,
    Order,
    Pace,
    StopSubscription,
    Subscribe,
    Wanted,
    order_command,
)
from bot.tracking.preview import by_day
from bot.views.kit import Message
from bot.views.preview import preview_message
from bot.views.subscription import (
    Entry,
    list_message,
    made_message,
    place_of,
    refused_message,
    stopped_message,
)
from storage import subscriptions
from storage.store import Store
from storage.subscriptions import Filters, Subscription, Wish

log = structlog.get_logger(__name__)

#: Subscriptions in force at a time; every event is held against each of them.
MOST = 200
#: How long Slack may take to describe a channel: an answer has to be there in time.
PLACE_SECONDS = 1.0
#: The events that each word stands for.
EVENTS: dict[Wanted, tuple[str, ...]] = {
    "new": ("issued",),
    "overdue": ("overdue",),
    "due": ("due_soon",),
    "changes": ("amended", "payment", "withdrawn"),
    "digest": (
        "issued",
        "amended",
        "payment",
        "due_soon",
        "overdue",
        "withdrawn",
        "trouble",
    ),
}


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
    ) -> None:
        self._store = store
        self._access = access
        self._next_run = next_run
        self.pace = pace
        self._now = now
        self._zone = zone
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
            case ListSubscriptions():
                return self._list(user, channel)
            case StopSubscription(id=key):
                return await self._stop(key, user, channel)
            case _:
                assert_never(order)

    async def _subscribe(
        self, order: Subscribe, user: str, channel: str, context: Context
    ) -> Message:
        again = order_command(order, context, self.pace)
        problem = self._no_time(order.cron)
        if problem is not None:
            return refused_message(problem)
        if order.preview:
            return await self._preview(order, user, channel, context)
        place, problem = await self._place(order.channel or channel, user, channel)
        if problem is not None:
            return refused_message(problem, again=again)
        wish = wish_of(order, place)
        if len(self._store.read(subscriptions.active)) >= MOST:
            return refused_message(
                f"There are {MOST} subscriptions, which is the most. Stop one first."
            )
        now = self._now()
        is_new = await self._store.run(subscriptions.make, wish, by=user, now=now)
        kept = self._store.read(subscriptions.find, wish.id)
        if kept is None:  # stopped by somebody in between
            return refused_message("It was stopped again just now.", again=again)
        if is_new:
            log.info("subscription made", subscription=wish.id, by=user, channel=place)
        return made_message(self._entry(kept), is_new=is_new, every=self.pace.every)

    async def _preview(
        self, order: Subscribe, user: str, channel: str, context: Context
    ) -> Message:
        """Say what the order would have posted; nothing is kept and nothing posted."""
        place = order.channel or channel
        if place == ME:
            place = user
        wish = wish_of(order, place)
        now = self._now()
        found = self._store.read(preview, wish, now=now, next_run=self._next_run)
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
            return f"The cron line `{cron}` cannot be used."
        return f"The cron line `{cron}` never comes." if first is None else None

    async def _place(
        self, wanted: str, user: str, channel: str
    ) -> tuple[str, str | None]:
        """Find where to post, and say why it cannot be there, if so."""
        if wanted == ME:
            direct = await self._access.direct_message(user)
            if direct is None:
                return "", "Slack does not open a direct message with you just now."
            return direct, None
        asker = user if wanted == channel else None
        try:
            problem = await asyncio.wait_for(
                self._access.why_not_post(wanted, asker=asker), PLACE_SECONDS
            )
        except TimeoutError:
            problem = "Slack did not answer in time"
        if problem is None:
            return wanted, None
        return wanted, f"I cannot post in {place_of(wanted)}: {problem}."

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
        found = [
            each
            for each in self._store.read(subscriptions.active)
            if each.id.startswith(key) and _may_see(each, user, channel)
        ]
        if len(found) != 1:
            what = "No subscription has" if not found else "Several subscriptions have"
            return refused_message(f"{what} an id that begins with `{key}`.")
        (subscription,) = found
        if subscription.source == "config":
            return refused_message(
                f"Subscription {key} stands in the configuration file; an admin can "
                "end it there."
            )
        if not await self._store.run(subscriptions.stop, subscription.id):
            return refused_message("It was stopped already.")
        log.info("subscription stopped", subscription=subscription.id, by=user)
        return stopped_message(self._entry(subscription))

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
        )


def wish_of(order: Subscribe, channel: str) -> Wish:
    """Write an order as what is stored."""
    query = order.filters
    low, high = query.minimum, query.maximum
    return Wish(
        channel=channel,
        events=tuple(dict.fromkeys(e for each in order.wanted for e in EVENTS[each])),
        connections=query.connections or None,
        cron=order.cron,
        filters=Filters(
            not_connections=query.not_connections,
            kinds=query.kinds,
            currency=query.currency,
            minimum=low.value if low else None,
            above=bool(low and low.strict),
            maximum=high.value if high else None,
            below=bool(high and high.strict),
            text=query.text,
            seller=query.seller,
            customer=query.customer,
        ),
    )


def query_of(wish: Wish) -> Query:
    """Write the filters of a wish as a question has them."""
    filters = wish.filters
    query = Query(
        connections=wish.connections or (),
        not_connections=filters.not_connections,
        kinds=filters.kinds,  # type: ignore[arg-type]  # only kinds are ever stored
        currency=filters.currency,
        text=filters.text,
        seller=filters.seller,
        customer=filters.customer,
    )
    if filters.minimum is not None:
        query = replace(query, minimum=Bound(filters.minimum, filters.above))
    if filters.maximum is not None:
        query = replace(query, maximum=Bound(filters.maximum, filters.below))
    return query


def _may_see(subscription: Subscription, user: str, channel: str) -> bool:
    """Keep what goes to one person's direct message between them and Duebot."""
    where = subscription.wish.channel
    private = where.startswith(("D", "U", "W"))
    return not private or where in (channel, user) or subscription.made_by == user

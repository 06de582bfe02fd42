"""The Home tab of each person: made of the snapshot, published, and kept up to date.

It is published when its person opens it, and again behind that when older figures were
read anew. While it may still be on a screen it follows what changes: at most one
publication a minute and person, one a second for all.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.answers.model import InvoiceList
from bot.flows.access import Access
from bot.flows.ask import Asked, Questions
from bot.flows.complaint import Complaint
from bot.flows.reply import Asker, Replies
from bot.flows.subscribe import Subscriptions
from bot.queries.commands import to_command
from bot.queries.model import Period, Query
from bot.views.home import (
    WELCOMED,
    Commands,
    Home,
    Needs,
    Spend,
    Undelivered,
    home_view,
    refused_view,
)
from bot.views.kit import MessageError
from bot.views.modal import View, check_view
from providers.models import OWED
from storage import cursors, deliveries
from storage.errors import StorageError
from storage.pulse import pulse
from storage.store import Store

log = structlog.get_logger(__name__)

#: Months that are drawn, this one included.
MONTHS = 12
#: A page that was opened this long ago may still be on a screen.
WATCHED_SECONDS = 3600.0
#: People whose pages are kept up to date; of more, those who opened it last.
MOST_WATCHED = 200
#: Between two publications that nobody asked for, for one person.
PAUSE_SECONDS = 60.0
#: Between two looks at whether anything changed, and between two publications.
LOOK_SECONDS, PACE_SECONDS = 5.0, 1.0
#: A reading behind a page is not waited for longer than this.
LATER_SECONDS = 600.0
#: Slack's words for blocks that it does not take.
_TOO_NEW = frozenset({"invalid_blocks", "invalid_arguments", "invalid_view"})
#: What waiting mends; the page is published again then.
_FOR_NOW = frozenset(
    {"ratelimited", "rate_limited", "no_answer", "internal_error", "fatal_error"}
)
_OWED = Query(status=tuple(OWED), kinds=("invoice",), sort="due_on")


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a publication: the new mark of the page, or Slack's refusal."""

    hash: str | None = None
    error: str | None = None


class Publisher(Protocol):
    """Puts a page on a person's Home tab (`bot.slack`)."""

    async def publish_home(
        self, user: str, view: View, *, hash_: str | None
    ) -> Published:
        """Publish *view*, unless the page is another one than *hash_* by now."""
        ...


@dataclass(slots=True)
class Watched:
    """A person who has the page, perhaps on the screen."""

    opened_at: float
    published_at: float = 0.0
    hash: str | None = None
    is_first_visit: bool = False
    #: Something changed since it was published.
    is_stale: bool = False
    #: One publication at a time, so that a later page is never put under an earlier.
    publishing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Homes:
    """Makes and publishes Home tabs; one for the whole bot."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        questions: Questions,
        replies: Replies,
        access: Access,
        subscriptions: Subscriptions,
        publisher: Publisher,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._questions = questions
        self._replies = replies
        self._access = access
        self._subscriptions = subscriptions
        self._publisher = publisher
        self._now = now
        self._zone = zone
        self._clock = clock
        self._watched: dict[str, Watched] = {}
        self._pulse: tuple[object, ...] | None = None
        #: Slack refused tables and charts here once.
        self._is_plain = False

    async def opened(self, user: str, view: dict[str, Any] | None) -> None:
        """Publish the page for who opened it, and once more when all of it is new.

        *view* is the page that they had, if any, as Slack describes it.

        Raises:
            StorageError: the database cannot be read.
        """
        before = view or {}
        watched = self._watch(user)
        watched.hash = str(before.get("hash") or "") or None
        watched.is_first_visit = before.get("private_metadata") != WELCOMED
        await self._show(user, watched)

    async def show(self, user: str, *, again: bool = False, note: str = "") -> None:
        """Publish the page anew, for who did something on it; *again* reads all anew.

        Raises:
            StorageError: the database cannot be read.
        """
        watched = self._watch(user)
        watched.is_first_visit = False
        await self._show(user, watched, again=again, note=note)

    async def watch(self) -> None:
        """Keep pages that may be on a screen up to date, until cancelled."""
        complaint = Complaint(log, "Home tabs are not kept up to date")
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
                complaint.settle()
            except StorageError as error:
                complaint.voice(str(error))
            except Exception:  # a defect here must not end the watching for good
                log.exception("watching Home tabs broke")

    async def look(self) -> int:
        """Publish again what has changed, as far as the pace allows; count it.

        Raises:
            StorageError: the database cannot be read.
        """
        self._forget()
        if not self._watched:
            self._pulse = None
            return 0
        found = (self._today(), *self._store.held(pulse))
        if self._pulse is not None and found != self._pulse:
            for watched in self._watched.values():
                watched.is_stale = True
        self._pulse = found
        published = 0
        for user, watched in list(self._watched.items()):
            if self._may_publish(watched):
                if published:
                    await asyncio.sleep(PACE_SECONDS)
                await self._publish(user, watched)
                published += 1
        return published

    async def _show(
        self, user: str, watched: Watched, *, again: bool = False, note: str = ""
    ) -> None:
        reading = await self._publish(user, watched, again=again, note=note)
        if reading is None:
            return
        done, _ = await asyncio.wait({reading}, timeout=LATER_SECONDS)
        if done:
            await self._publish(user, watched, note=note)

    async def _publish(
        self, user: str, watched: Watched, *, again: bool = False, note: str = ""
    ) -> asyncio.Task[object] | None:
        """Make the page and publish it; return the reading that goes on behind it.

        One that somebody else published meanwhile is replaced by this one, which is of
        a later moment: once, without a mark.
        """
        async with watched.publishing:
            watched.is_stale = False
            watched.published_at = self._clock()
            view, reading = await self._make(user, watched, again=again, note=note)
            outcome = await self._publisher.publish_home(user, view, hash_=watched.hash)
            if outcome.error == "hash_conflict":
                view, _ = await self._make(user, watched, note=note)
                outcome = await self._publisher.publish_home(user, view, hash_=None)
            elif outcome.error in _TOO_NEW and not self._is_plain:
                log.warning("Slack refuses tables or charts on the Home tab")
                self._is_plain = True
                view, _ = await self._make(user, watched, note=note)
                outcome = await self._publisher.publish_home(user, view, hash_=None)
            if outcome.error is not None:
                log.warning("Home tab not published", user=user, cause=outcome.error)
                watched.hash = None
                watched.is_stale = outcome.error in _FOR_NOW
                return reading
            watched.hash = outcome.hash
            return reading

    async def _make(
        self, user: str, watched: Watched, *, again: bool = False, note: str = ""
    ) -> tuple[View, asyncio.Task[object] | None]:
        refusal = await self._replies.refusal(Asker(user, "", direct=True))
        if refusal is not None:
            return refused_view(refusal), None
        asked = await self._questions.ask(_OWED, wait_seconds=0.0, again=again)
        home = await self._home(user, asked)
        home = replace(home, is_first_visit=watched.is_first_visit, note=note)
        view = home_view(home, is_plain=self._is_plain)
        try:
            check_view(view)
        except MessageError as error:
            log.error("Home tab too big", user=user, error=str(error))
            view = home_view(replace(home, subscriptions=()), is_plain=True)
        return view, asked.reading

    async def _home(self, user: str, asked: Asked) -> Home:
        owed = asked.answer
        assert isinstance(owed, InvoiceList)
        today = self._today()
        due, months = due_query(today), months_query(today)
        falling, billed = self._questions.answer(due), self._questions.answer(months)
        assert isinstance(falling, InvoiceList)
        assert isinstance(billed, InvoiceList)
        context = self._questions.context()
        direct = await self._access.direct_message(user) or user
        return Home(
            now=self._now(),
            zone=self._zone,
            every=self._subscriptions.pace.every,
            owed=owed.totals,
            spend=spend_of(billed, today),
            due=falling.invoices,
            due_count=falling.count,
            freshness=owed.freshness,
            held=tuple(
                (each.name, each.invoices) for each in self._store.held(cursors.state)
            ),
            subscriptions=tuple(self._subscriptions.seen_by(user, direct)),
            needs=await self._needs(user),
            commands=Commands(
                owed=to_command(_OWED, context),
                due=to_command(due, context),
                months=to_command(months, context),
                examples=examples(context.newest, today),
            ),
        )

    async def _needs(self, user: str) -> Needs | None:
        if not await self._access.is_admin(user):
            return None
        found: dict[str, dict[str, Undelivered]] = {"uncertain": {}, "paused": {}}
        for state, channels in found.items():
            for each in self._store.read(deliveries.find, state=state):
                before = channels.get(each.channel)
                channels[each.channel] = Undelivered(
                    each.channel,
                    before.messages + 1 if before else 1,
                    before.reason if before else each.error or "",
                )
        return Needs(
            uncertain=tuple(found["uncertain"].values()),
            paused=tuple(found["paused"].values()),
        )

    def _watch(self, user: str) -> Watched:
        watched = self._watched.pop(user, None) or Watched(0.0)
        watched.opened_at = self._clock()
        self._watched[user] = watched  # the last to open it stands last
        while len(self._watched) > MOST_WATCHED:
            self._watched.pop(next(iter(self._watched)))
        return watched

    def _forget(self) -> None:
        until = self._clock() - WATCHED_SECONDS
        for user, watched in list(self._watched.items()):
            if watched.opened_at <= until:
                with suppress(KeyError):
                    del self._watched[user]

    def _may_publish(self, watched: Watched) -> bool:
        return (
            watched.is_stale
            and self._clock() - watched.published_at >= PAUSE_SECONDS
            and not watched.publishing.locked()
        )

    def _today(self) -> date:
        return self._replies.today()


def due_query(today: date) -> Query:
    """Ask for what is owed and falls due from today on, the soonest first."""
    return replace(_OWED, period=Period(today, None, whole_months=False, field="due"))


def months_query(today: date) -> Query:
    """Ask for what was billed in each of the last months, this one included."""
    first = today.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    number = first.year * 12 + first.month - MONTHS
    begin = date(number // 12, number % 12 + 1, 1)
    period = Period(begin, last, whole_months=True)
    return Query(period=period, kinds=("invoice",), group="month")


def spend_of(answer: InvoiceList, today: date) -> tuple[Spend, ...]:
    """Lay the groups of `months_query` out by currency, the most used ones first.

    Amounts of different currencies have no order; the invoices in them have one.
    """
    period = months_query(today).period
    first = period.first if period and period.first else today
    names = [f"{y}-{m + 1:02}" for y, m in _months_from(first)]
    amounts = {
        (each.total.currency, each.name): each.total.total
        for each in answer.groups
        if each.total.total is not None
    }
    if not amounts:
        return ()
    zero = Decimal(0)
    spend = [
        Spend(
            each.currency,
            each.invoices,
            tuple((name, amounts.get((each.currency, name), zero)) for name in names),
        )
        for each in answer.totals
    ]
    return tuple(sorted(spend, key=lambda each: (-each.invoices, each.currency)))


def _months_from(first: date) -> list[tuple[int, int]]:
    start = first.year * 12 + first.month - 1
    return [divmod(start + step, 12) for step in range(MONTHS)]


def examples(newest: date | None, today: date) -> tuple[tuple[str, str], ...]:
    """Write three commands that have an answer today, with what their buttons say."""
    last = min(today.replace(day=1) - timedelta(days=1), newest or today)
    month = f"/invoices {last.year} {last.month}"
    return (
        (month, month),
        ("/unpaid by connection", "/unpaid by connection"),
        ("/invoices upcoming 14d", "/invoices upcoming 14d"),
    )

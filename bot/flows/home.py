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
from typing import Any, Protocol

import structlog

from bot.answers.model import InvoiceList
from bot.flows.ask import Asked, Questions
from bot.flows.complaint import Complaint
from bot.flows.overview import OWED_QUERY, Overview
from bot.flows.reply import Asker, Replies
from bot.views.home import WELCOMED, home_view, refused_view, trouble_view
from bot.views.limits import MessageError
from bot.views.modal import View, check_view
from bot.views.plainer import NATIVE, plainer
from storage.errors import StorageError
from storage.pulse import pulse
from storage.store import Store

log = structlog.get_logger(__name__)

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
    #: The state of things that it shows; ``None`` where it did not get there.
    shown: tuple[object, ...] | None = None
    #: One publication at a time, so that a later page is never put under an earlier.
    publishing: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class Making:
    """How a page is made: *reads* what is old, or all *again*, behind it."""

    reads: bool = False
    again: bool = False
    #: What was just done from the page: mrkdwn of our own.
    note: str = ""


class Homes:
    """Makes and publishes Home tabs; one for the whole bot."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        questions: Questions,
        replies: Replies,
        overview: Overview,
        publisher: Publisher,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._questions = questions
        self._replies = replies
        self._overview = overview
        self._publisher = publisher
        self._clock = clock
        self._watched: dict[str, Watched] = {}
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
        await self._show(user, watched, Making(reads=True))

    async def show(self, user: str, *, again: bool = False, note: str = "") -> None:
        """Publish the page anew, for who did something on it; *again* reads all anew.

        Raises:
            StorageError: the database cannot be read.
        """
        watched = self._watch(user)
        watched.is_first_visit = False
        await self._show(user, watched, Making(reads=True, again=again, note=note))

    async def trouble(self, user: str, sentence: str) -> None:
        """Say on the page why it cannot be made."""
        await self._put(user, trouble_view(sentence))

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
            return 0
        found = self._state()
        published = 0
        for user, watched in list(self._watched.items()):
            if watched.shown != found and self._may_publish(watched):
                if published:
                    await asyncio.sleep(PACE_SECONDS)
                await self._publish(user, watched, Making())
                published += 1
        return published

    async def _show(self, user: str, watched: Watched, making: Making) -> None:
        """Publish at once, and again when what was old is read."""
        reading = await self._publish(user, watched, making)
        if reading is None:
            return
        done, _ = await asyncio.wait({reading}, timeout=LATER_SECONDS)
        if done:
            await self._publish(user, watched, Making(note=making.note))

    async def _publish(
        self, user: str, watched: Watched, making: Making
    ) -> asyncio.Task[object] | None:
        """Make the page and publish it; return the reading that goes on behind it.

        One that somebody else published meanwhile is replaced by this one, which is of
        a later moment: once, without a mark.
        """
        async with watched.publishing:
            watched.published_at = self._clock()
            watched.shown = self._state()
            refusal = await self._replies.refusal(Asker(user, "", direct=True))
            if refusal is not None:  # and nothing that changes changes that
                self._watched.pop(user, None)
                admins = self._overview.named_admins
                await self._put(user, refused_view(refusal, admins=admins))
                return None
            view, reading = await self._make(user, watched, making)
            outcome = await self._publisher.publish_home(user, view, hash_=watched.hash)
            is_refused = outcome.error in _TOO_NEW and not self._is_plain
            if is_refused:
                log.warning("Slack refuses tables or charts on the Home tab")
                self._is_plain = True
            if is_refused or outcome.error == "hash_conflict":
                view, _ = await self._make(user, watched, replace(making, reads=False))
                outcome = await self._publisher.publish_home(user, view, hash_=None)
            watched.hash = outcome.hash
            if outcome.error is not None:
                log.warning("Home tab not published", user=user, cause=outcome.error)
                if outcome.error in _FOR_NOW:
                    watched.shown = None
            return reading

    async def _make(
        self, user: str, watched: Watched, making: Making
    ) -> tuple[View, asyncio.Task[object] | None]:
        if making.reads:
            asked = await self._questions.ask(
                OWED_QUERY, wait_seconds=0.0, again=making.again
            )
        else:
            asked = Asked(await self._questions.answer_now(OWED_QUERY))
        if not isinstance(asked.answer, InvoiceList):
            raise TypeError("what is owed is no list")
        home = await self._overview.of(user, asked.answer)
        home = replace(home, is_first_visit=watched.is_first_visit, note=making.note)
        view = home_view(home)
        if self._is_plain:
            view = _plain(view)
        try:
            check_view(view)
        except MessageError as error:
            log.error("Home tab too big", user=user, error=str(error))
            view = _plain(home_view(replace(home, subscriptions=())))
        return view, asked.reading

    async def _put(self, user: str, view: View) -> None:
        """Publish a page without figures, whatever was there before."""
        outcome = await self._publisher.publish_home(user, view, hash_=None)
        if outcome.error is not None:
            log.warning("Home tab not published", user=user, cause=outcome.error)

    def _state(self) -> tuple[object, ...]:
        """Take the mark of all that a page shows."""
        return (self._overview.today(), *self._store.held(pulse))

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
            self._clock() - watched.published_at >= PAUSE_SECONDS
            and not watched.publishing.locked()
        )


def _plain(view: View) -> View:
    """Draw a page without the blocks that not every Slack takes, block by block."""
    refused = frozenset(NATIVE)
    blocks = [each for block in view["blocks"] for each in plainer([block], refused)]
    return {**view, "blocks": blocks}

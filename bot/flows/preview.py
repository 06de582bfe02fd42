"""What a wish would have posted, from the events that are stored."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.flows.digest import NextRun
from bot.flows.living import MOST_REPLIES
from bot.flows.matching import wants
from bot.flows.news import BUDGET_SPAN
from bot.tracking.events import Baseline, InvoiceEvent, Trouble, from_json
from bot.tracking.preview import Post
from storage import cursors, releases
from storage.releases import Released
from storage.subscriptions import Follow, Wish

#: How far back a preview looks.
BACK = timedelta(days=30)
_Invoice = tuple[str, str]
#: Events looked at; reading more would keep others waiting.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Preview:
    """The messages of the time looked at, oldest first.

    *since* is when that begins: later than asked for where nothing was watched before,
    or (*is_cut*) where there are more events than are looked at.
    """

    posts: tuple[Post, ...]
    since: datetime
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An event that is asked for, in its place among those of one message.

    *run* is the reading that let it go; trouble is told before that lets go the rest.
    """

    at: datetime
    message: object
    run: int
    event: InvoiceEvent

    @property
    def place(self) -> tuple[datetime, int, bool]:
        """Order messages as they are let go."""
        return self.at, self.run, not isinstance(self.event, Trouble)


def preview(
    db: Database,
    wish: Wish,
    *,
    now: datetime,
    next_run: NextRun,
    budget: int | None = None,
) -> Preview:
    """Work out what *wish*, had it been kept all the time, would have posted.

    As `bot.flows.news` and `bot.flows.digest` do it: at once, a message for what each
    sync let go and one for each trouble, within the *budget* of the channel, were
    nothing else posted there; by cron, one for all since the last time, and the empty
    ones that are asked for.
    """
    since = max(now - BACK, _watched_since(db, wish) or now)
    released = releases.since(db, since, kinds=wish.events, limit=MOST)
    messages: dict[object, list[_Wanted]] = {}
    for each in _wanted(db, wish, released, next_run):
        if each.at <= now:
            messages.setdefault(each.message, []).append(each)
    posts = [
        Post(found[-1].at, tuple(one.event for one in found))
        for found in sorted(messages.values(), key=lambda found: found[-1].place)
    ]
    is_cut = len(released) == MOST
    since = released[0].event.happened_at if is_cut else since
    if wish.cron is not None and wish.manner.even_if_empty:
        told = {post.at for post in posts}
        times = _times(wish.cron, next_run, since=since, until=now)
        posts += [Post(at, ()) for at in times if at not in told]
    posts.sort(key=lambda post: post.at)
    if wish.cron is None:
        posts = _Channel(wish.manner.follow, budget).post(posts, now=now)
    return Preview(posts=tuple(posts), since=since, is_cut=is_cut)


def _times(
    cron: str, next_run: NextRun, *, since: datetime, until: datetime
) -> Iterator[datetime]:
    """List the times of a cron line."""
    at = next_run(cron, since)
    while at is not None and at <= until:
        yield at
        at = next_run(cron, at)


def _wanted(
    db: Database, wish: Wish, released: list[Released], next_run: NextRun
) -> Iterator[_Wanted]:
    digest_of = _digest_times(wish.cron, next_run) if wish.cron is not None else None
    for each in released:
        event = from_json(each.event.payload)
        if not wants(db, wish, event):
            continue
        is_trouble = each.event.kind == "trouble"
        at = each.event.happened_at if is_trouble else each.at
        message: object = each.event.id if is_trouble else (event.connection, each.run)
        if at is not None and digest_of is not None:
            at = message = digest_of(at)
        if at is not None:
            run = each.event.run if is_trouble else each.run
            yield _Wanted(at, message, run or 0, event)


class _Channel:
    """What is posted in a channel: `bot.flows.living` and the budget, played again."""

    def __init__(self, follow: Follow, budget: int | None) -> None:
        self._follow = follow
        self._budget = budget
        #: Invoices that one message has told of alone: it is theirs.
        self._known: set[_Invoice] = set()
        self._sent: list[datetime] = []
        self._gathered: list[InvoiceEvent] = []
        self._posts: list[Post] = []

    def post(self, posts: list[Post], *, now: datetime) -> list[Post]:
        """Leave out of messages what goes elsewhere, and gather what is too much."""
        for post in posts:
            self._let_go(post.at)
            elsewhere = self._elsewhere(post.events)
            left = [e for at, e in enumerate(post.events) if at not in elsewhere]
            if self._has_room(post.at) or any(isinstance(e, Trouble) for e in left):
                self._tell(post.at, left)
                told = post.events
            else:
                self._gathered += left
                told = tuple(post.events[at] for at in sorted(elsewhere))
                elsewhere = frozenset(range(len(told)))
            threads = len(elsewhere) if self._follow == "thread" else 0
            if told:
                self._posts.append(Post(post.at, told, elsewhere, threads))
        self._let_go(now)
        return self._posts

    def _elsewhere(self, events: Sequence[InvoiceEvent]) -> frozenset[int]:
        if self._follow == "message":
            return frozenset()
        found = [at for at, e in enumerate(events) if _invoice_of(e) in self._known]
        if self._follow == "thread" and len(found) > MOST_REPLIES:
            return frozenset()
        return frozenset(found)

    def _tell(self, at: datetime, events: Sequence[InvoiceEvent]) -> None:
        if events:
            self._sent.append(at)
        if len(events) == 1 and (invoice := _invoice_of(events[0])) is not None:
            self._known.add(invoice)

    def _has_room(self, at: datetime) -> bool:
        return (
            self._budget is None
            or len(self._sent) < self._budget
            or self._sent[-self._budget] + BUDGET_SPAN <= at
        )

    def _let_go(self, until: datetime) -> None:
        """Post what was gathered, if there was room for it by then."""
        if not self._gathered or self._budget is None or not self._has_room(until):
            return
        at = self._sent[-self._budget] + BUDGET_SPAN
        self._tell(at, self._gathered)
        self._posts.append(Post(at, tuple(self._gathered)))
        self._gathered = []


def _invoice_of(event: InvoiceEvent) -> _Invoice | None:
    if isinstance(event, Trouble | Baseline):
        return None
    return event.connection, event.id


def _digest_times(
    cron: str, next_run: NextRun
) -> Callable[[datetime], datetime | None]:
    """Make the function that tells which digest what was let go at a time is in.

    What is let go at the very time of a digest is still in it. Asking the schedule
    takes long beside everything else, so it is asked once for all of a digest.
    """
    known: list[tuple[datetime, datetime]] = []

    def digest_of(at: datetime) -> datetime | None:
        if known and known[-1][0] <= at <= known[-1][1]:
            return known[-1][1]
        found = next_run(cron, at - timedelta(milliseconds=1))
        if found is not None:
            known.append((at, found))
        return found

    return digest_of


def _watched_since(db: Database, wish: Wish) -> datetime | None:
    """Tell since when there is news of any connection that is asked for."""
    return min(
        (
            each.baseline_at
            for each in cursors.state(db)
            if each.baseline_at is not None and wish.covers(each.name)
        ),
        default=None,
    )

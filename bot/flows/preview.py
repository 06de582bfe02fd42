"""What a wish would have posted, from the events that are stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.flows.digest import NextRun
from bot.flows.living import MOST_REPLIES
from bot.flows.matching import wants
from bot.tracking.events import Baseline, InvoiceEvent, Trouble, from_json
from bot.tracking.preview import Post
from storage import cursors, releases
from storage.releases import Released
from storage.subscriptions import Follow, Wish

#: How far back a preview looks.
BACK = timedelta(days=30)
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
    """An event that is asked for, in its place among those of one message."""

    at: datetime
    message: object
    id: int
    event: InvoiceEvent


def preview(db: Database, wish: Wish, *, now: datetime, next_run: NextRun) -> Preview:
    """Work out what *wish*, had it been kept all the time, would have posted.

    As `bot.flows.news` and `bot.flows.digest` do it: at once, a message for what each
    sync let go and one for each trouble; by cron, one for all since the last time.
    """
    since = max(now - BACK, _watched_since(db, wish) or now)
    released = releases.since(db, since, kinds=wish.events, limit=MOST)
    messages: dict[object, list[_Wanted]] = {}
    for each in _wanted(db, wish, released, next_run):
        if each.at <= now:
            messages.setdefault(each.message, []).append(each)
    posts = [
        Post(max(one.at for one in found), tuple(one.event for one in found))
        for found in messages.values()
    ]
    is_cut = len(released) == MOST
    posts.sort(key=lambda post: post.at)
    if wish.cron is None:
        posts = _followed(posts, wish.manner.follow)
    return Preview(
        posts=tuple(posts),
        since=released[0].event.happened_at if is_cut else since,
        is_cut=is_cut,
    )


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
            yield _Wanted(at, message, each.event.id, event)


def _followed(posts: list[Post], follow: Follow) -> list[Post]:
    """Leave out of messages what goes to those of before, as `bot.flows.living` does.

    An invoice has a message once one has told of it alone.
    """
    if follow == "message":
        return posts
    known: set[tuple[str, str]] = set()
    found = []
    for post in posts:
        about = [
            None if isinstance(each, Trouble | Baseline) else (each.connection, each.id)
            for each in post.events
        ]
        elsewhere = frozenset(at for at, each in enumerate(about) if each in known)
        if follow == "thread" and len(elsewhere) > MOST_REPLIES:
            elsewhere = frozenset()
        left = [each for at, each in enumerate(about) if at not in elsewhere]
        if len(left) == 1 and left[0] is not None:
            known.add(left[0])
        threads = len(elsewhere) if follow == "thread" else 0
        found.append(replace(post, elsewhere=elsewhere, threads=threads))
    return found


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

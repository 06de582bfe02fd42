"""What a subscription would have posted, day by day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.tracking.digest import split
from bot.tracking.events import InvoiceEvent


@dataclass(frozen=True, slots=True)
class Post:
    """A message, when it would have been posted and what it would have told.

    Of *events*, those at *elsewhere* belong to messages of before: they are told there,
    by *threads* replies.
    """

    at: datetime
    events: tuple[InvoiceEvent, ...]
    elsewhere: frozenset[int] = frozenset()
    threads: int = 0

    @property
    def told(self) -> tuple[InvoiceEvent, ...]:
        """What the message itself and its thread tell; nothing, if there is none."""
        return tuple(
            each for at, each in enumerate(self.events) if at not in self.elsewhere
        )

    @property
    def is_message(self) -> bool:
        """Whether there is a message: of something, or of nothing that happened."""
        return bool(self.told) or not self.events

    @property
    def replies(self) -> int:
        """Count the replies: those that tell what does not fit, and those elsewhere."""
        return len(split(self.told).rest) + self.threads


@dataclass(frozen=True, slots=True)
class Day:
    """What one day would have brought."""

    day: date
    messages: int
    replies: int
    events: tuple[InvoiceEvent, ...]


def by_day(posts: Sequence[Post], zone: tzinfo) -> list[Day]:
    """Count *posts* by the days of *zone*, oldest first; days without are left out."""
    days: dict[date, list[Post]] = {}
    for post in posts:
        days.setdefault(post.at.astimezone(zone).date(), []).append(post)
    return [
        Day(
            day=day,
            messages=sum(1 for post in found if post.is_message),
            replies=sum(post.replies for post in found),
            events=tuple(event for post in found for event in post.events),
        )
        for day, found in sorted(days.items())
    ]

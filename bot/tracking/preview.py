"""What a subscription would have posted, day by day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.tracking.digest import split
from bot.tracking.events import InvoiceEvent


@dataclass(frozen=True, slots=True)
class Post:
    """A message, when it would have been posted and what it would have told."""

    at: datetime
    events: tuple[InvoiceEvent, ...]

    @property
    def replies(self) -> int:
        """Count the messages in its thread that tell what does not fit."""
        return len(split(self.events).rest)


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
            messages=len(found),
            replies=sum(post.replies for post in found),
            events=tuple(event for post in found for event in post.events),
        )
        for day, found in sorted(days.items())
    ]

"""Walk lists: one request after another, or some ahead. Knows nothing of HTTP."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Iterable
from typing import TypeVar

from providers.errors import BadReplyError

P = TypeVar("P")
C = TypeVar("C", bound=Hashable)

#: No list we read has more replies; one that goes on is not trusted.
MOST_PAGES = 10_000
#: How many replies of a list may be awaited at once.
IN_FLIGHT = 4
#: How many more may be begun where `http.Http` itself keeps requests to that many: the
#: next one then leaves when a reply has come, not only when its page was taken.
READY = 2


async def follow(
    connection: str,
    fetch: Callable[[C | None], Awaitable[tuple[P, C | None]]],
    *,
    most: int = MOST_PAGES,
) -> AsyncGenerator[P, None]:
    """Yield pages one after another until one names no next cursor.

    Raises:
        BadReplyError: a cursor came back, or there are more than *most* pages.
        ProviderError: whatever *fetch* raises.
    """
    seen: set[C] = set()
    cursor: C | None = None
    for _ in range(most):
        page, cursor = await fetch(cursor)
        yield page
        if cursor is None:
            return
        if cursor in seen:
            raise BadReplyError(connection, "sent a page mark twice: an endless list")
        seen.add(cursor)
    raise BadReplyError(connection, f"sent more than {most} pages: an endless list")


async def ahead(
    fetches: Iterable[Callable[[], Awaitable[P]]],
    *,
    in_flight: int = IN_FLIGHT,
    first_alone: bool = True,
) -> AsyncGenerator[P, None]:
    """Yield what *fetches* give, in their order, with up to *in_flight* under way.

    With *first_alone* the first is waited for before others begin: most lists are not
    longer. *fetches* may be endless:
    closing the generator cancels what was begun in vain.
    """
    waiting: deque[asyncio.Task[P]] = deque()
    rest = iter(fetches)

    def begin(most: int) -> None:
        while len(waiting) < most and (fetch := next(rest, None)) is not None:
            waiting.append(asyncio.create_task(_run(fetch)))

    try:
        if first_alone:
            begin(1)
        if waiting:
            yield await waiting[0]
            waiting.popleft()
        begin(in_flight)
        while waiting:
            page = await waiting[0]
            waiting.popleft()
            begin(in_flight)
            yield page
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _run(fetch: Callable[[], Awaitable[P]]) -> P:
    return await fetch()


class Progress:
    """Notices a list that does not move on: every page must begin with a new id."""

    def __init__(self, connection: str, *, most: int = MOST_PAGES) -> None:
        self._connection = connection
        self._most = most
        self._firsts: set[str] = set()

    def note(self, first_id: str) -> None:
        """Remember the id that a page begins with.

        Raises:
            BadReplyError: a page began with it before, or there are too many pages.
        """
        if first_id in self._firsts:
            raise BadReplyError(
                self._connection, "sent the same page twice; it ignores the asked range"
            )
        if len(self._firsts) >= self._most:
            raise BadReplyError(
                self._connection, f"sent more than {self._most} pages: an endless list"
            )
        self._firsts.add(first_id)

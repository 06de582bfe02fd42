import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from itertools import count

import pytest

from providers.errors import BadReplyError
from providers.paginate import Progress, ahead, follow


async def test_follow_goes_on_until_there_is_no_cursor() -> None:
    marks = {None: "a", "a": "b", "b": None}

    async def fetch(cursor: str | None) -> tuple[str | None, str | None]:
        return cursor, marks[cursor]

    assert [page async for page in follow("one", fetch)] == [None, "a", "b"]


async def test_follow_refuses_a_cursor_that_comes_back() -> None:
    async def fetch(cursor: str | None) -> tuple[str, str | None]:
        return "page", {None: "a", "a": "b"}.get(cursor, "a")

    pages = []
    with pytest.raises(BadReplyError, match="endless"):  # noqa: PT012 - what came before counts
        async for page in follow("one", fetch):
            pages.append(page)  # noqa: PERF401 - kept although the loop raises
    assert len(pages) == 3


async def test_follow_refuses_a_list_that_never_ends() -> None:
    numbers = count()

    async def fetch(_: int | None) -> tuple[str, int | None]:
        return "page", next(numbers)

    with pytest.raises(BadReplyError, match="more than 5 pages"):
        _ = [page async for page in follow("one", fetch, most=5)]


class Busy:
    """Counts how many are under way at once."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0
        self.begun: list[int] = []

    async def fetch(self, number: int) -> int:
        self.begun.append(number)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            # Later ones are quicker, so order must come from somewhere else.
            await asyncio.sleep(0.01 / (number + 1))
        finally:
            self.now -= 1
        return number

    def all(self, numbers: range) -> list[Callable[[], Awaitable[int]]]:
        return [partial(self.fetch, number) for number in numbers]


async def test_ahead_keeps_order_and_at_most_four_in_flight() -> None:
    busy = Busy()
    assert [one async for one in ahead(busy.all(range(20)))] == list(range(20))
    assert busy.most == 4


async def test_ahead_waits_for_the_first_alone() -> None:
    busy = Busy()
    async with aclosing(ahead(busy.all(range(9)))) as pages:
        assert await anext(pages) == 0
        assert busy.begun == [0]


async def test_ahead_cancels_what_was_begun_in_vain() -> None:
    busy = Busy()
    fetches = (partial(busy.fetch, number) for number in count())
    async with aclosing(ahead(fetches, first_alone=False)) as pages:
        async for page in pages:
            if page == 5:
                break
    assert busy.now == 0
    assert len(busy.begun) <= 10


async def test_ahead_cancels_the_rest_when_one_fails() -> None:
    busy = Busy()

    async def fails() -> int:
        raise BadReplyError("one", "odd")

    with pytest.raises(BadReplyError):
        _ = [one async for one in ahead([*busy.all(range(2)), fails])]
    assert busy.now == 0


def test_progress_notices_a_page_that_comes_again() -> None:
    progress = Progress("one", most=2)
    progress.note("a")
    with pytest.raises(BadReplyError, match="the same page twice"):
        progress.note("a")
    progress.note("b")
    with pytest.raises(BadReplyError, match="more than 2 pages"):
        progress.note("c")

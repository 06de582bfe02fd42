"""The log tells of each delivery id its whole life."""

import pytest
import structlog
from aiohttp import web
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.flows import closing, deliver, ending, news
from storage import deliveries
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, answer, serving
from tests.bot.tracking.made import issued


@pytest.fixture(autouse=True)
def fresh_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No logger that an earlier test has bound to a configuration of its own."""
    structlog.reset_defaults()
    for module in (closing, deliver, ending, news):
        monkeypatch.setattr(module, "log", structlog.get_logger())


def life_of(delivery: str, log: list[EventDict]) -> list[str]:
    """Pick the lines about one delivery, as `grep` does, with what they say besides."""
    said = ("how", "reason", "error")
    return [
        " ".join([each["event"], *(str(each[k]) for k in said if k in each)])
        for each in log
        if each.get("delivery") == delivery
    ]


@pytest.fixture
async def room(store: Store) -> Newsroom:
    newsroom = Newsroom(store)
    await newsroom.open(Wish(channel="C1", events=ALL))
    return newsroom


def only(room: Newsroom) -> str:
    (found,) = room.store.read(deliveries.find)
    return found.id


async def test_planned_claimed_put_back_looked_for_found_done(room: Newsroom) -> None:
    busy = answer("ratelimited", status=429, Retry_After="3")
    slack = SlackStandIn(faults=[(busy, False), (web.Response(status=502), True)])
    with capture_logs() as log:
        await room.happen(issued())
        async with serving(slack) as client:
            await room.deliver_all(room.deliverer(client), rounds=12)
    assert life_of(only(room), log) == [
        "delivery planned",
        "delivery claimed",
        "delivery put back Slack is busy",
        "delivery claimed",
        "delivery put back HTTP 502",
        "delivery claimed",
        "delivery done found",
    ]
    assert only(room) in slack.deliveries(), "the same id stands in Slack"


async def test_closed_once_aloud_and_open_again(room: Newsroom) -> None:
    slack = SlackStandIn(faults=[(answer("is_archived"), False) for _ in range(2)])
    with capture_logs() as log:
        await room.happen(issued())
        async with serving(slack) as client:
            for _ in range(3):
                await room.deliverer(client).deliver_ready()
                room.clock.turn(61)
    waits = "channel closed, its news waits the channel is archived is_archived"
    assert life_of(only(room), log) == [
        "delivery planned",
        "delivery claimed",
        waits,
        "delivery claimed",
        waits,
        "delivery claimed",
        "delivery done posted",
    ]
    levels = [each["log_level"] for each in log if each["event"].startswith("channel")]
    assert levels == ["error", "info", "info"]


async def test_uncertain_and_failed(room: Newsroom) -> None:
    slack = SlackStandIn(faults=[(None, True)], history_error="missing_scope")
    with capture_logs() as log:
        await room.happen(issued())
        async with serving(slack) as client:
            await room.deliver_all(room.deliverer(client), rounds=4)
    *_, last = life_of(only(room), log)
    assert last.startswith("delivery uncertain: it may have been posted")


async def test_a_parent_that_fails_says_so_of_each_reply(room: Newsroom) -> None:
    refused = ("invalid_blocks", "no_text")
    slack = SlackStandIn(faults=[(answer(code), False) for code in refused])
    with capture_logs() as log:
        await room.happen(*(issued(id=str(n), number=f"N{n}") for n in range(60)))
        async with serving(slack) as client:
            await room.deliver_all(room.deliverer(client), rounds=2)
    *replies, parent = room.store.read(deliveries.find)
    assert life_of(parent.id, log)[-1] == "delivery failed no_text"
    assert len(replies) == 2
    for reply in replies:
        assert life_of(reply.id, log) == [
            "delivery planned",
            "delivery failed its parent failed",
        ]

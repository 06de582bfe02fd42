import asyncio
from random import Random

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from storage import outbox
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import Fault, SlackStandIn, answer, serving
from tests.bot.tracking.made import issued

CHANNELS = ("C1", "C2", "C3")


def a_fault(random: Random) -> Fault:
    """Choose what goes wrong with a post, and whether Slack keeps the message."""
    kept = random.random() < 0.5
    lost: list[Fault] = [
        (None, kept),
        (web.Response(status=502, text="no"), kept),
        (answer("internal_error"), kept),
        (answer("ratelimited", status=429, Retry_After="3"), False),
        (answer("not_in_channel"), False),
    ]
    return random.choice(lost)


async def ends_somewhere(
    room: Newsroom, client: AsyncWebClient, random: Random
) -> None:
    """Run a worker and end it, as a crash does, after some steps of its loop."""
    worker = room.deliverer(client)
    work = asyncio.create_task(worker.deliver_ready())
    for _ in range(random.randrange(60)):
        await asyncio.sleep(0)
    work.cancel()
    await asyncio.wait([work])
    # What had left before the end reaches Slack.
    await asyncio.sleep(0.01)


@pytest.mark.parametrize("seed", range(12))
async def test_every_event_is_told_once_and_in_order(store: Store, seed: int) -> None:
    random = Random(seed)
    room = Newsroom(store)
    await room.open(*(Wish(channel=each, events=ALL) for each in CHANNELS))
    slack = SlackStandIn()
    told = 0
    async with serving(slack) as client:
        for _ in range(40):
            match random.random():
                case chance if chance < 0.3:
                    told += 1
                    await room.happen(issued(id=str(told), number=f"N{told:02}"))
                case chance if chance < 0.5:
                    slack.faults.append(a_fault(random))
                case chance if chance < 0.7:
                    await ends_somewhere(room, client, random)
                case _:
                    await room.deliverer(client).deliver_ready()
            room.clock.turn(random.choice([0.4, 1.1, 4, 12]))
        slack.faults.clear()
        for _ in range(80):
            await room.deliverer(client).deliver_ready()
            room.clock.turn(5)
    expected = [f"N{number:02}" for number in range(1, told + 1)]
    for channel in CHANNELS:
        assert [text[12:15] for text in slack.texts(channel)] == expected
    assert len(set(slack.deliveries())) == len(slack.messages) == 3 * told
    assert store.read(outbox.counts) == {"done": 3 * told}

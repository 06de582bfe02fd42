"""A channel that lets no message in: its news waits, its owner hears so once."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.access import Access, AccessRule
from bot.flows.closing import KEEP
from bot.flows.deliver import Deliverer
from bot.flows.digest import plan_digests
from bot.flows.housekeeping import tidy
from bot.jobs import next_run_in
from bot.slack import Slack, SlackDirectory, make_client, make_session
from sandbox.app import Running, start
from sandbox.slack.cast import Channel
from storage import closures, deliveries, outbox, subscriptions
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.tracking.made import issued

CHANNEL, PRIVATE = "C0BILLING", "C0FINANCE"
AKIKO, LENA = "U0AKIKO", "U0LENA"


@pytest.fixture
async def running(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    # The sandbox goes by real seconds, the bot here by a clock that is turned.
    monkeypatch.setattr("sandbox.slack.pace.BURST", 1_000_000)
    async with start(0) as sandbox:
        yield sandbox


@pytest.fixture
async def client(running: Running) -> AsyncIterator[AsyncWebClient]:
    async with make_session() as session:
        yield make_client(
            token="xoxb-sandbox", api_url=f"{running.url}/api/", session=session
        )


@pytest.fixture
async def room(store: Store) -> Newsroom:
    """A room where two people made subscriptions in a channel, three of them."""
    newsroom = Newsroom(store)
    await newsroom.open()
    for by, events in ((AKIKO, ("issued",)), (AKIKO, ALL), (LENA, ("overdue",))):
        wish = Wish(channel=CHANNEL, events=events)
        await store.run(subscriptions.make, wish, by=by, now=newsroom.clock())
    return newsroom


def deliverer_of(room: Newsroom, client: AsyncWebClient) -> Deliverer:
    assert client.session is not None
    directory = SlackDirectory(Slack(client, client.session), team=lambda: "T0DUEBOT")
    access = Access(rule=AccessRule(), directory=directory)
    return room.deliverer(client, may_post=access.may_post)


async def work(room: Newsroom, client: AsyncWebClient, rounds: int = 5) -> None:
    deliverer = deliverer_of(room, client)
    for _ in range(rounds):
        await deliverer.deliver_ready()
        room.clock.turn(1.5)


def told(running: Running, channel: str) -> list[str]:
    return [m.text for m in running.workspace.messages[channel] if m.metadata]


def direct(running: Running, user: str) -> list[str]:
    return told(running, running.workspace.direct(user).id)


def archived(channel: Channel, closed: bool) -> None:
    channel.archived = closed


def read_only(channel: Channel, closed: bool) -> None:
    channel.read_only = closed


def without_us(channel: Channel, closed: bool) -> None:
    channel.kind = "private"
    (channel.members.discard if closed else channel.members.add)("U0DUEBOT")


@pytest.mark.parametrize(
    ("close", "why"),
    [
        (archived, "the channel is archived"),
        (read_only, "the channel is read-only"),
        (without_us, "I am not in the channel"),
    ],
)
async def test_news_waits_owners_hear_once_and_it_resumes(
    running: Running,
    client: AsyncWebClient,
    room: Newsroom,
    close: Callable[[Channel, bool], None],
    why: str,
) -> None:
    channel = running.workspace.channels[CHANNEL]
    close(channel, True)
    await room.happen(issued(id="1", number="N1"))
    await work(room, client)
    await room.happen(issued(id="2", number="N2"))
    for _ in range(30):  # tried again and again
        room.clock.turn(120)
        await work(room, client, rounds=1)
    (closure,) = room.store.read(closures.every)
    assert closure.channel == CHANNEL
    assert told(running, CHANNEL) == []
    (akiko,) = direct(running, AKIKO)
    (lena,) = direct(running, LENA)
    assert akiko.startswith(f"I cannot post in <#{CHANNEL}>: {why}")
    assert "Your subscriptions `" in akiko
    assert "Your subscription `" in lena
    assert "N1" not in akiko + lena, "no figures"

    close(channel, False)
    room.clock.turn(600)
    await work(room, client)
    assert [text.split()[2] for text in told(running, CHANNEL)] == ["N1,", "N2,"]
    assert room.store.read(closures.every) == []
    assert room.store.read(outbox.counts) == {"done": 4}

    close(channel, True)
    await room.happen(issued(id="3", number="N3"))
    await work(room, client)
    assert len(direct(running, AKIKO)) == 2, "another time is another word"


async def test_nobody_to_tell_and_no_word_about_a_direct_message(
    running: Running, client: AsyncWebClient, store: Store
) -> None:
    room = Newsroom(store)
    mine = running.workspace.direct(AKIKO).id
    await room.open(Wish(channel=CHANNEL, events=ALL))
    await store.run(
        subscriptions.make,
        Wish(channel=mine, events=ALL),
        by=AKIKO,
        now=room.clock(),
    )
    for each in (CHANNEL, mine):
        running.workspace.channels[each].archived = True
    await room.happen(issued())
    await work(room, client)
    assert {each.channel for each in store.read(closures.every)} == {CHANNEL, mine}
    assert store.read(outbox.counts) == {"paused": 2}


async def test_slack_that_refuses_us_altogether_closes_no_channel(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    running.faults.set("slack", "refused", method="chat.postMessage")
    await room.happen(issued())
    await work(room, client)
    assert room.store.read(closures.every) == []
    assert room.store.read(outbox.counts) == {"paused": 1}


async def test_what_waits_too_long_is_dropped_and_counted(
    running: Running, client: AsyncWebClient, room: Newsroom
) -> None:
    running.workspace.channels[CHANNEL].archived = True
    many = [issued(id=str(n), number=f"N{n:03}") for n in range(60)]
    await room.happen(*many)  # a message and two replies
    await work(room, client)
    await room.happen(issued(id="old", number="OLD"))
    room.clock.turn((KEEP - timedelta(days=1)).total_seconds())
    await room.happen(issued(id="young", number="YOUNG"))
    for _ in range(2):
        room.clock.turn(timedelta(days=1.5).total_seconds())
        await tidy(room.store, keep=timedelta(days=90), now=room.clock())
        await work(room, client)
    states = room.store.read(outbox.counts)
    assert states == {"dropped": 4, "done": 2, "paused": 1, "waiting": 1}

    running.workspace.channels[CHANNEL].archived = False
    room.clock.turn(600)
    await work(room, client)
    gap, young = told(running, CHANNEL)
    assert gap.startswith("I could not post here since 21 Nov 2025. ")
    assert "4 messages about 61 changes waited longer than 30 days" in gap
    assert young.startswith("New invoice YOUNG")
    dropped = room.store.read(deliveries.find, state="dropped")
    assert {each.error for each in dropped} == {"the channel was closed too long"}


async def test_digests_of_a_closed_channel_become_one(
    running: Running, client: AsyncWebClient, store: Store
) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel=CHANNEL, events=ALL, cron="0 9 * * *"))
    running.workspace.channels[CHANNEL].archived = True
    next_run = next_run_in(UTC)
    for number in range(5):
        await room.happen(issued(id=str(number), number=f"N{number}"))
        room.clock.turn(24 * 3600)
        await plan_digests(store, now=room.clock(), next_run=next_run)
        await work(room, client)
    assert len(store.read(deliveries.find, state="paused")) == 1
    running.workspace.channels[CHANNEL].archived = False
    room.clock.turn(600)
    await work(room, client)
    await plan_digests(store, now=room.clock(), next_run=next_run)
    await work(room, client)
    first, rest = told(running, CHANNEL)
    assert "1 new" in first
    assert "4 new" in rest


@pytest.mark.parametrize("channel", [PRIVATE])
async def test_a_reply_waits_with_its_thread(
    running: Running, client: AsyncWebClient, store: Store, channel: str
) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel=channel, events=ALL))
    await room.happen(*(issued(id=str(n), number=f"N{n:03}") for n in range(60)))
    await work(room, client, rounds=1)
    running.workspace.channels[channel].archived = True
    await work(room, client)
    running.workspace.channels[channel].archived = False
    room.clock.turn(600)
    await work(room, client)
    parent, *replies = [m for m in running.workspace.messages[channel] if m.metadata]
    assert [each.thread_ts for each in replies] == [parent.ts] * 2

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from aiohttp import web

from bot.flows.access import Barrier
from bot.tracking.events import Trouble
from storage import outbox
from storage.errors import StorageError
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, answer, serving
from tests.bot.tracking.made import issued, overdue

EVERYTHING = Wish(channel="C1", events=ALL)


@pytest.fixture
async def room(store: Store) -> Newsroom:
    newsroom = Newsroom(store)
    await newsroom.open(EVERYTHING)
    return newsroom


def states(room: Newsroom) -> dict[str, int]:
    return room.store.read(outbox.counts)


async def test_one_event_is_one_message_with_its_name(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client))
    [message] = slack.messages
    assert message["text"].startswith("New invoice F25-0000101")
    assert message["metadata"]["event_type"] == "duebot_delivery"
    assert message["unfurl_links"] is message["unfurl_media"] is False
    assert "link_names" not in message
    assert states(room) == {"done": 1}


async def test_news_of_an_unfinished_sync_stays_held(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.store.run(room.append, issued())
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=3)
        assert slack.messages == []
        await room.end_sync()
        await room.deliver_all(room.deliverer(client), rounds=3)
    assert len(slack.messages) == 1


async def test_many_events_are_one_message_and_a_thread(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(*(issued(id=str(n), number=f"N{n:03}") for n in range(60)))
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client))
    parent, *replies = slack.messages
    assert parent["text"].startswith("News from i3D.net: 60 new")
    assert "thread_ts" not in parent
    assert [each["thread_ts"] for each in replies] == [parent["ts"]] * 2
    told = Counter(
        block["text"]["text"].split(",")[0]
        for message in slack.messages
        for block in message["blocks"]
        if block["type"] == "section" and "New invoice N" in block["text"]["text"]
    )
    assert told == Counter(f"New invoice N{n:03}" for n in range(60))


async def test_order_is_kept_and_a_second_lies_between(room: Newsroom) -> None:
    slack = SlackStandIn()
    for number in range(4):
        await room.happen(issued(id=str(number), number=f"N{number}"))
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        assert await deliverer.deliver_ready() == 1
        room.clock.turn(0.9)
        assert await deliverer.deliver_ready() == 0
        room.clock.turn(0.2)
        assert await deliverer.deliver_ready() == 1
        await room.deliver_all(deliverer)
    numbers = [text.split()[2].rstrip(",") for text in slack.texts("C1")]
    assert numbers == ["N0", "N1", "N2", "N3"]


async def test_channels_do_not_wait_for_each_other(store: Store) -> None:
    room = Newsroom(store)
    await room.open(EVERYTHING, Wish(channel="C2", events=("issued",)))
    slack = SlackStandIn()
    await room.happen(issued())
    async with serving(slack) as client:
        assert await room.deliverer(client).deliver_ready() == 2
    assert sorted(each["channel"] for each in slack.messages) == ["C1", "C2"]
    assert len(set(slack.deliveries())) == 2


async def test_busy_is_waited_for_as_long_as_slack_says(room: Newsroom) -> None:
    busy = answer("ratelimited", status=429, Retry_After="7")
    slack = SlackStandIn(faults=[(busy, False)])
    await room.happen(issued())
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        await deliverer.deliver_ready()
        room.clock.turn(6.9)
        assert await deliverer.deliver_ready() == 0
        room.clock.turn(0.2)
        assert await deliverer.deliver_ready() == 1
    assert (len(slack.messages), slack.searches) == (1, 0)


async def test_busy_is_about_every_channel(store: Store) -> None:
    room = Newsroom(store)
    await room.open(EVERYTHING)
    busy = answer("ratelimited", status=429, Retry_After="7")
    slack = SlackStandIn(faults=[(busy, False)])
    await room.happen(issued(id="1"))
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        await deliverer.deliver_ready()
        await room.open(EVERYTHING, Wish(channel="C2", events=("issued",)))
        await room.happen(issued(id="2"))
        room.clock.turn(6.9)
        assert await deliverer.deliver_ready() == 0
        room.clock.turn(0.2)
        assert await deliverer.deliver_ready() == 2


@pytest.mark.parametrize("kept", [True, False], ids=["posted", "not posted"])
@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(lambda: None, id="the connection drops"),
        pytest.param(lambda: web.Response(status=502, text="no"), id="a bad gateway"),
        pytest.param(lambda: answer("x", status=503), id="unavailable"),
        pytest.param(lambda: answer("fatal_error"), id="a fatal error"),
        pytest.param(lambda: answer("internal_error"), id="an internal error"),
        pytest.param(
            lambda: web.Response(text="<html>", content_type="text/html"), id="HTML"
        ),
        pytest.param(
            lambda: web.Response(body=b"{", content_type="application/json"),
            id="half an answer",
        ),
    ],
)
async def test_a_lost_answer_is_looked_for_and_told_once(
    room: Newsroom, lost: Callable[[], web.Response | None], kept: bool
) -> None:
    slack = SlackStandIn(faults=[(lost(), kept)])
    await room.happen(issued(id="1", number="N1"))
    await room.happen(issued(id="2", number="N2"))
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client))
    numbers = [text.split()[2].rstrip(",") for text in slack.texts("C1")]
    assert numbers == ["N1", "N2"]
    assert slack.searches == 1
    assert states(room) == {"done": 2}


async def test_an_end_between_post_and_note_is_told_once(room: Newsroom) -> None:
    """The process dies after Slack took the message, before that was noted."""
    slack = SlackStandIn()
    await room.happen(issued())
    async with serving(slack) as client:
        slack.answering.clear()
        dying = asyncio.create_task(room.deliverer(client).deliver_ready())
        await slack.kept.wait()
        dying.cancel()
        await asyncio.wait([dying])
        slack.answering.set()
        assert states(room) == {"sending": 1}

        again = room.deliverer(client)
        assert await again.deliver_ready() == 0, "the claim has not lapsed"
        room.clock.turn(11)
        await room.deliver_all(again, rounds=4)
    assert (slack.posts, len(slack.messages)) == (1, 1)
    assert states(room) == {"done": 1}


async def test_an_end_before_the_post_is_told_once(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await room.store.run(outbox.claim, now=room.clock(), lease=timedelta(seconds=10))
    room.clock.turn(11)
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=4)
    assert (len(slack.messages), slack.searches) == (1, 1)


async def test_what_cannot_be_looked_for_is_parked_not_sent(room: Newsroom) -> None:
    slack = SlackStandIn(faults=[(None, True)], history_error="missing_scope")
    await room.happen(issued(id="1", number="N1"))
    await room.happen(issued(id="2", number="N2"))
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        await room.deliver_all(deliverer)
        # The others go on, and this one is never sent a second time.
        assert len(slack.messages) == 2
        assert states(room) == {"uncertain": 1, "done": 1}

        # The scope is granted: now it can be found.
        slack.history_error = None
        room.clock.turn(600)
        await room.deliver_all(deliverer, rounds=3)
    assert slack.posts == 2
    assert states(room) == {"done": 2}


async def test_a_reply_whose_answer_is_lost_is_looked_for_in_its_thread(
    room: Newsroom,
) -> None:
    slack = SlackStandIn()
    await room.happen(*(issued(id=str(n), number=f"N{n}") for n in range(20)))
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        await deliverer.deliver_ready()
        slack.faults = [(None, True)]
        await room.deliver_all(deliverer)
    assert (len(slack.messages), slack.posts) == (2, 2)


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "restricted_action"])
async def test_a_closed_channel_waits_and_loses_nothing(
    store: Store, code: str
) -> None:
    room = Newsroom(store)
    await room.open(EVERYTHING)
    slack = SlackStandIn(faults=[(answer(code), False)])
    await room.happen(issued(id="1", number="N1"))
    await room.happen(issued(id="2", number="N2"))
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        await room.deliver_all(deliverer, rounds=5)
        assert (slack.posts, states(room)) == (1, {"paused": 1, "waiting": 1})
        room.clock.turn(60)
        await room.deliver_all(deliverer, rounds=5)
    assert [text.split()[2] for text in slack.texts("C1")] == ["N1,", "N2,"]


async def test_a_channel_that_may_not_be_posted_to_gets_nothing(
    room: Newsroom,
) -> None:
    slack = SlackStandIn()
    room.refusal = Barrier("the channel is shared with another organisation", "shared")
    await room.happen(issued())
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        await room.deliver_all(deliverer, rounds=3)
        assert (slack.posts, states(room)) == (0, {"paused": 1})
        room.refusal = None
        room.clock.turn(60)
        await room.deliver_all(deliverer, rounds=3)
    assert len(slack.messages) == 1


async def test_refused_blocks_go_out_as_text_under_the_same_name(
    room: Newsroom,
) -> None:
    slack = SlackStandIn(faults=[(answer("invalid_blocks"), False)])
    await room.happen(overdue())
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client))
    [message] = slack.messages
    assert "blocks" not in message
    assert message["text"].startswith("Overdue: invoice")


async def test_what_slack_never_takes_does_not_stop_the_channel(
    room: Newsroom,
) -> None:
    refusal = answer("invalid_blocks")
    slack = SlackStandIn(faults=[(refusal, False), (answer("msg_too_long"), False)])
    await room.happen(issued(id="1", number="N1"))
    await room.happen(issued(id="2", number="N2"))
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client))
    assert [text.split()[2] for text in slack.texts("C1")] == ["N2,"]
    assert states(room) == {"failed": 1, "done": 1}


async def test_slack_away_is_waited_for(room: Newsroom) -> None:
    """Nothing was sent where no connection was made, so nothing is searched for."""
    slack = SlackStandIn()
    await room.happen(issued())
    async with serving(slack) as client:
        here = client.base_url
        client.base_url = "http://127.0.0.1:9/api/"
        deliverer = room.deliverer(client)
        await room.deliver_all(deliverer, rounds=20)
        client.base_url = here
        await room.deliver_all(deliverer)
    assert (len(slack.messages), slack.searches) == (1, 0)


async def test_two_workers_share_the_work_and_double_nothing(room: Newsroom) -> None:
    slack = SlackStandIn()
    for number in range(6):
        await room.happen(issued(id=str(number), number=f"N{number}"))
    other = Store(room.store.path)
    second = Newsroom(other)
    second.clock = room.clock
    async with serving(slack) as client:
        workers = [room.deliverer(client), second.deliverer(client)]
        for _ in range(10):
            await asyncio.gather(*(each.deliver_ready() for each in workers))
            room.clock.turn(1.1)
    other.close()
    assert [text.split()[2] for text in slack.texts("C1")] == [
        f"N{number}," for number in range(6)
    ]


async def test_trouble_goes_out_at_once(room: Newsroom) -> None:
    slack = SlackStandIn()
    trouble = Trouble(connection="i3d", detail="answered 503")
    await room.store.run(room.append, trouble)
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=2)
    assert slack.texts("C1")[0].startswith("i3D.net answered 503.")


async def test_the_loop_posts_and_ends_cleanly(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        stop = asyncio.Event()
        running = asyncio.create_task(deliverer.run(stop))
        async with asyncio.timeout(5):
            await slack.kept.wait()
        stop.set()
        deliverer.wake()
        async with asyncio.timeout(5):
            await running
            await deliverer.drain()
    # What was under way when the loop was stopped is noted.
    assert states(room) == {"done": 1}


async def test_a_note_that_fails_is_made_good_by_a_search(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when the post is to be noted: Slack has it all the same."""
    slack = SlackStandIn()
    await room.happen(issued())
    noted = outbox.done

    def full(*_: object, **__: object) -> None:
        raise StorageError("The database did not take a change (disk is full).")

    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        monkeypatch.setattr(outbox, "done", full)
        await deliverer.deliver_ready()
        monkeypatch.setattr(outbox, "done", noted)
        room.clock.turn(11)
        await room.deliver_all(deliverer, rounds=4)
    assert (slack.posts, states(room)) == (1, {"done": 1})


async def test_a_post_that_hangs_is_looked_for_and_told_once(room: Newsroom) -> None:
    slack = SlackStandIn()
    slack.answering.clear()
    await room.happen(issued())
    async with serving(slack, seconds=0.1) as client:
        deliverer = room.deliverer(client)
        await deliverer.deliver_ready()
        slack.answering.set()
        await room.deliver_all(deliverer, rounds=5)
    assert (slack.posts, slack.searches, len(slack.messages)) == (1, 1, 1)
    assert states(room) == {"done": 1}


async def test_a_claim_is_kept_as_long_as_slack_takes(room: Newsroom) -> None:
    slack = SlackStandIn()
    slack.answering.clear()
    await room.happen(issued())
    lease = timedelta(seconds=0.06)
    async with serving(slack) as client:
        work = asyncio.create_task(room.deliverer(client, lease=lease).deliver_ready())
        await slack.kept.wait()
        room.clock.turn(0.05)
        await asyncio.sleep(0.1)
        room.clock.turn(0.05)
        assert await room.deliverer(client).deliver_ready() == 0
        slack.answering.set()
        await work
    assert (slack.posts, states(room)) == (1, {"done": 1})


async def test_news_for_a_person_is_found_in_their_direct_message(
    store: Store,
) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="U0AKIKO", events=ALL))
    slack = SlackStandIn(faults=[(None, True)])
    await room.happen(issued())
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=5)
    assert (slack.posts, states(room)) == (1, {"done": 1})


async def test_who_slept_through_a_claim_posts_nothing(room: Newsroom) -> None:
    slack, asking, go_on = SlackStandIn(), asyncio.Event(), asyncio.Event()

    async def slow(_channel: str) -> None:
        asking.set()
        await go_on.wait()

    await room.happen(issued())
    async with serving(slack) as client:
        sleeper = room.deliverer(client, may_post=slow)
        work = asyncio.create_task(sleeper.deliver_ready())
        await asking.wait()
        # Its lease ends without anybody renewing it, as when the machine slept.
        room.clock.turn(11)
        await room.deliver_all(room.deliverer(client), rounds=3)
        assert slack.posts == 1
        go_on.set()
        await work
    assert slack.posts == 1
    assert states(room) == {"done": 1}


async def test_a_claim_is_kept_while_slack_says_who_may_be_told(
    room: Newsroom,
) -> None:
    slack, go_on = SlackStandIn(), asyncio.Event()

    async def slow(_channel: str) -> None:
        await go_on.wait()

    await room.happen(issued())
    async with serving(slack) as client:
        lease = timedelta(seconds=0.03)
        sleeper = room.deliverer(client, lease=lease, may_post=slow)
        work = asyncio.create_task(sleeper.deliver_ready())
        for _ in range(10):
            await asyncio.sleep(0.02)
            room.clock.turn(0.015)
            assert await room.deliverer(client).deliver_ready() == 0
        go_on.set()
        await work
    assert slack.posts == 1

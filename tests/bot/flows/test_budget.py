"""A channel gets so many messages an hour; what is beyond is gathered, and not lost."""

import json
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random

from sqlite_utils import Database

from bot.flows.news import News
from bot.tracking.events import InvoiceEvent, Trouble, from_json
from storage import outbox
from storage.store import Store
from storage.subscriptions import Manner, Wish
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, answer, serving
from tests.bot.tracking.made import issued, overdue, payment

BUDGET = 12
HOUR = 3600.0


async def newsroom(store: Store, *wishes: Wish, budget: int = BUDGET) -> Newsroom:
    room = Newsroom(store, connections=["i3d", "swo"])
    room.news = News(connections=room.connections, now=room.clock, budget=budget)
    await room.open(*(wishes or (Wish(channel="C1", events=ALL),)))
    return room


async def pass_by(room: Newsroom, slack: SlackStandIn, seconds: float = 5) -> None:
    """Let time pass, in which whatever may go out goes out."""
    async with serving(slack) as client:
        deliverer = room.deliverer(client)
        end = room.clock() + timedelta(seconds=seconds)
        while room.clock() < end:
            if room.store.read(room.news.may_release):
                await room.store.run(room.news.release_gathered)
            if not await deliverer.deliver_ready():
                room.clock.turn(min(60, seconds / 4))
            room.clock.turn(1.1)


def told(room: Newsroom) -> list[tuple[str, list[int]]]:
    """List what is done: its kind and its events, in the order it was posted."""

    def read(db: Database) -> list[tuple[str, list[int]]]:
        rows = db.execute(
            "select kind, (select json_group_array(event) from outbox_events e "
            "where e.delivery = o.id order by event) from outbox o "
            "where state = 'done' order by posted_at, seq"
        )
        return [(kind, sorted(json.loads(events))) for kind, events in rows.fetchall()]

    return room.store.read(read)


async def test_500_new_invoices_at_once_are_one_message_and_none_is_lost(
    store: Store,
) -> None:
    room, slack = await newsroom(store), SlackStandIn()
    await room.happen(*(issued(id=str(n), number=f"N{n}") for n in range(500)))
    await pass_by(room, slack, 60)
    parents = [each for each in slack.messages if "thread_ts" not in each]
    assert [each["text"].splitlines()[0] for each in parents] == [
        "News from i3D.net: 500 new"
    ]
    replies = [each for each in slack.messages if "thread_ts" in each]
    assert {each["thread_ts"] for each in replies} == {parents[0]["ts"]}
    said = json.dumps(slack.messages)
    assert all(f"N{n}, " in said for n in range(500))
    assert len(slack.deliveries()) == len(set(slack.deliveries()))


async def test_500_one_after_the_other_stay_within_the_budget(store: Store) -> None:
    """More than an hour of syncs that each find something."""
    room, slack = await newsroom(store), SlackStandIn()
    dice, times = Random(7), list[float]()
    start = room.clock()
    events = 0
    while events < 500:
        connection, make = dice.choice(["i3d", "swo"]), dice.choice([issued, overdue])
        found: list[InvoiceEvent] = [
            make(id=str(n), number=f"N{n}", connection=connection)  # type: ignore[operator]  # either makes one
            for n in range(events, events + dice.choice([1, 1, 2, 12]))
        ]
        events += len(found)
        await room.happen(*found, connection=connection)
        before = len(slack.messages)
        await pass_by(room, slack, 30)
        moment = (room.clock() - start).total_seconds()
        times += [moment for each in slack.messages[before:] if "thread_ts" not in each]
    assert room.clock() - start > timedelta(hours=1)
    await pass_by(room, slack, 1.2 * HOUR)
    # Our own clock notes what was posted a moment after it came.
    for first, later in zip(times, times[BUDGET:], strict=False):
        assert later - first > HOUR - 60
    news = [ids for kind, ids in told(room) if kind == "news"]
    assert [each for ids in news for each in ids] == list(range(1, events + 1))
    assert store.read(outbox.counts).keys() == {"done"}
    said = json.dumps(slack.messages)
    assert all(f"N{n}, " in said for n in range(events))


async def test_news_beyond_the_budget_is_one_message_that_says_why(
    store: Store,
) -> None:
    room, slack = await newsroom(store, budget=2), SlackStandIn()
    for n in range(2):
        await room.happen(issued(id=str(n), number=f"N{n}"))
        await pass_by(room, slack)
    await room.happen(issued(id="2", number="N2"))
    await room.happen(
        payment("2", "1", id="3", number="N3", connection="swo"), connection="swo"
    )
    await room.happen(issued(id="4", number="N4"))
    await pass_by(room, slack, 0.9 * HOUR)
    assert len(slack.messages) == 2
    assert store.read(outbox.counts) == {"done": 2, "gathered": 1}
    await pass_by(room, slack, 0.2 * HOUR)
    [gathered] = slack.messages[2:]
    assert gathered["text"].startswith(
        "News from i3D.net and SoftwareOne: 2 new, 1 payment"
    )
    said = json.dumps(gathered["blocks"])
    assert "this channel gets at most 2 messages an hour" in said
    assert all(f"N{n}" in said for n in (2, 3, 4))


async def test_an_invoice_that_was_gathered_alone_has_its_message_afterwards(
    store: Store,
) -> None:
    threads = Wish(channel="C1", events=ALL, manner=Manner(follow="thread"))
    room, slack = await newsroom(store, threads, budget=1), SlackStandIn()
    await room.happen(issued(id="1", number="N1"))
    await room.happen(issued(id="2", number="N2"))  # gathered, alone
    await pass_by(room, slack, 1.2 * HOUR)
    await room.happen(payment("2", "1", id="2", number="N2"))
    await pass_by(room, slack)
    first, second, reply = slack.messages
    assert reply["thread_ts"] == second["ts"] != first["ts"]


async def test_one_that_was_gathered_with_others_has_not(store: Store) -> None:
    room, slack = await newsroom(store, budget=1), SlackStandIn()
    for n in (1, 2, 3):
        await room.happen(issued(id=str(n), number=f"N{n}"))
    await room.happen(payment("2", "1", id="2", number="N2"))
    await pass_by(room, slack, 2.2 * HOUR)
    assert [each["text"].split(",")[0] for each in slack.messages] == [
        "New invoice N1",
        "News from i3D.net: 2 new",
    ]
    await room.happen(payment("1", "0", id="3", number="N3"))
    await pass_by(room, slack, 1.2 * HOUR)
    assert "thread_ts" not in slack.messages[-1]
    assert store.read(outbox.counts).keys() == {"done"}


async def test_trouble_is_not_held_back(store: Store) -> None:
    room, slack = await newsroom(store, budget=1), SlackStandIn()
    await room.happen(issued(id="1", number="N1"))
    await pass_by(room, slack)
    await room.happen(issued(id="2", number="N2"))
    await store.run(room.append, Trouble(connection="i3d", detail="answered 503"))
    await pass_by(room, slack)
    assert len(slack.messages) == 2
    assert "answered 503" in slack.messages[1]["text"]
    assert store.read(outbox.counts)["gathered"] == 1


async def test_channels_have_budgets_of_their_own(store: Store) -> None:
    wishes = Wish("C1", ALL), Wish("C2", ALL, connections=("swo",))
    room, slack = await newsroom(store, *wishes, budget=1), SlackStandIn()
    await room.happen(issued(id="1", number="N1"))
    await pass_by(room, slack)
    await room.happen(issued(id="2", number="N2", connection="swo"), connection="swo")
    await pass_by(room, slack)
    assert Counter(each["channel"] for each in slack.messages) == {"C1": 1, "C2": 1}


async def test_what_waits_while_slack_is_away_is_gathered_too(store: Store) -> None:
    room, slack = await newsroom(store, budget=3), SlackStandIn()
    slack.faults = [(answer("internal_error", status=503), False)] * 4
    for n in range(20):
        await room.happen(issued(id=str(n), number=f"N{n}"))
        room.clock.turn(60)
    assert store.read(outbox.counts) == {"waiting": 3, "gathered": 1}
    await pass_by(room, slack, 2 * HOUR)
    assert len(slack.messages) == 4 + 1  # and the reply with the rest of the 17
    assert [ids for kind, ids in told(room) if kind == "news"] == [
        [1],
        [2],
        [3],
        list(range(4, 21)),
    ]


async def test_what_may_be_posted_already_takes_nothing_in(store: Store) -> None:
    """As in a copy of the database, whose original goes on."""
    room = await newsroom(store, budget=1)
    for n in range(3):
        await room.happen(issued(id=str(n)))
    await store.run(outbox.doubt_unfinished, now=room.clock())
    await room.happen(issued(id="3"))
    await room.happen(issued(id="4"))

    def gathered(db: Database) -> list[tuple[int, int]]:
        rows = db.execute(
            "select asked, (select count(*) from outbox_events e where e.delivery = "
            "o.id) from outbox o where state = 'gathered' order by seq"
        )
        return [(int(asked), int(events)) for asked, events in rows.fetchall()]

    assert store.read(gathered) == [(1, 2), (0, 2)]


async def test_a_crash_between_loses_nothing(store: Store) -> None:
    """Gathering and letting go are whole transactions: one undone changes nothing."""
    room = await newsroom(store, budget=1)
    await room.happen(issued(id="1"))
    await room.happen(issued(id="2"))

    class CrashError(Exception):
        pass

    def crash(db: Database) -> None:
        room.append(db, issued(id="3"))
        room.news.release(db, "i3d", 3)
        raise CrashError

    before = store.read(_all)
    with suppress(CrashError):
        await store.run(crash)
    assert store.read(_all) == before
    stored = store.read(lambda db: db.execute("select payload from events").fetchall())
    assert [from_json(text).id for (text,) in stored] == ["1", "2"]  # type: ignore[union-attr]  # of documents


def _all(db: Database) -> list[tuple[object, ...]]:
    found = db.execute("select * from outbox order by seq").fetchall()
    return found + db.execute("select * from outbox_events").fetchall()

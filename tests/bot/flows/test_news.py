from datetime import timedelta
from decimal import Decimal

import pytest
from sqlite_utils import Database

from bot.flows.news import BASELINE_PATIENCE
from bot.flows.sync import sync_connection
from bot.tracking.events import Baseline, Trouble
from storage import cursors, outbox
from storage.cursors import RunEnd
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.ledger import LATENESS, Ledger, down, invoice
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, serving
from tests.bot.tracking.made import issued, overdue, payment


async def told(room: Newsroom) -> dict[str, list[str]]:
    """Deliver everything; list the first lines told in each channel."""
    slack = SlackStandIn()
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=12)
    lines: dict[str, list[str]] = {}
    for message in slack.messages:
        lines.setdefault(message["channel"], []).append(message["text"].split(",")[0])
    return lines


async def test_only_those_who_want_an_event_hear_of_it(store: Store) -> None:
    room = Newsroom(store, connections=["i3d", "swo"])
    await room.open(
        Wish(channel="CALL", events=ALL),
        Wish(channel="CNEW", events=("issued",)),
        Wish(channel="CSWO", events=ALL, connections=("swo",)),
    )
    await room.happen(issued(number="N1"))
    await room.happen(payment("2", "1", number="N2"))
    await room.happen(issued(number="N3", connection="swo"), connection="swo")
    assert await told(room) == {
        "CALL": ["New invoice N1", "Part payment: invoice N2", "New invoice N3"],
        "CNEW": ["New invoice N1", "New invoice N3"],
        "CSWO": ["New invoice N3"],
    }


async def test_two_subscriptions_of_one_channel_get_one_message(store: Store) -> None:
    room = Newsroom(store)
    await room.open(
        Wish(channel="C1", events=("issued",)),
        Wish(channel="C1", events=("issued", "overdue"), connections=("i3d",)),
    )
    await room.happen(issued(number="N1"))
    assert await told(room) == {"C1": ["New invoice N1"]}


async def test_one_failed_sync_and_the_next_good_one_are_told_together(
    store: Store,
) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    await store.run(room.append, issued(id="1", number="N1"))
    assert await told(room) == {}
    await room.happen(overdue(id="2", number="N2"))
    assert await told(room) == {"C1": ["News from i3D.net: 1 overdue"]}


async def test_what_a_failed_sync_alone_listed_is_never_told(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    ledger = Ledger(invoice("1"))

    async def sync() -> bool:
        report = await sync_connection(
            ledger,
            store=store,
            sink=room.news,
            now=room.clock,
            today=lambda: room.clock().date(),
            lateness=LATENESS,
        )
        return report.ok

    assert await sync()
    assert len((await told(room))["C1"]) == 1
    ledger.put(invoice("ghost"))
    ledger.fault = (-1, down())
    assert not await sync()
    ledger.fault = None
    ledger.invoices.pop("ghost")
    assert await sync()
    assert await told(room) == {}
    ledger.put(invoice("2"))
    assert await sync()
    assert await told(room) == {"C1": ["New invoice F25-2"]}


async def test_a_transaction_that_fails_plans_nothing(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))

    def page(db: Database) -> None:
        room.append(db, issued())
        raise RuntimeError("the process ends here")

    with pytest.raises(RuntimeError):
        await store.run(page)
    await room.end_sync()
    assert store.read(outbox.counts) == {}


async def test_a_late_event_of_a_batch_does_not_join_what_left(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    await room.happen(issued(id="1", number="N1"))
    await store.run(lambda db: db.execute("update connections set batch = 1"))
    await room.happen(issued(id="2", number="N2"))
    assert await told(room) == {"C1": ["New invoice N1", "New invoice N2"]}


def found(connection: str) -> Baseline:
    return Baseline(connection=connection, invoices=3)


async def test_first_readings_are_one_message_a_channel(store: Store) -> None:
    room = Newsroom(store, connections=["i3d", "swo"])
    await room.open(
        Wish(channel="C1", events=("issued",)),
        Wish(channel="C1", events=("payment",), cron="0 9 * * *"),
        Wish(channel="C2", events=("issued",), connections=("swo",)),
    )
    await room.happen(found("i3d"), connection="i3d")
    assert await told(room) == {}, "the other connection has not been tried"
    await room.happen(found("swo"), connection="swo")
    assert store.read(outbox.counts) == {"waiting": 2}
    slack = SlackStandIn()
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=4)
    [both] = slack.texts("C1")
    [one] = slack.texts("C2")
    assert "i3D.net: 3 invoices" in both
    assert "SoftwareOne: 3 invoices" in both
    assert "i3D.net" not in one


async def test_first_readings_do_not_wait_for_a_failed_connection(
    store: Store,
) -> None:
    room = Newsroom(store, connections=["i3d", "swo"])
    await room.open(Wish(channel="C1", events=ALL))

    def fail(db: Database) -> None:
        run = cursors.attempted(db, "swo", provider="x", now=room.clock())
        cursors.failed(db, "swo", RunEnd(run=run, now=room.clock(), error="down"))

    await store.run(fail)
    await room.happen(found("i3d"))
    assert store.read(outbox.counts) == {"waiting": 1}


async def test_first_readings_wait_two_minutes_at_most(store: Store) -> None:
    room = Newsroom(store, connections=["i3d", "swo"])
    await room.open(Wish(channel="C1", events=ALL))
    await room.happen(found("i3d"))
    room.clock.at += BASELINE_PATIENCE - timedelta(seconds=1)
    await store.run(room.news.release_baselines)
    assert store.read(outbox.counts) == {"held": 1}
    room.clock.at += timedelta(seconds=1)
    await store.run(room.news.release_baselines)
    assert store.read(outbox.counts) == {"waiting": 1}


async def test_trouble_reaches_those_who_want_it(store: Store) -> None:
    room = Newsroom(store)
    await room.open(
        Wish(channel="C1", events=("issued",)), Wish(channel="C2", events=("trouble",))
    )
    trouble = Trouble(connection="i3d", detail="answered 503")
    await store.run(room.append, trouble)
    assert list(await told(room)) == ["C2"]


async def test_a_thousand_events_lose_none(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL))
    await room.happen(*(issued(id=str(n), total=Decimal(n)) for n in range(1000)))
    rows = store.read(
        lambda db: db.execute(
            "select kind, count(distinct o.id), count(distinct e.event) from outbox o "
            "join outbox_events e on e.delivery = o.id group by kind order by kind"
        ).fetchall()
    )
    assert rows == [("news", 1, 1000), ("rest", 25, 990)]

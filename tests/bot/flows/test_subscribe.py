"""Orders about subscriptions, carried out on a real database."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.flows.subscribe import MOST, Problem, Subscriptions
from bot.flows.wishes import query_of, wish_of
from bot.jobs import next_run_in
from bot.queries.model import Query
from bot.queries.orders import Pace, Subscribe
from bot.queries.subscribe import parse_request
from bot.views.kit import Message
from bot.views.limits import check
from storage import outbox, subscriptions
from storage.store import Store
from storage.subscriptions import Manner, Wish
from tests.bot.flows.newsroom import Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, answer, serving
from tests.bot.flows.test_access import access
from tests.bot.queries.context import CONTEXT
from tests.bot.tracking.made import issued, overdue

ZONE = ZoneInfo("Asia/Tokyo")
PACE = Pace(every=timedelta(minutes=60))


class Desk:
    """A place to give orders at, with a newsroom behind it."""

    def __init__(self, store: Store, **rule: object) -> None:
        self.store = store
        self.room = Newsroom(store)
        self.flow = Subscriptions(
            store=store,
            access=access(**rule),
            next_run=next_run_in(ZONE),
            pace=PACE,
            now=self.room.clock,
            zone=ZONE,
            labels={"i3d": "i3D.net", "swo": "SoftwareOne"},
        )

    async def order(
        self, text: str, *, user: str = "U1", channel: str = "C1"
    ) -> Message:
        order = parse_request(f"/invoices subscribe {text}", context=CONTEXT, pace=PACE)
        assert not isinstance(order, Query)
        message = await self.flow.obey(
            order, user=user, channel=channel, context=CONTEXT
        )
        check(message)
        return message

    def ids(self) -> list[str]:
        return [each.id for each in self.store.read(subscriptions.active)]


def commands(message: Message) -> list[str]:
    """The commands behind the buttons of a message."""
    found: list[dict[str, Any]] = []
    for block in message.blocks:
        found += block.get("elements", ()) if block["type"] == "actions" else ()
        found += [block["accessory"]] if "accessory" in block else []
    return [
        each["value"].split('"command": "')[1].split('"')[0]
        for each in found
        if "command" in each["value"]
    ]


async def test_the_answer_says_what_where_when_and_how_to_stop(store: Store) -> None:
    desk = Desk(store)
    said = await desk.order("overdue weekdays 09:00 i3d over 1000 eur in <#C2|finance>")
    [kept] = store.read(subscriptions.active)
    assert said.blocks[0]["text"]["text"] == (
        f"*Subscription {kept.id[:8]} is on.*\n"
        "Overdue invoices (with reminders) of i3d, over 1,000 EUR "
        "are posted together in <#C2>, weekdays 09:00 (Asia/Tokyo), next on Mon 24 Nov "
        "2025 at 09:00.\n"
        "When there is nothing to tell, nothing is posted."
    )
    assert commands(said) == [
        f"/invoices subscribe stop {kept.id}",
        "/invoices subscribe list",
    ]
    assert (kept.source, kept.made_by) == ("slack", "U1")


async def test_what_comes_at_once_is_said_to_do_so(store: Store) -> None:
    said = await Desk(store).order("new")
    assert (
        "New invoices and credit notes are posted in <#C1>, as they are found "
        "(the data is read every hour)."
    ) in said.blocks[0]["text"]["text"]


async def test_the_same_twice_is_one_subscription(store: Store) -> None:
    desk = Desk(store)
    await desk.order("new swo i3d")
    again = await desk.order("new i3d swo", user="U2")
    assert "was on already" in again.text
    assert len(desk.ids()) == 1


async def test_the_file_has_it_already(store: Store) -> None:
    desk = Desk(store)
    await desk.room.open(Wish(channel="C1", events=("issued",)))
    said = await desk.order("new")
    assert "stands in the configuration file" in said.text
    assert commands(said) == ["/invoices subscribe list"]


@pytest.mark.parametrize(
    ("text", "rule", "problem"),
    [
        ("new in <#C3>", {}, "I cannot post in <#C3>: I am not in this conversation"),
        ("new in <#C4>", {}, "the channel is archived"),
        ("new in <#CX>", {}, "shared with another organisation"),
        ("new in <#C2>", {"channels": frozenset({"C1"})}, "access.channels"),
        ("new in <#C9>", {}, "I cannot post in <#C9>"),
        ('new "0 9 30 2 *"', {}, "never comes"),
    ],
)
async def test_what_cannot_be_is_said_and_not_kept(
    store: Store, text: str, rule: dict[str, object], problem: str
) -> None:
    desk = Desk(store, **rule)
    said = await desk.order(text)
    assert problem in said.text
    assert desk.ids() == []


async def test_a_button_tries_the_refused_order_again(store: Store) -> None:
    said = await Desk(store).order("new over 5 eur in <#C3|private>")
    assert commands(said) == [
        "/invoices subscribe new >5 currency:eur in <#C3>",
        "/invoices subscribe list",
    ]


async def test_a_direct_message_is_between_two(store: Store) -> None:
    desk = Desk(store)
    said = await desk.order("new to me")
    assert "in our direct message" in said.text
    [key] = desk.ids()
    assert [s.wish.channel for s in store.read(subscriptions.active)] == ["D1"]
    assert key[:8] in (await desk.order("list")).text
    assert key[:8] not in (await desk.order("list", user="U2")).text
    assert "No subscription" in (await desk.order(f"stop {key}", user="U2")).text
    assert "is stopped" in (await desk.order(f"stop {key[:6]}")).text


async def test_the_list_says_all_of_each(store: Store) -> None:
    desk = Desk(store)
    await desk.room.open(Wish(channel="C2", events=("payment", "overdue")))
    desk.room.clock.turn(60)
    await desk.order("new i3d")
    await desk.room.happen(issued())
    async with serving(SlackStandIn()) as client:
        await desk.room.deliver_all(desk.room.deliverer(client), rounds=2)
    desk.room.clock.turn(300)
    said = await desk.order("list")
    configured, made = desk.ids()
    assert [b["text"]["text"] for b in said.blocks if "text" in b] == [
        "*2 subscriptions*",
        f"*{made[:8]}* New invoices and credit notes of i3d\n"
        "In <#C1>, as they are found (the data is read every hour)\n"
        "By <@U1>; last post 5 min ago",
        f"*{configured[:8]}* Overdue invoices (with reminders) and payments\n"
        "In <#C2>, as they are found (the data is read every hour)\n"
        "By the configuration file; nothing posted yet",
    ]
    assert commands(said) == [f"/invoices subscribe stop {made}"]


async def test_an_empty_list_shows_how_to_begin(store: Store) -> None:
    said = await Desk(store).order("list")
    assert "no subscriptions yet" in said.text
    assert commands(said) == ["/invoices subscribe new", "/invoices subscribe overdue"]


async def test_a_long_list_fits_into_a_message(store: Store) -> None:
    desk = Desk(store)
    for number in range(30):
        await desk.order(f'new over {number + 1} eur customer:"{"long name " * 9}"')
    said = await desk.order("list")
    assert "30 subscriptions" in said.text
    assert "10 others" in str(said.blocks[-2])


async def test_without_words_it_says_how_and_opens_the_form(store: Store) -> None:
    said = await Desk(store).order("")
    assert "`new`, `overdue`, `due:3d`, `changes` or `digest`" in said.text
    first = said.blocks[1]["elements"][0]
    assert (first["text"]["text"], first["style"]) == ("New subscription", "primary")


async def test_the_manner_is_said_kept_and_changed_by_saying_it_again(
    store: Store,
) -> None:
    desk = Desk(store)
    said = await desk.order("digest even if empty with xlsx only update")
    assert (
        "When there is nothing to tell, it says so, with what is still owed.\n"
        "Its invoices come in its thread as a file (XLSX).\n"
        "What changes about an invoice later only updates the message."
    ) in said.blocks[0]["text"]["text"]
    listed = await desk.order("list")
    assert "Even if empty; with a file (XLSX); only updated" in listed.text
    said = await desk.order("digest new message")
    assert "was on already" in said.text
    [kept] = store.read(subscriptions.active)
    assert kept.wish.manner == Manner("message")


async def change(
    desk: Desk, text: str, key: str, *, user: str = "U1"
) -> Message | Problem:
    order = parse_request(f"/invoices subscribe {text}", context=CONTEXT, pace=PACE)
    assert isinstance(order, Subscribe)
    return await desk.flow.keep(order, user=user, channel="C1", key=key)


async def test_what_a_digest_has_gathered_is_told_when_it_becomes_news(
    store: Store,
) -> None:
    desk, slack = Desk(store), SlackStandIn()
    await desk.room.open()
    await desk.order("new daily 9:00")
    [key] = desk.ids()
    await desk.room.happen(issued(id="1", number="N1"), issued(id="2", number="N2"))
    said = await change(desk, "new over 5 eur in <#C2>", key)
    assert isinstance(said, Message)
    assert f"*Subscription {key[:8]} is changed.*" in said.blocks[0]["text"]["text"]
    assert desk.ids() == [key]
    async with serving(slack) as client:
        await desk.room.deliver_all(desk.room.deliverer(client), rounds=3)
    [told] = slack.texts("C2")
    assert "N1" in told
    assert "N2" in told


async def test_one_edited_into_another_or_into_a_closed_channel_is_refused(
    store: Store,
) -> None:
    desk = Desk(store)
    await desk.order("new")
    desk.room.clock.turn(1)
    await desk.order("overdue")
    first, second = desk.ids()
    equal = await change(desk, "new", second)
    assert equal == Problem("what", f"Subscription {first[:8]} posts that already.")
    closed = await change(desk, "new in <#C4>", second)
    assert isinstance(closed, Problem)
    assert closed.where == "place"
    assert "archived" in closed.said


async def test_what_is_not_yours_or_stands_in_the_file_is_not_edited(
    store: Store,
) -> None:
    desk = Desk(store)
    await desk.room.open(Wish(channel="C1", events=("issued",)))
    desk.room.clock.turn(1)
    await desk.order("overdue to me")
    configured, private = desk.ids()
    for key, user in ((configured, "U1"), (private, "U2"), ("none", "U1")):
        said = await change(desk, "changes", key, user=user)
        assert said == Problem("what", "This subscription was stopped meanwhile.")
    assert len(desk.ids()) == 2


async def test_a_paused_one_says_so_and_is_resumed(store: Store) -> None:
    desk, slack = Desk(store), SlackStandIn()
    await desk.room.open()
    await desk.order("new")
    [key] = desk.ids()
    assert "is not paused" in (await desk.order(f"resume {key}")).text
    slack.faults = [(answer("is_archived"), False)]
    async with serving(slack) as client:
        deliverer = desk.room.deliverer(client)
        await desk.room.happen(issued(id="1", number="N1"))
        await desk.room.deliver_all(deliverer, rounds=3)
        listed = await desk.order("list")
        assert "Paused since 21 Nov 2025: the channel is archived. Unarchive it." in (
            listed.text
        )
        assert f"/invoices subscribe resume {key}" in commands(listed)
        said = await desk.order(f"resume {key}")
        assert "is on again" in said.text
        await desk.room.deliver_all(deliverer, rounds=3)
    [told] = slack.texts("C1")
    assert "N1" in told
    assert "Paused" not in (await desk.order("list")).text


async def test_one_of_the_file_is_not_stopped_here(store: Store) -> None:
    desk = Desk(store)
    await desk.room.open(Wish(channel="C1", events=("issued",)))
    [key] = desk.ids()
    assert "configuration file" in (await desk.order(f"stop {key}")).text
    assert desk.ids() == [key]


async def test_what_is_subscribed_is_told_and_what_is_stopped_is_not(
    store: Store,
) -> None:
    desk, slack = Desk(store), SlackStandIn()
    await desk.room.open()
    await desk.order("new")
    async with serving(slack) as client:
        deliverer = desk.room.deliverer(client)
        await desk.room.happen(issued(id="1", number="N1"), overdue(id="2"))
        await desk.room.deliver_all(deliverer, rounds=3)
        [key] = desk.ids()
        await desk.order(f"stop {key}")
        await desk.room.happen(issued(id="3", number="N3"))
        await desk.room.deliver_all(deliverer, rounds=3)
        await desk.order("new")
        await desk.room.happen(issued(id="4", number="N4"))
        await desk.room.deliver_all(deliverer, rounds=3)
    assert [text.split(",")[0] for text in slack.texts("C1")] == [
        "New invoice N1",
        "New invoice N4",
    ]


async def test_there_may_be_many_but_not_any_number(store: Store) -> None:
    desk = Desk(store)
    for number in range(MOST):
        wish = Wish(channel=f"C{number}", events=("issued",))
        await store.run(subscriptions.make, wish, by="U1", now=desk.room.clock())
    assert "which is the most" in (await desk.order("overdue")).text
    assert len(desk.ids()) == MOST


@pytest.mark.parametrize(
    "text",
    [
        "new",
        'overdue swo -lw -credit over 5 eur customer:"a b" seller:c',
        "changes at most 99.90 currency:eur",
        "new 100..500 usd text:word",
    ],
)
def test_filters_go_into_a_wish_and_come_back(text: str) -> None:
    order = parse_request(f"/invoices subscribe {text}", context=CONTEXT, pace=PACE)
    assert isinstance(order, Subscribe)
    assert query_of(wish_of(order, "C1")) == order.filters


async def test_a_preview_says_what_and_keeps_nothing(store: Store) -> None:
    desk = Desk(store)
    await desk.room.open()
    await desk.room.end_sync()
    desk.room.clock.turn(60)
    large = issued(id="1", number="N1", total=Decimal(5000))
    await desk.room.happen(large, issued(id="2"), overdue(id="3"))
    await store.run(
        lambda db: db.execute("update runs set ok = 1, ended_at = started_at")
    )
    desk.room.clock.turn(86_400)
    said = await desk.order("preview new overdue i3d over 1000 eur in <#C2|finance>")
    assert desk.ids() == []
    assert store.read(outbox.counts) == {}
    texts = [block["text"]["text"] for block in said.blocks if "text" in block]
    assert texts == [
        "*Since 21 Nov 2025: this would have posted 1 message in <#C2>.*\n"
        "New invoices and credit notes and overdue invoices (with reminders) of i3d, "
        "over 1,000 EUR; as they are found (the data is read every hour).",
        "21 Nov 2025: 1 message, 1 new",
        "Told last:\n• New invoice N1, i3D.net: 5,000.00 EUR, due 3 Dec 2025, unpaid",
    ]
    assert commands(said) == [
        "/invoices subscribe new overdue i3d >1000 currency:eur in <#C2>",
        "/invoices subscribe list",
    ]


async def test_a_preview_of_nothing_says_so(store: Store) -> None:
    desk = Desk(store)
    await desk.room.open()
    await desk.room.end_sync()
    said = await desk.order("preview digest to me")
    assert "this would have posted nothing in our direct message" in said.text
    assert desk.ids() == []

"""What a digest says besides its events: changes, what is owed, and its file."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from bot.answers.privacy import Level
from bot.flows.digest import Ledger, plan_digests
from bot.flows.privacy import Privacy, PrivacyRule
from bot.jobs import next_run_in
from providers.models import Invoice
from storage import snapshots, subscriptions
from storage.snapshots import Reading
from storage.store import Store
from storage.subscriptions import Filters, Manner, Wish
from tests.bot.flows.ledger import invoice
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, serving
from tests.bot.tracking.made import issued, overdue, payment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAILY = "0 9 * * *"
DAY_SECONDS = 86_400


async def newsroom(store: Store, wish: Wish) -> Newsroom:
    """Open one on Friday 21 November 2025 at 10:00 in Amsterdam."""
    room = Newsroom(store)
    await room.open(wish)
    return room


async def digest(room: Newsroom, slack: SlackStandIn) -> list[str]:
    """Let a day pass, and give the lines of what came of it."""
    room.clock.turn(DAY_SECONDS)
    await plan_digests(
        room.store,
        now=room.clock(),
        next_run=next_run_in(AMSTERDAM),
        ledger=Ledger(AMSTERDAM, ("i3d",)),
    )
    seen = len(slack.messages)
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=4)
    return [line for each in slack.messages[seen:] for line in each["text"].split("\n")]


async def test_a_digest_says_what_changed_against_the_one_before(store: Store) -> None:
    room, slack = await newsroom(store, Wish("C1", ALL, cron=DAILY)), SlackStandIn()
    await room.happen(overdue(id="1"), issued(id="2"), issued(id="3"))
    first = await digest(room, slack)
    assert first[:3] == [
        "Digest: 1 overdue, 2 new",
        "Overdue: 1 invoice, 121.00 EUR",
        "New: 2 invoices, 242.00 EUR",
    ]
    await room.happen(
        *(overdue(id=str(n)) for n in range(4)),
        issued(id="9"),
        payment("121.00", "0", id="2"),
        issued(id="10", currency="JPY", total=Decimal(1000)),
    )
    second = await digest(room, slack)
    assert second[:6] == [
        "Digest: 4 overdue, 2 new, 1 payment",
        "Overdue: 4 invoices, 484.00 EUR (3 more, +363.00 EUR)",
        "New: 1 invoice, 121.00 EUR (1 fewer, -121.00 EUR)",
        "New: 1 invoice, 1,000 JPY (1 more, +1,000 JPY)",
        "Paid: 1 payment, 121.00 EUR (1 more, +121.00 EUR)",
        "In brackets: the change against the digest of 22 Nov 2025.",
    ]
    assert await digest(room, slack) == []  # nothing to tell, nothing posted
    await room.happen(issued(id="11"))
    third = await digest(room, slack)
    assert third[:6] == [
        "Digest: 1 new",
        "Overdue: none (4 fewer, -484.00 EUR)",
        "New: 1 invoice, 121.00 EUR (as many)",
        "New: none (1 fewer, -1,000 JPY)",
        "Paid: none (1 fewer, -121.00 EUR)",
        "In brackets: the change against the digest of 23 Nov 2025.",
    ]


async def keep(store: Store, *invoices: Invoice) -> None:
    readings = [Reading(each, b"{}", each.id.encode(), "list") for each in invoices]
    now = datetime(2025, 11, 1, tzinfo=UTC)
    await store.run(snapshots.put, readings, now=now, run=1)


async def test_an_empty_one_that_is_asked_for_says_what_is_owed(store: Store) -> None:
    wish = Wish("C1", ALL, cron=DAILY, manner=Manner(even_if_empty=True))
    room, slack = await newsroom(store, wish), SlackStandIn()
    assert await digest(room, slack) == ["Digest: nothing new", "Nothing is owed."]
    await keep(
        store,
        invoice("1", due_on=date(2025, 11, 22)),
        invoice("2", due_on=date(2025, 11, 23)),  # today, which is not overdue
        invoice("3", kind="credit_note"),
        invoice("4", connection="gone"),
        invoice("5", currency="JPY", total="500"),
    )
    assert await digest(room, slack) == [
        "Digest: nothing new",
        "Still owed: 2 invoices, 200.00 EUR; overdue: 1, 100.00 EUR",
        "Still owed: 1 invoice, 500 JPY; overdue: 0",
    ]
    await room.happen(issued(id="1"))
    assert "Digest: 1 new" in await digest(room, slack)
    assert await digest(room, slack) == [
        "Digest: nothing new",
        "Still owed: 2 invoices, 200.00 EUR; overdue: 2, 200.00 EUR",
        "Still owed: 1 invoice, 500 JPY; overdue: 0",
        "New: none (1 fewer, -121.00 EUR)",
        "In brackets: the change against the digest of 24 Nov 2025.",
    ]


async def test_what_is_owed_is_of_what_the_subscription_is_about(store: Store) -> None:
    filters = Filters(currency="EUR", minimum=Decimal(100), above=True)
    wish = Wish(
        "C1", ALL, cron=DAILY, filters=filters, manner=Manner(even_if_empty=True)
    )
    room, slack = await newsroom(store, wish), SlackStandIn()
    await keep(store, invoice("1"), invoice("2", total="100.01"))
    assert (await digest(room, slack))[1] == (
        "Still owed: 1 invoice, 100.01 EUR; overdue: 0"
    )


async def test_a_week_away_is_one_empty_digest(store: Store) -> None:
    wish = Wish("C1", ALL, cron=DAILY, manner=Manner(even_if_empty=True))
    room, slack = await newsroom(store, wish), SlackStandIn()
    room.clock.turn(6 * DAY_SECONDS)
    assert (await digest(room, slack))[0] == "Digest: nothing new"
    assert len(slack.messages) == 1


async def test_a_file_is_planned_for_invoices_only(store: Store) -> None:
    wish = Wish("C1", ALL, cron=DAILY, manner=Manner(attach="csv", even_if_empty=True))
    room, slack = await newsroom(store, wish), SlackStandIn()
    await digest(room, slack)
    kinds = [("digest", "done")]
    assert store.read(_kinds) == kinds
    await room.happen(issued(id="1"))
    await digest(room, slack)
    assert store.read(_kinds)[1:] == [("digest", "done"), ("file", "failed")]


def _kinds(db: Database) -> list[tuple[str, str]]:
    rows = db.execute("select kind, state from outbox order by seq")
    return [(str(kind), str(state)) for kind, state in rows.fetchall()]


async def test_the_first_digest_says_who_wanted_it(store: Store) -> None:
    room, slack = Newsroom(store), SlackStandIn()
    await room.open()
    wish = Wish("C1", ("issued",), cron=DAILY)
    await store.run(subscriptions.make, wish, by="U0AKIKO", now=room.clock())
    for n in (1, 2):
        await room.happen(issued(id=str(n)))
        await digest(room, slack)
    first, second = (json.dumps(each["blocks"]) for each in slack.messages)
    assert "Set up by <@U0AKIKO>" in first
    assert "Set up by" not in second


async def test_where_only_counts_are_shown_an_empty_digest_has_no_amounts(
    store: Store,
) -> None:
    wish = Wish("C1", ALL, cron=DAILY, manner=Manner(even_if_empty=True))
    room, slack = await newsroom(store, wish), SlackStandIn()
    await keep(store, invoice("1"))
    await room.happen(issued(id="1"))
    rule = PrivacyRule(Level.COUNTS)
    room.privacy = Privacy(store=store, rule=rule, now=room.clock)
    for _ in range(2):
        await digest(room, slack)
    first, second = slack.messages
    assert second["text"].split("\n") == [
        "Digest: nothing new",
        "Still owed: 1 invoice in EUR; overdue: 0",
    ]
    assert "121" not in json.dumps([first["blocks"], second["blocks"]])
    assert "100.00" not in json.dumps(second)

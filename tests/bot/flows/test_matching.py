"""Which events pass the filters of a subscription."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.flows.matching import wants
from bot.tracking.events import InvoiceEvent, Trouble
from providers.models import LineItem
from storage import snapshots
from storage.snapshots import Reading
from storage.store import Store
from storage.subscriptions import Filters, Wish
from tests.bot.flows.ledger import invoice
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, serving
from tests.bot.tracking.made import issued, overdue

THOUSAND = Decimal(1000)
TROUBLE = Trouble(connection="i3d", detail="answered 503")


@pytest.mark.parametrize(
    ("filters", "event", "wanted"),
    [
        (Filters(), issued(), True),
        (Filters(minimum=THOUSAND), issued(total=THOUSAND), True),
        (Filters(minimum=THOUSAND, above=True), issued(total=THOUSAND), False),
        (Filters(minimum=THOUSAND), issued(total=Decimal(999)), False),
        (Filters(minimum=THOUSAND), issued(total=None), False),
        (Filters(maximum=THOUSAND), issued(total=THOUSAND), True),
        (Filters(maximum=THOUSAND, below=True), issued(total=THOUSAND), False),
        (Filters(maximum=THOUSAND), issued(total=Decimal(1001)), False),
        (Filters(minimum=THOUSAND), overdue(total=THOUSAND, balance=Decimal(1)), False),
        (Filters(minimum=THOUSAND), overdue(total=THOUSAND, balance=None), True),
        (Filters(currency="JPY"), issued(), False),
        (Filters(currency="EUR"), issued(), True),
        (Filters(kinds=("invoice",)), issued(kind="credit_note"), False),
        (Filters(not_connections=("i3d",)), issued(), False),
        (Filters(minimum=THOUSAND), TROUBLE, True),
        (Filters(not_connections=("i3d",)), TROUBLE, False),
    ],
)
def test_an_event_is_held_against_the_filters(
    store: Store, filters: Filters, event: InvoiceEvent, *, wanted: bool
) -> None:
    wish = Wish(channel="C1", events=ALL, filters=filters)
    assert store.read(wants, wish, event) is wanted


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(customer="blue HERON"), True),
        (Filters(customer="i3d.net"), False),
        (Filters(seller="i3D"), True),
        (Filters(seller="heron"), False),
        (Filters(text="heron"), True),
        (Filters(text="f25-7"), True),
        (Filters(text="grey heron"), False),
    ],
)
async def test_texts_are_looked_for_in_the_invoice(
    store: Store, filters: Filters, *, wanted: bool
) -> None:
    line = LineItem(customer="Blue Heron KK", description="Hosting")
    reading = Reading(invoice("7", lines=(line,)), b"{}", b"hash", "invoices")
    now = datetime(2025, 11, 21, tzinfo=UTC)
    await store.run(snapshots.put, [reading], now=now, run=1)
    wish = Wish(channel="C1", events=ALL, filters=filters)
    assert store.read(wants, wish, issued(id="7")) is wanted


async def test_a_channel_hears_only_of_what_passes(store: Store) -> None:
    room = Newsroom(store)
    large = Filters(minimum=THOUSAND, currency="EUR")
    await room.open(
        Wish(channel="C1", events=("issued",), filters=large),
        Wish(channel="C2", events=("issued",), filters=large, cron="0 9 * * *"),
        Wish(channel="C3", events=("issued",)),
    )
    await room.happen(issued(number="N1"), issued(number="N2", total=THOUSAND, id="2"))
    slack = SlackStandIn()
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=4)
    [small] = slack.texts("C1")
    assert "N2" in small
    assert "N1" not in small
    assert slack.texts("C2") == []
    [both] = slack.texts("C3")
    assert "2 new" in both

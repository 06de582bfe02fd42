"""A preview says what a replay of the same weeks posts."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.deliver import Deliverer
from bot.flows.digest import plan_digests
from bot.flows.news import News
from bot.flows.preview import Preview, preview
from bot.flows.telling import news_message
from bot.jobs import next_run_in
from bot.tracking.changes import Before
from bot.tracking.digest import totals
from bot.tracking.preview import by_day
from bot.views.digest import digest_message, quiet_message
from providers.models import Status
from storage import outbox, subscriptions
from storage.store import Store
from storage.subscriptions import Filters, Manner, Wish
from tests.bot.flows.ledger import Desk, Ledger, down, invoice
from tests.bot.flows.newsroom import ALL
from tests.bot.flows.slack_stand_in import SlackStandIn, serving

ZONE = ZoneInfo("Europe/Amsterdam")
#: Midnight in Amsterdam; the clocks go back on the fifth day.
START = datetime(2026, 10, 21, 0, 0, tzinfo=ZONE)
DAYS = 28
NEXT_RUN = next_run_in(ZONE)
#: Messages and replies in threads, by day.
Told = dict[date, tuple[int, int]]


class Month(Desk):
    """Weeks of syncs over a clock, with everything that is planned delivered."""

    def __init__(
        self, store: Store, slack: SlackStandIn, seed: int, budget: int | None
    ) -> None:
        super().__init__(store)
        self.at = START
        self.slack = slack
        self.random = random.Random(seed)
        self.ledgers = [Ledger(name="i3d", page=3), Ledger(name="swo", page=3)]
        self.news = News(connections=["i3d", "swo"], now=self.now, budget=budget)
        self.ear = self.news  # type: ignore[assignment]  # the real one listens here
        self.number = 0
        #: What was posted besides replies, by day.
        self.texts: list[tuple[date, list[str]]] = []

    def now(self) -> datetime:
        return self.at

    def turn(self, moment: datetime) -> None:
        self.at = moment
        self.today = moment.astimezone(ZONE).date()

    async def day(self, deliverer: Deliverer, first: datetime) -> Told:
        """Live through a day: four readings, some of which fail, and every digest."""
        told: Counter[str] = Counter()
        for hour in range(24):
            self.turn((first + timedelta(hours=hour)).astimezone(UTC))
            before = len(self.slack.messages)
            day = self.today
            if hour % 6 == 3:
                for ledger in self.ledgers:
                    self.change(ledger)
                    await self.sync(ledger)
            await self.store.run(self.news.release_gathered)
            await plan_digests(self.store, now=self.at, next_run=NEXT_RUN)
            await self.deliver(deliverer)
            for message in self.slack.messages[before:]:
                told["reply" if message.get("thread_ts") else "message"] += 1
                if not message.get("thread_ts"):
                    self.texts.append((day, told_in(message["text"])))
        day = first.astimezone(ZONE).date()
        return {day: (told["message"], told["reply"])} if told else {}

    async def deliver(self, deliverer: Deliverer) -> None:
        for _ in range(40):
            await deliverer.deliver_ready()
            self.at += timedelta(seconds=1.1)
            if not set(self.store.read(outbox.counts)) & {"waiting", "sending"}:
                return

    def change(self, ledger: Ledger) -> None:
        """Let something happen at a provider, or nothing."""
        dice = self.random
        many = 60 if dice.random() < 0.03 else dice.choice([0, 0, 1, 3])
        for _ in range(many):
            self.number += 1
            due = self.today + timedelta(days=dice.randint(-2, 20))
            total = dice.choice(["80.00", "1200.00"])
            name = ledger.config.name
            ledger.put(
                invoice(f"n{self.number}", total=total, due_on=due, connection=name)
            )
        for id_, each in list(ledger.invoices.items()):
            if dice.random() < 0.04:
                ledger.put(replace(each, balance=Decimal(0), status=Status.PAID))
            elif dice.random() < 0.01:
                del ledger.invoices[id_]
        fails = dice.random() < 0.3
        ledger.fault = (
            (dice.choice([0, 1, -1]), down(ledger.config.name)) if fails else None
        )


def deliverer_of(month: Month, client: AsyncWebClient) -> Deliverer:
    async def may_post(_channel: str) -> None:
        return None

    return Deliverer(
        store=month.store,
        client=client,
        news=month.news,
        may_post=may_post,
        now=month.now,
        today=lambda: month.today,
        labels={},
        zone=ZONE,
    )


WISHES = {
    "at once": Wish(channel="C1", events=ALL),
    "new ones of one connection": Wish(
        channel="C1", events=("issued",), connections=("i3d",)
    ),
    "large ones of the other": Wish(
        channel="C1",
        events=("issued", "payment", "overdue"),
        filters=Filters(not_connections=("i3d",), minimum=Decimal(1000), above=True),
    ),
    "weekdays": Wish(channel="C1", events=ALL, cron="0 9 * * mon-fri"),
    "twice a day, overdue and trouble": Wish(
        channel="C1", events=("overdue", "trouble"), cron="0 8,20 * * *"
    ),
    "even if empty": Wish(
        channel="C1",
        events=("overdue",),
        cron="0 2,14 * * *",
        manner=Manner(even_if_empty=True),
    ),
    "as new messages": Wish(channel="C1", events=ALL, manner=Manner("message")),
    "only updated": Wish(channel="C1", events=ALL, manner=Manner("update")),
}
#: Those that are told within a budget, which is narrow.
BUDGETS = {"at once": 1, "as new messages": 1, "only updated": 1}


def told_in(text: str) -> list[str]:
    """Take of a message what it says of all it tells; of a notice, all of it."""
    lines = text.split("\n")
    if not lines[0].startswith(("Digest", "News")):
        return lines
    return [line for line in lines if _HEAD.match(line)]


_HEAD = re.compile(
    r"Digest|News|In brackets|(New|Overdue|Due soon|Paid|Amended|Withdrawn)\b[^:]*: "
    r"(none|\d+ (invoice|credit note|payment))"
)


def written(found: Preview, wish: Wish) -> Iterator[tuple[date, list[str]]]:
    """Write the messages of a preview as they are posted."""
    before = None
    for post in found.posts:
        day = post.at.astimezone(ZONE).date()
        events = list(post.told)
        if wish.cron is None:
            if not events:
                continue
            text = news_message(events, most=1, today=day, labels={}).text
        else:
            text = (
                digest_message(
                    events, title="Digest", today=day, labels={}, before=before
                )
                if events
                else quiet_message([], today=day, before=before)
            ).text
            before = Before(post.at.astimezone(ZONE), tuple(totals(events)))
        yield day, told_in(text)


@pytest.mark.parametrize(("seed", "name"), list(enumerate(WISHES)), ids=[*WISHES])
async def test_a_preview_of_weeks_is_what_a_replay_of_them_posts(
    store: Store, seed: int, name: str
) -> None:
    wish, budget = WISHES[name], BUDGETS.get(name)
    slack = SlackStandIn()
    month = Month(store, slack, seed, budget)
    told: Told = {}
    async with serving(slack) as client:
        deliverer = deliverer_of(month, client)
        for ledger in month.ledgers:
            ledger.put(
                *(invoice(f"o{n}", connection=ledger.config.name) for n in range(20))
            )
            await month.sync(ledger)
        await store.run(subscriptions.make, wish, by="U1", now=month.now())
        for day in range(DAYS):
            told |= await month.day(deliverer, START + timedelta(days=day))
    found = store.read(preview, wish, now=month.now(), next_run=NEXT_RUN, budget=budget)
    days = by_day(found.posts, ZONE)
    assert {each.day: (each.messages, each.replies) for each in days} == told
    assert sum(messages for messages, _ in told.values()) > 5
    assert sorted(month.texts) == sorted(written(found, wish))

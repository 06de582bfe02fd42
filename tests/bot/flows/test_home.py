"""Home tabs over a real database; only Slack's side is told from here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.flows import home as flow
from bot.flows.care import Caring
from bot.flows.home import PAUSE_SECONDS, Homes, Published
from bot.flows.overview import (
    Overview,
    due_query,
    examples,
    months_query,
    spend_of,
)
from bot.flows.privacy import Privacy, PrivacyRule
from bot.flows.reply import Replies
from bot.flows.subscribe import Subscriptions
from bot.jobs import next_run_in
from bot.queries.commands import to_command
from bot.queries.model import Query
from bot.queries.orders import Pace
from bot.queries.parse import parse_query
from bot.views.home import WELCOMED
from bot.views.modal import View, check_view
from storage import care, closures, subscriptions
from storage.store import Store
from storage.subscriptions import Wish
from tests.bot.flows.asking import keep_some, preferences_of, questions_of
from tests.bot.flows.test_access import access
from tests.conftest import Saved
from tests.storage.made import NOW, TODAY, invoice, keep

ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass
class Slack:
    """Takes publications as Slack does: with a mark, and with what goes wrong."""

    views: dict[str, View] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, str | None]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def publish_home(
        self, user: str, view: View, *, hash_: str | None
    ) -> Published:
        self.sent.append((user, hash_))
        check_view(view)
        if self.errors:
            return Published(error=self.errors.pop(0))
        if hash_ is not None and hash_ != self.hashes.get(user):
            return Published(error="hash_conflict")
        self.views[user] = view
        self.hashes[user] = f"h{len(self.sent)}"
        return Published(hash=self.hashes[user])


class Desk:
    """Homes with a clock that is moved by hand."""

    def __init__(self, store: Store, **rules: object) -> None:
        self.store, self.slack, self.time = store, Slack(), 1_000.0
        questions, rule = questions_of(store), access(**rules)
        subscribing = Subscriptions(
            store=store,
            access=rule,
            next_run=next_run_in(ZONE),
            pace=Pace(),
            now=lambda: NOW,
            zone=ZONE,
            labels={},
        )
        self.replies = Replies(
            questions=questions,
            access=rule,
            subscriptions=subscribing,
            preferences=preferences_of(store, rule),
            privacy=Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW),
            caring=Caring(store=store, now=lambda: NOW, zone=ZONE),
            now=lambda: NOW,
            zone=ZONE,
        )
        self.homes = Homes(
            store=store,
            questions=questions,
            replies=self.replies,
            overview=Overview(
                store=store,
                questions=questions,
                access=rule,
                subscriptions=subscribing,
                now=lambda: NOW,
                zone=ZONE,
            ),
            publisher=self.slack,
            clock=lambda: self.time,
        )

    def page(self, user: str = "U1") -> dict[str, Any]:
        return self.slack.views[user]


@pytest.fixture
def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(flow, "PACE_SECONDS", 0.0)
    return Desk(store)


async def read_once(store: Store) -> None:
    """Note that everything was read a minute ago."""
    moment = (NOW - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    for name in ("lw", "swo", "i3d"):
        await store.run(
            lambda db, name: db.execute(
                "insert into connections (name, provider, last_success, last_attempt) "
                "values (?, 'x', ?, ?) on conflict (name) do update set "
                "last_success = excluded.last_success",
                (name, moment, moment),
            ),
            name,
        )


async def filled(desk: Desk) -> None:
    await keep_some(desk.store)
    await read_once(desk.store)


async def test_the_page_of_a_member(desk: Desk, saved: Saved) -> None:
    await filled(desk)
    await desk.store.run(subscriptions.make, Wish("C1", ("overdue",)), by="U1", now=NOW)
    await desk.homes.opened("U1", None)
    saved("home/member", desk.page())


async def test_the_page_before_anything_was_read(desk: Desk, saved: Saved) -> None:
    await read_once(desk.store)
    await desk.homes.opened("U1", {"hash": "h0", "private_metadata": WELCOMED})
    saved("home/empty", desk.page())


async def test_the_page_of_somebody_who_may_not_see_figures(
    desk: Desk, saved: Saved
) -> None:
    await filled(desk)
    await desk.homes.opened("U2", None)
    saved("home/refused", desk.page("U2"))


async def test_a_stale_mark_is_left_out_once_and_never_in_a_loop(desk: Desk) -> None:
    await filled(desk)
    await desk.homes.opened("U1", {"hash": "of another time"})
    assert desk.slack.sent == [("U1", "of another time"), ("U1", None)]
    desk.slack.errors = ["hash_conflict", "hash_conflict"]
    await desk.homes.show("U1")
    assert desk.slack.sent[2:] == [("U1", "h2"), ("U1", None)]


async def test_blocks_that_slack_does_not_take_are_left_out(desk: Desk) -> None:
    await filled(desk)
    desk.slack.errors = ["invalid_arguments"]
    await desk.homes.opened("U1", None)
    kinds = {block["type"] for block in desk.page()["blocks"]}
    assert not kinds & {"table", "data_visualization"}
    assert "F25-4" in str(desk.page())
    await desk.homes.show("U1")  # and not tried again each time
    assert len(desk.slack.sent) == 3


async def test_a_change_is_published_to_who_has_the_page_once_a_minute(
    desk: Desk,
) -> None:
    await filled(desk)
    await desk.homes.opened("U1", None)
    assert await desk.homes.look() == 0
    for number in range(5):
        await desk.store.run(
            subscriptions.make, Wish(f"C{number}", ("issued",)), by="U1", now=NOW
        )
        assert await desk.homes.look() == 0  # the page is not a minute old
    desk.time += PAUSE_SECONDS
    assert await desk.homes.look() == 1
    assert "<#C4>" in str(desk.page())
    assert await desk.homes.look() == 0
    assert [user for user, _ in desk.slack.sent] == ["U1", "U1"]


async def test_what_changes_right_after_the_page_was_made_is_not_missed(
    desk: Desk,
) -> None:
    await filled(desk)
    await desk.homes.opened("U1", None)
    await desk.store.run(subscriptions.make, Wish("C7", ("issued",)), by="U1", now=NOW)
    desk.time += PAUSE_SECONDS
    assert await desk.homes.look() == 1  # the first look of all
    assert "<#C7>" in str(desk.page())


async def test_what_is_assigned_and_snoozed_is_shown_until_it_is_over(
    desk: Desk,
) -> None:
    await filled(desk)
    run = desk.store.run
    await run(care.assign, "i3d", "2", to="U1", by="U9", now=NOW)
    await run(care.assign, "i3d", "1", to="U1", by="U9", now=NOW)  # paid
    await run(care.assign, "i3d", "3", to="U9", by="U9", now=NOW)
    until = TODAY + timedelta(days=7)
    await run(care.snooze, "i3d", "4", until=until, by="U9", now=NOW)
    await desk.homes.opened("U1", None)
    said = [
        block["text"]["text"]
        for block in desk.page()["blocks"]
        if block["type"] == "section"
    ]
    [assigned] = [each for each in said if each.startswith("*Assigned to you*")]
    assert "F25-2: 100.00 EUR" in assigned
    assert "F25-1" not in assigned
    assert "F25-3" not in assigned
    [snoozed] = [each for each in said if each.startswith("*Snoozed*")]
    assert "until 28 Nov 2026: F25-4: 100.00 EUR, unpaid (by <@U9>)" in snoozed
    await run(care.end_snooze, "i3d", "4", by="U1", now=NOW)
    desk.time += PAUSE_SECONDS
    assert await desk.homes.look() == 1
    assert "*Snoozed*" not in str(desk.page())


async def test_a_person_who_may_not_see_figures_is_published_to_once(
    desk: Desk,
) -> None:
    await filled(desk)
    await desk.homes.opened("U2", None)
    await desk.store.run(subscriptions.make, Wish("C1", ("issued",)), by="U1", now=NOW)
    desk.time += PAUSE_SECONDS
    assert await desk.homes.look() == 0
    assert len(desk.slack.sent) == 1


async def test_closed_channels_and_uncertain_posts_are_for_admins(desk: Desk) -> None:
    await filled(desk)
    await desk.store.run(closures.close, "C5", reason="is_archived", now=NOW)
    await desk.homes.opened("U1", None)
    assert "Needs an admin" not in str(desk.page())
    admin = Desk(desk.store, admins=("U1",))
    await admin.homes.opened("U1", None)
    assert "<#C5> takes no messages: the channel is archived" in str(admin.page())


async def test_nothing_is_published_to_who_had_the_page_long_ago(desk: Desk) -> None:
    await filled(desk)
    await desk.homes.opened("U1", None)
    await desk.homes.look()
    desk.time += flow.WATCHED_SECONDS
    await desk.store.run(subscriptions.make, Wish("C1", ("issued",)), by="U1", now=NOW)
    assert await desk.homes.look() == 0


async def test_a_page_that_slack_did_not_take_just_now_is_published_later(
    desk: Desk,
) -> None:
    await filled(desk)
    desk.slack.errors = ["ratelimited"]
    await desk.homes.opened("U1", None)
    assert desk.slack.views == {}
    await desk.homes.look()
    desk.time += PAUSE_SECONDS
    assert await desk.homes.look() == 1
    assert "What is owed" in str(desk.page())


async def test_the_page_fits_with_a_great_deal_in_it(desk: Desk) -> None:
    odd = "<!channel> `*_ " + "長" * 3_000
    await desk.store.run(
        keep,
        [
            invoice(
                f"{currency}{n}",
                number=f"{odd}{n}",
                counterparty=odd,
                currency=currency,
                due_on=TODAY + timedelta(days=n),
                issued_on=TODAY - timedelta(days=n * 11),
                total="99999999999.99",
                balance="99999999999.99",
            )
            for n in range(40)
            for currency in ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK")
        ],
    )
    for n in range(60):
        await desk.store.run(
            subscriptions.make, Wish(f"C{n}", ("issued",)), by="U1", now=NOW
        )
    await read_once(desk.store)
    await desk.homes.opened("U1", None)  # `Slack` above checks it
    assert "<!channel>" not in str(
        [b for b in desk.page()["blocks"] if b["type"] in {"section", "context"}]
    )
    assert [b["type"] for b in desk.page()["blocks"]].count("data_visualization") == 2


async def test_the_months_are_twelve_and_add_up_to_what_is_asked(desk: Desk) -> None:
    await filled(desk)
    questions = questions_of(desk.store)
    spend = spend_of(questions.answer(months_query(TODAY)), TODAY)  # type: ignore[arg-type]  # a list
    assert [each.currency for each in spend] == ["EUR", "JPY"]
    assert [name for name, _ in spend[0].months][::11] == ["2025-12", "2026-11"]
    assert sum((amount for _, amount in spend[0].months), Decimal(0)) == Decimal(
        "550.00"
    )


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 12, 31), TODAY])
def test_what_the_buttons_ask_is_read_as_it_was_meant(
    store: Store, today: date
) -> None:
    context = questions_of(store).context()
    for query in (due_query(TODAY), months_query(today)):
        assert parse_query(to_command(query, context), context=context) == query
    for command in examples(None, today):
        assert isinstance(parse_query(command, context=context), Query)

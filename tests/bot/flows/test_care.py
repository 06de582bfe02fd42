"""What people do, inside the store: what is silent, what wakes, what is selected."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database
from structlog.testing import capture_logs

from bot.answers.privacy import Level
from bot.flows.access import Barrier
from bot.flows.care import Caring, Wanted, act
from bot.flows.living import still_told, wake
from bot.flows.privacy import Privacy, PrivacyRule
from bot.flows.updating import end_and_tell
from providers.models import Status
from storage import care, events, outbox
from storage.store import Store
from storage.subscriptions import Manner, Wish
from tests.bot.flows.asking import ask, keep_some
from tests.bot.flows.newsroom import ALL, Newsroom
from tests.bot.flows.slack_stand_in import SlackStandIn, answer, serving
from tests.bot.tracking.made import amended, due_soon, issued, overdue, payment
from tests.storage.made import NOW, TODAY, invoice, keep

ZONE = ZoneInfo("Europe/Amsterdam")


async def test_snoozed_ones_are_selected_or_left_out(store: Store) -> None:
    await keep_some(store)
    both = ask(store, "/unpaid")
    first = both.invoices[0]
    await store.run(
        care.snooze,
        first.connection,
        first.id,
        until=TODAY + timedelta(days=3),
        by="U1",
        now=NOW,
    )
    snoozed, others = ask(store, "/unpaid snoozed"), ask(store, "/unpaid -snoozed")
    assert [each.id for each in snoozed.invoices] == [first.id]
    assert [each.id for each in others.invoices] == [e.id for e in both.invoices[1:]]
    assert snoozed.totals[0].invoices + sum(t.invoices for t in others.totals) == len(
        both.invoices
    )


async def test_a_snooze_of_the_past_selects_nothing(store: Store) -> None:
    await keep_some(store)
    first = ask(store, "/unpaid").invoices[0]
    await store.run(
        care.snooze, first.connection, first.id, until=TODAY, by="U1", now=NOW
    )
    assert ask(store, "/unpaid snoozed").invoices == ()


@pytest.fixture
async def room(store: Store) -> Newsroom:
    """A channel that follows everything in threads, and the invoices of the tests."""
    newsroom = Newsroom(store)
    threads = Manner(follow="thread")
    await newsroom.open(Wish(channel="C1", events=ALL, manner=threads))
    stored = [invoice(str(n), number=f"N{n:03}") for n in range(101, 130)]
    await store.run(keep, stored)
    return newsroom


async def do(room: Newsroom, deed: str, **more: object) -> None:
    wanted = Wanted(deed=deed, connection="i3d", id="101", **more)  # type: ignore[arg-type]  # the test's words
    done = await room.store.run(act, wanted, by="U1", now=room.clock(), zone=ZONE)
    assert done.done, done


async def posted(room: Newsroom, slack: SlackStandIn, *, rounds: int = 8) -> None:
    async with serving(slack) as client:
        await room.deliver_all(room.deliverer(client), rounds=rounds)


async def test_later_news_is_a_reply_and_the_message_shows_it(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await posted(room, slack)
    await room.happen(overdue())
    await posted(room, slack)
    parent, reply = slack.messages
    assert reply["thread_ts"] == parent["ts"]
    assert reply["text"].startswith("Overdue: invoice")
    assert len(set(slack.deliveries())) == 2
    assert parent["text"].startswith("New invoice N101")
    assert room.store.read(outbox.counts) == {"done": 3}


@pytest.mark.parametrize("follow", ["thread", "update", "message"])
async def test_each_event_is_told_once_however_it_is_followed(
    store: Store, follow: str
) -> None:
    manner = Manner(follow=follow)  # type: ignore[arg-type]  # one of the three
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL, manner=manner))
    await store.run(keep, [invoice("101")])
    slack = SlackStandIn()
    for event in (issued(), amended(), overdue(), payment("121.00", "0.00")):
        await room.happen(event)
        await posted(room, slack)
    threads = [each.get("thread_ts") is not None for each in slack.messages]
    match follow:
        case "thread":
            assert threads == [False, True, True, True]
        case "update":
            assert threads == [False]
        case _:
            assert threads == [False] * 4
    assert bool(slack.updates) == (follow != "message")
    told = store.read(
        lambda db: db.execute(
            "select event, count(*) from outbox_events group by event"
        ).fetchall()
    )
    assert told == [(1, 1), (2, 1), (3, 1), (4, 1)]


async def test_much_at_once_is_one_message_and_not_many_threads(
    room: Newsroom,
) -> None:
    slack = SlackStandIn()
    ids = [str(n) for n in range(101, 113)]
    for id_ in ids:
        await room.happen(issued(id=id_))
    await posted(room, slack, rounds=20)
    await room.happen(*(overdue(id=id_) for id_ in ids))
    await posted(room, slack, rounds=20)
    assert len([each for each in slack.messages if "thread_ts" not in each]) == 13
    assert slack.messages[12]["text"].startswith("News from i3D.net: 12 overdue")
    assert len(slack.updates) == 12


async def test_what_is_acknowledged_is_silent_until_it_changes(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await do(room, "acknowledge")
    await room.happen(due_soon())
    await room.happen(overdue())
    await posted(room, slack)
    assert len(slack.messages) == 1
    assert "Acknowledged by <@U1>" in slack.messages[0]["text"]
    assert len(room.store.read(events.since)) == 3, "nothing that happened is lost"
    await room.happen(payment("121.00", "50.00", status=Status.PART_PAID))
    await room.happen(overdue(7))
    await posted(room, slack)
    said = [each["text"].split(" N101")[0].split(" F25")[0] for each in slack.messages]
    assert said[1:] == ["Part payment: invoice", "Still overdue: invoice"]


async def test_a_digest_leaves_out_what_was_silenced_before_it(store: Store) -> None:
    room = Newsroom(store)
    await room.open(Wish(channel="C1", events=ALL, cron="0 9 * * *"))
    await store.run(keep, [invoice("101"), invoice("102")])
    await room.happen(overdue(), overdue(id="102"))
    await do(room, "acknowledge")
    pool = store.read(
        lambda db: [row[0] for row in db.execute("select event from outbox_events")]
    )
    assert store.read(still_told, pool) == [2]


async def test_several_changes_are_one_update(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await posted(room, slack)
    await do(room, "acknowledge")
    await do(room, "assign", person="U2")
    await do(room, "note", words="asked them")
    await posted(room, slack)
    [text] = slack.updates
    assert "Acknowledged by <@U1>" in text
    assert "Assigned to <@U2>" in text
    assert "Note by <@U1>: asked them" in text


@pytest.mark.parametrize("code", ["internal_error", "ratelimited"])
async def test_an_update_that_may_have_come_is_sent_again(
    room: Newsroom, code: str
) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await posted(room, slack)
    await do(room, "acknowledge")
    status = 429 if code == "ratelimited" else 200
    slack.update_errors = [answer(code, status=status, Retry_After="2")]
    await posted(room, slack)
    assert len(slack.updates) == 1
    assert len(slack.messages) == 1
    assert "Acknowledged" in slack.messages[0]["text"]


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message"])
async def test_a_message_that_cannot_change_keeps_its_thread(
    room: Newsroom, code: str
) -> None:
    slack = SlackStandIn(update_errors=[answer(code), answer(code)])
    await room.happen(issued())
    await posted(room, slack)
    await room.happen(overdue())
    await posted(room, slack)
    assert slack.updates == []
    assert slack.messages[1]["thread_ts"] == slack.messages[0]["ts"]


@pytest.fixture
async def updated(store: Store) -> Newsroom:
    """A channel in which messages alone are updated."""
    newsroom = Newsroom(store)
    await newsroom.open(Wish(channel="C1", events=ALL, manner=Manner(follow="update")))
    await store.run(keep, [invoice("101", number="N101")])
    return newsroom


@pytest.mark.parametrize(
    "code",
    [
        "unknown_method",
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "msg_too_long",
    ],
)
async def test_what_an_update_cannot_tell_is_a_message_of_its_own(
    updated: Newsroom, code: str
) -> None:
    slack = SlackStandIn()
    await updated.happen(issued())
    await posted(updated, slack)
    slack.update_errors = [answer(code)]
    with capture_logs() as lines:
        await updated.happen(overdue())
        await posted(updated, slack)
    said = [each["text"].partition(" F25")[0] for each in slack.messages]
    assert said == ["New invoice", "Overdue: invoice"]
    assert all("thread_ts" not in each for each in slack.messages)
    [line] = [each for each in lines if each["event"] == "message not updated"]
    assert (line["log_level"], line["error"]) == ("warning", code)
    assert line["told_by"] == slack.deliveries()[1]

    await updated.happen(payment("121.00", "0.00", status=Status.PAID))
    await posted(updated, slack)
    assert len(slack.messages) == 2, "the newer message is the invoice's"
    assert [slack.messages[1]["text"]] == slack.updates
    told = updated.store.read(
        lambda db: db.execute(
            "select event, count(*) from outbox_events group by event"
        ).fetchall()
    )
    assert told == [(1, 1), (2, 1), (3, 1)]


async def test_a_channel_that_sees_less_is_told_by_a_message(updated: Newsroom) -> None:
    slack = SlackStandIn()
    await updated.happen(issued())
    await posted(updated, slack)
    rule = PrivacyRule(default=Level.COUNTS)
    updated.privacy = Privacy(store=updated.store, rule=rule, now=updated.clock)
    await updated.happen(overdue())
    await posted(updated, slack)
    assert slack.updates == []
    told = slack.messages[1]["text"]
    assert "1 overdue" in told
    assert "F25" not in told


async def test_what_an_update_would_tell_waits_for_a_closed_channel(
    updated: Newsroom,
) -> None:
    slack = SlackStandIn()
    await updated.happen(issued())
    await posted(updated, slack)
    updated.refusal = Barrier("it is shared", code="shared")
    await updated.happen(overdue())
    await posted(updated, slack)
    assert len(slack.messages) == 1
    updated.refusal = None
    updated.clock.turn(3600)
    await posted(updated, slack)
    assert [each["text"][:7] for each in slack.messages] == ["New inv", "Overdue"]


async def test_whose_claim_has_ended_tells_nothing(updated: Newsroom) -> None:
    """Two bots: one slept through its lease, and the other has updated the message."""
    slack = SlackStandIn()
    await updated.happen(issued())
    await posted(updated, slack)
    await updated.happen(overdue())
    lease = timedelta(seconds=1)
    (slow,) = await updated.store.run(outbox.claim, now=updated.clock(), lease=lease)
    updated.clock.turn(2)
    (late,) = await updated.store.run(outbox.claim, now=updated.clock(), lease=lease)
    assert slow.id == late.id

    def end(claimed: outbox.Claimed) -> Callable[[Database], tuple[bool, str | None]]:
        return lambda db: end_and_tell(
            db, claimed, now=updated.clock(), error="unknown_method", forget=False
        )

    assert await updated.store.run(end(slow)) == (False, None)
    ended, told_by = await updated.store.run(end(late))
    assert ended
    assert await updated.store.run(end(late)) == (False, None), "ended once"
    await posted(updated, slack)
    assert slack.deliveries()[1:] == [told_by]


async def test_a_refused_update_without_news_posts_nothing(updated: Newsroom) -> None:
    slack = SlackStandIn(update_errors=[answer("unknown_method")])
    await updated.happen(issued())
    await posted(updated, slack)
    await do(updated, "acknowledge")
    await posted(updated, slack)
    assert len(slack.messages) == 1


async def test_a_reply_to_a_deleted_message_stands_for_itself(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await posted(room, slack)
    slack.faults = [(answer("thread_not_found"), False)]
    await room.happen(overdue())
    await posted(room, slack)
    assert len(slack.messages) == 2
    assert "thread_ts" not in slack.messages[1]


async def test_a_reply_whose_answer_was_lost_is_found_in_its_thread(
    room: Newsroom,
) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await posted(room, slack)
    slack.faults = [(None, True)]
    await room.happen(overdue())
    await posted(room, slack, rounds=20)
    assert len(slack.messages) == 2
    assert slack.searches > 0
    assert set(room.store.read(outbox.counts)) == {"done"}


async def test_a_snooze_ends_once(room: Newsroom) -> None:
    slack = SlackStandIn()
    await room.happen(issued())
    await posted(room, slack)
    until = room.clock().date() + timedelta(days=2)
    await do(room, "snooze", until=until, channel="C1", thread=slack.messages[0]["ts"])
    assert await wake(room.store, now=room.clock(), zone=ZONE) == 0
    room.clock.turn(2 * 86_400)
    woken = [await wake(room.store, now=room.clock(), zone=ZONE) for _ in range(3)]
    assert woken == [1, 0, 0]
    await posted(room, slack)
    [over] = [each for each in slack.messages if "Snooze over" in each["text"]]
    assert over["thread_ts"] == slack.messages[0]["ts"]
    assert [each.deed for each in room.store.read(care.log_of, "i3d", "101")] == [
        "snoozed",
        "woke",
    ]


async def test_what_is_acknowledged_as_well_does_not_wake(room: Newsroom) -> None:
    await do(room, "snooze", until=room.clock().date() + timedelta(days=1))
    await do(room, "acknowledge")
    room.clock.turn(2 * 86_400)
    assert await wake(room.store, now=room.clock(), zone=ZONE) == 0


async def test_what_makes_no_sense_is_said_and_changes_nothing(store: Store) -> None:
    await store.run(keep, [invoice("101", status=Status.PAID, balance="0.00")])
    caring = Caring(store=store, now=lambda: NOW, zone=ZONE)

    async def said(deed: str, **more: object) -> str:
        wanted = Wanted(deed=deed, connection="i3d", id="101", **more)  # type: ignore[arg-type]  # the test's words
        outcome = await caring.do(wanted, by="U1")
        assert not outcome.done
        return str(outcome.sentence)

    assert "is paid; there is nothing" in await said("acknowledge")
    assert "is paid; there is nothing" in await said("snooze", until=TODAY)
    assert "not snoozed" in await said("unsnooze")
    assert "assigned to nobody" in await said("unassign")
    assert "is empty" in await said("note", words="  ")
    assert "500 characters" in await said("note", words="x" * 501)
    assert store.read(care.log_of, "i3d", "101") == []

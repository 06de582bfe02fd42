"""Orders about subscriptions: what is read, refused, offered and written back."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.queries.model import Bound, Query, QueryError
from bot.queries.orders import (
    ME,
    ListSubscriptions,
    NewSubscription,
    Order,
    Pace,
    ResumeSubscription,
    StopSubscription,
    Subscribe,
    order_command,
)
from bot.queries.subscribe import parse_request
from tests.bot.queries.context import CONTEXT

HOURLY = Pace(every=timedelta(minutes=60))
FAST = Pace(every=timedelta(seconds=1))


def order(text: str, pace: Pace = HOURLY) -> Query | Order:
    return parse_request(f"/invoices subscribe {text}", context=CONTEXT, pace=pace)


READ: dict[str, Order] = {
    "overdue weekdays 09:00 in <#C0FIN|finance>": Subscribe(
        ("overdue",), "0 9 * * mon-fri", channel="C0FIN"
    ),
    "preview new swo over 1m jpy": Subscribe(
        ("new",),
        filters=Query(
            connections=("swo",), currency="JPY", minimum=Bound(Decimal(10**6), True)
        ),
        preview=True,
    ),
    "": NewSubscription(),
    "list": ListSubscriptions(),
    "resume 3fa2": ResumeSubscription("3fa2"),
    "overdue updates in thread": Subscribe(("overdue",), follow="thread"),
    "overdue updates in the thread": Subscribe(("overdue",), follow="thread"),
    "overdue only update": Subscribe(("overdue",), follow="update"),
    "new new message swo": Subscribe(
        ("new",), filters=Query(connections=("swo",)), follow="message"
    ),
    "as new messages new": Subscribe(("new",), follow="message"),
    "digest even if empty with xlsx": Subscribe(
        ("digest",), "0 9 * * mon-fri", even_if_empty=True, attach="xlsx"
    ),
    "overdue with a csv daily 8:30 even when empty": Subscribe(
        ("overdue",), "30 8 * * *", even_if_empty=True, attach="csv"
    ),
    "stop 3fa2b1c4": StopSubscription("3fa2b1c4"),
    "new": Subscribe(("new",)),
    "new now": Subscribe(("new",)),
    "new overdue": Subscribe(("new", "overdue")),
    "overdue and new daily 8:30": Subscribe(("new", "overdue"), "30 8 * * *"),
    "digest": Subscribe(("digest",), "0 9 * * mon-fri"),
    "digest mondays 9:00": Subscribe(("digest",), "0 9 * * mon"),
    "digest every monday at 5pm": Subscribe(("digest",), "0 17 * * mon"),
    "digest tuesdays and fridays at 9": Subscribe(("digest",), "0 9 * * tue,fri"),
    "digest weekends 10.30": Subscribe(("digest",), "30 10 * * sat,sun"),
    "overdue every hour": Subscribe(("overdue",), "0 * * * *"),
    "overdue hourly": Subscribe(("overdue",), "0 * * * *"),
    "overdue every 2 hours": Subscribe(("overdue",), "0 */2 * * *"),
    'overdue "30 7 1 * *"': Subscribe(("overdue",), "30 7 1 * *"),
    "overdue “0 9 * * MON-FRI”": Subscribe(("overdue",), "0 9 * * mon-fri"),
    "due:3d": Subscribe(("due",)),
    "due 3 days i3d": Subscribe(("due",), filters=Query(connections=("i3d",))),
    "changes -credit -swo": Subscribe(
        ("changes",), filters=Query(not_connections=("swo",), kinds=("invoice",))
    ),
    'new customer:"Blue Heron" in eur to me': Subscribe(
        ("new",), filters=Query(customer="blue heron", currency="EUR"), channel=ME
    ),
}


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_an_order_is_read_and_written_back(text: str, expected: Order) -> None:
    assert order(text) == expected
    command = order_command(expected, CONTEXT, HOURLY)
    assert parse_request(command, context=CONTEXT, pace=HOURLY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "subscribe overdue weekdays 09:00",
        "<@U0DUEBOT> subscribe overdue weekdays 09:00",
        "@Duebot subscribe overdue weekdays 09:00",
        "!invoices subscribe overdue weekdays 09:00",
        "/invoices  SUBSCRIBE overdue weekdays 09:00",
    ],
)
def test_every_door_reads_the_same_order(text: str) -> None:
    expected = Subscribe(("overdue",), "0 9 * * mon-fri")
    assert parse_request(text, context=CONTEXT, pace=HOURLY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unsubscribe 3fa2b1c4", StopSubscription("3fa2b1c4")),
        ("subscriptions", ListSubscriptions()),
    ],
)
def test_other_words_for_the_same(text: str, expected: Order) -> None:
    assert parse_request(text, context=CONTEXT, pace=HOURLY) == expected


def test_what_is_no_order_is_a_question() -> None:
    found = parse_request("/unpaid swo", context=CONTEXT, pace=HOURLY)
    assert isinstance(found, Query)
    assert found.connections == ("swo",)


REFUSED: dict[str, tuple[str, list[str]]] = {
    "overdue every 5 minutes": (
        "The data is read every 60 minutes, so 5 minutes would repeat itself. "
        "Smallest step: 1 hour.",
        ["overdue every hour", "overdue weekdays 09:00"],
    ),
    "overdue every 5 minutes in <#C0FIN|finance>": (
        "The data is read every 60 minutes, so 5 minutes would repeat itself. "
        "Smallest step: 1 hour.",
        ["overdue every hour in <#C0FIN>", "overdue weekdays 09:00 in <#C0FIN>"],
    ),
    'overdue "0,5 9 * * *"': (
        "The data is read every 60 minutes, so 5 minutes would repeat itself. "
        "Smallest step: 1 hour.",
        ["overdue every hour", "overdue weekdays 09:00"],
    ),
    "overdue every 7 hours": (
        "Every 7 hours does not come at the same times each day.",
        ["overdue every hour", "overdue daily 09:00"],
    ),
    "new in #finance": (
        "I cannot tell which channel `#finance` is.",
        ["new", "new to me"],
    ),
    "new to me in <#C0FIN>": (
        "A subscription posts in one place: a channel, or here to you.",
        ["new in <#C0FIN>"],
    ),
    "due:7d": (
        "What is due soon is told 3 days before the due date, to everybody alike.",
        ["due:3d"],
    ),
    'overdue "0 9 * *"': (
        "`0 9 * *` is no cron line: it has 4 fields.",
        ["overdue weekdays 09:00", "overdue daily 09:00"],
    ),
    'overdue "0 25 * * *"': (
        "`0 25 * * *` is no cron line: `25` is no hour.",
        ["overdue weekdays 09:00", "overdue daily 09:00"],
    ),
    "overdue daily 25:00": (
        "There is no time `25:00`; hours are 0–23, minutes 0–59.",
        ["overdue daily 09:00", "overdue daily 17:00"],
    ),
    "overdue daily 9:00 over 1000 10:00": (
        "There is another time besides `10:00`; make a subscription for each.",
        ["overdue daily 09:00 >1000"],
    ),
    "digest now": (
        "A digest comes at a time; news comes now.",
        ["digest weekdays 09:00", "digest daily 09:00"],
    ),
    "digest new": (
        "A digest tells everything already; name it alone, or name kinds and a time.",
        ["digest weekdays 09:00", "overdue weekdays 09:00"],
    ),
    "weekdays 09:00 swo": (
        "Say what to post: `new`, `overdue`, `due:3d`, `changes` or `digest`.",
        ["new weekdays 09:00 swo", "overdue weekdays 09:00 swo"],
    ),
    "overdu swo": (
        "I don't know the word `overdu` in a subscription. Closest: `overdue`.",
        ["overdue swo"],
    ),
    "overdue wekdays 9:00": (
        "I don't know the word `wekdays` in a subscription. Closest: `weekdays`.",
        ["overdue weekdays 09:00", "overdue daily 09:00"],
    ),
    "overdue even if empty": (
        "What is posted as it is found is never empty; a digest may be.",
        ["overdue weekdays 09:00 even if empty", "overdue"],
    ),
    "overdue with xlsx": (
        "A file comes with what is posted at a time, not with each piece of news.",
        ["overdue weekdays 09:00 with xlsx", "overdue"],
    ),
    "digest with csv with xlsx": (
        "A digest has one file: `with csv` or `with xlsx`.",
        ["digest weekdays 09:00 with csv"],
    ),
    "new only update new message": (
        "What happens to a message when an invoice changes is one of `updates in "
        "thread`, `new message`, `only update`.",
        ["new only update"],
    ),
    "overdue to eur": (
        "A subscription cannot take `to eur`.",
        ["overdue"],
    ),
    "help": (
        "A subscription posts news by itself: say what (`new`, `overdue`, `due:3d`, "
        "`changes`, `digest`), when (`now`, `weekdays 09:00`, `every hour`), which "
        "(`swo`, `over 1000 eur`), where (`in` a channel, `to me`) and how (`only "
        "update`, `even if empty`, `with xlsx`).",
        ["new", "overdue weekdays 09:00", "list"],
    ),
    "stop": ("Which one? `stop` takes the id of one subscription.", ["list"]),
    "resume": ("Which one? `resume` takes the id of one subscription.", ["list"]),
    "stop everything": (
        "Which one? `stop` takes the id of one subscription.",
        ["list"],
    ),
}


@pytest.mark.parametrize(("text", "reply"), REFUSED.items(), ids=REFUSED)
def test_what_is_wrong_is_said_with_orders_that_work(
    text: str, reply: tuple[str, list[str]]
) -> None:
    with pytest.raises(QueryError) as caught:
        order(text)
    problem, commands = reply
    offered = [one.command for one in caught.value.suggestions]
    assert caught.value.problem == problem
    assert offered[: len(commands)] == [f"/invoices subscribe {c}" for c in commands]
    for command in offered:
        parse_request(command, context=CONTEXT, pace=HOURLY)


@pytest.mark.parametrize(
    "text", ["overdue 2021", "new by month", "new paid", "overdue top 5", "new largest"]
)
def test_what_no_event_can_be_held_against_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="more than a subscription can look at"):
        order(text)


@pytest.mark.parametrize(
    ("seconds", "text", "smallest"),
    [
        (1, "overdue every 1 minutes", None),
        (900, "overdue every 15 minutes", None),
        (900, "overdue every 10 minutes", "every 15 minutes"),
        (1500, "overdue every 15 minutes", "every 30 minutes"),
        (7200, "overdue every hour", "every 2 hours"),
        (86400, "overdue every 12 hours", "daily 09:00"),
    ],
)
def test_no_step_is_below_that_of_the_readings(
    seconds: int, text: str, smallest: str | None
) -> None:
    pace = Pace(every=timedelta(seconds=seconds))
    if smallest is None:
        assert isinstance(order(text, pace), Subscribe)
        return
    with pytest.raises(QueryError, match="would repeat itself") as caught:
        order(text, pace)
    first = caught.value.suggestions[0].command
    assert first == f"/invoices subscribe overdue {smallest}"


def test_parts_come_in_any_order() -> None:
    parts = ["overdue", "swo", "over 1000 eur", "weekdays 09:00", "in <#C0FIN|f>"]
    assert len({order(" ".join(each)) for each in permutations(parts)}) == 1


WORDS = [
    *(
        "new",
        "overdue",
        "digest",
        "changes",
        "due:3d",
        "due",
        "preview",
        "list",
        "stop",
    ),
    *("weekdays", "daily", "mondays", "every", "hour", "5", "minutes", "09:00", "at"),
    *("swo", "i3d", "over", "1000", "eur", "-credit", "-swo", "in", "to", "me", "now"),
    *("with", "csv", "xlsx", "even", "if", "empty", "only", "update", "message"),
    *('"0 9 * * *"', "#x", "<#C0FIN|finance>", "3fa2", "2021", "paid", "customer:x"),
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=7))
@settings(max_examples=500, deadline=None)
def test_any_words_are_read_or_refused_and_round_trip(words: list[str]) -> None:
    try:
        found = order(" ".join(words), FAST)
    except QueryError as error:
        offered = [one.command for one in error.suggestions]
        assert offered
    else:
        assert not isinstance(found, Query)
        offered = [order_command(found, CONTEXT, FAST)]
        assert parse_request(offered[0], context=CONTEXT, pace=FAST) == found
    for command in offered:
        parse_request(command, context=CONTEXT, pace=FAST)

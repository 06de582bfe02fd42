from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tracking.digest import EventTotal, arrange, count_kinds, split, totals
from bot.tracking.events import InvoiceEvent, Trouble
from providers.models import Status
from tests.bot.tracking.made import (
    amended,
    due_soon,
    issued,
    overdue,
    payment,
    withdrawn,
)

TROUBLE = Trouble(connection="i3d", detail="answered 503")


def sized(amount: str, currency: str = "EUR") -> InvoiceEvent:
    return issued(id=f"{currency}{amount}", total=Decimal(amount), currency=currency)


def test_what_has_to_be_acted_on_comes_first() -> None:
    events: list[InvoiceEvent] = [
        issued(id="1"),
        payment("2", "1", id="2"),
        overdue(id="3"),
        due_soon(id="4"),
        TROUBLE,
        overdue(7, id="5"),
    ]
    assert arrange(events) == [4, 2, 5, 3, 0, 1]


def test_what_happened_to_one_invoice_stays_in_its_order() -> None:
    events: list[InvoiceEvent] = [
        issued(id="1"),
        issued(id="2"),
        issued(id="3"),
        overdue(id="2"),
        overdue(id="1"),
        payment("2", "1", id="1"),
        overdue(id="1", connection="swo"),
        TROUBLE,
    ]
    assert arrange(events) == [7, 1, 3, 0, 4, 6, 2, 5]


DONE = st.builds(
    lambda event, id_: event(id=id_),
    st.sampled_from([issued, overdue, due_soon, withdrawn]),
    st.sampled_from("123"),
)


@given(st.lists(DONE, max_size=60))
def test_no_invoice_is_told_of_out_of_order(events: list[InvoiceEvent]) -> None:
    found = split(events, shown=5, rest=7)
    told = [*found.shown, *(at for part in found.rest for at in part)]
    for id_ in "123":
        mine = [at for at in told if getattr(events[at], "id", None) == id_]
        assert mine == sorted(mine)


@pytest.mark.parametrize(
    ("events", "shown", "rest"),
    [
        pytest.param([sized("1")], (0,), (), id="one"),
        pytest.param(
            [sized("1"), sized("3"), sized("2")],
            (1, 2),
            ((0,),),
            id="the largest two, told as they happened",
        ),
        pytest.param(
            [sized("5"), sized("4"), sized("90000", "JPY")],
            (0, 2),
            ((1,),),
            id="the largest of each currency before the second largest of one",
        ),
        pytest.param(
            [sized("5"), sized("4"), TROUBLE], (2, 0), ((1,),), id="trouble always"
        ),
        pytest.param(
            [sized(str(n)) for n in range(9, 0, -1)],
            (0, 1),
            ((2, 3, 4), (5, 6, 7), (8,)),
            id="the rest in messages of three",
        ),
    ],
)
def test_split(
    events: list[InvoiceEvent],
    shown: tuple[int, ...],
    rest: tuple[tuple[int, ...], ...],
) -> None:
    found = split(events, shown=2, rest=3)
    assert found.shown == shown
    assert found.rest == rest


@given(
    st.lists(
        st.builds(
            sized,
            st.integers(0, 10**9).map(str),
            st.sampled_from(["EUR", "JPY", "USD"]),
        ),
        max_size=200,
    )
)
def test_split_shows_every_event_once(events: list[InvoiceEvent]) -> None:
    found = split(events)
    positions = [*found.shown, *(at for part in found.rest for at in part)]
    assert sorted(positions) == list(range(len(events)))
    assert len(found.shown) == min(10, len(events))
    assert all(len(part) <= 40 for part in found.rest)


def test_kinds_are_counted_in_the_order_they_are_told() -> None:
    events: list[InvoiceEvent] = [issued(), issued(id="2"), withdrawn(), overdue()]
    assert count_kinds(events) == [("overdue", 1), ("issued", 2), ("withdrawn", 1)]


def test_totals_never_add_across_kinds_documents_or_currencies() -> None:
    events: list[InvoiceEvent] = [
        issued(id="1", total=Decimal("0.10")),
        issued(id="2", total=Decimal("0.20")),
        issued(id="3", total=Decimal("500"), currency="JPY"),
        issued(id="4", kind="credit_note", status=Status.OPEN_CREDIT),
        overdue(id="1", balance=Decimal("0.05")),
    ]
    assert totals(events) == [
        EventTotal("overdue", "invoice", "EUR", 1, Decimal("0.05"), 0),
        EventTotal("issued", "credit_note", "EUR", 1, Decimal("121.00"), 0),
        EventTotal("issued", "invoice", "EUR", 2, Decimal("0.30"), 0),
        EventTotal("issued", "invoice", "JPY", 1, Decimal(500), 0),
    ]


def test_two_reminders_are_one_debt_and_two_payments_two_amounts() -> None:
    events: list[InvoiceEvent] = [
        overdue(),
        overdue(7, balance=Decimal("50.00")),
        payment("121.00", "100.00"),
        payment("100.00", "50.00"),
    ]
    assert totals(events) == [
        EventTotal("overdue", "invoice", "EUR", 1, Decimal("50.00"), 0),
        EventTotal("payment", "invoice", "EUR", 2, Decimal("71.00"), 0),
    ]


def test_what_is_not_stated_is_counted_not_guessed() -> None:
    events: list[InvoiceEvent] = [payment(None, None), amended(total=None)]
    assert [(each.event, each.not_stated) for each in totals(events)] == [
        ("payment", 1),
        ("amended", 1),
    ]

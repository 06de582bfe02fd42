from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sandbox.clock import Clock
from sandbox.world import LABELS, Bill, Paper, World, do

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def _world(now: datetime = NOW, seed: int = 2021) -> World:
    return World(clock=Clock(now), seed=seed)


def _states(world: World) -> list[str]:
    return [
        document.state(world.today())
        for provider in LABELS
        for document in world.documents(provider)
    ]


def test_the_same_seed_and_day_give_the_same_world() -> None:
    def numbers(world: World) -> list[tuple[str, Decimal]]:
        return [
            (document.number, document.total)
            for provider in LABELS
            for document in world.documents(provider)
        ]

    assert numbers(_world()) == numbers(_world())
    assert numbers(_world()) != numbers(_world(seed=7))


def test_the_world_is_believably_small() -> None:
    assert 400 <= len(_states(_world())) <= 700


@pytest.mark.parametrize("day", range(0, 366, 5))
def test_today_looks_alike_on_any_day_of_the_year(day: int) -> None:
    states = _states(_world(datetime(2026, 2, 3, 9, tzinfo=UTC) + timedelta(days=day)))
    owed = [state for state in states if state.startswith(("unpaid", "part paid"))]
    assert 6 <= len(owed) <= 12
    assert 3 <= sum(state.endswith("overdue") for state in owed) <= 5
    assert 1 <= sum(state.startswith("part paid") for state in owed) <= 3
    assert states.count("open credit") >= 2
    assert "credit memo" in states


def test_august_2021_has_invoices_of_all_three() -> None:
    world = _world()
    bills = [bill for bill in world.bills() if (bill.year, bill.month) == (2021, 8)]
    assert [bill.number for bill in bills] == ["2084426021"]
    assert len(bills[0].customers) >= 23
    for provider in ("softwareone", "i3dnet"):
        issued = [paper.issued_on for paper in world.papers(provider)]
        assert sum(day.strftime("%Y-%m") == "2021-08" for day in issued) >= 2


def test_several_currencies_occur() -> None:
    world = _world()
    currencies = {
        document.currency for name in LABELS for document in world.documents(name)
    }
    assert currencies == {"JPY", "EUR", "USD"}


def test_every_number_is_given_once() -> None:
    world = _world()
    for provider in LABELS:
        numbers = [document.number for document in world.documents(provider)]
        assert len(set(numbers)) == len(numbers)


def test_a_bill_adds_up_to_its_customers_rows() -> None:
    for bill in _world().bills():
        used = sum(
            item.amount
            for customer in bill.customers
            for item in customer.items
            if item.kind in {"PRODUCT", "OPTION_PRODUCT", "ADJUSTMENT"}
        )
        assert bill.used == used
        taxes = used // 10 + bill.option_plus // 10
        assert bill.total == used + bill.option_plus + taxes + bill.penalty


def test_every_kind_of_settlement_item_occurs() -> None:
    kinds = {
        item.kind
        for bill in _world().bills()
        for customer in bill.customers
        for item in customer.items
    }
    expected = {"PRODUCT", "OPTION_PRODUCT", "OPTION_PLUS", "ADJUSTMENT", "PENALTY"}
    assert kinds == expected


def test_a_paper_never_takes_more_than_its_total() -> None:
    world = _world()
    for paper in (*world.papers("softwareone"), *world.papers("i3dnet")):
        assert 0 <= paper.paid <= paper.total
        assert paper.total == sum((line.total for line in paper.lines), Decimal(0))
        assert all(payment.at >= paper.issued_at for payment in paper.payments)


def test_nothing_is_from_the_future() -> None:
    world = _world()
    for provider in LABELS:
        assert all(found.issued_at <= NOW for found in world.documents(provider))


def test_the_months_bill_comes_on_the_first_in_japan() -> None:
    world = _world()
    before = len(world.bills())
    world.advance(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    assert len(world.bills()) == before
    world.advance(datetime(2026, 12, 1, tzinfo=UTC))
    newest = world.bills()[-1]
    assert (newest.year, newest.month) == (2026, 11)
    assert newest.issued_on == date(2026, 12, 1)


def test_a_year_later_the_old_debts_are_paid_and_new_ones_are_there() -> None:
    world = _world()
    owed = [p for p in world.papers("softwareone") if p.state(NOW.date()) == "unpaid"]
    later = NOW + timedelta(days=365)
    world.advance(later)
    assert {paper.state(later.date()) for paper in owed} == {"paid"}
    assert world.papers("i3dnet")[-1].issued_at > later - timedelta(days=40)


def test_advancing_twice_changes_nothing() -> None:
    world = _world()
    later = NOW + timedelta(days=60)
    world.advance(later)
    states = _states(world)
    world.advance(later)
    assert _states(world) == states


def test_reset_forgets_what_was_done() -> None:
    world = _world()
    first = world.papers("i3dnet")[-1].number
    do(world, "issue", provider="i3dnet")
    world.reset()
    assert world.papers("i3dnet")[-1].number == first


def test_documents_are_of_their_providers_kind() -> None:
    world = _world()
    assert all(isinstance(found, Bill) for found in world.documents("lineworks"))
    for provider in ("softwareone", "i3dnet"):
        assert all(isinstance(found, Paper) for found in world.documents(provider))

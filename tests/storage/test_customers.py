"""Sums by the customers in line items add up to the totals, to the last digit."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import msgspec
import pytest

from providers.models import Invoice, LineItem
from storage.criteria import Criteria
from storage.customers import by_customer
from storage.store import Store
from storage.totals import Total, totals
from tests.storage.made import TODAY, invoice, keep
from tests.storage.test_totals import random_invoice


def line(customer: str | None, net: str | None) -> LineItem:
    return LineItem(customer=customer, net=None if net is None else Decimal(net))


async def test_each_customer_has_their_items_and_nobody_has_the_rest(
    store: Store,
) -> None:
    split = invoice("1", total="121.00", balance="121.00", due_on=None)
    lines = (line("Heron", "60.00"), line("Crane", "30.00"), line("Heron", "10.00"))
    whole = invoice("2", total="5.00", balance="5.00")
    own = invoice("3", total="7.00", balance="7.00")
    await store.run(
        keep,
        [
            msgspec.structs.replace(split, lines=lines),
            whole,
            msgspec.structs.replace(own, lines=(line(None, "7.00"),)),
        ],
    )
    found = dict(store.read(by_customer, Criteria(today=TODAY)))
    said = {name: [(t.invoices, t.total) for t in each] for name, each in found.items()}
    assert said == {
        "": [(3, Decimal("33.00"))],  # 21.00 of tax, and two that name no customer
        "Crane": [(1, Decimal("30.00"))],
        "Heron": [(1, Decimal("70.00"))],
    }
    assert [each.balance for each in found["Heron"]] == [None]
    assert [each.balance for each in found[""]] == [Decimal("133.00")]


async def test_an_invoice_for_one_customer_is_theirs_with_its_balance(
    store: Store,
) -> None:
    one = invoice("1", total="121.00", balance="21.00")
    lines = (line("Heron", "60.00"), line("Heron", "40.00"))
    await store.run(keep, [msgspec.structs.replace(one, lines=lines)])
    [(name, [found])] = store.read(by_customer, Criteria(today=TODAY))
    assert (name, found.total, found.balance) == (
        "Heron",
        Decimal("121.00"),
        Decimal("21.00"),
    )


async def test_an_invoice_for_several_may_state_no_total(store: Store) -> None:
    one = msgspec.structs.replace(invoice("1", balance="21.00"), total=None)
    lines = (line("Heron", "60.00"), line("Crane", "40.00"))
    await store.run(keep, [msgspec.structs.replace(one, lines=lines)])
    found = dict(store.read(by_customer, Criteria(today=TODAY)))
    assert {name: each[0].total for name, each in found.items()} == {
        "": None,
        "Crane": Decimal("40.00"),
        "Heron": Decimal("60.00"),
    }
    assert found[""][0].balance == Decimal("21.00")


def broken_down(rng: Random, one: Invoice) -> Invoice:
    """Break an invoice down to some customers, not always to the last of it."""
    if one.total is None or rng.random() < 0.3:
        return one
    names = rng.choices(["Heron", "Crane", "アオサギ", None], k=rng.randrange(0, 5))
    lines = [line(name, str(one.total / 8)) for name in names]
    return msgspec.structs.replace(one, lines=tuple(lines))


@pytest.mark.parametrize("seed", range(6))
async def test_the_groups_add_up_to_the_totals(store: Store, seed: int) -> None:
    rng = Random(seed)
    made = [broken_down(rng, random_invoice(rng, id_)) for id_ in range(120)]
    await store.run(keep, made)
    criteria = Criteria(today=TODAY)
    groups = store.read(by_customer, criteria)
    assert [name for name, _ in groups] == sorted(name for name, _ in groups)
    for whole in store.read(totals, criteria):
        parts = [t for _, each in groups for t in each if same(t, whole)]
        assert added([part.total for part in parts]) == whole.total
        assert added([part.balance for part in parts]) == whole.balance


def same(one: Total, other: Total) -> bool:
    return (one.kind, one.currency) == (other.kind, other.currency)


def added(amounts: Sequence[Decimal | None]) -> Decimal | None:
    stated = [each for each in amounts if each is not None]
    return sum(stated, Decimal(0)) if stated else None

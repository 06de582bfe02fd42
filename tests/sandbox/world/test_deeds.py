from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sandbox.clock import Clock
from sandbox.world import DeedError, Document, Paper, World, do, overview

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PROVIDERS = ("lineworks", "softwareone", "i3dnet")


@pytest.fixture
def world() -> World:
    return World(clock=Clock(NOW))


def _named(world: World, provider: str, number: str) -> Document:
    found = [d for d in world.documents(provider) if d.number == number]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_issued_invoice_is_there_at_once_and_owed(
    world: World, provider: str
) -> None:
    before = len(world.documents(provider))
    number = do(world, "issue", provider=provider)
    assert len(world.documents(provider)) == before + 1
    issued = _named(world, provider, number)
    assert issued.state(NOW.date()) == "unpaid"
    assert issued.issued_on == NOW.date()


@pytest.mark.parametrize("provider", ["softwareone", "i3dnet"])
@pytest.mark.parametrize("amount", ["0.01", "125.50", "99999.99"])
def test_a_wanted_total_is_met_to_the_cent(
    world: World, provider: str, amount: str
) -> None:
    number = do(world, "issue", provider=provider, amount=amount, currency="USD")
    issued = _named(world, provider, number)
    assert (issued.total, issued.currency) == (Decimal(amount), "USD")


def test_issuing_for_lineworks_again_and_again_bills_one_month_each(
    world: World,
) -> None:
    for _ in range(3):
        do(world, "issue", provider="lineworks")
    months = [(bill.year, bill.month) for bill in world.bills()]
    assert months[-3:] == [(2026, 11), (2026, 12), (2027, 1)]
    assert len(set(months)) == len(months)


def test_a_bill_issued_early_does_not_come_again(world: World) -> None:
    do(world, "issue", provider="lineworks")
    count = len(world.bills())
    world.advance(datetime(2026, 12, 2, tzinfo=UTC))
    assert len(world.bills()) == count


@pytest.mark.parametrize("provider", PROVIDERS)
def test_paying_settles_the_newest_that_is_owed(world: World, provider: str) -> None:
    number = do(world, "issue", provider=provider)
    assert do(world, "pay", provider=provider) == number
    paid = _named(world, provider, number)
    assert paid.balance == 0
    assert paid.state(NOW.date()) == "paid"


def test_a_part_payment_leaves_the_rest(world: World) -> None:
    number = do(world, "issue", provider="i3dnet", amount="121.00")
    do(world, "part_pay", provider="i3dnet", number=number, amount="100")
    invoice = _named(world, "i3dnet", number)
    assert invoice.balance == Decimal("21.00")
    assert invoice.state(NOW.date()) == "part paid"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_amending_changes_the_total(world: World, provider: str) -> None:
    number = do(world, "issue", provider=provider)
    before = _named(world, provider, number).total
    do(world, "amend", provider=provider, number=number)
    assert _named(world, provider, number).total != before


@pytest.mark.parametrize(
    ("provider", "sort"), [("softwareone", "memo"), ("i3dnet", "credit")]
)
def test_a_credit_names_its_invoice(world: World, provider: str, sort: str) -> None:
    number = do(world, "issue", provider=provider)
    credit = _named(world, provider, do(world, "credit", provider=provider))
    assert isinstance(credit, Paper)
    assert credit.sort == sort
    assert credit.applies_to is not None
    assert credit.applies_to.number == number


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_withdrawn_invoice_is_gone_for_good(world: World, provider: str) -> None:
    number = do(world, "withdraw", provider=provider)
    world.advance(datetime(2027, 1, 5, tzinfo=UTC))
    assert number not in [found.number for found in world.documents(provider)]


@pytest.mark.parametrize(
    ("deed", "fields", "sentence"),
    [
        ("pay", {"provider": "xero"}, "No provider is called 'xero'"),
        ("burn", {"provider": "i3dnet"}, "Nothing here is called 'burn'"),
        ("pay", {"provider": "i3dnet", "number": "F1"}, "has no document F1"),
        ("part_pay", {"provider": "lineworks"}, "no part payments"),
        ("credit", {"provider": "lineworks"}, "cannot give a credit"),
        ("issue", {"provider": "lineworks", "amount": "5"}, "usage, in yen"),
        ("issue", {"provider": "i3dnet", "amount": "much"}, "'much' is no amount"),
        ("issue", {"provider": "i3dnet", "amount": "-1"}, "more than 0"),
        ("issue", {"provider": "i3dnet", "amount": "NaN"}, "is no amount"),
        ("issue", {"provider": "i3dnet", "currency": "JPY"}, "not in JPY"),
        ("part_pay", {"provider": "i3dnet", "amount": "999999"}, "less than"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    world: World, deed: str, fields: dict[str, str], sentence: str
) -> None:
    with pytest.raises(DeedError, match=sentence):
        do(world, deed, **fields)


def test_the_overview_lists_the_newest_first(world: World) -> None:
    number = do(world, "issue", provider="i3dnet", amount="121.00")
    shown = overview(world)["providers"]["i3dnet"]
    assert shown["label"] == "i3D.net"
    assert shown["invoices"][0] == {
        "number": number,
        "total": "121.00",
        "balance": "121.00",
        "currency": "EUR",
        "status": "unpaid",
        "issued_on": "2026-11-21",
        "due_on": "2026-12-05",
    }

"""What two snapshots of an invoice say happened between them."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from bot.tracking.diff import diff
from bot.tracking.events import Amended, Change, Issued, Payment, event_kind
from providers.models import Invoice, LineItem, Status
from tests.bot.flows.ledger import invoice

SEATS = LineItem(description="seats", quantity=Decimal(3), total=Decimal("30.00"))
TRAFFIC = LineItem(description="traffic", customer="Heron", net=Decimal("70.00"))


def change(before: Invoice, **fields: Any) -> Invoice:
    return msgspec.structs.replace(before, **fields)


def test_never_seen_is_issued() -> None:
    (event,) = diff(None, invoice())
    assert isinstance(event, Issued)
    assert (event.connection, event.id, event.number) == ("i3d", "1", "F25-1")
    assert not event.again


def test_withdrawn_before_is_issued_again_and_nothing_else() -> None:
    (event,) = diff(invoice(), invoice(balance="1.00"), withdrawn=True)
    assert isinstance(event, Issued)
    assert event.again


@pytest.mark.parametrize(
    ("fields", "change"),
    [
        ({"total": Decimal("90.00")}, Change("total", "100.00", "90.00")),
        ({"tax": Decimal("21.00")}, Change("tax", None, "21.00")),
        ({"due_on": None}, Change("due_on", "2026-12-15", None)),
        ({"currency": "USD"}, Change("currency", "EUR", "USD")),
        ({"number": "F25-2"}, Change("number", "F25-1", "F25-2")),
        (
            {"lines": (SEATS, TRAFFIC)},
            Change("lines", None, "Heron, traffic, net 70.00"),
        ),
        ({"lines": ()}, Change("lines", "seats, x 3, 30.00", None)),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_amended_field_is_told(fields: dict[str, Any], change: Change) -> None:
    before = invoice(lines=(SEATS,))
    (event,) = diff(before, msgspec.structs.replace(before, **fields))
    assert isinstance(event, Amended)
    assert event.changes == (change,)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"lines": (TRAFFIC, SEATS)}, id="the order of the lines"),
        pytest.param({"provider_status": "Issued"}, id="another word for it"),
        pytest.param({"description": "x", "counterparty": "y"}, id="other texts"),
        pytest.param({"has_pdf": True}, id="a document was added"),
        pytest.param({"total": Decimal("100.0")}, id="the same amount"),
        pytest.param({"balance": Decimal("110.00")}, id="more is owed"),
        pytest.param({"balance": None}, id="the balance is no longer stated"),
    ],
)
def test_no_news(fields: dict[str, Any]) -> None:
    before = invoice(lines=(SEATS, TRAFFIC))
    assert diff(before, change(before, **fields)) == ()


@pytest.mark.parametrize(
    ("before", "fields", "kinds"),
    [
        pytest.param({}, {"balance": "40.00"}, ["payment"], id="part of it was paid"),
        pytest.param(
            {}, {"balance": "0.00", "status": "paid"}, ["payment"], id="all of it"
        ),
        pytest.param(
            {"balance": None}, {"status": "paid"}, ["payment"], id="only a status"
        ),
        pytest.param(
            {"balance": None}, {"status": "part_paid"}, ["payment"], id="part, status"
        ),
        pytest.param(
            {"status": "unknown"}, {"status": "paid"}, ["payment"], id="from unknown"
        ),
        pytest.param(
            {"status": "open_credit", "kind": "credit_note"},
            {"status": "settled_credit"},
            ["payment"],
            id="a credit note is used up",
        ),
        pytest.param({"status": "paid"}, {"status": "unpaid"}, [], id="unpaid again"),
        pytest.param(
            {},
            {"total": "80.00", "balance": "80.00"},
            ["amended"],
            id="the total was corrected and the balance followed",
        ),
        pytest.param(
            {},
            {"total": "80.00", "balance": "30.00"},
            ["amended", "payment"],
            id="corrected and paid",
        ),
        pytest.param(
            {},
            {"total": "120.00", "balance": "90.00"},
            ["amended", "payment"],
            id="raised and paid",
        ),
        pytest.param(
            {},
            {"currency": "USD", "balance": "90.00"},
            ["amended"],
            id="another currency is no payment",
        ),
    ],
)
def test_payments_and_amendments(
    before: dict[str, Any], fields: dict[str, Any], kinds: list[str]
) -> None:
    first = invoice(**_plain(before))
    events = diff(first, change(first, **_plain(fields)))
    assert [event_kind(event) for event in events] == kinds


@pytest.mark.parametrize(
    ("fields", "in_full"),
    [
        ({"balance": "0.00", "status": "unpaid"}, True),
        ({"balance": "0.01", "status": "paid"}, True),
        ({"balance": "0.01", "status": "part_paid"}, False),
    ],
)
def test_paid_in_full_or_not(fields: dict[str, Any], in_full: bool) -> None:
    (event,) = diff(invoice(), change(invoice(), **_plain(fields)))
    assert isinstance(event, Payment)
    assert event.paid_in_full is in_full
    assert event.before == Decimal("100.00")
    assert event.after == Decimal(fields["balance"])


def test_a_repeated_line_counts_as_often_as_it_is_there() -> None:
    before = invoice(lines=(SEATS,), due_on=date(2026, 12, 1))
    (event,) = diff(before, change(before, lines=(SEATS, SEATS)))
    assert isinstance(event, Amended)
    assert event.changes == (Change("lines", None, "seats, x 3, 30.00"),)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    made = dict(fields)
    for name in ("total", "balance"):
        if made.get(name) is not None:
            made[name] = Decimal(made[name])
    if "status" in made:
        made["status"] = Status(made["status"])
    return made

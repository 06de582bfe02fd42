from decimal import Decimal

import pytest

from providers.money import (
    AmountError,
    at_least_in_currency,
    check_sum,
    from_cents,
    in_currency,
)


@pytest.mark.parametrize(
    ("amount", "currency", "text", "checked"),
    [
        pytest.param("79640", "JPY", "79640", False, id="yen have no decimals"),
        pytest.param("121", "EUR", "121.00", False, id="euros have two"),
        pytest.param("1.2", "KWD", "1.200", False, id="dinars have three"),
        pytest.param("32.70000", "EUR", "32.70", False, id="zeros may go"),
        pytest.param("0.005", "EUR", "0.01", True, id="half a cent goes up"),
        pytest.param("-0.005", "EUR", "-0.01", True, id="also below zero"),
        pytest.param("-0.00", "EUR", "0.00", False, id="zero has no sign"),
        pytest.param("10.4", "JPY", "10", True, id="a part of a yen is lost and said"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(
    amount: str, currency: str, text: str, *, checked: bool
) -> None:
    checks: list[str] = []
    exact = in_currency(Decimal(amount), currency=currency, name="a", checks=checks)
    assert str(exact) == text
    assert bool(checks) == checked


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e40", "-Infinity"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(AmountError, match=r"^\$\.a: expected an amount of money$"):
        in_currency(Decimal(amount), currency="EUR", name="$.a", checks=[])
    with pytest.raises(AmountError):
        at_least_in_currency(Decimal(amount), currency="EUR", name="$.a")


@pytest.mark.parametrize(
    ("amount", "text"),
    [("12.5", "12.50"), ("0.12345", "0.12345"), ("0.123400", "0.1234"), ("-0", "0.00")],
)
def test_rows_keep_their_own_digits(amount: str, text: str) -> None:
    exact = at_least_in_currency(Decimal(amount), currency="EUR", name="a")
    assert str(exact) == text


def test_cents_are_the_currencys_smallest_unit() -> None:
    assert from_cents(Decimal(12100), currency="EUR") == Decimal("121.00")
    assert from_cents(Decimal(12100), currency="JPY") == Decimal(12100)


def test_sums_that_differ_are_said() -> None:
    one, two, three = Decimal(1), Decimal(2), Decimal(3)
    assert check_sum(net=one, tax=two, total=three) == ()
    assert check_sum(net=one, tax=None, total=three) == ()
    assert check_sum(net=one, tax=one, total=three) == (
        "net 1 and tax 1 make 2, but the total is 3",
    )

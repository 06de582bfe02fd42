"""Amounts with exactly the digits of their currency. Imports nothing of ours."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

#: Currencies whose number of decimals is not two. Source: ISO 4217, list one.
DIGITS = {
    code: digits
    for digits, codes in (
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    )
    for code in codes.split()
}

_STEPS = tuple(Decimal(1).scaleb(-digits) for digits in range(5))
#: What names no currency. Source: ISO 4217, code for "no currency involved".
NO_CURRENCY = "XXX"
#: What to say of numbers that are past all reckoning, such as 1e999999999.
NO_AMOUNTS = "$: expected amounts of money"


class AmountError(ValueError):
    """A number that cannot be an amount of money; the message never holds it."""


def in_currency(
    amount: Decimal, *, currency: str, name: str, checks: list[str]
) -> Decimal:
    """Give *amount* (major units) exactly the digits of *currency*.

    Where a digit other than zero would be lost it is rounded half up, and *checks*
    says so with the amount's *name*.

    Raises:
        AmountError: it is no finite number, or has more digits than money has.
    """
    try:
        exact = amount.quantize(_STEPS[DIGITS.get(currency, 2)], ROUND_HALF_UP)
    except InvalidOperation:
        raise AmountError(f"{name}: expected an amount of money") from None
    if exact != amount:
        _require_finite(amount, name)
        checks.append(f"{name} {amount} has more digits than {currency}: {exact}")
    return exact if exact else abs(exact)


def at_least_in_currency(amount: Decimal, *, currency: str, name: str) -> Decimal:
    """Give *amount* the digits of *currency*, or all of its own where it has more.

    For rows of an invoice: a unit price may well have four decimals.

    Raises:
        AmountError: it is no finite number, or has more digits than money has.
    """
    try:
        exact = amount.quantize(_STEPS[DIGITS.get(currency, 2)], ROUND_HALF_UP)
    except InvalidOperation:
        raise AmountError(f"{name}: expected an amount of money") from None
    if exact != amount:
        _require_finite(amount, name)
        return amount.normalize()
    return exact if exact else abs(exact)


def _require_finite(amount: Decimal, name: str) -> None:
    """Refuse a text such as NaN, which equals nothing and rounds to itself."""
    if not amount.is_finite():
        raise AmountError(f"{name}: expected an amount of money")


def from_cents(cents: Decimal, *, currency: str) -> Decimal:
    """Turn minor units (cents, yen, fils) into major units of *currency*."""
    return cents.scaleb(-DIGITS.get(currency, 2))


def check_sum(
    *, net: Decimal | None, tax: Decimal | None, total: Decimal | None
) -> tuple[str, ...]:
    """Say so where *net* and *tax* do not make the *total*."""
    if net is None or tax is None or total is None or net + tax == total:
        return ()
    return (f"net {net} and tax {tax} make {net + tax}, but the total is {total}",)

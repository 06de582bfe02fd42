from datetime import date, timedelta
from decimal import Decimal

import pytest

from providers.models import Status
from providers.standing import by_money, due, of_credit

MAY = date(2025, 5, 1)
JUNE = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("total", "balance", "status"),
    [
        pytest.param("121", "121", Status.UNPAID, id="all is left"),
        pytest.param("121", "0.01", Status.PART_PAID, id="a cent is left"),
        pytest.param("121", "0", Status.PAID, id="nothing is left"),
        pytest.param("121", "-5", Status.PAID, id="too much was paid"),
        pytest.param("0", "0", Status.NOTHING_DUE, id="nothing was asked"),
        pytest.param("0", None, Status.NOTHING_DUE, id="nothing asked, nothing said"),
        pytest.param("121", None, None, id="what is left is not said"),
        pytest.param(None, "5", Status.UNPAID, id="only what is left is said"),
    ],
)
def test_by_money(
    total: str | None, balance: str | None, status: Status | None
) -> None:
    found = by_money(
        total=None if total is None else Decimal(total),
        balance=None if balance is None else Decimal(balance),
    )
    assert found is status


def test_a_credits_balance_comes_before_its_word() -> None:
    word = Status.UNKNOWN
    assert of_credit(balance=None, word=word) is Status.UNKNOWN
    assert of_credit(balance=Decimal(5), word=word) is Status.OPEN_CREDIT
    assert of_credit(balance=Decimal(0), word=word) is Status.SETTLED_CREDIT


@pytest.mark.parametrize(
    ("stated", "issued_on", "terms", "found"),
    [
        pytest.param(JUNE, MAY, 30, (JUNE, "provider"), id="the provider says it"),
        pytest.param(None, MAY, 31, (JUNE, "terms"), id="terms say it"),
        pytest.param(None, None, 31, (None, None), id="terms without a day of issue"),
        pytest.param(None, MAY, None, (None, None), id="nobody says it"),
        pytest.param(None, MAY, 10**8, (None, None), id="past the end of time"),
    ],
)
def test_due(
    stated: date | None,
    issued_on: date | None,
    terms: int | None,
    found: tuple[date | None, str | None],
) -> None:
    days = None if terms is None else timedelta(days=terms)
    assert due(stated, issued_on=issued_on, terms=days) == found

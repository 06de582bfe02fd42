"""Why an amount changed: the parts add up to the last digit, whatever the lines say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.ageing import overdue_days
from bot.answers.why import Jump, explain, jump, why_overdue
from providers.models import LineItem, Status
from tests.factories import TODAY, make_invoice

NAMES = ("Server rent May 2025", "Server rent June 2025", "Traffic", "サーバー", "")
CENTS = st.integers(-10_000_000, 10_000_000)


def _money(cents: int, digits: int) -> Decimal:
    return Decimal(cents).scaleb(-digits)


@st.composite
def lines(draw: st.DrawFn, digits: int) -> LineItem:
    """Any row: with or without a quantity, a price, an amount before or with tax."""
    amounts = [_money(draw(CENTS), digits) for _ in range(3)]
    return LineItem(
        description=draw(st.sampled_from(NAMES)),
        customer=draw(st.sampled_from([None, "株式会社青鷺", "Blue Heron"])),
        quantity=draw(st.none() | st.integers(-5, 400).map(Decimal)),
        unit_price=draw(
            st.none() | st.integers(0, 10**8).map(lambda n: Decimal(n).scaleb(-4))
        ),
        net=draw(st.sampled_from([None, amounts[0]])),
        total=draw(st.sampled_from([None, amounts[1]])),
    )


@given(data=st.data(), currency=st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]))
def test_every_split_adds_up_to_the_last_digit(
    data: st.DataObject, currency: tuple[str, int]
) -> None:
    code, digits = currency
    rows = st.lists(lines(digits), max_size=8)
    totals = [_money(data.draw(CENTS), digits) for _ in range(2)]
    tax = st.none() | CENTS.map(lambda cents: _money(cents, digits))
    taxes = [data.draw(tax) for _ in range(2)]
    before, after = (
        make_invoice(
            currency=code, lines=tuple(data.draw(rows)), total=total, tax=tax, net=None
        )
        for total, tax in zip(totals, taxes, strict=True)
    )
    found = jump(before, after)
    assert found is not None
    shown = sum((each.difference for each in found.lines), Decimal(0))
    assert shown + found.tax + found.rest == found.difference == totals[1] - totals[0]
    for each in found.lines:
        assert each.quantity + each.price + each.other == each.difference
        for part in (each.quantity, each.price, each.other):
            exponent = part.as_tuple().exponent
            assert isinstance(exponent, int)
            assert -exponent <= digits


@given(data=st.data())
def test_every_row_of_both_sides_is_in_the_split_once(data: st.DataObject) -> None:
    rows = st.lists(lines(2), max_size=8)
    before, after = (make_invoice(lines=tuple(data.draw(rows))) for _ in range(2))
    found = jump(before, after)
    assert found is not None
    # Rows whose amount stayed are left out, so no row can be there more often.
    for side, given_rows in (("before", before.lines), ("after", after.lines)):
        shown = [r for each in found.lines if (r := getattr(each, side)) is not None]
        left = list(given_rows)
        for row in shown:
            left.remove(row)


def test_more_of_the_same_and_a_dearer_price_are_told_apart() -> None:
    found = split(
        [row("Server", 2, "50.00"), row("Old rack", 1, "10.00")],
        [row("Server", 3, "55.00"), row("Traffic", 4, "2.50")],
        tax=("23.10", "36.75"),
    )
    server, traffic, rack = found.lines
    assert (server.quantity, server.price, server.other) == (
        Decimal("50.00"),
        Decimal("15.00"),
        Decimal(0),
    )
    assert (traffic.before, traffic.difference) == (None, Decimal("10.00"))
    assert (rack.after, rack.difference) == (None, Decimal("-10.00"))
    assert found.tax == Decimal("13.65")
    assert found.rest == 0
    assert found.difference == Decimal("78.65")


def test_a_row_without_a_price_has_one_by_its_amount() -> None:
    was = LineItem(kind="PRODUCT", quantity=Decimal(40), net=Decimal(18_000))
    now = LineItem(kind="PRODUCT", quantity=Decimal(44), net=Decimal(20_680))
    before = make_invoice(
        currency="JPY", lines=(was,), total=Decimal(19_800), tax=Decimal(1_800)
    )
    after = make_invoice(
        currency="JPY", lines=(now,), total=Decimal(22_748), tax=Decimal(2_068)
    )
    found = jump(before, after)
    assert found is not None
    (change,) = found.lines
    assert change.quantity == 1_800
    assert change.price == 880
    assert change.other == 0
    assert found.rest == 0


def test_a_month_in_a_description_does_not_part_two_rows() -> None:
    found = split([row("Rent 2025-05", 1, "10.00")], [row("Rent 2025-06", 1, "12.00")])
    (change,) = found.lines
    assert change.price == Decimal("2.00")


@pytest.mark.parametrize(
    "other", [{"currency": "USD"}, {"kind": "credit_note"}, {"total": None}]
)
def test_what_cannot_be_compared_is_not(other: dict[str, object]) -> None:
    assert jump(make_invoice(**other), make_invoice()) is None


@given(
    due=st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    status=st.sampled_from(Status),
    balance=st.sampled_from([None, Decimal(0), Decimal("121.00")]),
    kind=st.sampled_from(["invoice", "credit_note"]),
)
def test_the_reason_of_lateness_is_that_of_the_days(
    due: date | None, status: Status, balance: Decimal | None, kind: str
) -> None:
    invoice = make_invoice(due_on=due, status=status, balance=balance, kind=kind)
    days = overdue_days(invoice, today=TODAY)
    reason = why_overdue(invoice, today=TODAY)
    assert reason.gives == str(days)
    assert ("every day since counts" in reason.rule) == (days > 0)


def test_due_today_is_not_late_and_says_why() -> None:
    explained = explain(make_invoice(due_on=TODAY), (), before=None, today=TODAY)
    (reason,) = explained.reasons
    assert reason.rule == "it is overdue from the day after the due date"
    late = explain(
        make_invoice(due_on=TODAY - timedelta(days=1)), (), before=None, today=TODAY
    )
    assert late.reasons[-1].gives == "1"


def row(name: str, quantity: int, price: str) -> LineItem:
    return LineItem(
        description=name,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        net=Decimal(price) * quantity,
    )


def split(
    before: list[LineItem],
    after: list[LineItem],
    tax: tuple[str, str] = ("0.00", "0.00"),
) -> Jump:
    invoices = [
        make_invoice(
            lines=tuple(rows),
            tax=Decimal(each),
            total=sum((one.net or Decimal(0) for one in rows), Decimal(each)),
        )
        for rows, each in ((before, tax[0]), (after, tax[1]))
    ]
    found = jump(*invoices)
    assert found is not None
    return found

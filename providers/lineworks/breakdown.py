"""The customers behind a LINE WORKS invoice, as its lines.

A settlement item's ``amount`` is before tax and after its discount. SUMMARY is the sum
of a customer's PRODUCT, OPTION_PRODUCT and ADJUSTMENT items and is compared with them,
never counted beside them. Source: LINE WORKS API, partners/invoice-details.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from providers.base import ConnectionConfig
from providers.days import day_of
from providers.lineworks.wire import DEFAULT_CURRENCY, Row
from providers.models import Invoice, LineItem
from providers.money import at_least_in_currency

SUMMED = ("PRODUCT", "OPTION_PRODUCT", "ADJUSTMENT")
ZERO = Decimal(0)


class Item(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One settlement item; every word may be one we do not know."""

    item_type: str | None = None
    item_id: str | None = None
    sub_item_id: str | None = None
    plan: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    license_count: int | None = None
    quantity: int | None = None
    amount: Decimal | None = None


class Customer(msgspec.Struct, frozen=True, rename="camel"):
    """One customer's domain with its items."""

    domain_id: int | None = None
    domain: str | None = None
    customer_name: str | None = None
    settlement_items: tuple[Item, ...] | None = None

    @property
    def name(self) -> str:
        """What to call the customer."""
        return self.customer_name or self.domain or str(self.domain_id or "")


class Mark(msgspec.Struct, frozen=True, rename="camel"):
    """Where the next reply begins."""

    next_cursor: str | None = None


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """One reply; at the end the cursor is absent, null or empty, or its frame is."""

    invoice_details: tuple[Customer, ...]
    response_meta_data: Mark | None = None

    @property
    def next_cursor(self) -> str | None:
        """The mark of the next reply; ``None`` at the end."""
        mark = self.response_meta_data
        return (mark.next_cursor or None) if mark else None


PAGE = msgspec.json.Decoder(Page)


def with_breakdown(
    invoice: Invoice, row: Row, customers: Iterable[Customer], config: ConnectionConfig
) -> Invoice:
    """Add the *customers*' items to *invoice* as lines, and compare the sums.

    Raises:
        AmountError: an amount has more digits than money has.
    """
    customers = tuple(customers)
    checks = [check for one in customers for check in _compare_summary(one)]
    checks += _compare_invoice(row, customers)
    currency = config.currency or DEFAULT_CURRENCY
    lines = tuple(
        _line(item, customer, currency=currency, config=config)
        for customer in customers
        for item in _counted(customer)
    )
    return msgspec.structs.replace(
        invoice, lines=lines, checks=(*invoice.checks, *checks)
    )


def _counted(customer: Customer) -> tuple[Item, ...]:
    """Give the items that add up: a SUMMARY only where nothing it sums is listed."""
    items = customer.settlement_items or ()
    has_parts = any(item.item_type in SUMMED for item in items)
    return tuple(item for item in items if item.item_type != "SUMMARY" or not has_parts)


def _sum(customers: Iterable[Customer], *kinds: str) -> Decimal:
    """Add the amounts of items of *kinds* that count."""
    return sum(
        (
            item.amount or ZERO
            for customer in customers
            for item in _counted(customer)
            if item.item_type in kinds
        ),
        ZERO,
    )


def _compare_summary(customer: Customer) -> list[str]:
    summaries = [
        item.amount or ZERO
        for item in customer.settlement_items or ()
        if item.item_type == "SUMMARY"
    ]
    parts = _sum((customer,), *SUMMED, "SUMMARY")
    if not summaries or parts == sum(summaries, ZERO):
        return []
    total = sum(summaries, ZERO)
    return [f"{customer.name}: the items make {parts}, their summary says {total}"]


def _compare_invoice(row: Row, customers: tuple[Customer, ...]) -> list[str]:
    """Compare the breakdown's sums with the invoice's.

    The invoice is in whole units and items may have fractions, so each item with one
    may have been rounded by less than a unit.
    """
    if not customers:
        return []
    fractions = sum(
        1
        for customer in customers
        for item in _counted(customer)
        if item.amount is not None and item.amount != item.amount.to_integral_value()
    )
    sums = (
        ("usedAmount", row.used_amount, _sum(customers, *SUMMED, "SUMMARY")),
        ("optionPlusAmount", row.option_plus_amount, _sum(customers, "OPTION_PLUS")),
        ("penaltyAmount", row.penalty_amount, _sum(customers, "PENALTY")),
    )
    return [
        f"the breakdown makes a {name} of {summed}, the invoice says {stated or 0}"
        for name, stated, summed in sums
        if (difference := abs(summed - (stated or 0))) and difference >= fractions
    ]


def _line(
    item: Item, customer: Customer, *, currency: str, config: ConnectionConfig
) -> LineItem:
    amount = item.amount
    count = item.quantity if item.quantity is not None else item.license_count
    words = filter(None, (item.item_id, item.sub_item_id, item.plan))
    return LineItem(
        description=" · ".join(words) or None,
        kind=item.item_type,
        customer=customer.name or None,
        quantity=None if count is None else Decimal(count),
        net=None
        if amount is None
        else at_least_in_currency(amount, currency=currency, name="$.amount"),
        period_from=day_of(item.start_date, zone=config.timezone),
        period_to=day_of(item.end_date, zone=config.timezone),
    )

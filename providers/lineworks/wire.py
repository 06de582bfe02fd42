"""LINE WORKS' JSON, and our invoice from it.

Theirs and ours: ``invoiceNo`` id and number, ``invoiceYear``-``invoiceMonth`` period,
``totalAmount`` total, ``used…``, ``optionPlus…`` and ``penaltyAmount`` net, the two
``…TaxAmount`` tax, ``partnerName`` counterparty. Amounts are whole currency units.
Source: LINE WORKS API, partners/invoices and partners/invoice-details.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from providers.base import ConnectionConfig
from providers.days import day_of
from providers.models import Invoice, Status
from providers.money import check_sum, in_currency
from providers.standing import due
from providers.trace import Trace, in_words, told

#: Sold in Japan first; the API names no currency.
DEFAULT_CURRENCY = "JPY"
YEARS = range(2000, 2100)


class Row(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, rename="camel"):
    """One month's invoice; ``optionPlus…`` is in the sample, not in the field table."""

    invoice_no: int
    invoice_year: int | None = None
    invoice_month: int | None = None
    partner_name: str | None = None
    used_amount: int | None = None
    option_plus_amount: int | None = None
    tax_rate: Decimal | None = None
    used_tax_amount: int | None = None
    option_plus_tax_amount: int | None = None
    penalty_amount: int | None = None
    total_amount: int | None = None
    payment_status: str | None = None
    paid_time: str | None = None
    issued_time: str | None = None


class Head(msgspec.Struct, gc=False, rename="camel"):
    """What `LineWorks.pages` must know of a row: which one, and of when."""

    invoice_no: int
    invoice_year: int | None = None
    invoice_month: int | None = None
    issued_time: str | None = None


class Invoices(msgspec.Struct):
    """The answer to ``/partners/invoices``."""

    invoices: list[msgspec.Raw]


ROW = msgspec.json.Decoder(Row)
HEAD = msgspec.json.Decoder(Head)
INVOICES = msgspec.json.Decoder(Invoices)


def split_page(page: Invoices) -> tuple[bytes, ...]:
    """Give the documents of a year as the bytes they came as."""
    return tuple(bytes(row) for row in page.invoices)


def month_of(
    row: Row | Head, config: ConnectionConfig, checks: list[str] | None = None
) -> tuple[int, int] | None:
    """Find the billing month of *row*; where the year is none, by the day of issue.

    The API page's own example has the year 20201. A month's invoice is issued on the
    first of the next (source: partners/invoices), so December's bears the year before.
    """
    year, month = row.invoice_year, row.invoice_month
    if month is None or not 1 <= month <= 12:
        return None
    if year is not None and year in YEARS:
        return year, month
    issued_day = issued_on(row, config)
    if checks is not None:
        checks.append(f"invoiceYear {year} is no year; taken from the day of issue")
    if issued_day is None:
        return None
    is_same_year = month <= issued_day.month
    return (issued_day.year if is_same_year else issued_day.year - 1), month


def issued_on(row: Row | Head, config: ConnectionConfig) -> date | None:
    """Find the day of issue of *row* in the connection's zone."""
    return day_of(row.issued_time, zone=config.timezone)


def to_invoice(
    row: Row, config: ConnectionConfig, *, trace: Trace | None = None
) -> Invoice:
    """Turn *row* into our invoice, without its lines; the *trace* is told why.

    Raises:
        AmountError: an amount has more digits than money has.
    """
    checks: list[str] = []
    currency = config.currency or DEFAULT_CURRENCY
    total_is_negative = row.total_amount is not None and row.total_amount < 0

    def money(name: str, value: int | None) -> Decimal | None:
        if value is None:
            return None
        # A bill below zero was never seen; it could only be a credit.
        amount = Decimal(-value if total_is_negative else value)
        return in_currency(amount, currency=currency, name=f"$.{name}", checks=checks)

    total = money("totalAmount", row.total_amount)
    before_tax = _sum(row.used_amount, row.option_plus_amount, row.penalty_amount)
    net = money("usedAmount", before_tax)
    tax = money("usedTaxAmount", _sum(row.used_tax_amount, row.option_plus_tax_amount))
    checks += check_sum(net=net, tax=tax, total=total)
    status = _status(row, is_credit=total_is_negative, checks=checks, trace=trace)
    balance = _balance(status, total)
    issued_day = issued_on(row, config)
    # The API states no due date.
    due_on, basis = due(
        None, issued_on=issued_day, terms=config.payment_terms, trace=trace
    )
    month = month_of(row, config, checks)
    return Invoice(
        connection=config.name,
        provider=config.provider,
        id=str(row.invoice_no),
        number=str(row.invoice_no),
        kind="credit_note" if total_is_negative else "invoice",
        period=None if month is None else f"{month[0]:04}-{month[1]:02}",
        issued_on=issued_day,
        due_on=due_on,
        paid_on=_paid_on(row, config, checks),
        due_basis=basis,
        currency=currency,
        net=net,
        tax=tax,
        total=total,
        paid=None if total is None or balance is None else _paid(status, total),
        balance=balance,
        status=status,
        provider_status=row.payment_status or "",
        counterparty=row.partner_name or None,
        checks=tuple(checks),
    )


def _sum(first: int | None, *others: int | None) -> int | None:
    """Add amounts; the *others* may be left out by older schemas and are then zero."""
    return None if first is None else first + sum(filter(None, others))


def _status(
    row: Row, *, is_credit: bool, checks: list[str], trace: Trace | None
) -> Status:
    """Read NONE (nothing to pay), PAID or UNPAID; there are no part payments."""
    word, total = row.payment_status, row.total_amount
    seen = (("paymentStatus", word), ("totalAmount", total))
    if is_credit:
        words = {"UNPAID": Status.OPEN_CREDIT, "PAID": Status.SETTLED_CREDIT}
        status = words.get(word or "", Status.UNKNOWN)
        rule = in_words("a bill below 0 is a credit, open while it is not PAID")
        return told(trace, "status", status, rule, *seen)
    nothing = total == 0
    if word == "PAID":
        return told(trace, "status", Status.PAID, in_words("PAID is paid"), *seen)
    if word == "UNPAID" and not nothing:
        if row.paid_time is not None:
            checks.append("paymentStatus UNPAID beside a paidTime")
        return told(trace, "status", Status.UNPAID, in_words("UNPAID is unpaid"), *seen)
    if word == "NONE" and not nothing:
        checks.append(f"paymentStatus NONE beside a totalAmount of {total}")
    if word == "UNPAID":
        checks.append("paymentStatus UNPAID beside a totalAmount of 0")
    if nothing or word == "NONE":
        rule = in_words("NONE, or a total of 0, is nothing due")
        return told(trace, "status", Status.NOTHING_DUE, rule, *seen)
    rule = in_words(
        "a word that is not known, and no part payments to tell it from: not known"
    )
    return told(trace, "status", Status.UNKNOWN, rule, *seen)


def _balance(status: Status, total: Decimal | None) -> Decimal | None:
    """Tell what is left: all of it when unpaid, nothing when paid or nothing is due."""
    if total is None or status is Status.UNKNOWN:
        return None
    owed = status in {Status.UNPAID, Status.OPEN_CREDIT}
    return total if owed else total * 0


def _paid(status: Status, total: Decimal) -> Decimal:
    return total if status in {Status.PAID, Status.SETTLED_CREDIT} else total * 0


def _paid_on(row: Row, config: ConnectionConfig, checks: list[str]) -> date | None:
    if row.payment_status != "PAID" or row.paid_time is None:
        return None
    paid_on = day_of(row.paid_time, zone=config.timezone)
    if paid_on is None:
        checks.append("paidTime is no date")
    return paid_on


def months_of(rows: Sequence[Row], config: ConnectionConfig) -> set[tuple[int, int]]:
    """Collect the billing months of *rows*."""
    return {month for row in rows if (month := month_of(row, config)) is not None}

"""i3D.net's JSON, and our invoice from it.

Theirs and ours: ``amountIncVAT`` total, ``amountExclVAT`` net, ``remainingAmount``
balance, ``totalPaidAmount`` paid, ``creationDate`` issued_on, ``isCredit`` kind,
``items`` lines. Source: i3D.net, API references, billing; where it is silent the reason
stands beside the rule.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import msgspec

from providers.base import ConnectionConfig
from providers.days import any_day
from providers.models import Invoice, Kind, LineItem, Status
from providers.money import (
    NO_CURRENCY,
    AmountError,
    at_least_in_currency,
    check_sum,
    from_cents,
    in_currency,
)
from providers.standing import by_money, due, of_credit
from providers.trace import Trace, in_words, told

#: Rows type a field one way and details another; all are read either way.
Loose = int | str | None


class Row(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, rename="camel"):
    """One invoice in a list. Amounts are texts in cents."""

    id: int | str
    invoice_number: str = ""
    creation_date: Loose = None
    due_date: Loose = None
    description: str | None = None
    currency: str | None = None
    currency_sign: str | None = None
    total: Loose = msgspec.field(name="amountIncVAT", default=None)
    net: Loose = msgspec.field(name="amountExclVAT", default=None)
    payment_status: Loose = None
    payment_date: Loose = None
    is_credit: bool | int | str | None = None
    remaining_amount: Loose = None
    total_paid_amount: Loose = None


class Item(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One row of an invoice's details."""

    description: str | None = None
    remarks: str | None = None
    period_from: Loose = None
    period_to: Loose = None
    quantity: Loose = None
    unit_price: Loose = None
    vat_amount: Loose = None
    amount_inc_vat: Loose = None
    amount_excl_vat: Loose = None


class Detail(msgspec.Struct, frozen=True, rename="camel"):
    """One invoice by its id or number, without the buyer's and seller's data."""

    id: int | str
    invoice_number: str = ""
    creation_date: Loose = None
    due_date: Loose = None
    payment_status: Loose = None
    payment_date: Loose = None
    is_credit: bool | int | str | None = None
    currency: str | None = None
    currency_sign: str | None = None
    vat_amount: Loose = None
    amount_inc_vat: Loose = None
    amount_excl_vat: Loose = None
    items: tuple[Item, ...] | None = None


class Head(msgspec.Struct, gc=False):
    """What tells one row from another."""

    id: int | str


class User(msgspec.Struct, rename="camel"):
    """Whom a key belongs to; which of the names comes is not documented."""

    company_name: str | None = None
    username: str | None = None
    user_name: str | None = None
    name: str | None = None
    client_number: Loose = None


ROW = msgspec.json.Decoder(Row)
ROWS = msgspec.json.Decoder(list[msgspec.Raw])
HEAD = msgspec.json.Decoder(Head)
USER = msgspec.json.Decoder(User)
# The API page shows an object; the specification and the official client say array.
DETAILS: msgspec.json.Decoder[list[Detail] | Detail] = msgspec.json.Decoder(
    list[Detail] | Detail
)

CURRENCIES = {
    "euro": "EUR", "€": "EUR",
    "us dollar": "USD", "dollar": "USD", "$": "USD",
    "pound sterling": "GBP", "british pound": "GBP", "pound": "GBP", "£": "GBP",
}  # fmt: skip
#: A paid invoice with less than this left was rounded; with more, somebody is wrong.
ROUNDING = Decimal(1)


def split_page(rows: list[msgspec.Raw]) -> tuple[bytes, ...]:
    """Give the documents of a list as the bytes they came as."""
    return tuple(bytes(row) for row in rows)


def to_invoice(
    row: Row, config: ConnectionConfig, *, trace: Trace | None = None
) -> Invoice:
    """Turn a list's *row* into our invoice; the *trace* is told why it is so.

    Raises:
        AmountError: a text is no amount.
    """
    checks: list[str] = []
    currency = find_currency(row.currency, row.currency_sign, config, checks)
    is_credit = row.is_credit in {1, "1"}
    cents = _Cents.of(row, checks)

    def money(name: str, value: Decimal | None) -> Decimal | None:
        return _major(value, currency=currency, name=name, credit=is_credit, to=checks)

    total, net = money("amountIncVAT", cents.total), money("amountExclVAT", cents.net)
    balance = money("remainingAmount", cents.remaining)
    # VAT is only stated in the details; in a row it is what lies between.
    tax = None if total is None or net is None else total - net
    status = _status(
        row.payment_status,
        is_credit=is_credit,
        total=total,
        balance=balance,
        checks=checks,
        trace=trace,
    )
    issued_on = any_day(row.creation_date, zone=config.timezone)
    due_on, basis = due(
        any_day(row.due_date, zone=config.timezone),
        issued_on=issued_on,
        terms=config.payment_terms,
        trace=trace,
        field="dueDate",
    )
    return Invoice(
        connection=config.name,
        provider=config.provider,
        id=str(row.id),
        number=row.invoice_number.strip() or str(row.id),
        kind=_kind(is_credit),
        issued_on=issued_on,
        due_on=due_on,
        paid_on=_paid_on(row.payment_date, status, zone=config.timezone),
        due_basis=basis,
        currency=currency,
        net=net,
        tax=tax,
        total=total,
        paid=money("totalPaidAmount", cents.paid),
        balance=balance,
        status=status,
        provider_status=_text(row.payment_status),
        counterparty="i3D.net",
        description=row.description or None,
        has_pdf=True,
        checks=tuple(checks),
    )


def find_currency(
    name: str | None, sign: str | None, config: ConnectionConfig, checks: list[str]
) -> str:
    """Find the ISO 4217 code: rows hold a code, details the currency's *name*."""
    text = (name or "").strip()
    if len(text) == 3 and text.isascii() and text.isalpha():
        return text.upper()
    known = CURRENCIES.get(text.lower()) or CURRENCIES.get((sign or "").strip())
    if known is None:
        checks.append(f"the currency {text or sign or 'is not stated'!r} is not known")
    return known or config.currency or NO_CURRENCY


def read_cents(value: Loose, *, name: str) -> Decimal | None:
    """Read an amount in cents: ``"12100"``; ``None`` for an empty text.

    Raises:
        AmountError: the text is no number.
    """
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    try:
        cents = Decimal(text)
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite():
        raise AmountError(f"$.{name}: expected an amount in cents")
    return cents


class _Cents(msgspec.Struct, frozen=True):
    """A row's amounts in cents, remaining and paid brought to the total's unit."""

    total: Decimal | None
    net: Decimal | None
    remaining: Decimal | None
    paid: Decimal | None

    @classmethod
    def of(cls, row: Row, checks: list[str]) -> "_Cents":
        total = read_cents(row.total, name="amountIncVAT")
        remaining = read_cents(row.remaining_amount, name="remainingAmount")
        paid = read_cents(row.total_paid_amount, name="totalPaidAmount")
        if total is not None and remaining is not None and paid is not None:
            remaining, paid = _in_one_unit(total, remaining, paid, checks)
        return cls(total, read_cents(row.net, name="amountExclVAT"), remaining, paid)


def _in_one_unit(
    total: Decimal, remaining: Decimal, paid: Decimal, checks: list[str]
) -> tuple[Decimal, Decimal]:
    """Bring *remaining* and *paid* to the unit of *total*.

    Their unit is not documented. Where they make the total only after a factor of 100,
    they were whole currency units; that is said in *checks*.
    """
    for left, right in ((1, 1), (100, 100), (100, 1), (1, 100)):
        if abs(remaining) * left + abs(paid) * right == abs(total):
            if left * right > 1:
                checks.append(
                    f"remainingAmount {remaining} and totalPaidAmount {paid} are not in"
                    f" the unit of amountIncVAT {total}; read as whole currency units"
                )
            return remaining * left, paid * right
    checks.append(
        f"remainingAmount {remaining} and totalPaidAmount {paid} do not make"
        f" amountIncVAT {total}"
    )
    return remaining, paid


def _major(
    cents: Decimal | None, *, currency: str, name: str, credit: bool, to: list[str]
) -> Decimal | None:
    if cents is None:
        return None
    # The sign of a credit invoice's amounts is not documented; isCredit says it all.
    amount = from_cents(abs(cents) if credit else cents, currency=currency)
    return in_currency(amount, currency=currency, name=f"$.{name}", checks=to)


def _kind(is_credit: bool) -> Kind:
    return "credit_note" if is_credit else "invoice"


def _status(  # noqa: PLR0913 - what decides, each by its name
    code: Loose,
    *,
    is_credit: bool,
    total: Decimal | None,
    balance: Decimal | None,
    checks: list[str],
    trace: Trace | None,
) -> Status:
    """Join the code with the money; where they differ the money is believed.

    Codes: 0 unpaid, 1 paid. Source: version 2 of the API; version 3 names none.
    """
    word = {"0": Status.UNPAID, "1": Status.PAID}.get(_text(code), Status.UNKNOWN)
    if is_credit:
        told(trace, "kind", "credit_note", in_words("isCredit 1 is a credit note"))
        words = {
            Status.UNPAID: Status.OPEN_CREDIT,
            Status.PAID: Status.SETTLED_CREDIT,
        }
        credit = words.get(word, Status.UNKNOWN)
        return of_credit(balance=balance, word=credit, trace=trace)
    seen = ("paymentStatus", _text(code))
    money = by_money(total=total, balance=balance, trace=trace)
    if money is Status.NOTHING_DUE or word is Status.UNKNOWN:
        rule = in_words("the money decides: nothing is asked, or the code is not known")
        return told(trace, "status", money or word, rule, seen)
    if money is None:
        rule = in_words(
            "the money does not tell, so the code does: 0 is unpaid, 1 is paid"
        )
        return told(trace, "status", word, rule, seen)
    if balance is not None and (word is Status.PAID) != (balance <= 0):
        checks.append(f"paymentStatus {_text(code)} beside a remaining {balance}")
        if word is Status.PAID and balance < ROUNDING:
            rule = in_words("code 1 with less than 1 left is paid: it was rounded")
            return told(trace, "status", Status.PAID, rule, seen)
        rule = in_words("code and money differ, so the money decides")
        return told(trace, "status", money, rule, seen)
    return told(
        trace, "status", money, in_words("the code agrees with the money"), seen
    )


def _paid_on(value: Loose, status: Status, *, zone: ZoneInfo) -> date | None:
    if status not in {Status.PAID, Status.SETTLED_CREDIT}:
        return None
    return any_day(value, zone=zone)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def with_details(invoice: Invoice, detail: Detail, config: ConnectionConfig) -> Invoice:
    """Add the items and the VAT of *detail* to the *invoice* of the list.

    Raises:
        AmountError: a text is no amount.
    """
    checks: list[str] = []
    currency = find_currency(detail.currency, detail.currency_sign, config, checks)
    credit = invoice.kind == "credit_note"

    def money(name: str, value: Loose) -> Decimal | None:
        cents = read_cents(value, name=name)
        return _major(cents, currency=currency, name=name, credit=credit, to=checks)

    tax = money("vatAmount", detail.vat_amount)
    total = money("amountIncVat", detail.amount_inc_vat)
    net = money("amountExclVat", detail.amount_excl_vat)
    checks += check_sum(net=net, tax=tax, total=total)
    if total is not None and invoice.total is not None and total != invoice.total:
        checks.append(f"the details say {total}, the list says {invoice.total}")
    if currency != invoice.currency:
        checks.append(f"the details are in {currency}, the list in {invoice.currency}")
    return msgspec.structs.replace(
        invoice,
        tax=invoice.tax if tax is None else tax,
        lines=tuple(
            _line(item, currency, config.timezone) for item in detail.items or ()
        ),
        checks=(*invoice.checks, *checks),
    )


def _line(item: Item, currency: str, zone: ZoneInfo) -> LineItem:
    def money(name: str, value: Loose) -> Decimal | None:
        cents = read_cents(value, name=f"items[].{name}")
        if cents is None:
            return None
        amount = from_cents(cents, currency=currency)
        return at_least_in_currency(amount, currency=currency, name=f"$.{name}")

    return LineItem(
        description=" – ".join(filter(None, (item.description, item.remarks))) or None,
        quantity=read_cents(item.quantity, name="items[].quantity"),
        unit_price=money("unitPrice", item.unit_price),
        net=money("amountExclVat", item.amount_excl_vat),
        tax=money("vatAmount", item.vat_amount),
        total=money("amountIncVat", item.amount_inc_vat),
        period_from=any_day(item.period_from, zone=zone),
        period_to=any_day(item.period_to, zone=zone),
    )

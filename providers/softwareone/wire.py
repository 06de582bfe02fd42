"""SoftwareOne's JSON, and our invoice from it.

Theirs and ours: ``documentNo`` number, ``erpData.invoiceTotal`` (else
``price.totalGT``) total, ``price.totalSP`` net, ``price.totalST`` tax,
``erpData.balanceDue`` balance, ``seller`` counterparty, ``audit.paid`` paid_on. Every
part may be absent. Source: SoftwareOne documentation, Billing API.
"""

from datetime import date
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from providers.base import ConnectionConfig
from providers.days import day_of
from providers.models import Invoice, LineItem, Status
from providers.money import (
    NO_CURRENCY,
    at_least_in_currency,
    check_sum,
    in_currency,
)
from providers.standing import by_money, due, of_credit
from providers.trace import Trace, in_words, told

Collection = Literal["invoices", "credit-memos"]


class Part(msgspec.Struct, gc=False, omit_defaults=True, rename="camel"):
    """Base of what a document is made of; keys that we do not read are ignored."""


class Meta(Part):
    """What was left out of this object."""

    omitted: tuple[str, ...] | None = None


class Named(Part):
    """A reference to somebody or something."""

    id: str | None = None
    name: str | None = None


class Moment(Part):
    """When an event of the audit trail happened."""

    at: str | None = None


class Audit(Part):
    """Events; one that never happened has no key."""

    created: Moment | None = None
    issued: Moment | None = None
    paid: Moment | None = None


class Dates(Part):
    """``attributes``: dates beside references that we do not read."""

    due_date: str | None = None
    document_date: str | None = None
    posting_date: str | None = None


class ErpData(Part):
    """What the ERP said last."""

    document_no: str | None = None
    document_date: str | None = None
    due_date: str | None = None
    posting_date: str | None = None
    balance_due: Decimal | None = None
    invoice_total: Decimal | None = None
    applies_to_doc_no: str | None = None


class Price(Part):
    """Sums; purchase prices and margins are not read."""

    currency: str | None = None
    net: Decimal | None = msgspec.field(name="totalSP", default=None)
    tax: Decimal | None = msgspec.field(name="totalST", default=None)
    total: Decimal | None = msgspec.field(name="totalGT", default=None)


class Period(Part):
    """From when to when a line is."""

    start: str | None = None
    end: str | None = None


class LineAmounts(Part):
    """Newer documents nest a line's amounts under ``price``."""

    unit_price: Decimal | None = None
    amount: Decimal | None = None
    line_amount: Decimal | None = None
    amount_including_vat: Decimal | None = None


class Line(Part):
    """One row of a document."""

    item_no: str | None = None
    description: str | None = None
    description2: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    line_amount: Decimal | None = None
    amount_including_vat: Decimal | None = None
    price: LineAmounts | None = None
    period: Period | None = None


class Document(Part):
    """An invoice or credit memo."""

    id: str
    meta: Meta | None = msgspec.field(name="$meta", default=None)
    name: str | None = None
    document_no: str | None = None
    status: str | None = None
    type: str | None = None
    seller: Named | None = None
    buyer: Named | None = None
    client: Named | None = None
    attributes: Dates | None = None
    erp_data: ErpData | None = None
    price: Price | None = None
    lines: tuple[Line, ...] | None = None
    audit: Audit | None = None


class Pagination(Part):
    """Where a reply stands in its list; *limit* is the one that was applied."""

    offset: int | None = None
    limit: int | None = None
    total: int | None = None


class ListMeta(Part):
    """The frame of a list."""

    pagination: Pagination | None = None


class Page(msgspec.Struct):
    """One reply of a list."""

    data: list[msgspec.Raw]
    meta: ListMeta | None = msgspec.field(name="$meta", default=None)


class Head(msgspec.Struct, gc=False):
    """What tells one document from another."""

    id: str


class Attachment(Part):
    """One file of a document."""

    id: str
    type: str | None = None
    content_type: str | None = None
    is_deleted: bool | None = None


class Attachments(msgspec.Struct):
    """The files of a document."""

    data: tuple[Attachment, ...]


DOCUMENT = msgspec.json.Decoder(Document)
PAGE = msgspec.json.Decoder(Page)
HEAD = msgspec.json.Decoder(Head)
ATTACHMENTS = msgspec.json.Decoder(Attachments)

#: ``Generated`` is the older name of ``Issued``. Source: invoice object, BR-014.
OWED_WORDS = ("Issued", "Generated", "Overdue")
#: Parts without which an invoice is not told whole; asked for again when left out.
NEEDED = frozenset(
    {
        "attributes",
        "documentNo",
        "erpData",
        "lines",
        "name",
        "price",
        "seller",
        "status",
        "type",
    }
)
NO_ERP = ErpData()
NO_PRICE = Price()
NO_AUDIT = Audit()
NO_AMOUNTS = LineAmounts()
NO_PERIOD = Period()


def split_page(page: Page) -> tuple[tuple[bytes, ...], Pagination]:
    """Give the documents of a reply as the bytes they came as, and where it stands."""
    pagination = page.meta.pagination if page.meta else None
    return tuple([bytes(raw) for raw in page.data]), pagination or Pagination()


def left_out(document: Document) -> tuple[str, ...]:
    """Name the needed parts that this reply left out.

    A document without a currency is asked for again with its price, too: amounts
    without a currency are worth nothing.
    """
    omitted = document.meta.omitted if document.meta else None
    names = {name.partition(".")[0] for name in omitted or ()} & NEEDED
    if document.price is None or not document.price.currency:
        names.add("price")
    return tuple(sorted(names))


def to_invoice(
    document: Document,
    config: ConnectionConfig,
    *,
    collection: Collection,
    trace: Trace | None = None,
) -> Invoice:
    """Turn *document* into our invoice; the *trace* is told why it is so.

    Raises:
        AmountError: a number is no amount of money.
    """
    checks: list[str] = []
    erp = document.erp_data or NO_ERP
    price = document.price or NO_PRICE
    currency = _currency(price, config, checks)
    # A credit invoice's amounts are positive; its type alone tells it from a debt.
    is_credit = collection == "credit-memos" or document.type == "Credit"

    def money(name: str, value: Decimal | None) -> Decimal | None:
        if value is None:
            return None
        amount = in_currency(value, currency=currency, name=name, checks=checks)
        return abs(amount) if is_credit else amount

    grand_total = money("$.price.totalGT", price.total)
    stated = money("$.erpData.invoiceTotal", erp.invoice_total)
    total = grand_total if stated is None else stated
    balance = money("$.erpData.balanceDue", erp.balance_due)
    net, tax = money("$.price.totalSP", price.net), money("$.price.totalST", price.tax)
    checks += check_sum(net=net, tax=tax, total=grand_total or total)
    if grand_total is not None and grand_total != total:
        checks.append(f"totalGT {grand_total} differs from invoiceTotal {total}")
    status = _status(
        document.status,
        is_credit=is_credit,
        total=total,
        balance=balance,
        checks=checks,
        trace=trace,
    )
    # Of several companies of one account, the one that the document is for.
    buyer = (document.buyer.name or None) if document.buyer else None
    lines = tuple(
        [_line(line, currency, config, buyer) for line in document.lines or ()]
    )
    checks += _compare_lines(lines, total, is_credit=is_credit)
    issued_on = _issued_on(document, config.timezone)
    due_on, basis = due(
        _day(document, "due_date", config.timezone),
        issued_on=issued_on,
        terms=config.payment_terms,
        trace=trace,
        field="dueDate",
    )
    return Invoice(
        connection=config.name,
        provider=config.provider,
        id=document.id,
        number=document.document_no or erp.document_no or document.id,
        kind="credit_note" if is_credit else "invoice",
        issued_on=issued_on,
        due_on=due_on,
        paid_on=_paid_on(document, status, config.timezone),
        due_basis=basis,
        currency=currency,
        net=net,
        tax=tax,
        total=total,
        paid=None if total is None or balance is None else total - balance,
        balance=balance,
        status=status,
        provider_status=document.status or "",
        counterparty=(document.seller.name or None) if document.seller else None,
        description=_description(document.name, erp.applies_to_doc_no),
        # The platform makes one for each new document; some old ones have none, which
        # is only known by asking.
        has_pdf=True,
        checks=tuple(checks),
        lines=lines,
    )


def _currency(price: Price, config: ConnectionConfig, checks: list[str]) -> str:
    code = (price.currency or "").strip().upper()
    if len(code) == 3 and code.isascii() and code.isalpha():
        return code
    checks.append("no currency is stated")
    return config.currency or NO_CURRENCY


def _status(  # noqa: PLR0913 - what decides, each by its name
    word: str | None,
    *,
    is_credit: bool,
    total: Decimal | None,
    balance: Decimal | None,
    checks: list[str],
    trace: Trace | None,
) -> Status:
    """Join the word with the money.

    Only the money tells a part payment; the word lags behind it, since both come from
    the ERP at different times. A paid invoice keeps its remainder, and an unknown word
    leaves the decision to the money.
    """
    is_owed, is_paid = word in OWED_WORDS, word == "Paid"
    if is_credit:
        told(trace, "kind", "credit_note", in_words("a credit memo, or type Credit"))
        by_word = Status.OPEN_CREDIT if is_owed else Status.UNKNOWN
        if is_paid:
            by_word = Status.SETTLED_CREDIT
        return of_credit(balance=balance, word=by_word, trace=trace)
    money = by_money(total=total, balance=balance, trace=trace)
    seen = ("status", word)
    if balance is not None and total is not None and balance > total:
        checks.append(f"balanceDue {balance} is more than the total {total}")
    if is_paid and money is not Status.NOTHING_DUE:
        if balance is not None and balance > 0:
            checks.append(f"status Paid beside a balanceDue of {balance}")
        rule = in_words("Paid is paid; a remainder is kept")
        return told(trace, "status", Status.PAID, rule, seen)
    if is_owed and money is Status.PAID:
        checks.append(f"status {word} beside a balanceDue of {balance}")
    if money is not None:
        rule = in_words("the money decides, since the word lags behind it")
        return told(trace, "status", money, rule, seen)
    rule = in_words(
        "the money does not tell, so the word does: only those that ask are unpaid"
    )
    status = Status.UNPAID if is_owed else Status.UNKNOWN
    return told(trace, "status", status, rule, seen)


def _day(
    document: Document,
    name: Literal["due_date", "document_date", "posting_date"],
    zone: ZoneInfo,
) -> date | None:
    """Read a date of ``attributes``, else of ``erpData``."""
    for part in (document.attributes, document.erp_data):
        day = None if part is None else day_of(getattr(part, name), zone=zone)
        if day is not None:
            return day
    return None


def _issued_on(document: Document, zone: ZoneInfo) -> date | None:
    """Find the day of the document, else when the platform issued or made it."""
    day = _day(document, "document_date", zone) or _day(document, "posting_date", zone)
    if day is not None:
        return day
    audit = document.audit or NO_AUDIT
    return _when(audit.issued, zone) or _when(audit.created, zone)


def _paid_on(document: Document, status: Status, zone: ZoneInfo) -> date | None:
    if status not in (Status.PAID, Status.SETTLED_CREDIT):
        return None
    return _when((document.audit or NO_AUDIT).paid, zone)


def _when(moment: Moment | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else day_of(moment.at, zone=zone)


def _description(name: str | None, applies_to: str | None) -> str | None:
    if not applies_to:
        return name or None
    return f"{name} (credits {applies_to})" if name else f"Credits {applies_to}"


def _line(
    line: Line, currency: str, config: ConnectionConfig, buyer: str | None
) -> LineItem:
    nested = line.price or NO_AMOUNTS
    period = line.period or NO_PERIOD

    def money(name: str, *values: Decimal | None) -> Decimal | None:
        for value in values:
            if value is not None:
                return at_least_in_currency(
                    value, currency=currency, name=f"$.lines[].{name}"
                )
        return None

    words = (line.description, line.description2)
    return LineItem(
        description=" – ".join([word for word in words if word]) or line.item_no,
        customer=buyer,
        quantity=line.quantity,
        unit_price=money("unitPrice", line.unit_price, nested.unit_price),
        net=money(
            "amount", line.amount, nested.amount, line.line_amount, nested.line_amount
        ),
        total=money(
            "amountIncludingVat",
            line.amount_including_vat,
            nested.amount_including_vat,
        ),
        period_from=day_of(period.start, zone=config.timezone),
        period_to=day_of(period.end, zone=config.timezone),
    )


def _compare_lines(
    lines: tuple[LineItem, ...], total: Decimal | None, *, is_credit: bool
) -> tuple[str, ...]:
    """Say so where the lines do not make the *total*; each may be rounded by a cent."""
    sums = [line.total for line in lines if line.total is not None]
    if total is None or not sums or len(sums) < len(lines):
        return ()
    made = sum(sums, Decimal(0))
    made = abs(made) if is_credit else made
    if abs(made - total) <= Decimal("0.01") * len(sums):
        return ()
    return (f"the lines make {made}, but the total is {total}",)


def choose_pdf(attachments: tuple[Attachment, ...]) -> Attachment | None:
    """Choose the official document: of type Output, else the first PDF there is."""
    pdfs = [
        one
        for one in attachments
        if not one.is_deleted and (one.content_type or "").lower() == "application/pdf"
    ]
    outputs = [one for one in pdfs if one.type == "Output"]
    return next(iter(outputs or pdfs), None)

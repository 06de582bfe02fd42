"""An invoice as a row of the table, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from providers.models import Invoice, LineItem, Status
from storage.folding import fold_number, to_search
from storage.moments import to_moment

#: What `to_invoice` reads, in its order.
INVOICE_COLUMNS = (
    "connection, provider, id, number, kind, period, issued_on, due_on, paid_on, "
    "due_basis, currency, net, tax, total, paid, balance, status, provider_status, "
    "counterparty, description, has_pdf, checks"
)
#: What `to_stored` reads, in its order.
STORED_COLUMNS = (
    f"{INVOICE_COLUMNS}, lines, key, row, hash, first_seen, changed_at, missing, "
    "withdrawn_at"
)
#: What `to_row` writes, in its order; the first four once and for all.
WRITTEN_COLUMNS = (
    "connection, id, first_seen, first_run, provider, number, number_folded, kind, "
    "period, month, issued_on, due_on, paid_on, due_basis, currency, net, tax, "
    "total, paid, balance, digits, total_minor, balance_minor, status, "
    "provider_status, counterparty, description, has_pdf, checks, lines, search, "
    "source, row, hash, changed_at, changed_run"
)
#: Nine thousand amounts of this many cents add up in 64 bits; larger ones are texts.
_LARGEST = 10**15
_LINES_AT = INVOICE_COLUMNS.count(",") + 1
_STATUS = {status.value: status for status in Status}
_LINES: msgspec.json.Decoder[tuple[LineItem, ...]] = msgspec.json.Decoder(
    tuple[LineItem, ...]
)
_CHECKS: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """An invoice and what is kept beside it.

    ``row`` is the provider's row as JSON; ``hash`` that of the document it was read
    from; ``missing`` counts the complete syncs in a row that did not find it.
    """

    invoice: Invoice
    key: int
    row: bytes
    hash: bytes
    first_seen: datetime
    changed_at: datetime
    missing: int
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sync read: an invoice, its provider's row, and the document's hash."""

    invoice: Invoice
    row: bytes
    hash: bytes
    source: str


def to_invoice(row: Sequence[Any], lines: tuple[LineItem, ...] = ()) -> Invoice:
    """Read a row of `INVOICE_COLUMNS`."""
    return Invoice(
        connection=row[0],
        provider=row[1],
        id=row[2],
        number=row[3],
        kind=row[4],
        period=row[5],
        issued_on=row[6] and date.fromisoformat(row[6]),
        due_on=row[7] and date.fromisoformat(row[7]),
        paid_on=row[8] and date.fromisoformat(row[8]),
        due_basis=row[9],
        currency=row[10],
        net=row[11] and Decimal(row[11]),
        tax=row[12] and Decimal(row[12]),
        total=row[13] and Decimal(row[13]),
        paid=row[14] and Decimal(row[14]),
        balance=row[15] and Decimal(row[15]),
        status=_STATUS[row[16]],
        provider_status=row[17],
        counterparty=row[18],
        description=row[19],
        has_pdf=row[20] == 1,
        checks=() if row[21] == "[]" else _CHECKS.decode(row[21]),
        lines=lines,
    )


def to_lines(text: str) -> tuple[LineItem, ...]:
    """Read the column of line items."""
    return () if text == "[]" else _LINES.decode(text)


def to_stored(row: Sequence[Any]) -> StoredInvoice:
    """Read a row of `STORED_COLUMNS`."""
    lines, key, raw, hash_, first_seen, changed_at, missing, gone = row[_LINES_AT:]
    return StoredInvoice(
        to_invoice(row, to_lines(lines)),
        key,
        raw,
        hash_,
        to_moment(first_seen),
        to_moment(changed_at),
        missing,
        gone and to_moment(gone),
    )


def to_row(reading: Reading, *, moment: str, run: int) -> tuple[Any, ...]:
    """Write what was read as a row of `WRITTEN_COLUMNS`."""
    invoice = reading.invoice
    issued = invoice.issued_on and invoice.issued_on.isoformat()
    total, balance = _money(invoice.total), _money(invoice.balance)
    return (
        invoice.connection,
        invoice.id,
        moment,
        run,
        invoice.provider,
        invoice.number,
        fold_number(invoice.number),
        invoice.kind,
        invoice.period,
        invoice.period or (issued and issued[:7]),
        issued,
        invoice.due_on and invoice.due_on.isoformat(),
        invoice.paid_on and invoice.paid_on.isoformat(),
        invoice.due_basis,
        invoice.currency,
        _money(invoice.net),
        _money(invoice.tax),
        total,
        _money(invoice.paid),
        balance,
        *_minor(total, balance),
        invoice.status.value,
        invoice.provider_status,
        invoice.counterparty,
        invoice.description,
        int(invoice.has_pdf),
        _ENCODER.encode(invoice.checks).decode() if invoice.checks else "[]",
        _ENCODER.encode(invoice.lines).decode() if invoice.lines else "[]",
        _search(invoice),
        reading.source,
        reading.row,
        reading.hash,
        moment,
        run,
    )


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _minor(
    total: str | None, balance: str | None
) -> tuple[int, int | None, int | None]:
    """Count both amounts in minor units, after the number of minor digits."""
    stated = [text for text in (total, balance) if text is not None]
    digits = max((len(text.partition(".")[2]) for text in stated), default=0)
    minors = (_to_minor(total, digits), _to_minor(balance, digits))
    if any(minor is not None and abs(minor) >= _LARGEST for minor in minors):
        return -1, None, None
    return digits, *minors


def _to_minor(text: str | None, digits: int) -> int | None:
    if text is None:
        return None
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(digits, "0"))


def _search(invoice: Invoice) -> str:
    """Write what words are looked for in."""
    customers = dict.fromkeys(line.customer for line in invoice.lines if line.customer)
    return to_search(
        invoice.number, invoice.counterparty, invoice.description, *customers
    )

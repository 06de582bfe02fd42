"""Invoices as comma-separated values.

RFC 4180: commas, CRLF, quotes where they are needed. In UTF-8 with a byte order mark,
without which Excel reads the names in the machine's own code page. Amounts are plain
decimals with a point, days ``2025-11-03``; what the provider does not say is empty.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from bot.exports.columns import COLUMNS, Value, clean, is_formula
from providers.models import Invoice


def to_csv(invoices: Iterable[Invoice], *, today: date) -> bytes:
    """Write *invoices* with a header of the published field names."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(column.name for column in COLUMNS)
    for invoice in invoices:
        rows.writerow(_cell(column.read(invoice, today)) for column in COLUMNS)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case str():
            return _inert(clean(value))
        case _:
            return str(value)


def _inert(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if is_formula(text) else text

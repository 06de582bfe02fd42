"""Invoices as real PDF documents, made on request and always the same bytes.

Loading the library takes half a second, so who prints imports this when it prints.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from fpdf import FPDF, Align

from sandbox.documents import Sheet

_COLUMNS = (96, 22, 32, 40)
_INK = (29, 28, 29)
_FAINT = (110, 110, 115)


def print_pdf(sheet: Sheet) -> bytes:
    """Print a sheet on A4."""
    pdf = FPDF(format="A4")
    # The day of issue instead of now: the same invoice is the same file.
    day = sheet.issued_on
    pdf.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
    pdf.set_title(_latin(f"{sheet.title} {sheet.number}"))
    pdf.set_author(_latin(sheet.seller))
    pdf.set_margin(10)
    pdf.add_page()
    _head(pdf, sheet)
    _table(pdf, sheet)
    _sums(pdf, sheet)
    return bytes(pdf.output())


def _head(pdf: FPDF, sheet: Sheet) -> None:
    pdf.set_text_color(*_INK)
    _line(pdf, sheet.seller, size=11, bold=True)
    pdf.ln(10)
    _line(pdf, f"{sheet.title} {sheet.number}", size=20, bold=True)
    pdf.ln(4)
    due = sheet.due_on.isoformat() if sheet.due_on else "-"
    _line(pdf, f"To: {sheet.buyer}")
    _line(pdf, f"Date: {sheet.issued_on.isoformat()}")
    _line(pdf, f"Due: {due}")
    _line(pdf, f"Currency: {sheet.currency}")
    pdf.ln(8)


def _table(pdf: FPDF, sheet: Sheet) -> None:
    pdf.set_text_color(*_FAINT)
    _cells(pdf, ("Description", "Quantity", "Unit price", "Amount"), bold=True)
    pdf.set_text_color(*_INK)
    for row in sheet.rows:
        amounts = (f"{row.quantity:,}", _money(row.unit_price), _money(row.net))
        _cells(pdf, (row.description, *amounts))
    pdf.ln(4)


def _sums(pdf: FPDF, sheet: Sheet) -> None:
    for label, amount in sheet.sums:
        shown = f"{sheet.currency} {_money(amount)}"
        _cells(pdf, ("", "", label, shown), bold=label == "Total")


def _cells(pdf: FPDF, texts: Sequence[str], *, bold: bool = False) -> None:
    pdf.set_font("Helvetica", "B" if bold else "", 10)
    for index, (text, width) in enumerate(zip(texts, _COLUMNS, strict=True)):
        align = Align.L if index == 0 else Align.R
        pdf.cell(width, 7, _latin(text)[:56], align=align)
    pdf.ln(7)


def _line(pdf: FPDF, text: str, *, size: int = 10, bold: bool = False) -> None:
    pdf.set_font("Helvetica", "B" if bold else "", size)
    pdf.cell(0, size * 0.6, _latin(text))
    pdf.ln(size * 0.6)


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _latin(text: str) -> str:
    """Keep to what the built-in fonts can show."""
    return text.encode("latin-1", "replace").decode("latin-1")

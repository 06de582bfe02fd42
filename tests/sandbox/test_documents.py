import zlib
from datetime import date
from decimal import Decimal

from sandbox.documents import Row, Sheet
from sandbox.printing import print_pdf

SHEET = Sheet(
    title="Invoice",
    number="F25-0000101",
    seller="i3D.net B.V.",
    buyer="Blue Heron Trading B.V.",
    issued_on=date(2025, 5, 1),
    due_on=date(2025, 5, 15),
    currency="EUR",
    rows=[Row("Server rent", 2, Decimal("50.00"), Decimal("100.00"))],
    sums=[("VAT", Decimal("21.00")), ("Total", Decimal("1210.00"))],
)


def test_it_is_a_pdf_that_says_what_the_invoice_says() -> None:
    document = print_pdf(SHEET)
    assert document.startswith(b"%PDF-")
    assert document.rstrip().endswith(b"%%EOF")
    text = _text(document)
    for words in ("F25-0000101", "2025-05-15", "Server rent", "EUR 1,210.00"):
        assert words in text


def test_the_same_invoice_is_the_same_file() -> None:
    assert print_pdf(SHEET) == print_pdf(SHEET)


def _text(document: bytes) -> str:
    """Unpack the page's drawing commands; fpdf2 writes them deflated."""
    begin = document.index(b"stream\n") + len(b"stream\n")
    stream = document[begin : document.index(b"\nendstream", begin)]
    return zlib.decompress(stream).decode("latin-1")

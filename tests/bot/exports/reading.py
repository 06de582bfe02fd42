"""Read a PDF back, as whoever opens it does."""

import io

from pypdf import PdfReader


def pages_of(document: bytes) -> list[str]:
    """The text of each page, blanks as they come."""
    reader = PdfReader(io.BytesIO(document))
    return [page.extract_text() for page in reader.pages]

"""How texts and numbers are made comparable before they are stored or looked up."""

import unicodedata


def fold_number(number: str) -> str:
    """Reduce an invoice number to its letters and digits, in one case.

    >>> fold_number("inv 2021‑08")
    'INV202108'
    """
    if number.isascii() and number.isalnum():
        return number.upper()
    plain = unicodedata.normalize("NFKC", number)
    return "".join(c for c in plain if c.isalnum()).upper() or plain


def fold_text(text: str) -> str:
    """Reduce a text to one case, one form of each letter and single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())

"""How texts and numbers are made comparable before they are stored or looked up."""

import unicodedata

#: What stands before the seller, the description and the customers in the text that is
#: searched. Folding takes these characters for blanks, so no text contains them.
SELLER, DESCRIPTION, CUSTOMERS = "\x1d", "\x1e", "\x1f"


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


def to_search(
    number: str, seller: str | None, description: str | None, *customers: str
) -> str:
    """Write the one text in which an invoice is found by words, folded."""
    said = "\n".join(fold_text(customer) for customer in customers)
    return (
        f"{fold_text(number)}{SELLER}{fold_text(seller or '')}"
        f"{DESCRIPTION}{fold_text(description or '')}{CUSTOMERS}{said}"
    )

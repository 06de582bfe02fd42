"""What a printed invoice says; `sandbox.printing` prints it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    description: str
    quantity: int
    unit_price: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a printed invoice says; amounts are in ``currency``.

    ``sums`` are the lines below the table, with their amounts.
    """

    title: str
    number: str
    seller: str
    buyer: str
    issued_on: date
    due_on: date | None
    currency: str
    rows: Sequence[Row]
    sums: Sequence[tuple[str, Decimal]]

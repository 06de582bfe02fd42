"""What the line items of an invoice come to, and whether that is the invoice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from providers.models import Invoice, LineItem

#: What the rows state: amounts before tax, or with it.
Basis = Literal["net", "total"]


@dataclass(frozen=True, slots=True)
class LinesSum:
    """What the rows make beside what the invoice states; a credit note's without sign.

    ``not_stated`` counts the rows without an amount; a sum over the others proves
    nothing then.
    """

    basis: Basis
    lines: Decimal
    stated: Decimal | None
    not_stated: int = 0

    @property
    def difference(self) -> Decimal | None:
        """How much more the invoice states; ``None`` where that cannot be told."""
        if self.stated is None or self.not_stated:
            return None
        return self.stated - self.lines


@dataclass(frozen=True, slots=True)
class Party:
    """The rows of one customer, in their order; ``None`` where none is named."""

    customer: str | None
    lines: tuple[LineItem, ...]


def basis_of(lines: Sequence[LineItem]) -> Basis:
    """Tell which amount the rows state: before tax wherever all of them do."""
    has_net = all(line.net is not None for line in lines)
    has_total = all(line.total is not None for line in lines)
    return "total" if has_total and not has_net else "net"


def amount_of(line: LineItem, basis: Basis) -> Decimal | None:
    """Take the amount of a row, and the other one where it lacks that."""
    first, second = (line.net, line.total) if basis == "net" else (line.total, line.net)
    return second if first is None else first


def sum_lines(invoice: Invoice) -> LinesSum | None:
    """Add the rows of *invoice*; ``None`` where there are none."""
    if not invoice.lines:
        return None
    basis = basis_of(invoice.lines)
    stated = invoice.net if basis == "net" else invoice.total
    amounts = [amount_of(line, basis) for line in invoice.lines]
    made = sum((each for each in amounts if each is not None), Decimal(0))
    # Rows of a credit note are above zero with one provider, below with another.
    made = abs(made) if invoice.kind == "credit_note" else made
    return LinesSum(basis, made, stated, amounts.count(None))


def off_by(line: LineItem) -> Decimal | None:
    """Tell by how much a row's amount differs from quantity × price.

    ``None`` where it does not, or where that cannot be told. Half of the last digit
    that the amount has may have been rounded away.
    """
    if line.quantity is None or line.unit_price is None:
        return None
    amount = line.net if line.net is not None else line.total
    if amount is None:
        return None
    made = line.quantity * line.unit_price
    exponent = amount.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    return None if abs(amount - made) <= half else amount - made


def by_customer(lines: Sequence[LineItem]) -> list[Party]:
    """Put the rows of each customer together, the customers as they come first."""
    found: dict[str | None, list[LineItem]] = {}
    for line in lines:
        found.setdefault(line.customer, []).append(line)
    return [Party(customer, tuple(rows)) for customer, rows in found.items()]

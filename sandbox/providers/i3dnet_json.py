"""How i3D.net writes invoices as JSON.

Source: i3D.net API, "Billing" (OpenAPI text of 2026-06-26): ids are text in lists and
integers in details, VAT is written in two ways, amounts are cents in strings.
"""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.documents import Row, Sheet
from sandbox.world import Paper
from sandbox.world.i3dnet import TERM_DAYS, midnight
from sandbox.world.papers import Line

SELLER = "i3D.net B.V."
BUYER = "Blue Heron Trading B.V."
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}
#: The details give "the name of the currency" where the list gives its code.
_NAMES = {
    "EUR": "Euro",
    "USD": "US Dollar",
    "GBP": "Pound Sterling",
    "CHF": "Swiss Franc",
}
#: Invented; the check digits are right, the accounts do not exist.
_CLIENT = {
    "fullName": "Marijke de Wit",
    "companyName": BUYER,
    "email": "billing@blueheron.example",
    "address": "Reigerskade 12",
    "zip": "3011 AB",
    "city": "Rotterdam",
    "country": "Netherlands",
    "vatNumber": "NL000099998B57",
    "iban": "NL02ABNA0123456789",
    "bic": "ABNANL2A",
}
_COMPANY = {
    "name": SELLER,
    "address": "Havenlaan 1",
    "zip": "3000 AA",
    "city": "Rotterdam",
    "country": "Netherlands",
    "phone": "+31 10 000 0000",
    "email": "finance@i3d.example",
    "url": "https://i3d.example",
    "iban": "NL91ABNA0417164300",
    "bic": "ABNANL2A",
}


def list_row(paper: Paper) -> dict[str, Any]:
    """Write a paper as one row of a list."""
    sign = _sign(paper)
    return {
        "id": paper.id,
        "creationDate": _seconds(paper.issued_on),
        "dueDate": _seconds(paper.due_on or paper.issued_on),
        "invoiceNumber": paper.number,
        "invoiceHash": _hash(paper),
        "description": paper.description,
        "currency": paper.currency,
        "currencySign": _SIGNS[paper.currency],
        "amountIncVAT": _cents(paper.total * sign),
        "amountExclVAT": _cents(paper.net * sign),
        "paymentStatus": _status(paper),
        "paymentDate": _paid_seconds(paper),
        "isCredit": int(paper.sort == "credit"),
        "remainingAmount": _cents(paper.balance * sign),
        "totalPaidAmount": _cents(paper.paid * sign),
    }


def detail(paper: Paper) -> dict[str, Any]:
    """Write a paper as the details of one invoice."""
    sign = _sign(paper)
    return {
        "id": int(paper.id),
        "invoiceNumber": paper.number,
        "invoiceHash": _hash(paper),
        "clientNumber": "410077",
        "creationDate": paper.issued_on.isoformat(),
        "dueDate": (paper.due_on or paper.issued_on).isoformat(),
        "paymentStatus": _status(paper),
        "paymentDate": _paid_seconds(paper),
        "isCredit": int(paper.sort == "credit"),
        "paymentTerm": TERM_DAYS,
        "currency": _NAMES[paper.currency],
        "currencySign": _SIGNS[paper.currency],
        "vatPercentage": int(paper.lines[0].tax_percent),
        "vatAmount": _cents(paper.tax * sign),
        "amountIncVat": _cents(paper.total * sign),
        "amountExclVat": _cents(paper.net * sign),
        "items": [_item(paper, line, sign) for line in paper.lines],
        "clientDetails": _CLIENT,
        "companyDetails": _COMPANY,
    }


def to_sheet(paper: Paper) -> Sheet:
    """Tell what the PDF says."""
    title = "Credit invoice" if paper.sort == "credit" else "Invoice"
    return Sheet(
        title=title,
        number=paper.number,
        seller=SELLER,
        buyer=BUYER,
        issued_on=paper.issued_on,
        due_on=paper.due_on,
        currency=paper.currency,
        rows=[
            Row(line.description, line.quantity, line.unit_price, line.net)
            for line in paper.lines
        ],
        sums=[("Without VAT", paper.net), ("VAT", paper.tax), ("Total", paper.total)],
    )


def _item(paper: Paper, line: Line, sign: int) -> dict[str, Any]:
    return {
        "orderId": f"PO-{paper.id}-{line.code}",
        "description": line.description,
        "periodFrom": line.period_from.isoformat() if line.period_from else "",
        "periodTo": line.period_to.isoformat() if line.period_to else "",
        "remarks": line.remarks,
        "quantity": line.quantity,
        "setupCosts": "0",
        "unitPrice": _cents(line.unit_price * sign),
        "vatPercentage": int(line.tax_percent),
        "vatAmount": _cents(line.tax * sign),
        "amountIncVat": _cents(line.total * sign),
        "amountExclVat": _cents(line.net * sign),
    }


def _sign(paper: Paper) -> int:
    """The documents do not tell a credit's sign; this stand-in sends it negative."""
    return -1 if paper.sort == "credit" else 1


def _status(paper: Paper) -> int:
    """1 is paid, 0 is not (i3D.net API v2; v3 names no values)."""
    return int(paper.balance <= 0)


def _paid_seconds(paper: Paper) -> int:
    paid: datetime | None = paper.paid_at
    return int(paid.timestamp()) if paid else 0


def _seconds(day: date) -> int:
    return int(midnight(day).timestamp())


def _cents(amount: Decimal) -> str:
    return str(int(amount * 100))


def _hash(paper: Paper) -> str:
    return hashlib.sha256(paper.id.encode()).hexdigest()[:32]

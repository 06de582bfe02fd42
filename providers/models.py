"""The words every package shares. Imports nothing of ours.

The fields of an invoice are those of the published JSON answer (`docs/json.md`); the
types here are what the code works with: days are `date`, money is `Decimal` in major
units with exactly the currency's own number of digits.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

Kind = Literal["invoice", "credit_note"]
DueBasis = Literal["provider", "terms"]


#: What a rule is about.
About = Literal["kind", "status", "due_on", "overdue"]


class Status(StrEnum):
    """Where an invoice or credit note stands."""

    UNPAID = "unpaid"
    PART_PAID = "part_paid"
    PAID = "paid"
    #: The provider says that there was nothing to pay.
    NOTHING_DUE = "nothing_due"
    #: A credit note that has not been used up.
    OPEN_CREDIT = "open_credit"
    SETTLED_CREDIT = "settled_credit"
    #: The provider's word is not one we know, and the money does not decide.
    UNKNOWN = "unknown"


#: What "unpaid" means in a question: something is owed.
OWED = (Status.UNPAID, Status.PART_PAID)


class Reason(msgspec.Struct, frozen=True):
    """A rule that was applied to an invoice: what it says, saw and gives.

    ``seen`` are fields by the provider's own names (or the configuration's), as text;
    ``None`` is what was not stated. ``gives`` is a status' value or an ISO
    day; ``None`` where the rule leaves it open, and a later one decides.
    """

    about: About
    rule: str
    seen: tuple[tuple[str, str | None], ...] = ()
    gives: str | None = None


class LineItem(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an invoice, in the invoice's currency.

    ``customer`` is whom the row is for: where a reseller's invoice is broken down by
    customer, or an account has several companies that buy; ``kind`` is the provider's
    own word for the sort of row, where it has one.
    """

    description: str | None = None
    kind: str | None = None
    customer: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    period_from: date | None = None
    period_to: date | None = None


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice or credit note as its provider last showed it.

    ``None`` is what the provider does not say; nothing is guessed. A credit note's
    amounts are positive. ``period`` is ``"2021-08"``. How late it is depends on the
    day, so that is not a field: see `bot.answers.ageing`.
    """

    connection: str
    provider: str
    id: str
    number: str
    kind: Kind = "invoice"
    period: str | None = None
    issued_on: date | None = None
    due_on: date | None = None
    paid_on: date | None = None
    due_basis: DueBasis | None = None
    currency: str
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    paid: Decimal | None = None
    balance: Decimal | None = None
    status: Status
    provider_status: str
    counterparty: str | None = None
    description: str | None = None
    has_pdf: bool = False
    checks: tuple[str, ...] = ()
    lines: tuple[LineItem, ...] = ()

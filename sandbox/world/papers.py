"""What the billing systems hold: papers with lines, and LINE WORKS bills."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

Sort = Literal["invoice", "credit", "memo"]
CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> Decimal:
    """Round to whole cents, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(slots=True, kw_only=True)
class Line:
    """One row of a paper; its tax is rounded on its own, so that rows add up."""

    code: str
    description: str
    quantity: int
    unit_price: Decimal
    tax_percent: Decimal
    unit: str = "Piece"
    remarks: str = ""
    period_from: date | None = None
    period_to: date | None = None
    #: Set where the tax is given by a wanted total instead of the percentage.
    tax_given: Decimal | None = None

    @property
    def net(self) -> Decimal:
        """Amount before tax."""
        return to_cents(self.unit_price * self.quantity)

    @property
    def tax(self) -> Decimal:
        """Tax on the row."""
        if self.tax_given is not None:
            return self.tax_given
        return to_cents(self.net * self.tax_percent / 100)

    @property
    def total(self) -> Decimal:
        """Amount with tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came, or will come; ``amount`` None means all that is left."""

    at: datetime
    amount: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class Paper:
    """An invoice, credit invoice or credit memo of SoftwareOne or i3D.net.

    Amounts are positive for credits too; which sign goes out is the simulator's
    business. ``plan`` holds the payments to come, earliest first.
    """

    provider: str
    sort: Sort = "invoice"
    issued_at: datetime
    issued_on: date
    due_on: date | None
    currency: str
    issuer: str
    description: str
    lines: list[Line]
    plan: list[Payment] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    applies_to: "Paper | None" = None
    manual: bool = False
    id: str = ""
    number: str = ""
    revision: int = 1
    amended_at: datetime | None = None

    @property
    def net(self) -> Decimal:
        """Total before tax."""
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Total tax."""
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Total with tax."""
        return self.net + self.tax

    @property
    def paid(self) -> Decimal:
        """What has come in so far (used up so far, for a credit)."""
        return sum(
            (payment.amount or Decimal(0) for payment in self.payments), CENT * 0
        )

    @property
    def balance(self) -> Decimal:
        """What is still owed (still open, for a credit)."""
        return self.total - self.paid

    @property
    def paid_at(self) -> datetime | None:
        """When the last cent came, if it did."""
        if self.balance > 0 or not self.payments:
            return None
        return self.payments[-1].at

    def pay(self, at: datetime, amount: Decimal | None) -> None:
        """Take a payment, at most what is left."""
        taken = self.balance if amount is None else min(amount, self.balance)
        if taken > 0:
            self.payments.append(Payment(at, taken))
            self.revision += 1

    def is_overdue(self, today: date) -> bool:
        """Tell whether money is owed past the due date."""
        owed = self.sort == "invoice" and self.balance > 0
        return owed and self.due_on is not None and today > self.due_on

    def state(self, today: date) -> str:
        """Say in a few words where the paper stands, for the sandbox page."""
        if self.sort == "memo":
            return "credit memo"
        if self.sort == "credit":
            return "open credit" if self.balance > 0 else "settled credit"
        if self.balance <= 0:
            return "paid"
        word = "part paid" if self.paid > 0 else "unpaid"
        return f"{word}, overdue" if self.is_overdue(today) else word

    def changed_at(self) -> datetime:
        """Tell when the paper last changed by issue, payment or amendment."""
        moments = [self.issued_at, *(payment.at for payment in self.payments)]
        if self.amended_at is not None:
            moments.append(self.amended_at)
        return max(moments)


@dataclass(slots=True, kw_only=True)
class Item:
    """A settlement item of one customer, in whole yen after discount."""

    kind: str
    amount: int
    item_id: str | None = None
    subscription: int | None = None
    plan: str | None = None
    licenses: int = 0
    members: int = 0
    quantity: int | None = None
    discount: int = 0


@dataclass(slots=True, kw_only=True)
class Customer:
    """One customer of the LINE WORKS partner, and what it used in a month."""

    domain_id: int
    domain: str
    name: str
    code: str
    items: list[Item]

    def sum_of(self, *kinds: str) -> int:
        """Add up the items of these kinds."""
        return sum(item.amount for item in self.items if item.kind in kinds)


@dataclass(slots=True, kw_only=True)
class Bill:
    """A LINE WORKS invoice: the usage of one month, billed on the next month's 1st."""

    year: int
    month: int
    issued_at: datetime
    customers: list[Customer]
    number: str = ""
    pays_at: datetime | None = None
    paid_at: datetime | None = None
    tax_percent: int = 10
    provider: str = "lineworks"
    currency: str = "JPY"

    @property
    def used(self) -> int:
        """Usage before tax: what the SUMMARY rows say."""
        kinds = ("PRODUCT", "OPTION_PRODUCT", "ADJUSTMENT")
        return sum(customer.sum_of(*kinds) for customer in self.customers)

    @property
    def option_plus(self) -> int:
        """Option Plus before tax."""
        return sum(customer.sum_of("OPTION_PLUS") for customer in self.customers)

    @property
    def penalty(self) -> int:
        """Penalties, which are not taxed (Source: LINE WORKS API, sample)."""
        return sum(customer.sum_of("PENALTY") for customer in self.customers)

    def tax_on(self, amount: int) -> int:
        """Consumption tax, cut to whole yen as is usual in Japan."""
        share = Decimal(amount) * self.tax_percent / 100
        return int(share.quantize(Decimal(1), rounding=ROUND_DOWN))

    @property
    def total(self) -> Decimal:
        """Amount billed."""
        tax = self.tax_on(self.used) + self.tax_on(self.option_plus)
        return Decimal(self.used + self.option_plus + tax + self.penalty)

    @property
    def balance(self) -> Decimal:
        """All or nothing: the API knows no part payments."""
        return Decimal(0) if self.paid_at else self.total

    @property
    def issued_on(self) -> date:
        """Day of issue in Japan."""
        return (self.issued_at + timedelta(hours=9)).date()

    @property
    def due_on(self) -> date | None:
        """The API states none."""
        return None

    def state(self, today: date) -> str:  # noqa: ARG002  same call as Paper.state
        """Say in a word where the bill stands, for the sandbox page."""
        if self.total == 0:
            return "nothing due"
        return "paid" if self.paid_at else "unpaid"


#: Whatever a billing system may hold.
Document = Paper | Bill

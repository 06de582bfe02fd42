"""Where an invoice stands by its money and days; a provider's word comes first."""

from datetime import date, timedelta
from decimal import Decimal

from providers.models import DueBasis, Status


def by_money(*, total: Decimal | None, balance: Decimal | None) -> Status | None:
    """Tell the status of an invoice from its amounts; ``None`` where they do not.

    Nothing asked is nothing due; nothing left is paid; less than all left is paid in
    part.
    """
    if total is not None and total == 0:
        return Status.NOTHING_DUE
    if balance is None:
        return None
    if balance <= 0:
        return Status.PAID
    if total is not None and balance < total:
        return Status.PART_PAID
    return Status.UNPAID


def of_credit(*, balance: Decimal | None, word: Status) -> Status:
    """Tell the status of a credit note: its balance, else what the *word* says."""
    if balance is None:
        return word
    return Status.OPEN_CREDIT if balance > 0 else Status.SETTLED_CREDIT


def due(
    stated: date | None, *, issued_on: date | None, terms: timedelta | None
) -> tuple[date | None, DueBasis | None]:
    """Find the last day to pay, and where it comes from.

    The provider's own comes first, then the configured *terms* from the day of issue;
    without either there is none.
    """
    if stated is not None:
        return stated, "provider"
    if issued_on is None or not terms:
        return None, None
    try:
        return issued_on + terms, "terms"
    except OverflowError:
        return None, None

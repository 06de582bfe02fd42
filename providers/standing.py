"""Where an invoice stands by its money and days; a provider's word comes first."""

from datetime import date, timedelta
from decimal import Decimal

from providers.models import DueBasis, Status
from providers.trace import Seen, Trace, in_words, told


def by_money(
    *, total: Decimal | None, balance: Decimal | None, trace: Trace | None = None
) -> Status | None:
    """Tell the status of an invoice from its amounts; ``None`` where they do not.

    Nothing asked is nothing due; nothing left is paid; less than all left is paid in
    part.
    """
    status, rule = _by_money(total, balance)
    if trace is not None:  # asked for here, since this is done for every invoice read
        told(trace, "status", status, rule, ("total", total), ("balance", balance))
    return status


def _by_money(
    total: Decimal | None, balance: Decimal | None
) -> tuple[Status | None, str]:
    if total is not None and total == 0:
        return Status.NOTHING_DUE, "a total of 0 is nothing due"
    if balance is None:
        return None, "without a balance the money does not tell"
    if balance <= 0:
        return Status.PAID, "nothing left to pay is paid"
    if total is not None and balance < total:
        return Status.PART_PAID, "a balance below the total is paid in part"
    return Status.UNPAID, "all of the total left to pay is unpaid"


def of_credit(
    *, balance: Decimal | None, word: Status, trace: Trace | None = None
) -> Status:
    """Tell the status of a credit note: its balance, else what the *word* says."""
    seen = ("balance", balance)
    if balance is None:
        rule = in_words(
            "a credit note without a balance is what the provider's word says"
        )
        return told(trace, "status", word, rule, seen)
    if balance > 0:
        rule = in_words("a credit note with something left to use is open")
        return told(trace, "status", Status.OPEN_CREDIT, rule, seen)
    rule = in_words("a credit note with nothing left to use is settled")
    return told(trace, "status", Status.SETTLED_CREDIT, rule, seen)


def due(
    stated: date | None,
    *,
    issued_on: date | None,
    terms: timedelta | None,
    trace: Trace | None = None,
    field: str = "due date",
) -> tuple[date | None, DueBasis | None]:
    """Find the last day to pay, and where it comes from.

    The provider's own (its *field*) comes first, then the configured *terms* from the
    day of issue; without either there is none.
    """
    if stated is not None:
        if trace is not None:
            told(
                trace,
                "due_on",
                stated,
                in_words("the provider states it"),
                (field, stated),
            )
        return stated, "provider"
    none: Seen = (field, None)
    if not terms:
        rule = in_words("the provider states none, and no payment terms are configured")
        told(trace, "due_on", None, rule, none, ("payment_terms", None))
        return None, None
    if issued_on is None:
        rule = in_words("payment terms need a day of issue, and there is none")
        told(trace, "due_on", None, rule, none, ("payment_terms", terms))
        return None, None
    try:
        due_on = issued_on + terms
    except OverflowError:
        return None, None
    rule = in_words(
        "the provider states none: day of issue plus the configured payment terms"
    )
    seen = (none, ("issued_on", issued_on), ("payment_terms", terms))
    return told(trace, "due_on", due_on, rule, *seen), "terms"

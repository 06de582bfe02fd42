"""What changed between two snapshots of an invoice. Pure.

What counts as a payment: a balance that fell by more than the total did. When the total
was corrected downwards and the balance only followed, nobody paid anything, and the
correction is told as an amendment alone. A status that becomes paid (a credit note's
that becomes settled) is a payment in any case, since many providers state no balance.
"""

from collections import Counter
from decimal import Decimal

from bot.tracking.events import (
    Amended,
    AmendedField,
    Change,
    DocumentEvent,
    Issued,
    Payment,
    describe_lines,
    facts,
)
from providers.models import Invoice, LineItem, Status

_PLAIN_FIELDS: tuple[AmendedField, ...] = (
    "total",
    "tax",
    "due_on",
    "currency",
    "number",
)
_DONE = (Status.PAID, Status.SETTLED_CREDIT)


def diff(
    before: Invoice | None, after: Invoice, *, withdrawn: bool = False
) -> tuple[DocumentEvent, ...]:
    """Tell what happened between *before* (``None``: never seen) and *after*.

    Equal snapshots give no events, so a sync that runs twice tells its news once. With
    *withdrawn*, *before* had been told as gone, and coming back is the only news.
    """
    about = facts(after)
    if before is None or withdrawn:
        return (Issued(**about, again=withdrawn),)
    events: list[DocumentEvent] = []
    changes = find_changes(before, after)
    if changes:
        events.append(Amended(**about, changes=changes))
    if is_payment(before, after):
        events.append(
            Payment(
                **about,
                before=before.balance,
                after=after.balance,
                paid_in_full=after.status in _DONE or after.balance == 0,
            )
        )
    return tuple(events)


def find_changes(before: Invoice, after: Invoice) -> tuple[Change, ...]:
    """List the fields that make an amendment, in a fixed order."""
    changes = [
        Change(field, _text(getattr(before, field)), _text(getattr(after, field)))
        for field in _PLAIN_FIELDS
        if getattr(before, field) != getattr(after, field)
    ]
    gone = _without(before.lines, after.lines)
    new = _without(after.lines, before.lines)
    # The order of the rows is the provider's whim and says nothing.
    if gone or new:
        changes.append(Change("lines", describe_lines(gone), describe_lines(new)))
    return tuple(changes)


def is_payment(before: Invoice, after: Invoice) -> bool:
    """Tell whether less is owed than before, and not only because less was asked."""
    if after.status in _DONE and before.status not in _DONE:
        return True
    if before.currency != after.currency:
        return False
    if before.balance is None or after.balance is None:
        became = (before.status, after.status)
        return became == (Status.UNPAID, Status.PART_PAID)
    fall = before.balance - after.balance
    return fall > max(_fall(before.total, after.total), Decimal(0))


def _fall(before: Decimal | None, after: Decimal | None) -> Decimal:
    if before is None or after is None:
        return Decimal(0)
    return before - after


def _without(
    lines: tuple[LineItem, ...], others: tuple[LineItem, ...]
) -> tuple[LineItem, ...]:
    if lines == others:
        return ()
    spare = Counter(others)
    kept = []
    for line in lines:
        if spare[line] > 0:
            spare[line] -= 1
        else:
            kept.append(line)
    return tuple(kept)


def _text(value: object) -> str | None:
    return None if value is None else str(value)

"""Why an invoice is what it is: the rules that decided, and what changed the amount.

The rules are not told over again here: those about status and due date come from the
adapter, which notes them where it decides (`providers.trace`), the one about lateness
from `bot.answers.ageing`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from bot.answers.ageing import lateness
from bot.answers.lines import Basis, amount_of, basis_of
from bot.queries.wording import mark
from providers.models import Invoice, LineItem, Reason

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineChange:
    """One row in both invoices, and what its amount changed by; a side may be missing.

    ``quantity``, ``price`` and ``other`` add up to ``difference``: what the other
    quantity costs at the price before, what the other price costs at the quantity now,
    and what neither explains (a discount, a rounding, a row that states neither).
    """

    before: LineItem | None
    after: LineItem | None
    difference: Decimal
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    other: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Jump:
    """Two invoices of one seller, and the difference of their totals, split.

    ``lines``, ``tax`` and ``rest`` add up to ``difference``; ``rest`` is what the rows
    do not show.
    """

    before: Invoice
    after: Invoice
    difference: Decimal
    lines: tuple[LineChange, ...]
    tax: Decimal
    rest: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """The rules, in the order they were applied, and the jump from the one before."""

    reasons: tuple[Reason, ...]
    jump: Jump | None = None


def explain(
    invoice: Invoice,
    reasons: Sequence[Reason],
    *,
    before: Invoice | None,
    today: date,
) -> Explanation:
    """Add to the adapter's *reasons* the one about lateness, and the jump."""
    found = None if before is None else jump(before, invoice)
    return Explanation((*reasons, why_overdue(invoice, today=today)), found)


def why_overdue(invoice: Invoice, *, today: date) -> Reason:
    """Say by which rule *invoice* is late, or not."""
    days, rule = lateness(invoice, today=today)
    due_on = None if invoice.due_on is None else invoice.due_on.isoformat()
    seen = (
        (mark("due date"), due_on),
        (mark("today"), today.isoformat()),
        (mark("status"), invoice.status.value.replace("_", " ")),
        (
            mark("balance"),
            None if invoice.balance is None else format(invoice.balance, "f"),
        ),
    )
    return Reason("overdue", rule, seen, f"{days}")


def jump(before: Invoice, after: Invoice) -> Jump | None:
    """Split the difference of two totals; ``None`` where they cannot be compared."""
    if before.total is None or after.total is None:
        return None
    if (before.currency, before.kind) != (after.currency, after.kind):
        return None
    difference = after.total - before.total
    both = (*before.lines, *after.lines)
    basis = basis_of(both) if both else "net"
    changes = tuple(
        _change(one, other, basis, _step(after))
        for one, other in _pairs(before.lines, after.lines)
    )
    tax = ZERO
    if basis == "net" and before.tax is not None and after.tax is not None:
        tax = after.tax - before.tax
    shown = sum((change.difference for change in changes), ZERO)
    return Jump(
        before=before,
        after=after,
        difference=difference,
        lines=tuple(change for change in changes if change.difference),
        tax=tax,
        rest=difference - shown - tax,
    )


def _step(invoice: Invoice) -> Decimal:
    """Give the smallest amount of the invoice's currency: 0.01, or 1 yen."""
    exponent = invoice.total.as_tuple().exponent if invoice.total is not None else 0
    return Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0)


def _change(
    before: LineItem | None, after: LineItem | None, basis: Basis, step: Decimal
) -> LineChange:
    was = ZERO if before is None else amount_of(before, basis) or ZERO
    now = ZERO if after is None else amount_of(after, basis) or ZERO
    difference = now - was
    if before is None or after is None:
        return LineChange(before, after, difference, other=difference)
    priced_was, priced_now = _priced(before, was), _priced(after, now)
    if priced_was is None or priced_now is None:
        return LineChange(before, after, difference, other=difference)
    (count_was, price_was), (count_now, price_now) = priced_was, priced_now
    try:
        quantity = ((count_now - count_was) * price_was).quantize(step)
        price = ((price_now - price_was) * count_now).quantize(step)
    except InvalidOperation:  # more digits than money has
        return LineChange(before, after, difference, other=difference)
    if before.unit_price is None or after.unit_price is None:
        # The prices follow from the amounts, so that nothing else can have changed.
        price = difference - quantity
    other = difference - quantity - price
    return LineChange(before, after, difference, quantity, price, other)


def _priced(line: LineItem, amount: Decimal) -> tuple[Decimal, Decimal] | None:
    """Tell a row's quantity and price; the price follows where it is not stated."""
    if line.quantity is None or line.quantity == 0:
        return None
    price = line.unit_price
    return line.quantity, amount / line.quantity if price is None else price


def _pairs(
    before: Sequence[LineItem], after: Sequence[LineItem]
) -> list[tuple[LineItem | None, LineItem | None]]:
    """Put the rows beside each other that are about the same thing, each once.

    By customer, sort and description; then, of what is left, by the description without
    the figures in it, which often are a month.
    """
    left, found = list(before), []
    rest: list[LineItem] = []
    for exact in (True, False):
        waiting: dict[tuple[str, ...], list[LineItem]] = defaultdict(list)
        for line in left:
            waiting[_key(line, exact)].append(line)
        for line in after if exact else rest.copy():
            same = waiting.get(_key(line, exact))
            if same:
                found.append((same.pop(0), line))
                if not exact:
                    rest.remove(line)
            elif exact:
                rest.append(line)
        left = [line for lines in waiting.values() for line in lines]
    return [
        *found,
        *((None, line) for line in rest),
        *((line, None) for line in left),
    ]


def _key(line: LineItem, exact: bool) -> tuple[str, ...]:
    description = (line.description or "").casefold()
    if not exact:
        description = "".join(each for each in description if not each.isdigit())
    return (line.customer or "", line.kind or "", description)

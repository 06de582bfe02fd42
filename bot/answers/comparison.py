"""Two periods beside each other, per currency, with the difference. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from bot.answers.model import Compared, Group
from bot.queries.model import Query
from providers.models import OWED, Kind

#: Wide enough for any difference of amounts, and for their ratio.
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Change:
    """From one amount to another; *percent* has one digit after the point."""

    difference: Decimal
    percent: Decimal | None


def compare(now: Sequence[Group], before: Sequence[Group]) -> tuple[Compared, ...]:
    """Put the groups of both periods beside each other, in the order of their names."""
    sides = [{_key(each): each.total for each in side} for side in (now, before)]
    labels = {each.name: each.label for side in (now, before) for each in side}
    keys = sorted(
        {*sides[0], *sides[1]}, key=lambda key: (key[0], key[1] != "invoice", key[2])
    )
    return tuple(
        Compared(
            name=name,
            kind=kind,
            currency=currency,
            now=sides[0].get((name, kind, currency)),
            before=sides[1].get((name, kind, currency)),
            label=labels[name],
        )
        for name, kind, currency in keys
    )


def amounts(query: Query, compared: Compared) -> tuple[Decimal | None, Decimal | None]:
    """Choose what is compared: the balance where the question is about what is owed.

    A period without any document of a kind and currency has zero of it; an amount that
    no document states is ``None``.
    """
    owed = bool(query.status) and set(query.status) <= set(OWED)
    now, before = (
        None if side is None else (side.balance if owed else side.total)
        for side in (compared.now, compared.before)
    )
    if compared.now is None:
        now = before and _zero(before)
    if compared.before is None:
        before = now and _zero(now)
    return now, before


def _zero(amount: Decimal) -> Decimal:
    """Make nothing, with as many digits as *amount*."""
    return _EXACT.subtract(amount, amount)


def change(now: Decimal | None, before: Decimal | None) -> Change | None:
    """Subtract, exactly; there is no percentage of nothing."""
    if now is None or before is None:
        return None
    difference = _EXACT.subtract(now, before)
    if not before:
        return Change(difference, None)
    ratio = _EXACT.divide(_EXACT.multiply(difference, Decimal(100)), abs(before))
    percent = ratio.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP, context=_EXACT)
    return Change(difference, percent)


def _key(group: Group) -> tuple[str, Kind, str]:
    return group.name, group.total.kind, group.total.currency

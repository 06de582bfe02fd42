"""What was billed month by month: a chart per currency, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.queries.wording import tr, trn
from bot.views import words
from bot.views.kit import Block, bar_chart, context, outside, plain, section

#: Currencies that get a chart: Slack draws two on one page.
CHARTS = 2


@dataclass(frozen=True, slots=True)
class Spend:
    """What was billed in one currency in each of some months, oldest first."""

    currency: str
    invoices: int
    months: tuple[tuple[str, Decimal], ...]


def spend_blocks(spend: Sequence[Spend]) -> list[Block]:
    """Draw the first currencies and name the others; empty where nothing was billed."""
    shown = [each for each in spend if any(amount for _, amount in each.months)]
    blocks: list[Block] = []
    for each in shown[:CHARTS]:
        blocks += [_chart(each), section(_in_words(each))]
    if not shown:
        return []
    note = tr("Invoices only; credit notes are not subtracted.")
    left = shown[CHARTS:]
    if left:
        named = ", ".join(outside(each.currency, 10) for each in left[:20])
        others = tr(
            "Not drawn, since fewer invoices are in them: {currencies}.",
            currencies=named,
        )
        note = f"{others} {note}"
    return [*blocks, context(note)]


def _chart(spend: Spend) -> Block:
    currency = plain(spend.currency, 10)
    first, last = spend.months[0][0], spend.months[-1][0]
    return bar_chart(
        tr(
            "{currency}, {first} to {last}",
            currency=currency,
            first=words.month(first),
            last=words.month(last),
        ),
        _labels([name for name, _ in spend.months]),
        [(currency, [float(amount) for _, amount in spend.months])],
        x_label=tr("Month"),
        y_label=tr("Total in {currency}", currency=currency),
    )


def _labels(names: Sequence[str]) -> list[str]:
    """Name the bars by the month alone, where no name comes twice."""
    short = [words.short_month(name) for name in names]
    return short if len(set(short)) == len(short) else [words.month(n) for n in names]


def _in_words(spend: Spend) -> str:
    """Say what the chart shows, for who does not see it."""
    currency = outside(spend.currency, 10)
    whole = sum((amount for _, amount in spend.months), Decimal(0))
    most, amount = max(spend.months, key=lambda each: each[1])
    before, now = spend.months[-2], spend.months[-1]
    of_all = trn(
        "*{total}* on {n} invoice; the most in {month}: {amount}.",
        "*{total}* on {n} invoices; the most in {month}: {amount}.",
        spend.invoices,
        total=words.money(whole, currency),
        n=words.figure(spend.invoices),
        month=words.month(most),
        amount=words.money(amount, currency),
    )
    lately = tr(
        "{month} so far: {amount}; {month_before}: {amount_before}.",
        month=words.month(now[0]),
        amount=words.money(now[1], currency),
        month_before=words.month(before[0]),
        amount_before=words.money(before[1], currency),
    )
    return f"{of_all}\n{lately}"

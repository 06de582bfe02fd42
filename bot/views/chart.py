"""Groups as bars: a chart for each currency, beside the table that has it all.

Two currencies never share an axis. Slack draws two charts in a message, so of more
currencies those are drawn that most invoices are in.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.answers.model import Group, InvoiceList
from bot.queries.model import Dimension
from bot.queries.wording import tr, trn
from bot.views import words
from bot.views.grouping import HEADINGS, called, group_name
from bot.views.kit import (
    MAX_CHARTS,
    MAX_LABEL,
    MAX_POINTS,
    MAX_SECTION,
    Block,
    bar_chart,
    context,
    cut_mrkdwn,
    outside,
    plain,
)
from bot.views.missing import trouble_lines
from bot.views.reading import reading_line, title_by
from providers.models import OWED

#: Of a file's description (files.getUploadURLExternal).
MAX_ALT_TEXT = 1_000
#: Groups that come in time, of which the last are drawn; of others, the largest.
_IN_TIME: frozenset[Dimension] = frozenset({"month", "quarter", "year", "age"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """The bars of one currency: what each is called, and how long it is."""

    title: str
    currency: str
    by: Dimension
    #: Whether the bars measure balances, else totals.
    owed: bool
    bars: tuple[tuple[str, Decimal], ...]
    #: Over all groups of the currency, drawn or not.
    whole: Decimal
    #: How many groups of the currency are not drawn.
    left_out: int

    @property
    def labels(self) -> list[str]:
        """Name the bars as Slack takes it: short, and each its own."""
        return _labels(self.by, [name for name, _ in self.bars])

    @property
    def heading(self) -> str:
        """What stands above the bars."""
        return f"{self.title}, {plain(self.currency, 10)}"

    @property
    def x_label(self) -> str:
        """What the bars are."""
        return tr(HEADINGS[self.by])

    @property
    def y_label(self) -> str:
        """What they measure."""
        currency = plain(self.currency, 10)
        if self.owed:
            return tr("Balance in {currency}", currency=currency)
        return tr("Total in {currency}", currency=currency)


def drawings(answer: InvoiceList) -> list[Drawing]:
    """Choose what is drawn of *answer*, if it has groups of invoices."""
    by = answer.query.group
    if by is None or not answer.query.chart:
        return []
    return [
        _drawing(answer, by, code) for code in _currencies(answer.groups)[:MAX_CHARTS]
    ]


def chart_blocks(answer: InvoiceList) -> list[Block]:
    """Draw the groups of invoices, if any; credit notes are in the table alone."""
    found = drawings(answer)
    blocks = [
        bar_chart(
            each.heading,
            each.labels,
            [(plain(each.currency, MAX_LABEL), [float(a) for _, a in each.bars])],
            x_label=each.x_label,
            y_label=each.y_label,
        )
        for each in found
    ]
    said = "\n".join(map(takeaway, found))
    return [*blocks, context(said)] if said else blocks


def takeaway(drawing: Drawing) -> str:
    """Say what a chart shows: which bar is the longest, and its share of the whole."""
    currency = outside(drawing.currency, 10)
    return f"*{currency}* · {outside(_most(drawing))}"


def alt_text(found: Sequence[Drawing]) -> str:
    """Say what a picture of the charts shows, to who does not see it. Plain text."""
    said = (
        tr(
            "{chart}: {amounts}, as bars; {takeaway}.",
            chart=each.heading,
            amounts=each.y_label,
            takeaway=_most(each),
        )
        for each in found
    )
    return plain(" ".join(said), MAX_ALT_TEXT)


def picture_comment(answer: InvoiceList, *, now: datetime, zone: ZoneInfo) -> str:
    """Say beside a picture what it shows, and first what is missing in it."""
    lines = trouble_lines(answer.freshness, now=now, zone=zone)[:10]
    lines.append(
        reading_line(answer.query, answer.freshness, now=now, today=answer.today)
    )
    lines += map(takeaway, drawings(answer))
    note = chart_note(answer)
    return cut_mrkdwn("\n".join([*lines, note] if note else lines), MAX_SECTION)


def _most(drawing: Drawing) -> str:
    name, amount = max(drawing.bars, key=lambda bar: bar[1])
    values = {
        "bar": plain(group_name(drawing.by, name), 80),
        "amount": words.number(amount, drawing.currency),
    }
    if not (drawing.whole > 0 and 0 < amount < drawing.whole):
        return tr("most: {bar}, {amount}", **values)
    share = (amount * 100 / drawing.whole).quantize(Decimal(1))
    return tr(
        "most: {bar}, {amount}, {percent} % of {total}",
        **values,
        percent=words.figure(share),
        total=words.number(drawing.whole, drawing.currency),
    )


def chart_note(answer: InvoiceList) -> str | None:
    """Say what the table has and the charts have not."""
    found = drawings(answer)
    if not found:
        return None
    said = []
    if any(each.total.kind != "invoice" for each in answer.groups):
        said.append(tr("credit notes"))
    said += [_left_out(each) for each in found if each.left_out]
    others = _currencies(answer.groups)[MAX_CHARTS:]
    if others:
        named = ", ".join(outside(code, 10) for code in sorted(others)[:20])
        said.append(tr("what is in {currencies}", currencies=named))
    if not said:
        return None
    return tr("Not drawn, only in the table: {groups}.", groups="; ".join(said))


def _left_out(drawing: Drawing) -> str:
    """Count the groups of a currency that are not drawn."""
    number, currency = drawing.left_out, outside(drawing.currency, 10)
    if drawing.by in _IN_TIME:
        return trn(
            "{n} earlier group in {currency}",
            "{n} earlier groups in {currency}",
            number,
            n=words.figure(number),
            currency=currency,
        )
    return trn(
        "{n} smaller group in {currency}",
        "{n} smaller groups in {currency}",
        number,
        n=words.figure(number),
        currency=currency,
    )


def _drawing(answer: InvoiceList, by: Dimension, code: str) -> Drawing:
    query = answer.query
    owed = by == "age" or (bool(query.status) and set(query.status) <= set(OWED))
    amounts: dict[str, Decimal] = {}
    for group in answer.groups:
        total = group.total
        if total.kind == "invoice" and total.currency == code:
            amount = total.balance if owed else total.total
            name = called(by, group) if by == "provider" else group.name
            amounts[name] = amounts.get(name, Decimal(0)) + (amount or 0)
    names = _names(by, amounts)
    return Drawing(
        title=title_by(query, by),
        currency=code,
        by=by,
        owed=owed,
        bars=tuple((name, amounts.get(name, Decimal(0))) for name in names),
        whole=sum(amounts.values(), Decimal(0)),
        left_out=len(amounts.keys() - set(names)),
    )


def _currencies(groups: Sequence[Group]) -> list[str]:
    """List the currencies of invoices, first those that most invoices are in."""
    counts: Counter[str] = Counter()
    for each in groups:
        if each.total.kind == "invoice":
            counts[each.total.currency] += each.total.invoices
    return sorted(counts, key=lambda code: (-counts[code], code))


def _names(by: Dimension, amounts: dict[str, Decimal]) -> list[str]:
    """Choose the groups to draw; a month without invoices is one with nothing in it."""
    if by not in _IN_TIME:
        largest = sorted(amounts, key=lambda name: -amounts[name])
        return largest[:MAX_POINTS]
    stated = [name for name in amounts if name]
    unstated = [name for name in amounts if not name]
    if by == "month" and stated:
        stated = [*_months(min(stated), max(stated))]
    return [*unstated, *stated][-MAX_POINTS:]


def _months(first: str, last: str) -> Iterable[str]:
    year, month = map(int, first.split("-"))
    while (name := f"{year}-{month:02}") <= last:
        yield name
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _labels(by: Dimension, names: Sequence[str]) -> list[str]:
    """Name the bars; cut names that became the same are told apart by a number."""
    labels: list[str] = []
    for name in names:
        label = plain(group_name(by, name), MAX_LABEL)
        number = 2
        while label in labels:
            ending = f" {number}"
            label = plain(group_name(by, name), MAX_LABEL - len(ending)) + ending
            number += 1
        labels.append(label)
    return labels

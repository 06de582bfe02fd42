"""Groups as bars: one series per currency, beside the table that has it all."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.answers.model import Group, InvoiceList
from bot.queries.model import Dimension
from bot.views import words
from bot.views.grouping import HEADINGS, group_name
from bot.views.kit import MAX_LABEL, MAX_POINTS, MAX_SERIES, Block, bar_chart, plain
from bot.views.reading import title_of
from providers.models import OWED


def chart_blocks(answer: InvoiceList) -> list[Block]:
    """Draw the groups of invoices, if any; credit notes are in the table alone."""
    by = answer.query.group
    found = [each for each in answer.groups if each.total.kind == "invoice"]
    if by is None or not found:
        return []
    names = _names(by, found)[-MAX_POINTS:]
    currencies = _currencies(found)[:MAX_SERIES]
    what, amounts = _amounts(answer, found)
    labels = _labels(by, names)
    return [
        bar_chart(
            f"{title_of(answer.query)} by {by}",
            labels,
            [
                (plain(code, MAX_LABEL), [amounts.get((n, code), 0.0) for n in names])
                for code in currencies
            ],
            x_label=HEADINGS[by],
            y_label=what,
        )
    ]


def chart_note(answer: InvoiceList) -> str | None:
    """Say what the table has and the chart has not."""
    by = answer.query.group
    if by is None or not answer.query.chart:
        return None
    invoices = [each for each in answer.groups if each.total.kind == "invoice"]
    names, currencies = _names(by, invoices), _currencies(invoices)
    said = []
    if len(invoices) < len(answer.groups):
        said.append("credit notes")
    if len(names) > MAX_POINTS:
        said.append(
            f"all but the last {MAX_POINTS} of {words.figure(len(names))} groups"
        )
    if len(currencies) > MAX_SERIES:
        said.append(
            f"all but the first {MAX_SERIES} of "
            f"{words.figure(len(currencies))} currencies"
        )
    if not said:
        return None
    return f"Not in the chart, only in the table: {' and '.join(said)}."


def _amounts(
    answer: InvoiceList, groups: Sequence[Group]
) -> tuple[str, dict[tuple[str, str], float]]:
    """Choose what is drawn: the balance where the question is about what is owed."""
    query = answer.query
    owed = bool(query.status) and set(query.status) <= set(OWED)
    found = {
        (each.name, each.total.currency): float(
            (each.total.balance if owed else each.total.total) or Decimal(0)
        )
        for each in groups
    }
    return ("Balance" if owed else "Total"), found


def _names(by: Dimension, groups: Sequence[Group]) -> list[str]:
    """List the groups in order; a month without invoices is one with nothing in it."""
    names = list(dict.fromkeys(each.name for each in groups))
    stated = [name for name in names if name]
    if by != "month" or not stated:
        return names
    unstated = [name for name in names if not name]
    return [*unstated, *_months(min(stated), max(stated))]


def _months(first: str, last: str) -> Iterable[str]:
    year, month = map(int, first.split("-"))
    while (name := f"{year}-{month:02}") <= last:
        yield name
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _currencies(groups: Sequence[Group]) -> list[str]:
    return sorted({each.total.currency for each in groups})


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

"""Two periods beside each other as a table, with what changed in money and percent."""

from collections.abc import Sequence
from decimal import Decimal

from bot.answers.comparison import amounts, change
from bot.answers.model import Compared, InvoiceList, Total
from bot.queries.model import Query
from bot.queries.wording import tr
from bot.views import words
from bot.views.grouping import HEADINGS, Grid, called
from bot.views.kit import plain
from bot.views.reading import compared_with, period_of

#: A cell is cut here, so that a page of rows stays within a message.
_AMOUNT = 40


def compared_grid(answer: InvoiceList, rows: Sequence[Compared]) -> Grid:
    """Put both periods and the difference into columns."""
    query = answer.query
    by = query.group if query.group != "currency" else None
    names = (tr(HEADINGS[by]),) if by else ()
    periods = [plain(period_of(p) or "–", 60) for p in (query.period, query.compared)]
    return Grid(
        (*names, tr("Currency"), *periods, tr("Difference"), tr("Change")),
        tuple(_row(query, each) for each in rows),
        left=len(names) + 1,
        amounts=tuple(_values(query, each) for each in rows),
    )


def compared_periods(query: Query) -> str:
    """Say both periods: "October 2025 compared with September 2025"."""
    return compared_with(*_both(query))


def compared_title(query: Query) -> str:
    """Say what the table holds, beside the menu."""
    period, before = _both(query)
    return tr("{period} beside {before}, per currency", period=period, before=before)


def _both(query: Query) -> tuple[str, str]:
    return period_of(query.period) or "–", period_of(query.compared) or "–"


def compared_words(query: Query, compared: Compared) -> str:
    """Say a row in a line: "EUR: 363.00 after 242.00, +121.00 (+50.0 %)"."""
    named = ""
    if query.group and query.group != "currency":
        named = f"{called(query.group, compared)}, "
    now, before = amounts(query, compared)
    currency = compared.currency
    after, was = (
        tr("not stated") if side is None else words.number(side, currency)
        for side in (now, before)
    )
    sides = tr("{now} after {before}", now=after, before=was)
    said = f"{named}{_currency(compared, currency)}: {sides}"
    difference, percent = _changed(now, before, currency)
    if difference == "–":
        return said
    return f"{said}, {difference}" + (f" ({percent})" if percent != "–" else "")


def _currency(compared: Compared, code: str) -> str:
    """Name a currency, and what is compared in it where those are no invoices."""
    if compared.kind == "invoice":
        return code
    return tr("{currency} credit notes", currency=code)


def _row(query: Query, compared: Compared) -> tuple[str, ...]:
    now, before = amounts(query, compared)
    cells = (
        _currency(compared, plain(compared.currency, 10)),
        _side(now, compared.now, compared.currency),
        _side(before, compared.before, compared.currency),
        *_changed(now, before, compared.currency),
    )
    if query.group is None or query.group == "currency":
        return cells
    return (called(query.group, compared), *cells)


def _values(query: Query, compared: Compared) -> tuple[Decimal | None, ...]:
    now, before = amounts(query, compared)
    changed = change(now, before)
    return (
        None if compared.now is None else now,
        None if compared.before is None else before,
        None if changed is None else changed.difference,
        None if changed is None else changed.percent,
    )


def _side(amount: Decimal | None, total: Total | None, currency: str) -> str:
    if total is None:
        return "–"
    said = tr("not stated") if amount is None else words.number(amount, currency)
    return plain(f"{said} ({words.figure(total.invoices)})", _AMOUNT)


def _changed(
    now: Decimal | None, before: Decimal | None, currency: str
) -> tuple[str, str]:
    """Say the difference with its sign, and the percentage where there is one."""
    changed = change(now, before)
    if changed is None:
        return "–", "–"
    sign = "+" if changed.difference > 0 else ""
    difference = plain(f"{sign}{words.number(changed.difference, currency)}", _AMOUNT)
    if changed.percent is None:
        return difference, "–"
    sign = "+" if changed.percent > 0 else ""
    return difference, plain(f"{sign}{words.figure(changed.percent)} %", _AMOUNT)

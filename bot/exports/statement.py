"""A statement of one invoice as a PDF, drawn from the data.

For invoices whose provider offers no document. Every page says that it is not the
provider's, and the names in it are set in typefaces that have them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from fpdf import FPDF, FontFace, XPos, YPos
from fpdf.enums import Align, TableBordersLayout
from fpdf.table import Table

from bot.answers.ageing import overdue_days
from bot.answers.lines import amount_of, basis_of, by_customer
from bot.exports.columns import clean
from bot.exports.fonts import BOLD, EAST_ASIAN, REGULAR, drawable
from bot.queries.wording import mark, tr
from bot.views import words
from bot.views.lines import sum_words
from providers.models import Invoice, LineItem

#: What stands on every page.
NOT_THEIRS = mark("Not the provider's document")
#: Rows that are drawn; how many more there are is said.
MOST_LINES = 1_000
LONGEST = 300

_INK, _FAINT, _RULE, _SHADE = (29, 28, 29), (97, 96, 97), (200, 200, 200), (244,) * 3
_WIDTHS = (52, 18, 30, 34)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures come from, and of which day they are."""

    label: str
    figures_of: date


def to_statement(invoice: Invoice, origin: Origin) -> bytes:
    """Draw *invoice* on A4; the same figures on the same day are the same file."""
    page = _Page(origin)
    page.add_page()
    _head(page, invoice, origin)
    _dates(page, invoice, origin)
    _amounts(page, invoice)
    if invoice.lines:
        _lines(page, invoice)
    if invoice.checks:
        _checks(page, invoice.checks)
    return bytes(page.output())


class _Page(FPDF):
    """A4 with what it is not at the top and at the bottom of every page."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(format="A4")
        self._origin = origin
        day = origin.figures_of
        self.set_creation_date(datetime.combine(day, time(), UTC))
        self.set_producer("Duebot")
        self.set_margin(18)
        self.set_auto_page_break(auto=True, margin=22)
        self.add_font("sans", "", REGULAR)
        self.add_font("sans", "B", BOLD)
        self.add_font("asian", "", EAST_ASIAN)
        self.set_fallback_fonts(["asian"], exact_match=False)
        self.alias_nb_pages()

    def _render_styled_text_line(self, *args: Any, **kwargs: Any) -> Any:
        """Set the font in the page before a line is drawn.

        fpdf2 leaves that to the line's first part. Where this is set in the other
        typeface, it takes that for the font of all that follows, which then is drawn
        with the wrong shapes.
        """
        if self.current_font is not None and not self.current_font_is_set_on_page:
            self._out(self._set_font_for_page(self.current_font, self.font_size_pt))
        return super()._render_styled_text_line(*args, **kwargs)

    def header(self) -> None:
        self.write_line(
            tr(
                "Not the provider's document: a statement drawn from the data of "
                "{label}",
                label=self._origin.label,
            ),
            size=9,
            bold=True,
            shade=True,
        )
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-16)
        self.set_text_color(*_FAINT)
        self.set_font("sans", "", 8)
        said = (
            tr(NOT_THEIRS),
            tr("figures of {day}", day=words.day(self._origin.figures_of)),
            # What fpdf2 writes the number of all pages over in the end.
            tr("page {page} of {pages}", page=self.page_no(), pages="{nb}"),
        )
        self.cell(0, 6, " · ".join(said), align=Align.C)

    def write_line(
        self, text: str, *, size: float = 10, bold: bool = False, shade: bool = False
    ) -> None:
        """Write a paragraph over the whole width."""
        self.set_text_color(*_INK)
        self.set_fill_color(*_SHADE)
        self.set_font("sans", "B" if bold else "", size)
        self.multi_cell(
            0,
            size * 0.55,
            _safe(text),
            fill=shade,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            align=Align.L,
        )
        self.set_fill_color(255)


def _head(page: _Page, invoice: Invoice, origin: Origin) -> None:
    number = _safe(invoice.number)
    title = tr("Statement of invoice {number}", number=number)
    if invoice.kind == "credit_note":
        title = tr("Statement of credit note {number}", number=number)
    page.set_title(title)
    page.write_line(title, size=18, bold=True)
    page.ln(1)
    page.write_line(invoice.counterparty or tr("The provider names no counterparty"))
    page.write_line(tr("By way of {label}", label=origin.label))
    if invoice.description:
        page.write_line(invoice.description)
    page.ln(4)


def _dates(page: _Page, invoice: Invoice, origin: Origin) -> None:
    due = words.day(invoice.due_on) if invoice.due_on else tr("not stated")
    if invoice.due_basis == "terms":
        due = tr("{day} (from configured payment terms)", day=due)
    status = words.status(invoice.status)
    late = overdue_days(invoice, today=origin.figures_of)
    rows = [
        (tr("Billing period"), words.month(invoice.period) if invoice.period else None),
        (tr("Issued"), words.day(invoice.issued_on)),
        (tr("Due"), due),
        (tr("Paid on"), words.day(invoice.paid_on) if invoice.paid_on else None),
        (tr("Status"), f"{status}, {words.late(late)}" if late else status),
        (tr("Provider's status"), invoice.provider_status or None),
    ]
    _pairs(page, [(label, said) for label, said in rows if said is not None])


def _amounts(page: _Page, invoice: Invoice) -> None:
    credit = invoice.kind == "credit_note"
    shown = [
        (tr("Net"), invoice.net),
        (tr("Tax"), invoice.tax),
        (tr("Total"), invoice.total),
        (tr("Used") if credit else tr("Paid"), invoice.paid),
        (tr("Still to use") if credit else tr("Balance"), invoice.balance),
    ]
    _pairs(page, [(label, words.money(a, invoice.currency)) for label, a in shown])


def _pairs(page: _Page, pairs: Sequence[tuple[str, str]]) -> None:
    page.set_font("sans", "", 10)
    page.set_text_color(*_INK)
    with page.table(
        width=120,
        col_widths=(40, 80),
        align=Align.L,
        first_row_as_headings=False,
        borders_layout=TableBordersLayout.NONE,
        line_height=5.6,
    ) as table:
        for label, said in pairs:
            row = table.row()
            row.cell(label, style=FontFace(color=_FAINT))
            row.cell(_safe(said))
    page.ln(4)


def _lines(page: _Page, invoice: Invoice) -> None:
    page.write_line(tr("Line items"), size=13, bold=True)
    page.ln(1)
    page.set_font("sans", "", 9)
    page.set_draw_color(*_RULE)
    headings = (
        tr("Item"),
        tr("Quantity"),
        tr("Price"),
        tr("Amount, {currency}", currency=_safe(invoice.currency)),
    )
    shown = invoice.lines[:MOST_LINES]
    basis = basis_of(invoice.lines)
    with page.table(
        col_widths=_WIDTHS,
        text_align=(Align.L, Align.R, Align.R, Align.R),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=_INK, fill_color=_SHADE),
        line_height=5,
        padding=0.8,
    ) as table:
        table.row(headings)
        for party in by_customer(shown):
            amounts = [amount_of(line, basis) for line in party.lines]
            if party.customer:
                _customer(table, party.customer, amounts, invoice.currency)
            for line, amount in zip(party.lines, amounts, strict=True):
                _line(table, line, amount, invoice.currency)
    if len(invoice.lines) > len(shown):
        left = words.count(
            len(invoice.lines) - len(shown),
            "and {n} more line, not drawn here",
            "and {n} more lines, not drawn here",
        )
        page.write_line(left, size=9)
    page.ln(2)
    page.write_line(sum_words(invoice), size=9)
    page.ln(3)


def _customer(
    table: Table, name: str, amounts: Sequence[Decimal | None], currency: str
) -> None:
    row = table.row()
    bold = FontFace(emphasis="BOLD")
    row.cell(_safe(name), colspan=3, style=bold)
    stated = [each for each in amounts if each is not None]
    row.cell(words.number(sum(stated, Decimal(0)), currency), style=bold)


def _line(table: Table, line: LineItem, amount: Decimal | None, currency: str) -> None:
    name = f"{line.kind} " if line.kind else ""
    name += line.description or ""
    if line.period_from and line.period_to:
        first, last = words.day(line.period_from), words.day(line.period_to)
        name = tr("{item}, {first} to {last}", item=name, first=first, last=last)
    price = line.unit_price
    table.row(
        (
            _safe(name.strip() or "–"),
            "–" if line.quantity is None else words.figure(line.quantity),
            "–" if price is None else words.number(price, currency),
            tr("not stated") if amount is None else words.number(amount, currency),
        )
    )


def _checks(page: _Page, checks: Sequence[str]) -> None:
    page.write_line(tr("What does not add up"), size=13, bold=True)
    for check in checks[:30]:
        page.write_line(f"– {check}", size=9)


def _safe(text: str) -> str:
    """Make text fit to be drawn: on one line, cut, without what has no shape."""
    cleaned = " ".join(clean(text).split())
    cut = cleaned if len(cleaned) <= LONGEST else f"{cleaned[: LONGEST - 1]}…"
    return drawable(cut)

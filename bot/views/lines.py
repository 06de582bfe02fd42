"""Line items: as a table, as text, and what they add up to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.answers.lines import (
    Basis,
    amount_of,
    basis_of,
    by_customer,
    off_by,
    sum_lines,
)
from bot.queries.wording import mark, tr, trn
from bot.views import words
from bot.views.kit import (
    Block,
    Column,
    Element,
    context,
    number_cell,
    outside,
    plain,
    table,
    text_cell,
)
from bot.views.paragraphs import paragraphs
from providers.models import Invoice, LineItem

#: Rows of a table with its heading, and the characters in them, so that a message with
#: everything else stays within Slack's limits.
MOST_ROWS, MOST_TEXT = 99, 7_000
#: Rows where a table cannot stand; a paragraph has room for no more.
MOST_LISTED = 25
_COLUMNS = (
    Column(wrap=True),
    Column(align="right"),
    Column(align="right"),
    Column(align="right"),
)

#: What is said where an invoice has no rows.
NO_LINES = mark("The provider gives no line items.")


def sum_words(invoice: Invoice) -> str:
    """Say what the rows make, and whether that is what the invoice states."""
    made = sum_lines(invoice)
    if made is None:
        return tr(NO_LINES)
    amount = words.money(made.lines, invoice.currency)
    if made.basis == "net":
        said = tr("The lines make {amount} before tax", amount=amount)
    else:
        said = tr("The lines make {amount} with tax", amount=amount)
    if made.not_stated:
        return trn(
            "{sum}; {n} line without an amount.",
            "{sum}; {n} lines without an amount.",
            made.not_stated,
            sum=said,
            n=words.figure(made.not_stated),
        )
    if made.difference is None:
        return tr("{sum}; the invoice states no amount to compare it with.", sum=said)
    if made.difference == 0:
        return tr("{sum}, as the invoice says.", sum=said)
    return tr(
        "{sum}; the invoice says {stated}, a difference of {difference}.",
        sum=said,
        stated=words.money(made.stated, invoice.currency),
        difference=words.money(abs(made.difference), invoice.currency),
    )


def lines_table(invoice: Invoice, *, most: int = MOST_ROWS) -> list[Block]:
    """Show the rows as a table, each customer's under their name, and the sum."""
    head = (
        tr("Item"),
        tr("Quantity"),
        tr("Price"),
        tr("Amount, {currency}", currency=plain(invoice.currency, 10)),
    )
    rows: list[list[Element]] = [[text_cell(each) for each in head]]
    room = MOST_TEXT
    shown = 0
    for is_item, row in _rows(invoice):
        room -= sum(len(cell["text"]) for cell in row)
        if room < 0 or len(rows) >= min(most, MOST_ROWS):
            break
        rows.append(row)
        shown += is_item
    blocks = [table(rows, _COLUMNS)] if shown else []
    return [*blocks, context(_below(invoice, shown))]


def lines_text(invoice: Invoice, *, most: int = MOST_LISTED) -> list[str]:
    """Say up to *most* rows, for where there are no tables; then the sum."""
    basis = basis_of(invoice.lines)
    said: list[str] = []
    shown = 0
    for party in by_customer(invoice.lines):
        if shown >= most:
            break
        if party.customer:
            said.append(f"*{outside(party.customer, 80)}*")
        for line in party.lines[: most - shown]:
            said.append(f"• {line_words(line, basis, invoice.currency)}")
            shown += 1
    return [*paragraphs(said), _below(invoice, shown)]


def line_words(line: LineItem, basis: Basis, currency: str) -> str:
    """Say one row: "Server rent · 2 × 50.00 · 100.00 EUR"."""
    parts = [outside(name_of(line), 90)]
    if line.quantity is not None:
        times = words.figure(exact(line.quantity))
        if line.unit_price is not None:
            times += f" × {words.number(exact(line.unit_price), currency)}"
        parts.append(times)
    amount = amount_of(line, basis)
    if amount is not None:
        parts.append(outside(words.money(amount, currency), 60))
    apart = off_by(line)
    if apart is not None:
        parts.append(tr("off by {amount}", amount=words.number(apart, currency)))
    return " · ".join(parts)


def name_of(line: LineItem, *, period: bool = True) -> str:
    """Say what a row is: its sort, its description and, with *period*, its days."""
    said = " ".join(filter(None, (line.kind, line.description)))
    if period and line.period_from and line.period_to:
        first, last = words.day(line.period_from), words.day(line.period_to)
        said = tr("{item}, {first} to {last}", item=said, first=first, last=last)
    return said or tr("no description")


def exact(number: Decimal) -> Decimal:
    """Drop zeros that say nothing, without an exponent."""
    text = f"{number:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _rows(invoice: Invoice) -> Iterator[tuple[bool, list[Element]]]:
    """Make the rows below the heading; false marks a customer's own."""
    basis = basis_of(invoice.lines)
    for party in by_customer(invoice.lines):
        if party.customer:
            amounts = [amount_of(line, basis) for line in party.lines]
            yield False, _party_row(party.customer, amounts, invoice.currency)
        for line in party.lines:
            dot = "· " if party.customer else ""
            yield True, _row(line, basis, invoice.currency, dot)


def _party_row(
    name: str, amounts: Sequence[Decimal | None], currency: str
) -> list[Element]:
    made = sum((each for each in amounts if each is not None), Decimal(0))
    amount = number_cell(made, plain(words.number(made, currency), 40))
    return [text_cell(plain(name, 80)), *map(text_cell, ("", "")), amount]


def _row(line: LineItem, basis: Basis, currency: str, dot: str) -> list[Element]:
    price, amount, apart = line.unit_price, amount_of(line, basis), off_by(line)
    said = tr("not stated") if amount is None else words.number(amount, currency)
    if apart is not None:
        said = tr(
            "{amount} (off by {difference})",
            amount=said,
            difference=words.number(apart, currency),
        )
    return [
        text_cell(plain(f"{dot}{name_of(line)}", 90)),
        text_cell(_figure(line.quantity)),
        text_cell("" if price is None else words.number(exact(price), currency)),
        text_cell(said) if amount is None else number_cell(amount, plain(said, 60)),
    ]


def _figure(number: Decimal | None) -> str:
    return "" if number is None else words.figure(exact(number))


def _below(invoice: Invoice, shown: int) -> str:
    left = len(invoice.lines) - shown
    said = sum_words(invoice)
    if not left:
        return said
    more = words.count(
        left, "{n} more line not shown here.", "{n} more lines not shown here."
    )
    return f"{more} {said}"

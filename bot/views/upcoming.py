"""Invoices on the Home tab: the next due dates, and those that somebody minds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.queries.wording import tr
from bot.views import ids, words
from bot.views.kit import (
    MAX_OPTION_VALUE,
    Block,
    Column,
    Element,
    number_cell,
    outside,
    plain,
    select,
    table,
    text_cell,
)
from bot.views.listing import due_words, invoice_words
from providers.models import Invoice

#: Due dates shown, and invoices of each kind of care.
DUE, MINDED = 10, 5
_COLUMNS = (Column(), Column(), Column(wrap=True), Column(align="right"))


@dataclass(frozen=True, slots=True)
class Snoozed:
    """An invoice that is kept silent about until a day, by a person (a Slack id)."""

    invoice: Invoice
    until: date
    by: str | None


def due_table(due: Sequence[Invoice], *, today: date) -> Block:
    """Show due dates, a row each."""
    names = (tr("Due"), tr("Invoice"), tr("From"), tr("Balance"))
    head = [text_cell(each) for each in names]
    return table([head, *(_due_row(each, today) for each in due)], _COLUMNS)


def details_menu(action_id: str, invoices: Sequence[Invoice]) -> list[Element]:
    """Make a menu of invoices, each of which opens in a window."""
    options = [
        (f"{each.number} · {words.money(each.balance, each.currency)}", value)
        for each in invoices
        if len(value := ids.invoice_value(each.connection, each.id)) <= MAX_OPTION_VALUE
    ]
    return [select(tr("Details of …"), action_id, options)] if options else []


def minded_words(
    assigned: Sequence[Invoice], snoozed: Sequence[Snoozed], *, today: date
) -> Iterator[str]:
    """Say what is assigned to the reader and what is snoozed, a paragraph each."""
    if assigned:
        lines = [f"• {_words(each, today)}" for each in assigned[:MINDED]]
        yield "\n".join([tr("*Assigned to you*"), *lines, *_more(len(assigned))])
    if snoozed:
        lines = [f"• {_snoozed(each, today)}" for each in snoozed[:MINDED]]
        yield "\n".join([tr("*Snoozed*"), *lines, *_more(len(snoozed))])


def _snoozed(each: Snoozed, today: date) -> str:
    values = {"day": words.day(each.until), "invoice": _words(each.invoice, today)}
    if not each.by:
        return tr("until {day}: {invoice}", **values)
    by = f"<@{outside(each.by, 30)}>"
    return tr("until {day}: {invoice} (by {person})", **values, person=by)


def _more(count: int) -> list[str]:
    if count <= MINDED:
        return []
    return [words.count(count - MINDED, "and {n} more", "and {n} more")]


def _words(invoice: Invoice, today: date) -> str:
    who = outside(invoice.counterparty or "", 80)
    said = invoice_words(invoice, today=today)
    return f"{said}, {who}" if who else said


def _due_row(invoice: Invoice, today: date) -> list[Element]:
    currency = plain(invoice.currency, 10)
    balance: Element = text_cell(tr("not stated"))
    if invoice.balance is not None:
        balance = number_cell(invoice.balance, words.money(invoice.balance, currency))
    return [
        text_cell(_due_words(invoice, today)),
        text_cell(plain(invoice.number, 60)),
        text_cell(plain(invoice.counterparty or "–", 80)),
        balance,
    ]


def _due_words(invoice: Invoice, today: date) -> str:
    """Say a due date, and that it is today or tomorrow."""
    said = due_words(invoice, today=today)
    if invoice.due_on is not None and (invoice.due_on - today).days in {0, 1}:
        said += f" · {words.due(invoice.due_on, today)}"
    return said

"""What is known of one invoice: at a glance in Slack's card, and all of it in words."""

from collections.abc import Sequence
from datetime import date

from bot.answers.ageing import overdue_days
from bot.answers.model import OneInvoice
from bot.views import words
from bot.views.kit import (
    MAX_CARD_LINE,
    Block,
    Element,
    card,
    header,
    outside,
    plain,
    section,
)
from bot.views.listing import due_words
from bot.views.reading import state_of
from providers.models import OWED, Invoice

#: Room for an amount, and for the number of an invoice.
_AMOUNT, _CARD_AMOUNT, _NUMBER = 60, 44, 100
_NO_NAME = "The provider names no counterparty"


def invoice_card(answer: OneInvoice, buttons: Sequence[Element]) -> Block:
    """Head a message with what people ask first: who, how much, by when."""
    invoice, today = answer.invoice, answer.today
    state = outside(state_of(invoice.status, invoice.provider_status), 100)
    when = _when(invoice, today)
    return card(
        "card",
        _card_title(invoice),
        subtitle=_sentence(f"{state}, {when}" if when else state),
        body=_card_body(invoice),
        buttons=buttons,
    )


def rest_of_facts(answer: OneInvoice) -> list[Block]:
    """Say what the card above has not said."""
    invoice = answer.invoice
    who = _who(invoice)
    said = [] if _card_title(invoice).endswith(f" from {who}") else [who]
    label = _label(answer)
    if label and label != who:
        said.append(f"Connection: {label}")
    said.append(outside(invoice.description or "", 500))
    lines = [line for line in said if line]
    others = [*_parts(invoice), _paid_on(invoice)]
    others += [*_period(invoice), *_due_basis(invoice)]
    return [
        *([section("\n".join(lines))] if lines else []),
        section("*Amounts and dates*", fields=_fields(others)),
    ]


def facts_blocks(answer: OneInvoice) -> list[Block]:
    """Say all the facts below a heading, where no card can stand."""
    invoice, today = answer.invoice, answer.today
    summary = state_of(invoice.status, invoice.provider_status)
    late = overdue_days(invoice, today=today)
    if late:
        summary += f", {words.late(late)}"
    who, label = _who(invoice), _label(answer)
    way = f"\nover {label}" if label and label != who else ""
    what = f"\n{outside(invoice.description, 500)}" if invoice.description else ""
    net, tax, paid = _parts(invoice)
    total, balance = _sums(invoice, _AMOUNT)
    period, rest = _period(invoice), [_paid_on(invoice), *_due_basis(invoice)]
    due = "not stated" if invoice.due_on is None else due_words(invoice, today=today)
    if late:
        due += f" (due {words.day(invoice.due_on)})"
    dates = [*period, ("Issued", words.day(invoice.issued_on)), ("Due", due), *rest]
    return [
        heading(invoice),
        section(f"*{outside(summary, 120)}*\n{who}{way}{what}"),
        section("*Amounts*", fields=_fields([net, tax, total, paid, balance])),
        section("*Dates*", fields=_fields(dates)),
    ]


def heading(invoice: Invoice) -> Block:
    """Name an invoice, where no card can stand."""
    return header(f"{_kind(invoice)} {plain(invoice.number, _NUMBER)}")


def _card_title(invoice: Invoice) -> str:
    """Say number and counterparty: ``Invoice F25-0000101 from i3D.net``."""
    title = f"{_kind(invoice)} {outside(invoice.number, _NUMBER)}"
    if not invoice.counterparty:
        return title
    room = MAX_CARD_LINE - len(title) - len(" from ")
    return f"{title} from {outside(invoice.counterparty, room)}"


def _card_body(invoice: Invoice) -> str:
    due = "not stated" if invoice.due_on is None else words.day(invoice.due_on)
    if invoice.due_on is not None and invoice.due_basis == "terms":
        due += " (assumed)"
    dates = [("Issued", words.day(invoice.issued_on)), ("Due", due)]
    lines = (_sums(invoice, _CARD_AMOUNT), dates)
    return "\n".join(
        " · ".join(f"*{label}* {value}" for label, value in line) for line in lines
    )


def _when(invoice: Invoice, today: date) -> str:
    """Say how late it is, or how soon due; nothing where nobody waits for money."""
    late = overdue_days(invoice, today=today)
    if late:
        return words.late(late)
    waits = invoice.kind == "invoice" and invoice.status in OWED
    if invoice.due_on is None or not waits or invoice.balance == 0:
        return ""
    days = (invoice.due_on - today).days
    soon = words.due(invoice.due_on, today)
    return soon if days <= 1 else f"due in {words.count(days, '{n} day', '{n} days')}"


def _sums(invoice: Invoice, room: int) -> list[tuple[str, str]]:
    """Name the total and what is left of it."""
    left = "Still to use" if invoice.kind == "credit_note" else "Balance"
    shown = (("Total", invoice.total), (left, invoice.balance))
    return [
        (label, outside(words.money(amount, invoice.currency), room))
        for label, amount in shown
    ]


def _parts(invoice: Invoice) -> list[tuple[str, str]]:
    """Name the amounts besides the total and what is left of it."""
    shown = (("Net", invoice.net), ("Tax", invoice.tax), ("Paid", invoice.paid))
    return [
        (label, outside(words.money(amount, invoice.currency), _AMOUNT))
        for label, amount in shown
    ]


def _period(invoice: Invoice) -> list[tuple[str, str]]:
    period = invoice.period
    return [("Billing period", words.month(period))] if period else []


def _paid_on(invoice: Invoice) -> tuple[str, str]:
    return "Paid on", _paid_words(invoice)


def _due_basis(invoice: Invoice) -> list[tuple[str, str]]:
    if invoice.due_basis is None:
        return []
    basis = {"terms": "configured payment terms", "provider": "the provider"}
    return [("Due date from", basis[invoice.due_basis])]


def _fields(shown: Sequence[tuple[str, str]]) -> list[str]:
    return [f"*{label}*\n{value}" for label, value in shown]


def _paid_words(invoice: Invoice) -> str:
    """Say the day of payment, and how many days that was before or after it was due."""
    if invoice.paid_on is None or invoice.due_on is None:
        return words.day(invoice.paid_on)
    days = (invoice.paid_on - invoice.due_on).days
    when = (
        words.late(days)
        if days > 0
        else f"{words.count(-days, '{n} day', '{n} days')} early"
    )
    return f"{words.day(invoice.paid_on)} ({when if days else 'on the due date'})"


def _kind(invoice: Invoice) -> str:
    return words.kind(invoice.kind).capitalize()


def _who(invoice: Invoice) -> str:
    return outside(invoice.counterparty or _NO_NAME, 200)


def _label(answer: OneInvoice) -> str:
    """Name the connection as people know it; nothing where that is not known."""
    mine = answer.invoice.connection
    return next(
        (outside(e.label, 80) for e in answer.freshness if e.connection == mine), ""
    )


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]

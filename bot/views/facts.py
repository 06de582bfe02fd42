"""What is known of one invoice: at a glance in Slack's card, and all of it in words."""

from collections.abc import Sequence
from datetime import date

from bot.answers.ageing import is_awaited, overdue_days
from bot.answers.model import OneInvoice
from bot.queries.wording import mark, tr, trn
from bot.views import words
from bot.views.kit import (
    MAX_CARD_BODY,
    MAX_CARD_LINE,
    Block,
    Element,
    card,
    cut_mrkdwn,
    header,
    outside,
    plain,
    section,
)
from bot.views.listing import assumed, due_words
from bot.views.reading import state_of
from providers.models import Invoice, Status

#: Room for an amount, and for the number of an invoice.
_AMOUNT, _CARD_AMOUNT, _NUMBER = 60, 44, 100
_NO_NAME = mark("The provider names no counterparty")

#: A status where a sentence begins.
_STATES = {
    Status.UNPAID: mark("Unpaid"),
    Status.PART_PAID: mark("Part paid"),
    Status.PAID: mark("Paid"),
    Status.NOTHING_DUE: mark("Nothing due"),
    Status.OPEN_CREDIT: mark("Open credit"),
    Status.SETTLED_CREDIT: mark("Settled credit"),
    Status.UNKNOWN: mark("Status not known ({status})"),
}


def invoice_card(answer: OneInvoice, buttons: Sequence[Element]) -> Block:
    """Head a message with what people ask first: who, how much, by when."""
    invoice, today = answer.invoice, answer.today
    state = tr(_STATES[invoice.status], status=invoice.provider_status)
    state = outside(state, 100)
    when = _when(invoice, today)
    subtitle = f"{state}, {when}" if when else state
    return card(
        "card",
        cut_mrkdwn(_card_title(invoice), MAX_CARD_LINE),
        subtitle=cut_mrkdwn(subtitle, MAX_CARD_LINE),
        body=_card_body(invoice),
        buttons=buttons,
    )


def rest_of_facts(answer: OneInvoice) -> list[Block]:
    """Say what the card above has not said."""
    invoice = answer.invoice
    who = _who(invoice)
    said = [] if _is_named_in_title(invoice) else [who]
    label = _label(answer)
    if label and label != who:
        said.append(tr("Connection: {connection}", connection=label))
    said.append(outside(invoice.description or "", 500))
    lines = [line for line in said if line]
    others = [*_parts(invoice), _paid_on(invoice)]
    others += [*_period(invoice), *_due_basis(invoice)]
    return [
        *([section("\n".join(lines))] if lines else []),
        section(tr("*Amounts and dates*"), fields=_fields(others)),
    ]


def facts_blocks(answer: OneInvoice) -> list[Block]:
    """Say all the facts below a heading, where no card can stand."""
    invoice, today = answer.invoice, answer.today
    summary = state_of(invoice.status, invoice.provider_status)
    late = overdue_days(invoice, today=today)
    if late:
        summary += f", {words.late(late)}"
    who, label = _who(invoice), _label(answer)
    over = tr("over {connection}", connection=label)
    way = f"\n{over}" if label and label != who else ""
    what = f"\n{outside(invoice.description, 500)}" if invoice.description else ""
    net, tax, paid = _parts(invoice)
    total, balance = _sums(invoice, _AMOUNT)
    period, rest = _period(invoice), [_paid_on(invoice), *_due_basis(invoice)]
    due = _due(invoice, due_words(invoice, today=today))
    if late:
        due = tr("{late} (due {day})", late=due, day=words.day(invoice.due_on))
    issued = (tr("Issued"), words.day(invoice.issued_on))
    dates = [*period, issued, (tr("Due"), due), *rest]
    return [
        heading(invoice),
        section(f"*{outside(summary, 120)}*\n{who}{way}{what}"),
        section(tr("*Amounts*"), fields=_fields([net, tax, total, paid, balance])),
        section(tr("*Dates*"), fields=_fields(dates)),
    ]


def heading(invoice: Invoice) -> Block:
    """Name an invoice, where no card can stand."""
    return header(_titled(invoice, plain(invoice.number, _NUMBER)))


def _card_title(invoice: Invoice) -> str:
    """Say number and counterparty: ``Invoice F25-0000101 from i3D.net``."""
    title = _titled(invoice, outside(invoice.number, _NUMBER))
    if not invoice.counterparty:
        return title
    return _title_from(title, outside(invoice.counterparty, _room(title)))


def _titled(invoice: Invoice, number: str) -> str:
    if invoice.kind == "credit_note":
        return tr("Credit note {number}", number=number)
    return tr("Invoice {number}", number=number)


def _title_from(title: str, who: str) -> str:
    return tr("{invoice} from {seller}", invoice=title, seller=who)


def _room(title: str) -> int:
    """Count the characters that a card's title has left for a counterparty."""
    return max(1, MAX_CARD_LINE - len(_title_from(title, "")))


def _is_named_in_title(invoice: Invoice) -> bool:
    """Tell whether the card's title names the counterparty, whole."""
    if not invoice.counterparty:
        return False
    who = _who(invoice)
    title = _titled(invoice, outside(invoice.number, _NUMBER))
    return outside(invoice.counterparty, _room(title)) == who


def _card_body(invoice: Invoice) -> str:
    due = words.day(invoice.due_on)
    if invoice.due_basis == "terms":
        due = assumed(due)
    due = _due(invoice, due)
    dates = [(tr("Issued"), words.day(invoice.issued_on)), (tr("Due"), due)]
    lines = (_sums(invoice, _CARD_AMOUNT), dates)
    said = "\n".join(
        " · ".join(f"*{label}* {value}" for label, value in line) for line in lines
    )
    return cut_mrkdwn(said, MAX_CARD_BODY)


def _due(invoice: Invoice, said: str) -> str:
    return tr("not stated") if invoice.due_on is None else said


def _when(invoice: Invoice, today: date) -> str:
    """Say how late it is, or how soon due; nothing where nobody waits for money."""
    late = overdue_days(invoice, today=today)
    if late:
        return words.late(late)
    if invoice.due_on is None or not is_awaited(invoice):
        return ""
    days = (invoice.due_on - today).days
    soon = words.due(invoice.due_on, today)
    if days <= 1:
        return soon
    return words.count(days, "due in {n} day", "due in {n} days")


def _sums(invoice: Invoice, room: int) -> list[tuple[str, str]]:
    """Name the total and what is left of it."""
    is_credit = invoice.kind == "credit_note"
    left = tr("Still to use") if is_credit else tr("Balance")
    shown = ((tr("Total"), invoice.total), (left, invoice.balance))
    return [
        (label, outside(words.money(amount, invoice.currency), room))
        for label, amount in shown
    ]


def _parts(invoice: Invoice) -> list[tuple[str, str]]:
    """Name the amounts besides the total and what is left of it."""
    shown = (
        (tr("Net"), invoice.net),
        (tr("Tax"), invoice.tax),
        (tr("Paid"), invoice.paid),
    )
    return [
        (label, outside(words.money(amount, invoice.currency), _AMOUNT))
        for label, amount in shown
    ]


def _period(invoice: Invoice) -> list[tuple[str, str]]:
    period = invoice.period
    return [(tr("Billing period"), words.month(period))] if period else []


def _paid_on(invoice: Invoice) -> tuple[str, str]:
    return tr("Paid on"), _paid_words(invoice)


def _due_basis(invoice: Invoice) -> list[tuple[str, str]]:
    if invoice.due_basis is None:
        return []
    assumes = invoice.due_basis == "terms"
    basis = tr("configured payment terms") if assumes else tr("the provider")
    return [(tr("Due date from"), basis)]


def _fields(shown: Sequence[tuple[str, str]]) -> list[str]:
    return [f"*{label}*\n{value}" for label, value in shown]


def _paid_words(invoice: Invoice) -> str:
    """Say the day of payment, and how many days that was before or after it was due."""
    if invoice.paid_on is None or invoice.due_on is None:
        return words.day(invoice.paid_on)
    days = (invoice.paid_on - invoice.due_on).days
    day = words.day(invoice.paid_on)
    if days == 0:
        return tr("{day} (on the due date)", day=day)
    if days > 0:
        return f"{day} ({words.late(days)})"
    return trn(
        "{day} ({n} day early)",
        "{day} ({n} days early)",
        -days,
        day=day,
        n=words.figure(-days),
    )


def _who(invoice: Invoice) -> str:
    return outside(invoice.counterparty or tr(_NO_NAME), 200)


def _label(answer: OneInvoice) -> str:
    """Name the connection as people know it; nothing where that is not known."""
    mine = answer.invoice.connection
    return next(
        (outside(e.label, 80) for e in answer.freshness if e.connection == mine), ""
    )

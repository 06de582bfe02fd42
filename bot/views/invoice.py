"""One invoice, for reading: as a message and as a modal."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.answers.ageing import overdue_days
from bot.answers.model import NoSuchInvoice, OneInvoice
from bot.views import ids, words
from bot.views.kit import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    divider,
    header,
    outside,
    plain,
    plain_text,
    section,
)
from bot.views.listing import Setting, due_words, invoice_words, outside_limit
from bot.views.reading import state_of, trouble_lines
from providers.models import Invoice, LineItem

#: Line items shown; how many more there are is said.
LINES = 15


def invoice_message(answer: OneInvoice, setting: Setting) -> Message:
    """Show one invoice with its amounts, dates, line items and checks."""
    invoice = answer.invoice
    troubles = trouble_lines(answer.freshness, now=setting.now, zone=setting.zone)
    blocks = [context(line) for line in troubles[:10]]
    blocks += invoice_blocks(invoice, today=answer.today)
    if answer.lines_problem:
        problem = outside(answer.lines_problem, 300)
        blocks.append(context(f"Line items did not come: the provider {problem}."))
    known = [each.as_of for each in answer.freshness if each.as_of is not None]
    if known:
        blocks.append(context(f"Read {words.ago(min(known), setting.now)}."))
    here = ids.answer_value(setting.command)
    row: list[Element] = []
    if not setting.shared:
        row.append(button("Share here", ids.ANSWER_SHARE, here, "primary"))
    if invoice.has_pdf:
        value = ids.invoice_value(invoice.connection, invoice.id)
        row.append(button("PDF", ids.INVOICE_PDF, value))
    row.append(button("Refresh", ids.ANSWER_REFRESH, here))
    blocks.append(actions("answer", *row))
    text = [line.replace("*", "") for line in troubles]
    text.append(invoice_words(invoice, today=answer.today))
    return Message(outside_limit("\n".join(text)), blocks)


def invoice_view(invoice: Invoice, *, today: date) -> dict[str, Any]:
    """Show one invoice as a modal."""
    return {
        "type": "modal",
        "title": plain_text(plain(words.kind(invoice.kind).capitalize(), 24)),
        "close": plain_text("Close"),
        "blocks": invoice_blocks(invoice, today=today),
    }


def invoice_blocks(invoice: Invoice, *, today: date) -> list[Block]:
    """Show an invoice's facts, line items and checks."""
    kind = words.kind(invoice.kind).capitalize()
    blocks = [header(f"{kind} {plain(invoice.number, 100)}")]
    summary = state_of(invoice.status, invoice.provider_status)
    late = overdue_days(invoice, today=today)
    if late:
        summary += f", {words.late(late)}"
    who = outside(invoice.counterparty or "The provider names no counterparty", 200)
    what = f"\n{outside(invoice.description, 500)}" if invoice.description else ""
    blocks.append(section(f"*{outside(summary, 120)}*\n{who}{what}"))
    blocks.append(section("*Amounts*", fields=_amounts(invoice)))
    blocks.append(section("*Dates*", fields=_dates(invoice, today)))
    if invoice.lines:
        blocks.append(divider())
        blocks.append(section(_lines(invoice.lines, invoice.currency)))
    if invoice.checks:
        listed = "\n".join(f"• {outside(check, 200)}" for check in invoice.checks[:10])
        blocks.append(section(f"*Check*\n{listed}"))
    return blocks


def no_such_invoice_message(answer: NoSuchInvoice, setting: Setting) -> Message:
    """Say that nothing has this number, and which numbers are like it."""
    troubles = trouble_lines(answer.freshness, now=setting.now, zone=setting.zone)
    said = f"No invoice `{outside(answer.number, 80)}`."
    if answer.closest:
        closest = ", ".join(outside(each, 60) for each in answer.closest)
        said += f" Closest: {closest}."
    else:
        said += " Try `/invoices` with a year and a month to see what there is."
    blocks = [context(line) for line in troubles[:10]]
    blocks.append(section(said))
    if answer.closest:
        blocks.append(
            actions(
                "closest",
                *(
                    button(
                        plain(f"Open {each}", 75),
                        f"{ids.RUN_COMMAND}:{number}",
                        ids.answer_value(f"/invoice {each}"),
                    )
                    for number, each in enumerate(answer.closest, 1)
                ),
            )
        )
    text = "\n".join([*(line.replace("*", "") for line in troubles), said])
    return Message(outside_limit(text), blocks)


def _amounts(invoice: Invoice) -> list[str]:
    balance = "Still to use" if invoice.kind == "credit_note" else "Balance"
    shown = [
        ("Net", invoice.net),
        ("Tax", invoice.tax),
        ("Total", invoice.total),
        ("Paid", invoice.paid),
        (balance, invoice.balance),
    ]
    return [
        f"*{label}*\n{outside(words.money(amount, invoice.currency), 60)}"
        for label, amount in shown
    ]


def _dates(invoice: Invoice, today: date) -> list[str]:
    due = "not stated" if invoice.due_on is None else due_words(invoice, today=today)
    if overdue_days(invoice, today=today):
        due += f" (due {words.day(invoice.due_on)})"
    shown = [
        ("Issued", words.day(invoice.issued_on)),
        ("Due", due),
        ("Paid on", words.day(invoice.paid_on)),
    ]
    if invoice.period:
        shown.insert(0, ("Billing period", words.month(invoice.period)))
    said = [f"*{label}*\n{value}" for label, value in shown]
    if invoice.due_basis == "terms":
        said.append("*Due date from*\nconfigured payment terms")
    return said


def _lines(lines: tuple[LineItem, ...], currency: str) -> str:
    said = ["*Line items*"]
    customer = None
    for line in lines[:LINES]:
        if line.customer and line.customer != customer:
            customer = line.customer
            said.append(f"_{outside(customer, 80)}_")
        said.append(f"• {_line(line, currency)}")
    if len(lines) > LINES:
        said.append(f"and {words.count(len(lines) - LINES, 'more line')}")
    return "\n".join(said)[:3_000]


def _line(line: LineItem, currency: str) -> str:
    parts = [outside(line.description or line.kind or "no description", 90)]
    if line.quantity is not None:
        times = f"{_plain_number(line.quantity)}"
        if line.unit_price is not None:
            times += f" × {words.number(line.unit_price.normalize(), currency)}"
        parts.append(times)
    amount = line.net if line.net is not None else line.total
    if amount is not None:
        parts.append(words.money(amount, currency))
    return " · ".join(parts)


def _plain_number(number: Decimal) -> str:
    text = f"{number:f}"
    exact = Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
    return words.figure(exact)

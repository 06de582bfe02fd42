"""How late an invoice is."""

from datetime import date

from bot.queries.wording import mark
from providers.models import OWED, Invoice


def is_awaited(invoice: Invoice) -> bool:
    """Tell whether money is still to be paid; an unknown balance may be."""
    owed = invoice.kind == "invoice" and invoice.status in OWED
    return owed and invoice.balance != 0


def overdue_days(invoice: Invoice, *, today: date) -> int:
    """Count whole days past the due date while something is owed; else 0.

    Due today is not late. A credit note is never late. Without a due date, or with a
    balance that is stated to be zero, neither.
    """
    return lateness(invoice, today=today)[0]


def lateness(invoice: Invoice, *, today: date) -> tuple[int, str]:
    """Count as `overdue_days`, and say by which rule: a text that `tr` says."""
    if invoice.due_on is None:
        return 0, mark("without a due date nothing is overdue")
    if invoice.kind != "invoice":
        return 0, mark("a credit note is never overdue")
    if invoice.status not in OWED:
        return 0, mark("only what is unpaid, or paid in part, can be overdue")
    if invoice.balance == 0:
        return 0, mark("nothing is left to pay")
    days = (today - invoice.due_on).days
    if days <= 0:
        return 0, mark("it is overdue from the day after the due date")
    return days, mark("something is owed after the due date: every day since counts")

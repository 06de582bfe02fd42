"""How late an invoice is."""

from datetime import date

from providers.models import OWED, Invoice


def overdue_days(invoice: Invoice, *, today: date) -> int:
    """Count whole days past the due date while something is owed; else 0.

    Due today is not late. A credit note is never late. Without a due date, or with a
    balance that is stated to be zero, neither.
    """
    if invoice.due_on is None or invoice.kind != "invoice":
        return 0
    if invoice.status not in OWED or invoice.balance == 0:
        return 0
    return max((today - invoice.due_on).days, 0)

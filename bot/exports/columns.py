"""What every table of invoices has in its columns (`docs/exports.md`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from bot.answers.ageing import overdue_days
from bot.queries.wording import mark
from providers.models import Invoice

#: Text, an amount, a day, a whole number, a truth, or what the provider does not say.
Value = str | Decimal | date | int | bool | None

#: What a spreadsheet takes for the beginning of a formula, in full width too, which
#: Japanese input methods produce. Source: OWASP, CSV Injection.
_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
#: Text that is a negative number calculates nothing.
_NEGATIVE = re.compile(r"-\d+([.,]\d+)*", re.ASCII)
#: Blanks, and what is not seen at all, before the first character that counts.
_LEADING = re.compile(r"[^\S\t\r\n]+")
#: What XML and terminals refuse, lone surrogates, and marks that turn or hide text.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the published field's name, a heading for people, its value.

    The *heading* is said by `tr`.
    """

    name: str
    heading: str
    width: int
    read: Callable[[Invoice, date], Value]


def _field(name: str, heading: str, *, width: int = 12) -> Column:
    read = attrgetter(name)
    return Column(name, heading, width, lambda invoice, _: read(invoice))


COLUMNS = (
    _field("number", mark("Number"), width=22),
    _field("kind", mark("Kind")),
    _field("connection", mark("Connection")),
    _field("counterparty", mark("Counterparty"), width=30),
    _field("description", mark("Description"), width=30),
    _field("period", mark("Period")),
    _field("issued_on", mark("Issued on")),
    _field("due_on", mark("Due on")),
    _field("due_basis", mark("Due basis")),
    Column(
        "overdue_days",
        mark("Days overdue"),
        12,
        lambda i, day: overdue_days(i, today=day),
    ),
    _field("paid_on", mark("Paid on")),
    _field("currency", mark("Currency")),
    _field("net", mark("Net"), width=16),
    _field("tax", mark("Tax"), width=16),
    _field("total", mark("Total"), width=16),
    _field("paid", mark("Paid"), width=16),
    _field("balance", mark("Balance"), width=16),
    Column("status", mark("Status"), 14, lambda invoice, _: invoice.status.value),
    _field("provider_status", mark("Provider status"), width=16),
    _field("has_pdf", mark("PDF offered")),
    Column("checks", mark("Checks"), 30, lambda invoice, _: "; ".join(invoice.checks)),
    _field("provider", mark("Provider")),
    _field("id", mark("Provider's id"), width=22),
)


def clean(text: str) -> str:
    """Drop what no file should carry: control and direction characters."""
    if text.isascii() and text.isprintable():
        return text
    return _UNWANTED.sub("", text)


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take *text* for a formula."""
    blanks = _LEADING.match(text)
    start = blanks.end() if blanks else 0
    return bool(_FORMULA.match(text, start)) and not _NEGATIVE.fullmatch(text)

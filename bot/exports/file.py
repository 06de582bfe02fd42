"""One answer as one file, with a name that says what it is."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

from bot.answers.document import answer_document
from bot.answers.model import (
    Answer,
    Changes,
    Freshness,
    Group,
    InvoiceList,
    NoSuchInvoice,
    OneInvoice,
    Proof,
)
from bot.answers.totals import totals_of
from bot.exports.separated import to_csv
from bot.exports.workbook import Source, to_xlsx
from bot.queries.wording import tr
from providers.models import Invoice

Format = Literal["csv", "xlsx", "json"]
#: Characters of a question that a file's name keeps.
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to write or to upload."""

    name: str
    content: bytes
    rows: int


def export_file(
    question: str,
    answer: Answer,
    *,
    form: Format,
    today: date,
    at_row: Callable[[], None] = lambda: None,
) -> ExportFile:
    """Write the invoices of *answer* to *question* as a file of the format *form*.

    *at_row* is called before each row of a table, and may raise to give up.

    Raises:
        TypeError: the answer is not about invoices.
    """
    invoices = invoices_of(answer)
    if form == "json" and isinstance(answer, Changes):
        invoices = ()
    if invoices is None:
        raise TypeError("only answers with invoices become files")
    match form:
        case "csv":
            content = to_csv(_announced(invoices, at_row), today=today)
        case "xlsx":
            rows = _announced(invoices, at_row)
            content = _workbook(question, answer, rows, today)
        case "json":
            document = answer_document(question, answer)
            text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
            # What Unicode cannot write is escaped, as JSON writes it.
            content = text.encode("utf-8", "backslashreplace")
        case _:
            assert_never(form)
    name = file_name(question, today=today, ending=form)
    count = answer.count if isinstance(answer, Changes) else len(invoices)
    return ExportFile(name, content, count)


def file_name(question: str, *, today: date, ending: str) -> str:
    """Name the file of a question's answer, by the day that its figures are of."""
    return tr(
        "{question}-on-{day}.{ending}",
        question=name_of(question),
        day=today.isoformat(),
        ending=ending,
    )


def name_of(question: str) -> str:
    """Make the words of *question* a file's name: no path, no blanks, not too long."""
    words = re.sub(r"[^\w]+", "-", question).strip("-_")
    return words[:LONGEST_NAME].rstrip("-_") or tr("invoices")


def _announced(
    invoices: Iterable[Invoice], at_row: Callable[[], None]
) -> Iterator[Invoice]:
    for invoice in invoices:
        at_row()
        yield invoice


def _workbook(
    question: str, answer: Answer, rows: Iterable[Invoice], today: date
) -> bytes:
    totals = totals_of(invoices_of(answer) or (), today=today)
    freshness: tuple[Freshness, ...] = ()
    proof: tuple[Proof, ...] = ()
    groups: tuple[Group, ...] = ()
    if isinstance(answer, InvoiceList | OneInvoice | NoSuchInvoice):
        freshness = answer.freshness
    if isinstance(answer, InvoiceList):
        totals, proof, groups = answer.totals, answer.proof, answer.groups
    source = Source(question, today, freshness)
    return to_xlsx(rows, totals=totals, proof=proof, groups=groups, source=source)


def invoices_of(answer: Answer) -> tuple[Invoice, ...] | None:
    """List the invoices of *answer*; ``None``: it is not one with rows."""
    match answer:
        case InvoiceList(invoices=invoices):
            return invoices
        case OneInvoice(invoice=invoice):
            return (invoice,)
        case NoSuchInvoice():
            return ()
        case _:
            return None

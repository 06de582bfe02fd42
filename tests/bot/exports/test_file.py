"""A question's answer as a file: its name, its rows, its formats."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.document import answer_document
from bot.answers.model import HelpWanted, InvoiceList, NoSuchInvoice, OneInvoice
from bot.exports.file import Format, export_file, name_of
from bot.queries.model import Query
from tests.bot.exports.made import lists
from tests.factories import TODAY, make_invoice, make_list

NAMES = {
    "/invoices 2021 8": "invoices-2021-8",
    '/unpaid customer:"Contoso KK" >=100': "unpaid-customer-Contoso-KK-100",
    "/invoices text:青鷺": "invoices-text-青鷺",
    "../../etc/passwd": "etc-passwd",
    "/!": "invoices",
    "x" * 200: "x" * 80,
}


@pytest.mark.parametrize(("question", "name"), NAMES.items())
def test_a_file_is_named_after_its_question(question: str, name: str) -> None:
    assert name_of(question) == name


@given(question=st.text(max_size=200))
def test_no_question_leads_out_of_the_folder(question: str) -> None:
    name = name_of(question)
    assert 0 < len(name) <= 80
    assert not set(name) & set('/\\:*?"<>|. \n\r\t\0\u202e')


@given(answer=lists)
def test_json_is_the_published_document(answer: InvoiceList) -> None:
    file = export_file("/invoices", answer, form="json", today=TODAY)
    assert json.loads(file.content) == answer_document("/invoices", answer)
    assert file.rows == len(answer.invoices)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_one_invoice_and_none_are_files_too(form: Format) -> None:
    query = Query(show="invoice", number="F25")
    one = OneInvoice(query, TODAY, make_invoice(), ())
    none = NoSuchInvoice(query, "F25", (), ())
    assert export_file("/invoice F25", one, form=form, today=TODAY).rows == 1
    empty = export_file("/invoice F25", none, form=form, today=TODAY)
    assert (empty.rows, empty.name) == (0, f"invoice-F25-on-2025-11-21.{form}")
    assert empty.content


def test_a_list_has_all_its_rows_in_order() -> None:
    rows = [make_invoice(id=str(i), number=f"N{i}") for i in range(57)]
    file = export_file("/unpaid", make_list(*rows), form="csv", today=TODAY)
    lines = file.content.decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == [
        f"N{i}" for i in range(57)
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_can_be_given_up_at_any_row(form: Format) -> None:
    rows = iter(range(3))

    def at_row() -> None:
        if next(rows) == 2:
            raise InterruptedError

    answer = make_list(*(make_invoice(id=str(i)) for i in range(9)))
    with pytest.raises(InterruptedError):
        export_file("/unpaid", answer, form=form, today=TODAY, at_row=at_row)
    assert list(rows) == []


def test_help_is_no_file() -> None:
    with pytest.raises(TypeError):
        export_file("help", HelpWanted(""), form="csv", today=TODAY)

"""What a connection left behind that is configured no longer is nobody's figure."""

from collections.abc import Sequence

import pytest

from bot.answers.model import NoSuchInvoice
from bot.queries.parse import parse_query
from providers.models import Invoice
from storage.store import Store
from tests.bot.flows.asking import ask, keep_some, questions_of
from tests.storage.made import invoice, keep

#: The same invoice as known before the connection got another name.
LEFT = invoice("2", connection="i3d-old", total="7000.00", balance="7000.00")


@pytest.mark.parametrize(
    "question",
    ["/invoices 2026", "/unpaid", "/unpaid -swo", "/invoices by connection"],
)
async def test_it_is_in_no_list_and_in_no_sum(store: Store, question: str) -> None:
    await keep_some(store)
    before = ask(store, question)
    assert before.count > 0
    await store.run(keep, [LEFT])
    after = ask(store, question)
    assert (after.count, after.totals) == (before.count, before.totals)
    assert (after.invoices, after.groups) == (before.invoices, before.groups)


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        pytest.param([LEFT], False, id="under the old name alone"),
        pytest.param([LEFT, invoice("2")], True, id="under the new name too"),
    ],
)
async def test_its_invoice_is_not_found_by_number(
    store: Store,
    kept: Sequence[Invoice],
    found: bool,
) -> None:
    await store.run(keep, kept)
    questions = questions_of(store)
    query = parse_query("/invoice F25-2", context=questions.context())
    answer = questions.answer(query)
    assert isinstance(answer, NoSuchInvoice) is not found

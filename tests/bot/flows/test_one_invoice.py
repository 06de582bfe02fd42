"""What is read for one invoice beside its figures."""

from datetime import date

import pytest

from bot.answers.model import OneInvoice
from bot.flows.one_invoice import previous_of, subject_of
from bot.queries.parse import parse_query
from storage.store import Store
from tests.bot.flows.asking import questions_of
from tests.storage.made import invoice, keep


@pytest.mark.parametrize(
    ("description", "subject"),
    [
        ("Server rent November 2026", ("server", "rent")),
        ("Server rent, Oct. 2026", ("server", "rent")),
        ("サーバー利用料 2026年", ("サーバー利用料",)),
        (None, ()),
    ],
)
def test_months_and_figures_are_not_what_it_is_about(
    description: str | None, subject: tuple[str, ...]
) -> None:
    assert subject_of(description) == subject


async def test_the_invoice_before_is_about_the_same_where_there_is_one(
    store: Store,
) -> None:
    made = [
        invoice("1", issued_on=date(2026, 9, 1), description="Rent September 2026"),
        invoice("2", issued_on=date(2026, 10, 1), description="Rent October 2026"),
        invoice("3", issued_on=date(2026, 10, 5), description="Traffic October 2026"),
        invoice("4", issued_on=date(2026, 11, 1), description="Rent November 2026"),
        invoice("5", issued_on=date(2026, 11, 2), description="Cables"),
    ]
    await store.run(keep, made)

    def before(at: int) -> str | None:
        found = previous_of(store, made[at])
        return None if found is None else found.id

    assert [before(at) for at in range(5)] == [None, "1", "2", "2", "4"]


async def test_a_provider_without_an_account_of_its_rules_leaves_the_day(
    store: Store,
) -> None:
    await store.run(keep, [invoice("1", due_on=date(2026, 11, 20))])
    questions = questions_of(store)
    query = parse_query("/invoice F25-1 why", context=questions.context())
    answer = questions.answer(query)
    assert isinstance(answer, OneInvoice)
    assert answer.why is not None
    assert [reason.about for reason in answer.why.reasons] == ["overdue"]
    assert answer.why.reasons[0].gives == "1"
    assert answer.why.jump is None

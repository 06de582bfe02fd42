"""What takes long is answered aside, and the same."""

from datetime import timedelta

import pytest

from bot.flows.ask import Questions, QuestionSettings
from bot.flows.criteria import is_broad
from bot.flows.line_items import LineItems
from bot.queries.parse import parse_query
from storage.reader import Aside
from storage.store import Store
from tests.bot.flows.asking import CONNECTIONS, Idle, keep_some, questions_of
from tests.storage.made import NOW, TODAY


@pytest.mark.parametrize(
    ("text", "broad"),
    [
        ("/invoices 2026 10", False),
        ("/invoices 2026 by customer", True),
        ("/unpaid aging by customer", True),
        ("/invoices 2026 by month", False),
        ("/unpaid largest", False),
        ("/invoices aging", False),
        ("/invoices 2026 #psi", True),
        ("/unpaid over 100", True),
        ("/invoices 2026-10-01..2026-10-20", True),
        ("/invoices paid:2026", True),
        ("/invoices all largest", True),
        ("/invoices all by seller", True),
        ("/invoice 2", False),
        ("/invoice 222", False),
    ],
)
async def test_the_answer_is_the_same_wherever_it_is_read(
    store: Store, text: str, *, broad: bool
) -> None:
    await keep_some(store)
    direct = questions_of(store)
    aside = Aside(store.path)
    questions = Questions(
        store=store,
        aside=aside,
        reader=Idle(),
        settings=QuestionSettings(CONNECTIONS, fresh_for=timedelta(minutes=5)),
        line_items=LineItems({}),
        now=lambda: NOW,
        today=lambda: TODAY,
    )
    query = parse_query(text, context=direct.context())
    assert is_broad(query) is broad
    assert await questions.answer_now(query) == direct.answer(query)
    aside.close()

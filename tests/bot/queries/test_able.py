"""What nothing acts on is refused, never passed over."""

import pytest

from bot.queries.able import _UNABLE, check_able
from bot.queries.commands import to_command
from bot.queries.model import QueryError
from tests.bot.queries.context import CONTEXT, read

ASKING: dict[str, str] = {
    "news": "/invoices changes since monday",
    "part": "/invoice INV-0000123 why",
    "file": "/unpaid swo as csv to me",
    "text": "/unpaid swo as text",
    "customer": "/unpaid by customer",
}


@pytest.mark.parametrize("name", [name for name, _, _ in _UNABLE])
def test_a_refusal_offers_the_question_without_it(name: str) -> None:
    with pytest.raises(QueryError) as caught:
        check_able(read(ASKING[name]), CONTEXT)
    (offered,) = caught.value.suggestions
    check_able(read(offered.command), CONTEXT)
    assert to_command(read(offered.command), CONTEXT) == offered.command

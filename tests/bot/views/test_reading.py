"""How a question was read, in one line."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.queries.model import Bound, Query
from bot.views.reading import reading_line
from providers.models import OWED

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def bound(days: int, *, strict: bool = False) -> Bound:
    return Bound(Decimal(days), strict=strict)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query(), "Invoices · all connections"),
        (Query(not_connections=("lw",)), "Invoices · all connections but lw"),
        (
            Query(status=OWED, age_from=bound(31), age_to=bound(60)),
            "Unpaid invoices · all connections · 31–60 days late",
        ),
        (
            Query(status=OWED, age_from=bound(90, strict=True)),
            "Unpaid invoices · all connections · over 90 days late",
        ),
        (
            Query(status=OWED, age_from=bound(5, strict=True), age_to=bound(9)),
            "Unpaid invoices · all connections · over 5 and at most 9 days late",
        ),
    ],
)
def test_a_reading_names_what_was_left_out_and_how_late(
    query: Query, said: str
) -> None:
    assert reading_line(query, (), now=NOW) == said

"""Events survive being stored."""

from decimal import Decimal

import msgspec
import pytest

from bot.tracking.events import (
    Baseline,
    Change,
    InvoiceEvent,
    OverdueSum,
    Trouble,
    event_kind,
    from_json,
    to_json,
)
from tests.bot.tracking import made

EVENTS: list[InvoiceEvent] = [
    made.issued(again=True, total=None, due_on=None),
    made.amended(Change("total", "1.10", None)),
    made.payment("121.00", "0.10"),
    Trouble(connection="i3d", detail="answered 503"),
    Baseline(
        connection="i3d", invoices=3, overdue=(OverdueSum("JPY", 2, Decimal(79640)),)
    ),
]


@pytest.mark.parametrize("event", EVENTS, ids=event_kind)
def test_an_event_is_read_back_as_it_was_written(event: InvoiceEvent) -> None:
    assert from_json(to_json(event)) == event


def test_amounts_are_written_with_every_digit() -> None:
    text = to_json(made.payment("121.00", "0.10"))
    assert '"before":"121.00","after":"0.10"' in text


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        from_json('{"event":"party"}')

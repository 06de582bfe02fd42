"""How a sync ended, as the report says it."""

import msgspec
import pytest

from bot.tracking.outcome import (
    Complete,
    ConnectionReport,
    Failed,
    Incomplete,
    Outcome,
    SyncReport,
    to_report,
)

TOLD = {"issued": 2, "payment": 1, "overdue": 5}


@pytest.mark.parametrize(
    ("outcome", "report"),
    [
        (
            Complete(TOLD),
            ConnectionReport(
                connection="i3d", ok=True, complete=True, issued=2, payment=1
            ),
        ),
        (
            Incomplete("sent 1 document …", TOLD),
            ConnectionReport(
                connection="i3d",
                ok=True,
                error="sent 1 document …",
                issued=2,
                payment=1,
            ),
        ),
        (
            Failed("answered 503"),
            ConnectionReport(connection="i3d", ok=False, error="answered 503"),
        ),
    ],
    ids=["complete", "incomplete", "failed"],
)
def test_each_way_to_end_has_its_report(
    outcome: Outcome, report: ConnectionReport
) -> None:
    assert to_report(outcome, connection="i3d") == report


def test_the_report_is_written_with_the_published_names() -> None:
    report = to_report(
        Complete(),
        connection="i3d",
        requests=4,
        fetched=7,
        unchanged=7,
        seconds=0.12345,
    )
    assert msgspec.to_builtins(SyncReport(connections=[report])) == {
        "connections": [
            {
                "connection": "i3d",
                "ok": True,
                "error": None,
                "complete": True,
                "requests": 4,
                "fetched": 7,
                "issued": 0,
                "amended": 0,
                "payment": 0,
                "withdrawn": 0,
                "unchanged": 7,
                "seconds": 0.123,
            }
        ]
    }

"""How a subscription is put into words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.queries.model import Bound, Query
from bot.views.entry import (
    Entry,
    Pause,
    span_of,
    what_of,
    when_of,
)
from bot.views.limits import check
from bot.views.subscription import (
    made_message,
    refused_message,
    stopped_message,
)
from bot.views.subscription_list import list_message

HOUR = timedelta(hours=1)
NOW = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)


def entry(*events: str, **changes: object) -> Entry:
    plain = {"key": "3fa2b1c4d5e6f708", "channel": "C1", "filters": Query()}
    fields = {**plain, "cron": None, "made_by": "U1", **changes}
    return Entry(events=events or ("issued",), **fields)  # type: ignore[arg-type]  # a table of cases


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (entry("issued"), "new invoices and credit notes"),
        (
            entry("withdrawn", "payment", "amended"),
            "amendments, payments and withdrawals",
        ),
        (
            entry(
                *("issued", "amended", "payment", "due_soon", "overdue", "withdrawn"),
                "trouble",
            ),
            "everything that happens",
        ),
        (
            entry(
                "payment",
                filters=Query(
                    connections=("swo", "i3d"),
                    kinds=("invoice",),
                    currency="EUR",
                    minimum=Bound(Decimal(1000), strict=True),
                    maximum=Bound(Decimal("9000.50")),
                    customer="<b> & co",
                ),
            ),
            "payments of swo, i3d, no credit notes, customer “&lt;b&gt; &amp; co”, "
            "over 1,000 EUR and at most 9,000.5 EUR",
        ),
        (
            entry("payment", filters=Query(minimum=Bound(Decimal(5)))),
            "payments, at least 5 in its own currency",
        ),
        (entry("payment", filters=Query(currency="JPY")), "payments, in JPY"),
    ],
)
def test_what_is_told(shown: Entry, said: str) -> None:
    assert what_of(shown) == said


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        (None, "as they are found (the data is read every hour)"),
        (
            "0 9 * * mon-fri",
            "weekdays 09:00 (Asia/Tokyo), next on Fri 21 Nov 2025 at 18:00",
        ),
        (
            "0 9 1 * *",
            "by the cron line `0 9 1 * *` (Asia/Tokyo), next on Fri 21 Nov 2025 at "
            "18:00",
        ),
    ],
)
def test_when_it_is_posted(cron: str | None, said: str) -> None:
    next_at = NOW.astimezone(ZoneInfo("Asia/Tokyo")) if cron else None
    assert when_of(entry(cron=cron, next_at=next_at), every=HOUR) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "second"),
        (30, "30 seconds"),
        (60, "minute"),
        (900, "15 minutes"),
        (5400, "90 minutes"),
        (21600, "6 hours"),
        (86400, "day"),
    ],
)
def test_how_often(seconds: int, said: str) -> None:
    assert span_of(timedelta(seconds=seconds)) == said


def test_every_message_keeps_within_slacks_limits() -> None:
    wordy = "wide & <narrow> " * 40
    query = Query(text=wordy, seller=wordy, customer=wordy)
    long = entry(
        *("issued", "amended", "payment", "due_soon", "overdue", "withdrawn"),
        filters=query,
        cron="0 9 * * *",
        last_post=NOW,
        follow="message",
        even_if_empty=True,
        attach="xlsx",
        paused=Pause("the channel is read-only for me", "Let Duebot post there", NOW),
    )
    for message in (
        made_message(long, begun="is on", every=HOUR),
        list_message([long] * 60, every=HOUR, now=NOW),
        stopped_message(long),
        refused_message("No.", again="/invoices subscribe new"),
    ):
        check(message)

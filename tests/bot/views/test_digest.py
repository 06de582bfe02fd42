import re
from decimal import Decimal

import pytest

from bot.tracking.digest import split
from bot.tracking.events import Baseline, InvoiceEvent, Trouble
from bot.views.digest import digest_message, rest_message
from bot.views.kit import Message
from bot.views.limits import check
from providers.models import Status
from tests.bot.tracking.made import TODAY, issued, overdue, payment, withdrawn
from tests.conftest import Saved

LABELS = {"i3d": "i3D.net"}
MIXED: list[InvoiceEvent] = [
    issued(id="1", number="N1"),
    issued(id="2", number="N2", total=Decimal(79640), currency="JPY"),
    payment("121.00", "0.00", id="3", number="N3", status=Status.PAID),
    overdue(id="4", number="N4"),
    withdrawn(id="5", number="N5"),
    Trouble(connection="i3d", detail="answered 503"),
]


def told(events: list[InvoiceEvent]) -> Message:
    message = digest_message(events, title="Digest", today=TODAY, labels=LABELS)
    check(message)
    return message


def test_a_digest_of_everything(saved: Saved) -> None:
    message = told(MIXED)
    saved("digest/mixed", {"text": message.text, "blocks": message.blocks})


def test_the_text_states_counts_totals_and_the_first_ones() -> None:
    assert told(MIXED).text.splitlines()[:6] == [
        "Digest: 1 connection in trouble or back, 1 overdue, 2 new, 1 payment, "
        "1 withdrawn",
        "Overdue: 1 invoice, 121.00 EUR",
        "New: 1 invoice, 121.00 EUR",
        "New: 1 invoice, 79,640 JPY",
        "Paid: 1 payment, 121.00 EUR",
        "Withdrawn: 1 invoice, 121.00 EUR",
    ]


def test_ten_are_shown_and_the_others_counted() -> None:
    events: list[InvoiceEvent] = [issued(id=str(n), number=f"N{n}") for n in range(57)]
    message = told(events)
    rows = [block for block in message.blocks if "accessory" in block]
    assert len(rows) == 10
    assert message.blocks[-1]["elements"][0]["text"] == (
        "These are the largest 10, largest in each currency; 47 others in the thread."
    )


def test_exactly_ten_need_no_thread() -> None:
    events: list[InvoiceEvent] = [issued(id=str(n), number=f"N{n}") for n in range(10)]
    assert [block["type"] for block in told(events).blocks] == ["section"] * 11


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(issued(number="&" * 500, counterparty="<" * 500), id="escapes"),
        pytest.param(issued(number="請" * 500, counterparty="求" * 500), id="Japanese"),
        pytest.param(Trouble(connection="i3d", detail="x" * 5000), id="long trouble"),
        pytest.param(Baseline(connection="i3d", invoices=10**9), id="baselines"),
    ],
)
def test_the_longest_rest_can_be_sent(event: InvoiceEvent) -> None:
    events = [event] * 50
    [part] = split(events).rest
    message = rest_message(
        [events[at] for at in part], part=1, parts=1, today=TODAY, labels=LABELS
    )
    check(message)
    assert len(message.blocks) == 41
    assert "<" not in message.text


@pytest.mark.parametrize(
    ("parts", "head"), [(1, "The rest: 2 new"), (2, "Part 1 of 2: 2 new")]
)
def test_the_rest_says_which_part_it_is_where_there_are_several(
    parts: int, head: str
) -> None:
    events = [issued(id="1"), issued(id="2")]
    message = rest_message(events, part=1, parts=parts, today=TODAY, labels=LABELS)
    assert message.text.splitlines()[0] == head


def test_an_invoice_found_overdue_is_new_first() -> None:
    events: list[InvoiceEvent] = [
        issued(id="1"),
        issued(id="2"),
        overdue(id="1"),
        overdue(id="3"),
    ]
    text = "\n".join(str(block) for block in told(events).blocks[1:])
    said = re.findall(r"New invoice|Overdue:", text)
    assert said == ["New invoice", "Overdue:", "Overdue:", "New invoice"]


def test_many_currencies_are_still_one_message() -> None:
    codes = [f"{a}{b}X" for a in "ABCDEFGH" for b in "ABCDEFGH"]
    check(told([issued(id=code, currency=code) for code in codes]))


def test_amounts_that_are_not_stated_are_said_so() -> None:
    events: list[InvoiceEvent] = [
        payment(None, None, id="1", status=Status.PAID),
        payment(None, None, id="2", status=Status.PAID),
        issued(id="3"),
        issued(id="4", total=None),
    ]
    assert told(events).text.splitlines()[1:3] == [
        "New: 2 invoices, 121.00 EUR and 1 not stated",
        "Paid: 2 payments, amounts not stated (EUR)",
    ]

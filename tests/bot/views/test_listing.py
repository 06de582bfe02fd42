"""A list of invoices, as Slack is sent it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.model import Emptied, Proof
from bot.queries.model import Period, Query
from bot.views.limits import check
from bot.views.listing import export_comment, listing_message, proof_line, workday_words
from providers.models import OWED, Status
from tests.conftest import Saved
from tests.factories import TODAY, fresh, make_invoice, make_list, setting

YEN = make_invoice(
    connection="lw",
    provider="lineworks",
    id="2084426021",
    number="2084426021",
    period="2025-10",
    due_on=None,
    due_basis=None,
    currency="JPY",
    net=Decimal(72400),
    tax=Decimal(7240),
    total=Decimal(79640),
    paid=None,
    balance=Decimal(79640),
    counterparty="株式会社青鷺",
    has_pdf=False,
)
CREDIT = make_invoice(
    id="1003",
    number="F25-0000103",
    kind="credit_note",
    total=Decimal("50.00"),
    balance=Decimal("50.00"),
    status=Status.OPEN_CREDIT,
)


def blocks_of(message_blocks: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [block for block in message_blocks if block["type"] == kind]


def labels(message_blocks: list[dict[str, Any]]) -> list[str]:
    return [
        element["text"]["text"]
        for block in blocks_of(message_blocks, "actions")
        for element in block["elements"]
        if element["type"] == "button"
    ]


def test_a_month_of_three_kinds(saved: Saved) -> None:
    query = Query(
        period=Period(date(2025, 10, 1), date(2025, 10, 31), whole_months=True)
    )
    answer = make_list(make_invoice(), YEN, CREDIT, query=query)
    message = listing_message(answer, setting("/invoices 2025-10"))
    check(message)
    saved("listing/month", {"text": message.text, "blocks": message.blocks})


def test_a_failed_connection_is_named_before_any_figure() -> None:
    freshness = (
        fresh("i3d", "i3D.net", problem="answered 503"),
        fresh("lw", "LINE WORKS"),
    )
    answer = make_list(make_invoice(), freshness=freshness)
    message = listing_message(answer, setting())
    first = message.blocks[0]["elements"][0]["text"]
    assert first == (
        "*Incomplete:* i3D.net answered 503; its figures are from 21 Nov 2025 09:58 "
        "(2 min old)."
    )
    assert message.text.startswith("Incomplete: i3D.net answered 503")
    assert blocks_of(message.blocks, "section")[0]["text"]["text"].startswith(
        "Incomplete:"
    )


def test_the_text_states_totals_and_each_invoice() -> None:
    message = listing_message(make_list(make_invoice(), YEN), setting())
    assert "EUR · 1 invoice · total 121.00 · balance 121.00 · 1 overdue" in message.text
    assert "JPY · 1 invoice · total 79,640 · balance 79,640" in message.text
    assert "F25-0000101: 121.00 EUR, unpaid, 12 days late" in message.text


def test_currencies_are_never_added() -> None:
    totals = blocks_of(
        listing_message(make_list(make_invoice(), YEN), setting()).blocks, "section"
    )[0]["text"]["text"]
    assert len(totals.splitlines()) == 2


def test_pages_have_buttons_that_lead_to_the_neighbours() -> None:
    rows = tuple(make_invoice(id=str(i), has_pdf=False) for i in range(20))
    answer = replace(make_list(*rows), count=57, page=2)
    message = listing_message(answer, setting("/unpaid"))
    assert labels(message.blocks) == [
        "Share here",
        "Refresh",
        "Previous",
        "Next",
        "Export CSV",
        "Export Excel",
        "By month",
    ]
    assert "Rows 21–40 of 57; totals are over all of them." in str(message.blocks)


def test_a_shared_answer_is_not_shared_again() -> None:
    message = listing_message(make_list(make_invoice()), setting(shared=True))
    assert labels(message.blocks) == [
        "Refresh",
        "Export CSV",
        "Export Excel",
        "PDF F25-0000101",
    ]


def test_many_documents_get_a_menu_and_one_button_for_all() -> None:
    rows = [make_invoice(id=str(i), number=f"F25-{i}") for i in range(5)]
    message = listing_message(make_list(*rows), setting())
    assert "PDF of all 5" in labels(message.blocks)
    check(message)


def test_an_empty_answer_says_what_emptied_it() -> None:
    answer = make_list(
        query=Query(status=OWED, connections=("i3d",)),
        notes=(Emptied("state", (("paid", 14),), "/invoices i3d"),),
    )
    message = listing_message(answer, setting())
    said = blocks_of(message.blocks, "section")[0]["text"]["text"]
    assert said == "0 invoices for provider i3d, unpaid. There are 14 paid ones."
    assert message.text == said
    assert labels(message.blocks) == ["Show them", "Share here", "Refresh"]


@pytest.mark.parametrize(("issued", "said"), [(date(2021, 9, 1), 1), (None, 0)])
def test_the_rule_of_months_is_named_where_it_matters(
    issued: date | None, said: int
) -> None:
    august = Period(date(2021, 8, 1), date(2021, 8, 31), whole_months=True)
    row = make_invoice(period="2021-08", issued_on=issued or date(2021, 8, 31))
    message = listing_message(make_list(row, query=Query(period=august)), setting())
    check(message)
    assert str(message.blocks).count("by billing period where stated") == said


def test_a_file_s_comment_names_what_is_missing_first() -> None:
    freshness = (fresh("i3d", "i3D.net", problem="answered 503"),)
    answer = make_list(make_invoice(counterparty="<!channel>"), freshness=freshness)
    where = setting()
    comment = export_comment(answer, now=where.now, zone=where.zone)
    assert comment.splitlines() == [
        "*Incomplete:* i3D.net answered 503; its figures are from 21 Nov 2025 09:58 "
        "(2 min old).",
        "Invoices · all connections · read 2 min ago",
        "*EUR* · 1 invoice · total 121.00 · balance 121.00 · 1 overdue (121.00)",
    ]


def test_the_proof_line_shows_a_lost_row() -> None:
    buckets = (("not_due", Decimal("10.00")), ("1-30", Decimal("5.00")))
    good = Proof("EUR", buckets, Decimal("15.00"))
    bad = Proof("EUR", buckets, Decimal("16.00"))
    assert proof_line(good).endswith("= outstanding 15.00")
    assert "does not add up: 1.00 is missing" in proof_line(bad)


@pytest.mark.parametrize("field", ["number", "counterparty", "description"])
@given(text=st.text(max_size=400))
def test_foreign_text_breaks_nothing(field: str, text: str) -> None:
    hostile = f"<!channel> <@U1> <http://x|y> & \u202e {text}"
    rows = [make_invoice(id=str(i), **{field: hostile}) for i in range(20)]
    message = listing_message(make_list(*rows), setting())
    check(message)
    assert "<!channel>" not in message.text
    assert "\u202e" not in message.text


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2025, 11, 28), "28 Nov 2025"),
        (date(2025, 11, 29), "29 Nov 2025, pay by Fri 28 Nov 2025"),
        (date(2025, 11, 30), "30 Nov 2025, pay by Fri 28 Nov 2025"),
        (date(2025, 12, 1), "1 Dec 2025"),
        (date(2025, 11, 15), "6 days late"),
        (None, "–"),
    ],
)
def test_a_due_day_on_a_weekend_has_the_working_day_before_it(
    due: date | None, said: str
) -> None:
    soon = Period(TODAY, date(2025, 12, 5), whole_months=False, field="due")
    made = make_list(make_invoice(due_on=due), query=Query(period=soon))
    blocks = listing_message(made, setting("/invoices upcoming 14d")).blocks
    (table,) = (block for block in blocks if block["type"] == "data_table")
    assert table["rows"][1][3]["text"] == said


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.PAID, "balance": Decimal(0)},
        {"kind": "credit_note", "status": Status.OPEN_CREDIT},
    ],
)
def test_what_nobody_has_to_pay_has_no_day_to_pay_by(changes: dict[str, Any]) -> None:
    sunday = make_invoice(due_on=date(2025, 11, 30), **changes)
    assert workday_words(sunday, today=TODAY) == "30 Nov 2025"


def test_a_working_day_that_is_over_is_no_advice() -> None:
    sunday = make_invoice(due_on=date(2025, 11, 30))
    on_friday, on_saturday = date(2025, 11, 28), date(2025, 11, 29)
    said = "30 Nov 2025, pay by Fri 28 Nov 2025"
    assert workday_words(sunday, today=on_friday) == said
    assert workday_words(sunday, today=on_saturday) == "30 Nov 2025"

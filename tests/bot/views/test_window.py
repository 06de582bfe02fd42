"""Answers in windows, the form to ask with, what messages mention: any data fits."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.model import OneInvoice
from bot.queries.model import Context, KnownConnection, Period, Query, QueryError
from bot.queries.parse import parse_query
from bot.views import asking, ids
from bot.views.asking import ask_view, contradiction, error_text, periods, question_of
from bot.views.found import SHOWN, found_message, nothing_message
from bot.views.ids import AnswerRef
from bot.views.invoice import invoice_message
from bot.views.kit import context, section
from bot.views.limits import MessageError, check
from bot.views.listing import listing_message
from bot.views.modal import check_view, input_block, modal, sentence_view, text_input
from bot.views.window import answer_view
from providers.models import Invoice
from tests.conftest import Saved
from tests.factories import TODAY, fresh, make_invoice, make_list, setting
from tests.sandbox_checks import problems_of

KNOWN = Context(
    today=TODAY,
    connections=(
        KnownConnection("swo", "SoftwareOne", "softwareone"),
        KnownConnection("i3d", "i3D.net", "i3dnet"),
    ),
    oldest=date(2021, 1, 1),
    newest=TODAY,
    fiscal_year_start=4,
)
REF = AnswerRef(command="/unpaid")

#: What a provider may put into any text.
hostile = st.one_of(
    st.sampled_from(
        [
            "<!channel>",
            "<@U1>",
            "a" * 5_000,
            "\u202egpj.exe",
            "請求書" * 400,
            " ",
            "&lt;",
        ]
    ),
    st.text(max_size=200),
)
invoices = st.builds(
    make_invoice,
    id=st.integers(0, 10**6).map(str),
    number=hostile.map(lambda text: text or "1"),
    counterparty=st.none() | hostile,
    description=st.none() | hostile,
    total=st.none() | st.decimals(0, 10**12, places=2),
    balance=st.none() | st.decimals(0, 10**12, places=2),
    due_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)


def unique(found: list[Invoice]) -> list[Invoice]:
    return list({each.id: each for each in found}.values())


@given(st.lists(invoices, max_size=20).map(unique), st.booleans())
def test_any_list_fits_into_a_window(found: list[Invoice], posted: bool) -> None:
    answer = make_list(*found)
    answer = replace(answer, count=300, page=3) if len(found) == 20 else answer
    message = listing_message(answer, setting("/unpaid"))
    view = answer_view(message, REF if posted else None)
    check_view(view)
    assert problems_of(view) == []
    markup = [b for b in view["blocks"] if b["type"] in {"section", "context"}]
    for mark in ("<!channel>", "<@U1>", "\u202e"):
        assert mark not in str(markup)


@given(st.lists(invoices, min_size=2, max_size=60).map(unique))
def test_any_invoices_that_a_message_mentions_fit(found: list[Invoice]) -> None:
    message = found_message(found, today=TODAY)
    check(message)
    assert len(message.blocks) <= SHOWN + 2


@given(st.lists(st.tuples(hostile, st.lists(hostile, max_size=2)), max_size=3))
def test_whatever_was_not_found_is_said(unknown: list[tuple[str, list[str]]]) -> None:
    check(nothing_message(unknown))


@given(hostile)
def test_any_sentence_fits_into_a_window(text: str) -> None:
    view = sentence_view("Duebot", f"Why: {text}")
    check_view(view)
    assert problems_of(view) == []


def test_rows_are_lines_and_only_what_works_there_is_left_to_press() -> None:
    answer = make_list(make_invoice(), make_invoice(id="2", number="F25-2"))
    message = listing_message(replace(answer, count=57, page=2), setting("/unpaid"))
    view = answer_view(message, REF)
    kinds = {block["type"] for block in view["blocks"]}
    assert kinds <= {"context", "section", "actions", "divider", "input"}
    said = str(view["blocks"])
    assert "*F25-0000101* · i3D.net · issued 10 Oct 2025 · 12 days late · total" in said
    pressed = {
        element["action_id"].partition(":")[0]
        for block in view["blocks"]
        for element in block.get("elements", ())
        if "action_id" in element
    }
    assert pressed == {
        ids.WINDOW_SHOW,
        ids.WINDOW_DETAILS,
        ids.INVOICE_PDF,
        ids.HOME_ASK,
    }


def test_months_are_put_together_by_name() -> None:
    rows = [["Month", "Total"], ["Oct 2025", "1 EUR"], ["Oct 2025", "2 JPY"]]
    table = {"type": "table", "rows": [[{"text": c} for c in row] for row in rows]}
    message = replace(listing_message(make_list(), setting()), blocks=[table])
    [block, *_] = answer_view(message, None)["blocks"]
    assert block["text"]["text"] == "*Oct 2025*\ntotal 1 EUR\ntotal 2 JPY"


def test_a_chart_is_left_to_where_it_is_posted() -> None:
    chart = {"type": "data_visualization", "title": "x", "chart": {}}
    message = replace(listing_message(make_list(), setting()), blocks=[chart])
    assert "drawn where this answer is posted" in str(answer_view(message, None))


def test_a_card_becomes_its_words_and_buttons() -> None:
    query = Query(show="invoice", number="F25-0000101")
    answer = OneInvoice(query, TODAY, make_invoice(), (fresh("i3d", "i3D.net"),))
    message = invoice_message(answer, setting("/invoice F25-0000101"))
    view = answer_view(message, REF)
    check_view(view)
    assert problems_of(view) == []
    said = str(view["blocks"])
    assert "Invoice F25-0000101 from i3D.net" in said
    assert "*Total* 121.00 EUR" in said
    pressed = {
        element["action_id"].partition(":")[0]
        for block in view["blocks"]
        for element in block.get("elements", ())
        if "action_id" in element
    }
    assert pressed == {ids.INVOICE_PDF, ids.INVOICE_WHY, ids.HOME_ASK}


def test_the_form_has_todays_periods_and_each_is_read() -> None:
    view = ask_view(KNOWN)
    check_view(view)
    assert problems_of(view) == []
    labels = [label for label, _ in periods(KNOWN)]
    assert labels[:4] == [
        "This month: November 2025",
        "Last month: October 2025",
        "This quarter: 2025 Q4",
        "Last quarter: 2025 Q3",
    ]
    assert "This fiscal year: FY2025" in labels
    options = [
        option["value"]
        for block in view["blocks"]
        if block["type"] == "input"
        for option in block["element"].get("options", ())
    ]
    assert len(options) == 9 + 2 + 5
    for value in options:
        assert isinstance(parse_query(f"/invoices {value}", context=KNOWN), Query)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2024, 2, 29), TODAY])
def test_periods_are_right_at_the_ends_of_years(today: date) -> None:
    for _, value in periods(replace(KNOWN, today=today, newest=today)):
        query = parse_query(
            f"/invoices {value}", context=replace(KNOWN, today=today, newest=today)
        )
        assert query.period is not None
        first, last = query.period.first, query.period.last
        assert first is not None
        assert last is not None
        assert first <= last


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ({}, ""),
        ({"question": "  "}, ""),
        ({"question": "/unpaid", "connection": "swo"}, "/unpaid swo"),
        ({"period": "2025 10", "status": "paid"}, "/invoices 2025 10 paid"),
        ({"question": "what do we owe", "period": "2025"}, "what do we owe 2025"),
    ],
)
def test_what_the_form_says_is_put_together(
    said: dict[str, str], question: str
) -> None:
    assert question_of(said) == question


def test_a_menu_that_contradicts_the_question_is_named() -> None:
    typed = parse_query("/unpaid swo over 1000", context=KNOWN)
    for value, word in (("i3d", "swo"), ("paid", "status"), ("credit", "status")):
        chosen = parse_query(f"/invoices {value}", context=KNOWN)
        assert word in str(contradiction(typed, chosen))
    for value in ("swo", "overdue", "2025 10", "status:partial"):
        assert contradiction(
            typed, parse_query(f"/invoices {value}", context=KNOWN)
        ) is (None)
    other = replace(typed, period=Period(TODAY, TODAY, whole_months=False))
    chosen = parse_query("/invoices 2025 10", context=KNOWN)
    assert "another period" in str(contradiction(other, chosen))


@given(hostile)
def test_an_error_beside_a_field_is_short_and_has_no_markup(text: str) -> None:
    said = error_text(QueryError(f"I don't know `{text}`.", hint="Try `/unpaid`."))
    assert 0 < len(said) <= asking.MAX_ERROR


@pytest.mark.parametrize(
    "broken",
    [
        {"blocks": []},
        {"blocks": [{"type": "table", "rows": [[{"text": "x"}]]}]},
        {"blocks": [section("x")] * 101},
        {"blocks": [{**section("x"), "block_id": "a"}] * 2},
        {"private_metadata": "x" * 3_001},
        {"blocks": [input_block("a", "b", text_input("c"))]},
        {"blocks": [section("x" * 3_001)]},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"blocks": [context("x" * 2_900)] * 99},
    ],
)
def test_a_view_that_slack_would_refuse_is_found(broken: dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        check_view({**modal("Title", [section("x")]), **broken})


def test_the_windows_and_messages_of_this_part(saved: Saved) -> None:
    saved("home/form", ask_view(KNOWN))
    both = [make_invoice(), make_invoice(id="2", number="F25-2")]
    found = found_message(both, today=TODAY)
    saved("home/found", {"text": found.text, "blocks": found.blocks})
    none = nothing_message([("F99-1", ["F25-0000101", "F25-2"])])
    saved("home/nothing", {"text": none.text, "blocks": none.blocks})


def test_amounts_keep_their_digits_in_a_window() -> None:
    odd = make_invoice(currency="KWD", total=Decimal("1.234"), balance=Decimal("1.234"))
    message = listing_message(make_list(odd), setting())
    assert "total 1.234 KWD" in str(answer_view(message, None)["blocks"])

"""Short questions after another one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.queries.commands import to_command
from bot.queries.follow import parse_follow_up
from bot.queries.model import QueryError
from tests.bot.queries.context import CONTEXT, read
from tests.bot.queries.test_parse import ANSWERED


def after(last: str, text: str) -> str:
    query, _ = parse_follow_up(text, last, context=CONTEXT)
    return to_command(query, CONTEXT)


@pytest.mark.parametrize(
    ("last", "text", "command"),
    [
        ("/invoices 2025 10 swo", "only the unpaid ones", "/unpaid 2025 10 swo"),
        ("/invoices 2025 10 swo", "and in september?", "/invoices 2025 9 swo"),
        ("/unpaid swo", "i3d", "/unpaid i3d"),
        ("/unpaid swo", "over 1000 eur", "/unpaid swo >1000 currency:eur"),
        ("/unpaid swo >1000", "under 500", "/unpaid swo <500"),
        ("/unpaid swo", "paid", "/invoices swo status:paid"),
        ("/unpaid swo", "the three largest", "/unpaid swo sort:-balance limit:3"),
        ("/unpaid swo sort:-balance limit:3", "by month", "/unpaid swo by month"),
        ("/invoices 2025 by month", "i3d", "/invoices 2025 i3d"),
        ("/invoices 2025 by month", "top 5", "/invoices 2025 sort:-total limit:5"),
        ("/invoices 2025 by month", "chart", "/invoices 2025 by month as chart"),
        ("/invoices 2025 by seller", "chart", "/invoices 2025 by seller as chart"),
        ("/unpaid aging", "as a chart", "/unpaid aging as chart"),
        ("/unpaid aging", "by month as chart", "/unpaid by month as chart"),
        (
            "/unpaid aging",
            "paid by status as chart",
            "/invoices status:paid by status as chart",
        ),
        ("/unpaid aging", "paid", "/invoices status:paid"),
        ("/unpaid swo", "chart", "/unpaid swo by month as chart"),
        (
            "/invoices 2025 by month",
            "2025-10 vs 2025-09",
            "/invoices 2025 10 vs 2025-09",
        ),
        (
            "/invoices 2025 10 vs 2025-09",
            "by connection",
            "/invoices 2025 10 vs 2025-09 by connection",
        ),
        ("/invoices 2025 10 vs 2025-09", "by month", "/invoices 2025 10 by month"),
        ("/invoices 2025 10 vs 2025-09", "august", "/invoices 2025 8"),
        ("/overdue age:>30", "swo", "/overdue swo age:>30"),
        ("/invoices 2025 sort:-total", "unpaid", "/unpaid 2025 sort:-balance"),
        ("/invoices paid late", "i3d", "/invoices i3d paid late"),
        ("/invoices paid late", "unpaid", "/unpaid"),
        ("/invoices void", "2025", "/invoices 2025 void"),
        ("/unpaid -snoozed", "i3d", "/unpaid i3d -snoozed"),
        ("/unpaid age >45 basis:issued", "lw", "/unpaid lw age:>45 basis:issued"),
        ("/unpaid aging basis:issued", "swo", "/unpaid swo basis:issued aging"),
        ("/invoices 2025 10 as csv", "swo", "/invoices 2025 10 swo"),
        ("/invoices 2025 10 swo", "as csv to me", "/invoices 2025 10 swo as csv to me"),
        (
            "/invoices fy2025 lw top 3 largest",
            "only the unpaid ones as a spreadsheet",
            "/unpaid 2025-04..2026-03 lw sort:-balance limit:3 as xlsx",
        ),
        ("/unpaid swo", "/overdue", "/overdue"),
        ("/unpaid swo", "!overdue", "/overdue"),
        (
            "/unpaid swo",
            "please show me which invoices did we pay in October",
            "/invoices paid:2025-10",
        ),
        ("/unpaid swo", "invoice F25-0000101", "/invoice F25-0000101"),
        ("/invoice F25-0000101", "unpaid", "/unpaid"),
        ("no question at all", "unpaid", "/unpaid"),
    ],
)
def test_what_is_not_said_stays_as_it_was(last: str, text: str, command: str) -> None:
    assert after(last, text) == command


def test_it_is_known_whether_anything_was_taken_over() -> None:
    assert parse_follow_up("i3d", "/unpaid", context=CONTEXT)[1]
    assert not parse_follow_up("unpaid i3d", "/unpaid", context=CONTEXT)[1]


def test_in_a_currency_is_asked_about() -> None:
    last = "/invoices 2025 lw sort:-total limit:3"
    with pytest.raises(QueryError, match="cannot be converted yet") as raised:
        parse_follow_up("and in euros?", last, context=CONTEXT)
    assert [(each.label, each.command) for each in raised.value.suggestions] == [
        (
            "Only invoices issued in EUR",
            "/invoices 2025 lw currency:eur sort:-total limit:3",
        ),
        ("All currencies", last),
    ]


@pytest.mark.parametrize("text", ["/invoices in eur", "eur", "only in eur"])
def test_a_currency_that_has_one_meaning_filters(text: str) -> None:
    assert "currency:eur" in after("/unpaid swo", text)


def test_what_is_not_understood_alone_is_not_understood_after_a_question() -> None:
    with pytest.raises(QueryError, match="about invoices"):
        parse_follow_up("blahblah", "/unpaid", context=CONTEXT)


@given(st.sampled_from(ANSWERED), st.sampled_from(ANSWERED))
@settings(max_examples=300, deadline=None)
def test_any_question_can_follow_any_other(last: str, text: str) -> None:
    query, _ = parse_follow_up(text.lstrip("/!"), last, context=CONTEXT)
    assert read(to_command(query, CONTEXT)) == query

"""Refusals in another language: other words, the same commands."""

import pytest

from bot.queries.care import parse_care
from bot.queries.changes import changes_of
from bot.queries.model import QueryError
from bot.queries.orders import Pace
from bot.queries.preferences import parse_settings
from bot.queries.subscribe import parse_request
from bot.queries.wording import either, together
from tests.bot.queries.context import CONTEXT, read
from tests.bot.queries.language import other_language

REFUSED = (
    "/invoices 2021 13",
    "/invoices 2021 agust",
    "/invoices 3/4/2025",
    "/invoices 21 8",
    "/invoices 2025 3..5",
    "/invoices from 2024",
    "/invoices 2025-11-10..2025-10-01",
    "/invoices 2025 q5",
    "/invoices paid:2027-01",
    "/invoices 2015",
    "/unpaid >1.500 eur",
    "/unpaid status:unpiad",
    "/unpaid softwareon",
    "/unpaid 30 days",
    "/unpaid top 5 top 3",
    "/unpaid connection:nobody",
    "/overdue paid",
    "/unpaid by week",
    "/invoices 2025 10 as docx",
    "/invoices this month vs last month top 3",
    "/invoice 2021",
    "/nothing",
    "delete invoice INV-0000123",
    "how is the weather",
    "x" * 5000,
)
ORDERED = (
    "subscribe new due:9d",
    "subscribe digest every 7 minutes",
    'subscribe digest "61 9 * * *"',
    "subscribe overdue every 5 minutes",
    "subscribe new even if empty",
    "subscribe overdu",
    "subscribe help",
    "subscribe stop",
)


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse_request(text, context=CONTEXT, pace=Pace())
    return caught.value


@pytest.mark.parametrize("text", [*REFUSED, *ORDERED], ids=lambda text: text[:40])
def test_a_refusal_is_said_in_the_language_and_offers_the_same(text: str) -> None:
    ours = refused(text)
    with other_language():
        theirs = refused(text)
    assert theirs.problem.startswith("*")
    assert theirs.problem != ours.problem
    assert theirs.hint.startswith("*") is bool(ours.hint)
    offered, before = theirs.suggestions, ours.suggestions
    assert [each.command for each in offered] == [each.command for each in before]
    with other_language():  # a button's command is read in any language
        for each in offered:
            if parse_care(each.command, context=CONTEXT) is None:
                parse_request(each.command, context=CONTEXT, pace=Pace())


def test_a_whole_year_is_told_by_its_command_not_its_label() -> None:
    with other_language():
        hint = refused("/invoices 2021 13").hint
    assert "*`/invoices 2021` (whole year)*" in hint


def test_days_and_months_are_of_the_locale() -> None:
    with other_language():
        labels = [each.label for each in refused("/invoices 21 8").suggestions]
    assert labels == ["August 2021", "21. August 2025"]


def test_orders_about_one_invoice_and_settings_are_refused_in_it() -> None:
    with other_language():
        with pytest.raises(QueryError) as caught:
            parse_care("/invoice F1 snooze", context=CONTEXT)
        assert caught.value.problem == "*Until when is it to be snoozed?*"
        snooze = caught.value.suggestions[0]
        assert (snooze.label, snooze.command) == (
            "*Snooze 1w*",
            "/invoice #F1 snooze 1w",
        )
        with pytest.raises(QueryError, match=r"^\*There is no setting `prvacy`.\*"):
            parse_settings("/invoices settings prvacy counts", context=CONTEXT)


def test_what_can_be_asked_instead_is_named_in_it() -> None:
    query = read("/unpaid 2021 8 swo")
    ours = changes_of(query, CONTEXT)
    with other_language():
        theirs = changes_of(query, CONTEXT)
    assert [each.command for each in theirs] == [each.command for each in ours]
    assert ("Period", "Previous month") in [(each.slot, each.label) for each in ours]
    assert [(each.slot, each.label) for each in theirs] == [
        (f"*{each.slot}*", f"*{each.label}*") for each in ours
    ]


def test_lists_of_what_is_or_is_meant() -> None:
    assert either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"
    assert together(["a"]) == "a"
    assert together(["a", "b"]) == "a and b"

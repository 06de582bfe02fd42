"""Every part of a question can be changed by a command that means just that."""

from dataclasses import fields, replace

import pytest

from bot.queries.changes import changes_of
from bot.queries.commands import to_command
from bot.queries.model import Query
from tests.bot.queries.context import CONTEXT, read
from tests.bot.queries.test_parse import ANSWERED

#: Parts that belong together: one cannot be without the other.
TOGETHER = {"status", "overdue", "kinds", "sort", "age_from", "age_to", "age_basis"}
PARTS = {
    "period",
    "connections",
    "not_connections",
    "status",
    "text",
    "seller",
    "customer",
    "currency",
    "minimum",
    "maximum",
    "limit",
    "group",
    "compared",
}


def changed(query: Query, other: Query) -> set[str]:
    return {
        each.name
        for each in fields(Query)
        if getattr(query, each.name) != getattr(other, each.name)
    } - {"file", "to_me", "as_text"}


@pytest.mark.parametrize("text", ANSWERED)
def test_every_change_parses_and_changes_one_part(text: str) -> None:
    query = read(text)
    made = changes_of(query, CONTEXT)
    assert len({each.command for each in made}) == len(made)
    assert len({each.label for each in made}) == len(made)
    for each in made:
        other = read(each.command)
        assert to_command(other, CONTEXT) == each.command
        parts = changed(query, other)
        assert parts, each
        assert len(parts - TOGETHER) <= 2, (each, parts)


@pytest.mark.parametrize("text", ANSWERED)
def test_every_part_that_was_asked_for_can_be_dropped(text: str) -> None:
    query = read(text)
    if query.show != "invoices":
        assert changes_of(query, CONTEXT) == ()
        return
    others = [read(each.command) for each in changes_of(query, CONTEXT)]
    for name in PARTS:
        asked = getattr(query, name)
        if asked != getattr(Query(), name) and not (
            name == "period" and query.compared
        ):
            assert any(getattr(other, name) != asked for other in others), name


def labels(text: str) -> dict[str, str]:
    return {each.label: each.command for each in changes_of(read(text), CONTEXT)}


def test_a_month_moves_back_and_to_its_year() -> None:
    found = labels("/invoices 2021 8 swo")
    assert found["Previous month"] == "/invoices 2021 7 swo"
    assert found["Next month"] == "/invoices 2021 9 swo"
    assert found["All of 2021"] == "/invoices 2021 swo"
    assert found["Any period"] == "/invoices swo"
    assert found["All connections"] == "/invoices 2021 8"
    assert found["Only unpaid"] == "/unpaid 2021 8 swo"


def test_a_connection_is_left_out_by_its_label() -> None:
    found = labels("/unpaid swo i3d over 1000 eur")
    assert found["Without i3D.net"] == "/unpaid swo >1000 currency:eur"
    assert found["Any amount"] == "/unpaid swo i3d currency:eur"
    assert found["Any currency"] == "/unpaid swo i3d >1000"
    assert found["Any status"] == "/invoices swo i3d >1000 currency:eur"
    assert "Any period" not in found


def test_nothing_is_offered_that_lies_in_the_future() -> None:
    today = CONTEXT.today
    assert "Next month" not in labels(f"/invoices {today.year} {today.month}")


def test_an_order_that_was_asked_for_is_kept() -> None:
    found = labels("/unpaid largest")
    assert read(found["Any status"]).sort == read("/unpaid largest").sort
    assert read(labels("/unpaid")["Any status"]).sort == "issued_on"
    assert replace(read("/unpaid")).sort == "due_on"

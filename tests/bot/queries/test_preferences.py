"""Orders about settings: what is typed, and what is meant."""

import pytest

from bot.queries.model import QueryError
from bot.queries.preferences import (
    DEFAULT,
    EVERYWHERE,
    ChangeSetting,
    ShowSettings,
    parse_settings,
    setting_command,
)
from tests.bot.queries.context import CONTEXT

ORDERS = {
    "date-order dmy": ChangeSetting("date-order", "dmy"),
    "date-order: mdy": None,
    "number-format “1,234.56”": ChangeSetting("number-format", "1,234.56"),
    "number-format 1.234,56": ChangeSetting("number-format", "1.234,56"),
    "fiscal-year april": ChangeSetting("fiscal-year", "4"),
    "fiscal-year APR": ChangeSetting("fiscal-year", "4"),
    "fiscal-year 4": ChangeSetting("fiscal-year", "4"),
    "fiscal-year in october": ChangeSetting("fiscal-year", "10"),
    "fiscal-year default": ChangeSetting("fiscal-year", DEFAULT),
    "terms lw net30": ChangeSetting("terms", "30", "lw"),
    "terms LINE WORKS net 30": ChangeSetting("terms", "30", "lw"),
    "terms for lw 30d": ChangeSetting("terms", "30", "lw"),
    "terms lw 45 days": ChangeSetting("terms", "45", "lw"),
    "terms lw none": ChangeSetting("terms", "none", "lw"),
    "terms lw default": ChangeSetting("terms", DEFAULT, "lw"),
    "backfill 2019": ChangeSetting("backfill", "2019"),
    "backfill lw since 2019": ChangeSetting("backfill", "2019", "lw"),
    "privacy counts": ChangeSetting("privacy", "counts"),
    "privacy no names": ChangeSetting("privacy", "no_names"),
    "privacy no-names in <#C0GENERAL|general>": ChangeSetting(
        "privacy", "no_names", "C0GENERAL"
    ),
    "privacy full everywhere": ChangeSetting("privacy", "full", EVERYWHERE),
    "privacy default in <#C0GENERAL>": ChangeSetting("privacy", DEFAULT, "C0GENERAL"),
}


def read(rest: str) -> object:
    return parse_settings(f"/invoices settings {rest}", context=CONTEXT)


@pytest.mark.parametrize("rest", list(ORDERS))
def test_an_order_is_read(rest: str) -> None:
    wanted = ORDERS[rest]
    if wanted is None:
        with pytest.raises(QueryError):
            read(rest)
        return
    assert read(rest) == wanted
    # As a button would write it.
    assert parse_settings(setting_command(wanted), context=CONTEXT) == wanted


@pytest.mark.parametrize("text", ["/invoices settings", "settings", "@Duebot settings"])
def test_alone_it_shows_what_holds(text: str) -> None:
    assert parse_settings(text, context=CONTEXT) == ShowSettings()


@pytest.mark.parametrize(
    "text", ["/unpaid settings", "/invoices 2026", "/invoices setting", "unpaid"]
)
def test_what_is_no_order_is_left_alone(text: str) -> None:
    assert parse_settings(text, context=CONTEXT) is None


@pytest.mark.parametrize(
    "rest",
    [
        "backfill 2099",
        "backfill lw",
        "backfill 2019 2020",
        "terms 30",
        "terms lw net0",
        "fiscal-year ma",
        "fiscal-year 13",
        "privacy none",
        "number-format 1234",
        "nothing",
    ],
)
def test_what_cannot_be_set_is_refused_with_commands_that_work(rest: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(rest)
    assert caught.value.suggestions
    for each in caught.value.suggestions:
        assert parse_settings(each.command, context=CONTEXT) is not None

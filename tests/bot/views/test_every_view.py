"""Every message and view that the code can make is one that Slack takes.

The functions are found by their names, so that a new one is held to Slack's limits from
its first day: ``…_message`` makes a message, ``…_view`` a modal or the Home tab, and
``…_blocks`` a part of either. What their arguments' types do not say is in `KNOWN`.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import bot.views
from bot.answers.history import Happening
from bot.answers.model import PAGE_SIZE, Changes
from bot.answers.privacy import Counted
from bot.queries.model import QueryError, Suggestion
from bot.queries.preferences import ChangeSetting
from bot.tracking.events import InvoiceEvent
from bot.tracking.preview import Day
from bot.views.home import Commands, Home
from bot.views.kit import Message, data_table, text_cell
from bot.views.limits import check
from bot.views.modal import check_view
from bot.views.preferences import Holding
from bot.views.spending import Spend
from bot.views.trouble import sentence_message
from providers.models import Status
from tests.bot.queries.context import CONTEXT
from tests.bot.views import answers
from tests.bot.views.made import AMOUNT, CONNECTION, SENTENCE, TEXT, built, called, made
from tests.slack_limits import MODAL, block_problems, message_problems, view_problems

Maker = Callable[..., Any]
#: Not views: they judge them.
JUDGES = {"check_view"}


def found() -> dict[str, Maker]:
    """Find every public function that makes what Slack is sent."""
    makers: dict[str, Maker] = {}
    for module in pkgutil.iter_modules(bot.views.__path__):
        inside = importlib.import_module(f"bot.views.{module.name}")
        for name, one in inspect.getmembers(inside, inspect.isfunction):
            is_ours = one.__module__ == inside.__name__ and not name.startswith("_")
            if is_ours and name.endswith(ENDINGS) and name not in JUDGES:
                makers[f"{module.name}.{name}"] = one
    return makers


ENDINGS = ("_message", "_view", "_blocks")
FOUND = found()

WORD = st.tuples(TEXT, st.lists(TEXT, max_size=3))
EVENTS: st.SearchStrategy[list[Any]] = st.tuples(
    st.lists(made(InvoiceEvent), min_size=1, max_size=3), st.sampled_from([1, 7, 100])
).map(lambda two: two[0] * two[1])
TABLES = st.lists(
    st.lists(TEXT.map(text_cell), min_size=3, max_size=3), min_size=1, max_size=40
).map(lambda rows: data_table(rows, "Rows"))
DAYS = built(Day, events=EVENTS.map(tuple))
STATUS = st.sampled_from([each.value for each in Status])
COUNTED = built(
    Counted,
    by_status=st.lists(
        st.tuples(
            st.sampled_from([each.value for each in Status]), st.integers(0, 300)
        ),
        unique_by=lambda pair: pair[0],
    ).map(tuple),
)
SPEND = st.lists(
    built(
        Spend,
        months=st.lists(AMOUNT, min_size=12, max_size=12).map(
            lambda amounts: tuple(
                (f"2025-{at:02}", amount) for at, amount in enumerate(amounts, 1)
            )
        ),
    ),
    max_size=5,
    unique_by=lambda each: each.currency,
).map(tuple)
SAID = st.just({"events": ("issued", "overdue"), "channel": ("C0BILLING",)})
ERRORS = st.builds(
    QueryError,
    TEXT.filter(str.strip),
    hint=TEXT,
    suggestions=st.lists(
        st.builds(Suggestion, SENTENCE, st.just("/unpaid")), max_size=3
    ).map(tuple),
)
#: Arguments whose types leave open what only some values are.
KNOWN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "listing.listing_message": {"answer": answers.LISTS, "setting": answers.SETTING},
    "as_text.text_blocks": {"table": TABLES},
    "changes.changes_message": {
        "answer": built(
            Changes,
            kinds=st.just((("issued", 3), ("overdue", 1))),
            totals=st.just(()),
            happenings=st.lists(made(Happening), max_size=PAGE_SIZE).map(tuple),
        ),
        "setting": answers.SETTING,
    },
    "chart.chart_blocks": {"answer": answers.LISTS},
    "invoice.invoice_message": {"setting": answers.SETTING},
    "invoice.no_such_invoice_message": {"setting": answers.SETTING},
    "closed.closed_message": {
        "subscriptions": st.lists(st.just("0f3a9c12ab"), min_size=1, max_size=30)
    },
    "closed.gap_message": {"events": st.integers(1, 300)},
    "found.nothing_message": {"unknown": st.lists(WORD, max_size=5)},
    "asking.ask_view": {"asked": st.just(CONTEXT)},
    "notes.note_blocks": {"answer": answers.LISTS},
    "digest.digest_message": {"events": EVENTS, "before": st.none()},
    "digest.quiet_message": {"before": st.none()},
    "digest.rest_message": {"events": EVENTS.map(lambda events: events[:20])},
    "preview.preview_message": {"days": st.lists(DAYS, max_size=40)},
    "privacy.counted_events_message": {"events": EVENTS},
    "privacy.counts_message": {"counted": COUNTED},
    "privacy.nameless_message": {"message": answers.MESSAGES},
    "preferences.settings_message": {
        "holding": st.lists(
            st.builds(Holding, name=st.just("terms of LINE WORKS"), value=SENTENCE),
            max_size=20,
        ),
        "examples": st.just(["/invoices settings terms lw net30"] * 3),
    },
    "preferences.changed_message": {
        "order": built(
            ChangeSetting, name=st.just("terms"), value=st.just("30d"), about=CONNECTION
        ),
        "now": st.builds(Holding, name=st.just("terms of LINE WORKS"), value=SENTENCE),
        "effects": st.lists(SENTENCE, max_size=3),
    },
    "home.home_view": {"home": built(Home, spend=SPEND, commands=st.just(Commands()))},
    "spending.spend_blocks": {"spend": SPEND},
    "subscription.refused_message": {"problem": SENTENCE, "again": st.just("/unpaid")},
    "subscription_form.form_view": {"said": SAID, "context": st.just(CONTEXT)},
    "subscription_form.kept_view": {"message": SENTENCE.map(sentence_message)},
    "trouble.query_error_message": {"error": ERRORS},
    "window.answer_view": {"message": answers.MESSAGES},
    "help.help_message": {"topic": st.sampled_from(["", "unpaid", "invoices"])},
}


def problems(name: str, value: Any) -> list[str]:
    if name.endswith("_message"):
        assert isinstance(value, Message)
        check(value)
        return message_problems(value.text, value.blocks)
    if name.endswith("_view"):
        check_view(value)
        return view_problems(value)
    return block_problems(list(value))


@pytest.mark.parametrize("name", FOUND)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_slack_takes_it(name: str, data: st.DataObject) -> None:
    value = data.draw(called(FOUND[name], **KNOWN.get(name, {})))
    assert problems(name, value) == []


def test_the_functions_are_found() -> None:
    assert {
        "listing.listing_message",
        "home.home_view",
        "invoice.invoice_blocks",
        "notice.notice_message",
        "digest.digest_message",
    } <= FOUND.keys()
    assert KNOWN.keys() <= FOUND.keys()


MRKDWN = {"type": "mrkdwn", "text": "x", "verbatim": True}
LONG = {**MRKDWN, "text": "x" * 201}
PLAIN = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "action_id": "b", "text": PLAIN, "value": "v"}


@pytest.mark.parametrize(
    ("text", "blocks", "said"),
    [
        ("", [], "beside the blocks"),
        ("x" * 3_001, [], "3001 characters"),
        ("Hi <!channel>", [], "'<!channel'"),
        ("x", [{"type": "divider"}] * 51, "51 blocks"),
        ("x", [{"type": "nonsense"}], "nonsense"),
        ("x", [answers.section("y" * 3_001)], "3001 characters of text"),
        ("x", [answers.section("y", verbatim=False)], "not verbatim"),
        ("x", [answers.section("y" * 2_500)] * 5, "12500 characters in all"),
        ("x", [answers.TABLE, answers.TABLE], "2 blocks of data_table"),
        ("x", [{"type": "card", "subtitle": MRKDWN}], "nothing on the card"),
        ("x", [{"type": "card", "title": PLAIN}], "title is not mrkdwn"),
        ("x", [{"type": "card", "body": LONG}], "201 characters of body"),
        ("x", [{"type": "card", "actions": [BUTTON] * 3}], "3 buttons"),
        ("x", [{"type": "card", "actions": [BUTTON] * 2}], "action_id b 2 times"),
        ("x", [{"type": "card", "title": MRKDWN, "actions": []}], "0 buttons"),
        ("x", [{**answers.section("y"), "block_id": "a"}] * 2, "block_id a 2 times"),
    ],
)
def test_the_judge_finds_what_slack_would(
    text: str, blocks: list[dict[str, Any]], said: str
) -> None:
    assert any(said in each for each in message_problems(text, blocks))


def test_the_judge_keeps_cards_out_of_windows() -> None:
    card = {"type": "card", "title": MRKDWN}
    assert block_problems([card]) == []
    assert block_problems([card], surface=MODAL) == ["block 0 (card) in a modal"]

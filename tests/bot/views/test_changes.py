"""What changed since a day, as a message."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.history import Happening
from bot.answers.model import PAGE_SIZE, Changes
from bot.queries.model import Period, Query
from bot.tracking import digest
from bot.tracking.events import (
    Amended,
    Change,
    DocumentEvent,
    Issued,
    Overdue,
    Payment,
    facts,
)
from bot.views.changes import changes_message
from bot.views.limits import check
from tests.conftest import Saved
from tests.factories import TODAY, fresh, make_invoice, setting

DAY = datetime(2025, 11, 18, 8, 5, tzinfo=UTC)
COMMAND = "/invoices changes since 2025-11-17"


def changes(*events: DocumentEvent, page: int = 1, **more: object) -> Changes:
    happened = [
        Happening(DAY + timedelta(hours=at), event) for at, event in enumerate(events)
    ]
    order = digest.arrange(events)[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    fields: dict[str, object] = {
        "query": Query(show="changes", period=Period(date(2025, 11, 17), None, False)),
        "today": TODAY,
        "happenings": tuple(happened[at] for at in order),
        "count": len(events),
        "page": page,
        "kinds": tuple(digest.count_kinds(events)),
        "totals": tuple(digest.totals(events)),
        "freshness": (fresh("i3d", "i3D.net"),),
        "known_since": datetime(2025, 1, 1, tzinfo=UTC),
    }
    return Changes(**(fields | more))  # type: ignore[arg-type]  # by name


def some() -> list[DocumentEvent]:
    yen = make_invoice(
        id="2",
        number="2084426021",
        currency="JPY",
        total=Decimal(79640),
        balance=Decimal(79640),
        counterparty="株式会社青鷺",
    )
    return [
        Issued(**facts(make_invoice())),
        Issued(**facts(yen)),
        Payment(
            **facts(make_invoice(id="3", number="F25-3")),
            before=Decimal("121.00"),
            after=Decimal("0.00"),
            paid_in_full=True,
        ),
        Amended(
            **facts(make_invoice(id="4", number="F25-4")),
            changes=(Change("total", "100.00", "120.00"),),
        ),
        Overdue(**facts(make_invoice(id="5", number="F25-5"))),
    ]


def test_a_few_of_every_kind(saved: Saved) -> None:
    message = changes_message(changes(*some()), setting(COMMAND))
    check(message)
    saved("changes/some", {"text": message.text, "blocks": message.blocks})


def test_nothing_is_an_answer_too() -> None:
    message = changes_message(changes(), setting(COMMAND))
    check(message)
    assert message.text == "Nothing changed since 17 Nov 2025."


def test_what_was_before_the_first_reading_is_not_known() -> None:
    answer = changes(*some(), known_since=DAY)
    said = str(changes_message(answer, setting(COMMAND)).blocks)
    assert "What happened before 18 Nov 2025 09:05 was not seen." in said


def test_pages_turn_and_counts_are_over_all() -> None:
    events = some() * 9
    first = str(changes_message(changes(*events), setting(COMMAND)).blocks)
    assert "Rows 1–20 of 45" in first
    assert "'Next'" in first
    assert "9 fell overdue, 18 new, 9 payments, 9 amended" in first
    last = str(changes_message(changes(*events, page=3), setting(COMMAND)).blocks)
    assert "Rows 41–45 of 45" in last
    assert "'Next'" not in last
    assert "'Previous'" in last


@given(text=st.text(max_size=3_000))
def test_foreign_text_fits(text: str) -> None:
    about = facts(make_invoice(number=text, counterparty=text))
    change = Amended(**about, changes=(Change("lines", text, text),))
    check(changes_message(changes(*[change] * 20), setting(COMMAND)))

"""What is no reply to a question is said from the catalogue, too.

Notices, digests, windows, the Home tab and files, in the made-up language of
`tests.test_wording`: no word of ours is left in them.
"""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bot.answers.care import Done
from bot.answers.model import Total
from bot.exports.statement import Origin, to_statement
from bot.exports.workbook import Source, to_xlsx
from bot.queries.model import Bound, Query, QueryError
from bot.queries.orders import Pace
from bot.queries.preferences import DEFAULT, EVERYWHERE, ChangeSetting
from bot.tracking.changes import Before, Owed
from bot.tracking.digest import totals
from bot.tracking.events import Baseline, Change, InvoiceEvent, OverdueSum, Trouble
from bot.tracking.preview import Day
from bot.tracking.privacy import nameless_events
from bot.views import asking, care, closed, preferences, words
from bot.views import digest as digests
from bot.views import subscription as subscriptions
from bot.views.entry import Entry, Pause
from bot.views.help import help_message
from bot.views.home import Home, home_view, refused_view, trouble_view
from bot.views.ids import FormRef
from bot.views.kit import Message
from bot.views.living import hidden_wake_message, living_message, wake_message
from bot.views.needs import Needs, Waiting
from bot.views.notice import (
    baseline_message,
    details,
    notice_message,
    trouble_message,
)
from bot.views.preview import preview_message
from bot.views.spending import Spend
from bot.views.subscription_form import form_view
from bot.views.subscription_list import list_message
from bot.views.upcoming import Snoozed
from providers.models import LineItem, Status
from tests.bot.exports.reading import pages_of
from tests.bot.queries.context import CONTEXT
from tests.bot.tracking.made import (
    TODAY,
    amended,
    due_soon,
    issued,
    overdue,
    payment,
    withdrawn,
)
from tests.bot.views.test_care import CARED, LABELS, PLACE, stored
from tests.factories import fresh, make_invoice, make_list
from tests.test_wording import language, left_over, months  # noqa: F401 - a fixture

NOW = datetime(2025, 11, 21, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
HOUR = timedelta(hours=1)
CREDIT = "credit_note"
EVENTS: list[InvoiceEvent] = [
    issued(id="1"),
    issued(id="2", again=True, kind=CREDIT, currency="JPY", due_on=None),
    issued(id="3", total=None),
    amended(
        Change("total", None, "121.00"),
        Change("due_on", "2025-11-03", "2025-12-03"),
        Change("number", "F25-1", "F25-2"),
        Change("tax", "1.00", "2.00"),
        Change("currency", "USD", "EUR"),
        Change("lines", None, "1 x 2"),
        id="4",
    ),
    payment("121.00", "0.00", id="5", status=Status.PAID),
    payment("121.00", "50.00", id="6", status=Status.PART_PAID),
    payment("121.00", "50.00", id="7", kind=CREDIT, status=Status.OPEN_CREDIT),
    payment("121.00", "0.00", id="8", kind=CREDIT, status=Status.SETTLED_CREDIT),
    payment(None, None, id="9", status=Status.PAID),
    due_soon(id="10"),
    overdue(id="11"),
    overdue(id="12", after_days=7),
    withdrawn(id="13"),
    withdrawn(id="14", kind=CREDIT),
]
TROUBLE = Trouble(connection="i3d", detail="503")
BACK = Trouble(connection="i3d", detail="", recovered=True)
FIRST = Baseline(
    connection="i3d",
    invoices=3,
    credit_notes=1,
    overdue=(OverdueSum("EUR", 1, Decimal(5)),),
)
KINDS = ("issued", "overdue", "due_soon", "amended", "payment", "withdrawn", "trouble")


def entry(*events: str, **changes: Any) -> Entry:
    plain = {"key": "3fa2b1c4d5e6f708", "channel": "C1", "filters": Query()}
    fields = {**plain, "cron": None, "made_by": "U1", **changes}
    return Entry(events=events, **fields)


AMOUNTS = Query(
    connections=("swo", "i3d"),
    currency="EUR",
    minimum=Bound(Decimal(1000), strict=True),
    maximum=Bound(Decimal("9000.50")),
)
ENTRIES = [
    *(entry(kind) for kind in KINDS),
    entry(*KINDS, made_by=None, follow="thread"),
    entry("issued", "overdue", "payment", filters=AMOUNTS, follow="update"),
    entry("payment", filters=Query(minimum=Bound(Decimal(5)), maximum=None)),
    entry("payment", filters=Query(maximum=Bound(Decimal(5), strict=True))),
    entry("payment", filters=Query(currency="EUR"), channel="D1"),
    *(
        entry("issued", cron=cron, next_at=NOW, even_if_empty=at % 2 == 0, attach="csv")
        for at, cron in enumerate(
            (
                "0 9 * * *",
                "0 9 * * mon-fri",
                "0 9 * * sat,sun",
                "30 16 * * mon,wed,fri",
                "0 * * * *",
                "* * * * *",
                "*/5 * * * *",
                "0 9 1 * *",
            )
        )
    ),
    entry("issued", paused=Pause("…", "…", NOW), last_post=NOW - HOUR),
]


def notices() -> Iterator[Message]:
    for event in (*EVENTS, *nameless_events(EVENTS)):
        assert not isinstance(event, Trouble | Baseline)
        yield notice_message(event, today=TODAY, labels=LABELS)
        yield Message("\n".join(details(event, today=TODAY)))
    for trouble in (TROUBLE, BACK):
        yield trouble_message(trouble, labels=LABELS)
    yield baseline_message([FIRST], labels=LABELS)


def living() -> Iterator[Message]:
    changes: list[dict[str, Any]] = [
        {"status": status, "kind": kind, "paid_on": paid_on}
        for status in Status
        for kind in ("invoice", CREDIT)
        for paid_on in (None, TODAY)
    ]
    changed = {"total": Decimal(9), "due_on": None, "number": "F25-9"}
    for each in [*changes, changed]:
        for gone in (False, True):
            yield living_message(
                issued(),
                stored(**each),
                CARED,
                withdrawn=gone,
                today=date(2025, 12, 9),
                labels=LABELS,
            )
    for kind in ("invoice", CREDIT):
        invoice = stored(kind=kind)
        yield wake_message(invoice, CARED, by="U0LENA", today=TODAY, labels=LABELS)
    yield hidden_wake_message("U0LENA")


def digested() -> Iterator[Message]:
    before = Before(NOW - timedelta(days=1), tuple(totals(EVENTS[:4])))
    for events in ([*EVENTS, TROUBLE, FIRST], EVENTS[:3], EVENTS[8:]):
        for was in (None, before):
            yield digests.digest_message(
                events,
                title="1",
                today=TODAY,
                labels=LABELS,
                before=was,
                note=digests.first_note("U1") + digests.gathered_note(1),
            )
    for parts in (1, 2):
        yield digests.rest_message(
            EVENTS, part=1, parts=parts, today=TODAY, labels=LABELS
        )
    owed = [Owed("EUR", 3, Decimal(5), 1, Decimal(2)), Owed("JPY", 1, None, 0, None)]
    for amounts in (True, False):
        yield digests.quiet_message(owed, today=TODAY, before=before, amounts=amounts)
    yield digests.quiet_message([], today=TODAY)


def subscribed() -> Iterator[Any]:
    yield subscriptions.new_message(Pace())
    for each in ENTRIES:
        yield subscriptions.made_message(each, begun="1.", every=HOUR)
        yield subscriptions.stopped_message(each)
    yield subscriptions.refused_message("1", again="/unpaid")
    for at in range(0, len(ENTRIES), 5):
        yield list_message(ENTRIES[at : at + 5], every=HOUR, now=NOW)
    yield list_message([ENTRIES[0]] * 22, every=HOUR, now=NOW)
    yield list_message([], every=HOUR, now=NOW)
    for ref in (FormRef(channel="C1"), FormRef(channel="C1", id="3fa2b1c4")):
        yield form_view({}, context=CONTEXT, pace=Pace(), ref=ref)
    for days in ([], [Day(TODAY, 3, 1, tuple(EVENTS))], [Day(TODAY, 1, 0, ())]):
        yield preview_message(
            ENTRIES[0],
            days,
            since=NOW,
            is_cut=True,
            today=TODAY,
            every=HOUR,
            labels=LABELS,
            command="/invoices subscribe new",
        )


def homes() -> Iterator[Any]:
    owed = (
        Total("invoice", "EUR", 3, Decimal(9), Decimal(5), 1, 1, Decimal(2)),
        Total("invoice", "JPY", 1, Decimal(9), Decimal(5), 0, 1, None),
        *(Total("invoice", f"X{n}", 1, Decimal(9), Decimal(5)) for n in range(5)),
    )
    invoice = make_invoice(counterparty="1", description=None)
    needs = Needs((Waiting("C1", 2),), (Waiting("C2", 1, "shared"), Waiting("C3", 0)))
    full = Home(
        now=NOW,
        zone=ZONE,
        every=HOUR,
        owed=owed,
        spend=(
            Spend("EUR", 2, tuple((f"2025-{n:02}", Decimal(n)) for n in range(1, 12))),
        ),
        due=(invoice,),
        due_count=12,
        assigned=(invoice,),
        snoozed=(Snoozed(invoice, TODAY, "U1"),),
        freshness=(
            fresh("i3d", "i3D.net", reading=True),
            fresh("swo", "SoftwareOne", problem="503"),
            fresh("lw", "LINE WORKS", as_of=None),
        ),
        held=(("i3d", 4),),
        subscriptions=tuple(ENTRIES[:4]),
        needs=needs,
        is_first_visit=True,
    )
    yield home_view(full)
    yield home_view(Home(now=NOW, zone=ZONE, every=HOUR))
    yield home_view(
        Home(now=NOW, zone=ZONE, every=HOUR, freshness=(fresh("i3d", "i3D.net"),))
    )
    yield refused_view("1", admins=["U1", "U2"])
    yield refused_view("1")
    yield trouble_view("1")


def settings_said() -> Iterator[Any]:
    values: list[tuple[Any, str, str]] = [
        ("terms", "lw", "30"),
        ("terms", "lw", ""),
        ("backfill", "lw", "2021"),
        ("privacy", "C1", "counts"),
        ("privacy", EVERYWHERE, "full"),
        ("date-order", "", "dmy"),
        ("date-order", "", ""),
        ("number-format", "", "1.500"),
        ("number-format", "", ""),
        ("fiscal-year", "", "4"),
    ]
    labels = {"lw": "LINE WORKS"}
    holding = [
        preferences.Holding(
            preferences.name_words(name, about, labels=labels),
            preferences.value_words(name, value),
            in_file=at % 2 == 0,
            set_by="U1" if at % 3 else None,
            set_at=NOW,
        )
        for at, (name, about, value) in enumerate(values)
    ]
    examples = ["/invoices settings"]
    yield preferences.settings_message(holding * 5, examples, zone=ZONE)
    for name in ("terms", "privacy"):
        for value in ("30", DEFAULT):
            order = ChangeSetting(name, value, "lw")
            for moved in (0, 2):
                effects = preferences.effects(order, moved)
                yield preferences.changed_message(order, holding[0], effects=effects)
    yield preferences.not_admin_message(["U1"])
    yield preferences.not_admin_message([])


def others() -> Iterator[Any]:
    yield asking.ask_view(CONTEXT)
    for topic in ("", "invoices", "unpaid", "overdue", "invoice"):
        yield help_message(topic, today=TODAY)
    for code in (*closed._WHY, "restricted_action", "1"):
        yield closed.closed_message("C1", code, ["3fa2b1c4"], days=7)
    yield closed.closed_message("C1", "shared", ["3fa2b1c4", "4fa2b1c4"], days=1)
    yield closed.gap_message(since=TODAY, messages=1, events=2, days=7)
    yield care.snooze_view("F25-1", PLACE, today=TODAY)
    yield care.assign_view("F25-1", PLACE, assignee=None)
    yield care.note_view("F25-1", PLACE)
    for what in (*care._DONE, "snoozed", "assigned", "noted", "changed"):
        for by in (None, "U1"):
            detail = "2025-12-01" if what == "snoozed" else "1"
            yield care.outcome_message(care.done_words(Done(what, by, NOW, detail)))


#: Where Slack is sent a text as it is, without a kind.
_SAID = {
    *("text", "label", "name", "alt_text"),
    *("title", "caption", "x_label", "y_label"),
}


def shown(value: Any) -> Iterator[str]:
    """Every text in what Slack is sent; what comes back from it is no text."""
    if isinstance(value, Message):
        yield value.text
        yield from shown(value.blocks)
    elif isinstance(value, list):
        for each in value:
            yield from shown(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in _SAID and isinstance(each, str):
                yield each
            else:
                yield from shown(each)


@pytest.mark.parametrize(
    "said", [notices, living, digested, subscribed, homes, settings_said, others]
)
def test_what_is_sent_is_in_the_language_that_is_spoken(
    said: Callable[[], Iterator[Any]], request: pytest.FixtureRequest
) -> None:
    spoken: words.Speech = request.getfixturevalue("language")
    found: dict[str, str] = {}
    with words.speaking(spoken):
        for each in said():
            for text in shown(each):
                found |= dict.fromkeys(left_over(text), text)
    # What people wrote, and the examples of the form that are typed.
    typed = {"over", "eur", "Blue", "Heron", "Insight", "credit", "tuesdays", "fridays"}
    typed |= {"and"} if said is subscribed else set()
    names = months(spoken) | typed | {"amp"}
    assert {word: text for word, text in found.items() if word not in names} == {}


def test_a_statement_is_in_the_language_that_is_spoken(
    request: pytest.FixtureRequest,
) -> None:
    spoken: words.Speech = request.getfixturevalue("language")
    line = LineItem(
        quantity=Decimal(2),
        net=Decimal(100),
        period_from=date(2025, 10, 1),
        period_to=date(2025, 10, 31),
    )
    with words.speaking(spoken):
        pages = [
            page
            for kind in ("invoice", CREDIT)
            for basis in ("terms", "provider")
            for page in pages_of(
                to_statement(
                    make_invoice(
                        kind=kind,
                        due_basis=basis,
                        counterparty=None,
                        description=None,
                        lines=(line, LineItem(description="1")),
                        checks=("1",),
                    ),
                    Origin("i3D.net", TODAY),
                )
            )
        ]
    found = {word for page in pages for word in left_over(page)}
    assert not found - months(spoken)


def test_a_workbook_is_in_the_language_that_is_spoken(
    request: pytest.FixtureRequest,
) -> None:
    spoken: words.Speech = request.getfixturevalue("language")
    answer = make_list(
        make_invoice(description=None), freshness=(fresh("i3d", "i3D.net", as_of=None),)
    )
    with words.speaking(spoken):
        content = to_xlsx(
            answer.invoices,
            totals=answer.totals,
            proof=answer.proof,
            source=Source("/unpaid", TODAY, answer.freshness),
        )
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {word for name in book.sheetnames for word in left_over(name)}
    for sheet in book.worksheets:
        for cell in next(sheet.iter_rows(max_row=1, values_only=True)):
            found |= set(left_over(str(cell or "")))
    assert not found


def test_an_error_beside_a_field_is_in_the_language_that_is_spoken(
    request: pytest.FixtureRequest,
) -> None:
    spoken: words.Speech = request.getfixturevalue("language")
    one = Query(period=(date(2025, 1, 1), date(2025, 2, 1)))  # type: ignore[arg-type]  # only compared
    with words.speaking(spoken):
        said = [
            asking.contradiction(
                Query(connections=("swo",)), Query(connections=("lw",))
            ),
            asking.contradiction(one, Query(period="1")),  # type: ignore[arg-type]  # as above
            asking.error_text(QueryError("1", hint="")),
        ]
    assert all(said)
    assert not [word for each in said for word in left_over(each or "")]

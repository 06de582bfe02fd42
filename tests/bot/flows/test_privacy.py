"""Nothing of an invoice that a channel may not see is in what Slack is sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.privacy import Level
from bot.flows.privacy import Privacy, PrivacyRule, channel_key
from bot.flows.reply import answer_message
from bot.queries.commands import to_command
from bot.queries.parse import parse_query
from bot.tracking.events import Baseline, Change, InvoiceEvent, OverdueSum, Trouble
from bot.views.digest import digest_message, rest_message
from bot.views.ids import PrivateRef
from bot.views.kit import Message
from bot.views.limits import check
from bot.views.listing import Setting
from bot.views.notice import baseline_message, notice_message
from providers.models import Invoice, LineItem, Status
from storage import preferences
from storage.store import Store
from tests.bot.flows.asking import questions_of
from tests.bot.tracking.made import amended, issued, overdue, payment, withdrawn
from tests.storage.made import NOW, TODAY, invoice, keep

CHANNEL = "C0GENERAL"
ZONE = ZoneInfo("Europe/Amsterdam")
QUESTIONS = (
    "/unpaid",
    "/overdue",
    "/invoices all",
    "/invoices 2026 by month as chart",
    "/invoices 2026 by seller",
    "/invoices 2026 by status",
    "/invoices aging",
    "/invoices 2026-11 vs 2026-10",
    "/unpaid top 3 largest",
    "/unpaid over 1000",
    "/unpaid as text",
    "/invoices 2026 by customer",
    "/invoices 2026 as csv",
    "/invoices updated:2026-11",
    "/invoices 2026 paid late",
)
names = st.text(
    st.characters(categories=("Lu", "Ll", "Lo")), min_size=9, max_size=20
).map(
    # A mark that no word of ours has.
    "Ω{}".format
)
numbers = st.from_regex(r"[A-Z]{3}[0-9]{7}", fullmatch=True)
amounts = st.decimals("170000", "9999999", places=2)
statuses = st.sampled_from([Status.UNPAID, Status.PART_PAID, Status.PAID])


@st.composite
def invoices(draw: st.DrawFn) -> list[Invoice]:
    """Up to six invoices, each with names, a number and amounts of its own."""
    # So that no period of a question is before the first of them.
    made = [
        invoice("ID000000000", number="X" * 5, total=None, issued_on=date(2025, 1, 1))
    ]
    made[0] = msgspec.structs.replace(made[0], balance=None)
    for at in range(draw(st.integers(1, 6))):
        total = draw(amounts)
        issued_on = TODAY - timedelta(days=draw(st.integers(0, 300)))
        number = draw(numbers)
        line = LineItem(
            description=draw(names), customer=draw(names), total=draw(amounts)
        )
        made.append(
            invoice(
                f"{number}{at}",
                connection=draw(st.sampled_from(["i3d", "swo"])),
                number=number,
                issued_on=issued_on,
                due_on=issued_on + timedelta(days=30),
                total=total,
                balance=total - 1,
                status=draw(statuses),
                counterparty=draw(names),
                description=draw(names),
                has_pdf=draw(st.booleans()),
                lines=(line,),
            )
        )
    return made


def names_of(one: Invoice) -> set[str]:
    """Every name in an invoice, and its whole number and id."""
    found = {one.counterparty, one.description, one.number, one.id}
    found |= {each for line in one.lines for each in (line.description, line.customer)}
    return {each for each in found if each}


def figures_of(amount: Decimal | None) -> set[str]:
    """How an amount may be written."""
    if amount is None:
        return set()
    return {f"{amount:,.2f}", f"{amount:.2f}", f"{float(amount)}", f"{int(amount):,}"}


def amounts_of(one: Invoice) -> set[str]:
    """Every way to write every amount of an invoice."""
    given = [one.total, one.balance, *(line.total for line in one.lines)]
    return {said for amount in given for said in figures_of(amount)}


def sent(message: Message) -> str:
    """What Slack is sent, after the limits were looked at."""
    check(message)
    return json.dumps([message.text, message.blocks], ensure_ascii=False)


@contextmanager
def kept(made: list[Invoice]) -> Iterator[tuple[Store, Privacy]]:
    """A database with invoices, and a rule over it."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "duebot.db")
        try:
            anyio.run(store.run, keep, made)
            yield store, Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW)
        finally:
            store.close()


def shown(store: Store, privacy: Privacy, text: str, level: Level) -> Message:
    """Answer a question for others in a channel."""
    questions = questions_of(store)
    query = parse_query(text, context=questions.context())
    setting = Setting(to_command(query, questions.context()), NOW, ZONE, shared=True)

    async def answer() -> Message:
        return await privacy.answer(
            level,
            query,
            questions.answer(query),
            page=1,
            setting=setting,
            channel=CHANNEL,
            questions=questions,
            show=answer_message,
        )

    return anyio.run(answer)


def questions_about(made: list[Invoice]) -> list[str]:
    one = made[-1]
    return [
        *QUESTIONS,
        f"/invoice {one.number}",
        f"/invoice {one.number} history",
        f"/invoice {one.number} why",
        f"/invoice {one.number} lines",
        f"/invoice {one.number[:-1]}",
        f'/unpaid "{one.counterparty}"',
        f'/unpaid seller:"{one.counterparty}"',
        f'/invoices all customer:"{one.lines[0].customer}"',
    ]


@settings(max_examples=25, deadline=None)
@given(invoices())
def test_counts_show_no_amount_name_or_number(made: list[Invoice]) -> None:
    with kept(made) as (store, privacy):
        for text in questions_about(made):
            said = sent(shown(store, privacy, text, Level.COUNTS))
            for one in made:
                for hidden in names_of(one) | amounts_of(one):
                    assert hidden not in said, text
            assert "Send me the details privately" in said


@settings(max_examples=25, deadline=None)
@given(invoices())
def test_without_names_there_are_amounts_and_nobody(made: list[Invoice]) -> None:
    with kept(made) as (store, privacy):
        for text in questions_about(made):
            said = sent(shown(store, privacy, text, Level.NO_NAMES))
            for one in made:
                for hidden in names_of(one):
                    assert hidden not in said, text
        said = sent(shown(store, privacy, "/invoices all", Level.NO_NAMES))
        for one in made[1:]:
            assert f"{one.total:,.2f}" in said


def test_counts_are_those_of_the_question(store: Store) -> None:
    made = [
        invoice("1", due_on=date(2026, 11, 1)),
        invoice("2", due_on=date(2026, 11, 2), status=Status.PART_PAID),
        invoice("3", currency="USD"),
        invoice("4", status=Status.PAID, balance="0.00"),
    ]
    anyio.run(store.run, keep, made)
    privacy = Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW)
    unpaid = shown(store, privacy, "/unpaid", Level.COUNTS).text
    assert unpaid == (
        "Incomplete: LINE WORKS has not been read yet; nothing of it is here.\n"
        "Incomplete: SoftwareOne has not been read yet; nothing of it is here.\n"
        "Incomplete: i3D.net has not been read yet; nothing of it is here.\n"
        f"Amounts are not shown in <#{CHANNEL}> (rule: counts only). 3 unpaid, 1 of "
        "them part paid, 2 overdue."
    )
    everything = shown(store, privacy, "/invoices all", Level.COUNTS).text
    assert everything.endswith("3 unpaid, 1 of them part paid, 2 overdue, 1 paid.")


@pytest.mark.parametrize(
    "text", ["/unpaid over 99", "/invoices all #F25", "/invoice F25-1", "/unpaid <1"]
)
def test_a_count_that_gives_a_figure_away_is_not_given(store: Store, text: str) -> None:
    anyio.run(store.run, keep, [invoice("1")])
    privacy = Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW)
    said = shown(store, privacy, text, Level.COUNTS).text
    assert "1 unpaid" not in said
    assert "cannot be shown" in said


def test_one_invoice_without_names_has_a_card_without_buttons(store: Store) -> None:
    anyio.run(store.run, keep, [invoice("1")])
    privacy = Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW)
    number = invoice("1").number
    message = shown(store, privacy, f"/invoice {number}", Level.NO_NAMES)
    (card,) = [block for block in message.blocks if block["type"] == "card"]
    assert "actions" not in card
    assert number not in str(card)
    assert "*Total* " in card["body"]["text"]


def test_the_whole_question_is_kept_for_who_asks(store: Store) -> None:
    anyio.run(store.run, keep, [invoice("1")])
    privacy = Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW)
    message = shown(store, privacy, "/unpaid over 99", Level.COUNTS)
    (button,) = message.blocks[-1]["elements"]
    ref = PrivateRef.model_validate_json(button["value"])
    asked = privacy.question(ref)
    assert asked is not None
    assert asked.command == "/unpaid >99"
    assert privacy.question(PrivateRef(answer="another")) is None


EVENTS: dict[str, Callable[..., InvoiceEvent]] = {
    "issued": issued,
    "overdue": overdue,
    "paid": lambda **facts: payment("300000.00", "0.00", **facts),
    "withdrawn": withdrawn,
    "lines": lambda **facts: amended(
        Change("lines", "Contoso hosting, 180000.00", "Contoso, 190000.00"), **facts
    ),
    "number": lambda **facts: amended(
        Change("number", "OLD1234567", "NEW1234567"), **facts
    ),
    "total": lambda **facts: amended(
        Change("total", "180000.00", "190000.00"), **facts
    ),
}
SECRET: dict[str, Any] = {
    "id": "ID987654321",
    "number": "NUM1234567",
    "counterparty": "Contoso KK",
    "total": Decimal("345678.90"),
    "balance": Decimal("345678.90"),
}
NAMES = ("Contoso", "ID987654321", "NUM1234567", "OLD1234567", "NEW1234567")
FIGURES = ("345,678", "345678", "180,000", "190,000", "180000", "190000", "300,000")


def told(privacy: Privacy, events: list[InvoiceEvent], **how: Any) -> str:
    def tell(events: list[InvoiceEvent]) -> Message:
        match events:
            case [Baseline() as one]:
                return baseline_message([one], labels={})
            case [one] if not isinstance(one, Trouble | Baseline):
                return notice_message(one, today=TODAY, labels={})
            case _ if how:
                return rest_message(events, **how, today=TODAY, labels={})
        return digest_message(events, title="News", today=TODAY, labels={})

    message = privacy.news(
        events, delivery="d1", channel=CHANNEL, labels={"i3d": "i3D.net"}, tell=tell
    )
    return sent(message)


@pytest.mark.parametrize("name", list(EVENTS))
@pytest.mark.parametrize("together", ["alone", "digest", "rest"])
def test_news_keep_to_the_rule_of_their_channel(
    store: Store, name: str, together: str
) -> None:
    facts = {key: SECRET[key] for key in SECRET if (name, key) != ("paid", "balance")}
    events = [EVENTS[name](**facts)] * (1 if together == "alone" else 12)
    how = {"part": 1, "parts": 1} if together == "rest" else {}
    for level in (Level.NO_NAMES, Level.COUNTS):
        rule = PrivacyRule(channels={CHANNEL: level})
        said = told(Privacy(store=store, rule=rule, now=lambda: NOW), events, **how)
        hidden = NAMES if level is Level.NO_NAMES else NAMES + FIGURES
        assert not [each for each in hidden if each in said]
        assert '{\\"delivery\\":\\"d1\\"}' in said
    whole = told(Privacy(store=store, rule=PrivacyRule(), now=lambda: NOW), events)
    assert "NUM1234567" in whole


def test_a_first_reading_is_counted_and_trouble_is_told(store: Store) -> None:
    sums = (OverdueSum("EUR", 2, Decimal("345678.90")),)
    first = Baseline(connection="i3d", invoices=31, credit_notes=1, overdue=sums)
    rule = PrivacyRule(default=Level.COUNTS)
    privacy = Privacy(store=store, rule=rule, now=lambda: NOW)
    said = told(privacy, [first])
    assert "345,678" not in said
    assert "31 invoices and 1 credit note, 2 overdue" in said
    assert "answered 503" in told(
        privacy, [Trouble(connection="i3d", detail="answered 503")]
    )


async def test_which_rule_holds_where(store: Store) -> None:
    rule = PrivacyRule(default=Level.NO_NAMES, channels={"C0ONE": Level.COUNTS})
    privacy = Privacy(store=store, rule=rule, now=lambda: NOW)
    assert privacy.level("C0ONE") is Level.COUNTS
    assert privacy.level("C0TWO") is Level.NO_NAMES
    assert privacy.level("D0AKIKO") is Level.FULL
    assert privacy.level("C0ONE", direct=True) is Level.FULL
    for key, value in (("privacy", "full"), (channel_key("C0ONE"), "no_names")):
        await store.run(preferences.put, key, value, by="U0AKIKO", now=NOW)
    assert privacy.level("C0ONE") is Level.NO_NAMES
    assert privacy.level("C0TWO") is Level.FULL


def test_events_of_one_invoice_stay_one(store: Store) -> None:
    rule = PrivacyRule(default=Level.NO_NAMES)
    privacy = Privacy(store=store, rule=rule, now=lambda: NOW)
    said = told(privacy, [overdue(), overdue(), overdue(id="another")])
    assert "Overdue: 2 invoices" in said

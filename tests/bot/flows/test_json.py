"""What the JSON of an answer says of sums, and of what is missing."""

from datetime import UTC, date, datetime
from decimal import Decimal

from bot.answers.document import answer_document
from bot.answers.model import Changes, Freshness, NoSuchInvoice, YearReading
from bot.flows.ask import ALL_ROWS
from bot.queries.model import Query
from bot.tracking.digest import EventTotal
from providers.models import Status
from storage.store import Store
from tests.bot.flows.asking import ask
from tests.storage.made import TODAY, invoice, keep

NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def keep_paid(store: Store) -> None:
    """Keep what nothing is owed of any more, in three currencies."""
    for code, total, nothing in (
        ("EUR", "1.00", "0.00"),
        ("JPY", "79640", "0"),
        ("KWD", "1.500", "0.000"),
        ("USD", "100000000000000000000.00", "0"),  # more than 64 bits of cents
    ):
        paid = invoice(
            code,
            currency=code,
            issued_on=date(2026, 10, 1),
            total=total,
            balance=nothing,
            status=Status.PAID,
        )
        await store.run(keep, [paid])


async def test_a_sum_of_nothing_has_the_digits_of_its_currency(store: Store) -> None:
    await keep_paid(store)
    for question, key in (
        ("/invoices paid", "totals"),
        ("/invoices issued:2026-10", "totals"),
        ("/invoices 2026-10 by status", "groups"),
        ("/invoices 2026-10 by seller", "groups"),
    ):
        document = answer_document(question, ask(store, question, rows=ALL_ROWS))
        sums = {each["currency"]: each for each in document[key]}
        assert {code: each["balance"] for code, each in sums.items()} == {
            "EUR": "0.00",
            "JPY": "0",
            "KWD": "0.000",
            "USD": "0.00",
        }, question
        assert sums["USD"]["total"] == "100000000000000000000.00"
        assert sums["KWD"]["total"] == "1.500"


async def test_a_comparison_with_nothing_has_them_too(store: Store) -> None:
    await keep_paid(store)
    question = "/invoices 2026-10 vs 2026-11"
    compared = answer_document(question, ask(store, question, rows=ALL_ROWS))[
        "compared"
    ]
    before = {each["currency"]: each["amount_before"] for each in compared}
    assert before == {"EUR": "0.00", "JPY": "0", "KWD": "0.000", "USD": "0.00"}


def test_changes_without_an_amount_have_them_too() -> None:
    answer = Changes(
        query=Query(show="changes"),
        today=TODAY,
        happenings=(),
        count=0,
        page=1,
        kinds=(),
        totals=(EventTotal("issued", "invoice", "EUR", 1, Decimal(0), 1),),
        freshness=(),
    )
    assert answer_document("/invoices changes", answer)["totals"][0]["amount"] == "0.00"


async def test_connections_that_were_never_read_are_problems(store: Store) -> None:
    document = answer_document("/unpaid", ask(store, "/unpaid"))
    assert document["problems"] == [
        {"connection": "lw", "problem": "LINE WORKS has not been read yet"},
        {"connection": "swo", "problem": "SoftwareOne has not been read yet"},
        {"connection": "i3d", "problem": "i3D.net has not been read yet"},
    ]


def test_every_kind_of_trouble_is_a_problem() -> None:
    freshness = (
        Freshness("a", "Well", NOW),
        Freshness("b", "Failed", NOW, problem="answered 503"),
        Freshness("c", "Never", None, problem="answered 401"),
        Freshness("d", "Years", NOW, years=(YearReading(2019, 1, 12),), unread=(2018,)),
        Freshness("e", "Lost", NOW, years=(YearReading(2019, 0, 12, "answered 500"),)),
        Freshness("f", "Late", NOW, begins=2020),
    )
    answer = NoSuchInvoice(Query(show="invoice"), "1", (), freshness)
    problems = answer_document("/invoice 1", answer)["problems"]
    assert [(each["connection"], each["problem"]) for each in problems] == [
        ("b", "Failed answered 503"),
        ("c", "Never answered 401"),
        ("d", "2019 of Years has not been read yet"),
        ("d", "2018 of Years has not been read yet"),
        ("e", "2019 of Lost could not be read: it answered 500"),
        ("f", "Late is read from 2020 on"),
    ]

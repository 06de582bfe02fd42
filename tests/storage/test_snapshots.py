"""Invoices as last seen: what goes in comes out, and is found by what people say."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from providers.models import OWED, Invoice, LineItem, Status
from storage import snapshots
from storage.migrations import migrations
from storage.snapshots import Aged, Criteria, Total
from storage.store import Store
from tests.storage.made import NOW, TODAY, invoice, keep


@pytest.fixture
def db() -> Database:
    fresh = Database(memory=True)
    migrations.apply(fresh)
    return fresh


def ids(found: list[Invoice]) -> list[str]:
    return [each.id for each in found]


def test_every_field_comes_back_as_it_was(db: Database) -> None:
    full = invoice(
        kind="credit_note",
        period="2026-10",
        paid_on=date(2026, 11, 20),
        due_basis="terms",
        net="82.64",
        tax="17.36",
        paid="0.00",
        status=Status.PAID,
        counterparty="株式会社青鷺",
        description='a "quoted" <word>',
        has_pdf=True,
        checks=("lines do not add up",),
        lines=(
            LineItem(description="seats", quantity=Decimal("3.5"), total=Decimal("1")),
            LineItem(customer="Blue Heron", period_from=date(2026, 10, 1)),
        ),
    )
    keep(db, [full])
    stored = snapshots.get(db, "i3d", ["1", "2"])
    assert stored["1"].invoice == full
    assert list(stored) == ["1"]
    assert snapshots.by_key(db, stored["1"].key) == stored["1"]


def test_amounts_are_stored_as_text(db: Database) -> None:
    keep(db, [invoice(total="79640", balance=None, currency="JPY")])
    row = db.execute(
        "select total, balance, typeof(total), total_minor, digits from invoices"
    ).fetchone()
    assert row == ("79640", None, "text", 79640, 0)


def test_a_second_put_replaces_the_first_and_keeps_the_key(db: Database) -> None:
    keep(db, [invoice()])
    before = snapshots.get(db, "i3d", ["1"])["1"]
    keep(db, [invoice(balance="1.00")])
    after = snapshots.get(db, "i3d", ["1"])["1"]
    assert (after.key, after.first_seen) == (before.key, NOW)
    assert after.invoice.balance == Decimal("1.00")
    assert snapshots.count(db, Criteria(today=TODAY)) == 1


def test_a_list_has_the_invoices_last_read_from_it(db: Database) -> None:
    keep(db, [invoice("1"), invoice("2")], source="credit-memos")
    keep(db, [invoice("2"), invoice("3")], source="invoices")
    keep(db, [invoice("1", connection="swo")], source="invoices")
    for source, count in (("credit-memos", 1), ("invoices", 2), ("other", 0)):
        assert snapshots.count_from(db, "i3d", source) == count
    db.execute("update invoices set withdrawn_at = 'then' where id = '3'")
    assert snapshots.count_from(db, "i3d", "invoices") == 1


def test_hashes_are_of_one_connection(db: Database) -> None:
    keep(db, [invoice("1"), invoice("1", connection="swo")])
    (only,) = snapshots.known_hashes(db, "swo").items()
    assert only == (b"swo1".ljust(16), snapshots.get(db, "swo", ["1"])["1"].key)
    snapshots.put_hashes(db, {only[1]: b"other"})
    assert snapshots.known_hashes(db, "swo") == {b"other": only[1]}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("INV-0000123", ["123"], id="as written"),
        pytest.param("inv0000123", ["123"], id="small letters and no dash"),
        pytest.param(" INV 0000 123 ", ["123"], id="spaces"),
        pytest.param("ＩＮＶ−０００0123", ["123"], id="full-width, a minus"),
        pytest.param("123", ["123"], id="the id"),
        pytest.param("INV-0000124", [], id="another number"),
    ],
)
def test_an_invoice_is_found_by_its_number(
    db: Database, asked: str, found: list[str]
) -> None:
    keep(db, [invoice("123", number="INV-0000123"), invoice("9")])
    assert [s.invoice.id for s in snapshots.by_number(db, asked)] == found


def test_a_number_of_two_connections_is_found_twice_or_in_one(db: Database) -> None:
    both = [invoice("1"), invoice("1", connection="swo")]
    keep(db, both)
    assert [s.invoice for s in snapshots.by_number(db, "F25-1")] == both
    (one,) = snapshots.by_number(db, "F25-1", ["swo"])
    assert one.invoice.connection == "swo"


def test_close_numbers_are_those_that_look_alike(db: Database) -> None:
    numbers = ("INV-0000123", "INV-0000987", "F25-001")
    keep(db, [invoice(n, number=n) for n in numbers])
    assert snapshots.close_numbers(db, "inv-000132", 1) == ["INV-0000123"]
    assert snapshots.close_numbers(db, "zzz", 3) == []


def test_span_is_null_before_anything_was_read(db: Database) -> None:
    assert snapshots.span(db) == (None, None)
    keep(db, [invoice("1"), invoice("2", issued_on=date(2021, 8, 1))])
    assert snapshots.span(db) == (date(2021, 8, 1), date(2026, 11, 1))


def test_pages_follow_one_another(db: Database) -> None:
    keep(db, [invoice(str(n), issued_on=date(2026, 11, n)) for n in range(1, 10)])
    month = Criteria(today=TODAY, months=("2026-11", "2026-11"), descending=True)
    pages = [snapshots.find(db, month, limit=4, offset=at) for at in (0, 4, 8)]
    assert [ids(page) for page in pages] == [list("9876"), list("5432"), list("1")]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        pytest.param({"months": ("2026-08", "2026-08")}, "a", id="by billing period"),
        pytest.param({"months": ("2026-09", None)}, "bcd", id="from a month on"),
        pytest.param({"months": (None, "2026-09")}, "ab", id="up to a month"),
        pytest.param(
            {"days": (date(2026, 9, 1), date(2026, 9, 2))}, "ab", id="days of issue"
        ),
        pytest.param(
            {"days": (None, date(2026, 10, 1)), "day_field": "due_on"}, "b", id="due"
        ),
        pytest.param({"connections": ("swo",)}, "d", id="one connection"),
        pytest.param({"not_connections": ("swo",)}, "abc", id="all but one"),
        pytest.param({"statuses": OWED}, "ab", id="unpaid"),
        pytest.param({"statuses": (Status.PART_PAID,)}, "b", id="part paid"),
        pytest.param({"statuses": (Status.PAID, Status.UNPAID)}, "ac", id="or"),
        pytest.param({"kinds": ("credit_note",)}, "d", id="credit notes"),
        pytest.param({"overdue": True}, "b", id="overdue"),
        pytest.param({"overdue": False}, "acd", id="not overdue"),
        pytest.param({"late_from": 51}, "b", id="51 days late"),
        pytest.param({"late_from": 52}, "", id="not 52 days late"),
        pytest.param({"late_to": 51}, "b", id="at most 51 days late"),
        pytest.param({"late_to": 50}, "", id="not at most 50"),
        pytest.param({"currency": "JPY"}, "c", id="currency"),
        pytest.param({"text": "blue HERON"}, "a", id="counterparty in any case"),
        pytest.param({"text": "青鷺"}, "c", id="a reseller's customer"),
        pytest.param({"customer": "株式会社青鷺"}, "c", id="a customer's whole name"),
        pytest.param({"customer": "青鷺*"}, "c", id="a part of a customer's name"),
        pytest.param({"customer": "青鷺"}, "", id="a part alone is no customer"),
        pytest.param({"seller": "青鷺*"}, "", id="a customer is no seller"),
        pytest.param({"customer": "blue*"}, "", id="a seller is no customer"),
        pytest.param({"seller": "BLUE heron ltd"}, "a", id="a seller's whole name"),
        pytest.param({"seller": "BLUE heron*"}, "a", id="a part of a seller's name"),
        pytest.param({"seller": "BLUE heron"}, "", id="a part alone is no seller"),
        pytest.param({"seller": "blue*", "text": "F25"}, "a", id="a seller and a word"),
        pytest.param({"minimum": Decimal("100.00")}, "acd", id="from 100"),
        pytest.param({"minimum": Decimal("100"), "above": True}, "c", id="above 100"),
        pytest.param({"maximum": Decimal("99.99")}, "b", id="up to 99.99"),
        pytest.param({"maximum": Decimal("99.99"), "below": True}, "", id="below"),
        pytest.param(
            {"amount": "balance", "minimum": Decimal("0.005")}, "abc", id="balance"
        ),
        pytest.param({"text": "100%_'"}, "", id="signs that SQL knows are plain"),
    ],
)
def test_criteria_select(db: Database, criteria: dict[str, Any], found: str) -> None:
    keep(
        db,
        [
            invoice(
                "a",
                period="2026-08",
                issued_on=date(2026, 9, 1),
                counterparty="Blue  Heron Ltd",
            ),
            invoice(
                "b",
                issued_on=date(2026, 9, 2),
                due_on=date(2026, 10, 1),
                total="99.99",
                balance="49.99",
                status=Status.PART_PAID,
            ),
            invoice(
                "c",
                issued_on=date(2026, 10, 1),
                due_on=None,
                currency="JPY",
                total="5000",
                balance="1",
                status=Status.PAID,
                lines=(LineItem(customer="株式会社青鷺"),),
            ),
            invoice(
                "d",
                connection="swo",
                kind="credit_note",
                status=Status.OPEN_CREDIT,
                balance=None,
                due_on=date(2026, 10, 2),
            ),
        ],
    )
    whole = Criteria(today=TODAY, **criteria)
    assert "".join(sorted(ids(snapshots.find(db, whole)))) == found
    assert snapshots.count(db, whole) == len(found)


@pytest.mark.parametrize(
    ("sort", "descending", "order"),
    [
        ("issued_on", False, "abc"),
        ("issued_on", True, "cba"),
        ("due_on", False, "bca"),
        ("due_on", True, "cba"),
        ("age", True, "bca"),
        ("age", False, "cba"),
        ("total", True, "bca"),
        ("total", False, "acb"),
        ("balance", True, "acb"),
        ("number", True, "cba"),
    ],
)
def test_criteria_sort_with_what_is_not_stated_last(
    db: Database, sort: Any, descending: bool, order: str
) -> None:
    days = [date(2026, 9, n) for n in (1, 2, 3)]
    keep(
        db,
        [
            invoice("a", issued_on=days[0], due_on=None, total="9.00", balance="9.00"),
            invoice(
                "b", issued_on=days[1], due_on=days[1], total="90.00", balance=None
            ),
            invoice("c", issued_on=days[2], due_on=days[2], total="10", balance="1.00"),
        ],
    )
    criteria = Criteria(today=TODAY, sort=sort, descending=descending)
    assert "".join(ids(snapshots.find(db, criteria))) == order


# Sums


def test_totals_are_apart_by_kind_and_currency(db: Database) -> None:
    keep(
        db,
        [
            invoice("1", total="0.10", balance="0.10", due_on=date(2026, 11, 20)),
            invoice("2", total="0.20", balance=None),
            invoice("3", total="500", balance="500", currency="JPY", due_on=TODAY),
            invoice("4", kind="credit_note", status=Status.OPEN_CREDIT, balance=None),
        ],
    )
    assert snapshots.totals(db, Criteria(today=TODAY), today=TODAY) == [
        Total(
            kind="invoice",
            currency="EUR",
            invoices=2,
            total=Decimal("0.30"),
            balance=Decimal("0.10"),
            overdue_invoices=1,
            overdue_balance=Decimal("0.10"),
            no_balance=1,
        ),
        Total(
            kind="invoice",
            currency="JPY",
            invoices=1,
            total=Decimal(500),
            balance=Decimal(500),
            overdue_invoices=0,
            overdue_balance=None,
            no_balance=0,
        ),
        Total(
            kind="credit_note",
            currency="EUR",
            invoices=1,
            total=Decimal("100.00"),
            balance=None,
            overdue_invoices=0,
            overdue_balance=None,
            no_balance=1,
        ),
    ]


def test_totals_forget_what_is_deleted(db: Database) -> None:
    keep(db, [invoice("1"), invoice("2", total="7.00")])
    db.execute("delete from invoices where id = '1'")
    (total,) = snapshots.totals(db, Criteria(today=TODAY))
    assert (total.invoices, total.total) == (1, Decimal("7.00"))


@pytest.mark.parametrize("narrow", [{}, {"text": "F25"}], ids=["tallied", "searched"])
def test_amounts_too_large_for_sqlite_add_up_exactly(
    db: Database, narrow: dict[str, Any]
) -> None:
    huge = "99999999999999999999999999.99"
    keep(db, [invoice("1", total=huge), invoice("2", total=huge), invoice("3")])
    (total,) = snapshots.totals(db, Criteria(today=TODAY, **narrow))
    assert total.total == Decimal("200000000000000000000000099.98")
    assert (total.invoices, total.balance) == (3, Decimal("300.00"))


@pytest.mark.parametrize(
    ("due", "bucket"),
    [
        (TODAY + timedelta(days=1), "not_due"),
        (TODAY, "not_due"),
        (TODAY - timedelta(days=1), "1-30"),
        (TODAY - timedelta(days=30), "1-30"),
        (TODAY - timedelta(days=31), "31-60"),
        (TODAY - timedelta(days=60), "31-60"),
        (TODAY - timedelta(days=61), "61-90"),
        (TODAY - timedelta(days=90), "61-90"),
        (TODAY - timedelta(days=91), "over_90"),
        (None, "no_due_date"),
    ],
)
def test_ageing_buckets(db: Database, due: date | None, bucket: Any) -> None:
    keep(db, [invoice("1", due_on=due), invoice("2", due_on=due, balance=None)])
    assert snapshots.ageing(db, Criteria(today=TODAY)) == [
        Aged("EUR", bucket, 2, Decimal("100.00"), 1)
    ]


def test_ageing_of_what_is_paid_is_empty(db: Database) -> None:
    keep(db, [invoice("1", status=Status.PAID, balance="0.01")])
    assert snapshots.ageing(db, Criteria(today=TODAY)) == []
    paid = Criteria(today=TODAY, statuses=(Status.PAID,))
    assert snapshots.ageing(db, paid) == []


AMOUNTS = st.one_of(
    st.none(), st.decimals("0", "9999.99", places=2).map(lambda d: f"{d:.2f}")
)
STORED = st.builds(
    invoice,
    st.sampled_from("abcdefgh"),
    connection=st.sampled_from(["i3d", "swo"]),
    kind=st.sampled_from(["invoice", "credit_note"]),
    issued_on=st.one_of(st.none(), st.dates(date(2026, 9, 1), TODAY)),
    due_on=st.one_of(st.none(), st.dates(date(2026, 8, 1), date(2026, 12, 31))),
    currency=st.sampled_from(["EUR", "USD"]),
    status=st.sampled_from(list(Status)),
    total=AMOUNTS,
    balance=AMOUNTS,
)
ASKED = st.builds(
    Criteria,
    today=st.just(TODAY),
    months=st.sampled_from([None, ("2026-10", "2026-10"), ("2026-09", "2026-10")]),
    connections=st.sampled_from([(), ("swo",), ("swo", "i3d")]),
    kinds=st.sampled_from([(), ("invoice",)]),
    statuses=st.sampled_from([(), OWED, (Status.PAID,), (Status.UNPAID,)]),
    overdue=st.sampled_from([None, None, True, False]),
    text=st.sampled_from([None, None, "F25"]),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=st.lists(st.lists(STORED, max_size=8), max_size=3), asked=ASKED)
def test_sums_are_those_of_the_rows_whatever_was_put(
    batches: list[list[Invoice]], asked: Criteria
) -> None:
    db = Database(memory=True)
    migrations.apply(db)
    for batch in batches:
        keep(db, batch)
    gone = db.execute("select min(key) from invoices").fetchone()[0]
    db.execute("update invoices set withdrawn_at = '' where key = ?", (gone,))
    found = snapshots.find(db, asked)
    rows = defaultdict(list)
    for each in found:
        rows[each.kind, each.currency].append(each)
    sums = {
        (t.kind, t.currency): (t.invoices, t.total, t.balance, t.overdue_invoices)
        for t in snapshots.totals(db, asked)
    }
    assert sums == {
        key: (len(group), _sum(group, "total"), _sum(group, "balance"), _late(group))
        for key, group in rows.items()
    }
    owed = [e for e in found if e.status in OWED and e.kind == "invoice" and e.balance]
    aged = snapshots.ageing(db, asked)
    assert sum(a.balance or 0 for a in aged) == sum(e.balance or 0 for e in owed)


def _sum(group: list[Invoice], field: str) -> Decimal | None:
    stated = [getattr(e, field) for e in group if getattr(e, field) is not None]
    return sum(stated, Decimal(0)) if stated else None


def _late(group: list[Invoice]) -> int:
    return sum(
        e.kind == "invoice"
        and e.status in OWED
        and e.due_on is not None
        and e.due_on < TODAY
        and e.balance != 0
        for e in group
    )


async def test_a_transaction_that_breaks_leaves_no_trace(store: Store) -> None:
    def broken(db: Database) -> None:
        keep(db, [invoice()])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(broken)
    assert store.read(snapshots.totals, Criteria(today=TODAY)) == []
    await store.run(keep, [invoice()])
    assert store.read(snapshots.count, Criteria(today=TODAY)) == 1


def test_what_the_same_seller_issued_before_comes_newest_first(db: Database) -> None:
    day = date(2026, 11, 1)
    others = [
        invoice("1", issued_on=day - timedelta(days=60)),
        invoice("2", issued_on=day - timedelta(days=30)),
        invoice("3", issued_on=day),
        invoice("5", issued_on=day),
        invoice("6", issued_on=day - timedelta(days=1), currency="USD"),
        invoice("7", issued_on=day - timedelta(days=1), kind="credit_note"),
        invoice("8", issued_on=day - timedelta(days=1), counterparty="Somebody"),
        invoice("9", issued_on=day - timedelta(days=1), connection="other"),
    ]
    this = invoice("4", issued_on=day)
    keep(db, [*others, this])
    assert [e.id for e in snapshots.before(db, this, limit=9)] == ["3", "2", "1"]
    assert [e.id for e in snapshots.before(db, this, limit=1)] == ["3"]
    assert snapshots.before(db, invoice("10", issued_on=None), limit=9) == []

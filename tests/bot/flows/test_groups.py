"""Sums by group, from the question to the answer."""

from datetime import date
from decimal import Decimal

from bot.answers.document import answer_document
from bot.answers.model import GROUP_PAGE_SIZE, InvoiceList, pages
from bot.flows.ask import ALL_ROWS
from storage.store import Store
from tests.bot.flows.asking import ask, keep_some
from tests.storage.made import invoice, keep


def said(answer: InvoiceList) -> list[tuple[str, str, str, int, str]]:
    return [
        (
            each.name,
            each.total.kind,
            each.total.currency,
            each.total.invoices,
            str(each.total.total),
        )
        for each in answer.groups
    ]


async def test_months_go_by_the_billing_period_where_there_is_one(
    store: Store,
) -> None:
    await keep_some(store)
    answer = ask(store, "/invoices 2026 by month")
    assert said(answer) == [
        ("2026-09", "invoice", "EUR", 2, "200.00"),
        ("2026-10", "invoice", "EUR", 1, "250.00"),
        ("2026-10", "invoice", "JPY", 1, "79640"),
        ("2026-10", "credit_note", "EUR", 1, "40.00"),
        ("2026-11", "invoice", "EUR", 1, "100.00"),
    ]
    assert answer.count == 6


async def test_a_year_by_month_names_the_first_invoices_in_its_text(
    store: Store,
) -> None:
    made = await keep_some(store)
    answer = ask(store, "/invoices 2026")
    assert answer.groups == ask(store, "/invoices 2026 by month").groups
    assert {each.number for each in answer.invoices} == {each.number for each in made}
    by_quarter = ask(store, "/invoices 2026 by quarter")
    assert by_quarter.invoices == ()
    listed = ask(store, "/invoices 2026 oldest")
    assert (len(listed.invoices), listed.groups) == (len(made), ())


async def test_a_filter_narrows_the_groups(store: Store) -> None:
    await keep_some(store)
    assert said(ask(store, "/invoices by connection over 90 eur -credit")) == [
        ("i3d", "invoice", "EUR", 4, "550.00")
    ]


async def test_ages_add_up_to_what_is_outstanding(store: Store) -> None:
    await keep_some(store)
    answer = ask(store, "/invoices aging")
    ages = {(g.name, g.total.currency): g.total.balance for g in answer.groups}
    assert ages == {
        ("not_due", "EUR"): Decimal("100.00"),
        ("1-30", "EUR"): Decimal("250.00"),
        ("31-60", "EUR"): Decimal("100.00"),
        ("no_due_date", "JPY"): Decimal(79640),
    }
    for proof in answer.proof:
        assert sum(amount for _, amount in proof.buckets) == proof.outstanding


async def test_ages_of_each_connection_add_up_to_what_it_is_owed(
    store: Store,
) -> None:
    await keep_some(store)
    for by in ("connection", "provider", "seller", "status", "customer"):
        answer = ask(store, f"/invoices aging by {by}")
        owed: dict[str, Decimal] = {}
        for group in answer.groups:
            code = group.total.currency
            owed[code] = owed.get(code, Decimal(0)) + (group.total.balance or 0)
        assert owed == {each.currency: each.outstanding for each in answer.proof}
    document = answer_document("", ask(store, "/invoices aging by connection"))
    assert document["understood"]["aged_by"] == "connection"
    assert {
        (each["group"], each["age"], each["balance"]) for each in document["groups"]
    } == {
        ("i3d", "not_due", "100.00"),
        ("i3d", "1-30", "250.00"),
        ("i3d", "31-60", "100.00"),
        ("lw", "no_due_date", "79640"),
    }


async def test_json_has_the_groups_beside_every_invoice(store: Store) -> None:
    made = await keep_some(store)
    answer = ask(store, "/invoices 2026 by month", rows=ALL_ROWS)
    document = answer_document("/invoices 2026 by month", answer)
    assert len(document["invoices"]) == len(made)
    assert document["understood"]["group"] == "month"
    assert document["groups"][0] == {
        "group": "2026-09",
        "kind": "invoice",
        "currency": "EUR",
        "invoices": 2,
        "total": "200.00",
        "balance": "100.00",
    }
    plain = answer_document(
        "/invoices", ask(store, "/invoices 2026 oldest", rows=ALL_ROWS)
    )
    assert "groups" not in plain


async def test_a_page_beyond_the_last_group_is_the_last_one(store: Store) -> None:
    codes = [f"C{number:02}" for number in range(50)]
    await store.run(keep, [invoice(code, currency=code) for code in codes])
    assert ask(store, "/invoices by currency", page=9).page == 2


async def test_ages_of_one_group_are_one_row_of_a_page(store: Store) -> None:
    days = (None, *(date(2026, month, 1) for month in (6, 8, 9, 10, 11, 12)))
    made = [
        invoice(f"{code}-{n}", currency=f"C{code:02}", due_on=day)
        for code in range(20)
        for n, day in enumerate(days)
    ]
    await store.run(keep, made)
    answer = ask(store, "/invoices aging by connection", page=9)
    assert len(answer.groups) > GROUP_PAGE_SIZE
    assert answer.page == pages(answer) == 1

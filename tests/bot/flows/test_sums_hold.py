"""Whatever is stored: totals, ages and groups add up, and a lost row is said."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers.model import InvoiceList, Proof
from bot.answers.totals import totals_of
from bot.views import words
from bot.views.listing import listing_message, proof_line
from providers.models import OWED, Invoice, Status
from storage.store import Store
from storage.totals import BUCKETS
from tests.bot.flows.asking import ask
from tests.factories import setting
from tests.storage.made import TODAY, invoice, keep

#: The currencies, each with its own number of digits.
DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "EUR": 2, "USD": 2}
GROUPS = ("month", "quarter", "year", "connection", "seller", "currency", "status")
OFTEN = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Fields of an invoice, paid in part or not, late or not, or of a credit note."""
    currency = draw(st.sampled_from([*DIGITS]))
    total = Decimal(draw(st.integers(0, 10**15))).scaleb(-DIGITS[currency])
    owed = Decimal(draw(st.integers(0, int(total)))).quantize(total)
    connection, provider = draw(
        st.sampled_from(
            [("lw", "lineworks"), ("swo", "softwareone"), ("i3d", "i3dnet")]
        )
    )
    credit = draw(st.booleans()) and draw(st.booleans())
    status, balance = draw(
        st.sampled_from(
            [(Status.OPEN_CREDIT, total), (Status.SETTLED_CREDIT, total * 0)]
            if credit
            else [
                (Status.UNPAID, total),
                (Status.PART_PAID, owed),
                (Status.PAID, total * 0),
                (Status.UNPAID, None),
                (Status.UNKNOWN, total),
            ]
        )
    )
    issued = TODAY - timedelta(days=draw(st.integers(0, 900)))
    late = draw(
        st.none() | st.sampled_from([-40, -1, 0, 1, 30, 31, 60, 61, 90, 91, 400])
    )
    return {
        "connection": connection,
        "provider": provider,
        "kind": "credit_note" if credit else "invoice",
        "issued_on": issued,
        "due_on": None if late is None else TODAY - timedelta(days=late),
        "currency": currency,
        "total": total,
        "balance": balance,
        "status": status,
        "counterparty": draw(st.sampled_from([None, "Blue Heron", "株式会社"])),
    }


MANY = st.lists(documents(), min_size=1, max_size=40).map(
    lambda fields: [invoice(str(at), **each) for at, each in enumerate(fields)]
)


@contextmanager
def stored(invoices: list[Invoice]) -> Iterator[Store]:
    """Keep *invoices* in a database of their own."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "duebot.db")
        try:
            asyncio.run(store.run(keep, invoices))
            yield store
        finally:
            store.close()


def holds(proof: Proof) -> bool:
    return sum((a for _, a in proof.buckets), Decimal(0)) == proof.outstanding


@OFTEN
@given(MANY)
def test_what_is_outstanding_is_the_sum_of_its_ages(made: list[Invoice]) -> None:
    with stored(made) as store:
        answer = ask(store, "/unpaid")
        assert answer.totals == totals_of(owed_of(made), today=TODAY)
        order: list[str] = [bucket for bucket, _ in BUCKETS]
        for proof in answer.proof:
            assert holds(proof)
            assert [b for b, _ in proof.buckets] == sorted(
                (b for b, _ in proof.buckets), key=order.index
            )
            assert "does not add up" not in proof_line(proof)
        proven = {each.currency for each in answer.proof}
        assert proven == {e.currency for e in answer.totals if e.balance is not None}


@OFTEN
@given(MANY)
def test_without_credit_notes_the_proof_is_the_same(made: list[Invoice]) -> None:
    with stored(made) as store:
        plain, narrowed = ask(store, "/unpaid"), ask(store, "/unpaid -credit")
        assert narrowed.proof == plain.proof
        for text in ("/unpaid swo i3d", "/unpaid currency:eur", "/unpaid >100 eur"):
            assert all(map(holds, ask(store, text).proof))


@OFTEN
@given(MANY, st.data())
def test_groups_add_up_to_the_totals(made: list[Invoice], data: st.DataObject) -> None:
    by = data.draw(st.sampled_from(GROUPS))
    with stored(made) as store:
        whole, split = ask(store, "/invoices all"), ask(store, f"/invoices all by {by}")
    for total in whole.totals:
        parts = [
            group.total
            for group in split.groups
            if (group.total.kind, group.total.currency) == (total.kind, total.currency)
        ]
        assert sum(part.invoices for part in parts) == total.invoices
        assert added(part.total for part in parts) == total.total
        assert added(part.balance for part in parts) == total.balance
        assert sum(part.not_stated for part in parts) == total.not_stated
        assert sum(part.overdue for part in parts) == total.overdue
        assert added(p.overdue_balance for p in parts) == total.overdue_balance


@OFTEN
@given(MANY, st.data())
def test_a_lost_row_is_shown_as_a_difference(
    made: list[Invoice], data: st.DataObject
) -> None:
    owed = [each for each in owed_of(made) if each.balance]
    with stored(made) as store:
        answer = ask(store, "/unpaid")
        if not owed:
            return
        lost = data.draw(st.sampled_from(owed))
        seen = [each for each in made if each != lost]
        with stored(seen) as fewer:
            ages = ask(fewer, "/unpaid").proof
    (whole,) = [each for each in answer.proof if each.currency == lost.currency]
    left = [each.buckets for each in ages if each.currency == lost.currency]
    broken = replace(whole, buckets=left[0] if left else ())
    assert lost.balance is not None
    said = proof_line(broken)
    missing = words.number(lost.balance, lost.currency)
    assert said.endswith(f"*does not add up: {missing} is missing above*")
    shown = replace(answer, proof=(broken,))
    assert "does not add up" in str(listing_message(shown, setting("/unpaid")).blocks)


def owed_of(invoices: list[Invoice]) -> list[Invoice]:
    return [each for each in invoices if each.status in OWED]


def added(amounts: Any) -> Decimal | None:
    stated = [each for each in amounts if each is not None]
    return sum(stated, Decimal(0)) if stated else None


@pytest.mark.parametrize("currency", DIGITS)
def test_every_currency_keeps_its_digits(currency: str) -> None:
    total = Decimal(1).scaleb(-DIGITS[currency])
    made = [
        invoice(str(at), currency=currency, total=total, balance=total) for at in "123"
    ]
    with stored(made) as store:
        answer: InvoiceList = ask(store, "/unpaid")
    (proof,) = answer.proof
    assert proof.outstanding == total * 3
    assert words.number(total * 3, currency) in proof_line(proof)

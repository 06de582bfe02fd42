"""Every way to a status and a due date says how it went, whatever the row says."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from providers.base import Record
from providers.i3dnet import wire as i3dnet
from providers.lineworks import wire as lineworks
from providers.models import Invoice
from providers.softwareone import wire as softwareone
from providers.trace import Trace
from tests.providers.builders import i3_row, lw_row, make_config, so_document
from tests.providers.conformance import assert_explained

TERMS = st.sampled_from([None, timedelta(days=30)])
LEFT = st.sampled_from([None, 0, 0.5, 20, 110.0, 200])


def assert_told(invoice: Invoice, trace: Trace) -> None:
    assert_explained(Record(invoice, b""), trace.reasons)


@given(
    code=st.sampled_from([0, 1, 2, "", None]),
    credit=st.sampled_from([0, 1]),
    total=st.sampled_from(["0", "12100"]),
    left=st.sampled_from(["0", "50", "2100", "12100", ""]),
    due=st.sampled_from([None, 0, 1747260000]),
    terms=TERMS,
)
def test_i3dnet(  # noqa: PLR0917
    code: object, credit: int, total: str, left: str, due: object, terms: Any
) -> None:
    row = i3_row(
        paymentStatus=code,
        isCredit=credit,
        amountIncVAT=total,
        remainingAmount=left,
        dueDate=due,
    )
    trace = Trace()
    read = i3dnet.ROW.decode(msgspec.json.encode(row))
    config = make_config("i3dnet", payment_terms=terms)
    assert_told(i3dnet.to_invoice(read, config, trace=trace), trace)


@given(
    word=st.sampled_from(["Issued", "Generated", "Overdue", "Paid", "Active", None]),
    kind=st.sampled_from(["Debit", "Credit"]),
    left=LEFT,
    total=st.sampled_from([None, 0, 110.0]),
    due=st.sampled_from([None, "1753-01-01T00:00:00.000Z", "2025-05-15T23:59:59Z"]),
    terms=TERMS,
    collection=st.sampled_from(["invoices", "credit-memos"]),
)
def test_softwareone(  # noqa: PLR0917
    word: object,
    kind: str,
    left: object,
    total: object,
    due: object,
    terms: Any,
    collection: Any,
) -> None:
    erp = {"balanceDue": left, "invoiceTotal": total, "dueDate": due}
    document = so_document(status=word, type=kind, erpData=erp)
    trace = Trace()
    read = softwareone.DOCUMENT.decode(msgspec.json.encode(document))
    config = make_config("softwareone", payment_terms=terms)
    made = softwareone.to_invoice(read, config, collection=collection, trace=trace)
    assert_told(made, trace)


@given(
    word=st.sampled_from(["PAID", "UNPAID", "NONE", "LATER", None]),
    total=st.sampled_from([None, -100, 0, 79640]),
    issued=st.sampled_from([None, "2021-09-01T00:00:00.000Z"]),
    terms=TERMS,
)
def test_lineworks(word: object, total: object, issued: object, terms: Any) -> None:
    row = lw_row(paymentStatus=word, totalAmount=total, issuedTime=issued)
    trace = Trace()
    read = lineworks.ROW.decode(msgspec.json.encode(row))
    config = make_config("lineworks", payment_terms=terms)
    assert_told(lineworks.to_invoice(read, config, trace=trace), trace)


def test_a_reason_has_the_providers_field_and_what_it_held() -> None:
    trace = Trace()
    row = i3dnet.ROW.decode(msgspec.json.encode(i3_row(remainingAmount="2100")))
    i3dnet.to_invoice(row, make_config("i3dnet"), trace=trace)
    part, agrees, due = trace.reasons
    assert part.seen == (("total", "121.00"), ("balance", "21.00"))
    assert part.gives == agrees.gives == "part_paid"
    assert agrees.seen == (("paymentStatus", "0"),)
    assert (due.about, due.seen) == ("due_on", (("dueDate", "2025-05-15"),))


def test_without_anybody_who_asks_nothing_is_noted() -> None:
    row = i3dnet.ROW.decode(msgspec.json.encode(i3_row()))
    config = make_config("i3dnet")
    assert i3dnet.to_invoice(row, config) == i3dnet.to_invoice(
        row, config, trace=Trace()
    )

"""Invoices with every sort of amount and text, for the tests of exports."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bot.answers.model import InvoiceList
from providers.models import Invoice, Status
from tests.factories import make_invoice, make_list

#: What somebody wrote into an invoice to be run by a spreadsheet.
ATTACKS = (
    '=HYPERLINK("http://x.example","pay")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "   =1+1",
    "\u00a0\u3000=1+1",
    "\ufeff=1+1",
    "\u200b@A1",
    "\x00=1+1",
    "＝1+1",
    "_x003D_1+1",
    '",=1+1',
    'a\r\n=1+1,"b"',
)
DIGITS = {"JPY": 0, "EUR": 2, "KWD": 3, "UYW": 4}


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    """An invoice in one of four currencies, with amounts from small to huge."""
    currency = draw(st.sampled_from(sorted(DIGITS)))
    step = Decimal(1).scaleb(-DIGITS[currency])
    most = draw(st.sampled_from([10**3, 10**9, 10**15, 10**22]))
    amounts = st.none() | st.integers(-most, most).map(lambda n: n * step)
    texts = st.none() | st.sampled_from(ATTACKS) | st.text(max_size=60)
    days = st.none() | st.dates(date(1890, 1, 1), date(2100, 1, 1))
    changes: dict[str, Any] = {
        name: draw(amounts) for name in ("net", "tax", "total", "paid", "balance")
    }
    changes |= {name: draw(texts) for name in ("counterparty", "description")}
    changes |= {name: draw(days) for name in ("issued_on", "due_on", "paid_on")}
    return make_invoice(
        currency=currency,
        number=draw(st.sampled_from(ATTACKS) | st.text(min_size=1, max_size=40)),
        kind=draw(st.sampled_from(["invoice", "credit_note"])),
        status=draw(st.sampled_from(list(Status))),
        checks=tuple(draw(st.lists(st.sampled_from(ATTACKS), max_size=2))),
        **changes,
    )


lists = st.lists(invoices(), max_size=6).map(lambda found: make_list(*found))


def list_of(**changes: Any) -> InvoiceList:
    """A list of one invoice with these fields."""
    return make_list(make_invoice(**changes))

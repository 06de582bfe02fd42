"""Answers about several invoices as they can be: pages, sums, groups, comparisons."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.answers.model import Compared, Freshness, Group, InvoiceList, Proof, Total
from bot.queries.changes import changes_of
from bot.queries.commands import to_command
from bot.queries.model import Bound, Dimension, Period, Query
from bot.views.kit import Message
from bot.views.listing import Setting, listing_message
from providers.models import OWED, Invoice, Status
from tests.bot.queries.context import CONTEXT
from tests.bot.views.made import AMOUNT, CURRENCY, MONTH, TEXT, built
from tests.factories import NOW, TODAY

#: What groups of each dimension may be called; the rest are any text.
NAMES: dict[str, st.SearchStrategy[str]] = {
    "month": MONTH | st.just(""),
    "quarter": st.sampled_from(["2021-Q3", "2024-Q1", ""]),
    "year": st.sampled_from(["2021", "2022", ""]),
    "status": st.sampled_from([each.value for each in Status]),
    "age": st.sampled_from(
        ["not_due", "1-30", "31-60", "61-90", "over_90", "no_due_date"]
    ),
    "currency": CURRENCY,
}
#: Words of a question, which is a thousand characters at most.
TYPED = st.sampled_from(["Contoso", "請求書" * 130, "<!channel>", "x" * 400])
TABLE = {
    "type": "data_table",
    "caption": "c",
    "rows": [[{"type": "raw_text", "text": "A"}]] * 2,
}


def section(text: str, *, verbatim: bool = True) -> dict[str, Any]:
    said = {"type": "mrkdwn", "text": text, "verbatim": verbatim}
    return {"type": "section", "text": said}


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Questions that are not about one invoice."""
    owed = draw(st.booleans())
    by = draw(st.none() | st.sampled_from(get_args(Dimension)))
    october = Period(date(2025, 10, 1), date(2025, 10, 31), whole_months=True)
    september = Period(date(2025, 9, 1), date(2025, 9, 30), whole_months=True)
    in_time = by in {"month", "quarter", "year", "age"}
    compared = not in_time and draw(st.booleans())
    return Query(
        period=october if compared else draw(st.sampled_from([None, october])),
        compared=september if compared else None,
        connections=draw(st.sampled_from([(), ("i3d",), ("swo", "lw")])),
        status=OWED if owed or by == "age" else (),
        kinds=("invoice",) if owed or by == "age" else (),
        text=draw(st.none() | TYPED),
        seller=draw(st.none() | TYPED),
        currency=draw(st.sampled_from([None, "EUR"])),
        minimum=draw(st.sampled_from([None, Bound(Decimal(100), strict=True)])),
        sort="due_on" if owed else "issued_on",
        group=by,
        chart=by is not None and not compared and draw(st.booleans()),
    )


def _many(draw: st.DrawFn, few: st.SearchStrategy[Any], most: int) -> list[Any]:
    found = draw(st.lists(few, max_size=4))
    return (found * draw(st.sampled_from([1, 3, 80])))[:most]


@st.composite
def lists(draw: st.DrawFn) -> InvoiceList:
    """Lists of up to twenty shown of three hundred, with whatever belongs to them."""
    query = draw(queries())
    rows = _many(draw, built(Invoice), 20)
    totals = tuple(draw(st.lists(built(Total), max_size=12)))
    count = 0 if not (rows and totals) else draw(st.integers(len(rows), 300))
    name = NAMES.get(query.group or "", TEXT)
    groups, compared = [], []
    if query.compared is not None:
        compared = _many(draw, built(Compared, name=name), 300)
    elif query.group is not None and count:
        groups = _many(draw, built(Group, name=name), 300)
    proof = st.builds(
        Proof,
        CURRENCY,
        st.lists(st.tuples(NAMES["age"], AMOUNT), max_size=6).map(tuple),
        AMOUNT,
    )
    return InvoiceList(
        query=query,
        today=TODAY,
        invoices=tuple(rows if count else ()),
        count=count,
        page=1,
        totals=totals,
        freshness=tuple(draw(st.lists(built(Freshness), max_size=12))),
        proof=tuple(_many(draw, proof, 40)),
        groups=tuple(groups),
        compared=tuple(compared),
    )


@st.composite
def settings(draw: st.DrawFn) -> Setting:
    """Where an answer is shown, with all that could be asked instead."""
    query = draw(queries())
    if query.group is not None and query.compared is not None:
        query = replace(query, compared=None)
    return Setting(
        to_command(query, CONTEXT),
        NOW,
        ZoneInfo("Europe/Amsterdam"),
        shared=draw(st.booleans()),
        changes=changes_of(query, CONTEXT),
    )


LISTS, SETTING = lists(), settings()


def _emptied(lists: InvoiceList) -> Message:
    return listing_message(lists, Setting("/unpaid", NOW, ZoneInfo("Asia/Tokyo")))


MESSAGES = LISTS.map(_emptied)

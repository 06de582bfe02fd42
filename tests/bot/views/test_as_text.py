"""Answers as text to copy."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.queries.model import Query
from bot.views.as_text import _width, text_blocks
from bot.views.kit import MAX_SECTION, table, text_cell
from bot.views.limits import check
from bot.views.listing import listing_message
from providers.models import Invoice
from tests.factories import make_invoice, make_list, setting

TEXT = Query(as_text=True)


def lines(*invoices: Invoice) -> list[str]:
    message = listing_message(make_list(*invoices, query=TEXT), setting())
    check(message)
    assert not any("table" in block["type"] for block in message.blocks)
    texts = [b["text"]["text"] for b in message.blocks if b["type"] == "section"]
    return [
        line
        for text in texts
        if text.startswith("```")
        for line in text.strip("`\n").split("\n")
    ]


def test_rows_stand_in_columns_and_wide_letters_take_two_places() -> None:
    found = lines(
        make_invoice(number="F25-1", counterparty="株式会社青鷺", has_pdf=False),
        make_invoice(id="2", number="F25-0000002", counterparty="`Heron` & <!channel>"),
    )
    head, first, second = found
    assert head.startswith("Invoice      From")
    assert "'Heron' &amp; &lt;!channel&gt;" in second
    plain = second.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    ends = [_width(each[: each.index("EUR")]) for each in (first, plain)]
    assert ends[0] == ends[1]


@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.text("&<>`*_", max_size=60)),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_text_fits_and_no_row_is_lost(rows: list[tuple[str, str]]) -> None:
    cells = [[text_cell("Name"), text_cell("Text")]]
    cells += [[text_cell(" ".join(a.split())), text_cell(b)] for a, b in rows]
    blocks = text_blocks(table(cells, []))
    texts = [block["text"]["text"] for block in blocks]
    assert all(len(text) <= MAX_SECTION for text in texts)
    assert sum(text.count("\n") - 1 for text in texts) == len(cells)
    assert all(text.count("`") == 6 for text in texts)

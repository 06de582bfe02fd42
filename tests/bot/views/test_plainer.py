"""Tables as Slack's older blocks, and as lines."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.views.kit import (
    Message,
    bar_chart,
    button,
    card,
    context,
    data_table,
    number_cell,
    section,
    text_cell,
)
from bot.views.limits import check
from bot.views.plainer import NATIVE, kinds_in, plainer

ROWS = [
    [text_cell("Invoice"), text_cell("From"), text_cell("Total")],
    [text_cell("A-1"), text_cell("<Acme> & sons"), number_cell(Decimal(5), "5.00 EUR")],
    [text_cell("A-2"), text_cell("–"), text_cell("not stated")],
]
CHART = bar_chart("Total", ["Oct"], [("EUR", [1.0])], x_label="Month", y_label="Total")
CARD = card(
    "card",
    "Invoice A-1 from &lt;Acme&gt;",
    subtitle="Unpaid",
    body="*Total* 5.00 EUR",
    buttons=[button("PDF", "pdf", "1"), button("Lines", "lines", "1")],
)
BLOCKS = [section("Two invoices"), CHART, data_table(ROWS, "Oldest first")]


def test_nothing_is_changed_that_is_taken() -> None:
    assert plainer(BLOCKS, frozenset()) is BLOCKS
    assert plainer(BLOCKS, frozenset({"table"})) is BLOCKS


def test_a_data_table_becomes_a_table_with_its_numbers_to_the_right() -> None:
    shown = plainer(BLOCKS, frozenset({"data_table"}))
    check(Message("Two", shown))
    (table,) = (block for block in shown if block["type"] == "table")
    assert table["rows"] == ROWS
    aligned = [each["align"] for each in table["column_settings"]]
    assert aligned == ["left", "left", "right"]


def test_a_chart_alone_is_left_out() -> None:
    assert plainer(BLOCKS, frozenset({"data_visualization"})) == [BLOCKS[0], BLOCKS[2]]


def test_a_card_becomes_its_texts_above_its_buttons() -> None:
    said, row = plainer([CARD], frozenset({"card"}))
    check(Message("One", [said, row]))
    assert said["text"]["text"] == (
        "*Invoice A-1 from &lt;Acme&gt;*\nUnpaid\n*Total* 5.00 EUR"
    )
    assert row["type"] == "actions"
    assert row["block_id"] == CARD["block_id"]
    assert row["elements"] == CARD["actions"]
    bare = {key: part for key, part in CARD.items() if key != "actions"}
    assert plainer([bare], frozenset({"card"})) == [said]


def test_rows_become_lines_that_say_what_each_cell_is() -> None:
    shown = plainer(BLOCKS, frozenset(NATIVE))
    assert [block["type"] for block in shown] == ["section", "section"]
    assert shown[1]["text"]["text"].split("\n") == [
        "*A-1* · from &lt;Acme&gt; &amp; sons · total 5.00 EUR",
        "*A-2* · total not stated",
    ]


CELL = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["<!channel>", "&" * 60, "日本語" * 20, "\u202eevil", "*_~`"]),
)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=40),
    refused=st.frozensets(st.sampled_from(NATIVE)),
    small=st.integers(0, 6),
)
def test_any_table_fits_in_any_form(
    rows: list[list[str]], refused: frozenset[str], small: int
) -> None:
    cells = [[text_cell(each) for each in row] for row in rows]
    around = [section("Totals"), *(context("x" * 900) for _ in range(small))]
    table = data_table([ROWS[0], *cells], "Rows")
    blocks = [CARD, *around, table, context("the end")]
    shown = plainer(blocks, refused)
    check(Message("Rows", shown))
    assert not kinds_in(shown) & refused
    assert shown[-1] == context("the end")

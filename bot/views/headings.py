"""Headings of tables, as they are said before a cell where there is no table."""

from collections.abc import Mapping

from bot.queries.wording import language, mark, tr

_BEFORE = {
    mark("Age"): mark("age {value}"),
    mark("Balance"): mark("balance {value}"),
    mark("Before"): mark("before {value}"),
    mark("By price"): mark("by price {value}"),
    mark("By quantity"): mark("by quantity {value}"),
    mark("Change"): mark("change {value}"),
    mark("Connection"): mark("connection {value}"),
    mark("Currency"): mark("currency {value}"),
    mark("Customer"): mark("customer {value}"),
    mark("Difference"): mark("difference {value}"),
    mark("Documents"): mark("documents {value}"),
    mark("Due"): mark("due {value}"),
    mark("From"): mark("from {value}"),
    mark("Invoice"): mark("invoice {value}"),
    mark("Issued"): mark("issued {value}"),
    mark("Line"): mark("line {value}"),
    mark("Month"): mark("month {value}"),
    mark("Now"): mark("now {value}"),
    mark("Other"): mark("other {value}"),
    mark("Overdue"): mark("overdue {value}"),
    mark("Price"): mark("price {value}"),
    mark("Provider"): mark("provider {value}"),
    mark("Quantity"): mark("quantity {value}"),
    mark("Quarter"): mark("quarter {value}"),
    mark("Status"): mark("status {value}"),
    mark("Total"): mark("total {value}"),
    mark("What"): mark("what {value}"),
    mark("Year"): mark("year {value}"),
}


def texts_before() -> Mapping[str, str]:
    """Give what is said before a cell, by the heading as it stands in a table."""
    return {tr(heading): text for heading, text in _BEFORE.items()}


def said_before(heading: str, cell: str, texts: Mapping[str, str]) -> str:
    """Say a cell below a heading in a line: ``total 1,234.50 EUR``.

    *texts* are those of `texts_before`; both are safe already.
    """
    text = texts.get(heading)
    if text is not None:
        return tr(text, value=cell)
    # A period, an age or a currency; other languages write nouns as they are.
    return f"{heading.lower() if language() is None else heading} {cell}"

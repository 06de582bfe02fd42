from decimal import Decimal
from typing import Any

import pytest

from sandbox.providers.rql import Asked, parse_query, select, sort
from sandbox.providers.rql_filter import RqlError, find
from sandbox.providers.softwareone_json import PROPERTIES

ROWS: list[dict[str, Any]] = [
    {
        "id": "INV-0001-0001-0001-0001",
        "documentNo": "DE-PSI-1400634",
        "status": "Issued",
        "buyer": {"name": 'Stark & Co, "Inc" #1'},
        "price": {"currency": "EUR", "totalGT": Decimal("100.00")},
        "erpData": {"dueDate": "2025-05-15T23:59:59.0000000+00:00"},
        "audit": {"created": {"at": "2025-04-30T14:30:00.0000000+00:00"}},
    },
    {
        "id": "INV-0002-0002-0002-0002",
        "documentNo": "NL-PSI-2210118",
        "status": "Overdue",
        "statement": {"id": "SOM-1"},
        "buyer": {"name": "O'Neil"},
        "price": {"currency": "USD", "totalGT": Decimal("9.50")},
        "erpData": {"dueDate": "2025-03-01T23:59:59.0000000+00:00"},
        "audit": {"created": {"at": "2025-01-30T14:30:00.0000000+00:00"}},
    },
    {
        "id": "INV-0003-0003-0003-0003",
        "documentNo": "DE-PSI-1500000",
        "status": "Paid",
        "buyer": {"name": "A*B"},
        "price": {"currency": "EUR", "totalGT": Decimal("20.00")},
    },
]


def _found(query: str) -> str:
    """Tell which rows match, such as ``13`` for the first and the third."""
    asked = parse_query(query, PROPERTIES)
    return "".join(str(i) for i, row in enumerate(ROWS, 1) if asked.matches(row))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", "123"),
        ("eq(status,'Issued')", "1"),
        ("eq(status,Issued)", "1"),
        ("status=Paid", "3"),
        ("ne(status,'Paid')", "12"),
        ("and(eq(status,'Issued'),eq(price.currency,'EUR'))", "1"),
        ("eq(status,'Paid'),eq(price.currency,'EUR')", "3"),
        ("eq(status,'Paid')&eq(price.currency,'EUR')", "3"),
        ("eq(status,'Paid');eq(status,'Overdue')", "23"),
        ("eq(status,'Paid')|eq(status,'Overdue')", "23"),
        ("or(eq(status,'Paid'),eq(status,'Issued'))", "13"),
        ("(status=Paid;status=Issued),price.currency=EUR", "13"),
        ("not(eq(status,'Paid'))", "12"),
        ("in(status,('Issued','Overdue'))", "12"),
        ("out(status,('Issued','Overdue'))", "3"),
        ("gt(price.totalGT,9.5)", "13"),
        ("le(price.totalGT,20)", "23"),
        ("lt(erpData.dueDate,'2025-05-01')", "2"),
        ("ge(erpData.dueDate,'2025-05-15T00%3A00%3A00.000Z')", "1"),
        ("eq(statement,null())", "13"),
        ("ne(statement,null())", "2"),
        ("eq(buyer.name,'Stark%20%26%20Co%2C%20%22Inc%22%20%231')", "1"),
        ("eq(buyer.name,%22O%27Neil%22)", "2"),
        ("ilike(documentNo,'de*')", "13"),
        ("like(documentNo,'de*')", ""),
        ("like(documentNo,'*PSI-14*')", "1"),
        ("ilike(documentNo,'*0000')", "3"),
        ("eq(id,'INV-0001-0001-0001-0001')", "1"),
        ("filter(group.buyers)", "123"),
        ("select=audit&ge(audit.created.at,'2025-02-01T00:00:00.000Z')", "1"),
        ("eq(status,'Issued')&limit=10&offset=0&order=id", "1"),
    ],
)
def test_a_filter_finds_what_the_documents_say(query: str, rows: str) -> None:
    assert _found(query) == rows


def test_without_a_star_like_compares_the_whole_value() -> None:
    assert not _found("ilike(documentNo,'PSI')")
    assert _found("ilike(documentNo,'de-psi-1400634')") == "1"


def test_an_escaped_star_is_a_star() -> None:
    assert _found("ilike(buyer.name,'a%5C*b')") == "3"


def test_an_id_without_quotes_matches_nothing() -> None:
    assert not _found("eq(id,INV-0001-0001-0001-0001)")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("eq(colour,'red')", "Invalid property path."),
        ("eq(price.colour,'red')", "Invalid property path."),
        ("order=-colour", "Invalid property path."),
        ("select=+colour", "Invalid property path."),
        ("rql=eq(id,'1')", "Invalid property path."),
        ("sum(price.totalGT)", "Unknown expression group."),
        ("status", "Invalid equals shortcut expression."),
        ("eq(status,'Issued", "A quoted value does not end."),
        ("eq(status,'Issued'", r"Expected '\)'."),
        ("eq(status,'a')x", "Unexpected text"),
        ("limit=many", "limit must be a whole number"),
        ("offset=-1", "offset must be a whole number"),
        ("order=-audit.created.at", "Select audit"),
        ("gt(audit.created.at,'2025-01-01')", "Select audit"),
    ],
)
def test_what_is_not_rql_is_refused(query: str, sentence: str) -> None:
    with pytest.raises(RqlError, match=sentence):
        _found(query)


def test_a_text_where_a_number_belongs_is_refused() -> None:
    with pytest.raises(RqlError, match="no number"):
        _found("gt(price.totalGT,'much')")


@pytest.mark.parametrize(
    ("query", "limit", "offset"),
    [
        ("", 10, 0),
        ("limit=500&offset=3", 100, 3),
        ("limit=0", 0, 0),
        ("limit=25&offset=50&eq(status,'Paid')", 25, 50),
    ],
)
def test_limits_are_capped_and_default_to_ten(
    query: str, limit: int, offset: int
) -> None:
    asked = parse_query(query, PROPERTIES)
    assert (asked.limit, asked.offset) == (limit, offset)


def test_a_plus_is_a_plus_encoded_or_not() -> None:
    for query in ("select=+lines,-buyer", "select=%2Blines,-buyer"):
        selection = parse_query(query, PROPERTIES).selection
        assert (selection.added, selection.removed) == (["lines"], ["buyer"])


@pytest.mark.parametrize(
    ("query", "keys", "omitted"),
    [
        ("", {"id", "buyer"}, ["lines"]),
        ("select=+lines", {"id", "buyer", "lines"}, None),
        ("select=lines", {"id", "buyer", "lines"}, None),
        ("select=-buyer", {"id"}, ["buyer", "lines"]),
        ("select=-*,id", {"id"}, ["buyer", "lines"]),
    ],
)
def test_select_says_what_it_left_out(
    query: str, keys: set[str], omitted: list[str] | None
) -> None:
    row = {"id": "1", "buyer": {"id": "2", "name": "x"}, "lines": []}
    shown = dict(select(row, parse_query(query, PROPERTIES).selection, {"lines"}))
    meta = shown.pop("$meta", None)
    assert set(shown) == keys
    assert meta == ({"omitted": omitted} if omitted else None)


def test_select_reaches_below_the_top() -> None:
    row = {"id": "1", "buyer": {"id": "2", "name": "x"}}
    asked = parse_query("select=-buyer.name", PROPERTIES)
    assert select(row, asked.selection, set()) == {"id": "1", "buyer": {"id": "2"}}
    asked = parse_query("select=-*,buyer.name", PROPERTIES)
    assert find(select(row, asked.selection, set()), "buyer") == {"name": "x"}
    assert row == {"id": "1", "buyer": {"id": "2", "name": "x"}}


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("order=price.totalGT", "231"),
        ("order=-price.totalGT", "132"),
        ("order=price.currency,-price.totalGT", "132"),
        ("order=-erpData.dueDate", "123"),
        ("order=+erpData.dueDate", "213"),
    ],
)
def test_order_sorts_by_several_keys_and_puts_the_empty_last(
    order: str, ids: str
) -> None:
    rows = list(ROWS)
    asked: Asked = parse_query(order, PROPERTIES)
    sort(rows, asked.order)
    assert "".join(row["id"][7] for row in rows) == ids

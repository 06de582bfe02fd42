from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import kit
from bot.views.kit import Block, Column, Message
from bot.views.limits import MessageError, check


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("Blue Heron", 80, "Blue Heron", id="plain text stays"),
        pytest.param("<!channel>", 80, "&lt;!channel&gt;", id="mentions are dead"),
        pytest.param(
            "<https://x|Pay>", 80, "&lt;https://x|Pay&gt;", id="links are dead"
        ),
        pytest.param("a &lt; b", 80, "a &amp;lt; b", id="entities are not believed"),
        pytest.param("a\u202eb\u2066c\u200e", 80, "abc", id="direction marks go"),
        pytest.param("a\x00b\x1b[1m", 80, "ab[1m", id="control characters go"),
        pytest.param("a\n\n b\tc", 80, "a b c", id="one line"),
        pytest.param("請求書", 80, "請求書", id="Japanese stays"),
        pytest.param("\ud800x", 80, "x", id="half a surrogate pair goes"),
        pytest.param("abcdef", 4, "abc…", id="cut"),
        pytest.param("ab&cd", 6, "ab…", id="not cut inside an entity"),
        pytest.param("ab&cdef", 8, "ab&amp;…", id="cut behind an entity"),
    ],
)
def test_outside(text: str, limit: int, expected: str) -> None:
    assert kit.outside(text, limit) == expected


@given(st.text(max_size=200), st.integers(min_value=1, max_value=60))
def test_outside_is_always_harmless_and_short(text: str, limit: int) -> None:
    safe = kit.outside(text, limit)
    assert len(safe) <= limit
    assert "<" not in safe
    assert ">" not in safe
    # Every & begins one of our three entities, whole.
    rest = safe.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in rest
    assert not any("\u202a" <= character <= "\u202e" for character in safe)


def test_plain_cuts_without_escaping() -> None:
    assert kit.plain("a & b < c", 6) == "a & b…"


def test_mrkdwn_is_verbatim_and_plain_text_has_no_emoji() -> None:
    assert kit.section("x")["text"]["verbatim"] is True
    assert kit.header("x")["text"]["emoji"] is False


def test_an_empty_cell_is_a_dash() -> None:
    assert kit.text_cell("") == {"type": "raw_text", "text": "–"}


def a_table(rows: int, cells: int = 2, text: str = "x") -> Block:
    row = [kit.text_cell(text)] * cells
    return kit.table([row] * rows, [Column()] * cells)


def buttons(number: int) -> Block:
    return kit.actions("a", *(kit.button("B", f"b{n}", "v") for n in range(number)))


def a_card(
    *, title: str = "t", subtitle: str = "s", body: str = "b", buttons: int = 0
) -> Block:
    made = [kit.button("B", f"b{n}", "v") for n in range(buttons)]
    return kit.card("c", title, subtitle=subtitle, body=body, buttons=made)


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param(
            [a_card(title="x" * 150, subtitle="x" * 150, body="x" * 200, buttons=2)],
            id="a full card",
        ),
        pytest.param([kit.section("x")] * 50, id="50 blocks"),
        pytest.param([a_table(100, 20)], id="a table of 100 rows and 20 cells"),
        pytest.param([kit.section("x" * 3000)] * 4, id="12,000 characters"),
        pytest.param([buttons(25)], id="25 buttons"),
        pytest.param([kit.section("x", fields=["f"] * 10)], id="10 fields"),
        pytest.param(
            [kit.actions("a", kit.select("Pick", "s", [("o", "v")] * 100))],
            id="100 options",
        ),
        pytest.param(
            [kit.table([[kit.number_cell(Decimal("1.5"), "1.50")]], [Column("right")])],
            id="a number",
        ),
    ],
)
def test_check_accepts_what_slack_accepts(blocks: list[Block]) -> None:
    check(Message("x", blocks))


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        pytest.param(Message(""), "there are no", id="no text"),
        pytest.param(Message("x" * 3001), "3001 characters", id="long text"),
        pytest.param(
            Message("x", [kit.section("x")] * 51), "51 blocks", id="51 blocks"
        ),
        pytest.param(
            Message("x", [kit.section("x" * 3001)]), "section", id="long section"
        ),
        pytest.param(
            Message("x", [kit.section("x" * 2500)] * 5), "all blocks", id="too much"
        ),
        pytest.param(Message("x", [kit.section("")]), "no characters", id="empty"),
        pytest.param(
            Message("x", [kit.section("x", fields=["f"] * 11)]),
            "11 fields",
            id="fields",
        ),
        pytest.param(
            Message("x", [kit.section("x", fields=["f", "f" * 2001])]),
            "2001 characters of a field",
            id="long field",
        ),
        pytest.param(
            Message("x", [kit.section("x", fields=["f", ""])]),
            "no characters of a field",
            id="empty field",
        ),
        pytest.param(
            Message("x", [kit.section("x", accessory=kit.button("B" * 76, "b", "v"))]),
            "76 characters of a button",
            id="long button",
        ),
        pytest.param(
            Message("x", [kit.section("x", accessory=kit.button("", "b", "v"))]),
            "no characters of a button",
            id="empty button",
        ),
        pytest.param(
            Message("x", [kit.section("x", accessory=kit.button("B", "b" * 256, "v"))]),
            "256 characters of an action_id",
            id="long action id",
        ),
        pytest.param(
            Message("x", [kit.context(*["c"] * 11)]), "11 elements", id="11 elements"
        ),
        pytest.param(
            Message("x", [kit.context()]), "no elements", id="a context of nothing"
        ),
        pytest.param(
            Message("x", [kit.context("c" * 3001)]),
            "3001 characters of a context",
            id="long context",
        ),
        pytest.param(Message("x", [a_table(101)]), "101 rows", id="101 rows"),
        pytest.param(Message("x", [a_table(1, 21)]), "21 columns", id="21 columns"),
        pytest.param(Message("x", [a_table(1)] * 2), "2 tables", id="two tables"),
        pytest.param(
            Message("x", [a_table(51, 2, "x" * 100)]), "in a table", id="table text"
        ),
        pytest.param(Message("x", [buttons(26)]), "26 elements", id="26 buttons"),
        pytest.param(
            Message("x", [kit.actions("a", kit.button("B", "b", "v" * 2001))]),
            "button's value",
            id="long value",
        ),
        pytest.param(
            Message("x", [kit.actions("a", *[kit.button("B", "b", "v")] * 2)]),
            "used twice",
            id="one action id twice in a block",
        ),
        pytest.param(
            Message("x", [buttons(1), buttons(1)]), "used twice", id="block id twice"
        ),
        pytest.param(
            Message("x", [kit.actions("a", kit.select("P", "s", [("o", "v" * 151)]))]),
            "menu's value",
            id="long option value",
        ),
        pytest.param(
            Message("x", [a_card(title="x" * 151)]), "card's title", id="card's title"
        ),
        pytest.param(
            Message("x", [a_card(subtitle="x" * 151)]),
            "card's subtitle",
            id="card's subtitle",
        ),
        pytest.param(
            Message("x", [a_card(body="x" * 201)]), "card's body", id="card's body"
        ),
        pytest.param(
            Message("x", [a_card(buttons=3)]), "3 buttons of a card", id="three on one"
        ),
        pytest.param(
            Message("x", [{**a_card(), "actions": [kit.button("B", "b", "v")] * 2}]),
            "used twice",
            id="one action id twice on a card",
        ),
        pytest.param(
            Message("x", [{"type": "marquee"}]), "marquee", id="unknown block"
        ),
    ],
)
def test_check_refuses_what_slack_refuses(message: Message, problem: str) -> None:
    with pytest.raises(MessageError, match=problem):
        check(message)

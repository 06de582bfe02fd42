import pytest

from bot.queries.tokens import cut, join, normalise


@pytest.mark.parametrize(
    ("typed", "regular"),
    [
        pytest.param("“2021—8”", '"2021-8"', id="curly quotes and long dashes"),
        pytest.param("２０２１　８", "2021 8", id="full-width digits and blank"),
        pytest.param("2021\u00a08 \n", "2021 8", id="no-break blank, line end"),
        pytest.param("<@U1> unpaid", "@U1 unpaid", id="a person"),
        pytest.param("<@U1|ann> unpaid", "@ann unpaid", id="a person with a name"),
        pytest.param("in <#C1|finance>", "in #finance", id="a channel with a name"),
        pytest.param("in <#C1|>", "in #C1", id="a channel with an empty name"),
        pytest.param("in <#C1>", "in #C1", id="a channel without a name"),
        pytest.param("<http://i3d.net|i3d.net>", "i3d.net", id="a link made by Slack"),
        pytest.param("<https://x.example>", "x.example", id="a bare link"),
        pytest.param("&gt;=5 &amp; &lt;9", ">=5 & <9", id="Slack's three escapes"),
        pytest.param("un\u200bpaid\u202e", "unpaid", id="invisible characters"),
        pytest.param("un\x00paid", "un paid", id="control characters separate"),
        pytest.param("Contoso KK", "Contoso KK", id="upper and lower case stay"),
    ],
)
def test_text_is_made_regular(typed: str, regular: str) -> None:
    assert normalise(typed) == regular
    assert normalise(regular) == regular


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2021 8", ["2021", "8"]),
        ("due:2025-12", ["due", "2025-12"]),
        (">=250k", [">=", "250k"]),
        ("age>45", ["age", ">", "45"]),
        ("100..500", ["100", "..", "500"]),
        ("-credit 31-60", ["-", "credit", "31-60"]),
        ('customer:"Contoso KK"', ["customer", "contoso kk"]),
        ("late, oldest first?", ["late", "oldest", "first"]),
        ("1,500.00", ["1,500.00"]),
        ("i3D's", ["i3d"]),
        ("sort:-amount", ["sort", "-", "amount"]),
        ("#cloud", ["#", "cloud"]),
    ],
)
def test_text_is_cut_into_folded_words(text: str, words: list[str]) -> None:
    assert [token.word for token in cut(text)] == words


def test_tokens_are_joined_as_they_were_typed() -> None:
    text = 'i3d >=250k due:2025-12 -credit 1..5 customer:"A B"'
    assert join(cut(text)) == text

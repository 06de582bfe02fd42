"""What counts as the same number and the same text."""

import pytest

from storage.folding import fold_number, fold_text, to_search


@pytest.mark.parametrize(
    ("number", "folded"),
    [
        ("INV-0000123", "INV0000123"),
        ("inv 0000 123", "INV0000123"),
        ("2021\N{NON-BREAKING HYPHEN}08", "202108"),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}1", "A1"),
        ("請求-1", "請求1"),
        ("--", "--"),
    ],
)
def test_a_number_is_its_letters_and_digits(number: str, folded: str) -> None:
    assert fold_number(number) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Blue  Heron\nLtd", "blue heron ltd"),
        ("Straße", "strasse"),
        ("ｶﾌﾞｼｷ", "カブシキ"),
    ],
)
def test_a_text_has_one_case_and_single_spaces(text: str, folded: str) -> None:
    assert fold_text(text) == folded


def test_no_text_ends_its_part_of_what_is_searched() -> None:
    hostile = "a\x1db\x1ec\x1fd"
    found = to_search(hostile, hostile, hostile, hostile, "E\nf")
    assert found == "a b c d\x1da b c d\x1ea b c d\x1fa b c d\ne f"

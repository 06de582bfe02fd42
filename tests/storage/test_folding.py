"""What counts as the same number and the same text."""

import pytest

from storage.folding import fold_number, fold_text


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

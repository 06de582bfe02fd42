"""What in a message may be an invoice number."""

import time

import pytest

from bot.queries.mentioned import candidates, likely


def said(text: str) -> set[str]:
    return {each.said for each in candidates(text)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("invoice F25-0000101, please", "F25-0000101"),
        ("F25-0000101.", "F25-0000101"),
        ("(F25-0000101)", "F25-0000101"),
        ("no. F25 0000101 is late", "F25 0000101"),
        ("INV - 0000 - 123", "INV 0000 123"),
        ("F25-0000101/F25-0000102", "F25-0000102"),
        ("see *F25-0000101* and `F25-0000102`", "F25-0000102"),
        ("<https://portal.example/i/9|F25-0000101>", "F25-0000101"),
        ("請求書 2084426021 を見て", "2084426021"),
        ("INV&amp;0000123", "INV&0000123"),
    ],
)
def test_numbers_are_found_however_they_are_written(text: str, number: str) -> None:
    assert number in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "the 2026",
        "100 EUR",
        "<@U0123456789>",
        "<#C0123456789|x>",
        "at 9 or 10",
        "a b c",
    ],
)
def test_what_is_no_number_is_not_looked_up(text: str) -> None:
    assert said(text) <= {"the 2026"}  # which is no year, and found only if it is known


def test_words_on_two_sides_of_a_comma_are_not_taken_together() -> None:
    assert "F25 0000101" not in said("F25, 0000101")


def test_only_what_looks_like_a_number_is_called_one() -> None:
    text = "F99-123 due 2026-11-30 09:15, 1,234.50 EUR in 2026, ticket 42, 123456"
    assert likely(text) == ["F99-123", "123456"]
    assert likely("or was it F26 0000231?") == ["F26 0000231"]


def test_the_whole_number_comes_before_its_parts() -> None:
    first = candidates("F25 0000101 now")[0]
    assert len(first.said.split()) >= 2


def test_a_very_long_message_is_bounded_work() -> None:
    began = time.perf_counter()
    found = candidates("F25-0000101 " * 100_000)
    assert len(found) < 10_000
    assert time.perf_counter() - began < 1

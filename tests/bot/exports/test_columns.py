"""What the columns hold, and what counts as a formula."""

import re
from pathlib import Path

import pytest

from bot.answers.document import invoice_document
from bot.exports.columns import COLUMNS, clean, is_formula
from tests.bot.exports.made import ATTACKS
from tests.factories import TODAY, make_invoice

HARMLESS = {
    "a name": "Blue Heron KK",
    "a negative number": "-17",
    "a negative amount": "-1,234.50",
    "a hyphen inside": "F25-0000101",
    "a sum inside": "1=1",
    "nothing": "",
    "blanks": "   ",
    "Japanese": "株式会社青鷺",
}


def test_the_columns_are_the_published_fields() -> None:
    published = invoice_document(make_invoice(), today=TODAY)
    assert {column.name for column in COLUMNS} == set(published)


def test_the_page_about_exports_names_every_column() -> None:
    page = (Path(__file__).parents[3] / "docs" / "exports.md").read_text("utf-8")
    section = page.partition("## The columns")[2].partition("## CSV")[0]
    table = [line.split("|")[1] for line in section.splitlines() if "|" in line]
    named = [name for cell in table for name in re.findall("`(.+?)`", cell)]
    assert named == [column.name for column in COLUMNS]


@pytest.mark.parametrize("attack", ATTACKS[:12], ids=repr)
def test_what_begins_a_formula_is_noticed(attack: str) -> None:
    assert is_formula(clean(attack))


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_other_text_is_left_alone(text: str) -> None:
    assert not is_formula(text)
    assert clean(text) == text


def test_what_hides_or_turns_text_is_dropped() -> None:
    assert clean("a\u202eb\x00c\ud800d\te") == "abcd\te"

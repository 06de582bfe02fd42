"""Views in a language that is not ours: nothing in them goes by English words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from gettext import NullTranslations
from typing import Any

import pytest

from bot.answers.model import Emptied, OneInvoice
from bot.queries.model import Query
from bot.views import words
from bot.views.facts import invoice_card
from bot.views.filters import filters_of
from bot.views.invoice import invoice_message
from bot.views.limits import check
from bot.views.listing import listing_message
from bot.views.notes import note_line
from bot.views.plainer import NATIVE, plainer
from bot.views.reading import reading_line
from bot.views.window import answer_view
from providers.models import Status
from tests.factories import NOW, TODAY, fresh, make_invoice, make_list, setting


class Shouted(NullTranslations):
    """A language of English in capitals, but for what stands in braces."""

    def gettext(self, message: str) -> str:
        parts = message.replace("{", "\0{").replace("}", "}\0").split("\0")
        return "".join(each if each[:1] == "{" else each.upper() for each in parts)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture(autouse=True)
def shouted() -> Iterator[None]:
    english = words.speech("en")
    assert english is not None
    with words.speaking(replace(english, texts=Shouted())):
        yield


LATE = make_invoice(number="F1", issued_on=date(2025, 9, 1), due_on=date(2025, 10, 1))
PAID = make_invoice(
    id="2", number="F2", status=Status.PAID, balance=Decimal(0), due_on=TODAY
)


def texts(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(
        str(block["text"]["text"]) for block in blocks if block["type"] == "section"
    )


def test_a_window_names_cells_but_not_how_late_they_are() -> None:
    message = listing_message(make_list(LATE, PAID), setting("/invoices"))
    said = texts(answer_view(message, None)["blocks"])
    assert "ISSUED 1 Sep 2025" in said
    assert f"DUE {words.day(TODAY)}" in said
    assert f" · {words.late((TODAY - date(2025, 10, 1)).days)} · " in said
    assert "DAYS LATE" in said
    assert "DUE 5" not in said


def test_lines_in_place_of_a_table_have_the_headings_of_the_language() -> None:
    message = listing_message(make_list(LATE), setting("/invoices"))
    said = texts(plainer(message.blocks, frozenset(NATIVE)))
    assert "ISSUED 1 Sep 2025" in said
    assert "STATUS UNPAID" in said


def test_totals_of_what_is_not_all_there_are_called_incomplete() -> None:
    whole = make_list(LATE)
    assert "INCOMPLETE" not in listing_message(whole, setting("/invoices")).text
    missing = replace(
        whole, freshness=(fresh("i3d", "i3D.net", problem="answered 503"),)
    )
    lines = listing_message(missing, setting("/invoices")).text.splitlines()
    assert [line for line in lines if line.startswith("INCOMPLETE: EUR")]


def test_a_card_begins_with_the_state_and_names_its_counterparty_once() -> None:
    query = Query(show="invoice", number="F1")
    named = make_invoice(number="F1", counterparty="Acme")
    answer = OneInvoice(query, TODAY, named, (fresh("i3d", "i3D.net"),))
    card = invoice_card(answer, [])
    assert card["title"]["text"] == "INVOICE F1 FROM Acme"
    assert card["subtitle"]["text"].startswith("UNPAID, ")
    message = invoice_message(answer, setting("/invoice F1"))
    check(message)
    assert not any("Acme" in text for text in texts(message.blocks[1:]).split("\n"))


def test_one_and_many_are_said_by_the_language() -> None:
    one_only = Emptied("period", (("paid", 1),), "/invoices")
    assert note_line(one_only) == "THERE IS 1 IN ALL OTHER PERIODS."
    many = Emptied("state", (("paid", 2), ("unpaid", 1)), "/invoices")
    assert note_line(many) == "THERE ARE 2 PAID AND 1 UNPAID."
    few = Emptied("state", (("paid", 2),), "/invoices")
    assert note_line(few) == "THERE ARE 2 PAID ONES."


def test_a_question_is_read_back_in_the_language() -> None:
    query = Query(group="age", age_basis="issued", status=(Status.PAID,), chart=True)
    assert filters_of(query) == ["BY AGE SINCE ISSUE, AS CHART"]
    said = reading_line(query, (), now=NOW)
    assert said == "PAID INVOICES · ALL CONNECTIONS · BY AGE SINCE ISSUE, AS CHART"

"""Answers as a terminal shows them."""

import re

import pytest

from bot.answers.model import OneInvoice
from bot.commands.question import hint_of
from bot.commands.terminal import print_answer, print_file_note
from bot.flows.ask import ALL_ROWS
from bot.queries.model import Query, QueryError
from storage.store import Store
from tests.bot.flows.asking import ask, keep_some
from tests.bot.queries.context import CONTEXT, read
from tests.factories import TODAY, fresh, make_invoice, setting


async def shown(
    store: Store, capsys: pytest.CaptureFixture[str], question: str
) -> list[str]:
    await keep_some(store)
    print_answer(ask(store, question, rows=ALL_ROWS), setting())
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_one_invoice_says_what_its_card_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = Query(show="invoice", number="F25-0000101")
    answer = OneInvoice(query, TODAY, make_invoice(), (fresh("i3d", "i3D.net"),))
    print_answer(answer, setting("/invoice F25-0000101"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == [
        "Invoice F25-0000101 from i3D.net",
        "Unpaid, 12 days late",
        "Total 121.00 EUR · Balance 121.00 EUR",
        "Issued 10 Oct 2025 · Due 9 Nov 2025",
        "Server rent",
    ]
    assert "Net: 100.00 EUR" in lines


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("/unpaid", ""),
        (
            '/unpaid i3d "as a" xlsx to me',
            "Files come in Slack; here: duebot export "
            "'/unpaid i3d text:\"as a\"' --format xlsx -o invoices.xlsx\n",
        ),
        (
            "/unpaid as csv",
            "Files come in Slack; here: duebot export /unpaid --format csv "
            "-o invoices.csv\n",
        ),
        ("/invoice F25-0000101 pdf", "The provider's PDFs come in Slack only.\n"),
    ],
)
def test_where_a_file_comes_is_said_beside_the_answer(
    capsys: pytest.CaptureFixture[str], question: str, said: str
) -> None:
    print_file_note(read(question), CONTEXT)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", said)


def test_what_works_is_listed_once() -> None:
    for question in ("how is the weather", "/invoices from 2024"):
        with pytest.raises(QueryError) as raised:
            read(question)
        said = f"{raised.value.problem} {hint_of(raised.value)}"
        assert said.count("Try ") + said.count("Did you mean") == 1
    with pytest.raises(QueryError) as raised:
        read("/invoices 2021 agust")
    assert hint_of(raised.value).startswith("Try /invoices 2021 aug")


async def test_groups_are_a_table(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await shown(store, capsys, "/invoices 2026 by month")
    assert lines[-6:] == [
        "Month Documents Total Balance Overdue",
        "Sep 2026 2 invoices 200.00 EUR 100.00 EUR 100.00 EUR (1)",
        "Oct 2026 1 invoice 250.00 EUR 250.00 EUR 250.00 EUR (1)",
        "Oct 2026 1 invoice 79,640 JPY 79,640 JPY –",
        "Oct 2026 1 credit note 40.00 EUR 40.00 EUR –",
        "Nov 2026 1 invoice 100.00 EUR 100.00 EUR –",
    ]


async def test_ages_are_a_table_with_its_proof(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await shown(store, capsys, "/invoices aging")
    assert "not due 100.00 (1) –" in lines
    assert "outstanding 450.00 (3) 79,640 (1)" in lines
    assert lines[-1] == "JPY: no due date 79,640 = outstanding 79,640"


async def test_a_chart_is_bars_beside_the_rows(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await shown(store, capsys, "/invoices 2026 by month as chart")
    assert lines[-1] == f"Nov 2026 1 invoice 100.00 EUR 100.00 EUR – {'█' * 8}"
    assert lines[-4].endswith("█" * 20)


async def test_a_comparison_is_a_table(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await shown(store, capsys, "/invoices 2026-10 vs 2026-09 -credit")
    assert lines[3:] == [
        "Invoices · October 2026 compared with September 2026 · all connections · "
        "no credit notes",
        "Currency October 2026 September 2026 Difference Change",
        "EUR 250.00 (1) 200.00 (2) +50.00 +25.0 %",
        "JPY 79,640 (1) – +79,640 –",
    ]


async def test_a_narrow_terminal_leaves_the_name_room_beside_whole_amounts(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, as far as rich can tell
    monkeypatch.setenv("COLUMNS", "80")
    await keep_some(store)
    print_answer(ask(store, "/unpaid", rows=ALL_ROWS), setting())
    said = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    heading = next(line for line in said.splitlines() if line.startswith("Invoice "))
    assert heading.split() == ["Invoice", "From", "Due", "Total", "Balance", "Status"]
    assert max(map(len, said.splitlines())) <= 80


async def test_what_is_not_there_is_said_as_in_slack(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await shown(store, capsys, "/overdue over 100000")
    assert lines[-2:] == [
        "0 invoices for overdue, balance over 100,000. There are 2 of any amount.",
        "Show them: /overdue",
    ]

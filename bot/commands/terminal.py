"""Answers on a terminal."""

import re
import shlex
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.answers.model import Answer, HelpWanted, InvoiceList, is_ageing_grid
from bot.flows.reply import answer_message
from bot.queries.commands import to_command
from bot.queries.model import Context, Query
from bot.queries.wording import tr
from bot.views import words
from bot.views.aged import any_grid
from bot.views.comparison import compared_grid
from bot.views.grouping import Grid, with_bars
from bot.views.kit import Block, plain
from bot.views.listing import (
    HEADINGS,
    Setting,
    due_words,
    proof_line,
    total_line,
)
from bot.views.missing import trouble_lines
from bot.views.notes import leads_of, note_line, nothing_line
from bot.views.plainer import plainer
from bot.views.reading import BILLED_RULE, is_billed_apart, reading_line, state_of

#: Columns where the output is no terminal, so that rows stay on one line.
WIDTH = 160
#: Below this many columns the day of issue makes room for the name.
NARROW = 100


def print_answer(answer: Answer, setting: Setting) -> None:
    """Draw an answer: lists as a table, everything else as its text."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    if isinstance(answer, InvoiceList):
        _print_list(console, answer, setting)
        return
    for block in _blocks(answer, setting):
        if block["type"] == "table":
            console.print(_drawn(block))
        for text in _texts(block):
            console.print(Text(text))


def answer_text(answer: Answer, setting: Setting) -> str:
    """Write an answer as its words, without Slack's marks."""
    blocks = _blocks(answer, setting)
    return "\n".join(text for block in blocks for text in _texts(block))


def _blocks(answer: Answer, setting: Setting) -> list[Block]:
    """Make an answer of blocks that have a place on a terminal."""
    return plainer(answer_message(answer, setting).blocks, frozenset({"card"}))


def print_troubles(answer: Answer, setting: Setting) -> None:
    """Say on stderr which figures are old or missing; nothing when none are."""
    if isinstance(answer, HelpWanted):
        return
    lines = trouble_lines(answer.freshness, now=setting.now, zone=setting.zone)
    for line in lines:
        Console(stderr=True).print(Text(unmarked(line)), soft_wrap=True)


def print_refusal(problem: str, hint: str) -> None:
    """Say on stderr why there is no answer."""
    console = Console(stderr=True)
    # A command that is broken in two cannot be copied, nor found in a log.
    wrap = console.is_terminal
    console.print(Text(f"{problem} {hint}".strip()), soft_wrap=not wrap)


def print_file_note(query: Query, context: Context) -> None:
    """Say on stderr how the file that was asked for comes; nothing when none was."""
    if query.part == "pdf" or query.file == "pdf":
        said = "The provider's PDFs come in Slack only."
    elif query.file:
        plain_query = replace(query, file=None, to_me=False)
        command = shlex.quote(to_command(plain_query, context))
        said = (
            f"Files come in Slack; here: duebot export {command} "
            f"--format {query.file} -o invoices.{query.file}"
        )
    else:
        return
    Console(stderr=True).print(Text(said), soft_wrap=True)


def _print_list(console: Console, answer: InvoiceList, setting: Setting) -> None:
    for line in trouble_lines(answer.freshness, now=setting.now, zone=setting.zone):
        console.print(Text(unmarked(line), style="bold"))
    line = reading_line(
        answer.query, answer.freshness, now=setting.now, today=answer.today
    )
    console.print(Text(unmarked(line), style="dim"))
    for total in () if answer.compared else answer.totals:
        console.print(Text(unmarked(total_line(total))))
    if not answer.count and not answer.compared:
        console.print(Text(unmarked(nothing_line(answer))))
        _print_leads(console, answer)
        return
    if answer.compared:
        console.print(_grid(compared_grid(answer, answer.compared)))
    elif answer.groups:
        console.print(_grid(_bars(answer, any_grid(answer))))
    else:
        console.print(_rows(answer, narrow=console.width < NARROW))
    if is_billed_apart(answer):
        console.print(Text(tr(BILLED_RULE), style="dim"))
    for proof in answer.proof:
        console.print(Text(unmarked(proof_line(proof)), style="dim"))
    for note in answer.notes:
        console.print(Text(unmarked(note_line(note)), style="dim"))
    _print_leads(console, answer)


def _print_leads(console: Console, answer: InvoiceList) -> None:
    """Print what could be asked next, as it is typed."""
    for label, command in leads_of(answer):
        console.print(Text(f"{label}: {command}", style="dim"))


def _bars(answer: InvoiceList, grid: Grid) -> Grid:
    """Draw the chart of an answer beside its rows, where each is one amount."""
    if not answer.query.chart or is_ageing_grid(answer):
        return grid
    return with_bars(grid, answer.groups, owed=bool(answer.proof))


def _grid(grid: Grid) -> Table:
    table = Table(box=None, pad_edge=False)
    for place, heading in enumerate(grid.headings):
        table.add_column(
            heading,
            justify="left" if place < grid.left or not heading else "right",
            overflow="fold",
        )
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table


def _rows(answer: InvoiceList, *, narrow: bool) -> Table:
    table = Table(box=None, pad_edge=False)
    left_out = {"Issued"} if narrow else set()
    for heading in HEADINGS:
        if heading in left_out:
            continue
        right = heading in {"Total", "Balance"}
        table.add_column(
            tr(heading),
            justify="right" if right else "left",
            # A number or an amount that is cut is worse than a name that is folded.
            no_wrap=heading not in {"From", "Status"},
            overflow="fold",
        )
    for each in answer.invoices:
        issued = () if narrow else (words.day(each.issued_on),)
        table.add_row(
            Text(plain(each.number, 60)),
            Text(plain(each.counterparty or "–", 40)),
            *issued,
            due_words(each, today=answer.today),
            words.money(each.total, each.currency),
            words.money(each.balance, each.currency),
            Text(plain(state_of(each.status, each.provider_status), 40)),
        )
    return table


def _drawn(block: dict[str, Any]) -> Table:
    """Draw a table of a message."""
    head, *rows = block["rows"]
    drawn = Table(box=None, pad_edge=False)
    for cell, setting in zip(head, block["column_settings"], strict=True):
        right = setting["align"] == "right"
        drawn.add_column(
            cell["text"], justify="right" if right else "left", overflow="fold"
        )
    for row in rows:
        drawn.add_row(*(Text(cell["text"]) for cell in row))
    return drawn


def _texts(block: dict[str, object]) -> list[str]:
    """Take the words out of a block, for reading without Slack."""
    found: list[str] = []
    for key in ("text", "fields", "elements"):
        part = block.get(key)
        parts = part if isinstance(part, list) else [part]
        # A label stands above its value in Slack, before it on a terminal.
        joint = ": " if key == "fields" else "\n"
        found += [
            unmarked(each["text"]).replace("\n", joint)
            for each in parts
            if isinstance(each, dict) and isinstance(each.get("text"), str)
        ]
    return found


def unmarked(text: str) -> str:
    """Drop mrkdwn's marks and escapes."""
    text = re.sub(r"(?<!\w)[*_`]([^*_`\n]+)[*_`](?!\w)", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

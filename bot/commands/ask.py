"""`duebot ask`: one question, answered without Slack."""

import json
import sys
from pathlib import Path

from bot.answers.document import answer_document, refusal_document
from bot.answers.model import HelpWanted, InvoiceList, NoSuchInvoice, OneInvoice
from bot.app import Core, opened_core
from bot.commands.terminal import print_answer, print_refusal
from bot.flows.ask import ALL_ROWS
from bot.queries.model import Query, QueryError
from bot.queries.parse import parse_query
from bot.settings import config_path, read_settings


async def ask(
    config: Path | None, question: str, *, live: bool | None, as_json: bool
) -> int:
    """Answer *question*; exit code 2 when it cannot be understood."""
    settings = read_settings(config_path(config))
    async with opened_core(settings) as core:
        try:
            query = parse_query(question, context=core.questions.context())
        except QueryError as error:
            # What is there decides what some words mean; before the first reading
            # nothing is, so the question is read once more after it.
            if live is False or core.questions.context().newest is not None:
                return _refuse(question, error, as_json=as_json)
            await core.syncer.sync(None)
            try:
                query = parse_query(question, context=core.questions.context())
            except QueryError as again:
                return _refuse(question, again, as_json=as_json)
        return await _answer(core, question, query, live=live, as_json=as_json)


async def _answer(
    core: Core, question: str, query: Query, *, live: bool | None, as_json: bool
) -> int:
    if live is not False and query.show != "help":
        asked = await core.questions.ask(query, wait_seconds=0, again=live is True)
        if asked.reading is not None:
            await asked.reading
    answer = core.questions.answer(query, rows=ALL_ROWS)
    match answer:
        case InvoiceList() | OneInvoice() | NoSuchInvoice() if as_json:
            _write(answer_document(question, answer))
        case HelpWanted() if as_json:
            hint = "Try /invoices 2025 10, /unpaid, /overdue or /invoice NUMBER."
            _write(refusal_document(question, "This asks for help.", hint))
        case _:
            print_answer(answer, core.setting())
    return 0


def _refuse(question: str, error: QueryError, *, as_json: bool) -> int:
    commands = ", ".join(each.command for each in error.suggestions)
    hint = " ".join(
        part for part in (error.hint, commands and f"Try {commands}.") if part
    )
    if as_json:
        _write(refusal_document(question, error.problem, hint))
    else:
        print_refusal(error.problem, hint)
    return 2


def _write(document: object) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")

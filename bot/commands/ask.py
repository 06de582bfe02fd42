"""`duebot ask`: one question, answered without Slack."""

import json
import sys
from pathlib import Path

from bot.answers.document import (
    answer_document,
    help_document,
    refusal_document,
)
from bot.answers.model import (
    Changes,
    HelpWanted,
    InvoiceList,
    NoSuchInvoice,
    OneInvoice,
)
from bot.app import Core, opened_core
from bot.commands.question import full_answer, hint_of, read_question
from bot.commands.terminal import (
    answer_text,
    print_answer,
    print_file_note,
    print_refusal,
)
from bot.queries.model import Query, QueryError
from bot.settings import config_path, read_settings


async def ask(
    config: Path | None, question: str, *, live: bool | None, as_json: bool
) -> int:
    """Answer *question*; exit code 2 when it cannot be understood."""
    settings = read_settings(config_path(config))
    async with opened_core(settings) as core:
        try:
            query = await read_question(core, question, live=live)
        except QueryError as error:
            return _refuse(question, error, as_json=as_json)
        return await _answer(core, question, query, live=live, as_json=as_json)


async def _answer(
    core: Core, question: str, query: Query, *, live: bool | None, as_json: bool
) -> int:
    answer = await full_answer(core, query, live=live)
    match answer:
        case InvoiceList() | OneInvoice() | NoSuchInvoice() | Changes() if as_json:
            write_json(answer_document(question, answer))
        case HelpWanted() if as_json:
            write_json(help_document(question, answer_text(answer, core.setting())))
        case _:
            print_answer(answer, core.setting())
    print_file_note(query, core.questions.context())
    return 0


def _refuse(question: str, error: QueryError, *, as_json: bool) -> int:
    hint = hint_of(error)
    if as_json:
        write_json(refusal_document(question, error.problem, hint))
    else:
        print_refusal(error.problem, hint)
    return 2


def write_json(document: object) -> None:
    """Print *document* on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")

"""`duebot export`: the invoices of one question as a file."""

import sys
from pathlib import Path

from bot.answers.document import refusal_document
from bot.answers.model import Changes, HelpWanted
from bot.app import opened_core
from bot.commands import StopError
from bot.commands.ask import write_json
from bot.commands.question import TRY, full_answer, hint_of, read_question
from bot.commands.terminal import print_troubles
from bot.exports.file import Format, export_file, invoices_of
from bot.queries.model import QueryError
from bot.settings import config_path, read_settings
from bot.views import words

HELP_IS_NO_ANSWER = "This asks for help."
NO_ROWS = "This answer has no rows to export."


async def export(
    config: Path | None, question: str, *, form: Format, file: Path, live: bool | None
) -> int:
    """Write the invoices of *question* to *file*, in place of what was there.

    Nothing is written when the question cannot be understood; with JSON the refusal is
    printed as `duebot ask --json` does.
    """
    _check_place(file)
    settings = read_settings(config_path(config))
    async with opened_core(settings) as core:
        try:
            query = await read_question(core, question, live=live)
        except QueryError as error:
            raise _refusal(question, error.problem, hint_of(error), form) from None
        answer = await full_answer(core, query, live=live)
        if isinstance(answer, HelpWanted):
            raise _refusal(question, HELP_IS_NO_ANSWER, TRY, form)
        is_data = form == "json" and isinstance(answer, Changes)
        if invoices_of(answer) is None and not is_data:
            raise _refusal(question, NO_ROWS, "Ask for one period of invoices.", form)
        made = export_file(question, answer, form=form, today=core.today())
        print_troubles(answer, core.setting())
    _write(file, made.content)
    sys.stdout.write(
        f"{file}: {words.count(made.rows, '{n} document', '{n} documents')}\n"
    )
    return 0


def _check_place(file: Path) -> None:
    """See that *file* can be written before anything is read."""
    if not file.parent.is_dir():
        raise StopError(f"there is no folder {file.parent} to write into.", code=2)
    if file.is_dir():
        raise StopError(f"{file} is a folder; name a file.", code=2)


def _refusal(question: str, problem: str, hint: str, form: Format) -> StopError:
    if form == "json":
        write_json(refusal_document(question, problem, hint))
    return StopError(f"{problem} {hint}".strip(), code=2)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise StopError(
            f"{file} cannot be written ({error.strerror}).", code=2
        ) from None

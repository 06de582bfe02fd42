"""A question on the command line: understood, and answered with all its rows."""

from bot.answers.model import Answer
from bot.app import Core
from bot.flows.ask import ALL_ROWS
from bot.queries.care import parse_care
from bot.queries.model import Query, QueryError, Suggestion
from bot.queries.parse import parse_query

NO_QUESTION = "There is no question."
TRY = "Try /invoices 2025 10, /unpaid, /overdue or /invoice NUMBER."


async def read_question(core: Core, question: str, *, live: bool | None) -> Query:
    """Understand *question*; *live*: whether the providers may be read.

    Raises:
        QueryError: it is not one question that can be answered.
    """
    if not question.strip():
        raise QueryError(NO_QUESTION, hint=TRY)
    try:
        return await _read(core, question)
    except QueryError:
        # What is there decides what some words mean; before the first reading nothing
        # is, so the question is read once more after it.
        if live is False or core.questions.context().newest is not None:
            raise
    await core.syncer.sync(None)
    return await _read(core, question)


async def _read(core: Core, question: str) -> Query:
    context = core.questions.context()
    order = parse_care(question, context=context)
    if order is not None:
        raise QueryError(
            "Acknowledging, snoozing, assigning and notes are done in Slack, where it "
            "is known who does it.",
            suggestions=(Suggestion("Show it", f'/invoice "{order.number}"'),),
        )
    query = parse_query(question, context=context)
    return await core.questions.settled(query)


async def full_answer(core: Core, query: Query, *, live: bool | None) -> Answer:
    """Answer *query* with every row; old figures are read again first."""
    if live is not False and query.show != "help":
        asked = await core.questions.ask(query, wait_seconds=0, again=live is True)
        if asked.reading is not None:
            await asked.reading
    return core.questions.answer(query, rows=ALL_ROWS)


def hint_of(error: QueryError) -> str:
    """Say what would work instead."""
    commands = ", ".join(each.command for each in error.suggestions)
    if error.is_complete:
        return error.hint
    parts = (error.hint, commands and f"Try {commands}.")
    return " ".join(part for part in parts if part)

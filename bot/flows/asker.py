"""Who asks, and what they get."""

import asyncio
from dataclasses import dataclass

from bot.queries.model import Query
from bot.views.kit import Message
from bot.views.trouble import sentence_message


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where; *direct* is a conversation with Duebot alone.

    *thread* is where the answer goes, if others see it there.
    """

    user: str
    channel: str
    direct: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A message, and the question behind it while newer figures are being read."""

    message: Message
    query: Query | None = None
    page: int = 1
    reading: asyncio.Task[object] | None = None
    #: False where the person has to be told something that others should not see.
    is_answer: bool = True
    #: What gives this answer again, where it is about several invoices.
    command: str | None = None
    #: Whether it takes over what an earlier question said.
    followed: bool = False
    #: Who asked and where, which decides how much of it others may see.
    asker: Asker | None = None


def whisper(sentence: str) -> Reply:
    """Tell whoever asked a sentence that nobody else sees."""
    return Reply(sentence_message(sentence), is_answer=False)

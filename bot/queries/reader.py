"""A place in the words of one question."""

from collections.abc import Sequence

from bot.queries.model import Context, QueryError
from bot.queries.tokens import Token, join, word
from bot.queries.vocabulary import Lexicon, Meaning

_END = Token("end", "", "", glued=False)


class UnclearError(QueryError):
    """A question with a doubt at some of its words.

    *fixes* are other writings of the words from *start* to *end*, as (label, text);
    whoever knows the whole question turns those that parse into suggestions, and
    *mends* says that they are corrected words, *name_closest* has it name the first of
    them, *lists_commands* all that they come to. *commands* are whole questions.
    """

    def __init__(  # noqa: PLR0913 - all but the problem are optional keywords
        self,
        problem: str,
        *,
        span: tuple[int, int],
        fixes: Sequence[tuple[str, str]] = (),
        hint: str = "",
        commands: Sequence[str] = (),
        name_closest: bool = False,
        lists_commands: bool = False,
        mends: bool = False,
    ) -> None:
        super().__init__(problem, hint=hint)
        self.span = span
        self.fixes = tuple(fixes)
        self.commands = tuple(commands)
        self.name_closest = name_closest
        self.lists_commands = lists_commands
        #: What can be ordered instead, as (label, command); not read as a question.
        self.orders: tuple[tuple[str, str], ...] = ()
        self.mends = mends or name_closest


class Reader:
    """Walks over the tokens of a question; nothing is consumed unless taken.

    *chatty* accepts the words of whole sentences, as in mentions and messages.
    """

    def __init__(
        self, tokens: Sequence[Token], context: Context, lexicon: Lexicon, chatty: bool
    ) -> None:
        self.tokens = tokens
        self.context = context
        self.lexicon = lexicon
        self.chatty = chatty
        self.pos = 0

    @property
    def places(self) -> range:
        """Number all tokens, taken or not."""
        return range(len(self.tokens))

    @property
    def done(self) -> bool:
        """Tell whether every token is taken."""
        return self.pos >= len(self.tokens)

    def peek(self, ahead: int = 0) -> Token:
        """Look at a token; past the last one there is an empty one."""
        place = self.pos + ahead
        return self.tokens[place] if place < len(self.tokens) else _END

    def meaning(self, ahead: int = 0) -> Meaning | None:
        """Look up the longest phrase at a token."""
        place = self.pos + ahead
        if place >= len(self.tokens):
            return None
        return self.lexicon.at(self.tokens, place)

    def kind(self, ahead: int = 0) -> str:
        """Look up what kind of phrase is at a token, or nothing."""
        meaning = self.meaning(ahead)
        return meaning.kind if meaning else ""

    def value(self, kind: str, ahead: int = 0) -> str | None:
        """Look up the value of the phrase at a token, if it is of *kind*."""
        meaning = self.meaning(ahead)
        return meaning.value if meaning and meaning.kind == kind else None

    def take(self, count: int = 1) -> None:
        """Move on by *count* tokens."""
        self.pos += count

    def said(self, start: int, end: int | None = None) -> str:
        """Write the tokens from *start*, as typed."""
        return join(list(self.tokens[start : self.pos if end is None else end]))

    def unclear(
        self,
        problem: str,
        *,
        count: int = 1,
        fixes: Sequence[tuple[str, str]] = (),
        hint: str = "",
    ) -> UnclearError:
        """Make the error about the next *count* tokens."""
        end = min(self.pos + count, len(self.tokens))
        return UnclearError(problem, span=(self.pos, end), fixes=fixes, hint=hint)


def replaced(
    tokens: Sequence[Token], span: tuple[int, int], text: str
) -> tuple[Token, ...]:
    """Put *text* in the place of the tokens of *span*."""
    start, end = span
    glued = start < len(tokens) and tokens[start].glued
    middle = (word(text, glued=glued),) if text else ()
    return (*tokens[:start], *middle, *tokens[end:])

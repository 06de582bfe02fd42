"""What is understood while nothing acts on it: refused with one sentence.

Whoever makes something act on a slot takes its line out of `_UNABLE`.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.queries.commands import to_command
from bot.queries.model import Context, Query, QueryError, Suggestion
from bot.queries.vocabulary import read_words

#: The sentence's name in ``words.toml``, when it applies, and the question without.
_UNABLE: tuple[tuple[str, Callable[[Query], object], Callable[[Query], Query]], ...] = (
    ("customer", lambda q: q.group == "customer", lambda q: replace(q, group=None)),
)


def check_able(query: Query, context: Context) -> None:
    """Refuse what nothing acts on yet.

    Raises:
        QueryError: It asks for such; the question without it is offered.
    """
    problems = []
    for name, applies, without in _UNABLE:
        if applies(query):
            problems.append(read_words().refusals[name])
            query = without(query)
    if problems:
        command = to_command(query, context)
        raise QueryError(
            " ".join(problems), suggestions=(Suggestion(f"Run {command}", command),)
        )

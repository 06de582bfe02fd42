"""How a subscription tells what it is about: the words for it.

manner = "updates in thread" | "new message" | "only update"
       | "even if empty" | "with" ("csv" | "xlsx")
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.queries.orders import FOLLOW_WORDS, Attach, Follow
from bot.queries.reader import Reader, UnclearError
from bot.queries.wording import tr

Span = tuple[int, int]

_FOLLOW: tuple[tuple[tuple[str, ...], Follow], ...] = (
    (("updates", "in", "the", "thread"), "thread"),
    (("updates", "in", "thread"), "thread"),
    (("as", "a", "new", "message"), "message"),
    (("as", "new", "messages"), "message"),
    (("as", "new", "message"), "message"),
    (("new", "messages"), "message"),
    (("new", "message"), "message"),
    (("only", "updates"), "update"),
    (("only", "update"), "update"),
    (("update", "only"), "update"),
)
_EMPTY = (("even", "if", "empty"), ("even", "when", "empty"), ("also", "empty"))
_FILES: dict[str, Attach] = {
    "csv": "csv",
    "xlsx": "xlsx",
    "excel": "xlsx",
    "spreadsheet": "xlsx",
}


@dataclass(slots=True)
class Manner:
    """What was said so far, and where."""

    follow: Follow | None = None
    even_if_empty: Span | None = None
    attach: Attach | None = None
    attached_at: Span = (0, 0)


def read_manner(reader: Reader, manner: Manner) -> bool:
    """Read one of the ways at this place, if there is one."""
    return (
        _read_follow(reader, manner)
        or _read_empty(reader, manner)
        or _read_file(reader, manner)
    )


def check_manner(manner: Manner, cron: str | None) -> None:
    """Refuse what has a meaning only for what comes at a time.

    Raises:
        UnclearError: it comes as it is found.
    """
    if cron is not None:
        return
    fixes = [
        (tr("Weekdays 09:00"), "weekdays 09:00"),
        (tr("Leave it out"), ""),
    ]
    if manner.even_if_empty is not None:
        raise UnclearError(
            tr("What is posted as it is found is never empty; a digest may be."),
            span=manner.even_if_empty,
            fixes=_beside(fixes, "even if empty"),
        )
    if manner.attach is not None:
        raise UnclearError(
            tr(
                "A file comes with what is posted at a time, not with each piece of "
                "news."
            ),
            span=manner.attached_at,
            fixes=_beside(fixes, f"with {manner.attach}"),
        )


def _beside(fixes: Sequence[tuple[str, str]], said: str) -> list[tuple[str, str]]:
    return [(label, f"{text} {said}" if text else "") for label, text in fixes]


def _read_follow(reader: Reader, manner: Manner) -> bool:
    for words, follow in _FOLLOW:
        if not _is_at(reader, words):
            continue
        if manner.follow not in (None, follow):
            raise reader.unclear(
                tr(
                    "What happens to a message when an invoice changes is one of "
                    "{ways}.",
                    ways=", ".join(f"`{each}`" for each in FOLLOW_WORDS.values()),
                ),
                count=len(words),
                fixes=[(tr("Leave it out"), "")],
            )
        reader.take(len(words))
        manner.follow = follow
        return True
    return False


def _read_empty(reader: Reader, manner: Manner) -> bool:
    for words in _EMPTY:
        if _is_at(reader, words):
            manner.even_if_empty = (reader.pos, reader.pos + len(words))
            reader.take(len(words))
            return True
    return False


def _read_file(reader: Reader, manner: Manner) -> bool:
    if reader.peek().word != "with":
        return False
    ahead = 2 if reader.peek(1).word in ("a", "an") else 1
    attach = _FILES.get(reader.peek(ahead).word)
    if attach is None:
        return False
    if manner.attach not in (None, attach):
        raise reader.unclear(
            tr("A digest has one file: `with csv` or `with xlsx`."),
            count=ahead + 1,
            fixes=[(tr("Leave it out"), "")],
        )
    manner.attach = attach
    manner.attached_at = (reader.pos, reader.pos + ahead + 1)
    reader.take(ahead + 1)
    return True


def _is_at(reader: Reader, words: Sequence[str]) -> bool:
    return all(reader.peek(at).word == each for at, each in enumerate(words))

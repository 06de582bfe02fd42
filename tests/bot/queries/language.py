"""A language that is nobody's, to see what is said from a catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from bot.queries import wording


class Marked(NullTranslations):
    """A language that writes every text of ours between stars."""

    def gettext(self, message: str) -> str:
        return f"*{message}*"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"*{msgid1 if n == 1 else msgid2}*"


@contextmanager
def other_language() -> Iterator[None]:
    wording.use(Marked(), "de")
    try:
        yield
    finally:
        wording.use(None, "en")

"""Texts for people, in the language of whoever reads them (gettext).

Every text that people see goes through `tr` or `trn` as a whole sentence, or a whole
part of a list, with what varies as ``{names}``; so it stands in ``bot/locales``, from
where a translator takes it. English is what is written here. Which language is spoken
is a context variable, set with the locale (`bot.views.words.speaking`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations

#: The catalogue of the language that is spoken; ``None`` is English, as written.
_spoken: ContextVar[NullTranslations | None] = ContextVar("texts", default=None)
#: The locale that is spoken, as CLDR names it.
_locale: ContextVar[str] = ContextVar("locale", default="en")


def use(texts: NullTranslations | None, locale: str) -> None:
    """Speak the language of a catalogue, and a *locale*, from here on, in this task."""
    _spoken.set(texts)
    _locale.set(locale)


@contextmanager
def in_english() -> Iterator[None]:
    """Speak English while inside: to the log, and to whoever runs the bot."""
    before = _spoken.get(), _locale.get()
    use(None, "en")
    try:
        yield
    finally:
        use(*before)


def locale() -> str:
    """Name the locale that is spoken."""
    return _locale.get()


def language() -> object:
    """Give what the language that is spoken can be told by, for keys of caches."""
    return _spoken.get()


def tr(text: str, /, **values: object) -> str:
    """Say *text* in the language that is spoken, with *values* for its ``{names}``.

    Where there are none, braces are left as they are.
    """
    texts = _spoken.get()
    if texts is not None:
        text = texts.gettext(text)
    return text.format_map(values) if values else text


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """Say *one* or *many*, as *number* wants it in the language that is spoken.

    How the number is written is one of the *values*.
    """
    texts = _spoken.get()
    if texts is None:
        text = one if number == 1 else many
    else:
        text = texts.ngettext(one, many, number)
    return text.format_map(values) if values else text


def either(texts: Sequence[str]) -> str:
    """List what there is to choose from: ``a or b``, ``a, b or c``."""
    *others, last = texts
    return (
        tr("{others} or {last}", others=", ".join(others), last=last)
        if others
        else last
    )


def together(texts: Sequence[str]) -> str:
    """List what belongs together: ``a and b``, ``a and b and c``."""
    listed = texts[0]
    for each in texts[1:]:
        listed = tr("{others} and {last}", others=listed, last=each)
    return listed


def mark(text: str) -> str:
    """Mark a text for translators that is said later, by `tr`."""
    return text


def marks(one: str, many: str) -> tuple[str, str]:
    """Mark a text in both its numbers for translators, said later by `trn`."""
    return one, many

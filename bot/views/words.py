"""Amounts, days, counts and states as people read them.

Numbers and dates are written as in the locale that is spoken to whoever reads
(`speaking`): the person's own where only they see it, else the configured one; words
are those of its catalogue in ``bot/locales``, or English where it has none. It is a
context variable, as Python's own decimal context is, so that the hundred places that
name an amount need not hand it on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import assert_never

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal, get_currency_precision

from bot.queries.wording import mark, tr, trn, use
from providers.models import Kind, Status


@dataclass(frozen=True, slots=True)
class Speech:
    """How a locale writes numbers, cut down to what every message needs (CLDR).

    *plain*: grouped in threes by ``,`` with ``.`` before the digits, as Python does.
    *translation*: from that to the locale's own marks; ``None`` where groups are not of
    three (Hindi) or digits are others, and only CLDR's pattern will do.
    """

    locale: Locale
    plain: bool
    translation: dict[int, str] | None
    #: The catalogue of its language; ``None``: English.
    texts: NullTranslations | None = None


#: Where catalogues are: ``LANGUAGE/LC_MESSAGES/duebot.mo``.
DOMAIN, LOCALES = "duebot", Path(__file__).parents[1] / "locales"


@cache
def _speech(name: str) -> Speech:
    locale = Locale.parse(name, sep="_")
    marks = locale.number_symbols["latn"]
    group, point = str(marks["group"]), str(marks["decimal"])
    texts = _texts(str(locale))
    if locale.decimal_formats[None].grouping != (3, 3):
        return Speech(locale, plain=False, translation=None, texts=texts)
    return Speech(
        locale,
        plain=(group, point) == (",", "."),
        translation={ord(","): group, ord("."): point},
        texts=texts,
    )


def _texts(name: str) -> NullTranslations | None:
    """Find the catalogue of a locale, or of its language alone (``de_AT``, ``de``)."""
    try:
        return translation(DOMAIN, LOCALES, languages=[name])
    except OSError:  # there is none, or it cannot be read
        return None


#: Slack's names for locales that CLDR calls otherwise.
_SLACKS_OWN = {"es-LA": "es-419"}
_ENGLISH = _speech("en")
_spoken: ContextVar[Speech] = ContextVar("spoken", default=_ENGLISH)


def speech(name: str) -> Speech | None:
    """Find how the locale *name* (``de``, ``en-GB``) writes; ``None``: not known."""
    try:
        return _speech(_SLACKS_OWN.get(name, name).replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None


def configured(name: str) -> Speech:
    """Give the speech of a configured locale, which was looked at when it was read."""
    return speech(name) or _ENGLISH


def speak(spoken: Speech) -> None:
    """Write numbers and dates as *spoken* from here on, in this task."""
    _spoken.set(spoken)
    use(spoken.texts, str(spoken.locale))


@contextmanager
def speaking(spoken: Speech) -> Iterator[None]:
    """Write numbers and dates as *spoken* while inside."""
    before = _spoken.get()
    speak(spoken)
    try:
        yield
    finally:
        # Not by its token: a generator may be closed in another context.
        speak(before)


def spoken_locale() -> str:
    """Name the locale that is spoken now."""
    return str(_spoken.get().locale)


STATUS = {
    Status.UNPAID: mark("unpaid"),
    Status.PART_PAID: mark("part paid"),
    Status.PAID: mark("paid"),
    Status.NOTHING_DUE: mark("nothing due"),
    Status.OPEN_CREDIT: mark("open credit"),
    Status.SETTLED_CREDIT: mark("settled credit"),
    Status.UNKNOWN: mark("status not known"),
}


def money(amount: Decimal | None, currency: str) -> str:
    """Say *amount* in the currency's own digits: ``1,234.50 EUR``, ``79,640 JPY``.

    Never rounds: a digit more than the currency has is shown. ``None`` is an amount
    that the provider does not state.
    """
    if amount is None:
        return tr("not stated")
    return f"{number(amount, currency)} {currency}"


def number(amount: Decimal, currency: str) -> str:
    """Say *amount* as `money` does, without the currency."""
    said = f"{amount:,f}"
    digits = _digits(currency)
    # Asking the text is three times as fast as asking the Decimal.
    if len(said.partition(".")[2]) < digits:
        said = f"{amount:,.{digits}f}"
    return _localised(said, _spoken.get())


def figure(number: Decimal | int) -> str:
    """Say a plain number, as many digits as it has: ``1,200``, ``1,234.5``."""
    return _localised(
        f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}", _spoken.get()
    )


def _localised(said: str, spoken: Speech) -> str:
    """Write what Python wrote (``1,234.50``) with the marks of a locale."""
    if spoken.plain:
        return said
    if spoken.translation is not None:
        return said.translate(spoken.translation)
    exact = Decimal(said.replace(",", ""))
    places = len(said.partition(".")[2])
    pattern = spoken.locale.decimal_formats[None].pattern.partition(".")[0]
    return format_decimal(
        exact, f"{pattern}.{'0' * places}" if places else pattern, spoken.locale
    )


@cache
def _digits(currency: str) -> int:
    """Tell the digits after the point (ISO 4217, by way of CLDR's currency data)."""
    return get_currency_precision(currency)


def day(when: date | None) -> str:
    """Say a day: ``3 Nov 2025``; a dash where there is none.

    Other locales have their own order (CLDR's yMMMd), never bare numbers of two digits.
    """
    return "–" if when is None else _day(when, spoken_locale())


@lru_cache(maxsize=4_000)
def _day(when: date, name: str) -> str:
    locale = Locale.parse(name)
    if locale.language == "en":
        return f"{when.day} {_months()[when.month]} {when.year}"
    return str(format_skeleton("yMMMd", when, locale=locale))


def month(period: str) -> str:
    """Say a month written as ``2025-11``: ``Nov 2025``."""
    return _month(period, spoken_locale())


@lru_cache(maxsize=1_000)
def _month(period: str, name: str) -> str:
    locale = Locale.parse(name)
    first = date.fromisoformat(f"{period}-01")
    if locale.language == "en":
        return f"{_months()[first.month]} {first.year}"
    return str(format_skeleton("yMMM", first, locale=locale))


def whole_month(first: date) -> str:
    """Say the month of a day in full: ``August 2021``."""
    locale = _spoken.get().locale
    if locale.language == "en":
        return f"{Locale('en').months['format']['wide'][first.month]} {first.year}"
    return str(format_skeleton("yMMMM", first, locale=locale))


def long_month(number: int) -> str:
    """Say a month of every year: ``April``."""
    locale = _spoken.get().locale
    return str(locale.months["stand-alone"]["wide"][number])


def short_month(period: str) -> str:
    """Say the month of ``2025-11`` alone: ``Nov``; of twelve in a row, each once."""
    number = date.fromisoformat(f"{period}-01").month
    if _spoken.get().locale.language == "en":
        return _months()[number]
    return str(_spoken.get().locale.months["stand-alone"]["abbreviated"][number])


def weekday(when: date) -> str:
    """Say the day of the week, cut short: ``Mon``."""
    locale = _spoken.get().locale
    if locale.language == "en":
        return f"{when:%a}"
    return str(locale.days["format"]["abbreviated"][when.weekday()])


@cache
def _months() -> dict[int, str]:
    return dict(Locale("en").months["format"]["abbreviated"])


def clock(when: datetime) -> str:
    """Say a time of day, in the zone *when* is in: ``09:05``."""
    return f"{when:%H:%M}"


def count(how_many: int, one: str, many: str) -> str:
    """Count things, ``{n}`` of them: ``1 invoice``, ``1,200 invoices``."""
    return trn(one, many, how_many, n=figure(how_many))


def documents(of: Kind, how_many: int) -> str:
    """Count documents of a kind: ``3 invoices``, ``1 credit note``."""
    if of == "invoice":
        return count(how_many, "{n} invoice", "{n} invoices")
    return count(how_many, "{n} credit note", "{n} credit notes")


def kind(of: Kind) -> str:
    """Say what a document is: ``invoice`` or ``credit note``."""
    match of:
        case "invoice":
            return tr("invoice")
        case "credit_note":
            return tr("credit note")
        case _:
            assert_never(of)


def status(of: Status) -> str:
    """Say a status: ``part paid``."""
    return tr(STATUS[of])


def ago(then: datetime | None, now: datetime) -> str:
    """Say how old something is: ``just now``, ``2 min ago``, ``5 days ago``."""
    if then is None:
        return tr("never")
    age = now - then
    if age < timedelta(minutes=1):
        return tr("just now")
    if age < timedelta(hours=1):
        return tr("{n} min ago", n=age // timedelta(minutes=1))
    if age < timedelta(days=2):
        return tr("{n} h ago", n=age // timedelta(hours=1))
    return trn("{n} day ago", "{n} days ago", age.days, n=figure(age.days))


def late(days: int) -> str:
    """Say how long an invoice is overdue: ``1 day late``, ``12 days late``."""
    return count(days, "{n} day late", "{n} days late")


def due(due_on: date | None, today: date) -> str:
    """Say when it is due, from *today*: ``due tomorrow``, ``3 days late``."""
    if due_on is None:
        return tr("no due date")
    match (due_on - today).days:
        case 0:
            return tr("due today")
        case 1:
            return tr("due tomorrow")
        case left if left < 0:
            return late(-left)
        case _:
            return tr("due {day}", day=day(due_on))

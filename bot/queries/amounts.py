"""Amounts and ages: ``>=250k jpy``, ``over 1000 eur``, ``100..500``, ``31-60``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import get_currency_precision

from bot.queries.model import Bound
from bot.queries.reader import Reader
from bot.queries.vocabulary import currency_code
from bot.queries.wording import either, tr

_MONEY = re.compile(
    r"(?P<before>[^\d\W]+|[^\w\s.,+-]+)?"
    r"(?P<digits>\d[\d.,']*)"
    r"(?P<scale>[km](?![^\W\d]))?"
    r"(?P<after>[^\d\s.,+-]+)?$"
)
_GROUPED = re.compile(r"\d{1,3}([.,'])\d{3}(?:\1\d{3})*$")
_SCALES = {"k": Decimal(1000), "m": Decimal(1_000_000), None: Decimal(1)}
_BUCKET = re.compile(r"(\d{1,3})-(\d{1,3})$")
_BUCKET_ABOVE = re.compile(r"(\d{1,3})\+$")


@dataclass(frozen=True, slots=True)
class Range:
    """From *low* to *high*, either of which may be open.

    *currency* is the one named beside the number; *is_age* says that days were meant.
    """

    low: Bound | None
    high: Bound | None
    currency: str | None = None
    is_age: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """A number as typed, and the currency beside it."""

    value: Decimal
    currency: str | None
    is_age: bool = False


def read_comparison(reader: Reader) -> Range | None:
    """Read a sign or word of comparison and the number it is about."""
    start = reader.pos
    token = reader.peek()
    sign = token.word if token.kind == "sign" else reader.value("compare")
    if sign is None:
        return None
    meaning = reader.meaning()
    reader.take(1 if token.kind == "sign" or meaning is None else meaning.length)
    money = _read_money(reader)
    if money is None:
        reader.pos = start
        return None
    return _compared(sign, money)


def read_range(reader: Reader, *, plain: bool = False) -> Range | None:
    """Read ``100..500 usd``, ``between 100 and 500``; *plain* also ``1500 eur``.

    A number alone is only read where nothing else could be meant (after a key).
    """
    start = reader.pos
    between = reader.value("bound") == "between"
    reader.take(1 if between else 0)
    low = _read_money(reader)
    joint = reader.peek()
    joined = joint.word == "and" if between else joint.kind == "dots"
    if low is not None and joined:
        reader.take()
        if high := _read_money(reader):
            return _spanned(reader, start, low, high)
    if low is not None and plain and not between:
        return _compared("=", low)
    reader.pos = start
    return None


def read_bucket(reader: Reader) -> Range | None:
    """Read a bucket of days late: ``31-60``, ``90+``."""
    text = reader.peek().word
    if match := _BUCKET_ABOVE.match(text):
        reader.take()
        return Range(Bound(Decimal(match[1]), strict=True), None, is_age=True)
    match = _BUCKET.match(text)
    if match is None or int(match[1]) > int(match[2]):
        return None
    reader.take()
    return Range(Bound(Decimal(match[1])), Bound(Decimal(match[2])), is_age=True)


def read_currency(reader: Reader) -> str | None:
    """Read a code, name or sign of a currency."""
    token = reader.peek()
    if token.kind != "word":
        return None
    code = reader.value("currency") or currency_code(reader.lexicon.words, token.word)
    if code:
        reader.take()
    return code


def _compared(sign: str, money: Money) -> Range:
    strict = Bound(money.value, strict=sign in ("<", ">"))
    low = strict if sign in (">", ">=", "=") else None
    high = strict if sign in ("<", "<=", "=") else None
    return Range(low, high, money.currency, money.is_age)


def _spanned(reader: Reader, start: int, low: Money, high: Money) -> Range:
    """Join both ends; a currency named once holds for both."""
    currency = low.currency or high.currency
    count = reader.pos - start
    if low.currency and high.currency and low.currency != high.currency:
        reader.pos = start
        raise reader.unclear(
            tr("The two amounts have different currencies."), count=count
        )
    if low.value > high.value:
        reader.pos = start
        text = f"{high.value:f}..{low.value:f} {currency or ''}".strip()
        raise reader.unclear(
            tr("The range ends before it starts."), count=count, fixes=[(text, text)]
        )
    return Range(
        Bound(low.value), Bound(high.value), currency, low.is_age or high.is_age
    )


def _read_money(reader: Reader) -> Money | None:
    """Read a number with its scale and currency, in one word or in several."""
    start = reader.pos
    if spelled := reader.value("number"):
        reader.take()
        return _with_unit(reader, Money(Decimal(spelled), None))
    before = None
    if reader.kind() == "currency" and reader.peek(1).word[:1].isdigit():
        before = read_currency(reader)
    match = _MONEY.match(reader.peek().word)
    if reader.peek().kind != "word" or match is None:
        reader.pos = start
        return None
    value = _number(reader, _joined_digits(reader, match)) * _SCALES[match["scale"]]
    for sign in (match["before"], match["after"]):
        if sign is None:
            continue
        if match["after"] == "d" and sign == "d":
            reader.take()
            return Money(value, None, is_age=True)
        code = currency_code(reader.lexicon.words, sign)
        if code is None or before not in (None, code):
            reader.pos = start
            return None
        before = code
    reader.take()
    if before is None and match["scale"] is None and _is_scale(reader):
        value *= _SCALES[reader.peek().word]
        reader.take()
    return _with_unit(reader, Money(value, before))


def _is_scale(reader: Reader) -> bool:
    return reader.peek().word in ("k", "m")


def _with_unit(reader: Reader, money: Money) -> Money:
    """Read the currency or the ``days`` after a number."""
    if money.currency is None and reader.value("unit") == "day":
        reader.take()
        return Money(money.value, None, is_age=True)
    if money.currency is None and reader.kind() == "currency":
        return Money(money.value, read_currency(reader))
    return money


def _joined_digits(reader: Reader, match: re.Match[str]) -> str:
    """Join ``1 500 000``: groups of three digits after a number of one to three."""
    digits = match["digits"]
    if match["scale"] or match["after"] or not re.fullmatch(r"\d{1,3}", digits):
        return digits
    while re.fullmatch(r"\d{3}", reader.peek(1).word):
        reader.take()
        digits += reader.peek().word
    return digits


def _number(reader: Reader, text: str) -> Decimal:
    """Read digits with either point; ask where one could be either.

    A single point or comma before exactly three digits groups thousands in some
    places and begins the fraction in others.
    """
    points = [char for char in text if not char.isdigit()]
    if len(points) == 1 and points[0] != "'" and _GROUPED.match(text):
        return Decimal(_settled(reader, text, points[0]))
    if not points or _GROUPED.match(text):
        return Decimal("".join(char for char in text if char.isdigit()))
    fraction_point = points[-1]
    whole, _, fraction = text.rpartition(fraction_point)
    rest = set(points[:-1])
    if fraction_point in rest or len(rest) > 1 or fraction_point == "'":
        raise reader.unclear(tr("`{text}` is no number I can read.", text=text))
    if rest and not _GROUPED.match(whole):
        raise reader.unclear(tr("`{text}` is no number I can read.", text=text))
    digits = "".join(char for char in whole if char.isdigit())
    return Decimal(f"{digits}.{fraction or '0'}")


def _settled(reader: Reader, text: str, point: str) -> str:
    """Read ``1.500`` as the configured number format says, or ask."""
    whole, _, rest = text.partition(point)
    form = reader.context.number_format
    if form is not None:
        return whole + rest if form[1] == point else f"{whole}.{rest}"
    token = reader.peek().raw
    options = list(_readings(whole, rest))
    fixes = [
        (
            _labelled(reader, number, text),
            token.replace(text, number) if text in token else number,
        )
        for number in options
    ]
    raise reader.unclear(
        tr(
            "Is `{text}` {labels}?",
            text=text,
            labels=either([f"[{label}]" for label, _ in fixes]),
        ),
        fixes=fixes,
        hint=tr(
            "Write {options} to skip this question.",
            options=either([f"`{each}`" for each in options]),
        ),
    )


def _labelled(reader: Reader, number: str, text: str) -> str:
    """Write a reading of *text* with the currency beside it, if one is named."""
    beside = reader.peek().word.replace(text, "").strip("km")
    words = reader.lexicon.words
    code = currency_code(words, beside) if beside else reader.value("currency", 1)
    if not code:
        return number
    value, digits = Decimal(number), get_currency_precision(code)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > digits:
        return f"{number} {code}"
    return f"{value:.{digits}f} {code}"


def _readings(whole: str, rest: str) -> Iterator[str]:
    yield str(int(whole + rest))
    fraction = rest.rstrip("0")
    # Three digits that end in none of zero stay three, so a fourth makes it plain.
    yield f"{whole}.{fraction + '0' if len(fraction) == 3 else fraction or '0'}"

"""Values of any type of ours for tests, full of what providers and people may write."""

import enum
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.queries.model import Query
from bot.tracking.events import Change
from bot.views.ids import AnswerRef
from providers.models import About, Reason, Status

HOSTILE = (
    "",
    "<!channel>",
    "<@U0AKIKO> <#C0BILLING|x> <https://example.com|y>",
    "x" * 5_000,
    "&" * 400,
    "<" * 90,
    "\u202eevil\u2066\u200b\x00\x07",
    "請求書の明細・株式会社テスト" * 30,
    "*bold* _it_ ~no~ `code`",
    "한국어 고객",
    "line\nbreak\r\n\ttab",
)
HUGE = Decimal("123456789012345.67")
TEXT = st.sampled_from(HOSTILE) | st.text(max_size=40)
AMOUNT = st.sampled_from(
    [Decimal(0), Decimal("0.01"), Decimal("-5.50"), Decimal("1234.567"), HUGE]
) | st.decimals(-(10**9), 10**12, places=2)
CURRENCY = st.sampled_from(["EUR", "JPY", "KWD", "KRW", "USD", "XXX"])
#: What is named in the configuration, and how providers name a document.
CONNECTION = st.sampled_from(["i3d", "swo", "tokyo-branch-2"])
ID = st.sampled_from(["1001", "INV-1000-0001", '"<!channel>"', "請求" * 20, "x" * 300])
#: Sentences of our own, in mrkdwn.
SENTENCE = st.sampled_from(["It is done.", "Slack answered `ratelimited`. " * 4])
DAY = st.dates(date(2019, 1, 1), date(2027, 12, 31))
MOMENT = st.datetimes(
    datetime(2019, 1, 1),  # noqa: DTZ001 - hypothesis wants it without a zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
MONTH = st.builds("{:04}-{:02}".format, st.integers(2019, 2026), st.integers(1, 12))
SLACK_ID = st.sampled_from(["C0BILLING", "U0AKIKO", "W0X"])


def _change() -> st.SearchStrategy[Change]:
    amounts = st.none() | AMOUNT.map(str)
    days = st.none() | DAY.map(date.isoformat)
    return st.one_of(
        st.builds(Change, st.sampled_from(["total", "tax"]), amounts, amounts),
        st.builds(Change, st.just("due_on"), days, days),
        st.builds(Change, st.sampled_from(["number", "lines"]), TEXT, TEXT),
        st.builds(Change, st.just("currency"), CURRENCY, CURRENCY),
    )


def _reason() -> st.SearchStrategy[Reason]:
    gives = {
        "status": st.sampled_from([each.value for each in Status]),
        "overdue": st.sampled_from(["0", "12"]),
    }
    day = st.none() | DAY.map(date.isoformat)
    seen = st.lists(st.tuples(TEXT, st.none() | TEXT), max_size=4).map(tuple)
    return st.sampled_from(get_args(About)).flatmap(
        lambda about: st.builds(
            Reason, st.just(about), TEXT, seen, gives.get(about, day)
        )
    )


#: Fields that are not any text: they come from Slack or from us.
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "currency": CURRENCY,
    "currencies": st.lists(CURRENCY, max_size=5, unique=True).map(tuple),
    "connection": CONNECTION,
    "connections": st.lists(CONNECTION, max_size=3, unique=True).map(tuple),
    "id": ID,
    "changes": st.lists(_change(), max_size=6, unique_by=lambda one: one.field).map(
        tuple
    ),
    "key": st.just("0f3a9c12ab34"),
    "events": st.lists(
        st.sampled_from(["issued", "amended", "overdue", "trouble"]), min_size=1
    ).map(tuple),
    "text": st.none() | TEXT.map(lambda text: text[:400]),
    "seller": st.none() | TEXT.map(lambda text: text[:400]),
    "customer": st.none() | TEXT.map(lambda text: text[:400]),
    "name": TEXT,
    "sentence": SENTENCE,
    "why": SENTENCE,
    "note": st.just("") | SENTENCE,
    "step": SENTENCE,
    "refusal": SENTENCE,
    "said": SENTENCE,
    "begun": SENTENCE,
    "problem": st.none() | TEXT,
    "title": st.sampled_from(["Digest", "News from LINE WORKS Tokyo"]),
    "period": st.none() | MONTH,
    "channel": SLACK_ID,
    "made_by": st.none() | SLACK_ID,
    "set_by": st.none() | SLACK_ID,
    "assignee": st.none() | SLACK_ID,
    "snoozed_by": st.none() | SLACK_ID,
    "acknowledged_by": st.none() | SLACK_ID,
    "by": SLACK_ID,
    "admins": st.lists(SLACK_ID, max_size=12),
    "cron": st.none() | st.just("0 9 * * mon-fri"),
    "command": st.sampled_from(["/unpaid", "/invoices 2021 8 swo by month"]),
    "address": st.none() | st.just("https://example.slack.com/archives/C0/p1"),
    "due_basis": st.sampled_from(["provider", "terms", None]),
    "digits": st.just(2),
    "filters": st.just(Query()),
    "query": st.just(Query()),
    "value": st.just('{"answer": "a key"}'),
    "again": st.booleans() | st.just(""),
    "invoices": st.integers(0, 300),
    "credit_notes": st.integers(0, 300),
    "count": st.integers(1, 300),
    "days": st.integers(0, 400),
}


@cache
def made(kind: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - a line a sort
    """Make a strategy for values of a type, as its annotations say."""
    origin, inside = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if origin is Literal:
        return st.sampled_from(inside)
    if origin in {Union, types.UnionType}:
        return st.one_of(*map(made, inside))
    if origin is typing.Annotated:
        return made(inside[0])
    if origin is tuple:
        if inside[-1] is Ellipsis:
            return _many(inside[0]).map(tuple)
        return st.tuples(*map(made, inside))
    if origin in {Sequence, list}:
        return _many(inside[0])
    if origin is frozenset:
        return st.frozensets(made(inside[0]), max_size=4)
    if origin in {Mapping, dict}:
        return st.dictionaries(*map(made, inside), max_size=4)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(list(kind))
    return built(kind)


def _many(kind: Any) -> st.SearchStrategy[Any]:
    """Make a few, or a few again and again, so that there are very many."""
    few = st.lists(made(kind), max_size=3)
    return st.tuples(few, st.sampled_from([1, 1, 7, 100])).map(
        lambda two: two[0] * two[1]
    )


def built(kind: Any, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Make a strategy that builds *kind* of all of its fields."""
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        names = [one.name for one in fields(kind) if one.init]
        assert all(one.default is not MISSING or one.init for one in fields(kind))
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        names = list(kind.__struct_fields__)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        short = st.text("abc-1", min_size=1, max_size=60)
        of_slack = st.text("abc-1", min_size=1, max_size=40)
        places = {"channel", "thread"} & kind.model_fields.keys()
        made = dict.fromkeys(kind.model_fields, short) | dict.fromkeys(places, of_slack)
        return st.builds(kind, **made | known)
    else:
        raise TypeError(f"nobody says how to make a {kind!r}")
    return st.builds(kind, **{name: _field(name, hints[name], known) for name in names})


def called(function: Any, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Make a strategy of what *function* returns, called with all its parameters."""
    hints = typing.get_type_hints(function)
    hints.pop("return")
    return st.builds(
        function, **{name: _field(name, hints[name], known) for name in hints}
    )


def _field(
    name: str, kind: Any, known: Mapping[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[Any]:
    if name in known:
        return known[name]
    named = NAMED.get(name)
    if named is not None and _is_simple(kind):
        return named
    return made(kind)


def _is_simple(kind: Any) -> bool:
    """Tell whether a type is one that `NAMED` speaks of: no list of whole values."""
    said = str(kind)
    whole = ("Invoice", "Event", "Baseline", "Explanation")
    return not any(each in said for each in whole)


_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(0, 400),
    bool: st.booleans(),
    float: st.floats(0, 1e12),
    type(None): st.none(),
    None: st.none(),
    Decimal: AMOUNT,
    date: DAY,
    datetime: MOMENT,
    timedelta: st.sampled_from([timedelta(minutes=15), timedelta(days=3)]),
    tzinfo: st.just(ZoneInfo("Europe/Amsterdam")),
    ZoneInfo: st.just(ZoneInfo("Europe/Amsterdam")),
    Change: _change(),
    Reason: _reason(),
    AnswerRef: st.just(AnswerRef(command="/unpaid")),
}

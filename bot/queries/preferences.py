"""From text to an order about settings that hold for everybody, or to nothing.

    order = ("/" | "!") "invoices settings" rest, or in a sentence "settings" rest
    rest  = nothing | "date-order" ("dmy" | "mdy") | "number-format" example
          | "fiscal-year" month | "terms" connection ("net"days | "none")
          | "backfill" year [connection] | "privacy" level [where]
    where = "in" channel | "everywhere"

``default`` in place of a value lets the configuration file count again.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process

from bot.queries.model import Context, KnownConnection, QueryError, Suggestion
from bot.queries.tokens import LONGEST, normalise
from bot.queries.wording import tr

Name = Literal[
    "date-order", "number-format", "fiscal-year", "terms", "backfill", "privacy"
]
NAMES: tuple[Name, ...] = (
    "date-order",
    "number-format",
    "fiscal-year",
    "terms",
    "backfill",
    "privacy",
)
#: In place of a channel: every channel that has no setting of its own.
EVERYWHERE = "everywhere"
#: In place of a value: as the configuration file says.
DEFAULT = "default"
LEVELS = ("full", "no-names", "counts")
#: The longest terms that anybody has, in days.
MOST_DAYS = 365

_ORDER = re.compile(
    r"\s*(?:<@[UWB][A-Z0-9]+(?:\|[^>]*)?>[\s:,]*|@\S+\s+)*"
    r"(?P<command>[/!]\s?invoices\s+)?settings\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CHANNEL = re.compile(r"<#(?P<id>[CGD][A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
_LEVEL_WORDS = {
    "full": "full",
    "all": "full",
    "no-names": "no_names",
    "no_names": "no_names",
    "nonames": "no_names",
    "counts": "counts",
    "count": "counts",
}
_FILLER = frozenset(("in", "for", "to", "of", "from", "since", "the", "="))


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """Say what holds, and where it comes from."""


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """Set *name* to *value*; `DEFAULT` is what the configuration file says.

    *about* is a connection (terms, backfill; empty: all that can), a channel's id or
    `EVERYWHERE` (privacy; empty: where it is typed).
    """

    name: Name
    value: str
    about: str = ""


SettingsOrder = ShowSettings | ChangeSetting


def setting_command(order: ChangeSetting) -> str:
    """Write *order* as a command that is read as the same order."""
    value = order.value
    match order.name:
        case "number-format" if value != DEFAULT:
            value = f'"{value}"'
        case "terms":
            said = value if value in {DEFAULT, "none"} else f"net{value}"
            return f"/invoices settings terms {order.about} {said}"
        case "backfill":
            return f"/invoices settings backfill {value} {order.about}".strip()
        case "privacy":
            value = value.replace("_", "-")
            if order.about == EVERYWHERE:
                return f"/invoices settings privacy {value} everywhere"
            if order.about:
                return f"/invoices settings privacy {value} in <#{order.about}>"
    return f"/invoices settings {order.name} {value}"


def parse_settings(text: str, *, context: Context) -> SettingsOrder | None:
    """Read an order about settings; ``None``: it is something else.

    Raises:
        QueryError: it is one, and says what cannot be set.
    """
    match = _ORDER.match(text)
    if match is None:
        return None
    rest = match["rest"][:LONGEST]
    channel = _CHANNEL.search(rest)
    if channel is not None:
        rest = f"{rest[: channel.start()]} {rest[channel.end() :]}"
    words = [
        word
        for word in re.findall(r"[^\s\"']+", normalise(rest).casefold())
        if word not in _FILLER
    ]
    if not words or words == ["help"]:
        return ShowSettings()
    name, values = words[0], words[1:]
    place = "" if channel is None else channel["id"].upper()
    if place and name != "privacy":
        raise _wrong(tr("Only `privacy` is set for a channel."), ("privacy counts",))
    if name in _READERS:
        return _READERS[name](values, place, context)
    near = process.extractOne(name, NAMES, score_cutoff=50)
    problem = tr("There is no setting `{name}`.", name=name)
    if near:
        closest = tr("Closest: `{word}`.", word=near[0])
        problem = f"{problem} {closest}"
    raise QueryError(
        problem,
        hint=tr(
            "Settings are {names}.", names=", ".join(f"`{each}`" for each in NAMES)
        ),
        suggestions=_suggestions([""]),
    )


def _date_order(values: list[str], _place: str, _context: Context) -> ChangeSetting:
    if len(values) == 1 and values[0] in {"dmy", "mdy", DEFAULT}:
        return ChangeSetting("date-order", values[0])
    raise _wrong(
        tr("`date-order` is `dmy` (03/04 is 3 April) or `mdy` (03/04 is 4 March)."),
        ("date-order dmy", "date-order mdy"),
    )


def _number_format(values: list[str], _place: str, _context: Context) -> ChangeSetting:
    if len(values) == 1 and values[0] in {"1,234.56", "1.234,56", DEFAULT}:
        return ChangeSetting("number-format", values[0])
    raise _wrong(
        tr(
            "`number-format` is how you write one and a bit thousand: `1,234.56` or "
            "`1.234,56`."
        ),
        ('number-format "1,234.56"', 'number-format "1.234,56"'),
    )


def _fiscal_year(values: list[str], _place: str, _context: Context) -> ChangeSetting:
    value = values[0] if len(values) == 1 else ""
    if value == DEFAULT or (number := _month(value)) is not None:
        kept = value if value == DEFAULT else str(number)
        return ChangeSetting("fiscal-year", kept)
    raise _wrong(
        tr("`fiscal-year` is the month in which your fiscal year begins."),
        ("fiscal-year april", "fiscal-year january"),
    )


def _month(value: str) -> int | None:
    """Read a month, by its number or the beginning of its name."""
    if value.isascii() and value.isdigit():
        return int(value) if 1 <= int(value) <= 12 else None
    found = [at for at, name in enumerate(MONTHS, 1) if name.lower().startswith(value)]
    return found[0] if len(found) == 1 and len(value) >= 3 else None


def _terms(values: list[str], _place: str, context: Context) -> ChangeSetting:
    names, rest = _connections(values, context)
    said = "".join(rest)
    days = re.fullmatch(r"(?:net)?(\d{1,3})(?:d|days?)?", said)
    value = said if said in {"none", DEFAULT} else ""
    if days is not None and 0 < int(days[1]) <= MOST_DAYS:
        value = str(int(days[1]))
    if len(names) != 1 or not value:
        name = names[0] if names else context.connections[0].name
        raise _wrong(
            tr(
                "`terms` takes one connection and the days from issue until an invoice "
                "is due, such as `net30`, or `none`."
            ),
            (f"terms {name} net30", f"terms {name} none"),
            hint=tr("Connections here: {names}.", names=_named(context.connections)),
        )
    return ChangeSetting("terms", value, names[0])


def _backfill(values: list[str], _place: str, context: Context) -> ChangeSetting:
    names, rest = _connections(values, context)
    this_year = context.today.year
    year = rest[0] if len(rest) == 1 else ""
    is_year = re.fullmatch(r"(?:19|20)\d\d", year) and int(year) <= this_year
    if is_year and len(names) < 2:
        return ChangeSetting("backfill", year, "".join(names))
    raise _wrong(
        tr("`backfill` takes the first year to read."), (f"backfill {this_year - 3}",)
    )


def _privacy(values: list[str], place: str, _context: Context) -> ChangeSetting:
    about = place
    if EVERYWHERE in values:
        values = [each for each in values if each != EVERYWHERE]
        about = about or EVERYWHERE
    said = "-".join(values)
    level = DEFAULT if said == DEFAULT else _LEVEL_WORDS.get(said)
    if level is None:
        raise _wrong(
            tr(
                "`privacy` is `full`, `no-names` (amounts, but nobody's name) or "
                "`counts` (only how many), for this channel, `in` another, or "
                "`everywhere`."
            ),
            tuple(f"privacy {each}" for each in LEVELS),
        )
    return ChangeSetting("privacy", level, about)


def _connections(values: list[str], context: Context) -> tuple[list[str], list[str]]:
    """Split the words into connections, however they are called, and the others."""
    known = {
        said.casefold().replace(" ", ""): each.name
        for each in reversed(context.connections)
        for said in (each.provider, each.label, each.name)
    }
    names, rest, at = [], [], 0
    while at < len(values):
        for length in (4, 3, 2, 1):
            name = known.get("".join(values[at : at + length]))
            if name is not None and at + length <= len(values):
                names.append(name)
                at += length
                break
        else:
            rest.append(values[at])
            at += 1
    return list(dict.fromkeys(names)), rest


def _named(connections: Iterable[KnownConnection]) -> str:
    return ", ".join(each.name for each in connections)


def _wrong(problem: str, right: Iterable[str], *, hint: str = "") -> QueryError:
    return QueryError(problem, hint=hint, suggestions=_suggestions(right))


def _suggestions(rest: Iterable[str]) -> tuple[Suggestion, ...]:
    commands = [f"/invoices settings {each}".strip() for each in rest]
    return tuple(Suggestion(each, each) for each in commands)


_READERS: dict[str, Callable[[list[str], str, Context], ChangeSetting]] = {
    "date-order": _date_order,
    "number-format": _number_format,
    "fiscal-year": _fiscal_year,
    "terms": _terms,
    "backfill": _backfill,
    "privacy": _privacy,
}

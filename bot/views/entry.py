"""A subscription in words: what is told, where, when and how."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.queries.model import Bound, Query
from bot.queries.orders import Attach, Follow
from bot.queries.times import words_of
from bot.queries.wording import mark, together, tr, trn
from bot.views import words
from bot.views.filters import filters_of
from bot.views.kit import outside

#: What is told of each kind: within a sentence, and as it begins.
_EVENTS = {
    "issued": (
        mark("new invoices and credit notes"),
        mark("New invoices and credit notes"),
    ),
    "overdue": (
        mark("overdue invoices (with reminders)"),
        mark("Overdue invoices (with reminders)"),
    ),
    "due_soon": (
        mark("invoices that are due soon"),
        mark("Invoices that are due soon"),
    ),
    "amended": (mark("amendments"), mark("Amendments")),
    "payment": (mark("payments"), mark("Payments")),
    "withdrawn": (mark("withdrawals"), mark("Withdrawals")),
    "trouble": (mark("trouble with a connection"), mark("Trouble with a connection")),
}
#: The times that have words of their own, as the words that are typed begin.
_TIMES = {
    "daily": mark("daily {time}"),
    "weekdays": mark("weekdays {time}"),
    "weekends": mark("weekends {time}"),
}
_DAYS = {
    "mondays": mark("mondays"),
    "tuesdays": mark("tuesdays"),
    "wednesdays": mark("wednesdays"),
    "thursdays": mark("thursdays"),
    "fridays": mark("fridays"),
    "saturdays": mark("saturdays"),
    "sundays": mark("sundays"),
}


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nothing is posted just now, what opens the channel, and since when."""

    why: str
    step: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A subscription as it is shown; moments are in the zone they are told in.

    *cron* is ``None`` for "as it is found"; *made_by* is a Slack id, ``None`` for one
    of the configuration file. *filters* selects by connection, kind, amount and text.
    """

    key: str
    channel: str
    events: tuple[str, ...]
    filters: Query
    cron: str | None
    made_by: str | None
    next_at: datetime | None = None
    last_post: datetime | None = None
    follow: Follow = "message"
    even_if_empty: bool = False
    attach: Attach | None = None
    paused: Pause | None = None

    @property
    def id(self) -> str:
        """The part of the key that people type."""
        return self.key[:8]


def what_of(entry: Entry, *, begins: bool = False) -> str:
    """Say what is told: ``payments of i3d, over 1,000 EUR``.

    With *begins* as a sentence begins.
    """
    said = _events(entry, begins=begins)
    query = entry.filters
    if query.connections:
        connections = ", ".join(query.connections)
        said = tr("{events} of {connections}", events=said, connections=connections)
    rest = filters_of(replace(query, minimum=None, maximum=None, currency=None))
    return ", ".join([said, *rest, *_amounts(query)])


def when_of(entry: Entry, *, every: timedelta) -> str:
    """Say when it is posted, and when next."""
    if entry.cron is None:
        return tr(
            "as they are found (the data is read every {span})", span=span_of(every)
        )
    said = _time_of(entry.cron)
    if entry.next_at is None:
        return said
    return tr(
        "{time} ({zone}), next on {moment}",
        time=said,
        zone=outside(str(entry.next_at.tzinfo), 60),
        moment=moment_of(entry.next_at),
    )


def _time_of(cron: str) -> str:
    """Say a cron line in words, where there are some."""
    typed = words_of(cron)
    if typed is None:
        return tr("by the cron line `{line}`", line=outside(cron, 100))
    first, _, rest = typed.partition(" ")
    if first in _TIMES:
        return tr(_TIMES[first], time=rest)
    if first == "every":
        number, unit = ["1", *rest.split()][-2:]
        return _every(int(number), unit)
    days, _, clock = typed.rpartition(" ")
    named = [tr(_DAYS[each]) for each in days.split(" and ")]
    return tr("{days} {time}", days=together(named), time=clock)


def _every(number: int, unit: str) -> str:
    if unit.startswith("minute"):
        return trn("every minute", "every {n} minutes", number, n=words.figure(number))
    return trn("every hour", "every {n} hours", number, n=words.figure(number))


def moment_of(when: datetime) -> str:
    """Say a moment: ``Mon 24 Nov 2025 at 09:00``."""
    return tr(
        "{weekday} {day} at {time}",
        weekday=words.weekday(when.date()),
        day=words.day(when.date()),
        time=words.clock(when),
    )


def place_of(channel: str) -> str:
    """Name a place: a link to the channel, or the direct message."""
    if channel.startswith(("D", "U", "W")):
        return tr("our direct message")
    return f"<#{channel}>"


def span_of(every: timedelta) -> str:
    """Say how often: ``15 minutes``, ``6 hours``, ``30 seconds``."""
    seconds = int(every.total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3_600, seconds // 86_400
    # One of them is "every day", without its number.
    if days and every == timedelta(days=days):
        return words.count(days, "day", "{n} days")
    if hours and every == timedelta(hours=hours):
        return words.count(hours, "hour", "{n} hours")
    if minutes and every == timedelta(minutes=minutes):
        return words.count(minutes, "minute", "{n} minutes")
    return words.count(seconds, "second", "{n} seconds")


def manner_of(entry: Entry) -> Iterator[str]:
    """Say how it is told, in sentences, where that is not as usual."""
    if entry.cron is not None and entry.even_if_empty:
        yield tr("When there is nothing to tell, it says so, with what is still owed.")
    elif entry.cron is not None:
        yield tr("When there is nothing to tell, nothing is posted.")
    if entry.attach is not None:
        yield tr(
            "Its invoices come in its thread as a file ({format}).",
            format=entry.attach.upper(),
        )
    if entry.follow == "thread":
        yield tr("What changes about an invoice later is told in its message's thread.")
    if entry.follow == "update":
        yield tr("What changes about an invoice later only updates the message.")


def _events(entry: Entry, *, begins: bool) -> str:
    kinds = [texts for each, texts in _EVENTS.items() if each in entry.events]
    if len(kinds) == len(_EVENTS):
        return (
            tr("Everything that happens") if begins else tr("everything that happens")
        )
    said = [tr(texts[begins and not at]) for at, texts in enumerate(kinds)]
    if len(said) < 2:
        return "".join(said)
    return tr("{some} and {last}", some=", ".join(said[:-1]), last=said[-1])


def _amounts(query: Query) -> Iterator[str]:
    low, high, currency = query.minimum, query.maximum, query.currency
    said = []
    if low is not None:
        amount = _figure(low, currency)
        over = mark("over {amount}") if low.strict else mark("at least {amount}")
        said.append(tr(over, amount=amount))
    if high is not None:
        amount = _figure(high, currency)
        under = mark("under {amount}") if high.strict else mark("at most {amount}")
        said.append(tr(under, amount=amount))
    if said:
        yield together(said)
    elif currency:
        yield tr("in {currency}", currency=currency)


def _figure(bound: Bound, currency: str | None) -> str:
    figure = words.figure(bound.value.normalize())
    if currency is None:
        return tr("{amount} in its own currency", amount=figure)
    return f"{figure} {currency}"

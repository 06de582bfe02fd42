"""What is missing or old in an answer, per connection, and what is done about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness, YearReading
from bot.queries.wording import tr, trn
from bot.views import words
from bot.views.kit import outside


def is_incomplete(freshness: Sequence[Freshness]) -> bool:
    """Tell whether `trouble_lines` says that something is missing."""
    return any(
        each.years or each.unread or each.begins or each.problem or each.as_of is None
        for each in freshness
    )


def trouble_lines(
    freshness: Sequence[Freshness], *, now: datetime, zone: ZoneInfo
) -> list[str]:
    """Say, per connection, what is missing or old, and what is being done about it."""
    lines = []
    for each in freshness:
        label = outside(each.label, 80)
        lines += [_year_line(year, label) for year in each.years]
        lines += _older_lines(each, label)
        if each.problem:
            lines.append(_problem_line(each, label, now, zone))
        elif each.as_of is None and each.reading:
            lines.append(
                tr(
                    "*Incomplete:* {connection} has not been read yet; it is being "
                    "read now.",
                    connection=label,
                )
            )
        elif each.as_of is None:
            lines.append(
                tr(
                    "*Incomplete:* {connection} has not been read yet; nothing of it "
                    "is here.",
                    connection=label,
                )
            )
        elif each.reading:
            lines.append(
                tr(
                    "{connection} is being read again; its figures are {age} old. This "
                    "answer is replaced when it is done.",
                    connection=label,
                    age=_age(each.as_of, now),
                )
            )
    return lines


def _older_lines(each: Freshness, label: str) -> list[str]:
    """Say which years of a connection are not here."""
    lines = []
    if each.unread:
        lines.append(
            trn(
                "*Incomplete:* {years} of {connection} has not been read yet; nothing "
                "of it is here.",
                "*Incomplete:* {years} of {connection} have not been read yet; nothing "
                "of it is here.",
                len(each.unread),
                years=", ".join(map(str, each.unread)),
                connection=label,
            )
        )
    if each.begins:
        lines.append(
            tr(
                "*Incomplete:* {connection} is read from {year} on. Name a year, such "
                "as `/invoices {before}`, to have it read.",
                connection=label,
                year=each.begins,
                before=each.begins - 1,
            )
        )
    return lines


def _year_line(reading: YearReading, label: str) -> str:
    """Say how far an older year has come, or what went wrong."""
    if reading.problem:
        return tr(
            "*Incomplete:* {year} of {connection} could not be read: it {problem}. Ask "
            "again to go on from there.",
            year=reading.year,
            connection=label,
            problem=outside(reading.problem, 300),
        )
    return trn(
        "*Incomplete:* Reading {year} from {connection}… {done} of {n} month.",
        "*Incomplete:* Reading {year} from {connection}… {done} of {n} months.",
        reading.of,
        year=reading.year,
        connection=label,
        done=reading.done,
        n=words.figure(reading.of),
    )


def _problem_line(each: Freshness, label: str, now: datetime, zone: ZoneInfo) -> str:
    problem = outside(each.problem or "", 300)
    if each.as_of is None:
        return tr(
            "*Incomplete:* {connection} {problem}; there are no figures of it yet.",
            connection=label,
            problem=problem,
        )
    local = each.as_of.astimezone(zone)
    return tr(
        "*Incomplete:* {connection} {problem}; its figures are from {moment} ({age} "
        "old).",
        connection=label,
        problem=problem,
        moment=f"{words.day(local.date())} {words.clock(local)}",
        age=_age(each.as_of, now),
    )


def _age(then: datetime, now: datetime) -> str:
    """Say how old figures are: ``less than a minute``, ``5 min``, ``2 days``."""
    age = now - then
    if age < timedelta(minutes=1):
        return tr("less than a minute")
    if age < timedelta(hours=1):
        return tr("{n} min", n=age // timedelta(minutes=1))
    if age < timedelta(days=2):
        return tr("{n} h", n=age // timedelta(hours=1))
    return words.count(age.days, "{n} day", "{n} days")

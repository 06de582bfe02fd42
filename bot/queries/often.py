"""Whether a subscription comes more often than there can be anything new."""

from datetime import timedelta
from typing import NamedTuple

from bot.queries.orders import Pace
from bot.queries.reader import Reader, UnclearError
from bot.queries.times import step_of
from bot.queries.wording import tr, trn


def too_often(reader: Reader, cron: str, count: int, pace: Pace) -> UnclearError:
    """Say that the *count* words before this place ask for too much, and what may."""
    smallest = _smallest(pace)
    return reader.unclear(
        tr(
            "The data is read every {pace}, so {step} would repeat itself. Smallest "
            "step: {smallest}.",
            pace=_minutes(pace.every),
            step=_minutes(step_of(cron)),
            smallest=smallest.length,
        ),
        count=count,
        fixes=[
            (smallest.label, smallest.typed),
            (tr("Weekdays 09:00"), "weekdays 09:00"),
        ],
    )


class _Step(NamedTuple):
    """A regular step: as it is typed, on a button, and how long it is."""

    typed: str
    label: str
    length: str


def _smallest(pace: Pace) -> _Step:
    """Name the shortest regular step that is not below that of the readings."""
    for minutes in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30):
        if timedelta(minutes=minutes) >= pace.every:
            return _Step(
                f"every {minutes} minutes",
                trn("Every {n} minutes", "Every {n} minutes", minutes, n=minutes),
                trn("{n} minutes", "{n} minutes", minutes, n=minutes),
            )
    for hours in (1, 2, 3, 4, 6, 8, 12):
        if timedelta(hours=hours) >= pace.every:
            return _Step(
                "every hour" if hours == 1 else f"every {hours} hours",
                tr("Every hour")
                if hours == 1
                else trn("Every {n} hour", "Every {n} hours", hours, n=hours),
                trn("{n} hour", "{n} hours", hours, n=hours),
            )
    return _Step("daily 09:00", tr("Daily 09:00"), tr("1 day"))


def _minutes(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return trn("{n} minute", "{n} minutes", minutes, n=f"{minutes:,}")

"""Whether a subscription comes more often than there can be anything new."""

from datetime import timedelta

from bot.queries.orders import Pace
from bot.queries.reader import Reader, UnclearError
from bot.queries.times import step_of


def too_often(reader: Reader, cron: str, count: int, pace: Pace) -> UnclearError:
    """Say that the *count* words before this place ask for too much, and what may."""
    smallest = _smallest(pace)
    label = f"{smallest[0].upper()}{smallest[1:]}"
    return reader.unclear(
        f"The data is read every {_minutes(pace.every)}, so {_minutes(step_of(cron))} "
        f"would repeat itself. Smallest step: {_hours(smallest)}.",
        count=count,
        fixes=[(label, smallest), ("Weekdays 09:00", "weekdays 09:00")],
    )


def _smallest(pace: Pace) -> str:
    """Name the shortest regular step that is not below that of the readings."""
    for minutes in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30):
        if timedelta(minutes=minutes) >= pace.every:
            return f"every {minutes} minutes"
    for hours in (1, 2, 3, 4, 6, 8, 12):
        if timedelta(hours=hours) >= pace.every:
            return "every hour" if hours == 1 else f"every {hours} hours"
    return "daily 09:00"


def _minutes(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return "1 minute" if minutes == 1 else f"{minutes:,} minutes"


def _hours(step: str) -> str:
    return {"every hour": "1 hour", "daily 09:00": "1 day"}.get(
        step, step.removeprefix("every ")
    )

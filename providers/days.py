"""A provider's moments as days in a connection's zone. Imports nothing of ours."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

#: ERP systems write "no date" as the first day of their calendar (1753-01-01, or
#: 0001-01-01). Source: SoftwareOne documentation, credit memo line periods.
FIRST_YEAR = 1900

_DAY_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{4})", re.ASCII)
_DIGITS = re.compile(r"-?\d{1,12}", re.ASCII)
_UTC_KEYS = ("UTC", "Etc/UTC")


def day_of(text: str | None, *, zone: ZoneInfo) -> date | None:
    """Read the day of an ISO 8601 *text* in *zone*; ``None`` where it is no date.

    Takes seven-digit fractions (cut to six) and text without a time zone, which is
    taken as *zone*'s own time. Days before 1900 are no dates.
    """
    if not text:
        return None
    try:
        # Most texts are UTC moments read in UTC: their day is their first ten letters.
        if zone.key in _UTC_KEYS and text.endswith(("Z", "+00:00")):
            day = date.fromisoformat(text[:10])
        else:
            moment = datetime.fromisoformat(text)
            day = (moment.astimezone(zone) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None
    return day if day.year >= FIRST_YEAR else None


def day_of_seconds(seconds: int, *, zone: ZoneInfo) -> date | None:
    """Turn Unix *seconds* into a day in *zone*; ``None`` for zero and nonsense."""
    if seconds <= 0:
        return None
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return moment.astimezone(zone).date()
    except OverflowError:
        return None


def any_day(value: int | str | None, *, zone: ZoneInfo) -> date | None:
    """Read a day that is Unix seconds, ISO 8601, or ``DD-MM-YYYY``; never month first.

    Source: i3D.net, list rows (integers), details (texts of no stated format), and
    the day-first form of its version 2.
    """
    if value is None or isinstance(value, int):
        return None if value is None else day_of_seconds(value, zone=zone)
    text = value.strip()
    if _DIGITS.fullmatch(text):
        return day_of_seconds(int(text), zone=zone)
    if match := _DAY_FIRST.fullmatch(text):
        text = f"{match[3]}-{match[2]}-{match[1]}"
    return day_of(text, zone=zone)

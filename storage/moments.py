"""Moments as text: UTC, to the millisecond, so that the order of texts is theirs."""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """Write *moment* as ``2026-11-21T09:00:00.000Z``."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def to_moment(text: str) -> datetime:
    """Read what `to_text` wrote."""
    return datetime.fromisoformat(text)

"""What changed lately: how SoftwareOne is asked for it, and whether it listened."""

from datetime import UTC, datetime

import msgspec

from providers.softwareone.wire import Moment, Part


class Life(Part):
    """When a document was made and last changed."""

    created: Moment | None = None
    updated: Moment | None = None


class Dated(Part):
    """The part of a document that the filter looks at."""

    audit: Life | None = None


DATED = msgspec.json.Decoder(Dated)


def to_filter(moment: datetime) -> str:
    """Write the filter for what was made or changed at *moment* or later.

    One that never changed need not have a time of change ("if applicable"), so that of
    its making counts too. Moments are UTC with exactly three digits and a Z; `audit`
    has to be selected beside it. Sources: Billing API, audit; Resource query language.
    """
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    text = text.replace("+00:00", "Z")
    return f"or(ge(audit.updated.at,{text}),ge(audit.created.at,{text}))"


def is_since(document: bytes, moment: datetime) -> bool:
    """Tell whether *document* fits the filter; one that states no time may."""
    try:
        audit = DATED.decode(document).audit or Life()
    except msgspec.DecodeError:
        return True  # it is not read here that it is unreadable
    stated = [_read(one) for one in (audit.created, audit.updated)]
    # Milliseconds are all that was asked for.
    asked = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    found = [one for one in stated if one is not None]
    return not found or max(found) >= asked


def _read(moment: Moment | None) -> datetime | None:
    try:
        read = datetime.fromisoformat((moment and moment.at) or "")
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)

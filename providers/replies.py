"""What an HTTP reply means: a status as an error, a body as values. No I/O here."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from providers.base import Unreadable
from providers.errors import (
    BadReplyError,
    BusyError,
    NotThereError,
    ProviderError,
    RefusedError,
    SignedOutError,
)

T = TypeVar("T")

#: Writes the row that is kept; numbers stay numbers, with every digit.
ROWS = msgspec.json.Encoder(decimal_format="number")

#: Waiting may mend these. A plain 500 is among them: all three providers send it for
#: passing troubles (LINE WORKS, error codes; i3D.net and SoftwareOne, API documents).
BUSY = frozenset({408, 425, 429, *range(500, 600)} - {501, 505})
CREDENTIALS = frozenset({401, 403})
NOT_THERE = frozenset({404, 410})

#: The reasons of a status in a provider's own terms, after its number.
Words = Mapping[int, str]


def status_error(
    connection: str,
    status: int,
    *,
    headers: Mapping[str, str],
    words: Words,
    now: datetime,
) -> ProviderError | None:
    """Tell what a reply's *status* means for the asker; ``None`` for success.

    The reply's body is never part of it. *words* explain a status where the provider's
    documents give the usual reason.
    """
    if 200 <= status < 300:
        return None
    detail = _sentence(status) + (f": {words[status]}" if status in words else "")
    if status in BUSY:
        wait = asked_wait(headers, now=now)
        return BusyError(connection, detail, wait_seconds=wait)
    if status in CREDENTIALS:
        return SignedOutError(connection, detail)
    if status in NOT_THERE:
        return NotThereError(connection, detail)
    if 400 <= status < 600:
        return RefusedError(connection, detail)
    return BadReplyError(connection, detail)


def _sentence(status: int) -> str:
    if status in CREDENTIALS:
        return f"refused the key ({status})"
    if status in NOT_THERE:
        return f"says there is no such thing ({status})"
    if status == 429:
        return "asks for fewer requests (429)"
    if status in BUSY:
        return f"answered {status}"
    if 300 <= status < 400:
        return f"sent us to another address ({status})"
    return f"refused the request ({status})"


def asked_wait(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Read how many seconds the provider asks to wait; ``None`` where it does not.

    ``Retry-After`` holds seconds or a date (RFC 9110, 10.2.3); ``rateLimit-reset``
    holds seconds (LINE WORKS, rate limits).
    """
    for name in ("retry-after", "ratelimit-reset"):
        text = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,6}(\.\d+)?", text, re.ASCII):
            return float(text)
        if name == "retry-after" and (moment := http_date(text)) is not None:
            return max(0.0, (moment - now).total_seconds())
    return None


def http_date(text: str) -> datetime | None:
    """Read a date as HTTP writes it (RFC 9110, 5.6.7); ``None`` for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def decode(connection: str, body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Read *body* as the JSON that *decoder* knows.

    Raises:
        BadReplyError: it is no JSON, is cut short, or has another shape.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        # The wrong shape shows before the missing end of a reply that was cut short.
        problem = shape_problem(error) if _is_whole(body) else None
        raise BadReplyError(
            connection,
            f"answered with JSON of another shape: {problem}"
            if problem
            else _not_json(body),
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadReplyError(connection, _not_json(body)) from None


def _is_whole(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _not_json(body: bytes) -> str:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        return "answered with nothing instead of data"
    if start == b"<":
        return "answered with a web page instead of data"
    if start in b"{[":
        return "answered with JSON that is cut short or broken"
    return "answered with something else instead of data"


def shape_problem(error: msgspec.ValidationError) -> str:
    """Say where a document differs: ``$.totalAmount: expected int, got str``.

    The message names types and our own field names, never a value.
    """
    what, _, path = str(error).replace("`", "").partition(" - at ")
    what = what[:1].lower() + what[1:]
    what = re.sub(r"(invalid enum value|object contains unknown field).*", r"\1", what)
    return f"{path or '$'}: {what}"


def read_document(document: bytes, decoder: msgspec.json.Decoder[T]) -> T | Unreadable:
    """Read one *document* of a list; a wrong one spoils no other."""
    try:
        return decoder.decode(document)
    except msgspec.ValidationError as error:
        return Unreadable(shape_problem(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Unreadable("$: it is no JSON")

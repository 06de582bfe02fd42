"""What a Web API method is, and paging through lists."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.slack.call import Call
from sandbox.slack.errors import SlackError

Answer = dict[str, Any]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Method:
    """A handler and the scopes of which one must be granted (none: any token)."""

    handle: Callable[[Call], Answer]
    scopes: tuple[str, ...] = ()


def cut_page(
    items: Sequence[Item], call: Call, *, usual: int, most: int
) -> tuple[list[Item], str]:
    """Return the page a cursor asks for, and the cursor of the next one or "".

    Raises:
        SlackError: The cursor is not one of ours, or the limit is out of range.
    """
    start = _read_cursor(call.text("cursor"))
    limit = call.number("limit", usual, most=most)
    page = list(items[start : start + limit])
    more = start + limit < len(items)
    return page, _write_cursor(start + limit) if more else ""


def _write_cursor(start: int) -> str:
    return base64.b64encode(f"offset:{start}".encode()).decode()


def _read_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise SlackError("invalid_cursor") from error
    if word != "offset" or not start.isdecimal():
        raise SlackError("invalid_cursor")
    return int(start)

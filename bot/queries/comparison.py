"""Two periods beside each other: ``compare October with September``, ``2025 vs 2024``.

comparison = "compare" side | ("vs" | "versus" | "compared with" | "against") side
           | after "compare": ("with" | "to" | "and") side
side       = point [".." point] | since | until
"""

from bot.queries.draft import Draft
from bot.queries.model import Period
from bot.queries.periods import read_period
from bot.queries.points import read_point
from bot.queries.reader import Reader

#: What stands between two periods after "compare", where it says nothing else.
_JOINING = ("with", "to", "and")


def read_versus(reader: Reader, draft: Draft) -> bool:
    """Read "compare" and what follows it, or what a period is compared with."""
    start = reader.pos
    value = reader.value("versus")
    if value == "compare":
        reader.take()
        draft.comparing = True
        if first := _read_side(reader):
            draft.set_period(reader, start, first)
        return True
    joined = draft.comparing and reader.peek().word in _JOINING
    if value is None and not (joined and draft.compared is None):
        return False
    meaning = reader.meaning()
    reader.take(meaning.length if value and meaning else 1)
    second = _read_side(reader)
    if second is None:
        reader.pos = start
        return False
    draft.set_once(reader, start, "compared", second)
    return True


def _read_side(reader: Reader) -> Period | None:
    """Read a period; "to" joins two of them here, and no range."""
    start = reader.pos
    _pass_over(reader)
    first = reader.pos
    if reader.value("bound"):
        period = read_period(reader)
    elif span := read_point(reader, backward=True):
        period = Period(span.first, span.last, span.whole)
        if reader.peek().kind == "dots":
            reader.pos = first
            period = read_period(reader)
    else:
        period = None
    if period is None:
        reader.pos = start
    return period


def _pass_over(reader: Reader) -> None:
    """Pass over "the invoices of" and the like."""
    while meaning := reader.meaning():
        said_in_chat = reader.chatty and meaning.kind == "chat"
        if meaning.kind != "filler" and meaning.value != "in" and not said_in_chat:
            return
        reader.take(meaning.length)

"""The frozen day and connections that all samples are about."""

from datetime import date

from bot.queries.model import Context, KnownConnection, Query, QueryError
from bot.queries.parse import parse_query

CONTEXT = Context(
    today=date(2025, 11, 21),
    connections=(
        KnownConnection("swo", "SoftwareOne", "softwareone"),
        KnownConnection("lw", "LINE WORKS", "lineworks"),
        KnownConnection("i3d", "i3D.net", "i3dnet"),
    ),
    oldest=date(2019, 3, 1),
    newest=date(2025, 11, 20),
    fiscal_year_start=4,
)


def read(text: str, context: Context = CONTEXT) -> Query:
    """Parse *text* on the frozen day."""
    return parse_query(text, context=context)


def read_or_none(text: str, context: Context = CONTEXT) -> Query | None:
    """Parse *text* on the frozen day; nothing if it is refused."""
    try:
        return read(text, context)
    except QueryError:
        return None

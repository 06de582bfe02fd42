"""`duebot events`: what happened, and by which deliveries it is told."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands import StopError
from bot.commands.deliveries import clock
from bot.commands.terminal import WIDTH, unmarked
from bot.settings import Settings, config_path, read_settings
from bot.tracking.events import Baseline, InvoiceEvent, Trouble, from_json
from bot.views.kit import plain
from bot.views.notice import baseline_line, event_line, trouble_line
from storage import deliveries, events
from storage.events import StoredEvent
from storage.moments import to_text
from storage.reader import reading


def print_events(
    config: Path | None,
    *,
    connection: str | None,
    number: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Print the newest events first, of one connection or of one invoice number."""
    settings = read_settings(config_path(config))
    known = [each.name for each in settings.connections]
    with reading(settings.database) as db:
        found = events.latest(db, connection=connection, number=number, limit=limit)
        told = deliveries.telling(db, [each.id for each in found])
    if connection is not None and connection not in known and not found:
        raise StopError(
            f'there is no connection "{connection}"; there is {", ".join(known)}.',
            code=2,
        )
    if as_json:
        document = {"events": [to_document(each, told[each.id]) for each in found]}
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return 0
    _print(found, told, settings=settings)
    return 0


def to_document(event: StoredEvent, told: list[str]) -> dict[str, object]:
    """Write an event as JSON has it; *told* are the ids of its deliveries.

    What the event says (``detail``) is as it was when it happened.
    """
    detail = msgspec.json.decode(event.payload, type=dict[str, object])
    detail.pop("event", None)
    return {
        "id": event.id,
        "event": event.kind,
        "connection": event.connection,
        "happened_at": to_text(event.happened_at),
        "detail": detail,
        "deliveries": told,
    }


def _print(
    found: list[StoredEvent], told: dict[int, list[str]], *, settings: Settings
) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    if not found:
        console.print("Nothing happened yet, or nothing like it.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Event", "When", "Connection"):
        table.add_column(heading, no_wrap=True)
    table.add_column("What", overflow="fold")
    table.add_column("Deliveries", overflow="fold")
    labels = {each.name: each.label for each in settings.connections}
    today = datetime.now(UTC).astimezone(settings.bot.timezone).date()
    for each in found:
        table.add_row(
            str(each.id),
            clock(each.happened_at, settings.bot.timezone),
            Text(plain(each.connection, 40)),
            Text(describe(from_json(each.payload), today=today, labels=labels)),
            "\n".join(told[each.id]) or "–",
        )
    console.print(table)


def describe(event: InvoiceEvent, *, today: date, labels: dict[str, str]) -> str:
    """Say in a line of plain text what happened."""
    match event:
        case Baseline():
            line = baseline_line(event, labels=labels)
        case Trouble():
            line = trouble_line(event, labels=labels)
        case _:
            line = event_line(event, today=today)
    return plain(unmarked(line), 600)

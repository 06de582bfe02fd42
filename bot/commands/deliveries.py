"""`duebot deliveries`: what was to be told, and what became of it."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands import StopError
from bot.commands.terminal import WIDTH
from bot.settings import config_path, read_settings
from bot.views.kit import plain
from storage import deliveries, outbox
from storage.deliveries import Delivery
from storage.moments import to_text
from storage.reader import reading
from storage.store import Store

log = structlog.get_logger(__name__)


def print_deliveries(
    config: Path | None,
    *,
    uncertain: bool,
    channel: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Print the newest deliveries first, or only those nobody can be sure of."""
    settings = read_settings(config_path(config))
    with reading(settings.database) as db:
        found = deliveries.find(
            db,
            state="uncertain" if uncertain else None,
            channel=channel,
            limit=limit,
        )
    if as_json:
        document = {"deliveries": [to_document(each) for each in found]}
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return 0
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    if found:
        console.print(_table(found, zone=settings.bot.timezone))
    else:
        console.print("No uncertain delivery." if uncertain else "No delivery.")
    return 0


async def settle(
    config: Path | None, delivery: str, *, sent: bool, ts: str | None
) -> int:
    """Settle an uncertain delivery as a person has found out, also beside a bot."""
    settings = read_settings(config_path(config))
    with reading(settings.database):
        pass  # there has to be one
    store = Store(settings.database)
    try:
        was = await store.run_aside(
            outbox.settle_by_hand, delivery, sent=sent, ts=ts, now=datetime.now(UTC)
        )
    finally:
        store.close()
    if was is None:
        raise StopError(
            f"there is no delivery {delivery}; duebot deliveries --uncertain lists "
            "those that can be settled.",
            code=2,
        )
    if was != "uncertain":
        raise StopError(
            f"delivery {delivery} is {was}, not uncertain, and stays as it is.", code=2
        )
    said = "posted" if sent else "to be sent again"
    log.info("delivery settled by hand", delivery=delivery, settled=said)
    end = "" if sent else " A running bot sends it within a second or two."
    sys.stdout.write(f"{delivery} counts as {said} from now on.{end}\n")
    return 0


def to_document(delivery: Delivery) -> dict[str, object]:
    """Write a delivery as JSON has it: moments as text."""
    return {
        ("delivery" if name == "id" else name): (
            to_text(value) if isinstance(value, datetime) else value
        )
        for name, value in asdict(delivery).items()
    }


def _table(found: list[Delivery], *, zone: ZoneInfo) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("Delivery", "Channel", "Kind", "State", "Planned", "Posted"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Tries", justify="right")
    table.add_column("Events", justify="right")
    table.add_column("Why", overflow="fold")
    for each in found:
        table.add_row(
            each.id,
            Text(plain(each.channel, 20)),
            each.kind,
            each.state,
            clock(each.created_at, zone),
            "–" if each.posted_at is None else clock(each.posted_at, zone),
            f"{each.attempts:,}",
            f"{len(each.events):,}",
            Text(plain(each.error or "", 200)),
        )
    return table


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Say day and time of *moment* by the clock of *zone*."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"

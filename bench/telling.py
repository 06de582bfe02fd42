"""From 10,000 events to deliveries that can be posted (goal N1).

Run it with ``python -m bench.telling``; it prints the figures of each round.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlite_utils import Database

from bench.measure import Row, under
from bench.processes import worked
from bot.flows.digest import plan_digests
from bot.flows.news import News
from bot.jobs import next_run_in
from bot.tracking.events import Issued, Overdue, event_kind, to_json
from providers.models import Status
from storage import cursors, events, outbox, subscriptions
from storage.store import Store
from storage.subscriptions import Filters, Manner, Wish

ROUNDS, EVENTS, PAGE = 3, 10_000, 100
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ALL = ("issued", "amended", "payment", "due_soon", "overdue", "withdrawn", "trouble")
#: Everything at once, the large ones, what mentions a word, a digest with a file.
WISHES = (
    Wish("C1", ALL),
    Wish("C2", ALL, filters=Filters(currency="EUR", minimum=Decimal(5_000))),
    Wish("C3", ("issued",), filters=Filters(seller="number 7")),
    Wish("C4", ALL, cron="0 9 * * *", manner=Manner(attach="xlsx")),
)


async def telling_rows() -> list[Row]:
    """Measure in a process of its own."""
    figures = await worked(("bench.telling",))
    seconds = [figures[f"round{n}"] for n in range(ROUNDS)]
    what = f"{EVENTS:,} events become deliveries, 4 subscriptions"
    return [under("N1", what, "s", ours=seconds, limit=10.0)]


def main() -> None:
    """Measure, and print the figures."""
    figures = {f"round{n}": asyncio.run(_round()) for n in range(ROUNDS)}
    print(json.dumps(figures))


async def _round() -> float:
    happened = [_event(number) for number in range(EVENTS)]
    with tempfile.TemporaryDirectory(prefix="duebot-bench-") as folder:
        store = Store(Path(folder) / "duebot.db")
        try:
            return await _planned(store, happened)
        finally:
            store.close()


async def _planned(store: Store, happened: Sequence[Issued | Overdue]) -> float:
    """Store and plan events page by page, as a sync does; tell how long it took."""
    news = News(connections=["swo"], now=lambda: NOW, budget=12)
    await store.run(subscriptions.put_configured, WISHES, now=NOW)
    await store.run(cursors.attempted, "swo", provider="softwareone", now=NOW)
    began = time.perf_counter()
    for start in range(0, EVENTS, PAGE):
        await store.run(_page, news, happened[start : start + PAGE], start)
    await store.run(news.release, "swo", 1)
    tomorrow = NOW + timedelta(days=1)
    await plan_digests(store, now=tomorrow, next_run=next_run_in(UTC))
    seconds = time.perf_counter() - began
    told = store.read(_told)
    if told["C1"] != EVENTS or told["C4"] != EVENTS or store.read(outbox.held):
        raise RuntimeError(f"not every event became part of a delivery: {told}")
    return seconds


def _page(
    db: Database, news: News, page: Sequence[Issued | Overdue], start: int
) -> None:
    for number, event in enumerate(page, start):
        stored = events.append(
            db,
            kind=event_kind(event),
            connection=event.connection,
            invoice_key=None,
            run=1,
            once_key=f"event {number}",
            happened_at=NOW,
            payload=to_json(event),
        )
        if stored is not None:
            news.plan_event(db, stored, event)


def _told(db: Database) -> dict[str, int]:
    rows = db.execute(
        "select o.channel, count(distinct e.event) from outbox o "
        "join outbox_events e on e.delivery = o.id group by o.channel"
    )
    return dict(rows.fetchall())


def _event(number: int) -> Issued | Overdue:
    total = Decimal(number)
    make = Overdue if number % 3 == 0 else Issued
    return make(
        connection="swo",
        provider="softwareone",
        id=f"INV-{number:07}",
        number=f"DE-PSI-{number:07}",
        kind="invoice",
        currency="EUR",
        total=total,
        balance=total,
        due_on=date(2026, 11, 20),
        issued_on=date(2026, 10, 20),
        status=Status.UNPAID,
        counterparty=f"Seller number {number % 50}",
        has_pdf=False,
    )


if __name__ == "__main__":
    main()

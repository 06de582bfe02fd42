"""Syncs beside a bare fetch of the same pages (goals C1, C2, C3, C5 and C6)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.measure import Row, row, under
from bench.processes import REST, Server, serving, worked
from bench.setting import write_config

DELAY_MS = 50
IN_FLIGHT = 4

Figures = dict[str, float]


@dataclass(slots=True)
class Costs:
    """What every round cost, by what was done."""

    fetch: list[Figures] = field(default_factory=list)
    fetch_async: list[Figures] = field(default_factory=list)
    first: list[Figures] = field(default_factory=list)
    again: list[Figures] = field(default_factory=list)
    changed: list[Figures] = field(default_factory=list)


@asynccontextmanager
async def billing(invoices: int, *, delay_ms: int = 0) -> AsyncIterator[Server]:
    """Serve that many invoices while inside."""
    sizes = ("--invoices", str(invoices), "--delay-ms", str(delay_ms))
    async with serving(("bench.mock_api", *sizes), processor=REST) as server:
        yield server


async def sync_rows(
    api: Server, folder: Path, *, invoices: int, rounds: int
) -> list[Row]:
    """Measure first, unchanged and slightly changed syncs; leaves a full database."""
    costs = Costs()
    for _ in range(rounds):
        await _round(api, folder, costs)
    _require(costs, invoices)
    return _rows(costs, invoices)


async def fill(api: Server, folder: Path) -> Path:
    """Sync once into a new database; give the configuration."""
    config = write_config(folder, api_port=api.port)
    _drop_database(folder)
    await worked(("bench.one_sync", str(config)))
    return config


async def latency_rows(folder: Path, *, invoices: int, rounds: int) -> list[Row]:
    """Measure an unchanged sync of an API that takes 50 ms for each request."""
    walls, ideals = [], []
    async with billing(invoices, delay_ms=DELAY_MS) as api:
        config = await fill(api, folder)
        for _ in range(rounds):
            cost = await worked(("bench.one_sync", str(config)))
            walls.append(cost["wall"])
            ideals.append(cost["requests"] * DELAY_MS / 1000 / IN_FLIGHT)
    what = f"wall time, {DELAY_MS} ms a request, {invoices:,} unchanged"
    ideal = f"requests × {DELAY_MS} ms / {IN_FLIGHT}"
    return [row("C6", what, "s", ours=walls, peer=ideals, peer_name=ideal, at_most=1.1)]


async def _round(api: Server, folder: Path, costs: Costs) -> None:
    url = f"http://127.0.0.1:{api.port}/public/v1"
    sync = ("bench.one_sync", str(write_config(folder, api_port=api.port)))
    _drop_database(folder)
    costs.fetch.append(await worked(("bench.peers.fetch", url, "--client", "sync")))
    costs.first.append(await worked(sync))
    costs.fetch_async.append(
        await worked(("bench.peers.fetch", url, "--client", "async"))
    )
    costs.again.append(await worked(sync))
    async with httpx.AsyncClient(timeout=120) as client:
        await client.post(f"{url}/change")
        costs.changed.append(await worked(sync))
        await client.post(f"{url}/change")


def _drop_database(folder: Path) -> None:
    for old in folder.glob("duebot.db*"):
        old.unlink()


def _require(costs: Costs, invoices: int) -> None:
    """See that the syncs did what they are measured for."""
    for each in (*costs.first, *costs.again, *costs.changed):
        if each["fetched"] != invoices:
            raise RuntimeError(f"a sync read {each['fetched']} of {invoices} invoices")
    if any(each["payment"] for each in (*costs.first, *costs.again)):
        raise RuntimeError("a sync of unchanged invoices found payments")
    if any(each["payment"] != invoices // 100 for each in costs.changed):
        raise RuntimeError("a sync of changed invoices missed payments")


def _rows(costs: Costs, invoices: int) -> list[Row]:
    fetch, fetch_async = _cpu(costs.fetch), _cpu(costs.fetch_async)
    first, again, changed = _cpu(costs.first), _cpu(costs.again), _cpu(costs.changed)
    peaks = [each["peak"] for each in (*costs.first, *costs.again, *costs.changed)]
    size = f"{invoices:,}"
    plain, other = "httpx.Client", "httpx.AsyncClient"
    return [
        row("C1", f"CPU, {size} unchanged", "s",
            ours=again, peer=fetch, peer_name=plain, at_most=2.0),
        row("C1", f"CPU, {size} unchanged", "s",
            ours=again, peer=fetch_async, peer_name=other, at_most=2.0),
        row("C2", f"CPU, 1 % of {size} changed", "s",
            ours=changed, peer=again, peer_name="unchanged", at_most=1.15),
        row("C3", f"CPU, first sync of {size}", "s",
            ours=first, peer=fetch, peer_name=plain, at_most=9.0),
        row("C3", f"CPU, first sync of {size}", "s",
            ours=first, peer=fetch_async, peer_name=other, at_most=9.0),
        under("C5", f"peak memory, {size}", "MB", ours=[max(peaks)], limit=120.0),
    ]  # fmt: skip


def _cpu(figures: list[Figures]) -> list[float]:
    return [each["cpu"] for each in figures]

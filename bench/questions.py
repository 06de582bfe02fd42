"""Questions over signed HTTP, beside bare Bolt (goals S1 to S4 and H1)."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.load import Asked, dial, heavy, in_turn, months, on_schedule, saturate
from bench.measure import Row, cpu_seconds, per_round, percentile, row, under
from bench.processes import Server, serving
from bench.setting import environ, write_config
from bench.slack import Slack

CONCURRENT = 8
PER_SECOND = 20.0

#: The peers: bare Bolt with a query and 50 blocks, and one that does nothing at all.
PBR, DEFAULT, EMPTY = "query-http-pbr", "query-http", "ack-http"


@asynccontextmanager
async def bot(
    slack: Slack, config: Path, *, ready: str = "sync ended"
) -> AsyncIterator[Server]:
    """Run ``duebot run`` while inside, once its first sync is over."""
    command = ("bot", "run", "--config", str(config))
    async with serving(command, environ=environ(slack.url)) as server:
        ended = await server.wait_for(ready)
        if not ended.get("ok", True):
            raise RuntimeError(f"the bot's first sync failed: {ended.get('error')}")
        yield server


@asynccontextmanager
async def peer(slack: Slack, kind: str, folder: Path) -> AsyncIterator[Server]:
    """Run a bare Bolt app while inside."""
    command = ["bench.peers.bolt", kind, "--slack", slack.url]
    if kind.startswith("query"):
        command += ["--database", str(folder / "duebot.db")]
    async with serving(command, environ=environ(slack.url)) as server:
        yield server


async def question_rows(
    slack: Slack, config: Path, *, rounds: int, seconds: float
) -> list[Row]:
    """Measure questions about a full database."""
    folder = config.parent
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(bot(slack, config))
        peers = [
            await stack.enter_async_context(peer(slack, kind, folder))
            for kind in (PBR, DEFAULT, EMPTY)
        ]
        servers = [ours, *peers]
        await _warm_up(servers)
        costs = [await _cpu_of_each(servers[:2], seconds) for _ in range(rounds)]
        ports = [server.port for server in servers]
        asked = [
            await on_schedule(ports, per_second=PER_SECOND, seconds=3 * seconds)
            for _ in range(rounds)
        ]
    size = f"{CONCURRENT} at once"
    cpu = row("S1", f"CPU of an answer, {size}", "µs",
              ours=[c[0] for c in costs], peer=[c[1] for c in costs],
              peer_name="bolt_query_pbr", at_most=1.0)  # fmt: skip
    return [cpu, *_latencies(asked)]


async def heavy_rows(
    slack: Slack, config: Path, *, rounds: int, seconds: float
) -> list[Row]:
    """Measure the heaviest questions beside a default handler that does nothing."""
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(bot(slack, config))
        empty = await stack.enter_async_context(peer(slack, EMPTY, config.parent))
        await _warm_up([ours, empty])
        texts = heavy()
        taken = []
        for _ in range(rounds):
            mine = await _at_once(ours, texts, seconds)
            taken.append((mine, await _at_once(empty, months(), seconds)))
    mine_ms, theirs_ms = zip(*taken, strict=True)
    return [
        row("H1", f"p50 of the heaviest answers, {CONCURRENT} at once", "ms",
            ours=per_round(mine_ms, median), peer=per_round(theirs_ms, median),
            peer_name="bolt, only acks", at_most=1.0),
        under("H1", f"p99 of the heaviest answers, {CONCURRENT} at once", "ms",
              ours=[percentile(each, 0.99) for each in mine_ms], limit=50.0),
    ]  # fmt: skip


async def _at_once(server: Server, texts: Iterator[str], seconds: float) -> list[float]:
    """Tell the milliseconds of each question while several are under way."""
    taken = await in_turn(server.port, texts, concurrent=CONCURRENT, seconds=seconds)
    return [each * 1000 for each in taken]


async def during_sync_rows(
    slack: Slack, folder: Path, *, api_port: int, every: str, seconds: float
) -> list[Row]:
    """Measure questions while the bot reads its connection, and while it rests."""
    config = write_config(folder, api_port=api_port, every=every)
    async with bot(slack, config) as server:
        await _warm_up([server])
        (asked,) = await on_schedule(
            [server.port], per_second=PER_SECOND, seconds=seconds
        )
        syncs = [_span_of(line) for line in server.said("sync ended")]
    busy, idle = _split(asked, syncs)
    if min(len(busy), len(idle)) < 20:
        raise RuntimeError(
            f"{len(busy)} questions fell into a sync, {len(idle)} beside"
        )
    return [
        row("S4", "p95 while a sync runs, 20/s", "ms",
            ours=[percentile(busy, 0.95) * 1000], peer=[percentile(idle, 0.95) * 1000],
            peer_name="at rest", at_most=2.0)
    ]  # fmt: skip


async def _warm_up(servers: Sequence[Server]) -> None:
    for server in servers:
        line = await dial(server.port)
        for _ in range(30):
            answer = await line.ask("2021 8")
        if server is servers[0] and b'table"' not in answer:
            raise RuntimeError(f"the bot did not answer with rows: {answer[:300]!r}")
        await line.close()


async def _cpu_of_each(servers: Sequence[Server], seconds: float) -> list[float]:
    """Tell the microseconds of processor time that an answer of each costs."""
    costs = []
    for server in servers:
        before = cpu_seconds(server.pid)
        answers = await saturate(server.port, concurrent=CONCURRENT, seconds=seconds)
        costs.append((cpu_seconds(server.pid) - before) / answers * 1e6)
    return costs


def _latencies(rounds: Sequence[Sequence[Asked]]) -> list[Row]:
    ours, pbr, default, empty = (
        [[s * 1000 for s in asked.seconds] for asked in each]
        for each in zip(*rounds, strict=True)
    )

    def p99(of: list[list[float]]) -> list[float]:
        return per_round(of, lambda values: percentile(values, 0.99))

    def p50(of: list[list[float]]) -> list[float]:
        return per_round(of, median)

    at = f"{PER_SECOND:.0f}/s"
    return [
        row("S2", f"p50 at {at}", "ms",
            ours=p50(ours), peer=p50(pbr), peer_name="bolt_query_pbr", at_most=1.2),
        row("S2", f"p50 at {at}", "ms",
            ours=p50(ours), peer=p50(default), peer_name="bolt_query", at_most=0.2),
        row("S3", f"p99 at {at}", "ms",
            ours=p99(ours), peer=p99(pbr), peer_name="bolt_query_pbr", at_most=1.3),
        row("S3", f"p99 at {at}", "ms",
            ours=p99(ours), peer=p99(empty), peer_name="bolt, only acks", at_most=1.0),
    ]  # fmt: skip


def _span_of(line: dict[str, Any]) -> tuple[float, float]:
    """Tell from the log when a sync began and ended."""
    end = datetime.fromisoformat(line["timestamp"]).timestamp()
    return end - line["seconds"], end


def _split(
    asked: Asked, syncs: Sequence[tuple[float, float]]
) -> tuple[list[float], list[float]]:
    """Part the questions asked during a sync from those asked at rest."""
    busy: list[float] = []
    idle: list[float] = []
    for moment, seconds in zip(asked.moments, asked.seconds, strict=True):
        inside = any(begin <= moment <= end for begin, end in syncs)
        (busy if inside else idle).append(seconds)
    return busy, idle

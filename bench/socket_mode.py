"""Questions over Socket Mode, one in flight, beside bare Bolt (goal S5)."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from statistics import median

from bench.load import months
from bench.measure import Row, row
from bench.processes import Server, worked
from bench.questions import bot, peer
from bench.setting import write_config
from bench.slack import Slack

WARM_UP = 30


async def socket_rows(
    slack: Slack, folder: Path, *, api_port: int, rounds: int, questions: int
) -> list[Row]:
    """Measure the time from an envelope's leaving to its acknowledgement's coming."""
    config = write_config(folder, api_port=api_port, transport="socket")
    ours, pbr, default = [], [], []
    for _ in range(rounds):
        ours.append(await _p50(slack, bot(slack, config), questions))
        pbr.append(await _p50(slack, peer(slack, "ack-socket-pbr", folder), questions))
        default.append(await _p50(slack, peer(slack, "ack-socket", folder), questions))
    cost = await worked(("bench.one_answer", str(config)))
    allowed = [1.5 * each + cost["ms"] for each in pbr]
    name = f"1.5 × sm_bolt_pbr + {cost['ms']:.2f} for the answer"
    return [
        row("S5", "p50, one in flight", "ms",
            ours=ours, peer=allowed, peer_name=name, at_most=1.0),
        row("S5", "p50, one in flight", "ms",
            ours=ours, peer=default, peer_name="sm_bolt", at_most=0.125),
    ]  # fmt: skip


async def _p50(
    slack: Slack, app: AbstractAsyncContextManager[Server], questions: int
) -> float:
    """Tell the median in milliseconds."""
    async with app:
        await slack.connected()
        texts = months()
        for _ in range(WARM_UP):
            await slack.ask(next(texts))
        times = [(await slack.ask(next(texts)))[0] for _ in range(questions)]
    return median(times) * 1000

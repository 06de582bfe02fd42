"""Figures of a process, and rows that set ours beside a peer's."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Row:
    """One goal: what was measured, against what, and how far it may go.

    *ratio* is the median of the ratios inside the rounds, *spread* the least and the
    greatest of them; the goal is met when the ratio is at most *at_most*.
    """

    goal: str
    what: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    ratio: float
    spread: tuple[float, float]
    at_most: float

    @property
    def ok(self) -> bool:
        """Whether the goal is met."""
        return self.ratio <= self.at_most


def row(  # noqa: PLR0913 - a line of the table, each part by its name
    goal: str,
    what: str,
    unit: str,
    *,
    ours: Sequence[float],
    peer: Sequence[float],
    peer_name: str,
    at_most: float,
) -> Row:
    """Compare ours with a peer, round by round."""
    ratios = [a / b for a, b in zip(ours, peer, strict=True)]
    return Row(
        goal=goal,
        what=what,
        unit=unit,
        ours=median(ours),
        peer=median(peer),
        peer_name=peer_name,
        ratio=median(ratios),
        spread=(min(ratios), max(ratios)),
        at_most=at_most,
    )


def under(
    goal: str, what: str, unit: str, *, ours: Sequence[float], limit: float
) -> Row:
    """Compare ours with a fixed limit."""
    limits = [limit] * len(ours)
    return row(
        goal, what, unit, ours=ours, peer=limits, peer_name="the limit", at_most=1.0
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Tell the value that *share* of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def per_round(
    rounds: Sequence[Sequence[float]], figure: Callable[[Sequence[float]], float]
) -> list[float]:
    """Take one figure out of each round."""
    return [figure(each) for each in rounds]


def cpu_seconds(pid: int) -> float:
    """Tell the processor time of a process so far (in steps of 10 ms on Linux)."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def peak_megabytes(pid: int | str = "self") -> float:
    """Tell the most memory that a process ever held (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("this system does not tell the peak memory of a process")


def table(rows: Sequence[Row]) -> str:
    """Write the rows as a Markdown table, which reads well on a terminal too."""
    lines = [
        ("goal", "what", "ours", "peer", "ratio (min–max)", "goal is", ""),
        *map(_cells, rows),
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    written = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([written[0], rule, *written[1:]])


def _cells(each: Row) -> tuple[str, ...]:
    low, high = each.spread
    return (
        each.goal,
        each.what,
        f"{_figure(each.ours)} {each.unit}",
        f"{_figure(each.peer)} {each.unit} ({each.peer_name})",
        f"{each.ratio:.2f} ({low:.2f}–{high:.2f})",
        f"≤ {each.at_most:g}",
        "ok" if each.ok else "MISSED",
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"

"""Building one message of 50 blocks, and reading a question (goal R1).

Run it with ``python -m bench.rendering``; it prints the figures of each round.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import msgspec

from bench.measure import Row, row, under
from bench.peers.answer import ROWS, Found, blocks_of
from bench.processes import worked
from bot.queries.model import Context, KnownConnection, QueryError
from bot.queries.parse import parse_query
from bot.views import kit
from bot.views.limits import check

ROUNDS, TIMES = 9, 200
QUESTIONS = (
    "/invoices 2021 8",
    "/unpaid i3d",
    "/overdue",
    "/unpaid over 1000 eur",
    "/invoices from 27 Oct 2025 to 7 Nov 2025 swo",
    "/invoice DE-PSI-1400634",
    "which invoices of last quarter are still unpaid",
    "show me everything overdue by more than 30 days",
    "what did SoftwareOne bill us in August 2021?",
    "send me the pdf of F25-0000101",
    "/unpaid for blue heron age >45 basis:issued over 1000 eur -swo as xlsx to me",
    # Refused, with corrected commands that are read as well.
    "/invoices 2021 agust",
    "/unpaid softwareon",
    "/invoices 2021 by mnth",
)
_encode = msgspec.json.Encoder().encode


async def rendering_rows() -> list[Row]:
    """Measure in a process of its own."""
    figures = await worked(("bench.rendering",))
    ours = [figures[f"ours{n}"] for n in range(ROUNDS)]
    peer = [figures[f"dicts{n}"] for n in range(ROUNDS)]
    name = "dicts + JSON encoder"
    return [
        row("R1", "a message of 50 blocks, checked", "µs",
            ours=ours, peer=peer, peer_name=name, at_most=1.5),
        under("R1", f"reading the slowest of {len(QUESTIONS)} questions", "ms",
              ours=[figures["parsing"]], limit=1.0),
    ]  # fmt: skip


def main() -> None:
    """Measure, and print the figures."""
    found = _found()
    figures: dict[str, float] = {"parsing": max(map(_parsing_ms, QUESTIONS))}
    if _ours(found).blocks != blocks_of("Invoices", found):
        raise RuntimeError("both ways are meant to build the same blocks")
    for number in range(ROUNDS):
        figures[f"dicts{number}"] = _microseconds(
            lambda: _encode(blocks_of("Invoices", found))
        )
        figures[f"ours{number}"] = _microseconds(lambda: _checked(found))
    print(json.dumps(figures))


def _checked(found: Found) -> bytes:
    message = _ours(found)
    check(message)
    return _encode(message.blocks)


def _ours(found: Found) -> kit.Message:
    """Build with the house's own functions what the peer writes out by hand."""
    blocks = [kit.header("Invoices"), kit.divider()]
    for number, seller, issued, due, total, balance, currency, status, id_ in found:
        blocks.append(
            kit.section(
                f"*{number}* {seller}",
                fields=(
                    f"*Issued* {issued}",
                    f"*Due* {due}",
                    f"*Total* {total} {currency}",
                    f"*Balance* {balance} {currency}",
                ),
                accessory=kit.button("Details", "details", id_),
            )
        )
        blocks.append(kit.context(status))
        blocks.append(kit.divider())
    return kit.Message("Invoices", blocks)


def _found() -> Found:
    day = date(2025, 3, 1)
    return [
        (
            f"DE-PSI-{n:07}",
            "SoftwareOne Deutschland GmbH",
            (day + timedelta(days=n)).isoformat(),
            (day + timedelta(days=n + 30)).isoformat(),
            "1234.50",
            "500.00",
            "EUR",
            "part paid",
            f"INV-1000-0000-{n:04}",
        )
        for n in range(ROWS)
    ]


def _parsing_ms(question: str) -> float:
    context = Context(
        today=date(2026, 11, 21),
        connections=(
            KnownConnection("tokyo", "LINE WORKS Tokyo", "lineworks"),
            KnownConnection("swo", "SoftwareOne", "softwareone"),
            KnownConnection("i3d", "i3D.net", "i3dnet"),
        ),
        oldest=date(2021, 1, 1),
        newest=date(2026, 11, 20),
    )

    def read() -> None:
        with suppress(QueryError):
            parse_query(question, context=context)

    read()
    return _microseconds(read) / 1000


def _microseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - began) / TIMES * 1e6


if __name__ == "__main__":
    main()

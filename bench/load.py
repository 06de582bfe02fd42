"""Asks a server as Slack does: signed slash commands over connections kept open."""

import asyncio
import hashlib
import hmac
import itertools
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.setting import SECRET

_numbers = itertools.count(1)


@dataclass(slots=True)
class Asked:
    """How long each question took, and when it was asked (``time.time()``)."""

    seconds: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)


def months() -> Iterator[str]:
    """Name one month after another, so that no answer is the one before."""
    return itertools.cycle(
        [f"{y} {m}" for m in range(1, 13) for y in range(2021, 2026)]
    )


def heavy() -> Iterator[str]:
    """Name sixty of the heaviest questions one after another, as `months` does.

    Lists of thousands of invoices, three years by month, what is owed by age, and two
    periods beside each other, in turn.
    """
    texts = []
    currencies = itertools.cycle(("", " eur", " usd", " chf", " gbp"))
    for number, currency in zip(range(15), currencies, strict=False):
        month = f"{2021 + number // 12}-{number % 12 + 1:02}"
        year = int(month[:4])
        texts += [
            f"{month}..{year + 1}-06{currency}",
            f"{month}..{year + 2}{month[4:]} by month{currency}",
            f"aging{currency} age >{number * 7 + 1}",
            f"{month}..{year + 1}-06 vs {year - 1}-01..{year}-01{currency}",
        ]
    return itertools.cycle(texts)


def form(text: str) -> dict[str, str]:
    """Make the fields of a slash command (Slack, "Implementing slash commands")."""
    number = next(_numbers)
    return {
        "token": "unused",
        "team_id": "T0BENCH",
        "team_domain": "bench",
        "channel_id": "C0BENCH",
        "channel_name": "billing",
        "user_id": "U0BENCH",
        "user_name": "bench",
        "command": "/invoices",
        "text": text,
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response",
        "trigger_id": f"{number}.{number}.bench",
    }


def request(text: str) -> bytes:
    """Write a whole HTTP request, signed (Slack, "Verifying requests from Slack")."""
    body = urlencode(form(text)).encode()
    timestamp = str(int(time.time()))
    signed = b"v0:" + timestamp.encode() + b":" + body
    signature = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        "content-type: application/x-www-form-urlencoded\r\n"
        f"content-length: {len(body)}\r\n"
        f"x-slack-request-timestamp: {timestamp}\r\n"
        f"x-slack-signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + body


class Line:
    """A connection to a server, one question at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, text: str) -> bytes:
        """Ask ``/invoices`` *text* and give the body of the answer.

        Raises:
            RuntimeError: the server did not say 200.
        """
        self._writer.write(request(text))
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"a question was answered {head[:40]!r}")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return await self._reader.readexactly(int(length))

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


async def dial(port: int) -> Line:
    """Connect to the server on that port."""
    return Line(*await asyncio.open_connection("127.0.0.1", port))


async def saturate(port: int, *, concurrent: int, seconds: float) -> int:
    """Keep so many questions under way for a while; give how many were answered."""
    lines = [await dial(port) for _ in range(concurrent)]
    texts, end = months(), time.perf_counter() + seconds
    answered = 0

    async def keep_asking(line: Line) -> None:
        nonlocal answered
        while time.perf_counter() < end:
            await line.ask(next(texts))
            answered += 1

    try:
        await asyncio.gather(*map(keep_asking, lines))
    finally:
        await asyncio.gather(*(line.close() for line in lines))
    return answered


async def in_turn(
    port: int, texts: Iterator[str], *, concurrent: int, seconds: float
) -> list[float]:
    """Keep so many questions under way; give how many seconds each took."""
    lines = [await dial(port) for _ in range(concurrent)]
    end, taken = time.perf_counter() + seconds, []

    async def keep_asking(line: Line) -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            await line.ask(next(texts))
            taken.append(time.perf_counter() - began)

    try:
        await asyncio.gather(*map(keep_asking, lines))
    finally:
        await asyncio.gather(*(line.close() for line in lines))
    return taken


async def on_schedule(
    ports: Sequence[int], *, per_second: float, seconds: float
) -> list[Asked]:
    """Ask every server so many times a second, in turns, on a schedule.

    A question that is late does not delay the next, and its time counts from when it
    was due. The servers take turns inside each interval, so that what disturbs the
    machine disturbs them alike.
    """
    results = [Asked() for _ in ports]
    texts = months()
    begin, interval = time.perf_counter() + 0.05, 1 / per_second

    async def ask(line: Line, due: float, asked: Asked) -> None:
        moment = time.time()
        await line.ask(next(texts))
        asked.seconds.append(time.perf_counter() - due)
        asked.moments.append(moment)

    # In turns, since a server hangs up on a connection that is idle for seconds.
    pools: list[deque[Line]] = [deque() for _ in ports]
    tasks: list[asyncio.Task[None]] = []

    async def once(turn: int, due: float) -> None:
        pool = pools[turn]
        line = pool.popleft() if pool else await dial(ports[turn])
        await ask(line, due, results[turn])
        pool.append(line)

    for turn in range(len(ports)):
        pools[turn] += [await dial(ports[turn]) for _ in range(2)]
    for number in range(int(seconds * per_second)):
        for turn in range(len(ports)):
            due = begin + interval * (number + turn / len(ports))
            await _until(due)
            tasks.append(asyncio.create_task(once(turn, due)))
    await asyncio.gather(*tasks)
    await asyncio.gather(*(line.close() for pool in pools for line in pool))
    return results


async def _until(moment: float) -> None:
    """Sleep until a moment of the performance counter, to a tenth of a millisecond."""
    left = moment - time.perf_counter()
    if left > 0.002:
        await asyncio.sleep(left - 0.001)
    while time.perf_counter() < moment:  # noqa: ASYNC110 - nothing tells the time
        await asyncio.sleep(0)

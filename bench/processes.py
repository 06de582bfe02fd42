"""Servers and workers in processes of their own, each on a processor of its own.

A server says as a line of JSON on standard error that it runs, and where:
``{"event": "running", "port": 12345}``, as the bot does. A worker prints its figures
as one line of JSON on standard output and ends.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

_CPUS = sorted(os.sched_getaffinity(0))
#: Where servers run that are measured, and where everything else runs.
MEASURED, REST = _CPUS[0], _CPUS[-1]
START_SECONDS = 120.0


class Server:
    """A server that is running: where, and what it logs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: list[dict[str, Any]] = []
        self._new = asyncio.Event()
        self.port = 0

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def said(self, event: str) -> list[dict[str, Any]]:
        """List what it logged of that event."""
        return [line for line in self._lines if line.get("event") == event]

    async def wait_for(self, event: str, count: int = 1) -> dict[str, Any]:
        """Wait until it has logged *event* that often; give the last of them.

        Raises:
            RuntimeError: it ended before, or did not in two minutes.
        """
        try:
            async with asyncio.timeout(START_SECONDS):
                while len(self.said(event)) < count:
                    self._new.clear()
                    await self._new.wait()
        except TimeoutError:
            raise RuntimeError(f"it never said {event!r}: {self._tail()}") from None
        return self.said(event)[-1]

    async def listen(self) -> None:
        """Take in what it logs until it ends."""
        if self._process.stderr is None:
            raise RuntimeError("the process was started without a pipe for its log")
        async for raw in self._process.stderr:
            try:
                line = json.loads(raw)
            except ValueError:
                line = {"event": raw.decode(errors="replace").strip()}
            self._lines.append(line if isinstance(line, dict) else {"event": str(line)})
            self._new.set()
        self._lines += [{"event": "running", "ended": True}]
        self._new.set()

    def require_running(self, line: Mapping[str, Any]) -> None:
        """See that it told its port instead of ending.

        Raises:
            RuntimeError: it has ended.
        """
        if "port" not in line:
            raise RuntimeError(f"it ended at once: {self._tail()}")
        self.port = int(line["port"])

    def _tail(self) -> str:
        return " / ".join(str(line.get("event")) for line in self._lines[-8:])


@asynccontextmanager
async def serving(
    command: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    processor: int = MEASURED,
) -> AsyncIterator[Server]:
    """Run ``python -m`` *command* while inside, once it says that it runs."""
    process = await _start(command, environ, processor)
    server = Server(process)
    listening = asyncio.create_task(server.listen())
    try:
        server.require_running(await server.wait_for("running"))
        yield server
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 12)
        except TimeoutError:
            process.kill()
        await listening


async def worked(
    command: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    processor: int = MEASURED,
) -> dict[str, float]:
    """Run ``python -m`` *command* to its end and give the figures it prints.

    Raises:
        RuntimeError: it failed.
    """
    process = await _start(command, environ, processor)
    out, err = await process.communicate()
    if process.returncode != 0:
        tail = err.decode(errors="replace").strip()[-800:]
        raise RuntimeError(f"{command[0]} failed: {tail}")
    figures: dict[str, float] = json.loads(out.splitlines()[-1])
    return figures


def say_running(port: int) -> None:
    """Say, as a server does, that it runs and where."""
    line = json.dumps({"event": "running", "port": port})
    print(line, file=sys.stderr, flush=True)


async def _start(
    command: Sequence[str], environ: Mapping[str, str] | None, processor: int
) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *command,
        env={**os.environ, **(environ or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    os.sched_setaffinity(process.pid, {processor})
    return process

"""Work that goes on after an acknowledgement: kept track of, and drained at the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Tasks:
    """Background work of the bot; nothing of it is lost from sight."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> None:
        """Begin *work*; a defect in it reaches the log whole."""
        if self._closed:
            work.close()
            log.warning("not started while stopping", task=name)
            return
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.wait(self._running)

    async def drain(self, seconds: float) -> None:
        """Take nothing new, wait for what is under way, then cancel the rest."""
        self._closed = True
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            log.warning("cut off while stopping", task=task.get_name())
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("defect", task=task.get_name(), exc_info=error)

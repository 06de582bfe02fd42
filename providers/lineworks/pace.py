"""Not more requests a minute than LINE WORKS allows."""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic

#: 240 are allowed on paid plans; retries need room. Source: LINE WORKS, Rate limits.
A_MINUTE = 200
WINDOW_SECONDS = 60.0


class Pace:
    """Lets *most* requests through in any *window_seconds*, and makes others wait."""

    def __init__(
        self,
        *,
        most: int = A_MINUTE,
        window_seconds: float = WINDOW_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = most
        self._window = window_seconds
        self._clock = clock
        self._turns: deque[float] = deque()

    async def turn(self) -> None:
        """Wait for one's turn."""
        await asyncio.sleep(self.take())

    def take(self) -> float:
        """Take the next turn; give the seconds until it comes."""
        now = self._clock()
        turn = now
        if len(self._turns) >= self._most:
            turn = max(now, self._turns[-self._most] + self._window)
        self._turns.append(turn)
        while len(self._turns) > self._most:
            self._turns.popleft()
        return turn - now

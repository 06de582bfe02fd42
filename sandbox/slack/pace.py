"""How fast the bot may post: about one message a second and channel.

Source: Slack, Rate limits ("chat.postMessage: 1 per second per channel, short bursts
tolerated"). It goes by real seconds, since the bot waits in real seconds.
"""

import time
from collections.abc import Callable

BURST = 3
PER_SECOND = 1.0


class Pace:
    """A bucket of permissions per channel, refilled once a second."""

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, channel: str) -> bool:
        """Use one permission; false when the channel has none left."""
        now = self._seconds()
        left, at = self._left.get(channel, (float(BURST), now))
        left = min(float(BURST), left + (now - at) * PER_SECOND)
        if left < 1:
            self._left[channel] = (left, now)
            return False
        self._left[channel] = (left - 1, now)
        return True

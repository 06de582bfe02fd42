"""What the simulators were asked, for tests and curious people."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request, without any secret or body.

    ``headers`` are names in lower case; ``credential`` tells whether one came along;
    ``ranged`` is i3D.net's RANGED-DATA; ``status`` is 0 when nothing was answered.
    """

    provider: str
    at: datetime
    method: str
    host: str
    path: str
    query: str
    headers: tuple[str, ...]
    credential: bool
    ranged: str | None = None
    fault: str | None = None
    status: int = 0


class RequestLog:
    """The latest requests, and how many there were of each provider."""

    def __init__(self, keep: int = 2000) -> None:
        self._asked: deque[Asked] = deque(maxlen=keep)
        #: Requests since the start (or reset), by provider.
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Asked]:
        return iter(self._asked)

    def __getitem__(self, provider: str) -> int:
        return self.counts[provider]

    def add(self, asked: Asked) -> None:
        """Remember a request."""
        self._asked.append(asked)
        self.counts[asked.provider] += 1

    def of(self, provider: str) -> list[Asked]:
        """List what one provider was asked, oldest first."""
        return [asked for asked in self._asked if asked.provider == provider]

    def clear(self) -> None:
        """Forget everything."""
        self._asked.clear()
        self.counts.clear()

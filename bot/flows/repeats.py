"""Slack's signed requests, told from ones that are played back."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from storage import seen
from storage.store import Store

#: A signature is valid for five minutes to either side of its timestamp.
WINDOW_SECONDS = 600.0


class Repeats:
    """Remembers signatures for as long as they are valid, also over a restart.

    A repeat is recognised at once; the database hears of new ones in batches
    (`save`), so that a question does not wait for the disk.
    """

    def __init__(
        self, *, store: Store, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, float] = {}
        self._unsaved: list[str] = []

    def load(self, *, now: datetime) -> None:
        """Take over what an earlier process remembered."""
        after = now - timedelta(seconds=WINDOW_SECONDS)
        for key in self._store.read(seen.with_prefix, "request:", after=after):
            self._known[key.removeprefix("request:")] = self._clock()

    def first_time(self, signature: str) -> bool:
        """Remember *signature* and tell whether it is new."""
        now = self._clock()
        if signature in self._known:
            return False
        self._known[signature] = now
        self._unsaved.append(signature)
        # The oldest come first; a copy of all of them would cost more than the answer.
        while now - self._known[oldest := next(iter(self._known))] >= WINDOW_SECONDS:
            del self._known[oldest]
        return True

    async def save(self, *, now: datetime) -> None:
        """Write what is new to the database; what it does not take is kept for later.

        Raises:
            StorageError: the database took nothing.
        """
        if not self._unsaved:
            return
        saving = list(self._unsaved)
        keys = [f"request:{signature}" for signature in saving]
        await self._store.run_aside(seen.remember, keys, now=now)
        del self._unsaved[: len(saving)]

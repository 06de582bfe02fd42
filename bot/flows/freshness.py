"""How old the figures of a question are, and what has to be read for it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.answers.model import Freshness
from bot.flows.years import Years
from bot.queries.model import Query
from storage import cursors
from storage.cursors import ConnectionState
from storage.reader import Reader

#: A connection that failed is not asked again by a question before this.
RETRY_AFTER = timedelta(seconds=20)


class Refresher(Protocol):
    """Reads connections again; joins a reading that is under way."""

    async def sync(self, names: Sequence[str] | None) -> object:
        """Read these connections, or all."""
        ...

    def running(self, name: str) -> bool:
        """Tell whether a connection is being read right now."""
        ...


class Currentness:
    """Knows how current each connection is, by one reader.

    *labels* are the configured connections; what is younger than *fresh_for* is not
    read again for a question.
    """

    def __init__(  # noqa: PLR0913  # wired once, by keyword
        self,
        store: Reader,
        *,
        refresher: Refresher,
        labels: Mapping[str, str],
        fresh_for: timedelta,
        years: Years | None,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._refresher = refresher
        self._labels = labels
        self._fresh_for = fresh_for
        self._years = years
        self._now = now

    def to_read(self, query: Query, *, again: bool) -> list[str]:
        """Name the connections to read for *query*; *again* the fresh ones, too."""
        now = self._now()
        return [
            name
            for name, state in self._touched(query).items()
            if again or self._is_old(name, state, now)
        ]

    def named(self, query: Query) -> list[str]:
        """List the connections that *query* is about."""
        names = query.connections or tuple(
            name for name in self._labels if name not in query.not_connections
        )
        return [name for name in names if name in self._labels]

    def of(self, query: Query, awaited: Collection[str]) -> tuple[Freshness, ...]:
        """Say how old the figures are; the *awaited* ones are being read."""
        return tuple(
            Freshness(
                connection=name,
                label=self._labels[name],
                as_of=None if state is None else state.last_success,
                problem=None if state is None else state.error,
                reading=name in awaited and self._refresher.running(name),
                years=() if self._years is None else self._years.standing(name, query),
                unread=() if state is None else self._missing(name, query),
                begins=None if self._years is None else self._years.begins(name, query),
            )
            for name, state in self._touched(query).items()
        )

    def unread_years(self, query: Query, *, again: bool) -> dict[str, list[int]]:
        """List the years that *query* is about and that nobody has read, by name."""
        years = self._years
        if years is None or query.show != "invoices":
            return {}
        due = {name: years.due(name, query, again=again) for name in self.named(query)}
        return {name: wanted for name, wanted in due.items() if wanted}

    def _is_old(self, name: str, state: ConnectionState | None, now: datetime) -> bool:
        if state is None:
            return True
        if state.last_success and now - state.last_success < self._fresh_for:
            return False
        if self._refresher.running(name):
            return True  # nothing more is asked of the provider by waiting for it
        tried = state.last_attempt
        return tried is None or state.error is None or now - tried >= RETRY_AFTER

    def _touched(self, query: Query) -> Mapping[str, ConnectionState | None]:
        states = {each.name: each for each in self._store.held(cursors.state)}
        return {name: states.get(name) for name in self.named(query)}

    def _missing(self, name: str, query: Query) -> tuple[int, ...]:
        """List the older years that a list needs and that nobody is reading."""
        if self._years is None or query.show != "invoices":
            return ()
        return self._years.missing(name, query)

"""What a subscription asks for: which events of what, where, when and how."""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Literal

#: What happens to a message when its invoice changes: a line in its thread, a message
#: of its own, or nothing but the message's new text.
Follow = Literal["thread", "message", "update"]
Attach = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents are wanted, besides those of some connections.

    Amounts are in major units; *above* and *below* leave the bound itself out. Texts
    are compared folded.
    """

    not_connections: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    currency: str | None = None
    minimum: Decimal | None = None
    above: bool = False
    maximum: Decimal | None = None
    below: bool = False
    text: str | None = None
    seller: str | None = None
    customer: str | None = None

    def to_json(self) -> str:
        """Write what is set."""
        said = {name: value for name, value in asdict(self).items() if value}
        for name in ("minimum", "maximum"):
            value = getattr(self, name)
            if value is not None:
                said[name] = f"{value.normalize():f}"
        return json.dumps(said, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Filters":
        """Read what `to_json` wrote."""
        said: dict[str, Any] = json.loads(text)
        for name in ("minimum", "maximum"):
            if name in said:
                said[name] = Decimal(said[name])
        for name in ("not_connections", "kinds"):
            if name in said:
                said[name] = tuple(said[name])
        return cls(**said)


#: Every document is wanted.
ANY = Filters()


@dataclass(frozen=True, slots=True)
class Manner:
    """How a subscription tells what it is about.

    *even_if_empty* posts a digest with nothing in it, too; *attach* puts the digest's
    invoices into its thread as a file.
    """

    follow: Follow = "message"
    even_if_empty: bool = False
    attach: Attach | None = None


#: How it is told where nothing is said about that.
USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription asks for.

    *connections* is ``None`` for all of them; *cron* is ``None`` for "at once".
    """

    channel: str
    events: tuple[str, ...]
    connections: tuple[str, ...] | None = None
    cron: str | None = None
    filters: Filters = ANY
    manner: Manner = USUAL

    @property
    def id(self) -> str:
        """Name it by what is told where and when: the same wish has the same name.

        The manner is not part of it: it may be changed. A subscription that was edited
        keeps the name that it was made with.
        """
        connections = self.connections
        content: list[object] = [
            self.channel,
            sorted(self.events),
            None if connections is None else sorted(connections),
            self.cron,
        ]
        if self.filters != ANY:
            content.append(self.filters.to_json())
        return blake2b(json.dumps(content).encode(), digest_size=8).hexdigest()

    def wants(self, kind: str, connection: str) -> bool:
        """Tell whether events of *kind* at *connection* may pass its filters."""
        return kind in self.events and self.covers(connection)

    def covers(self, connection: str) -> bool:
        """Tell whether *connection* is among those asked for."""
        named = self.connections is None or connection in self.connections
        return named and connection not in self.filters.not_connections

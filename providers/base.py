"""What an adapter is, and what it is given. No I/O here."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from providers.models import Invoice, Reason

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionConfig:
    """One granted access to a provider, as configured (`duebot.toml`, `[connections]`).

    Secrets are already resolved (no ``env:`` or ``file:`` left) and never part of the
    representation.
    """

    name: str
    provider: str
    label: str
    base_url: str
    timezone: ZoneInfo
    currency: str | None = None
    payment_terms: timedelta | None = None
    since: int | None = None
    portal: str | None = None
    #: Years before `since` that are read, too.
    years: tuple[int, ...] = ()
    token: str | None = field(default=None, repr=False)
    auth: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderDefaults:
    """What a connection may leave out of its configuration."""

    label: str
    base_url: str
    timezone: str
    #: Whether its invoices state when they are due.
    due_dates: bool = True
    #: Where people sign in to pay or dispute an invoice, if that is documented.
    portal: str | None = None
    #: What its amounts are in, where it names no currency and none is configured.
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class RawPage:
    """One reply's worth of a list, as the bytes that the provider sent.

    Each document is the raw JSON slice of one element, so that an unchanged one can be
    told by its hash alone. ``source`` says which list it is from (the adapter's word,
    given back to `Provider.read`). With ``is_absent`` the provider says that it has no
    such list; that is believed where nothing is known of it.
    """

    documents: tuple[bytes, ...]
    source: str = "invoices"
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A document that was read: our invoice, and the provider's row behind it.

    ``row`` is JSON with the provider's own names, cut down to the fields that the
    adapter reads (never bank data, addresses or e-mail).
    """

    invoice: Invoice
    row: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document of another shape than documented; *problem* names the path."""

    problem: str


class Vault(Protocol):
    """Where an adapter keeps what must survive a restart (a rotated refresh token)."""

    async def get(self, key: str) -> str | None:
        """Give what was kept under *key*; ``None`` where nothing was."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Keep *value* under *key*, in place of what was there."""
        ...


@runtime_checkable
class Counted(Protocol):
    """A provider that also tells how its requests were answered."""

    @property
    def answers(self) -> Mapping[int, int]:
        """How many requests were answered with each status (429: too many)."""
        ...


class Provider(Protocol):
    """One connection to a provider of invoices.

    Every method that asks the network raises a `providers.errors.ProviderError`.
    """

    config: ConnectionConfig

    @property
    def requests(self) -> int:
        """HTTP requests made so far, retries included."""
        ...

    @property
    def reading(self) -> str:
        """Everything but the document that decides what `read` makes of it.

        Part of every document's hash: when the configuration (time zone, currency,
        payment terms) or the adapter's rules change, all documents are read again.
        """
        ...

    def pages(self) -> AsyncIterator[RawPage]:
        """Yield every page of every list, once; ending normally means complete.

        Raises:
            BadReplyError: also for pages that cannot be trusted (repeating, endless,
                ignoring the asked range).
        """
        ...

    async def read(
        self, source: str, documents: Sequence[bytes]
    ) -> list[Record | Unreadable]:
        """Read documents of a page, in order; may ask for what the list left out."""
        ...

    async def details(self, invoice: Invoice) -> Invoice:
        """Ask for what lists leave out of one invoice; give it back with its lines.

        Raises:
            NotThereError: the provider does not know it (any more).
        """
        ...

    async def pdf(self, invoice: Invoice, into: BinaryIO) -> None:
        """Write the official document of *invoice* to *into*, which can seek.

        Raises:
            NotThereError: the provider has none, or not yet.
            BadReplyError: what came is no PDF, or larger than 20 MB.
        """
        ...

    async def whoami(self) -> str:
        """Say in a few words whom the credentials belong to, by asking the provider."""
        ...

    async def aclose(self) -> None:
        """Close the HTTP client."""
        ...


@runtime_checkable
class Bounded(Protocol):
    """A provider whose lists do not reach back for ever; others need not say so."""

    def covers(self, invoice: Invoice) -> bool:
        """Tell whether `Provider.pages` would list *invoice* if it still existed."""
        ...


@runtime_checkable
class Yearly(Protocol):
    """A provider that is read from a year on; others are read from their beginning.

    Older years are asked for when somebody wants to know, and listed by
    `Provider.pages` once they are among `ConnectionConfig.years`.
    """

    config: ConnectionConfig

    @property
    def earliest(self) -> int:
        """Before this year it has no invoices of anybody."""
        ...

    @property
    def since(self) -> int:
        """The first year that `Provider.pages` always lists."""
        ...

    def months(self, year: int) -> AsyncGenerator[RawPage, None]:
        """Yield what was billed or issued in *year*: twelve pages, one a month."""
        ...


@runtime_checkable
class Explaining(Protocol):
    """A provider that can say why it reads a row as it does; others need not say so."""

    def explain(self, source: str, row: bytes) -> tuple[Reason, ...]:
        """Read a kept `Record.row` once more, noting every rule; ``()``: unreadable.

        The rules are those of `Provider.read`: the last about the status gives the
        invoice's.
        """
        ...


@runtime_checkable
class Incremental(Protocol):
    """A provider that can list what changed lately; others need not say so."""

    def pages_since(self, moment: datetime) -> AsyncIterator[RawPage]:
        """Yield as `Provider.pages` what was made or changed at *moment* or later.

        Raises:
            NotFilteredError: this server refuses or ignores the question; pages that
                came before are right, but not all.
        """
        ...


@runtime_checkable
class Dated(Protocol):
    """A provider whose replies carry the time of its clock; others need not say so."""

    @property
    def ahead_seconds(self) -> float | None:
        """How far our clock is ahead of the provider's; ``None`` before a reply."""
        ...


class MakeProvider(Protocol):
    """What an entry point of the group ``duebot.providers`` names: an adapter class."""

    defaults: ProviderDefaults

    def __call__(self, config: ConnectionConfig, *, now: Now, vault: Vault) -> Provider:
        """Make the adapter of one connection; nothing is asked yet.

        Raises:
            ProviderSetupError: the configuration cannot work.
        """
        ...

"""Line items that a provider's lists leave out: asked for when somebody looks."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec
import structlog

from providers.errors import ProviderError
from providers.models import Invoice, LineItem

log = structlog.get_logger(__name__)

#: Invoices whose line items are remembered.
REMEMBERED = 500


class Detailer(Protocol):
    """The part of a provider that is needed here."""

    async def details(self, invoice: Invoice) -> Invoice:
        """Give the invoice back with its line items."""
        ...


@dataclass(frozen=True, slots=True)
class _Asked:
    invoice: Invoice
    lines: tuple[LineItem, ...] = ()
    problem: str | None = None


class LineItems:
    """Asks for line items, and remembers them while the invoice stays as it is."""

    def __init__(self, providers: Mapping[str, Detailer]) -> None:
        self._providers = providers
        self._asked: OrderedDict[tuple[str, str], _Asked] = OrderedDict()

    def missing(self, invoice: Invoice) -> bool:
        """Tell whether asking may give something: never asked, changed, or failed."""
        if invoice.lines or invoice.connection not in self._providers:
            return False
        asked = self._of(invoice)
        return asked is None or asked.problem is not None

    async def load(self, invoice: Invoice) -> None:
        """Ask for the line items of *invoice*; a failure is remembered, not raised."""
        try:
            detailed = await self._providers[invoice.connection].details(invoice)
            asked = _Asked(invoice, detailed.lines)
        except ProviderError as error:
            log.warning(
                "no line items",
                connection=invoice.connection,
                number=invoice.number,
                cause=error.detail,
            )
            asked = _Asked(invoice, problem=error.detail)
        self._asked[invoice.connection, invoice.id] = asked
        while len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)

    def fill(self, invoice: Invoice) -> Invoice:
        """Give *invoice* with the line items that are known of it."""
        asked = self._of(invoice)
        if invoice.lines or asked is None or not asked.lines:
            return invoice
        return msgspec.structs.replace(invoice, lines=asked.lines)

    def problem(self, invoice: Invoice) -> str | None:
        """Say why the line items did not come, after the connection's label."""
        asked = self._of(invoice)
        return None if asked is None or invoice.lines else asked.problem

    def _of(self, invoice: Invoice) -> _Asked | None:
        asked = self._asked.get((invoice.connection, invoice.id))
        return asked if asked is not None and asked.invoice == invoice else None

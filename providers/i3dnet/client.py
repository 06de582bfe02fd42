"""The i3D.net adapter: what to ask, and where."""

from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing, suppress
from functools import partial
from itertools import count
from typing import BinaryIO
from urllib.parse import quote

import httpx
import msgspec

from providers.auth import FixedHeader, token_of
from providers.base import (
    ConnectionConfig,
    Now,
    ProviderDefaults,
    RawPage,
    Record,
    Unreadable,
    Vault,
)
from providers.errors import BadReplyError, NotThereError
from providers.http import PATIENCE, Http, Patience
from providers.i3dnet import wire
from providers.models import Invoice, Reason
from providers.money import NO_AMOUNTS, AmountError
from providers.paginate import Progress, ahead
from providers.replies import ROWS, decode, read_document
from providers.trace import Trace

#: Raised whenever `wire` makes something else of the same row.
RULES = 1
#: The documented default; larger ranges may be cut silently.
RANGE = 25
LIST = "/account/invoice"

Rows = tuple[bytes, ...]
WORDS = {403: "the key is wrong, expired, or bound to other addresses"}


class I3dNet:
    """One connection to i3D.net."""

    defaults = ProviderDefaults(
        "i3D.net",
        "https://api.i3d.net/v3",
        "Europe/Amsterdam",
        portal="https://one.i3d.net",
    )

    def __init__(
        self,
        config: ConnectionConfig,
        *,
        now: Now,
        vault: Vault,  # noqa: ARG002 - the key never changes, so nothing is kept
        patience: Patience = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.config = config
        self._most_pages = patience.most_pages
        self._access = FixedHeader("PRIVATE-TOKEN", token_of(config))
        self._http = Http(
            config.name,
            config.base_url,
            now=now,
            words=WORDS,
            patience=patience,
            transport=transport,
        )

    @property
    def requests(self) -> int:
        """HTTP requests made so far, retries included."""
        return self._http.requests

    @property
    def answers(self) -> Mapping[int, int]:
        """How many requests were answered with each status."""
        return self._http.answers

    @property
    def ahead_seconds(self) -> float | None:
        """How far our clock is ahead of the provider's, as its last reply tells."""
        return self._http.ahead_seconds

    @property
    def reading(self) -> str:
        """Everything but the row that decides what `read` makes of it."""
        config = self.config
        return (
            f"i3dnet {RULES} {config.timezone.key} {config.currency}"
            f" {config.payment_terms}"
        )

    async def pages(self) -> AsyncGenerator[RawPage, None]:
        """Yield every range of the list of all invoices."""
        async with aclosing(self._list(LIST)) as pages:
            async for page in pages:
                yield page

    async def unpaid(self) -> AsyncGenerator[RawPage, None]:
        """Yield every range of the list of unpaid invoices, without credits."""
        async with aclosing(self._list(f"{LIST}/unpaid")) as pages:
            async for page in pages:
                yield page

    async def search(self, description: str) -> AsyncGenerator[RawPage, None]:
        """Yield the invoices whose description holds *description*."""
        path = f"{LIST}?filter={quote(description, safe='')}"
        async with aclosing(self._list(path)) as pages:
            async for page in pages:
                yield page

    async def read(
        self,
        source: str,  # noqa: ARG002 - every list has the same rows
        documents: Sequence[bytes],
    ) -> list[Record | Unreadable]:
        """Read *documents* of a list, in order."""
        return [self._record(document) for document in documents]

    def explain(self, source: str, row: bytes) -> tuple[Reason, ...]:  # noqa: ARG002 - one list
        """Say by which rules a kept *row* is what it is; none where unreadable."""
        trace = Trace()
        with suppress(msgspec.MsgspecError, AmountError, ArithmeticError):
            wire.to_invoice(wire.ROW.decode(row), self.config, trace=trace)
        return tuple(trace.reasons)

    async def details(self, invoice: Invoice) -> Invoice:
        """Ask for the items and the VAT of *invoice*."""
        detail = await self._detail(quote(invoice.id, safe=""))
        return self._joined(invoice, detail)

    async def details_by_number(self, number: str) -> wire.Detail:
        """Ask for the invoice with *number*; a detail states no balance."""
        return await self._detail(f"number/{quote(number, safe='')}")

    async def pdf(self, invoice: Invoice, into: BinaryIO) -> None:
        """Write the official document of *invoice* to *into*."""
        await self._http.download(
            f"{LIST}/{quote(invoice.id, safe='')}/pdf",
            into,
            access=self._access,
            accept="application/pdf",
        )

    async def whoami(self) -> str:
        """Say whom the key belongs to."""
        try:
            body = await self._http.get("/session/user", access=self._access)
        except NotThereError:
            await self._range(LIST, 0, results=1)
            return "the key is accepted"
        user = decode(self.config.name, body, wire.USER)
        names = (user.company_name, user.username, user.user_name, user.name)
        who = next(filter(None, (*names, str(user.client_number or ""))), "")
        return f"the account {who}" if who else "the key is accepted"

    async def aclose(self) -> None:
        """Close the HTTP client."""
        await self._http.aclose()

    async def _list(self, path: str) -> AsyncGenerator[RawPage, None]:
        """Yield the ranges of *path*, some asked ahead, each row once.

        There is no total: a range shorter than asked is the end, or else a server that
        allows less than asked; then the rest is read one range after another.
        """
        progress = Progress(self.config.name, most=self._most_pages)
        seen: set[str] = set()
        start = 0
        rows: Rows = ()
        async with aclosing(ahead(self._ranges(path))) as ranges:
            async for rows in ranges:
                if not rows:
                    return
                if page := self._page(rows, progress, seen):
                    yield page
                start += len(rows)
                if len(rows) < RANGE:
                    break
        while rows:
            before, rows = rows, await self._range(path, start)
            if not rows or rows[0] == before[0]:
                return  # the end, whether the server knows ranges or not
            if page := self._page(rows, progress, seen):
                yield page
            start += len(rows)

    def _ranges(self, path: str) -> Iterator[Callable[[], Awaitable[Rows]]]:
        return (partial(self._range, path, start) for start in count(0, RANGE))

    async def _range(self, path: str, start: int, *, results: int = RANGE) -> Rows:
        body = await self._http.get(
            path,
            access=self._access,
            headers={"RANGED-DATA": f"start={start},results={results}"},
        )
        rows = decode(self.config.name, body, wire.ROWS)
        if len(rows) > results:
            raise BadReplyError(
                self.config.name,
                f"sent {len(rows)} rows where {results} were asked; it ignores ranges",
            )
        return wire.split_page(rows)

    def _page(self, rows: Rows, progress: Progress, seen: set[str]) -> RawPage | None:
        """Leave out rows that an inserted one has moved here from the range before."""
        ids = [self._id(row) for row in rows]
        progress.note(ids[0])
        new = tuple(row for row, id_ in zip(rows, ids, strict=True) if id_ not in seen)
        seen.update(ids)
        return RawPage(new) if new else None

    def _id(self, row: bytes) -> str:
        return str(decode(self.config.name, row, wire.HEAD).id)

    def _record(self, document: bytes) -> Record | Unreadable:
        row = read_document(document, wire.ROW)
        if isinstance(row, Unreadable):
            return row
        try:
            invoice = wire.to_invoice(row, self.config)
        except AmountError as error:
            return Unreadable(str(error))
        except ArithmeticError:
            return Unreadable(NO_AMOUNTS)
        return Record(invoice, ROWS.encode(row))

    async def _detail(self, path: str) -> wire.Detail:
        body = await self._http.get(f"{LIST}/{path}", access=self._access)
        details = decode(self.config.name, body, wire.DETAILS)
        if isinstance(details, wire.Detail):
            return details
        if not details:
            raise NotThereError(self.config.name, "has no such invoice")
        return details[0]

    def _joined(self, invoice: Invoice, detail: wire.Detail) -> Invoice:
        if str(detail.id) != invoice.id:
            raise BadReplyError(
                self.config.name, "answered with the details of another invoice"
            )
        try:
            return wire.with_details(invoice, detail, self.config)
        except AmountError as error:
            raise BadReplyError(
                self.config.name, f"answered with JSON of another shape: {error}"
            ) from None

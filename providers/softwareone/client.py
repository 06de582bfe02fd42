"""The SoftwareOne adapter: what to ask, and where."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from functools import partial
from typing import BinaryIO, cast
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
from providers.errors import (
    BadReplyError,
    NotFilteredError,
    NotThereError,
    RefusedError,
)
from providers.http import PATIENCE, Http, Patience
from providers.models import Invoice, Reason
from providers.money import NO_AMOUNTS, AmountError
from providers.paginate import IN_FLIGHT, READY, Progress, ahead
from providers.replies import ROWS, decode, read_document
from providers.softwareone import changes, wire
from providers.softwareone.tally import Tally
from providers.softwareone.wire import Collection, Document, Pagination
from providers.trace import Trace

#: Raised whenever `wire` makes something else of the same document.
RULES = 2
#: The largest that is not cut. Source: Resource query language.
LIMIT = 100
#: Left out of lists unless asked for. The plus is sent as it is: it means "also".
SELECT = "+lines,+audit"
#: The order must not change while we read; an id never does.
ORDER = "id"
#: How often a list that grows while it is read is read again in the same sync, where it
#: is shorter than this; of a longer one, changes are asked for by their time.
READ_AGAIN, SHORT = 2, 2_000
#: The documents of a reply, and where it stands in its list.
Reply = tuple[tuple[bytes, ...], Pagination]
#: Enough to see whether there is something, and how much.
ONE = "limit=1&offset=0"
WORDS = {
    401: "the token is wrong, disabled or deleted",
    403: "the token's account type cannot read invoices, or it lacks the module",
}


class SoftwareOne:
    """One connection to the SoftwareOne Marketplace."""

    defaults = ProviderDefaults(
        "SoftwareOne",
        "https://api.platform.softwareone.com/public/v1",
        "UTC",
        portal="https://portal.platform.softwareone.com",
    )

    def __init__(
        self,
        config: ConnectionConfig,
        *,
        now: Now,
        vault: Vault,  # noqa: ARG002 - the token never changes, so nothing is kept
        patience: Patience = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.config = config
        self._most_pages = patience.most_pages
        self._filters = True
        self._access = FixedHeader("Authorization", f"Bearer {token_of(config)}")
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
        """Everything but the document that decides what `read` makes of it."""
        config = self.config
        return (
            f"softwareone {RULES} {config.timezone.key} {config.currency}"
            f" {config.payment_terms}"
        )

    async def pages(self) -> AsyncGenerator[RawPage, None]:
        """Yield every page of the invoices, then of the credit memos."""
        async with aclosing(self._lists()) as pages:
            async for page in pages:
                yield page

    async def pages_since(self, moment: datetime) -> AsyncGenerator[RawPage, None]:
        """Yield the pages of what was made or changed at *moment* or later.

        A server that cannot do that is not asked again.

        Raises:
            NotFilteredError: it refuses the filter, or ignores it.
        """
        if not self._filters:
            raise NotFilteredError(self.config.name, "cannot filter by time")
        try:
            async with aclosing(self._lists(changes.to_filter(moment))) as pages:
                async for page in pages:
                    self._require_filtered(page, moment)
                    yield page
        except RefusedError as error:
            self._filters = False
            raise NotFilteredError(self.config.name, error.detail) from error

    async def read(
        self, source: str, documents: Sequence[bytes]
    ) -> list[Record | Unreadable]:
        """Read *documents*, in order; ask again for what the list left out of them."""
        collection = cast(Collection, source)
        read = [_read_one(document) for document in documents]
        for index, again in (await self._again(collection, read)).items():
            read[index] = again
        return [
            one if isinstance(one, Unreadable) else self._record(one, collection)
            for one in read
        ]

    def explain(self, source: str, row: bytes) -> tuple[Reason, ...]:
        """Say by which rules a kept *row* is what it is; none where unreadable."""
        trace = Trace()
        with suppress(msgspec.MsgspecError, AmountError, ArithmeticError):
            wire.to_invoice(
                wire.DOCUMENT.decode(row),
                self.config,
                collection=cast(Collection, source),
                trace=trace,
            )
        return tuple(trace.reasons)

    async def details(self, invoice: Invoice) -> Invoice:
        """Ask for *invoice* again, whole."""
        collection = _collection_of(invoice.id)
        return self._invoice(await self._one(collection, invoice.id), collection)

    async def find(self, number: str) -> Invoice:
        """Ask for the document with this ERP number or id, in any case of letters.

        Raises:
            NotThereError: there is none that this token may see.
        """
        text = number.strip().upper()
        collection = _collection_of(text)
        if text.startswith(("INV-", "CRD-")):
            return self._invoice(await self._one(collection, text), collection)
        bare = text.replace('"', "")
        quoted = quote(f'"{bare}"', safe="")
        query = f"documentNo={quoted}&select={SELECT}&{ONE}"
        documents, _ = await self._ask_list("invoices", query)
        if not documents:
            raise NotThereError(self.config.name, "has no such invoice")
        document = decode(self.config.name, documents[0], wire.DOCUMENT)
        return self._invoice(document, "invoices")

    async def pdf(self, invoice: Invoice, into: BinaryIO) -> None:
        """Write the official document of *invoice* to *into*."""
        path = f"{_path(_collection_of(invoice.id))}/{quote(invoice.id, safe='')}"
        body = await self._http.get(
            f"{path}/attachments?limit={LIMIT}&offset=0", access=self._access
        )
        found = decode(self.config.name, body, wire.ATTACHMENTS)
        chosen = wire.choose_pdf(found.data)
        if chosen is None:
            raise NotThereError(self.config.name, "has no PDF for it yet")
        await self._http.download(
            f"{path}/attachments/{quote(chosen.id, safe='')}",
            into,
            access=self._access,
            accept="application/pdf",
        )

    async def whoami(self) -> str:
        """Say what the token may read, how much of it, and of which client."""
        documents, where = await self._ask_list("invoices", ONE)
        client = None
        if documents:
            document = decode(self.config.name, documents[0], wire.DOCUMENT)
            client = document.client and document.client.name
        parts = (
            f"the client {client}" if client else None,
            None if where.total is None else f"{where.total} invoices",
            await self._memos(),
        )
        return ", ".join(filter(None, parts)) or "the token is accepted"

    async def aclose(self) -> None:
        """Close the HTTP client."""
        await self._http.aclose()

    async def _memos(self) -> str | None:
        try:
            _, where = await self._ask_list("credit-memos", ONE)
        except NotThereError:
            return None  # an installation without credit memos has no such list
        return None if where.total is None else f"{where.total} credit memos"

    async def _lists(self, filter_: str = "") -> AsyncGenerator[RawPage, None]:
        memos: asyncio.Task[Reply] | None = None
        try:
            async with aclosing(self._list("invoices", filter_)) as pages:
                async for page in pages:
                    if memos is None:
                        # Among the other requests, since it would be waited for alone.
                        asking = self._page("credit-memos", filter_, 0)
                        memos = asyncio.create_task(asking)
                    yield page
            try:
                async with aclosing(
                    self._list("credit-memos", filter_, memos)
                ) as pages:
                    async for page in pages:
                        yield page
            except NotThereError:
                # An installation without credit memos has no such list.
                yield RawPage((), "credit-memos", is_absent=True)
        finally:
            if memos is not None:
                memos.cancel()
                await asyncio.gather(memos, return_exceptions=True)

    async def _list(
        self,
        collection: Collection,
        filter_: str,
        first: asyncio.Task[Reply] | None = None,
    ) -> AsyncGenerator[RawPage, None]:
        """Yield the pages of *collection*, and what came in among them meanwhile.

        *first* is its first page, where that was asked for already.

        Ids are in no order of time, so that of several new rows one may come with a
        late page, and an older one slip into an early page that was read before it.
        """
        given: set[bytes] = set()
        for _ in range(1 + READ_AGAIN):
            tally = Tally(self.config.name)
            reading = self._read_list(collection, filter_, tally, first)
            first = None
            async with aclosing(reading) as pages:
                async for page in pages:
                    if not tally.is_below(SHORT):
                        # It is not read again, so that nothing has to be remembered.
                        yield page
                        continue
                    new = tuple(each for each in page.documents if each not in given)
                    if new:
                        yield RawPage(new, collection)
                    given.update(new)
            if tally.is_whole or not tally.is_below(SHORT):
                return

    async def _read_list(
        self,
        collection: Collection,
        filter_: str,
        tally: Tally,
        first: asyncio.Task[Reply] | None,
    ) -> AsyncGenerator[RawPage, None]:
        """Yield the pages of *collection*; with a total known, some are asked ahead."""
        progress = Progress(self.config.name, most=self._most_pages)
        before: tuple[bytes, ...] = ()
        offset, size = 0, LIMIT
        documents, where = await (first or self._page(collection, filter_, offset))
        while documents:
            page = self._new(documents, before, progress, collection)
            tally.note(documents, page, where)
            if page:
                yield page
            size = where.limit or LIMIT
            before, offset = documents, offset + size
            if where.total is None and len(documents) < size:
                return
            if where.total is not None:
                break
            documents, where = await self._page(collection, filter_, offset)
        total = where.total or 0
        while offset < total:
            offsets = range(offset, total, size)
            fetches = (partial(self._page, collection, filter_, at) for at in offsets)
            begun = ahead(fetches, in_flight=IN_FLIGHT + READY, first_alone=False)
            async with aclosing(begun) as pages:
                async for documents, where in pages:
                    self._require_whole(documents, where, size=size, offset=offset)
                    offset += size
                    if not documents:
                        tally.note((), None, where)
                        continue
                    page = self._new(documents, before, progress, collection)
                    tally.note(documents, page, where)
                    if page:
                        yield page
                    before = documents
            total = where.total or 0
        tally.require_all()

    async def _page(self, collection: Collection, filter_: str, offset: int) -> Reply:
        query = f"select={SELECT}&order={ORDER}&limit={LIMIT}&offset={offset}"
        # The filter stands in the query by itself, as no parameter's value.
        asked = f"{query}&{filter_}" if filter_ else query
        return await self._ask_list(collection, asked)

    async def _ask_list(self, collection: Collection, query: str) -> Reply:
        path = f"{_path(collection)}?{query}"
        body = await self._http.get(path, access=self._access)
        return wire.split_page(decode(self.config.name, body, wire.PAGE))

    def _require_filtered(self, page: RawPage, moment: datetime) -> None:
        if all(changes.is_since(document, moment) for document in page.documents):
            return
        self._filters = False
        raise NotFilteredError(self.config.name, "ignores the filter by time")

    def _require_whole(
        self,
        documents: tuple[bytes, ...],
        where: Pagination,
        *,
        size: int,
        offset: int,
    ) -> None:
        """Refuse a page after which rows would be missing."""
        is_last = offset + size >= (where.total or 0)
        if not is_last and len(documents) < size:
            raise BadReplyError(
                self.config.name,
                f"sent {len(documents)} rows where it promised {size}",
            )

    def _new(
        self,
        documents: tuple[bytes, ...],
        before: tuple[bytes, ...],
        progress: Progress,
        collection: Collection,
    ) -> RawPage | None:
        """Leave out documents that an inserted one moved here from the page before."""
        progress.note(decode(self.config.name, documents[0], wire.HEAD).id)
        moved = 0
        while moved < len(documents) and documents[moved] in before:
            moved += 1
        new = documents[moved:]
        return RawPage(new, collection) if new else None

    async def _again(
        self, collection: Collection, read: list[Document | Unreadable]
    ) -> dict[int, Document]:
        """Ask by id for the documents that lack a needed part; by their place."""
        lacking = {
            index: parts
            for index, one in enumerate(read)
            if isinstance(one, Document) and (parts := wire.left_out(one))
        }
        if not lacking:
            return {}
        fetches = (
            partial(self._whole, collection, cast(Document, read[index]), parts)
            for index, parts in lacking.items()
        )
        async with aclosing(ahead(fetches, first_alone=False)) as answers:
            found = [answer async for answer in answers]
        return dict(zip(lacking, found, strict=True))

    async def _whole(
        self, collection: Collection, document: Document, parts: tuple[str, ...]
    ) -> Document:
        """Ask for *document* with the left out *parts*; as it is where that fails."""
        try:
            return await self._one(collection, document.id, parts=parts)
        except (NotThereError, RefusedError):
            return document

    async def _one(
        self, collection: Collection, id_: str, *, parts: tuple[str, ...] = ()
    ) -> Document:
        also = [f"+{part}" for part in parts if part != "lines"]
        select = ",".join([SELECT, *also])
        path = f"{_path(collection)}/{quote(id_, safe='')}?select={select}"
        body = await self._http.get(path, access=self._access)
        return decode(self.config.name, body, wire.DOCUMENT)

    def _record(
        self, document: Document, collection: Collection
    ) -> Record | Unreadable:
        try:
            invoice = wire.to_invoice(document, self.config, collection=collection)
        except AmountError as error:
            return Unreadable(str(error))
        except ArithmeticError:
            return Unreadable(NO_AMOUNTS)
        return Record(invoice, ROWS.encode(document))

    def _invoice(self, document: Document, collection: Collection) -> Invoice:
        record = self._record(document, collection)
        if isinstance(record, Unreadable):
            raise BadReplyError(
                self.config.name,
                f"answered with JSON of another shape: {record.problem}",
            )
        return record.invoice


def _read_one(document: bytes) -> Document | Unreadable:
    read = read_document(document, wire.DOCUMENT)
    return read  # noqa: RET504 - by itself, so that its type is inferred


def _path(collection: Collection) -> str:
    return f"/billing/{collection}"


def _collection_of(id_: str) -> Collection:
    """Tell from an *id_* which list it is of; credit memos are CRD-…."""
    return "credit-memos" if id_.upper().startswith("CRD") else "invoices"

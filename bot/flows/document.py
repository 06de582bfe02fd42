"""Bring a provider's official document into a thread."""

import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from bot.views.ids import InvoiceRef
from bot.views.kit import outside
from bot.views.trouble import no_document
from providers.base import Provider
from providers.errors import ProviderError
from providers.models import Invoice
from storage import seen, snapshots
from storage.store import Store

log = structlog.get_logger(__name__)

#: A document kept in memory while it is fetched; a larger one goes to disk.
IN_MEMORY = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """A file to upload; *key* tells it from any other, where it may be asked for again.

    One without a key is not looked for when it is asked for again.
    """

    filename: str
    title: str
    content: bytes
    key: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where documents go."""

    channel: str
    ts: str


class Uploader(Protocol):
    """Puts documents into a thread (`bot.slack`)."""

    async def upload_documents(
        self, thread: Thread, documents: Sequence[Document], *, comment: str
    ) -> None:
        """Upload *documents* into *thread* in one message with *comment*."""
        ...


class Documents:
    """Fetches documents and uploads them; the same one once per thread."""

    def __init__(
        self,
        *,
        store: Store,
        providers: Mapping[str, Provider],
        uploader: Uploader,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._providers = providers
        self._uploader = uploader
        self._now = now
        self._under_way: set[str] = set()

    def invoice(self, ref: InvoiceRef) -> Invoice | None:
        """Find the invoice that a button is about."""
        found = self._store.read(snapshots.get, ref.connection, [ref.id])
        return found[ref.id].invoice if ref.id in found else None

    async def bring(self, refs: Sequence[InvoiceRef], thread: Thread) -> list[str]:
        """Put the documents of *refs* into *thread*; say what did not come, and why.

        Raises:
            SlackError: the upload failed; nothing is remembered as done.
        """
        problems: list[str] = []
        wanted: dict[str, InvoiceRef] = {}
        for ref in refs:
            key = f"pdf:{thread.channel}:{thread.ts}:{ref.connection}:{ref.id}"
            if key in self._under_way:
                problems.append("That PDF is already on its way into this thread.")
            elif self._store.read(seen.is_seen, key):
                problems.append("That PDF is already in this thread; scroll up.")
            else:
                wanted[key] = ref
        self._under_way |= wanted.keys()
        try:
            got = {
                key: _named(await self._fetch(ref), key) for key, ref in wanted.items()
            }
            problems += [each for each in got.values() if isinstance(each, str)]
            await self._upload([*got.values()], thread)
            for key, each in got.items():
                if isinstance(each, Document):
                    await self._store.run(seen.first_time, key, now=self._now())
        finally:
            self._under_way -= wanted.keys()
        return problems

    async def bring_privately(
        self, refs: Sequence[InvoiceRef], begin: Callable[[], Awaitable[Thread]]
    ) -> list[str]:
        """Put the documents into a thread of their own, begun when there is one.

        Raises:
            SlackError: the thread could not be begun, or the upload failed.
        """
        got = [await self._fetch(ref) for ref in refs]
        if any(isinstance(each, Document) for each in got):
            await self._upload(got, await begin())
        return [each for each in got if isinstance(each, str)]

    async def _upload(self, got: Sequence[Document | str], thread: Thread) -> None:
        documents = [each for each in got if isinstance(each, Document)]
        if documents:
            names = ", ".join(outside(each.title, 60) for each in documents)
            await self._uploader.upload_documents(
                thread, documents, comment=f"The provider's document: {names}"
            )

    async def _fetch(self, ref: InvoiceRef) -> Document | str:
        invoice = self.invoice(ref)
        provider = self._providers.get(ref.connection)
        if invoice is None or provider is None:
            return "That invoice is no longer here. Ask for it again."
        label = provider.config.label
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            try:
                await provider.pdf(invoice, file)  # type: ignore[arg-type]  # a BinaryIO
            except ProviderError as error:
                log.warning(
                    "no document",
                    connection=ref.connection,
                    number=invoice.number,
                    cause=error.detail,
                )
                return no_document(label, invoice.number, error.detail)
            file.seek(0)
            content = await asyncio.to_thread(file.read)
        name = filename_of(invoice.number)
        return Document(filename=name, title=invoice.number, content=content)


def _named(found: Document | str, key: str) -> Document | str:
    return found if isinstance(found, str) else replace(found, key=key)


def filename_of(number: str) -> str:
    """Name a file after an invoice: letters, digits, ``-`` and ``_`` of its number."""
    name = re.sub(r"[^\w-]+", "-", number, flags=re.UNICODE).strip("-_")
    return f"{name[:80] or 'invoice'}.pdf"

"""Bring an invoice's document into a thread: the provider's, or a statement."""

import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.queries.wording import mark, tr
from bot.views.ids import InvoiceRef
from bot.views.kit import outside
from bot.views.trouble import no_document
from providers.base import Provider
from providers.errors import ProviderError
from providers.models import Invoice
from storage import cursors, links, seen, snapshots
from storage.store import Store

log = structlog.get_logger(__name__)

#: A document kept in memory while it is fetched; a larger one goes to disk.
IN_MEMORY = 1_000_000
ON_ITS_WAY = mark("That PDF is already on its way into this thread.")
GONE = mark("That invoice is no longer here. Ask for it again.")
HERE = mark("That PDF is already in this thread.")
ABOVE = mark("That PDF is already in this thread; scroll up.")


@dataclass(frozen=True, slots=True)
class Document:
    """A file to upload; *key* tells it from any other, where it may be asked for again.

    One without a key is not looked for when it is asked for again. ``drawn`` is what we
    made from the data, since the provider has no document. *alt_text* says what a
    picture shows, to who does not see it.
    """

    filename: str
    title: str
    content: bytes
    key: str = ""
    drawn: bool = False
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where documents go."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a document did not come, in a sentence; *address* is where it is already.

    The sentence may be marked only: whoever it is told to may read another language
    than the document is in.
    """

    sentence: str
    address: str | None = None


class Uploader(Protocol):
    """Puts documents into a thread (`bot.slack`)."""

    async def upload_documents(
        self, thread: Thread, documents: Sequence[Document], *, comment: str
    ) -> None:
        """Upload *documents* into *thread* in one message with *comment*.

        Where one is that has a key is kept by that (`storage.links`).
        """
        ...


class Documents:
    """Fetches or draws documents and uploads them; the same one once per thread."""

    def __init__(
        self,
        *,
        store: Store,
        providers: Mapping[str, Provider],
        uploader: Uploader,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._providers = providers
        self._uploader = uploader
        self._now = now
        self._zone = zone
        self._under_way: set[str] = set()

    def invoice(self, ref: InvoiceRef) -> Invoice | None:
        """Find the invoice that a button is about."""
        found = self._store.read(snapshots.get, ref.connection, [ref.id])
        return found[ref.id].invoice if ref.id in found else None

    async def bring(self, refs: Sequence[InvoiceRef], thread: Thread) -> list[Missing]:
        """Put the documents of *refs* into *thread*; say what did not come, and why.

        Raises:
            SlackError: the upload failed; nothing is remembered as done.
        """
        problems: list[Missing] = []
        wanted: dict[str, InvoiceRef] = {}
        for ref in refs:
            key = f"pdf:{thread.channel}:{thread.ts}:{ref.connection}:{ref.id}"
            if key in self._under_way:
                problems.append(Missing(ON_ITS_WAY))
            elif self._store.read(seen.is_seen, key):
                address = self._store.read(links.find, key)
                problems.append(Missing(HERE if address else ABOVE, address))
            else:
                wanted[key] = ref
        self._under_way |= wanted.keys()
        try:
            got = {
                key: _named(await self._fetch(ref), key) for key, ref in wanted.items()
            }
            problems += [Missing(e) for e in got.values() if isinstance(e, str)]
            await self._upload([*got.values()], thread)
            for key, each in got.items():
                if isinstance(each, Document):
                    await self._store.run(seen.first_time, key, now=self._now())
        finally:
            self._under_way -= wanted.keys()
        return problems

    async def bring_privately(
        self, refs: Sequence[InvoiceRef], begin: Callable[[], Awaitable[Thread]]
    ) -> list[Missing]:
        """Put the documents into a thread of their own, begun when there is one.

        Raises:
            SlackError: the thread could not be begun, or the upload failed.
        """
        got = [await self._fetch(ref) for ref in refs]
        if any(isinstance(each, Document) for each in got):
            await self._upload(got, await begin())
        return [Missing(each) for each in got if isinstance(each, str)]

    async def _upload(self, got: Sequence[Document | str], thread: Thread) -> None:
        documents = [each for each in got if isinstance(each, Document)]
        if documents:
            await self._uploader.upload_documents(
                thread, documents, comment=_comment(documents)
            )

    async def _fetch(self, ref: InvoiceRef) -> Document | str:
        invoice = self.invoice(ref)
        provider = self._providers.get(ref.connection)
        if invoice is None or provider is None:
            return GONE
        label = provider.config.label
        if not invoice.has_pdf:
            return await self._draw(invoice, label)
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

    async def _draw(self, invoice: Invoice, label: str) -> Document:
        """Draw a statement, on a thread: setting type takes a second."""
        from bot.exports.statement import (  # noqa: PLC0415 - half a second, rarely needed
            Origin,
            to_statement,
        )

        states = {each.name: each for each in self._store.held(cursors.state)}
        state = states.get(invoice.connection)
        known = state.last_success if state else None
        origin = Origin(label, (known or self._now()).astimezone(self._zone).date())
        content = await asyncio.to_thread(to_statement, invoice, origin)
        return Document(
            filename=tr("statement-{name}", name=filename_of(invoice.number)),
            title=tr("Statement of {number}", number=invoice.number),
            content=content,
            drawn=True,
        )


def _comment(documents: Sequence[Document]) -> str:
    """Say of each document whose it is."""
    parts = []
    given = [outside(each.title, 60) for each in documents if not each.drawn]
    if given:
        parts.append(tr("The provider's document: {names}", names=", ".join(given)))
    drawn = [outside(each.title, 60) for each in documents if each.drawn]
    if drawn:
        parts.append(
            tr(
                "Drawn from the data, not the provider's document: {names}",
                names=", ".join(drawn),
            )
        )
    return "\n".join(parts)


def _named(found: Document | str, key: str) -> Document | str:
    return found if isinstance(found, str) else replace(found, key=key)


def filename_of(number: str) -> str:
    """Name a file after an invoice: letters, digits, ``-`` and ``_`` of its number."""
    name = re.sub(r"[^\w-]+", "-", number, flags=re.UNICODE).strip("-_")
    return f"{name[:80]}.pdf" if name else tr("invoice.pdf")

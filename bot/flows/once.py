"""A file into a thread, once, however often it is asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.flows.document import Document, Missing, Thread, Uploader
from storage import links, seen
from storage.store import Store


class Once:
    """Uploads what has a key of its own; one for each sort of file."""

    def __init__(
        self, *, store: Store, uploader: Uploader, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._uploader = uploader
        self._now = now
        self._under_way: set[str] = set()

    async def put(  # noqa: PLR0913  # a file, where it goes, and what is said instead
        self,
        document: Document,
        *,
        key: str,
        begin: Callable[[], Awaitable[Thread]],
        comment: str,
        on_its_way: str,
        there: str,
    ) -> Missing | None:
        """Upload *document* into the thread that *begin* gives, or say why not.

        Raises:
            SlackError: the upload failed; nothing is remembered as done.
        """
        if key in self._under_way:
            return Missing(on_its_way)
        if self._store.read(seen.is_seen, key):
            return Missing(there, self._store.read(links.find, key))
        self._under_way.add(key)
        try:
            await self._uploader.upload_documents(
                await begin(), [replace(document, key=key)], comment=comment
            )
            await self._store.run(seen.first_time, key, now=self._now())
        finally:
            self._under_way.discard(key)
        return None

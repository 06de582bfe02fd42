"""Files that people ask for: into a thread once, whatever becomes of Slack's answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlite_utils import Database

from bot.flows.document import Document, Thread
from bot.flows.post import (
    Absent,
    Busy,
    Closed,
    Posted,
    PostOutcome,
    Refused,
    Unknown,
)
from bot.flows.upload import PATIENCE, Ready, discard, find_share, prepare, share
from bot.slack import SlackError
from storage import links, uploads
from storage.store import Store

log = structlog.get_logger(__name__)

#: A file whose answer was lost is looked for after so many seconds, each.
LOOKS = (0.5, 1.5, 3.0)
#: Our word for a file of which nobody can tell whether it is there.
UNKNOWN = "upload_unknown"
#: Our word for a file that a channel is not to see (`[privacy]`).
NOT_SHOWN = "not_shown_here"


class Uploads:
    """Puts documents into threads (`bot.flows.document.Uploader`).

    A document with a key whose share was not answered is looked for before it is sent
    again, also after a restart.
    """

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        store: Store,
        now: Callable[[], datetime],
        may_show: Callable[[str], bool] = lambda _: True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._store = store
        self._now = now
        self._may_show = may_show
        self._sleep = sleep

    async def upload_documents(
        self, thread: Thread, documents: Sequence[Document], *, comment: str
    ) -> None:
        """Upload *documents* into *thread* in one message with *comment*.

        Raises:
            SlackError: they were refused, (`UNKNOWN`) nobody can tell, or
                (`NOT_SHOWN`) the channel is not to see what is in them.
            StorageError: it could not be noted; nothing was shared.
        """
        if not self._may_show(thread.channel):
            raise SlackError(NOT_SHOWN)
        missing = [each for each in documents if not await self._is_there(each, thread)]
        files = [(each, await self._prepare(each)) for each in missing]
        if not files:
            return
        noted = [(each.key, file) for each, file in files if each.key]
        await self._store.run_aside(uploads.begin, noted, now=self._now())
        named = [(file, each.title) for each, file in files]
        outcome = await share(self._client, thread, named, comment=comment)
        if isinstance(outcome, Unknown):
            log.warning("share not answered", cause=outcome.reason, files=len(files))
            outcome = await self._appears(thread, files[0][1]) or outcome
            if isinstance(outcome, Unknown):
                raise SlackError(UNKNOWN if noted else "no_answer")
        await self._settle(noted, outcome)
        if isinstance(outcome, Busy | Closed | Refused):
            raise SlackError(_code(outcome))

    async def _is_there(self, document: Document, thread: Thread) -> bool:
        """Find out about an earlier share of a document that was not answered."""
        earlier = self._store.read(uploads.find, document.key)
        if earlier is None:
            return False
        match await find_share(self._client, thread, file=earlier.file):
            case Posted() as posted:
                log.info("file found in its thread", file=earlier.file)
                await self._settle([(document.key, earlier.file)], posted)
                return True
            case Absent() if self._now() - earlier.begun_at >= PATIENCE:
                # A share that is still under way must not come beside the next one.
                if await discard(self._client, earlier.file):
                    await self._store.run_aside(uploads.settle, [document.key])
                    return False
        raise SlackError(UNKNOWN)

    async def _prepare(self, document: Document) -> str:
        outcome = await prepare(self._client, document)
        if isinstance(outcome, Ready):
            return outcome.file
        raise SlackError(_code(outcome))

    async def _appears(self, thread: Thread, file: str) -> Posted | None:
        for seconds in LOOKS:
            await self._sleep(seconds)
            found = await find_share(self._client, thread, file=file)
            if isinstance(found, Posted):
                return found
        return None

    async def _settle(
        self, noted: Sequence[tuple[str, str]], outcome: PostOutcome
    ) -> None:
        """Note that it is known what became of files, and where they can be opened."""
        addresses = outcome.addresses if isinstance(outcome, Posted) else {}
        kept = [(key, addresses[file]) for key, file in noted if file in addresses]
        await self._store.run_aside(
            _note_settled, [key for key, _ in noted], kept, now=self._now()
        )


def _note_settled(
    db: Database,
    keys: Sequence[str],
    addresses: Sequence[tuple[str, str]],
    *,
    now: datetime,
) -> None:
    uploads.settle(db, keys)
    for key, address in addresses:
        links.put(db, key, address, now=now)


def _code(outcome: Busy | Closed | Refused) -> str:
    if isinstance(outcome, Busy):
        return "ratelimited" if outcome.everywhere else "not_reached"
    return outcome.code

"""Claim from the outbox, render, post, finish; each message once, in order.

What Slack answered decides what becomes of a delivery. One that may or may not have
been posted (a timeout, a dropped connection, our own end in between) is searched for in
the channel before anything is posted again, and set aside where that is not allowed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, assert_never

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.privacy import Level
from bot.flows import closing, upload
from bot.flows.abilities import Abilities
from bot.flows.access import Barrier
from bot.flows.complaint import Complaint
from bot.flows.document import Thread
from bot.flows.ending import Ending, about
from bot.flows.export import Export
from bot.flows.news import News
from bot.flows.post import (
    Absent,
    Busy,
    Closed,
    Posted,
    PostOutcome,
    Refused,
    SearchOutcome,
    Target,
    Unknown,
    Unreadable,
    post,
    search,
)
from bot.flows.privacy import Privacy
from bot.flows.telling import render
from bot.flows.updating import Updating
from bot.flows.upload import Ready, discard, find_share, prepare, share
from bot.tracking.events import InvoiceEvent, from_json
from bot.views.kit import Message
from bot.views.limits import MessageError, check
from bot.views.plainer import NATIVE, kinds_in, plainer
from storage import outbox
from storage.errors import StorageError
from storage.outbox import Claimed
from storage.store import Store

log = structlog.get_logger(__name__)

#: Says why news must not be posted in a channel; ``None`` when it may.
MayPost = Callable[[str], Awaitable[Barrier | None]]
#: Makes the file that a payload names; ``None`` when there is no such list any more.
MakeFile = Callable[[Mapping[str, Any]], Awaitable[Export | None]]

#: A claim is kept up while it is worked on; after a crash it lapses this soon.
LEASE = timedelta(seconds=10)
#: Between two tries while Slack as a whole refuses us.
CLOSED_PAUSE = timedelta(seconds=60)
#: Between two looks at whether a channel may be posted to.
ACCESS_PAUSE = timedelta(seconds=30)
#: Between two looks for a file that Slack may be about to show.
FILE_PAUSE = timedelta(seconds=10)
#: Channels posted to beside each other.
BESIDE = 8
#: How long the loop sleeps with something to do soon, and with nothing.
SOON_SECONDS, IDLE_SECONDS = 0.25, 1.0

#: Slack's words for a thread that is not there (chat.postMessage, "Errors").
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message"})


async def no_file(_payload: Mapping[str, Any]) -> Export | None:
    """Make no file."""
    return None


class Deliverer:
    """Works the outbox off. Several may work on one database."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        client: AsyncWebClient,
        news: News,
        may_post: MayPost,
        now: Callable[[], datetime],
        today: Callable[[], date],
        labels: Mapping[str, str],
        privacy: Privacy | None = None,
        zone: tzinfo = UTC,
        make_file: MakeFile = no_file,
        count: Callable[[str], None] = lambda _: None,
        abilities: Abilities | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._client = client
        self._news = news
        self._may_post = may_post
        self._now = now
        self._today = today
        self._labels = labels
        self._zone = zone
        self._privacy = privacy
        self._make_file = make_file
        self._count = count
        self._abilities = abilities or Abilities()
        self._lease = lease
        self._ending = Ending(store=store, now=now, lease=lease, count=count)
        self._updating = Updating(
            store=store,
            client=client,
            ending=self._ending,
            may_post=may_post,
            may_show=None if privacy is None else privacy.may_show,
            now=now,
            today=today,
            zone=zone,
            labels=labels,
        )
        self._running: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be something to post, so that it goes out at once."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until *stop* is set; then begin nothing new. See `drain`."""
        complaint = Complaint(log, "nothing can be claimed from the outbox")
        while not stop.is_set():
            seconds = IDLE_SECONDS
            try:
                if await self._start() or self._running:
                    seconds = SOON_SECONDS
                complaint.settle()
            except StorageError as error:
                complaint.voice(str(error))
            except Exception:  # a defect here must not end the telling for good
                log.exception("delivery broke")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), seconds)
            self._woken.clear()

    async def drain(self, seconds: float = 8.0) -> None:
        """Wait for what is under way; what is cut off is searched for next time."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)

    async def deliver_ready(self) -> int:
        """Deliver everything that may go out now, and wait for it; count it."""
        claimed = await self._claim(BESIDE)
        await asyncio.gather(*(self._deliver(each) for each in claimed))
        return len(claimed)

    async def _start(self) -> bool:
        """Begin what may go out now; tell whether more may follow soon."""
        await self._let_go()
        room = BESIDE - len(self._running)
        if room <= 0 or not self._store.read(outbox.is_due, now=self._now()):
            return False
        for claimed in await self._claim(room):
            task = asyncio.create_task(
                self._deliver(claimed), name=f"delivery {claimed.id}"
            )
            self._running.add(task)
            task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("defect in a delivery", task=task.get_name(), exc_info=error)

    async def _let_go(self) -> None:
        """Let what waits for others, or for room in its channel, wait no longer."""
        if self._store.read(self._news.may_release):
            await self._store.run_aside(self._news.release_gathered)
        if self._store.read(outbox.held, kind="baseline"):
            await self._store.run_aside(self._news.release_baselines)

    async def _claim(self, limit: int) -> list[Claimed]:
        return await self._store.run_aside(
            outbox.claim, now=self._now(), lease=self._lease, limit=limit
        )

    async def _deliver(self, claimed: Claimed) -> None:
        """Bring one delivery as far as it gets."""
        log.info("delivery claimed", **about(claimed), attempt=claimed.attempts)
        try:
            if claimed.kind == "update":
                await self._updating.update(claimed)
            elif claimed.may_be_posted:
                await self._look(claimed)
            elif claimed.kind == "file":
                await self._send_file(claimed)
            else:
                await self._send(claimed)
        except StorageError as error:
            # The claim lapses, and the channel is searched before another try.
            log.error("delivery not recorded", **about(claimed), error=str(error))

    async def _look(self, claimed: Claimed) -> None:
        """Find out whether an earlier try was posted."""
        outcome = await self._ending.keeping(claimed, self._search(claimed))
        match outcome:
            case Posted(ts=ts):
                await self._ending.done(claimed, ts, how="found")
            case Absent() if claimed.file is not None:
                await self._await_file(claimed, claimed.file)
            case Absent():
                await self._ending.put_back(claimed, timedelta(0), "it was not posted")
            case Busy(wait=wait, reason=reason):
                await self._ending.put_back(claimed, wait, reason, may_be_posted=True)
            case Unreadable(code=code):
                await self._ending.park(claimed, code)
            case _:
                assert_never(outcome)

    async def _search(self, claimed: Claimed) -> SearchOutcome:
        if claimed.kind != "file":
            return await search(
                self._client,
                _target(claimed),
                since=claimed.tried_at,
                after=claimed.after_ts,
            )
        name = ""
        if claimed.file is None:
            # It was not shared from here; from where a backup was made, it may be.
            export = await self._make_file(claimed.payload)
            name = "" if export is None else export.document.filename
        return await find_share(
            self._client, _thread(claimed), file=claimed.file, name=name
        )

    async def _await_file(self, claimed: Claimed, file: str) -> None:
        """Wait for a file that is not in its thread, and take it away in the end.

        Slack shows a file when it has looked into it. One that was taken away cannot
        appear beside the next one.
        """
        if self._now() - claimed.tried_at < upload.PATIENCE:
            reason = "the file is not in the thread yet"
        elif await self._ending.keeping(claimed, discard(self._client, file)):
            await self._ending.put_back(claimed, timedelta(0), "it was not shared")
            return
        else:
            reason = "the file cannot be taken away"
        await self._ending.put_back(claimed, FILE_PAUSE, reason, may_be_posted=True)

    async def _send_file(self, claimed: Claimed) -> None:
        """Put a file into its thread; its id is noted before anybody can see it."""
        if not await self._may(claimed):
            return
        export = await self._ending.keeping(claimed, self._making(claimed))
        if export is None:
            await self._ending.give_up(
                claimed, "it cannot be made, or not be shown there"
            )
            return
        ready = await self._ending.keeping(
            claimed, prepare(self._client, export.document)
        )
        comment = Message(text=export.comment)
        if not isinstance(ready, Ready):
            await self._settle(claimed, comment, ready)
            return
        noted = await self._store.run_aside(
            outbox.note_file, claimed.id, attempt=claimed.attempts, file=ready.file
        )
        if not noted or not await self._ending.renew(claimed):
            log.warning("claim lost before the post", **about(claimed))
            return
        sharing = share(
            self._client,
            _thread(claimed),
            [(ready.file, export.document.title)],
            comment=export.comment,
        )
        outcome = await self._ending.keeping(claimed, sharing)
        await self._settle(claimed, comment, outcome)

    async def _making(self, claimed: Claimed) -> Export | None:
        if self._privacy is not None and not self._privacy.may_show(claimed.channel):
            return None
        return await self._make_file(claimed.payload)

    async def _may(self, claimed: Claimed) -> bool:
        """See whether the channel may be told; what may not waits."""
        if claimed.kind == "closed":  # no figures are in it
            return True
        barrier = await self._ending.keeping(claimed, self._asking(claimed.channel))
        if barrier is None:
            return True
        if barrier.code is None:
            await self._ending.pause(claimed, barrier.reason, ACCESS_PAUSE)
        else:
            await self._ending.close(claimed, barrier.code)
        return False

    async def _send(self, claimed: Claimed) -> None:
        """Post one delivery that Slack surely does not have."""
        if not await self._may(claimed):
            return
        message = self._render(claimed)
        message = Message(message.text, self._abilities.shaped(message.blocks))
        try:
            check(message)
        except MessageError as error:
            log.error("message too big", **about(claimed), error=str(error))
            message = Message(text=message.text)
        if not await self._ending.renew(claimed):
            log.warning("claim lost before the post", **about(claimed))
            return
        await self._settle(claimed, message, await self._post(claimed, message))

    async def _asking(self, channel: str) -> Barrier | None:
        return await self._may_post(channel)

    async def _post(self, claimed: Claimed, message: Message) -> PostOutcome:
        call = post(
            self._client, _target(claimed), text=message.text, blocks=message.blocks
        )
        return await self._ending.keeping(claimed, call)

    async def _settle(
        self, claimed: Claimed, message: Message, outcome: PostOutcome
    ) -> None:
        """Act on what Slack answered."""
        if not isinstance(outcome, Posted):
            self._count(type(outcome).__name__.lower())
        match outcome:
            case Posted(ts=ts):
                await self._ending.done(claimed, ts, how="posted")
            case Busy(wait=wait, reason=reason, everywhere=everywhere):
                if everywhere and claimed.kind != "file":  # that is another method
                    await self._store.run_aside(outbox.hold, until=self._now() + wait)
                await self._ending.put_back(claimed, wait, reason)
            case Closed(code=code) if closing.is_closing(code):
                await self._ending.close(claimed, code)
            case Closed(code=code):
                await self._ending.pause(
                    claimed, f"Slack answered {code}", CLOSED_PAUSE
                )
            case Unknown(reason=reason):
                wait = timedelta(seconds=min(2**claimed.attempts, 60))
                await self._ending.put_back(claimed, wait, reason, may_be_posted=True)
            case Refused(code=code) if code in NO_THREAD and _target(claimed).thread_ts:
                log.warning("thread gone, posted beside it", **about(claimed))
                await self._store.run_aside(outbox.detach, claimed.id)
                await self._ending.put_back(claimed, timedelta(0), code)
            case Refused(code=code) if message.blocks:
                log.error("blocks refused, sent plainer", **about(claimed), error=code)
                plain = _plainer(message)
                await self._settle(claimed, plain, await self._post(claimed, plain))
            case Refused(code=code):
                await self._ending.give_up(claimed, code)
            case _:
                assert_never(outcome)

    def _render(self, claimed: Claimed) -> Message:
        """Make the message, of what its channel may see."""
        if claimed.kind == "wake":
            return self._updating.render_wake(claimed)
        stored = self._store.read(outbox.events_of, claimed.id)
        events = [from_json(payload) for _, payload in stored]
        level = Level.FULL
        if self._privacy is not None:
            level = self._privacy.level(claimed.channel)

        def tell(events: list[InvoiceEvent]) -> Message:
            return render(
                claimed,
                events,
                today=self._today(),
                labels=self._labels,
                zone=self._zone,
                amounts=level is not Level.COUNTS,
            )

        if self._privacy is None:
            return tell(events)
        return self._privacy.news(
            events,
            delivery=claimed.id,
            channel=claimed.channel,
            labels=self._labels,
            tell=tell,
        )


def _plainer(message: Message) -> Message:
    """Draw what Slack refused without its newer blocks, or of text alone."""
    if kinds_in(message.blocks):
        return Message(message.text, plainer(message.blocks, frozenset(NATIVE)))
    return Message(text=message.text)


def _target(claimed: Claimed) -> Target:
    thread = claimed.thread_ts or claimed.payload.get("thread")
    return Target(claimed.id, claimed.channel, thread)


def _thread(claimed: Claimed) -> Thread:
    return Thread(claimed.channel, claimed.thread_ts or "")

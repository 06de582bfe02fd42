"""From what a person typed or pressed to the message they get."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.answers.model import (
    Answer,
    OneInvoice,
)
from bot.answers.privacy import Level
from bot.flows.access import Access
from bot.flows.ask import WAIT_SECONDS, Asked, Questions
from bot.flows.asker import Asker, Reply, whisper
from bot.flows.care import Caring
from bot.flows.find import Found, find_in
from bot.flows.orders import Orders
from bot.flows.preferences import Preferences
from bot.flows.privacy import Privacy
from bot.flows.showing import Shown, answer_message
from bot.flows.subscribe import Subscriptions
from bot.queries.care import CareOrder, parse_care
from bot.queries.changes import Change, changes_of
from bot.queries.commands import to_command
from bot.queries.doubts import with_portal
from bot.queries.follow import parse_follow_up
from bot.queries.model import Context, Part, Query, QueryError
from bot.queries.orders import Order
from bot.queries.parse import parse_query
from bot.queries.preferences import (
    ChangeSetting,
    SettingsOrder,
    parse_settings,
)
from bot.queries.subscribe import parse_request
from bot.queries.wording import language, mark, tr
from bot.views import words
from bot.views.ids import AnswerRef, InvoiceRef, PrivateRef
from bot.views.kit import MAX_BLOCKS, Message, context
from bot.views.listing import Setting
from bot.views.privacy import note_to_asker, rule_sentence
from bot.views.trouble import query_error_message

__all__ = ["Asker", "Replies", "Reply", "answer_message"]

#: Slack shows "operation_timeout" after 3 s; everything has to be said before this.
ANSWER_SECONDS = 2.3
ACCESS_SECONDS = 1.0
#: Both are pure, and the same words come again and again.
_parsed = lru_cache(maxsize=500)(parse_request)
_written = lru_cache(maxsize=500)(to_command)

#: A reading that takes longer than this is no longer waited for.
LATER_SECONDS = 600.0
#: Between two looks at how far older years have come.
STEP_SECONDS = (3.0, 10.0, 30.0)
FOLLOWED = mark(
    "What was not said is as in the last answer of this thread; `reset` clears it."
)


@lru_cache(maxsize=500)
def _changes(query: Query, known: Context, _language: object) -> tuple[Change, ...]:
    """List what can be asked instead; what it is called is in one language."""
    return changes_of(query, known)


class Replies:
    """Makes replies; checks first who is asking."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        questions: Questions,
        access: Access,
        subscriptions: Subscriptions,
        preferences: Preferences,
        privacy: Privacy,
        caring: Caring,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        locale: str = "en",
    ) -> None:
        self._speech = words.configured(locale)
        self._questions = questions
        self._access = access
        self._subscriptions = subscriptions
        self._preferences = preferences
        self._privacy = privacy
        self._caring = caring
        self._orders = Orders(
            questions=questions,
            subscriptions=subscriptions,
            preferences=preferences,
            caring=caring,
            now=now,
            zone=zone,
        )
        self._now = now
        self._zone = zone
        self._shown = Shown()

    async def to_text(
        self,
        text: str,
        asker: Asker,
        *,
        shared: bool = False,
        after: str | None = None,
        spent: float = 0.0,
    ) -> Reply:
        """Answer what somebody typed, within Slack's time for an acknowledgement.

        *after* is the command that was answered before in the same thread; *spent* is
        how many seconds of that time are over.
        """
        started = time.monotonic() - spent
        refusal = await self.refusal(asker)
        if refusal is not None:
            return whisper(refusal)
        try:
            about = self._caring.about_thread(asker.channel, asker.thread)
            query, followed = self.read(text, in_thread=about is not None), False
            if after is not None and isinstance(query, Query):
                query, followed = parse_follow_up(
                    text, after, context=self._questions.context()
                )
            if isinstance(query, Query):
                query = await self._questions.settled(query)
        except QueryError as error:
            return self._not_understood(error)
        if not isinstance(query, Query):
            return await self.obey(query, asker)
        left = ANSWER_SECONDS - (time.monotonic() - started)
        asked = await self._questions.ask(
            query, wait_seconds=max(0.0, min(WAIT_SECONDS, left))
        )
        return await self._reply(
            query, asked, asker, page=1, shared=shared, followed=followed
        )

    async def to_ref(
        self,
        ref: AnswerRef,
        asker: Asker,
        *,
        shared: bool,
        wait_seconds: float = 0.0,
        again: bool = False,
    ) -> Reply:
        """Answer the question that a button carries; *again* reads all of it anew.

        Nobody waits longer for that than *wait_seconds*: by then the person may have
        turned the page.
        """
        refusal = await self.refusal(asker)
        if refusal is not None:
            return whisper(refusal)
        try:
            query = self.read(ref.command)
            if isinstance(query, Query):
                query = await self._questions.settled(query)
        except QueryError as error:
            return self._not_understood(error)
        if not isinstance(query, Query):
            return await self.obey(query, asker)
        asked = await self._questions.ask(
            query,
            page=ref.page,
            wait_seconds=wait_seconds,
            again=again,
            replaced=False,
        )
        return await self._reply(query, asked, asker, page=ref.page, shared=shared)

    def _not_understood(self, error: QueryError) -> Reply:
        """Say what is wrong with a question, and who can do what we cannot."""
        if error.about is not None:
            address = self._questions.portal(error.about)
            error = error if address is None else with_portal(error, address)
        return Reply(query_error_message(error), is_answer=False)

    async def steps(
        self, reply: Reply, *, shared: bool = False
    ) -> AsyncIterator[Reply]:
        """Answer again while older years come in, and at last when all is read.

        A few times only: a response URL is used five times at most.
        """
        for seconds in STEP_SECONDS:
            if reply.reading is None or reply.query is None or reply.asker is None:
                return
            done, _ = await asyncio.wait({reply.reading}, timeout=seconds)
            if done:
                break
            if self._questions.is_loading(reply.query):
                answer = await self._questions.answer_now(reply.query, page=reply.page)
                yield await self._reply(
                    reply.query,
                    Asked(answer),
                    reply.asker,
                    page=reply.page,
                    shared=shared,
                    followed=reply.followed,
                )
        last = await self.later(reply, shared=shared)
        if last is not None:
            yield last

    async def later(self, reply: Reply, *, shared: bool = False) -> Reply | None:
        """Wait for the reading behind *reply* and answer again; ``None``: gave up."""
        if reply.reading is None or reply.query is None or reply.asker is None:
            return None
        done, _ = await asyncio.wait({reply.reading}, timeout=LATER_SECONDS)
        if not done:
            return None
        answer = await self._questions.answer_now(reply.query, page=reply.page)
        return await self._reply(
            reply.query,
            Asked(answer),
            reply.asker,
            page=reply.page,
            shared=shared,
            followed=reply.followed,
        )

    async def alone(self, user: str) -> Asker:
        """Make the asker of a place that only *user* sees: a window, the Home tab.

        What is ordered there is ordered in the direct message with them.
        """
        channel = await self._access.direct_message(user)
        return Asker(user, channel or user, direct=True)

    async def mentioned(self, text: str) -> Found:
        """Find the invoices that a message mentions by their numbers.

        Raises:
            StorageError: the database cannot be read.
        """
        names = {each.name for each in self._questions.context().connections}
        return await self._questions.beside(lambda db: find_in(db, text, names))

    def context(self) -> Context:
        """Say what the words of a question depend on right now."""
        return self._questions.context()

    def ref_of(self, reply: Reply) -> AnswerRef | None:
        """Say what gives *reply* again; ``None`` where it answers no question."""
        if reply.query is None or not reply.is_answer or reply.query.show == "help":
            return None
        command = _written(_again(reply.query), self._questions.context())
        return AnswerRef(command=command, page=reply.page)

    def answer_to(self, ref: AnswerRef) -> Answer | None:
        """Answer a button's question as things stand; ``None``: it no longer parses."""
        try:
            query = parse_query(ref.command, context=self._questions.context())
        except QueryError:
            return None
        return self._questions.answer(query, page=ref.page)

    async def privately(self, ref: PrivateRef) -> list[Message]:
        """Show what a channel does not: an answer, or news with the rest in replies.

        There is none where it is kept no longer.
        """
        asked = self._privacy.question(ref)
        if asked is None:
            return self._privacy.delivered(
                ref, today=self.today(), labels=self._subscriptions.labels
            )
        answer = self.answer_to(asked)
        if answer is None:
            return []
        setting = Setting(asked.command, self._now(), self._zone, shared=True)
        return [self._shown.message(answer, setting)]

    def question(self, ref: PrivateRef) -> AnswerRef | None:
        """Find the question behind a button that does not carry it."""
        return self._privacy.question(ref)

    def whole(self, asker: Asker) -> bool:
        """Tell whether others may see everything where *asker* is."""
        return self._privacy.level(asker.channel, direct=asker.direct) is Level.FULL

    def rule(self, asker: Asker) -> str:
        """Say what others may not see where *asker* is."""
        level = self._privacy.level(asker.channel, direct=asker.direct)
        return rule_sentence(level, asker.channel)

    async def one(
        self, ref: InvoiceRef, *, part: Part | None = None
    ) -> OneInvoice | None:
        """Find the invoice of a button, in time for a modal to open."""
        return await self._questions.one(ref.connection, ref.id, part=part)

    def in_public(self) -> AbstractContextManager[None]:
        """Write as the workspace writes while inside: for what everybody sees."""
        return words.speaking(self._speech)

    @property
    def zone(self) -> ZoneInfo:
        """Where the bot is."""
        return self._zone

    def today(self) -> date:
        """Say which day it is for the answers."""
        return self._now().astimezone(self._zone).date()

    async def refusal(self, asker: Asker) -> str | None:
        """Say why *asker* may not see figures; ``None`` when they may.

        From here on this task speaks their locale.
        """
        words.speak(self._speech)  # until it is known how they read
        try:
            async with asyncio.timeout(ACCESS_SECONDS):
                spoken = words.speech(await self._access.locale(asker.user))
                words.speak(spoken or self._speech)
                return await self._access.refusal(
                    user=asker.user, channel=asker.channel, direct=asker.direct
                )
        except TimeoutError:
            return tr(
                "Slack did not say in time who you are, so I show no figures. Try "
                "again in a minute."
            )

    def read(
        self, text: str, *, in_thread: bool = False
    ) -> Query | Order | SettingsOrder | CareOrder:
        """Read a question or an order without answering it.

        With *in_thread* it stands in the thread of an invoice's message.

        Raises:
            QueryError: it is neither.
        """
        context = self._questions.context()
        settings = parse_settings(text, context=context)
        if settings is not None:
            return settings
        order = parse_care(text, context=context, in_thread=in_thread)
        if order is not None:
            return order
        return _parsed(text, context=context, pace=self._subscriptions.pace)

    async def obey(
        self, order: Order | SettingsOrder | CareOrder, asker: Asker
    ) -> Reply:
        """Do what is ordered; only who ordered it is told."""
        if isinstance(order, ChangeSetting) and order.name == "backfill":
            return await self._backfill(order, asker)
        return await self._orders.obey(order, asker)

    async def _backfill(self, order: ChangeSetting, asker: Asker) -> Reply:
        """Read older years for an admin: they are what the question is about."""
        refused = await self._preferences.refusal(asker.user)
        if refused is not None:
            return Reply(refused, is_answer=False)
        query = self._questions.backfill(int(order.value), order.about)
        if query is None:
            return whisper(
                tr(
                    "Everything since {year} is read already, or there is nothing "
                    "older to read.",
                    year=order.value,
                )
            )
        asked = await self._questions.ask(query, again=True)
        reply = await self._reply(query, asked, asker, page=1, shared=False)
        return replace(reply, is_answer=False)

    async def _reply(  # noqa: PLR0913 - an answer, and how it is shown
        self,
        query: Query,
        asked: Asked,
        asker: Asker,
        *,
        page: int,
        shared: bool,
        followed: bool = False,
    ) -> Reply:
        known = self._questions.context()
        level = self._privacy.level(asker.channel, direct=asker.direct)
        # What everybody sees is written as the workspace writes.
        with words.speaking(self._speech) if shared else nullcontext():
            setting = Setting(
                command=_written(_again(query), known),
                now=self._now(),
                zone=self._zone,
                shared=shared,
                changes=_changes(query, known, language()),
            )
            message = await self._privacy.answer(
                level if shared else Level.FULL,
                query,
                asked.answer,
                page=page,
                setting=setting,
                channel=asker.channel,
                questions=self._questions,
                show=self._shown.message,
            )
            blocks = message.blocks
            if level is not Level.FULL and not shared and query.show != "help":
                note = context(note_to_asker(level, asker.channel))
                blocks = [*blocks[: MAX_BLOCKS - 2], note]
            if followed:
                blocks = [*blocks, context(tr(FOLLOWED))]
        if blocks is not message.blocks:
            message = Message(message.text, blocks)
        return Reply(
            message,
            query,
            page,
            asked.reading,
            command=setting.command if query.show == "invoices" else None,
            followed=followed,
            asker=asker,
        )


def _again(query: Query) -> Query:
    """Take off a question what came beside its answer: a file comes once."""
    part = None if query.part == "pdf" else query.part
    return replace(query, file=None, to_me=False, part=part)

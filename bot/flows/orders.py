"""What is ordered in place of a question: subscriptions, settings, care."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.flows.ask import Questions
from bot.flows.asker import Asker, Reply, whisper
from bot.flows.care import Caring, Wanted
from bot.flows.preferences import Preferences
from bot.flows.showing import answer_message
from bot.flows.subscribe import Subscriptions
from bot.queries.care import ME, CareOrder
from bot.queries.model import Query
from bot.queries.orders import Order
from bot.queries.preferences import ChangeSetting, SettingsOrder, ShowSettings
from bot.queries.wording import trn
from bot.views.care import outcome_message
from bot.views.listing import Setting


class Orders:
    """Carries orders out; who may give any was checked before."""

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        questions: Questions,
        subscriptions: Subscriptions,
        preferences: Preferences,
        caring: Caring,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._questions = questions
        self._subscriptions = subscriptions
        self._preferences = preferences
        self._caring = caring
        self._now = now
        self._zone = zone

    async def obey(
        self, order: Order | SettingsOrder | CareOrder, asker: Asker
    ) -> Reply:
        """Do what is ordered; only who ordered it is told."""
        if isinstance(order, CareOrder):
            return await self._take_care(order, asker)
        if isinstance(order, ShowSettings | ChangeSetting):
            said = await self._preferences.obey(
                order, user=asker.user, channel=asker.channel
            )
            return Reply(said, is_answer=False)
        message = await self._subscriptions.obey(
            order,
            user=asker.user,
            channel=asker.channel,
            context=self._questions.context(),
        )
        return Reply(message, is_answer=False)

    async def _take_care(self, order: CareOrder, asker: Asker) -> Reply:
        """Do something about one invoice; a number that is not one is explained."""
        found = self._caring.find(order, channel=asker.channel, thread=asker.thread)
        if not found:
            query = Query(
                show="invoice", number=order.number, connections=order.connections
            )
            answer = await self._questions.answer_now(query)
            setting = Setting("-", self._now(), self._zone, shared=True)
            return Reply(answer_message(answer, setting), is_answer=False)
        if len(found) > 1:
            names = sorted(each.connection for each in found)
            return whisper(
                trn(
                    "{n} connections have an invoice {number}; write one of their "
                    "names behind it: {names}.",
                    "{n} connections have an invoice {number}; write one of their "
                    "names behind it: {names}.",
                    len(found),
                    n=len(found),
                    number=order.number,
                    names=", ".join(names),
                )
            )
        public = asker.direct or asker.thread
        wanted = Wanted(
            deed=order.deed,
            connection=found[0].connection,
            id=found[0].id,
            until=order.until,
            person=asker.user if order.person == ME else order.person,
            words=order.words,
            channel=asker.channel if public else "",
            thread=asker.thread,
        )
        outcome = await self._caring.do(wanted, by=asker.user)
        return Reply(outcome_message(outcome.sentence), is_answer=False)

"""What is shown in which channel, and where the whole of it is kept for those who ask.

The rule is `[privacy]` of the configuration with what admins set in Slack over it; it
is about what others in a channel see. What only the asker sees is always whole, and so
is everything in a direct message.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.answers.model import Answer, HelpWanted, InvoiceList
from bot.answers.privacy import (
    Level,
    counted,
    is_countable,
    nameless,
    only_counted,
)
from bot.flows.ask import Questions
from bot.queries.model import Query
from bot.queries.wording import tr
from bot.tracking.digest import split
from bot.tracking.events import Baseline, InvoiceEvent, Trouble, from_json
from bot.tracking.privacy import nameless_events
from bot.views.digest import digest_message, rest_message
from bot.views.ids import AnswerRef, PrivateRef
from bot.views.kit import Message
from bot.views.listing import Setting
from bot.views.notice import notice_message
from bot.views.privacy import (
    counted_events_message,
    counts_message,
    hidden_message,
    nameless_message,
)
from storage import outbox, preferences, withheld
from storage.store import Store

#: What the settings of all channels, and of one, are kept under.
DEFAULT_KEY = "privacy"
#: Makes a message of an answer.
ShowAnswer = Callable[[Answer, Setting], Message]
#: Makes a message of events.
TellEvents = Callable[[list[InvoiceEvent]], Message]


def channel_key(channel: str) -> str:
    """Name the setting of one channel."""
    return f"{DEFAULT_KEY}:{channel}"


@dataclass(frozen=True, slots=True)
class PrivacyRule:
    """How much each channel sees, as configured."""

    default: Level = Level.FULL
    channels: Mapping[str, Level] = field(default_factory=dict)


class Privacy:
    """The rule, and what is kept back by it."""

    def __init__(
        self, *, store: Store, rule: PrivacyRule, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._rule = rule
        self._now = now

    def level(self, channel: str, *, direct: bool = False) -> Level:
        """Say how much others see of what is posted in *channel*.

        A setting of one channel counts before that of all of them, and what was set in
        Slack before the file. Slack's ids of direct messages and people begin with D
        and U or W.
        """
        if direct or channel[:1] in {"D", "U", "W"}:
            return Level.FULL
        kept = self._store.held(preferences.values)
        if (key := channel_key(channel)) in kept:
            return Level(kept[key])
        if channel in self._rule.channels:
            return self._rule.channels[channel]
        return Level(kept.get(DEFAULT_KEY, self._rule.default))

    def may_show(self, channel: str) -> bool:
        """Tell whether others in *channel* may see everything."""
        return self.level(channel) is Level.FULL

    async def answer(  # noqa: PLR0913 - an answer, and where it is shown
        self,
        level: Level,
        query: Query,
        answer: Answer,
        *,
        page: int,
        setting: Setting,
        channel: str,
        questions: Questions,
        show: ShowAnswer,
    ) -> Message:
        """Show as much of *answer* as *level* lets others see."""
        if level is Level.FULL or isinstance(answer, HelpWanted):
            return show(answer, setting)
        key = await self._store.run_aside(
            withheld.keep, setting.command, page, now=self._now()
        )
        value = PrivateRef(answer=key).to_value()
        if level is Level.COUNTS:
            if is_countable(query):
                found = await questions.answer_now(only_counted(query))
                if isinstance(found, InvoiceList):
                    return counts_message(
                        counted(query, found),
                        channel=channel,
                        value=value,
                        now=setting.now,
                        zone=setting.zone,
                    )
        elif (bare := nameless(answer)) is not None:
            where = Setting("-", setting.now, setting.zone, shared=True)
            return nameless_message(
                show(bare, where),
                level=level,
                channel=channel,
                value=value,
                answer=True,
            )
        return hidden_message(level, channel=channel, value=value)

    def question(self, ref: PrivateRef) -> AnswerRef | None:
        """Find the question behind a button; ``None``: it is kept no longer."""
        if ref.answer is None:
            return None
        found = self._store.read(withheld.find, ref.answer)
        return None if found is None else AnswerRef(command=found[0], page=found[1])

    def news(
        self,
        events: list[InvoiceEvent],
        *,
        delivery: str,
        channel: str,
        labels: Mapping[str, str],
        tell: TellEvents,
    ) -> Message:
        """Tell as much of the events of a delivery as its channel may see."""
        level = self.level(channel)
        told_anyway = all(isinstance(each, Trouble) for each in events)
        if level is Level.FULL or told_anyway:
            return tell(events)
        value = PrivateRef(delivery=delivery).to_value()
        if level is Level.COUNTS:
            return counted_events_message(
                events, channel=channel, value=value, labels=labels
            )
        message = tell(nameless_events(events))
        return nameless_message(message, level=level, channel=channel, value=value)

    def delivered(
        self, ref: PrivateRef, *, today: date, labels: Mapping[str, str]
    ) -> list[Message]:
        """Tell the events of a delivery whole, the rest in replies to the first.

        There is none where they are kept no longer.
        """
        if ref.delivery is None:
            return []
        stored = self._store.read(outbox.events_of, ref.delivery)
        return _whole([from_json(p) for _, p in stored], today=today, labels=labels)


def _whole(
    events: Sequence[InvoiceEvent], *, today: date, labels: Mapping[str, str]
) -> list[Message]:
    if not events:
        return []
    first = events[0]
    if len(events) == 1 and not isinstance(first, Trouble | Baseline):
        return [notice_message(first, today=today, labels=labels)]
    rest = split(events).rest
    head = digest_message(events, title=tr("News"), today=today, labels=labels)
    return [
        head,
        *(
            rest_message(
                [events[at] for at in places],
                part=part,
                parts=len(rest),
                today=today,
                labels=labels,
            )
            for part, places in enumerate(rest, 1)
        ),
    ]

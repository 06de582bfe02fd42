"""What a subscription would have posted lately."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.queries.wording import tr
from bot.tracking.events import Baseline, Trouble
from bot.tracking.preview import Day
from bot.views import words
from bot.views.digest import counts
from bot.views.entry import (
    Entry,
    place_of,
    what_of,
    when_of,
)
from bot.views.kit import (
    MAX_FALLBACK,
    Message,
    actions,
    context,
    cut_mrkdwn,
    section,
)
from bot.views.notice import Labels, event_line, trouble_line
from bot.views.subscription import (
    LIST,
    run_button,
)

#: Examples shown: the last events that would have been told.
EXAMPLES = 3
#: Characters of one line.
LINE = 230


def preview_message(  # noqa: PLR0913 - a subscription, and what it would have done
    entry: Entry,
    days: Sequence[Day],
    *,
    since: datetime,
    is_cut: bool,
    today: date,
    every: timedelta,
    labels: Labels,
    command: str,
) -> Message:
    """Say how many messages there would have been, on which days and about what.

    *command* makes the subscription; *since* is where the days begin, *is_cut* that
    more events are known than were looked at.
    """
    head = _head(days, since=words.day(since.date()), place=place_of(entry.channel))
    asked = f"{what_of(entry, begins=True)}; {when_of(entry, every=every)}."
    lines = [_line(day) for day in days]
    parts = ["\n".join(lines[at : at + 10]) for at in range(0, len(lines), 10)]
    blocks = [section(f"{head}\n{asked}"), *map(section, parts)]
    examples = _examples(days, today=today, labels=labels)
    if examples:
        blocks.append(section("\n".join([tr("Told last:"), *examples])))
    if is_cut:
        blocks.append(context(tr("There are more events than a preview looks at.")))
    blocks.append(
        actions(
            "preview",
            run_button(tr("Subscribe"), 1, command),
            run_button(tr("All subscriptions"), 9, LIST),
        )
    )
    text = "; ".join([head.replace("*", ""), asked, *lines])
    return Message(cut_mrkdwn(text, MAX_FALLBACK), blocks)


def _head(days: Sequence[Day], *, since: str, place: str) -> str:
    messages = sum(day.messages for day in days)
    if not messages:
        return tr(
            "*Since {day}: this would have posted nothing in {place}.*",
            day=since,
            place=place,
        )
    counted = words.count(messages, "{n} message", "{n} messages")
    replies = sum(day.replies for day in days)
    if not replies:
        return tr(
            "*Since {day}: this would have posted {messages} in {place}.*",
            day=since,
            messages=counted,
            place=place,
        )
    return tr(
        "*Since {day}: this would have posted {messages} and {replies} in threads in "
        "{place}.*",
        day=since,
        messages=counted,
        replies=words.count(replies, "{n} reply", "{n} replies"),
        place=place,
    )


def _line(day: Day) -> str:
    messages = words.count(day.messages, "{n} message", "{n} messages")
    news = counts(day.events) or tr("nothing new")
    return f"{words.day(day.day)}: {messages}, {news}"


def _examples(days: Sequence[Day], *, today: date, labels: Labels) -> list[str]:
    events = [event for day in days[-EXAMPLES:] for event in day.events]
    lines = []
    for event in events[-EXAMPLES:]:
        if isinstance(event, Trouble):
            lines.append(trouble_line(event, labels=labels))
        elif not isinstance(event, Baseline):
            lines.append(event_line(event, today=today))
    return [f"• {cut_mrkdwn(line, LINE)}" for line in lines]

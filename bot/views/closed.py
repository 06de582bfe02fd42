"""What is said of a channel that lets no message in: to its owner, and afterwards."""

from collections.abc import Sequence
from datetime import date

from bot.queries.wording import mark, tr, trn
from bot.views import words
from bot.views.kit import Message, outside, section

_WHY = {
    "not_in_channel": mark("I am not in the channel"),
    "channel_not_found": mark("I am not in the channel, or it is gone"),
    "is_archived": mark("the channel is archived"),
    "posting_to_channel_denied": mark("the channel is read-only for me"),
    "shared": mark("the channel is shared with another organisation"),
    "unlisted": mark("the channel is not among those where figures may be shown"),
    "user_not_found": mark("the person is not in this workspace"),
    "user_disabled": mark("the person's account is switched off"),
    "is_inactive": mark("the person's account is switched off"),
    "messages_tab_disabled": mark("the app takes no messages"),
}
_STEP = {
    "not_in_channel": mark("Type `/invite @Duebot` there"),
    "channel_not_found": mark("Type `/invite @Duebot` there"),
    "is_archived": mark("Unarchive it"),
    "posting_to_channel_denied": mark("Let Duebot post there"),
    "shared": mark("An admin can allow it (access.external)"),
    "unlisted": mark("An admin can list it (access.channels)"),
}


def why_closed(code: str) -> str:
    """Say why a channel lets no message in, as a part of a sentence."""
    if code.startswith("restricted_action"):
        code = "posting_to_channel_denied"
    if code in _WHY:
        return tr(_WHY[code])
    return tr("Slack answers {code}", code=outside(code, 80))


def how_to_open(code: str) -> str:
    """Say what a person can do about it, as the start of a sentence."""
    if code.startswith("restricted_action"):
        code = "posting_to_channel_denied"
    if code in _STEP:
        return tr(_STEP[code])
    return tr("An admin can run `duebot check`")


def closed_message(
    channel: str, reason: str, subscriptions: Sequence[str], *, days: int
) -> Message:
    """Tell who made subscriptions that their channel is closed, and what to do."""
    shown = [key[:8] for key in subscriptions[:10]]
    said = trn(
        "I cannot post in {channel}: {reason}. Your subscription {ids} there is "
        "paused. The news waits, for {days} at most, and comes by itself when I can "
        "post again. {step}, or type `/invoices subscribe stop {first}`.",
        "I cannot post in {channel}: {reason}. Your subscriptions {ids} there are "
        "paused. The news waits, for {days} at most, and comes by itself when I can "
        "post again. {step}, or type `/invoices subscribe stop {first}`.",
        len(subscriptions),
        channel=f"<#{channel}>",
        reason=why_closed(reason),
        ids=", ".join(f"`{key}`" for key in shown),
        days=words.count(days, "{n} day", "{n} days"),
        step=how_to_open(reason),
        first=shown[0],
    )
    return Message(said, [section(said)])


def gap_message(*, since: date, messages: int, events: int, days: int) -> Message:
    """Say in a channel that is open again what was dropped meanwhile."""
    said = trn(
        "I could not post here since {day}. {messages} about {changes} waited longer "
        "than {days} and is dropped; `/invoices` shows how things stand now.",
        "I could not post here since {day}. {messages} about {changes} waited longer "
        "than {days} and are dropped; `/invoices` shows how things stand now.",
        messages,
        day=words.day(since),
        messages=words.count(messages, "{n} message", "{n} messages"),
        changes=words.count(events, "{n} change", "{n} changes"),
        days=words.count(days, "{n} day", "{n} days"),
    )
    return Message(said, [section(said)])

"""What is said of a channel that lets no message in: to its owner, and afterwards."""

from collections.abc import Sequence
from datetime import date

from bot.views import words
from bot.views.kit import Message, outside, section

_WHY = {
    "not_in_channel": "I am not in the channel",
    "channel_not_found": "I am not in the channel, or it is gone",
    "is_archived": "the channel is archived",
    "posting_to_channel_denied": "the channel is read-only for me",
    "shared": "the channel is shared with another organisation",
    "unlisted": "the channel is not among those where figures may be shown",
    "user_not_found": "the person is not in this workspace",
    "user_disabled": "the person's account is switched off",
    "is_inactive": "the person's account is switched off",
    "messages_tab_disabled": "the app takes no messages",
}
_STEP = {
    "not_in_channel": "Type `/invite @Duebot` there",
    "channel_not_found": "Type `/invite @Duebot` there",
    "is_archived": "Unarchive it",
    "posting_to_channel_denied": "Let Duebot post there",
    "shared": "An admin can allow it (access.external)",
    "unlisted": "An admin can list it (access.channels)",
}


def why_closed(code: str) -> str:
    """Say why a channel lets no message in, as a part of a sentence."""
    if code.startswith("restricted_action"):
        return "the channel is read-only for me"
    return _WHY.get(code, f"Slack answers {outside(code, 80)}")


def how_to_open(code: str) -> str:
    """Say what a person can do about it, as the start of a sentence."""
    if code.startswith("restricted_action"):
        return "Let Duebot post there"
    return _STEP.get(code, "An admin can run `duebot check`")


def closed_message(
    channel: str, reason: str, subscriptions: Sequence[str], *, days: int
) -> Message:
    """Tell who made subscriptions that their channel is closed, and what to do."""
    shown = [key[:8] for key in subscriptions[:10]]
    ids = ", ".join(f"`{key}`" for key in shown)
    what = "subscription" if len(subscriptions) == 1 else "subscriptions"
    said = (
        f"I cannot post in <#{channel}>: {why_closed(reason)}. Your {what} {ids} "
        f"there {'is' if len(subscriptions) == 1 else 'are'} paused. The news waits, "
        f"for {words.count(days, '{n} day', '{n} days')} at most, and comes by itself when I can post "
        f"again. {how_to_open(reason)}, or type "
        f"`/invoices subscribe stop {shown[0]}`."
    )
    return Message(said, [section(said)])


def gap_message(*, since: date, messages: int, events: int, days: int) -> Message:
    """Say in a channel that is open again what was dropped meanwhile."""
    said = (
        f"I could not post here since {words.day(since)}. "
        f"{words.count(messages, '{n} message', '{n} messages')} about {words.count(events, '{n} change', '{n} changes')} "
        f"waited longer than {words.count(days, '{n} day', '{n} days')} and "
        f"{'is' if messages == 1 else 'are'} dropped; `/invoices` shows how things "
        "stand now."
    )
    return Message(said, [section(said)])

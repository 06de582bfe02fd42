"""What waits for an admin, on the Home tab."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.model import Freshness
from bot.queries.wording import tr, trn
from bot.views import words
from bot.views.closed import why_closed
from bot.views.entry import place_of
from bot.views.kit import MAX_SECTION, Block, cut_mrkdwn, divider, outside, section

#: Troubles of a sort that are shown.
TROUBLES = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages that did not reach a channel; *reason* in Slack's or our words."""

    channel: str
    messages: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for an admin: posts that may or may not be there, closed channels."""

    uncertain: tuple[Waiting, ...] = ()
    closed: tuple[Waiting, ...] = ()


def needs_blocks(needs: Needs | None, freshness: Sequence[Freshness]) -> list[Block]:
    """Say what waits for an admin; nothing where nothing does."""
    if needs is None:
        return []
    lines = [
        tr(
            "{label} {problem}. `duebot check` says what to mend.",
            label=outside(each.label, 60),
            problem=outside(each.problem, 300),
        )
        for each in freshness
        if each.problem
    ][:TROUBLES]
    lines += [
        trn(
            "{n} message for {place} may or may not have been posted. "
            "`duebot deliveries --uncertain` lists them.",
            "{n} messages for {place} may or may not have been posted. "
            "`duebot deliveries --uncertain` lists them.",
            each.messages,
            n=words.figure(each.messages),
            place=place_of(each.channel),
        )
        for each in needs.uncertain[:TROUBLES]
    ]
    lines += [
        tr(
            "{place} takes no messages: {reason}; {waiting}.",
            place=place_of(each.channel),
            reason=why_closed(each.reason),
            waiting=_waiting(each.messages),
        )
        for each in needs.closed[:TROUBLES]
    ]
    if not lines:
        return []
    said = "\n".join([tr("*Needs an admin*"), *(f"• {each}" for each in lines)])
    return [divider(), section(cut_mrkdwn(said, MAX_SECTION))]


def _waiting(messages: int) -> str:
    if not messages:
        return tr("nothing waits for it at the moment")
    return words.count(messages, "{n} message waits", "{n} messages wait")

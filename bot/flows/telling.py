"""From a delivery's facts to its message."""

from collections.abc import Mapping
from datetime import UTC, date, tzinfo
from typing import assert_never

from bot.flows import closing
from bot.flows.digest import before_of, owed_of
from bot.queries.wording import together, tr
from bot.tracking.events import Baseline, InvoiceEvent, Trouble
from bot.views.closed import closed_message, gap_message
from bot.views.digest import (
    digest_message,
    first_note,
    gathered_note,
    quiet_message,
    rest_message,
)
from bot.views.kit import Message
from bot.views.notice import (
    baseline_message,
    label_of,
    notice_message,
    trouble_message,
)
from storage.moments import to_moment
from storage.outbox import Claimed


def render(  # noqa: PLR0913 - a delivery of any kind, told to its channel
    claimed: Claimed,
    events: list[InvoiceEvent],
    *,
    today: date,
    labels: Mapping[str, str],
    zone: tzinfo = UTC,
    amounts: bool = True,
) -> Message:
    """Turn a delivery's facts into its message.

    *amounts* of what is owed are told where a digest has nothing else to tell.
    """
    match claimed.kind:
        case "baseline":
            found = [each for each in events if isinstance(each, Baseline)]
            return baseline_message(found, labels=labels)
        case "rest":
            return rest_message(
                events,
                part=claimed.payload["part"],
                parts=claimed.payload["parts"],
                today=today,
                labels=labels,
            )
        case "digest":
            return _digest_message(
                claimed, events, today=today, labels=labels, zone=zone, amounts=amounts
            )
        case "news" | "reply" | "trouble":
            most = claimed.payload.get("gathered")
            return news_message(events, most=most, today=today, labels=labels)
        case "closed":
            about = claimed.payload
            return closed_message(
                about["channel"],
                about["reason"],
                about["subscriptions"],
                days=closing.KEEP.days,
            )
        case "gap":
            return gap_message(
                since=to_moment(claimed.payload["since"]).date(),
                messages=claimed.payload["messages"],
                events=claimed.payload["events"],
                days=closing.KEEP.days,
            )
        case "pool" | "file" | "update" | "wake":
            raise ValueError(f"a {claimed.kind} is no message")
        case _:
            assert_never(claimed.kind)


def _digest_message(  # noqa: PLR0913 - as `render`
    claimed: Claimed,
    events: list[InvoiceEvent],
    *,
    today: date,
    labels: Mapping[str, str],
    zone: tzinfo,
    amounts: bool,
) -> Message:
    """Tell a digest; the first of a subscription says whose it is."""
    before = before_of(claimed.payload, zone)
    owner = claimed.payload.get("made_by")
    note = "" if owner is None else first_note(owner)
    if not events:
        owed = owed_of(claimed.payload)
        return quiet_message(
            owed, today=today, before=before, amounts=amounts, note=note
        )
    return digest_message(
        events, title=tr("Digest"), today=today, labels=labels, before=before, note=note
    )


def news_message(
    events: list[InvoiceEvent],
    *,
    most: int | None,
    today: date,
    labels: Mapping[str, str],
) -> Message:
    """Tell news; *most* messages an hour are the reason why it was gathered, if so."""
    first = events[0]
    if len(events) > 1:
        names = {label_of(labels, each.connection) for each in events}
        *others, last = sorted(names, key=str.casefold)
        listed = together([", ".join(others), last] if others else [last])
        title = tr("News from {connections}", connections=listed)
        note = "" if most is None else gathered_note(most)
        return digest_message(
            events, title=title, today=today, labels=labels, note=note
        )
    if isinstance(first, Trouble):
        return trouble_message(first, labels=labels)
    if isinstance(first, Baseline):
        return baseline_message([first], labels=labels)
    return notice_message(first, today=today, labels=labels)

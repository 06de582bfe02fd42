"""What happened to one invoice, as lines."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import assert_never

from bot.answers.care import NO_CARE, Care
from bot.answers.history import Happening, History
from bot.queries.wording import mark, tr, trn
from bot.tracking.events import (
    Amended,
    AmendedField,
    Change,
    DocumentEvent,
    DueSoon,
    Issued,
    Overdue,
    Payment,
    Withdrawn,
)
from bot.views import words
from bot.views.care import done_words
from bot.views.kit import outside

#: Room for what comes from outside in a line.
NUMBER, LINES = 80, 400
#: What an amendment changed, before and after.
_FIELDS: dict[AmendedField, str] = {
    "total": mark("total {before} → {after}"),
    "tax": mark("tax {before} → {after}"),
    "due_on": mark("due date {before} → {after}"),
    "currency": mark("currency {before} → {after}"),
    "number": mark("number {before} → {after}"),
    "lines": mark("lines {before} → {after}"),
}


def history_lines(history: History, *, zone: tzinfo, care: Care = NO_CARE) -> list[str]:
    """Say when an invoice was first seen and what happened since, oldest first.

    What people did about it stands between what happened.
    """
    when = moment(history.first_seen, zone)
    first = tr("*{moment}* first seen", moment=when)
    if history.was_known:
        first = tr(
            "*{moment}* first seen, when its connection was read for the first time",
            moment=when,
        )
    told = [
        each
        for each in history.happenings
        if history.was_known or each is not history.happenings[0]
    ]
    lines = [(each.at, happening_line(each, zone=zone)) for each in told]
    lines += [
        (each.at, f"*{moment(each.at, zone)}* {done_words(each)}") for each in care.log
    ]
    return [first, *(line for _, line in sorted(lines, key=lambda each: each[0]))]


def happening_line(happening: Happening, *, zone: tzinfo) -> str:
    """Say one thing that happened: "*3 Nov 2025 09:05* amended: total 100.00 → …"."""
    return f"*{moment(happening.at, zone)}* {what_happened(happening.event)}"


def moment(when: datetime, zone: tzinfo) -> str:
    """Say a day and the time of it, where the bot is."""
    local = when.astimezone(zone)
    return f"{words.day(local.date())} {words.clock(local)}"


def what_happened(event: DocumentEvent) -> str:  # noqa: PLR0911 - one for each event
    """Say an event in a few words, with what it was before and after."""
    match event:
        case Issued(again=True):
            return tr("back again, after it had been gone")
        case Issued():
            total = words.money(event.total, event.currency)
            return tr("new: {amount}", amount=total)
        case Amended(changes=changes):
            said = "; ".join(_change(each, event) for each in changes)
            return tr("amended: {changes}", changes=said)
        case Payment():
            return _payment(event)
        case DueSoon():
            return tr(
                "due soon: {day}, {amount} owed",
                day=words.day(event.due_on),
                amount=_owed(event),
            )
        case Overdue(after_days=0):
            return tr("overdue: {amount} owed", amount=_owed(event))
        case Overdue(after_days=days):
            return trn(
                "still overdue after {n} day: {amount} owed",
                "still overdue after {n} days: {amount} owed",
                days,
                n=words.figure(days),
                amount=_owed(event),
            )
        case Withdrawn():
            return tr("gone: the provider no longer lists it")
        case _:
            assert_never(event)


def _owed(event: DocumentEvent) -> str:
    return words.money(event.balance, event.currency)


def _payment(event: Payment) -> str:
    is_credit = event.kind == "credit_note"
    if event.before is None or event.after is None:
        said = tr("used") if is_credit else tr("paid")
        return f"{said}, {words.status(event.status)}"
    amount = words.money(event.before - event.after, event.currency)
    if event.paid_in_full and is_credit:
        return tr("used: {amount}, nothing left", amount=amount)
    if event.paid_in_full:
        return tr("paid: {amount}, nothing left", amount=amount)
    left = words.money(event.after, event.currency)
    if is_credit:
        return tr("used in part: {amount}, {left} left", amount=amount, left=left)
    return tr("paid in part: {amount}, {left} left", amount=amount, left=left)


def _change(change: Change, event: Amended) -> str:
    """Say one field before and after: "total 100.00 → 120.00 EUR"."""
    changed = any(each.field == "currency" for each in event.changes)
    before, after = change.before, change.after
    field = _FIELDS[change.field]
    if (
        change.field in {"total", "tax"}
        and not changed
        and before is not None
        and after is not None
    ):
        was = words.number(Decimal(before), event.currency)
        now = words.money(Decimal(after), event.currency)
        return tr(field, before=was, after=now)
    return tr(field, before=_value(change, before), after=_value(change, after))


def _value(change: Change, value: str | None) -> str:
    if value is None:
        return tr("none") if change.field == "lines" else tr("not stated")
    match change.field:
        case "due_on":
            return words.day(date.fromisoformat(value))
        case "total" | "tax":
            return words.figure(Decimal(value))
        case "lines":
            return outside(value, LINES)
        case "number" | "currency":
            return outside(value, NUMBER)
        case _:
            assert_never(change.field)

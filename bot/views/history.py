"""What happened to one invoice, as lines."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import assert_never

from bot.answers.care import NO_CARE, Care
from bot.answers.history import Happening, History
from bot.tracking.events import (
    Amended,
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
_FIELDS = {
    "total": "total",
    "tax": "tax",
    "due_on": "due date",
    "currency": "currency",
    "number": "number",
    "lines": "lines",
}


def history_lines(history: History, *, zone: tzinfo, care: Care = NO_CARE) -> list[str]:
    """Say when an invoice was first seen and what happened since, oldest first.

    What people did about it stands between what happened.
    """
    first = f"*{moment(history.first_seen, zone)}* first seen"
    if history.was_known:
        first += ", when its connection was read for the first time"
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
            return "back again, after it had been gone"
        case Issued():
            return f"new: {words.money(event.total, event.currency)}"
        case Amended(changes=changes):
            return "amended: " + "; ".join(_change(each, event) for each in changes)
        case Payment():
            return _payment(event)
        case DueSoon():
            return f"due soon: {words.day(event.due_on)}, {_owed(event)}"
        case Overdue(after_days=0):
            return f"overdue: {_owed(event)}"
        case Overdue(after_days=days):
            return f"still overdue after {words.count(days, '{n} day', '{n} days')}: {_owed(event)}"
        case Withdrawn():
            return "gone: the provider no longer lists it"
        case _:
            assert_never(event)


def _owed(event: DocumentEvent) -> str:
    return f"{words.money(event.balance, event.currency)} owed"


def _payment(event: Payment) -> str:
    verb = "used" if event.kind == "credit_note" else "paid"
    if event.before is None or event.after is None:
        return f"{verb}, {words.status(event.status)}"
    amount = words.money(event.before - event.after, event.currency)
    if event.paid_in_full:
        return f"{verb}: {amount}, nothing left"
    left = words.money(event.after, event.currency)
    return f"{verb} in part: {amount}, {left} left"


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
        return f"{field} {was} → {words.money(Decimal(after), event.currency)}"
    return f"{field} {_value(change, before)} → {_value(change, after)}"


def _value(change: Change, value: str | None) -> str:
    if value is None:
        return "none" if change.field == "lines" else "not stated"
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

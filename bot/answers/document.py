"""An answer as the JSON that scripts rely on (`docs/json.md`). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from babel.numbers import get_currency_precision

from bot.answers.ageing import overdue_days
from bot.answers.care import Care
from bot.answers.comparison import amounts, change
from bot.answers.history import Happening
from bot.answers.model import (
    Answer,
    Changes,
    Compared,
    Freshness,
    Group,
    InvoiceList,
    NoSuchInvoice,
    OneInvoice,
    Total,
)
from bot.answers.totals import totals_of
from bot.answers.why import Explanation, Jump
from bot.queries.commands import understood
from providers.models import Invoice, LineItem


def answer_document(question: str, answer: Answer) -> dict[str, Any]:
    """Say *answer* to *question* as one JSON object.

    Money is a decimal string with the currency's own digits, days are
    ``"2021-09-01"``, moments are UTC. What the provider does not say is null.
    """
    match answer:
        case InvoiceList():
            invoices: Sequence[Invoice] = answer.invoices
            totals = [_total(each) for each in answer.totals]
            today, lines = answer.today, False
        case OneInvoice():
            invoices = (answer.invoice,)
            totals = [_total(t) for t in totals_of(invoices, today=answer.today)]
            today, lines = answer.today, True
        case NoSuchInvoice():
            invoices, totals = (), []
            today, lines = date.min, True
        case Changes():
            return _changes_document(question, answer)
        case _:
            raise TypeError("only answers with invoices have a document")
    document: dict[str, Any] = {
        "question": question,
        "understood": understood(answer.query),
        "as_of": _as_of(answer.freshness),
        "totals": totals,
        "invoices": [invoice_document(i, today=today, lines=lines) for i in invoices],
        "problems": _problems(answer.freshness),
    }
    if isinstance(answer, OneInvoice):
        document |= _about_one(answer)
    if isinstance(answer, InvoiceList) and answer.query.group is not None:
        document["groups"] = [
            {"group": each.name or None, **_age(each), **_total(each.total)}
            for each in answer.groups
        ]
    if isinstance(answer, InvoiceList) and answer.query.compared is not None:
        document["compared"] = [_compared(answer, each) for each in answer.compared]
    return document


def _about_one(answer: OneInvoice) -> dict[str, Any]:
    """Add what was seen of an invoice, and why it is so where that was asked."""
    about: dict[str, Any] = {}
    if answer.history is not None:
        about["first_seen"] = _moment(answer.history.first_seen)
        about["history"] = [happening_document(e) for e in answer.history.happenings]
    about["care"] = care_document(answer.care)
    if answer.why is not None:
        about["why"] = why_document(answer.why)
    return about


def _age(group: Group) -> dict[str, Any]:
    return {"age": group.age} if group.age else {}


def _changes_document(question: str, answer: Changes) -> dict[str, Any]:
    """Say what changed: counts, sums per kind and currency, and every event."""
    return {
        "question": question,
        "understood": understood(answer.query),
        "as_of": _as_of(answer.freshness),
        "known_since": _moment(answer.known_since),
        "totals": [
            {
                "event": each.event,
                "kind": each.kind,
                "currency": each.currency,
                "invoices": each.documents,
                "amount": _money(each.amount, each.currency),
                "not_stated": each.not_stated,
            }
            for each in answer.totals
        ],
        # Changes are no invoices; the field is there for whoever reads any answer.
        "invoices": [],
        "changes": [happening_document(each) for each in answer.happenings],
        "problems": _problems(answer.freshness),
    }


def happening_document(happening: Happening) -> dict[str, Any]:
    """Say one event, as it was when it happened."""
    detail: dict[str, Any] = msgspec.to_builtins(happening.event)
    return {
        "event": detail.pop("event"),
        "happened_at": _moment(happening.at),
        **detail,
    }


def care_document(care: Care) -> dict[str, Any]:
    """Say how an invoice stands with people, by their ids, and what they did."""
    return {
        "acknowledged_by": care.acknowledged_by,
        "acknowledged_on": _day(care.acknowledged_on),
        "snoozed_until": _day(care.snoozed_until),
        "snoozed_by": care.snoozed_by,
        "assignee": care.assignee,
        "log": [
            {
                "what": each.what,
                "by": each.by,
                "at": _moment(each.at),
                "detail": each.detail,
            }
            for each in care.log
        ],
    }


def why_document(why: Explanation) -> dict[str, Any]:
    """Say the rules that decided, and the split of the jump."""
    reasons = [
        {
            "about": each.about,
            "rule": each.rule,
            "seen": dict(each.seen),
            "gives": each.gives,
        }
        for each in why.reasons
    ]
    return {"rules": reasons, "jump": None if why.jump is None else _jump(why.jump)}


def _jump(jump: Jump) -> dict[str, Any]:
    return {
        "before": {"id": jump.before.id, "number": jump.before.number},
        "currency": jump.after.currency,
        "difference": _money(jump.difference),
        "lines": [
            {
                "before": None if each.before is None else _line(each.before),
                "after": None if each.after is None else _line(each.after),
                "difference": _money(each.difference),
                "quantity": _money(each.quantity),
                "price": _money(each.price),
                "other": _money(each.other),
            }
            for each in jump.lines
        ],
        "tax": _money(jump.tax),
        "rest": _money(jump.rest),
    }


def help_document(question: str, text: str) -> dict[str, str]:
    """Say the help that *question* asks for."""
    return {"question": question, "help": text}


def refusal_document(question: str, error: str, hint: str) -> dict[str, str]:
    """Say that *question* was not understood or found nothing to answer."""
    return {"question": question, "error": error, "hint": hint}


def invoice_document(
    invoice: Invoice, *, today: date, lines: bool = False
) -> dict[str, Any]:
    """Say one invoice; with *lines*, its line items too."""
    document: dict[str, Any] = {
        "connection": invoice.connection,
        "provider": invoice.provider,
        "id": invoice.id,
        "number": invoice.number,
        "kind": invoice.kind,
        "period": invoice.period,
        "issued_on": _day(invoice.issued_on),
        "due_on": _day(invoice.due_on),
        "paid_on": _day(invoice.paid_on),
        "due_basis": invoice.due_basis,
        "currency": invoice.currency,
        "net": _money(invoice.net, invoice.currency),
        "tax": _money(invoice.tax, invoice.currency),
        "total": _money(invoice.total, invoice.currency),
        "paid": _money(invoice.paid, invoice.currency),
        "balance": _money(invoice.balance, invoice.currency),
        "status": invoice.status.value,
        "provider_status": invoice.provider_status,
        "overdue_days": overdue_days(invoice, today=today),
        "counterparty": invoice.counterparty,
        "description": invoice.description,
        "has_pdf": invoice.has_pdf,
        "checks": list(invoice.checks),
    }
    if lines:
        document["lines"] = [_line(each) for each in invoice.lines]
    return document


def _line(line: LineItem) -> dict[str, Any]:
    return {
        "description": line.description,
        "kind": line.kind,
        "customer": line.customer,
        "quantity": _money(line.quantity),
        "unit_price": _money(line.unit_price),
        "net": _money(line.net),
        "tax": _money(line.tax),
        "total": _money(line.total),
        "period_from": _day(line.period_from),
        "period_to": _day(line.period_to),
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "kind": total.kind,
        "currency": total.currency,
        "invoices": total.invoices,
        "total": _money(total.total, total.currency),
        "balance": _money(total.balance, total.currency),
    }


def _compared(answer: InvoiceList, compared: Compared) -> dict[str, Any]:
    now, before = amounts(answer.query, compared)
    changed = change(now, before)
    return {
        "group": compared.name or None,
        "kind": compared.kind,
        "currency": compared.currency,
        "invoices": compared.now.invoices if compared.now else 0,
        "invoices_before": compared.before.invoices if compared.before else 0,
        "amount": _money(now, compared.currency),
        "amount_before": _money(before, compared.currency),
        "difference": _money(
            changed.difference if changed else None, compared.currency
        ),
        "percent": _money(changed.percent if changed else None),
    }


def _as_of(freshness: Sequence[Freshness]) -> Mapping[str, str | None]:
    return {each.connection: _moment(each.as_of) for each in freshness}


def _problems(freshness: Sequence[Freshness]) -> list[dict[str, str]]:
    return [
        {"connection": each.connection, "problem": problem}
        for each in freshness
        for problem in _problems_of(each)
    ]


def _problems_of(each: Freshness) -> Iterator[str]:
    """Say what is old or missing of a connection, as the words of an answer do."""
    for reading in each.years:
        if reading.problem:
            yield (
                f"{reading.year} of {each.label} could not be read: "
                f"it {reading.problem}"
            )
        else:
            yield f"{reading.year} of {each.label} has not been read yet"
    for year in each.unread:
        yield f"{year} of {each.label} has not been read yet"
    if each.begins:
        yield f"{each.label} is read from {each.begins} on"
    if each.problem:
        yield f"{each.label} {each.problem}"
    elif each.as_of is None:
        yield f"{each.label} has not been read yet"


def _money(amount: Decimal | None, currency: str | None = None) -> str | None:
    """Write *amount* with at least the digits of *currency*; it is never rounded."""
    if amount is None:
        return None
    said = format(amount, "f")
    digits = get_currency_precision(currency) if currency else 0
    whole, _, minor = said.partition(".")
    return f"{whole}.{minor.ljust(digits, '0')}" if len(minor) < digits else said


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

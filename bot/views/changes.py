"""What changed since a day: counts, amounts per currency, a row for each event."""

from collections.abc import Sequence

from bot.answers.history import Happening
from bot.answers.model import PAGE_SIZE, Changes
from bot.queries.wording import mark, marks, tr, trn
from bot.tracking.digest import EventTotal
from bot.tracking.events import EventKind
from bot.views import ids, words
from bot.views.filters import filters_of
from bot.views.history import moment, what_happened
from bot.views.kit import (
    MAX_OPTION_VALUE,
    MAX_SECTION,
    Block,
    Column,
    Element,
    Message,
    actions,
    button,
    context,
    cut_mrkdwn,
    outside,
    plain,
    section,
    select,
    table,
    text_cell,
)
from bot.views.listing import Setting, outside_limit
from bot.views.missing import trouble_lines
from bot.views.reading import connections_of, period_of, read_words

#: Rows named in the text for notifications and screen readers.
NAMED = 10
HEADINGS = (mark("When"), mark("What"), mark("Invoice"), mark("From"))
_COLUMNS = (Column(), Column(wrap=True), Column(), Column(wrap=True))
#: How many of each kind there are, one and many, as what happened.
_KINDS: dict[EventKind, tuple[str, str]] = {
    "overdue": marks("{n} fell overdue", "{n} fell overdue"),
    "due_soon": marks("{n} came near its due date", "{n} came near their due dates"),
    "issued": marks("{n} new", "{n} new"),
    "payment": marks("{n} payment", "{n} payments"),
    "amended": marks("{n} amended", "{n} amended"),
    "withdrawn": marks("{n} gone", "{n} gone"),
}
#: Each kind at the head of a line.
_HEADS: dict[EventKind, str] = {
    "overdue": mark("Fell overdue"),
    "due_soon": mark("Came near their due dates"),
    "issued": mark("New"),
    "payment": mark("Payments"),
    "amended": mark("Amended"),
    "withdrawn": mark("Gone"),
}


def changes_message(answer: Changes, setting: Setting) -> Message:
    """Show what changed: one page of rows, counts and totals over all of them."""
    troubles = trouble_lines(answer.freshness, now=setting.now, zone=setting.zone)
    blocks = [context(line) for line in troubles[:10]]
    blocks.append(context(reading_of(answer, setting)))
    if answer.count:
        blocks.append(
            section(cut_mrkdwn("\n".join(summary_lines(answer)), MAX_SECTION))
        )
        blocks.append(_rows(answer, setting))
    else:
        blocks.append(section(nothing_words(answer)))
    blocks += [context(line) for line in _small_print(answer, setting)]
    blocks += _actions(answer, setting)
    return Message(_fallback(answer, setting, troubles), blocks)


def reading_of(answer: Changes, setting: Setting) -> str:
    """Say how the question was read, and how old the figures are."""
    query = answer.query
    parts = [tr("What changed"), period_of(query.period) or "", connections_of(query)]
    parts += filters_of(query)
    known = [each.as_of for each in answer.freshness if each.as_of is not None]
    if known:
        parts.append(read_words(min(known), setting.now))
    return " · ".join(part for part in parts if part)


def summary_lines(answer: Changes) -> list[str]:
    """Say how many of each kind there are, then what they come to per currency."""
    counted = ", ".join(
        trn(*_KINDS[kind], number, n=words.figure(number))
        for kind, number in answer.kinds
    )
    return [f"*{counted}*", *map(total_line, answer.totals)]


def total_line(total: EventTotal) -> str:
    """Say what the events of one kind come to: "New · 2 invoices · 242.00 EUR"."""
    said = [
        tr(_HEADS[total.event]),
        words.documents(total.kind, total.documents),
        outside(words.money(total.amount, total.currency), 60),
    ]
    if total.not_stated:
        said.append(tr("{n} not stated", n=words.figure(total.not_stated)))
    return " · ".join(said)


def nothing_words(answer: Changes) -> str:
    """Say that nothing changed, which is an answer too."""
    period = period_of(answer.query.period)
    if period is None:
        return tr("Nothing changed today.")
    return tr("Nothing changed {period}.", period=period)


def row_words(happening: Happening, setting: Setting) -> tuple[str, str, str, str]:
    """Say an event as the cells of a row."""
    event = happening.event
    return (
        moment(happening.at, setting.zone),
        what_happened(event),
        event.number,
        event.counterparty or "–",
    )


def known_words(answer: Changes, setting: Setting) -> str | None:
    """Say from when on changes are known, where that is within the days asked about."""
    first = answer.query.period.first if answer.query.period else None
    known = answer.known_since
    if known is None or first is None:
        return None
    if known.astimezone(setting.zone).date() < first:
        return None
    return tr(
        "What happened before {moment} was not seen.",
        moment=moment(known, setting.zone),
    )


def _rows(answer: Changes, setting: Setting) -> Block:
    head = [text_cell(tr(each)) for each in HEADINGS]
    rows = [_row(each, setting) for each in answer.happenings]
    return table([head, *rows], _COLUMNS)


def _row(happening: Happening, setting: Setting) -> list[Element]:
    limits = (40, 200, 60, 80)
    said = row_words(happening, setting)
    return [
        text_cell(plain(text, most)) for text, most in zip(said, limits, strict=True)
    ]


def _small_print(answer: Changes, setting: Setting) -> list[str]:
    lines = []
    if answer.count > PAGE_SIZE:
        first = (answer.page - 1) * PAGE_SIZE + 1
        last = first + len(answer.happenings) - 1
        rows = words.figure(answer.count)
        lines.append(
            tr(
                "Rows {first}–{last} of {n}; counts and sums are over all of them.",
                first=words.figure(first),
                last=words.figure(last),
                n=rows,
            )
        )
    known = known_words(answer, setting)
    return [*lines, known] if known else lines


def _actions(answer: Changes, setting: Setting) -> list[Block]:
    here = ids.answer_value(setting.command, answer.page)
    row: list[Element] = []
    if not setting.shared:
        row.append(button(tr("Share here"), ids.ANSWER_SHARE, here, "primary"))
    row.append(button(tr("Refresh"), ids.ANSWER_REFRESH, here))
    if answer.page > 1:
        before = ids.answer_value(setting.command, answer.page - 1)
        row.append(button(tr("Previous"), ids.ANSWER_PREVIOUS, before))
    if answer.page * PAGE_SIZE < answer.count:
        after = ids.answer_value(setting.command, answer.page + 1)
        row.append(button(tr("Next"), ids.ANSWER_NEXT, after))
    options = _options(answer.happenings)
    if options:
        row.append(select(tr("Details of …"), ids.INVOICE_DETAILS, options))
    return [actions("answer", *row)]


def _options(happenings: Sequence[Happening]) -> list[tuple[str, str]]:
    """List each invoice once, whose id fits a menu."""
    found: dict[str, str] = {}
    for each in happenings:
        value = ids.invoice_value(each.event.connection, each.event.id)
        if len(value) <= MAX_OPTION_VALUE:
            total = words.money(each.event.total, each.event.currency)
            found.setdefault(value, f"{each.event.number} · {total}")
    return [(label, value) for value, label in found.items()]


def _fallback(answer: Changes, setting: Setting, troubles: list[str]) -> str:
    lines = [line.replace("*", "") for line in troubles]
    if not answer.count:
        return outside_limit("\n".join([*lines, nothing_words(answer)]))
    lines += [line.replace("*", "") for line in summary_lines(answer)]
    for each in answer.happenings[:NAMED]:
        _, what, number, _ = row_words(each, setting)
        lines.append(outside(f"{number}: {what}", 250))
    if answer.count > NAMED:
        left = answer.count - NAMED
        lines.append(words.count(left, "and {n} more", "and {n} more"))
    return outside_limit("\n".join(lines))

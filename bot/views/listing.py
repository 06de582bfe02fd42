"""A list of invoices: how it was read, totals, rows, what to do with it, the proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.answers.ageing import is_awaited, overdue_days
from bot.answers.model import (
    NAMED,
    PAGE_SIZE,
    InvoiceList,
    Proof,
    Total,
    pages,
)
from bot.queries.changes import Change
from bot.queries.model import is_year_alone
from bot.queries.wording import mark, tr, trn
from bot.views import ids, words
from bot.views.aged import any_grid, any_words
from bot.views.as_text import text_blocks
from bot.views.chart import chart_blocks, chart_note
from bot.views.comparison import (
    compared_grid,
    compared_periods,
    compared_title,
    compared_words,
)
from bot.views.grouping import age_words, grid_block, of_page
from bot.views.instead import change_elements
from bot.views.kit import (
    MAX_FALLBACK,
    MAX_OPTION_VALUE,
    MAX_SECTION,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut_mrkdwn,
    data_table,
    number_cell,
    outside,
    plain,
    same_select,
    section,
    select,
    text_cell,
)
from bot.views.missing import is_incomplete, trouble_lines
from bot.views.notes import note_blocks, nothing_line
from bot.views.reading import (
    BILLED_RULE,
    caption_of,
    group_caption,
    is_billed_apart,
    reading_line,
    state_of,
    title_of,
)
from providers.models import Invoice

#: This many documents get a PDF button each; more get a menu and one for all.
PDF_BUTTONS = 3

#: Groups of a year named there, before its first invoices.
MONTHS_NAMED = 24

#: The first day of a weekend, as `date.weekday` counts.
SATURDAY = 5

HEADINGS = (
    mark("Invoice"),
    mark("From"),
    mark("Issued"),
    mark("Due"),
    mark("Total"),
    mark("Balance"),
    mark("Status"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when an answer is shown; *command* is what gives it again."""

    command: str
    now: datetime
    zone: ZoneInfo
    shared: bool = False
    #: What can be asked instead, with one click.
    changes: tuple[Change, ...] = ()

    @property
    def today(self) -> date:
        """The day it is where the bot's time zone says."""
        return self.now.astimezone(self.zone).date()


def listing_message(answer: InvoiceList, setting: Setting) -> Message:
    """Show a list of invoices: one page of rows, totals over all of them."""
    troubles = trouble_lines(answer.freshness, now=setting.now, zone=setting.zone)
    blocks: list[Block] = [context(line) for line in troubles[:10]]
    blocks.append(
        context(
            reading_line(
                answer.query, answer.freshness, now=setting.now, today=answer.today
            )
        )
    )
    totals = [total_line(each) for each in answer.totals]
    if totals and is_incomplete(answer.freshness):
        totals[0] = tr("Incomplete: {total}", total=totals[0])
    instead, longer = change_elements(setting.changes)
    if not answer.count and not answer.compared:
        blocks.append(section(nothing_line(answer), accessory=instead))
    else:
        said = compared_title(answer.query) if answer.compared else _whole_lines(totals)
        blocks.append(section(said, accessory=instead))
        if answer.query.chart:
            blocks += chart_blocks(answer)
        table = _table(answer)
        blocks += text_blocks(table) if answer.query.as_text else [table]
        blocks += [context(line) for line in _small_print(answer)]
    blocks += note_blocks(answer)
    blocks += _actions(answer, setting)
    if longer:
        blocks.append(actions("instead", *longer))
    return Message(_fallback(answer, troubles, totals), blocks)


def _whole_lines(lines: Sequence[str]) -> str:
    """Join lines to a paragraph; of very many, say how many are left out."""
    said = "\n".join(lines)
    if len(said) <= MAX_SECTION:
        return said
    kept = said[: MAX_SECTION - 40].split("\n")[:-1]
    left = len(lines) - len(kept)
    more = trn(
        "and {n} more currency",
        "and {n} more currencies",
        left,
        n=words.figure(left),
    )
    return "\n".join([*kept, more])


def total_line(total: Total) -> str:
    """Say a total: "*EUR* · 12 invoices · total 1,234.50 · balance 500.00 · …"."""
    counted = words.documents(total.kind, total.invoices)
    parts = [f"*{outside(total.currency, 10)}*", counted]
    if total.total is not None:
        amount = words.number(total.total, total.currency)
        parts.append(tr("total {amount}", amount=amount))
    if total.balance is not None:
        amount = words.number(total.balance, total.currency)
        if total.kind == "invoice":
            parts.append(tr("balance {amount}", amount=amount))
        else:
            parts.append(tr("still to use {amount}", amount=amount))
    if total.not_stated:
        number = words.figure(total.not_stated)
        parts.append(tr("balance of {n} not stated", n=number))
    if total.overdue:
        late = words.count(total.overdue, "{n} overdue", "{n} overdue")
        if total.overdue_balance is not None:
            late += f" ({words.number(total.overdue_balance, total.currency)})"
        parts.append(late)
    return " · ".join(parts)


def due_words(invoice: Invoice, *, today: date) -> str:
    """Say the due date, or how late it is; "(assumed)" where we computed it."""
    late = overdue_days(invoice, today=today)
    if late:
        said = words.late(late)
    elif invoice.due_on is None:
        return "–"
    else:
        said = words.day(invoice.due_on)
    return assumed(said) if invoice.due_basis == "terms" else said


def assumed(said: str) -> str:
    """Say that a due date is one that we computed."""
    return tr("{due} (assumed)", due=said)


def _table(answer: InvoiceList) -> Block:
    """Show a page of what is asked for: a comparison, groups or single invoices."""
    if answer.compared:
        rows = of_page(answer.compared, answer.page)
        said = f"{title_of(answer.query)}, {compared_periods(answer.query)}"
        return grid_block(compared_grid(answer, rows), said)
    if answer.groups:
        return grid_block(
            any_grid(answer, page=answer.page), group_caption(answer.query)
        )
    return _rows(answer)


def _rows(answer: InvoiceList) -> Block:
    head = [text_cell(tr(heading)) for heading in HEADINGS]
    period = answer.query.period
    soon = period is not None and period.field == "due"
    rows = [_row(each, answer.today, upcoming=soon) for each in answer.invoices]
    return data_table([head, *rows], caption_of(answer.query))


def workday_words(invoice: Invoice, *, today: date) -> str:
    """Say the due date; of one on a weekend, the last working day before it, too.

    Where that day is over, or nothing is to be paid, it would be no advice.
    """
    said, due = due_words(invoice, today=today), invoice.due_on
    if due is None or due.weekday() < SATURDAY or not is_awaited(invoice):
        return said
    friday = due - timedelta(days=due.weekday() - SATURDAY + 1)
    if friday < today:
        return said
    return tr(
        "{due}, pay by {weekday} {day}",
        due=said,
        weekday=words.weekday(friday),
        day=words.day(friday),
    )


def _row(invoice: Invoice, today: date, *, upcoming: bool) -> list[Element]:
    due = workday_words if upcoming else due_words
    status = state_of(invoice.status, invoice.provider_status)
    if invoice.checks:
        status = " · ".join([status, tr("check")])
    return [
        text_cell(plain(invoice.number, 60)),
        text_cell(plain(invoice.counterparty or "–", 80)),
        text_cell(words.day(invoice.issued_on)),
        text_cell(due(invoice, today=today)),
        _amount(invoice.total, invoice.currency),
        _amount(invoice.balance, invoice.currency),
        text_cell(plain(status, 60)),
    ]


def _amount(amount: Decimal | None, currency: str) -> Element:
    if amount is None:
        return text_cell(tr("not stated"))
    return number_cell(amount, words.money(amount, _code(currency)))


@lru_cache(maxsize=200)
def _code(currency: str) -> str:
    """Make a currency safe once; there are few, in many cells."""
    return plain(currency, 10)


def _small_print(answer: InvoiceList) -> list[str]:
    lines = []
    if answer.groups or answer.compared:
        lines += _pages_of_groups(answer)
        note = chart_note(answer)
        lines += [note] if note else []
    elif answer.count > PAGE_SIZE:
        first = (answer.page - 1) * PAGE_SIZE + 1
        last = first + len(answer.invoices) - 1
        rows = words.figure(answer.count)
        lines.append(
            tr(
                "Rows {first}–{last} of {n}; totals are over all of them.",
                first=words.figure(first),
                last=words.figure(last),
                n=rows,
            )
        )
    if is_billed_apart(answer):
        lines.append(tr(BILLED_RULE))
    listed = () if answer.groups else answer.invoices
    doubtful = sum(1 for invoice in listed if invoice.checks)
    if doubtful:
        lines.append(
            words.count(
                doubtful,
                "{n} row marked “check”: something does not add up; Details says what.",
                "{n} rows marked “check”: something does not add up; Details says "
                "what.",
            )
        )
    if answer.proof:
        lines.append(
            "\n".join(proof_line(proof) for proof in answer.proof)[:MAX_SECTION]
        )
    return lines


def _pages_of_groups(answer: InvoiceList) -> list[str]:
    last = pages(answer)
    if last == 1:
        return []
    return [
        tr(
            "Page {page} of {pages}; totals are over all of them.",
            page=answer.page,
            pages=last,
        )
    ]


def proof_line(proof: Proof) -> str:
    """Show that the ages add up to what is outstanding, or by how much they do not."""
    parts = " + ".join(
        f"{age_words(age)} {words.number(amount, proof.currency)}"
        for age, amount in proof.buckets
    )
    total = sum((amount for _, amount in proof.buckets), Decimal(0))
    said = tr(
        "{currency}: {parts} = outstanding {amount}",
        currency=outside(proof.currency, 10),
        parts=parts,
        amount=words.number(proof.outstanding, proof.currency),
    )
    if total == proof.outstanding:
        return said
    missing = words.number(proof.outstanding - total, proof.currency)
    wrong = tr("*does not add up: {amount} is missing above*", amount=missing)
    return f"{said} {wrong}"


def export_comment(answer: InvoiceList, *, now: datetime, zone: ZoneInfo) -> str:
    """Say what a file of all rows holds, and first what is missing in it."""
    lines = trouble_lines(answer.freshness, now=now, zone=zone)[:10]
    lines.append(
        reading_line(answer.query, answer.freshness, now=now, today=answer.today)
    )
    lines += [total_line(each) for each in answer.totals]
    return cut_mrkdwn("\n".join(lines), MAX_SECTION)


def _actions(answer: InvoiceList, setting: Setting) -> list[Block]:
    here = ids.answer_value(setting.command, answer.page)
    row: list[Element] = []
    if not setting.shared:
        row.append(button(tr("Share here"), ids.ANSWER_SHARE, here, "primary"))
    row.append(button(tr("Refresh"), ids.ANSWER_REFRESH, here))
    if answer.page > 1:
        before = ids.answer_value(setting.command, answer.page - 1)
        row.append(button(tr("Previous"), ids.ANSWER_PREVIOUS, before))
    if answer.page < pages(answer):
        after = ids.answer_value(setting.command, answer.page + 1)
        row.append(button(tr("Next"), ids.ANSWER_NEXT, after))
    if answer.count and not answer.compared:
        row.append(button(tr("Export CSV"), ids.ANSWER_CSV, here))
        row.append(button(tr("Export Excel"), ids.ANSWER_XLSX, here))
    row += _other_reading(answer, setting.command)
    blocks = [actions("answer", *row)]
    listed = () if answer.groups else answer.invoices
    one = _invoice_actions(listed, here)
    return [*blocks, actions("invoices", *one)] if one else blocks


def _other_reading(answer: InvoiceList, command: str) -> list[Element]:
    """Offer the groups of a long list, and the single invoices of groups."""
    asked = "aging" if answer.query.group == "age" else f"by {answer.query.group}"
    if answer.groups:
        rest = command.rpartition(f" {asked}")[0]
        if answer.query.age_from is None and answer.query.age_to is None:
            rest = rest.removesuffix(" basis:issued")
        rest = "/invoices all" if rest == "/invoices" else rest
        if is_year_alone(answer.query) and not answer.query.chart:
            rest = f"{command} sort:issued"
        drawn = (tr("Chart"), f"{command} as chart")
        is_drawn = answer.query.chart or answer.query.aged_by is not None
        others = [(tr("Show invoices"), rest), *([] if is_drawn else [drawn])]
    elif (
        answer.compared
        or pages(answer) == 1
        or answer.query.limit is not None
        or _is_sorted(answer)
    ):
        return []
    elif answer.proof:
        others = [(tr("By age"), f"{command} aging")]
    else:
        others = [(tr("By month"), f"{command.removesuffix(' sort:issued')} by month")]
    return [
        button(label, f"{ids.RUN_COMMAND}:{number}", ids.answer_value(other))
        for number, (label, other) in enumerate(others, 1)
    ]


def _is_sorted(answer: InvoiceList) -> bool:
    """Tell whether an order was asked for, which groups would not keep."""
    query = answer.query
    return query.descending or query.sort not in {"issued_on", "due_on"}


def _invoice_actions(invoices: Sequence[Invoice], here: str) -> list[Element]:
    elements: list[Element] = []
    options = _options(invoices)
    details = select(tr("Details of …"), ids.INVOICE_DETAILS, options)
    if options:
        elements.append(details)
    with_pdf = [invoice for invoice in invoices if invoice.has_pdf]
    if len(with_pdf) <= PDF_BUTTONS:
        elements += [
            button(
                plain(tr("PDF {number}", number=invoice.number), 75),
                f"{ids.INVOICE_PDF}:{number}",
                ids.invoice_value(invoice.connection, invoice.id),
            )
            for number, invoice in enumerate(with_pdf, 1)
        ]
        return elements
    if len(with_pdf) == len(invoices):
        documents = same_select(details, tr("PDF of …"), ids.INVOICE_PDF)
    else:
        documents = select(tr("PDF of …"), ids.INVOICE_PDF, _options(with_pdf))
    if documents["options"]:
        elements.append(documents)
    every = tr("PDF of all {n}", n=len(with_pdf))
    elements.append(button(every, ids.ANSWER_PDFS, here))
    return elements


def _options(invoices: Sequence[Invoice]) -> list[tuple[str, str]]:
    options = []
    for invoice in invoices:
        value = ids.invoice_value(invoice.connection, invoice.id)
        if len(value) <= MAX_OPTION_VALUE:
            amount = words.money(invoice.total, invoice.currency)
            options.append((f"{invoice.number} · {amount}", value))
    return options


def _fallback(answer: InvoiceList, troubles: list[str], totals: list[str]) -> str:
    parts = [line.replace("*", "") for line in troubles]
    title = outside(title_of(answer.query), 80)
    rows, left = _named(answer)
    if answer.compared:
        parts.append(f"{title}, {compared_periods(answer.query)}:")
    elif not answer.count:
        parts.append(nothing_line(answer))
    else:
        parts.append(f"{title}: {words.figure(answer.count)}.")
        parts += [line.replace("*", "") for line in totals]
    parts += rows
    if left > 0:
        parts.append(words.count(left, "and {n} more", "and {n} more"))
    return outside_limit("\n".join(parts))


def _named(answer: InvoiceList) -> tuple[list[str], int]:
    """Say the first rows of an answer, a line each, and count the rest.

    Of a year by month, the first invoices as well, which no row of it names.
    """
    by = answer.query.group
    if answer.compared:
        first = answer.compared[:NAMED]
        said = [outside(compared_words(answer.query, each), 250) for each in first]
        return said, len(answer.compared) - len(said)
    said = [invoice_words(e, today=answer.today) for e in answer.invoices[:NAMED]]
    if by is None or not answer.groups:
        return said, answer.count - len(said)
    most = MONTHS_NAMED if said else NAMED
    groups = [
        outside(any_words(answer.query, each), 250) for each in answer.groups[:most]
    ]
    if said:
        return [*groups, *said], answer.count - len(said)
    return groups, len(answer.groups) - len(groups)


def invoice_words(invoice: Invoice, *, today: date) -> str:
    """Say an invoice in a line: number, amount and state."""
    late = overdue_days(invoice, today=today)
    state = state_of(invoice.status, invoice.provider_status)
    amount = words.money(invoice.total, invoice.currency)
    if invoice.balance is not None and invoice.balance not in {invoice.total, 0}:
        amount = tr(
            "{amount} (balance {balance})",
            amount=amount,
            balance=words.money(invoice.balance, invoice.currency),
        )
    said = f"{invoice.number}: {amount}, {state}"
    return outside(f"{said}, {words.late(late)}" if late else said, 250)


def outside_limit(text: str) -> str:
    """Cut text that is already safe to what Slack takes beside blocks."""
    return text if len(text) <= MAX_FALLBACK else text[: MAX_FALLBACK - 1] + "…"

"""One invoice, for reading: as a message and as a modal, whole or a part of it."""

from datetime import tzinfo

from bot.answers.model import NoSuchInvoice, OneInvoice
from bot.queries.model import Part
from bot.queries.wording import mark, tr
from bot.views import ids, words
from bot.views.care import care_blocks
from bot.views.facts import facts_blocks, heading, invoice_card, rest_of_facts
from bot.views.history import history_lines
from bot.views.kit import (
    MAX_ACTIONS,
    MAX_ADDRESS,
    MAX_BUTTON_VALUE,
    MAX_CARD_BUTTONS,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    divider,
    link_button,
    outside,
    plain,
    section,
)
from bot.views.lines import NO_LINES, lines_table, lines_text
from bot.views.listing import Setting, invoice_words, outside_limit
from bot.views.missing import trouble_lines
from bot.views.modal import View, modal
from bot.views.paragraphs import paragraphs
from bot.views.why import why_blocks
from providers.models import Invoice

#: The first rows, where the whole invoice is shown.
FIRST_LINES = 25
#: The last things that happened, where the whole invoice is shown.
LATEST = 5
#: Rows in a window of their own, and things that happened.
MOST_LINES, MOST_HAPPENINGS = 300, 300
#: Blocks of a window's body; Slack takes 100.
MOST_BLOCKS = 90
_TITLES: dict[Part, str] = {
    "lines": mark("Line items"),
    "history": mark("History"),
    "why": mark("Why"),
    "pdf": mark("PDF"),
}
_NO_REASONS = mark(
    "What decided is not known any more; Refresh reads the invoice again."
)


def invoice_message(answer: OneInvoice, setting: Setting) -> Message:
    """Show one invoice, or the part that was asked for."""
    troubles = trouble_lines(answer.freshness, now=setting.now, zone=setting.zone)
    blocks = [context(line) for line in troubles[:10]]
    buttons = invoice_buttons(answer)
    blocks.append(invoice_card(answer, buttons[:MAX_CARD_BUTTONS]))
    part = answer.query.part
    if part is None or part == "pdf":
        blocks += rest_of_facts(answer)
        blocks += _lines_and_history(answer, setting.zone, tables=True)
    else:
        blocks += _part_blocks(answer, part, zone=setting.zone, tables=True)
    known = [each.as_of for each in answer.freshness if each.as_of is not None]
    if known:
        ago = words.ago(min(known), setting.now)
        blocks.append(context(tr("Read {ago}.", ago=ago)))
    blocks.append(actions("answer", *_answer_buttons(setting)))
    if len(buttons) > MAX_CARD_BUTTONS:
        blocks.append(actions("invoice", *buttons[MAX_CARD_BUTTONS:]))
    blocks += care_blocks(answer.invoice, answer.care)
    text = [line.replace("*", "") for line in troubles]
    text.append(invoice_words(answer.invoice, today=answer.today))
    return Message(outside_limit("\n".join(text)), blocks)


def invoice_view(answer: OneInvoice, *, zone: tzinfo, part: Part | None = None) -> View:
    """Show one invoice, or a part of it, as a modal; which takes no tables."""
    if part is None:
        is_credit = answer.invoice.kind == "credit_note"
        title = tr("Credit note") if is_credit else tr("Invoice")
        blocks = invoice_blocks(answer, zone=zone)
    else:
        title = tr(_TITLES[part])
        blocks = [heading(answer.invoice)]
        blocks += _part_blocks(answer, part, zone=zone, tables=False)
    shown = blocks[:MOST_BLOCKS]
    if len(blocks) > len(shown):
        shown.append(
            context(tr("There is more than a window holds; a file has all of it."))
        )
    buttons = invoice_buttons(answer) if part is None else []
    return modal(title, [*shown, *([actions("invoice", *buttons)] if buttons else [])])


def invoice_buttons(answer: OneInvoice) -> list[Element]:
    """Make the buttons of an invoice, the first two for its card.

    Its document, the whole of it where a part is shown, and the parts that there are.
    """
    invoice = answer.invoice
    value = ids.invoice_value(invoice.connection, invoice.id)
    if len(value) > MAX_BUTTON_VALUE:
        return []  # longer than any id we can carry
    shown = answer.query.part
    document = tr("PDF") if invoice.has_pdf else tr("Statement PDF")
    row = [button(document, ids.INVOICE_PDF, value)]
    if shown is not None:
        row.append(button(tr("Details"), ids.INVOICE_DETAILS, value))
    if invoice.lines and shown != "lines":
        row.append(button(tr("Lines"), ids.INVOICE_LINES, value))
    if answer.history is not None and shown != "history":
        row.append(button(tr("History"), ids.INVOICE_HISTORY, value))
    if shown != "why":
        row.append(button(tr("Why"), ids.INVOICE_WHY, value))
    if answer.portal is not None and len(answer.portal) <= MAX_ADDRESS:
        row.append(
            link_button(tr("Open at provider"), ids.OPEN_AT_PROVIDER, answer.portal)
        )
    return row


def invoice_blocks(answer: OneInvoice, *, zone: tzinfo) -> list[Block]:
    """Show all of an invoice in a window, which takes neither card nor table."""
    return [*facts_blocks(answer), *_lines_and_history(answer, zone, tables=False)]


def _lines_and_history(
    answer: OneInvoice, zone: tzinfo, *, tables: bool
) -> list[Block]:
    """Show an invoice's line items, checks and what happened last."""
    invoice = answer.invoice
    blocks: list[Block] = []
    if invoice.lines:
        blocks.append(divider())
        blocks.append(section(tr("*Line items*")))
        blocks += _lines(invoice, tables=tables)
    if answer.lines_problem:
        problem = outside(answer.lines_problem, 300)
        blocks.append(
            context(
                tr("Line items did not come: the provider {problem}.", problem=problem)
            )
        )
    if invoice.checks:
        blocks.append(section("\n".join([tr("*Check*"), _checks(invoice)])))
    if answer.history is not None:
        lines = history_lines(answer.history, zone=zone, care=answer.care)
        earlier = len(lines) - LATEST
        if earlier > 0:
            said = words.count(earlier, "_{n} earlier entry_", "_{n} earlier entries_")
            lines = [said, *lines[-LATEST:]]
        blocks += [context(each) for each in paragraphs([tr("*History*"), *lines])]
    return blocks


def _part_blocks(
    answer: OneInvoice, part: Part, *, zone: tzinfo, tables: bool
) -> list[Block]:
    match part:
        case "lines":
            return _lines_alone(answer.invoice, tables=tables)
        case "history":
            return _history(answer, zone, most=3 if tables else 50)
        case "why" if answer.why is not None:
            return why_blocks(answer.why, tables=tables)
        case _:
            return [section(tr(_NO_REASONS))]


def _lines_alone(invoice: Invoice, *, tables: bool) -> list[Block]:
    if not invoice.lines:
        return [section(tr(NO_LINES))]
    return _lines(invoice, tables=tables, most=MOST_LINES)


def _history(answer: OneInvoice, zone: tzinfo, *, most: int) -> list[Block]:
    """Show all that happened; of very much, the first and the last."""
    if answer.history is None:
        return [section(tr("Nothing is kept of its history."))]
    lines = history_lines(answer.history, zone=zone, care=answer.care)
    left = len(lines) - MOST_HAPPENINGS
    if left > 0:
        said = words.count(left, "_{n} entry left out_", "_{n} entries left out_")
        lines = [lines[0], said, *lines[-MOST_HAPPENINGS + 1 :]]
    return [section(each) for each in paragraphs(lines)[-most:]]


def _answer_buttons(setting: Setting) -> list[Element]:
    here = ids.answer_value(setting.command)
    row: list[Element] = []
    if not setting.shared:
        row.append(button(tr("Share here"), ids.ANSWER_SHARE, here, "primary"))
    row.append(button(tr("Refresh"), ids.ANSWER_REFRESH, here))
    return row


def _lines(invoice: Invoice, *, tables: bool, most: int = FIRST_LINES) -> list[Block]:
    if tables:
        return lines_table(invoice, most=most)
    *said, below = lines_text(invoice, most=most)
    return [*map(section, said), context(below)]


def _checks(invoice: Invoice) -> str:
    return "\n".join(f"• {outside(check, 200)}" for check in invoice.checks[:10])


def no_such_invoice_message(answer: NoSuchInvoice, setting: Setting) -> Message:
    """Say that nothing has this number, and which numbers are like it."""
    troubles = trouble_lines(answer.freshness, now=setting.now, zone=setting.zone)
    number = outside(answer.number, 80)
    said = tr("No invoice `{number}`.", number=number)
    if answer.closest:
        closest = ", ".join(outside(each, 60) for each in answer.closest[:MAX_ACTIONS])
        hint = tr("Closest: {numbers}.", numbers=closest)
    else:
        hint = tr("Try `/invoices` with a year and a month to see what there is.")
    said = f"{said} {hint}"
    blocks = [context(line) for line in troubles[:10]]
    blocks.append(section(said))
    buttons = [
        button(
            plain(tr("Open {number}", number=each), 75),
            f"{ids.RUN_COMMAND}:{number}",
            value,
        )
        for number, each in enumerate(answer.closest[:MAX_ACTIONS], 1)
        if len(value := ids.answer_value(f"/invoice {each}")) <= MAX_BUTTON_VALUE
    ]
    if buttons:
        blocks.append(actions("closest", *buttons))
    text = "\n".join([*(line.replace("*", "") for line in troubles), said])
    return Message(outside_limit(text), blocks)

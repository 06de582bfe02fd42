"""What a message mentions: several invoices, or why there is none."""

from collections.abc import Sequence
from datetime import date

from bot.queries.wording import mark, tr
from bot.views import ids, words
from bot.views.filters import any_of
from bot.views.kit import (
    MAX_BUTTON_VALUE,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    outside,
    plain,
    section,
)
from bot.views.listing import invoice_words, outside_limit
from providers.models import Invoice

#: Invoices listed, each with a button; more are counted.
SHOWN = 15
HOW_TO_ASK = mark(
    "Ask by its number with `/invoice`, or use the shortcut “Ask about invoices”."
)


def found_message(invoices: Sequence[Invoice], *, today: date) -> Message:
    """List the invoices that a message mentions, each with its Details."""
    head = words.count(
        len(invoices),
        "{n} invoice mentioned in this message",
        "{n} invoices mentioned in this message",
    )
    blocks: list[Block] = [section(f"*{head}*")]
    lines = [invoice_words(each, today=today) for each in invoices[:SHOWN]]
    for number, (invoice, line) in enumerate(zip(invoices, lines, strict=False), 1):
        who = outside(invoice.counterparty or "", 120)
        said = f"*{outside(invoice.number, 100)}*{line.removeprefix(invoice.number)}"
        value = ids.invoice_value(invoice.connection, invoice.id)
        details = button(tr("Details"), f"{ids.INVOICE_DETAILS}:{number}", value)
        blocks.append(
            section(
                f"{said}\n{who}" if who else said,
                accessory=details if len(value) <= MAX_BUTTON_VALUE else None,
            )
        )
    if len(invoices) > SHOWN:
        left = len(invoices) - SHOWN
        more = words.count(
            left,
            "and {n} other, further down in the message.",
            "and {n} others, further down in the message.",
        )
        blocks.append(context(more))
        lines.append(words.count(left, "and {n} other", "and {n} others"))
    return Message(outside_limit("\n".join([f"{head}:", *lines])), blocks)


def nothing_message(unknown: Sequence[tuple[str, Sequence[str]]]) -> Message:
    """Say that no known number is in a message; pairs of a word and the closest."""
    if not unknown:
        nothing = tr("Nothing in this message looks like an invoice number.")
        said = f"{nothing} {tr(HOW_TO_ASK)}"
        return Message(said, [section(said)])
    lines = [tr("No invoice that I know is mentioned in this message.")]
    buttons: list[Element] = []
    for word, closest in unknown:
        said = outside(word, 80)
        if closest:
            named = any_of([outside(each, 60) for each in closest])
            line = tr(
                "`{word}` looks like a number; closest: {numbers}.",
                word=said,
                numbers=named,
            )
            buttons += _open(closest[0], len(buttons) + 1)
        else:
            line = tr("`{word}` looks like a number.", word=said)
        lines.append(line)
    if not buttons:
        lines.append(tr(HOW_TO_ASK))
    said = "\n".join(lines)
    blocks = [section(said)]
    if buttons:
        blocks.append(actions("closest", *buttons))
    return Message(outside_limit(said), blocks)


def _open(number: str, at: int) -> list[Element]:
    """Make the button that shows an invoice, where its number fits behind it."""
    value = ids.answer_value(f"/invoice {number}")
    if len(value) > MAX_BUTTON_VALUE or not number.strip():
        return []
    label = plain(tr("Open {number}", number=number), 75)
    return [button(label, f"{ids.RUN_COMMAND}:{at}", value)]

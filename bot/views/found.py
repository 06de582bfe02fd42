"""What a message mentions: several invoices, or why there is none."""

from collections.abc import Sequence
from datetime import date

from bot.views import ids, words
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
HOW_TO_ASK = (
    "Ask by its number with `/invoice`, or use the shortcut “Ask about invoices”."
)


def found_message(invoices: Sequence[Invoice], *, today: date) -> Message:
    """List the invoices that a message mentions, each with its Details."""
    head = f"{words.count(len(invoices), '{n} invoice', '{n} invoices')} mentioned in this message"
    blocks: list[Block] = [section(f"*{head}*")]
    lines = [invoice_words(each, today=today) for each in invoices[:SHOWN]]
    for number, (invoice, line) in enumerate(zip(invoices, lines, strict=False), 1):
        who = outside(invoice.counterparty or "", 120)
        said = f"*{outside(invoice.number, 100)}*{line.removeprefix(invoice.number)}"
        value = ids.invoice_value(invoice.connection, invoice.id)
        details = button("Details", f"{ids.INVOICE_DETAILS}:{number}", value)
        blocks.append(
            section(
                f"{said}\n{who}" if who else said,
                accessory=details if len(value) <= MAX_BUTTON_VALUE else None,
            )
        )
    if len(invoices) > SHOWN:
        more = words.count(len(invoices) - SHOWN, "{n} other", "{n} others")
        blocks.append(context(f"and {more}, further down in the message."))
        lines.append(f"and {more}")
    return Message(outside_limit("\n".join([f"{head}:", *lines])), blocks)


def nothing_message(unknown: Sequence[tuple[str, Sequence[str]]]) -> Message:
    """Say that no known number is in a message; pairs of a word and the closest."""
    if not unknown:
        said = f"Nothing in this message looks like an invoice number. {HOW_TO_ASK}"
        return Message(said, [section(said)])
    lines = ["No invoice that I know is mentioned in this message."]
    buttons: list[Element] = []
    for word, closest in unknown:
        line = f"`{outside(word, 80)}` looks like a number"
        if closest:
            named = " or ".join(outside(each, 60) for each in closest)
            line += f"; closest: {named}"
            buttons += _open(closest[0], len(buttons) + 1)
        lines.append(f"{line}.")
    if not buttons:
        lines.append(HOW_TO_ASK)
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
    return [button(plain(f"Open {number}", 75), f"{ids.RUN_COMMAND}:{at}", value)]

"""Usage, with examples that work today."""

from datetime import date

from bot.views import ids
from bot.views.kit import Message, actions, button, section


def help_message(topic: str, *, today: date) -> Message:
    """Show how to ask, with this month and the last one in the examples."""
    examples = _examples(topic, today)
    lines = [f"`{command}` – {what}" for command, what in examples]
    said = (
        "*Ask about invoices*\n"
        + "\n".join(lines)
        + "\nAdd a connection's name, a status or an amount to narrow it: "
        "`/unpaid i3d over 1000 eur`. The answer is only visible to you until you "
        "share it.\n`/invoices subscribe overdue weekdays 09:00` has what becomes "
        "overdue posted by itself; `/invoices subscribe list` shows what is posted."
    )
    text = "Ask about invoices: " + "; ".join(
        f"{command} ({what})" for command, what in examples
    )
    row = actions(
        "suggestions",
        *(
            button(
                f"Run {command}",
                f"{ids.RUN_COMMAND}:{number}",
                ids.answer_value(command),
            )
            for number, (command, _) in enumerate(examples[:4], 1)
        ),
    )
    return Message(text, [section(said), row])


def _examples(topic: str, today: date) -> list[tuple[str, str]]:
    last = today.replace(day=1)
    month = (
        f"{last.year - 1} 12" if last.month == 1 else f"{last.year} {last.month - 1}"
    )
    invoices = [
        (f"/invoices {month}", "a month"),
        (f"/invoices {today.year}", "a year"),
        ("/invoices last month paid", "what was paid"),
    ]
    unpaid = [
        ("/unpaid", "what is still owed"),
        ("/unpaid over 1000", "large ones"),
        ("/unpaid aging", "by how late it is"),
    ]
    overdue = [
        ("/overdue", "what should have been paid already"),
        ("/overdue 31-60", "31 to 60 days late"),
        ("/overdue by connection", "sums for each connection"),
    ]
    match topic:
        case "invoices":
            return [*invoices, unpaid[0], overdue[0]]
        case "unpaid":
            return [*unpaid, overdue[0], invoices[0]]
        case "overdue":
            return [*overdue, unpaid[0], invoices[0]]
        case "invoice":
            one = "/invoice F25-0000101"
            return [
                (one, "one invoice by its number"),
                (f"{one} lines", "its line items"),
                (f"{one} history", "what happened to it"),
                (f"{one} why", "why its status is so"),
                (f"{one} pdf", "the document"),
            ]
        case _:
            return [
                invoices[0],
                unpaid[0],
                overdue[0],
                invoices[1],
                ("/invoice F25-0000101", "one invoice by its number"),
            ]

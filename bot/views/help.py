"""Usage, with examples that work today."""

from datetime import date

from bot.queries.wording import tr
from bot.views import ids
from bot.views.kit import Message, actions, button, section


def help_message(topic: str, *, today: date) -> Message:
    """Show how to ask, with this month and the last one in the examples."""
    examples = _examples(topic, today)
    said = "\n".join(
        [
            tr("*Ask about invoices*"),
            *(f"`{command}` – {what}" for command, what in examples),
            tr(
                "Add a connection's name, a status or an amount to narrow it: "
                "`/unpaid i3d over 1000 eur`. The answer is only visible to you until "
                "you share it."
            ),
            tr(
                "`/invoices subscribe overdue weekdays 09:00` has what becomes "
                "overdue posted by itself; `/invoices subscribe list` shows what is "
                "posted."
            ),
        ]
    )
    text = tr(
        "Ask about invoices: {examples}",
        examples="; ".join(f"{command} ({what})" for command, what in examples),
    )
    row = actions(
        "suggestions",
        *(
            button(
                tr("Run {command}", command=command),
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
        (f"/invoices {month}", tr("a month")),
        (f"/invoices {today.year}", tr("a year")),
        ("/invoices last month paid", tr("what was paid")),
    ]
    unpaid = [
        ("/unpaid", tr("what is still owed")),
        ("/unpaid over 1000", tr("large ones")),
        ("/unpaid aging", tr("by how late it is")),
    ]
    overdue = [
        ("/overdue", tr("what should have been paid already")),
        ("/overdue 31-60", tr("31 to 60 days late")),
        ("/overdue by connection", tr("sums for each connection")),
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
                (one, tr("one invoice by its number")),
                (f"{one} lines", tr("its line items")),
                (f"{one} history", tr("what happened to it")),
                (f"{one} why", tr("why its status is so")),
                (f"{one} pdf", tr("the document")),
            ]
        case _:
            return [
                invoices[0],
                unpaid[0],
                overdue[0],
                invoices[1],
                ("/invoice F25-0000101", tr("one invoice by its number")),
            ]

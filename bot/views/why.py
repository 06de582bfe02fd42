"""Why an invoice is what it is: the rules with what they saw, and the jump, split."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.answers.why import Explanation, Jump, LineChange
from bot.queries.wording import mark, tr
from bot.views import words
from bot.views.kit import (
    Block,
    Column,
    Element,
    context,
    cut_mrkdwn,
    number_cell,
    outside,
    plain,
    section,
    table,
    text_cell,
)
from bot.views.lines import exact, name_of
from providers.models import About, LineItem, Reason, Status

#: Rows of the split in a table, and where there are only lines.
MOST_ROWS, MOST_LISTED = 40, 20
_ABOUT: dict[About, str] = {
    "kind": mark("Sort of document"),
    "status": mark("Status"),
    "due_on": mark("Due date"),
    "overdue": mark("Overdue"),
}
_HEADINGS = (
    mark("Line"),
    mark("Before"),
    mark("Now"),
    mark("By quantity"),
    mark("By price"),
    mark("Other"),
)
_COLUMNS = (Column(wrap=True), *(Column(align="right") for _ in range(5)))


#: Characters of the rules for one thing, and of a row that is listed: all that are
#: listed are one section.
RULES, LISTED = 2_000, 140


def why_blocks(why: Explanation, *, tables: bool) -> list[Block]:
    """Show the rules, grouped by what they are about, and the jump."""
    blocks = [section(cut_mrkdwn(t, RULES)) for t in rule_texts(why.reasons)]
    if why.jump is not None and why.jump.difference:
        blocks += _jump_blocks(why.jump, tables=tables)
    return blocks


def rule_texts(reasons: Sequence[Reason]) -> list[str]:
    """Say, for each thing that was decided, what came out and by which rules."""
    texts = []
    for about, name in _ABOUT.items():
        mine = [reason for reason in reasons if reason.about == about]
        if mine:
            rules = "\n".join(f"• {_rule(reason)}" for reason in mine)
            texts.append(f"*{tr(name)}: {_outcome(mine[-1])}*\n{rules}")
    return texts


def _rule(reason: Reason) -> str:
    first, _, rest = tr(reason.rule).partition(" ")
    if first.islower():  # else it is a provider's own word
        first = first.capitalize()
    said = outside(f"{first} {rest}", 200)
    if reason.seen:
        facts = [
            f"{tr(name)} {_seen(reason.about, name, value)}"
            for name, value in reason.seen
        ]
        said += f" ({outside(', '.join(facts), 400)})"
    return f"{said}."


def _seen(about: About, name: str, value: str | None) -> str:
    """Say what a rule saw; a status that lateness goes by is one of ours."""
    said = _fact(value)
    return tr(said) if (about, name) == ("overdue", "status") else said


def _fact(value: str | None) -> str:
    """Say a value: days as days; all else is the provider's and stays as it is."""
    if value is None:
        return tr("not stated")
    try:
        return words.day(date.fromisoformat(value))
    except ValueError:
        return value or tr("empty")


def _outcome(reason: Reason) -> str:
    match reason.about:
        case "status":
            return words.status(Status(reason.gives or Status.UNKNOWN))
        case "overdue":
            days = int(reason.gives or 0)
            return words.late(days) if days else tr("no")
        case "kind":
            return outside(_kind(str(reason.gives)), 40)
        case _:
            return tr("none") if reason.gives is None else _fact(reason.gives)


def _kind(gives: str) -> str:
    match gives:
        case "invoice" | "credit_note":
            return words.kind(gives)
        case _:
            return gives.replace("_", " ")


def jump_words(jump: Jump) -> str:
    """Say both totals: "Against F25-1 of 3 Oct 2025: 100.00 → 120.00 EUR (+20.00)"."""
    currency = jump.after.currency
    return tr(
        "Against {number} of {day}: {before} → {after} ({difference})",
        number=outside(jump.before.number, 80),
        day=words.day(jump.before.issued_on),
        before=words.number(jump.before.total or Decimal(0), currency),
        after=outside(words.money(jump.after.total, currency), 60),
        difference=signed(jump.difference, currency),
    )


def split_words(jump: Jump) -> str:
    """Say the parts, which add up to the difference to the last digit."""
    currency = jump.after.currency
    gone = [each for each in jump.lines if each.after is None]
    new = [each for each in jump.lines if each.before is None]
    both = [each for each in jump.lines if each.before and each.after]
    parts = [
        (mark("quantity {amount}"), _sum([each.quantity for each in both])),
        (mark("price {amount}"), _sum([each.price for each in both])),
        (mark("new lines {amount}"), _sum([each.difference for each in new])),
        (mark("lines gone {amount}"), _sum([each.difference for each in gone])),
        (mark("other changes of lines {amount}"), _sum([e.other for e in both])),
        (mark("tax {amount}"), jump.tax),
        (mark("not in the lines {amount}"), jump.rest),
    ]
    said = ", ".join(
        tr(text, amount=signed(amount, currency)) for text, amount in parts if amount
    )
    return f"{said} = {signed(jump.difference, currency)}"


def signed(amount: Decimal, currency: str) -> str:
    """Say an amount with its sign."""
    return f"{'+' if amount > 0 else ''}{words.number(amount, currency)}"


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _jump_blocks(jump: Jump, *, tables: bool) -> list[Block]:
    heading = tr("*What changed the amount*")
    blocks = [section(f"{heading}\n{jump_words(jump)}")]
    if jump.lines and tables:
        head = [text_cell(tr(each)) for each in _HEADINGS]
        rows = [_row(each, jump.after.currency) for each in jump.lines[:MOST_ROWS]]
        blocks.append(table([head, *rows], _COLUMNS))
        left = len(jump.lines) - MOST_ROWS
    else:
        shown = jump.lines[:MOST_LISTED]
        said = [
            cut_mrkdwn(f"• {change_words(each, jump.after.currency)}", LISTED)
            for each in shown
        ]
        if said:
            blocks.append(section("\n".join(said)))
        left = len(jump.lines) - MOST_LISTED
    if left > 0:
        more = words.count(
            left, "and {n} more line that changed", "and {n} more lines that changed"
        )
        blocks.append(context(more))
    blocks.append(context(split_words(jump)))
    return blocks


def change_words(change: LineChange, currency: str) -> str:
    """Say what one row changed: "Server, 2 × 50.00 → 3 × 50.00: quantity +50.00"."""
    name = outside(_name(change), 70)
    if change.before is None:
        added = signed(change.difference, currency)
        return tr("{line}: new, {amount}", line=name, amount=added)
    if change.after is None:
        lost = signed(change.difference, currency)
        return tr("{line}: gone, {amount}", line=name, amount=lost)
    parts = [
        tr(text, amount=signed(amount, currency))
        for text, amount in (
            (mark("quantity {amount}"), change.quantity),
            (mark("price {amount}"), change.price),
            (mark("other {amount}"), change.other),
        )
        if amount
    ]
    sides = f"{_side(change.before, currency)} → {_side(change.after, currency)}"
    return f"{name}, {sides}: {', '.join(parts)}"


def _row(change: LineChange, currency: str) -> list[Element]:
    return [
        text_cell(plain(_name(change), 70)),
        text_cell(_side(change.before, currency)),
        text_cell(_side(change.after, currency)),
        *(
            number_cell(amount, signed(amount, currency)) if amount else text_cell("")
            for amount in (change.quantity, change.price, change.other)
        ),
    ]


def _name(change: LineChange) -> str:
    line = change.after or change.before
    if line is None:  # there is always one of them
        return "–"
    named = name_of(line, period=False)
    return f"{line.customer}: {named}" if line.customer else named


def _side(line: LineItem | None, currency: str) -> str:
    """Say a row's quantity and price, or its amount where it has none."""
    if line is None:
        return "–"
    if line.quantity is not None and line.unit_price is not None:
        price = words.number(exact(line.unit_price), currency)
        return plain(f"{words.figure(exact(line.quantity))} × {price}", 60)
    amount = line.net if line.net is not None else line.total
    said = tr("not stated") if amount is None else words.number(amount, currency)
    if line.quantity is not None:
        quantity = words.figure(exact(line.quantity))
        said = tr("{quantity} for {amount}", quantity=quantity, amount=said)
    return plain(said, 60)

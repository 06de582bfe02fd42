"""The form to ask with: plain words or a command, and menus that add to them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.queries.model import Context, Query, QueryError
from bot.views import ids, words
from bot.views.kit import plain, section
from bot.views.modal import View, input_block, menu, modal, text_input

#: The fields, by their block ids, in the order in which they are put together.
QUESTION, PERIOD, CONNECTION, STATUS = "question", "period", "connection", "status"
FIELDS = (QUESTION, PERIOD, CONNECTION, STATUS)
_STATUSES = (
    ("Unpaid", "unpaid"),
    ("Overdue", "overdue"),
    ("Paid", "paid"),
    ("Part paid", "status:partial"),
    ("Credit notes", "status:credit"),
)
#: What somebody may type; a longer question is none.
MOST_TYPED = 500
MAX_ERROR = 400
_CODE = re.compile(r"`([^`]*)`")


def ask_view(asked: Context) -> View:
    """Make the form, with today's real periods."""
    fields = [
        input_block(
            QUESTION,
            "Your question",
            text_input(
                QUESTION, placeholder="how much do we still owe?", most=MOST_TYPED
            ),
            hint="Plain words or a command, such as /unpaid over 1000. The menus below "
            "narrow it, or make a question by themselves.",
            optional=True,
        ),
        input_block(
            PERIOD,
            "Period",
            menu(PERIOD, "Any time", periods(asked)),
            optional=True,
        ),
    ]
    if asked.connections:
        options = [(each.label, each.name) for each in asked.connections]
        fields.append(
            input_block(
                CONNECTION,
                "Connection",
                menu(CONNECTION, "All connections", options),
                optional=True,
            )
        )
    status = menu(STATUS, "Any status", _STATUSES)
    fields.append(input_block(STATUS, "Status", status, optional=True))
    lead = section("The answer is shown here first; you decide whether to post it.")
    return modal(
        "Ask about invoices",
        [lead, *fields],
        callback_id=ids.ASK_VIEW,
        submit="Ask",
        close="Cancel",
    )


def periods(asked: Context) -> list[tuple[str, str]]:
    """List periods by name and days, with the words that ask for them."""
    today = asked.today
    this = today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    now, before = (_quarter(each) for each in (this, _months_back(this, 3)))
    found = [
        (f"This month: {words.whole_month(this)}", f"{this.year} {this.month}"),
        (f"Last month: {words.whole_month(last)}", f"{last.year} {last.month}"),
        (f"This quarter: {now.upper()}", now),
        (f"Last quarter: {before.upper()}", before),
        (f"This year: {this.year}", str(this.year)),
        (f"Last year: {this.year - 1}", str(this.year - 1)),
    ]
    if asked.fiscal_year_start != 1:
        year = this.year - (this.month < asked.fiscal_year_start)
        found.append((f"This fiscal year: FY{year}", f"fy{year}"))
    for days in (14, 30):
        until = today + timedelta(days=days)
        found.append(
            (
                f"Due until {words.day(until)} ({days} days)",
                f"due:{today.isoformat()}..{until.isoformat()}",
            )
        )
    return found


def question_of(said: Mapping[str, str], fields: Sequence[str] = FIELDS) -> str:
    """Put together what the *fields* of the form say; empty when they say nothing."""
    parts = [said.get(each, "").strip() for each in fields]
    typed, chosen = parts[0], [each for each in parts[1:] if each]
    if not typed and not chosen:
        return ""
    return " ".join([typed or "/invoices", *chosen])


def error_text(error: QueryError) -> str:
    """Say beside a field what is wrong, and commands that work."""
    said = f"{error.problem} {error.hint}".strip()
    commands = [each.command for each in error.suggestions[:2]]
    if commands and not all(each in said for each in commands):
        said += f" Try: {' or '.join(commands)}"
    # Beside a field Slack draws no markup.
    return plain(_CODE.sub(r"“\1”", said), MAX_ERROR)


def _quarter(day: date) -> str:
    return f"{day.year} q{(day.month + 2) // 3}"


def _months_back(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def contradiction(typed: Query, chosen: Query) -> str | None:
    """Say why a menu does not go with the question that was typed, if it does not."""
    end = "Leave this menu empty, or take it out of your question."
    if chosen.period and typed.period and chosen.period != typed.period:
        return f"Your question names another period. {end}"
    if typed.connections and set(chosen.connections) - set(typed.connections):
        named = ", ".join(typed.connections)
        return f"Your question is about {named}. {end}"
    if typed.status and set(chosen.status) - set(typed.status):
        return f"Your question asks for another status. {end}"
    if typed.kinds and set(chosen.kinds) - set(typed.kinds):
        return f"Your question does not go with that status. {end}"
    return None

"""The form to ask with: plain words or a command, and menus that add to them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.queries.model import Context, Query, QueryError
from bot.queries.wording import mark, tr
from bot.views import ids, words
from bot.views.kit import plain, section
from bot.views.modal import View, input_block, menu, modal, text_input

#: The fields, by their block ids, in the order in which they are put together.
QUESTION, PERIOD, CONNECTION, STATUS = "question", "period", "connection", "status"
FIELDS = (QUESTION, PERIOD, CONNECTION, STATUS)
_STATUSES = (
    (mark("Unpaid"), "unpaid"),
    (mark("Overdue"), "overdue"),
    (mark("Paid"), "paid"),
    (mark("Part paid"), "status:partial"),
    (mark("Credit notes"), "status:credit"),
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
            tr("Your question"),
            text_input(
                QUESTION, placeholder=tr("how much do we still owe?"), most=MOST_TYPED
            ),
            hint=tr(
                "Plain words or a command, such as /unpaid over 1000. The menus below "
                "narrow it, or make a question by themselves."
            ),
            optional=True,
        ),
        input_block(
            PERIOD,
            tr("Period"),
            menu(PERIOD, tr("Any time"), periods(asked)),
            optional=True,
        ),
    ]
    if asked.connections:
        options = [(each.label, each.name) for each in asked.connections]
        fields.append(
            input_block(
                CONNECTION,
                tr("Connection"),
                menu(CONNECTION, tr("All connections"), options),
                optional=True,
            )
        )
    statuses = [(tr(label), value) for label, value in _STATUSES]
    status = menu(STATUS, tr("Any status"), statuses)
    fields.append(input_block(STATUS, tr("Status"), status, optional=True))
    lead = section(tr("The answer is shown here first; you decide whether to post it."))
    return modal(
        tr("Ask about invoices"),
        [lead, *fields],
        callback_id=ids.ASK_VIEW,
        submit=tr("Ask"),
        close=tr("Cancel"),
    )


def periods(asked: Context) -> list[tuple[str, str]]:
    """List periods by name and days, with the words that ask for them."""
    today = asked.today
    this = today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    now, before = (_quarter(each) for each in (this, _months_back(this, 3)))
    found = [
        (
            tr("This month: {month}", month=words.whole_month(this)),
            f"{this.year} {this.month}",
        ),
        (
            tr("Last month: {month}", month=words.whole_month(last)),
            f"{last.year} {last.month}",
        ),
        (tr("This quarter: {quarter}", quarter=now.upper()), now),
        (tr("Last quarter: {quarter}", quarter=before.upper()), before),
        (tr("This year: {year}", year=this.year), str(this.year)),
        (tr("Last year: {year}", year=this.year - 1), str(this.year - 1)),
    ]
    if asked.fiscal_year_start != 1:
        year = this.year - (this.month < asked.fiscal_year_start)
        found.append((tr("This fiscal year: FY{year}", year=year), f"fy{year}"))
    for days in (14, 30):
        until = today + timedelta(days=days)
        found.append(
            (
                tr("Due until {day} ({n} days)", day=words.day(until), n=days),
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
        said = _try(said, commands)
    # Beside a field Slack draws no markup.
    return plain(_CODE.sub(r"“\1”", said), MAX_ERROR)


def _try(said: str, commands: Sequence[str]) -> str:
    if len(commands) == 1:
        return tr("{error} Try: {command}", error=said, command=commands[0])
    return tr(
        "{error} Try: {command} or {other}",
        error=said,
        command=commands[0],
        other=commands[1],
    )


def _quarter(day: date) -> str:
    return f"{day.year} q{(day.month + 2) // 3}"


def _months_back(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def contradiction(typed: Query, chosen: Query) -> str | None:
    """Say why a menu does not go with the question that was typed, if it does not."""
    if chosen.period and typed.period and chosen.period != typed.period:
        return tr(
            "Your question names another period. Leave this menu empty, or take it out "
            "of your question."
        )
    if typed.connections and set(chosen.connections) - set(typed.connections):
        return tr(
            "Your question is about {connections}. Leave this menu empty, or take it "
            "out of your question.",
            connections=", ".join(typed.connections),
        )
    if typed.status and set(chosen.status) - set(typed.status):
        return tr(
            "Your question asks for another status. Leave this menu empty, or take it "
            "out of your question."
        )
    if typed.kinds and set(chosen.kinds) - set(typed.kinds):
        return tr(
            "Your question does not go with that status. Leave this menu empty, or "
            "take it out of your question."
        )
    return None

"""The Home tab: what is owed, what comes next, and how everything stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness, Total
from bot.queries.wording import tr, trn
from bot.views import ids, words
from bot.views.entry import Entry
from bot.views.kit import (
    MAX_SECTION,
    Block,
    Element,
    actions,
    button,
    context,
    cut_mrkdwn,
    divider,
    header,
    outside,
    plain,
    section,
)
from bot.views.modal import View
from bot.views.needs import TROUBLES, Needs, needs_blocks
from bot.views.spending import Spend, spend_blocks
from bot.views.standing import Moments, connection_line, subscription_blocks
from bot.views.subscription import (
    new_button,
)
from bot.views.upcoming import (
    DUE,
    Snoozed,
    details_menu,
    due_table,
    minded_words,
)
from providers.models import Invoice

#: Currencies that are shown.
CURRENCIES = 5
#: Kept in the view: its person has seen the examples of the first visit.
WELCOMED = json.dumps({"welcomed": True})


@dataclass(frozen=True, slots=True)
class Commands:
    """What the buttons ask; each is read as the figures above them were."""

    owed: str = "/unpaid"
    overdue: str = "/overdue"
    due: str = "/invoices upcoming 30d"
    months: str = "/invoices ytd by month"
    #: With today's real periods.
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """What one person's Home tab says; *needs* only where they are an admin."""

    now: datetime
    zone: ZoneInfo
    every: timedelta
    owed: tuple[Total, ...] = ()
    spend: tuple[Spend, ...] = ()
    #: The first of the *due_count* invoices that fall due from today on.
    due: tuple[Invoice, ...] = ()
    due_count: int = 0
    assigned: tuple[Invoice, ...] = ()
    snoozed: tuple[Snoozed, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    #: How many documents are held of each connection.
    held: tuple[tuple[str, int], ...] = ()
    subscriptions: tuple[Entry, ...] = ()
    needs: Needs | None = None
    is_first_visit: bool = False
    #: What was just done from here: mrkdwn of our own.
    note: str = ""
    commands: Commands = Commands()

    @property
    def today(self) -> date:
        """The day it is where the bot's time zone says."""
        return self.now.astimezone(self.zone).date()

    @property
    def moments(self) -> Moments:
        """How moments are said on this page."""
        return Moments(self.now, self.zone)


def home_view(home: Home) -> View:
    """Show a Home tab."""
    blocks = [
        *_owed(home),
        *_examples(home),
        *needs_blocks(home.needs, home.freshness),
        *_minded(home),
        *_due(home),
        *_spend(home),
        *_subscriptions(home),
        *_connections(home),
        context(
            tr(
                "Only you see this page. `/invoices help` says what can be asked "
                "anywhere."
            )
        ),
    ]
    return {"type": "home", "private_metadata": WELCOMED, "blocks": blocks}


def refused_view(refusal: str, *, admins: Sequence[str] = ()) -> View:
    """Say why somebody sees no figures, and who can help: *admins* are Slack's ids."""
    note = tr(
        "Whoever runs Duebot, or an admin of this workspace, can say who may see "
        "figures."
    )
    if admins:
        named = [f"<@{outside(each, 30)}>" for each in admins[:5]]
        note = tr("{people} can say who may see figures.", people=_or(named))
    return _no_figures(refusal, note)


def trouble_view(sentence: str) -> View:
    """Say what keeps the page from being made."""
    return _no_figures(sentence, tr("What the page said before may be out of date."))


def _or(people: Sequence[str]) -> str:
    said = people[0]
    for each in people[1:]:
        said = tr("{some} or {last}", some=said, last=each)
    return said


def _no_figures(sentence: str, note: str) -> View:
    blocks = [
        header(tr("No figures here")),
        section(outside(sentence, 2_000)),
        context(note),
        actions("home", button(tr("Try again"), ids.HOME_REFRESH, "again")),
    ]
    return {"type": "home", "blocks": blocks}


def _owed(home: Home) -> list[Block]:
    blocks = [header(tr("What is owed")), context(_freshness_line(home))]
    blocks += [context(line) for line in _incomplete(home)]
    owed = [each for each in home.owed if each.kind == "invoice"]
    if owed:
        fields = [said for each in owed[:CURRENCIES] for said in _owed_fields(each)]
        blocks.append(section(_owed_words(owed), fields=fields))
        if len(owed) > CURRENCIES:
            left = len(owed) - CURRENCIES
            more = words.count(left, "and {n} more currency", "and {n} more currencies")
            blocks.append(context(more))
    elif any(each.as_of for each in home.freshness):
        blocks.append(
            section(tr("Nothing is owed: every invoice that is known is paid."))
        )
    else:
        blocks.append(
            section(
                tr(
                    "No connection has been read yet. As soon as one is, this page "
                    "shows what is owed, what falls due next and what was billed each "
                    "month."
                )
            )
        )
    row = [button(tr("Ask a question"), ids.HOME_ASK, "ask", "primary")]
    if owed:
        row.append(_show(tr("Show unpaid"), 1, home.commands.owed))
    if any(each.overdue for each in owed):
        row.append(_show(tr("Show overdue"), 2, home.commands.overdue))
    row.append(button(tr("Refresh"), ids.HOME_REFRESH, "again"))
    if home.needs is not None:
        row.append(_show(tr("Settings"), 3, "/invoices settings"))
    return [*blocks, actions("home", *row)]


def _owed_words(owed: Sequence[Total]) -> str:
    unpaid = sum(each.invoices for each in owed)
    overdue = sum(each.overdue for each in owed)
    if not overdue:
        return trn(
            "*{n} unpaid invoice*, none of them overdue",
            "*{n} unpaid invoices*, none of them overdue",
            unpaid,
            n=words.figure(unpaid),
        )
    return trn(
        "*{n} unpaid invoice*, {overdue} of them overdue",
        "*{n} unpaid invoices*, {overdue} of them overdue",
        unpaid,
        n=words.figure(unpaid),
        overdue=words.figure(overdue),
    )


def _owed_fields(total: Total) -> tuple[str, str]:
    currency = outside(total.currency, 10)
    owed = _amount_on(total.balance, currency, total.invoices)
    if total.not_stated:
        owed = tr(
            "{amount_on_invoices} (balance of {n} not stated)",
            amount_on_invoices=owed,
            n=words.figure(total.not_stated),
        )
    late = tr("nothing")
    if total.overdue and total.overdue_balance is None:
        late = words.count(total.overdue, "{n} invoice", "{n} invoices")
    elif total.overdue:
        late = _amount_on(total.overdue_balance, currency, total.overdue)
    return (
        tr("*{currency} owed*\n{owed}", currency=currency, owed=owed),
        tr("*{currency} overdue*\n{overdue}", currency=currency, overdue=late),
    )


def _amount_on(amount: Decimal | None, currency: str, invoices: int) -> str:
    return trn(
        "{amount} on {n} invoice",
        "{amount} on {n} invoices",
        invoices,
        amount=words.money(amount, currency),
        n=words.figure(invoices),
    )


def _freshness_line(home: Home) -> str:
    """Say the day, and when the oldest figures were read."""
    known = [each.as_of for each in home.freshness if each.as_of is not None]
    said = tr("no figures yet")
    if known:
        said = tr("figures read {moment}", moment=home.moments.said(min(known)))
    return f"{words.day(home.today)} · {said}"


def _incomplete(home: Home) -> list[str]:
    missing = [e for e in home.freshness if e.problem or e.as_of is None]
    reading = [outside(e.label, 60) for e in home.freshness if e.reading]
    lines = []
    if missing and any(each.as_of for each in home.freshness):
        named = ", ".join(outside(each.label, 60) for each in missing[:TROUBLES])
        lines.append(
            tr(
                "*Incomplete:* the newest figures of {connections} are missing; see "
                "Connections below.",
                connections=named,
            )
        )
    if reading:
        named = ", ".join(reading[:TROUBLES])
        lines.append(
            tr("Being read again right now: {connections}.", connections=named)
        )
    return lines


def _examples(home: Home) -> list[Block]:
    if not (home.is_first_visit and home.commands.examples):
        return []
    commands = enumerate(home.commands.examples[:3], 1)
    return [
        section(
            tr(
                "*New here?* Ask in any channel with a slash command, in a thread by "
                "mentioning Duebot, or right here. Press one to see its answer:"
            )
        ),
        actions("examples", *(_show(each, number, each) for number, each in commands)),
    ]


def _minded(home: Home) -> list[Block]:
    """Show what is assigned to this person, and what is snoozed."""
    said = list(minded_words(home.assigned, home.snoozed, today=home.today))
    if not said:
        return []
    invoices = [*home.assigned, *(each.invoice for each in home.snoozed)]
    unique = list({(each.connection, each.id): each for each in invoices}.values())
    row = details_menu(f"{ids.HOME_DETAILS}:2", unique[:100])
    blocks = [section(cut_mrkdwn(each, MAX_SECTION)) for each in said]
    return [divider(), *blocks, *([actions("minded", *row)] if row else [])]


def _due(home: Home) -> list[Block]:
    blocks = [divider(), header(tr("Next due dates"))]
    if not home.due:
        said = tr(
            "Nothing that is owed falls due from today on. When something does, the "
            "ten next due dates stand here."
        )
        return [*blocks, section(said)]
    due = home.due[:DUE]
    blocks.append(due_table(due, today=home.today))
    row = details_menu(f"{ids.HOME_DETAILS}:1", due)
    if home.due_count > len(due):
        label = tr("Show all {n}", n=words.figure(home.due_count))
        row.append(_show(label, 1, home.commands.due))
    return [*blocks, actions("due", *row)] if row else blocks


def _spend(home: Home) -> list[Block]:
    head = [divider(), header(tr("Billed in the last 12 months"))]
    found = spend_blocks(home.spend)
    if not found:
        said = tr(
            "No invoice of the last 12 months is known. Once there are some, each "
            "month's total is drawn here."
        )
        return [*head, section(said)]
    months = _show(tr("Show months"), 1, home.commands.months)
    return [*head, *found, actions("spend", months)]


def _subscriptions(home: Home) -> list[Block]:
    blocks = [divider(), header(tr("Subscriptions"))]
    if home.note:
        blocks.append(context(cut_mrkdwn(home.note, 500)))
    if not home.subscriptions:
        said = tr(
            "Nothing is posted by itself yet. Type `/invoices subscribe overdue "
            "weekdays 09:00` in a channel, and what becomes overdue is posted there."
        )
        return [*blocks, section(said), actions("subscribe", new_button())]
    return [
        *blocks,
        *subscription_blocks(
            home.subscriptions, every=home.every, moments=home.moments
        ),
        actions("subscribe", new_button()),
    ]


def _connections(home: Home) -> list[Block]:
    blocks = [divider(), header(tr("Connections"))]
    if not home.freshness:
        said = tr(
            "No billing system is connected. Whoever runs Duebot adds one to its "
            "configuration file, under `[connections]`."
        )
        return [*blocks, section(said)]
    held = dict(home.held)
    lines = [connection_line(each, held, home.moments) for each in home.freshness]
    return [*blocks, section(cut_mrkdwn("\n".join(lines), MAX_SECTION))]


def _show(label: str, number: int, command: str) -> Element:
    """Make a button that shows an answer in a window above the page."""
    value = ids.answer_value(command)
    return button(plain(label, 75), f"{ids.HOME_SHOW}:{number}", value)

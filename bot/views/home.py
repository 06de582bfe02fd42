"""The Home tab: what is owed, what comes next, and how everything stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.answers.model import Freshness, Total
from bot.views import ids, words
from bot.views.kit import (
    MAX_OPTION_VALUE,
    MAX_SECTION,
    Block,
    Column,
    Element,
    actions,
    bar_chart,
    button,
    context,
    cut_mrkdwn,
    divider,
    header,
    number_cell,
    outside,
    plain,
    section,
    select,
    table,
    text_cell,
)
from bot.views.listing import due_words, invoice_words
from bot.views.modal import View
from bot.views.subscription import Entry, place_of, what_of, when_of
from providers.models import Invoice

#: Due dates, currencies, subscriptions and troubles that are shown.
DUE, CURRENCIES, SUBSCRIPTIONS, TROUBLES = 10, 5, 8, 5
#: Currencies that get a chart.
CHARTS = 2
#: Kept in the view: its person has seen the examples of the first visit.
WELCOMED = json.dumps({"welcomed": True})
_COLUMNS = (Column(), Column(), Column(wrap=True), Column(align="right"))


@dataclass(frozen=True, slots=True)
class Spend:
    """What was billed in one currency in each of some months, oldest first."""

    currency: str
    invoices: int
    months: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Messages for a channel that did not come, and the reason of the newest."""

    channel: str
    messages: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for an admin: posts that may or may not be there, closed channels."""

    uncertain: tuple[Undelivered, ...] = ()
    paused: tuple[Undelivered, ...] = ()


@dataclass(frozen=True, slots=True)
class Commands:
    """What the buttons ask; each is read as the figures above them were."""

    owed: str = "/unpaid"
    overdue: str = "/overdue"
    due: str = "/invoices upcoming 30d"
    months: str = "/invoices ytd by month"
    #: Pairs of a label and a command, with today's real periods.
    examples: tuple[tuple[str, str], ...] = ()


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


def home_view(home: Home, *, is_plain: bool = False) -> View:
    """Show a Home tab; *is_plain*: without the blocks that not every Slack takes."""
    blocks = [
        *_owed(home),
        *_examples(home),
        *_needs(home),
        *_due(home, is_plain=is_plain),
        *_spend(home, is_plain=is_plain),
        *_subscriptions(home),
        *_connections(home),
        context(
            "Only you see this page. Type `/invoices help` anywhere to see what can be "
            "asked."
        ),
    ]
    return {"type": "home", "private_metadata": WELCOMED, "blocks": blocks}


def refused_view(refusal: str) -> View:
    """Say why somebody sees no figures, and who can help."""
    blocks = [
        header("No figures here"),
        section(outside(refusal, 2_000)),
        context(
            "Whoever runs Duebot, or an admin of this workspace, can say who may see "
            "figures."
        ),
        actions("home", button("Try again", ids.HOME_REFRESH, "again")),
    ]
    return {"type": "home", "blocks": blocks}


def _owed(home: Home) -> list[Block]:
    blocks = [header("What is owed"), context(_freshness_line(home))]
    blocks += [context(line) for line in _incomplete(home)]
    owed = [each for each in home.owed if each.kind == "invoice"]
    if owed:
        fields = [said for each in owed[:CURRENCIES] for said in _owed_fields(each)]
        blocks.append(section(_owed_words(owed), fields=fields))
        if len(owed) > CURRENCIES:
            more = words.count(
                len(owed) - CURRENCIES, "more currency", "more currencies"
            )
            blocks.append(context(f"and {more}"))
    elif any(each.as_of for each in home.freshness):
        blocks.append(section("Nothing is owed: every invoice that is known is paid."))
    else:
        blocks.append(
            section(
                "No connection has been read yet. As soon as one is, this page shows "
                "what is owed, what falls due next and what was billed each month."
            )
        )
    row = [button("Ask a question", ids.HOME_ASK, "ask", "primary")]
    if owed:
        row.append(_show("Show unpaid", 1, home.commands.owed))
    if any(each.overdue for each in owed):
        row.append(_show("Show overdue", 2, home.commands.overdue))
    row.append(button("Refresh", ids.HOME_REFRESH, "again"))
    return [*blocks, actions("home", *row)]


def _owed_words(owed: Sequence[Total]) -> str:
    unpaid = sum(each.invoices for each in owed)
    overdue = sum(each.overdue for each in owed)
    said = f"*{words.count(unpaid, 'unpaid invoice')}*, "
    return said + (
        f"{words.figure(overdue)} of them overdue"
        if overdue
        else "none of them overdue"
    )


def _owed_fields(total: Total) -> tuple[str, str]:
    currency = outside(total.currency, 10)
    owed = f"*{currency} owed*\n{words.money(total.balance, currency)} on "
    owed += words.count(total.invoices, "invoice")
    if total.not_stated:
        owed += f" (balance of {words.figure(total.not_stated)} not stated)"
    late = "nothing"
    if total.overdue:
        late = words.count(total.overdue, "invoice")
        if total.overdue_balance is not None:
            late = f"{words.money(total.overdue_balance, currency)} on {late}"
    return owed, f"*{currency} overdue*\n{late}"


def _freshness_line(home: Home) -> str:
    """Say the day, and how old the oldest figures are: by the clock, since it stays."""
    known = [each.as_of for each in home.freshness if each.as_of is not None]
    if not known:
        return f"{words.day(home.today)} · no figures yet"
    return f"{words.day(home.today)} · figures read {_moment(min(known), home)}"


def _incomplete(home: Home) -> list[str]:
    labels = [
        outside(each.label, 60)
        for each in home.freshness
        if each.problem or each.as_of is None
    ]
    reading = [outside(each.label, 60) for each in home.freshness if each.reading]
    lines = []
    if labels and any(each.as_of for each in home.freshness):
        named = ", ".join(labels[:TROUBLES])
        lines.append(
            f"*Incomplete:* the newest figures of {named} are missing; see Connections "
            "below."
        )
    if reading:
        named = ", ".join(reading[:TROUBLES])
        lines.append(f"Being read again right now: {named}.")
    return lines


def _examples(home: Home) -> list[Block]:
    if not (home.is_first_visit and home.commands.examples):
        return []
    return [
        section(
            "*New here?* Ask in any channel with a slash command, in a thread by "
            "mentioning Duebot, or right here. Press one to see its answer:"
        ),
        actions(
            "examples",
            *(
                _show(label, number, command)
                for number, (label, command) in enumerate(home.commands.examples[:3], 1)
            ),
        ),
    ]


def _needs(home: Home) -> list[Block]:
    """Say what waits for an admin; nothing where nothing does."""
    if home.needs is None:
        return []
    lines = [
        f"• {outside(each.label, 60)} {outside(each.problem, 300)}. "
        "`duebot check` says what to mend."
        for each in home.freshness
        if each.problem
    ][:TROUBLES]
    lines += [
        f"• {words.count(each.messages, 'message')} for {place_of(each.channel)} may "
        "or may not have been posted. `duebot deliveries --uncertain` lists them."
        for each in home.needs.uncertain[:TROUBLES]
    ]
    lines += [
        f"• {words.count(each.messages, 'message')} for {place_of(each.channel)} "
        f"{'waits' if each.messages == 1 else 'wait'}: "
        f"{outside(each.reason, 200) or 'the channel is closed to Duebot'}."
        for each in home.needs.paused[:TROUBLES]
    ]
    if not lines:
        return []
    said = "\n".join(["*Needs an admin*", *lines])
    return [divider(), section(cut_mrkdwn(said, MAX_SECTION))]


def _due(home: Home, *, is_plain: bool) -> list[Block]:
    blocks = [divider(), header("Next due dates")]
    if not home.due:
        said = (
            "Nothing that is owed falls due from today on. When something does, its "
            "ten next due dates stand here."
        )
        return [*blocks, section(said)]
    due = home.due[:DUE]
    if is_plain:
        lines = [f"• {_due_line(each, home.today)}" for each in due]
        blocks.append(section(cut_mrkdwn("\n".join(lines), MAX_SECTION)))
    else:
        head = [text_cell(each) for each in ("Due", "Invoice", "From", "Balance")]
        blocks.append(table([head, *(_due_row(e, home.today) for e in due)], _COLUMNS))
    options = [
        (_option(each), value)
        for each in due
        if len(value := ids.invoice_value(each.connection, each.id)) <= MAX_OPTION_VALUE
    ]
    row: list[Element] = []
    if options:
        row.append(select("Details of …", ids.HOME_DETAILS, options))
    if home.due_count > len(due):
        label = f"Show all {words.figure(home.due_count)}"
        row.append(_show(label, 1, home.commands.due))
    return [*blocks, actions("due", *row)] if row else blocks


def _due_row(invoice: Invoice, today: date) -> list[Element]:
    currency = plain(invoice.currency, 10)
    balance: Element = text_cell("not stated")
    if invoice.balance is not None:
        balance = number_cell(invoice.balance, words.money(invoice.balance, currency))
    return [
        text_cell(_due_words(invoice, today)),
        text_cell(plain(invoice.number, 60)),
        text_cell(plain(invoice.counterparty or "–", 80)),
        balance,
    ]


def _due_words(invoice: Invoice, today: date) -> str:
    """Say a due date, and that it is today or tomorrow."""
    said = due_words(invoice, today=today)
    if invoice.due_on is not None and (invoice.due_on - today).days in {0, 1}:
        said += f" · {words.due(invoice.due_on, today)}"
    return said


def _due_line(invoice: Invoice, today: date) -> str:
    who = outside(invoice.counterparty or "–", 80)
    return f"{_due_words(invoice, today)}: {invoice_words(invoice, today=today)}, {who}"


def _option(invoice: Invoice) -> str:
    return f"{invoice.number} · {words.money(invoice.balance, invoice.currency)}"


def _spend(home: Home, *, is_plain: bool) -> list[Block]:
    blocks = [divider(), header("Billed in the last 12 months")]
    shown = [each for each in home.spend if any(amount for _, amount in each.months)]
    if not shown:
        said = (
            "No invoice of the last 12 months is known. Once there are some, each "
            "month's total is drawn here."
        )
        return [*blocks, section(said)]
    for each in shown[:CHARTS]:
        if not is_plain:
            blocks.append(_chart(each))
        blocks.append(section(_spend_words(each)))
    left = shown[CHARTS:]
    if left:
        named = ", ".join(outside(each.currency, 10) for each in left[:20])
        blocks.append(context(f"Not drawn: {named}. Invoices only, no credit notes."))
    else:
        blocks.append(context("Invoices only; credit notes are not subtracted."))
    return [*blocks, actions("spend", _show("Show months", 1, home.commands.months))]


def _chart(spend: Spend) -> Block:
    currency = plain(spend.currency, 10)
    return bar_chart(
        f"{currency} billed by month",
        [words.month(name) for name, _ in spend.months],
        [(currency, [float(amount) for _, amount in spend.months])],
        x_label="Month",
        y_label=f"Total in {currency}",
    )


def _spend_words(spend: Spend) -> str:
    """Say what the chart shows, for who does not see it."""
    currency = outside(spend.currency, 10)
    whole = sum((amount for _, amount in spend.months), Decimal(0))
    most, amount = max(spend.months, key=lambda each: each[1])
    said = (
        f"*{words.money(whole, currency)}* on "
        f"{words.count(spend.invoices, 'invoice')}; the most in {words.month(most)}: "
        f"{words.money(amount, currency)}."
    )
    if len(spend.months) > 1:
        before, now = spend.months[-2], spend.months[-1]
        said += (
            f"\n{words.month(now[0])} so far: {words.money(now[1], currency)}; "
            f"{words.month(before[0])}: {words.money(before[1], currency)}."
        )
    return said


def _subscriptions(home: Home) -> list[Block]:
    blocks = [divider(), header("Subscriptions")]
    if home.note:
        blocks.append(context(cut_mrkdwn(home.note, 500)))
    if not home.subscriptions:
        said = (
            "Nothing is posted by itself yet. Type `/invoices subscribe overdue "
            "weekdays 09:00` in a channel, and what becomes overdue is posted there."
        )
        return [*blocks, section(said)]
    for number, entry in enumerate(home.subscriptions[:SUBSCRIPTIONS], 1):
        blocks += _subscription(home, entry, number)
    if len(home.subscriptions) > SUBSCRIPTIONS:
        more = words.count(len(home.subscriptions) - SUBSCRIPTIONS, "other")
        blocks.append(context(f"and {more}: `/invoices subscribe list` has them all."))
    return blocks


def _subscription(home: Home, entry: Entry, number: int) -> list[Block]:
    what = what_of(entry)
    last = "nothing posted yet"
    if entry.last_post is not None:
        last = f"last post {_moment(entry.last_post, home)}"
    said = (
        f"*{what[:1].upper()}{what[1:]}*\nIn {place_of(entry.channel)}, "
        f"{when_of(entry, every=home.every)}; {last}"
    )
    if entry.made_by is None:
        return [section(f"{said}\nKept in the configuration file.")]
    return [
        section(said),
        actions(f"subscription{number}", _stop_button(entry, number)),
    ]


def _stop_button(entry: Entry, number: int) -> Element:
    value = ids.SubscriptionRef(id=entry.key).model_dump_json()
    stop = button("Stop", f"{ids.HOME_STOP}:{number}", value, "danger")
    return {
        **stop,
        "confirm": {
            "title": {"type": "plain_text", "text": "Stop it?"},
            "text": {
                "type": "plain_text",
                "text": "What it posts now will no longer be posted, for everybody "
                "in that conversation.",
            },
            "confirm": {"type": "plain_text", "text": "Stop it"},
            "deny": {"type": "plain_text", "text": "Keep it"},
            "style": "danger",
        },
    }


def _connections(home: Home) -> list[Block]:
    blocks = [divider(), header("Connections")]
    if not home.freshness:
        said = (
            "No billing system is connected. Whoever runs Duebot adds one to its "
            "configuration file, under `[connections]`."
        )
        return [*blocks, section(said)]
    held = dict(home.held)
    lines = [_connection(each, held, home) for each in home.freshness]
    return [*blocks, section(cut_mrkdwn("\n".join(lines), MAX_SECTION))]


def _connection(each: Freshness, held: dict[str, int], home: Home) -> str:
    label = f"*{outside(each.label, 60)}* (`{outside(each.connection, 40)}`)"
    documents = words.count(held.get(each.connection, 0), "document")
    if each.problem:
        figures = "there are no figures of it yet"
        if each.as_of is not None:
            figures = f"its figures are from {_moment(each.as_of, home)}"
        return f"{label} {outside(each.problem, 300)}; {figures}"
    if each.as_of is None:
        doing = "it is being read now" if each.reading else "not read yet"
        return f"{label}: {doing}"
    said = f"{label}: {documents}, last read {_moment(each.as_of, home)}"
    return f"{said}; being read again now" if each.reading else said


def _moment(when: datetime, home: Home) -> str:
    """Say a moment by the clock: a page stays on the screen while an age grows."""
    local = when.astimezone(home.zone)
    if local.date() == home.today:
        return f"today {words.clock(local)}"
    return f"{words.day(local.date())} {words.clock(local)}"


def _show(label: str, number: int, command: str) -> Element:
    """Make a button that shows an answer in a window above the page."""
    value = ids.answer_value(command)
    return button(plain(label, 75), f"{ids.HOME_SHOW}:{number}", value)

"""The form of a subscription: what, when, which, where and how; and what it says.

What is filled in is put together as the words that one types, so that a form and a
command are read by the same rules.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.queries.commands import to_command
from bot.queries.model import Context, Query
from bot.queries.orders import FOLLOW_WORDS, Pace, Subscribe, span_of
from bot.queries.times import step_of, words_of
from bot.queries.wording import mark, tr, trn
from bot.views import ids
from bot.views.kit import Block, Element, Message, actions, button, plain, section
from bot.views.modal import (
    View,
    checkboxes,
    conversation_menu,
    input_block,
    menu,
    modal,
    text_input,
)

#: The fields, by their block ids, in the order in which they are read.
WHAT, WHEN, TIME, CONNECTIONS = "what", "when", "time", "connections"
AMOUNT, CUSTOMER, SELLER, OTHER = "amount", "customer", "seller", "other"
WHERE, FOLLOW, FILE, EMPTY = "where", "follow", "file", "empty"
FIELDS = (
    *(WHAT, WHEN, TIME, CONNECTIONS, AMOUNT, CUSTOMER, SELLER, OTHER),
    *(FOLLOW, FILE, EMPTY, WHERE),
)
#: What was chosen or typed, by field; empty where nothing was.
Said = Mapping[str, tuple[str, ...]]
MOST_TYPED = 150
_PRESETS = (
    (mark("As it is found"), "now"),
    (mark("Weekdays at 09:00"), "weekdays 09:00"),
    (mark("Every day at 09:00"), "daily 09:00"),
    (mark("Mondays at 09:00"), "mondays 09:00"),
    (mark("Every hour"), "every hour"),
)
_HOURLY = "0 * * * *"
_FOLLOW = (
    (mark("A new message"), "message"),
    (mark("A line in the message's thread"), "thread"),
    (mark("Only the message is updated"), "update"),
)
_FILES = ((mark("CSV"), "csv"), (mark("Excel (XLSX)"), "xlsx"))
_CRON = re.compile(r"\s*[-\d*/,]+(\s+\S+){4}\s*")
#: What a text may hold besides quotes, in which it is written.
_QUOTES = str.maketrans("", "", "\"“”„'`")


def form_view(said: Said, *, context: Context, pace: Pace, ref: ids.FormRef) -> View:
    """Make the form, filled in with what was *said*; *ref* says of which one."""
    blocks: list[Block] = [
        *_what_and_when(said, pace),
        *_which(said, context),
        *_where_and_how(said),
    ]
    if ref.id is not None:
        blocks.append(_stop(ref.id))
    return modal(
        tr("Edit subscription") if ref.id is not None else tr("New subscription"),
        blocks,
        callback_id=ids.SUBSCRIPTION_VIEW,
        submit=tr("Save") if ref.id is not None else tr("Subscribe"),
        close=tr("Cancel"),
        metadata=ref.model_dump_json(),
    )


def kept_view(message: Message) -> View:
    """Say what is posted from now on: the sentence that the command answers with."""
    said = [block for block in message.blocks if block["type"] != "actions"]
    return modal(tr("Subscription"), said or [section(message.text)], close=tr("Done"))


def said_by(order: Subscribe, context: Context) -> dict[str, tuple[str, ...]]:
    """Fill the form in with what *order* asks for."""
    query = order.filters
    time, when = "", "now"
    if order.cron is not None:
        time = words_of(order.cron) or order.cron
        when = next((value for _, value in _PRESETS if value == time), "")
    other = replace(
        query,
        connections=(),
        customer=None,
        seller=None,
        minimum=None,
        maximum=None,
        currency=None,
    )
    amount = Query(
        minimum=query.minimum, maximum=query.maximum, currency=query.currency
    )
    where = order.channel if order.channel.startswith(("C", "G")) else ""
    said = {
        WHAT: tuple(order.wanted),
        WHEN: (when,),
        TIME: ("" if when else time,),
        CONNECTIONS: query.connections,
        AMOUNT: (_words(amount, context),),
        CUSTOMER: (query.customer or "",),
        SELLER: (query.seller or "",),
        OTHER: (_words(other, context),),
        WHERE: (where,),
        FOLLOW: (order.follow,),
        FILE: (order.attach or "",),
        EMPTY: ("empty",) if order.even_if_empty else (),
    }
    return {name: tuple(filter(None, values)) for name, values in said.items()}


def command_of(said: Said, fields: Sequence[str] = FIELDS) -> str:
    """Write what the *fields* say as a command; where it is posted is not part of it.

    A time that is typed goes before one that is chosen.
    """
    values = {name: said.get(name, ()) for name in fields}
    return " ".join(("/invoices subscribe", *_parts(values)))


def _parts(values: Said) -> Iterator[str]:
    for name, chosen in values.items():
        text = " ".join(chosen).strip()
        match name:
            case _ if not text:
                pass
            case "when" if values.get(TIME):
                pass
            case "time" if _CRON.fullmatch(text):
                yield f'"{text}"'
            case "customer" | "seller":
                yield f'{name}:"{text.translate(_QUOTES)}"'
            case "follow":
                yield FOLLOW_WORDS.get(text, text)  # type: ignore[call-overload]  # what was sent is checked by the parser
            case "file":
                yield f"with {text}"
            case "empty":
                yield "even if empty"
            case "where":
                pass
            case _:
                yield text


def _words(query: Query, context: Context) -> str:
    said = to_command(query, context).removeprefix("/invoices").strip()
    return "" if said == "all" else said


def _what_and_when(said: Said, pace: Pace) -> Iterator[Block]:
    span = span_of(pace)
    what = (
        (tr("New invoices and credit notes"), "new"),
        (tr("Overdue invoices, with reminders"), "overdue"),
        (
            trn(
                "Due within {n} days",
                "Due within {n} days",
                int(span[:-1]),
                n=span[:-1],
            ),
            "due",
        ),
        (tr("Payments, amendments, withdrawals"), "changes"),
        (tr("Everything, as a digest"), "digest"),
    )
    yield input_block(WHAT, tr("What"), checkboxes(WHAT, what, said.get(WHAT, ())))
    presets = [
        (tr(label), value)
        for label, value in _PRESETS
        if value != "every hour" or step_of(_HOURLY) >= pace.every
    ]
    yield input_block(
        WHEN,
        tr("When"),
        menu(WHEN, tr("Choose a time"), presets, said.get(WHEN, ())),
        optional=True,
    )
    yield input_block(
        TIME,
        tr("Another time"),
        _line(TIME, said, "tuesdays and fridays 16:30"),
        hint=tr("Words, or a cron line such as 0 9 1 * *. Goes before the menu above."),
        optional=True,
    )


def _which(said: Said, context: Context) -> Iterator[Block]:
    if context.connections:
        options = [(each.label, each.name) for each in context.connections]
        chosen = said.get(CONNECTIONS, ())
        element = menu(CONNECTIONS, tr("All of them"), options, chosen, many=True)
        yield input_block(CONNECTIONS, tr("Connections"), element, optional=True)
    for name, label, example in (
        (AMOUNT, tr("Amount and currency"), "over 1000 eur"),
        (CUSTOMER, tr("Customer"), "Blue Heron"),
        (SELLER, tr("Seller"), "Insight"),
        (OTHER, tr("Other words"), "-credit"),
    ):
        yield input_block(name, label, _line(name, said, example), optional=True)


def _where_and_how(said: Said) -> Iterator[Block]:
    yield input_block(
        WHERE,
        tr("Where"),
        conversation_menu(
            WHERE, tr("Our direct message"), "".join(said.get(WHERE, ()))
        ),
        hint=tr(
            "Duebot has to be in the channel. Left empty, it is posted in our direct "
            "message."
        ),
        optional=True,
    )
    follow = said.get(FOLLOW) or ("message",)
    yield input_block(
        FOLLOW,
        tr("When an invoice in a message changes"),
        menu(FOLLOW, tr("A new message"), _said(_FOLLOW), follow),
        optional=True,
    )
    file = menu(FILE, tr("No file"), _said(_FILES), said.get(FILE, ()))
    yield input_block(
        FILE,
        tr("A file with the invoices"),
        file,
        hint=tr("In the thread of what is posted at a time."),
        optional=True,
    )
    empty = ((tr("Say so when there is nothing to tell"), "empty"),)
    yield input_block(
        EMPTY,
        tr("Nothing to tell"),
        checkboxes(EMPTY, empty, said.get(EMPTY, ())),
        hint=tr("For what is posted at a time; else nothing is posted then."),
        optional=True,
    )


def _said(options: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(tr(label), value) for label, value in options]


def _line(name: str, said: Said, example: str) -> Element:
    element = text_input(
        name,
        placeholder=example,
        initial=plain(" ".join(said.get(name, ())), MOST_TYPED),
        most=MOST_TYPED,
    )
    return {**element, "focus_on_load": False}


def _stop(key: str) -> Block:
    command = f"/invoices subscribe stop {key}"
    stop = button(tr("Stop it"), ids.WINDOW_SHOW, ids.answer_value(command), "danger")
    return actions("stop", stop)

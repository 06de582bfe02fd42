"""Acknowledge, snooze, assign, note: pressed on messages and in windows, and forms.

The right to see the invoice is looked at again each time; what a window carries only
says which invoice it is about, and where a snooze that ends is told.
"""

import re
from functools import partial
from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.flows.care import GONE, Outcome, Wanted, why_not_until
from bot.listeners.clicks import (
    OLD_BUTTON,
    Click,
    do_once,
    place_of_click,
    read_click,
    show,
    tell,
)
from bot.listeners.services import Services
from bot.listeners.windows import one_view
from bot.queries.care import Deed
from bot.queries.wording import mark, tr
from bot.slack import SlackError
from bot.views import ids
from bot.views.care import (
    DAY,
    PERSON,
    UNTIL,
    WORDS,
    assign_view,
    note_view,
    outcome_message,
    outcome_view,
    snooze_view,
)
from bot.views.ids import CarePlace, CareRef, InvoiceRef
from bot.views.modal import View, sentence_view
from bot.views.trouble import INTERNAL, NO_DATABASE
from storage import seen
from storage.errors import StorageError

log = structlog.get_logger(__name__)

#: What the forms are for, and their titles.
FORMS: dict[str, tuple[Deed, str]] = {
    ids.CARE_SNOOZE_VIEW: ("snooze", mark("Snooze")),
    ids.CARE_ASSIGN_VIEW: ("assign", mark("Assign")),
    ids.CARE_NOTE_VIEW: ("note", mark("Note")),
}
AGAIN = mark("That was done already.")
Errors = dict[str, str]


def register(app: AsyncApp, services: Services) -> None:
    """Add the buttons, the menu and the forms."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click, window = read_click(body), _window_of(body)
        work = do_once(
            services,
            click,
            partial(_work, services, click, window),
            partial(_say, services, click, window),
        )
        services.tasks.start(work, name="care")

    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        outcome = await _guarded(services, body)
        if "type" in outcome:
            await ack(response_action="update", view=outcome)
        else:
            await ack(response_action="errors", errors=outcome)

    for action_id in (ids.CARE_ACKNOWLEDGE, ids.CARE_SNOOZE, ids.CARE_MORE):
        app.action(re.compile(rf"^{action_id}(:\d+)?$"))(pressed)
    for callback_id in FORMS:
        app.view(callback_id)(submitted)


async def _work(
    services: Services, click: Click, window: dict[str, Any] | None
) -> None:
    """Do what was pressed, if whoever pressed may; they hear what came of it."""
    asker = click.asker
    if window is not None:
        asker = await services.replies.alone(asker.user)
    refusal = await services.replies.refusal(asker)
    if refusal is not None:
        await _say(services, click, window, refusal)
        return
    deed, ref = _read(click)
    place = _place(click, window, ref)
    if deed in ("snooze", "assign", "note"):
        form = _form(services, deed, place)
        await services.slack.open_view(click.trigger_id, form, above=window is not None)
        return
    wanted = Wanted(deed=deed, connection=place.connection, id=place.id)
    outcome = await services.caring.do(wanted, by=click.asker.user)
    await _tell_outcome(services, click, window, place, outcome)


def _window_of(body: dict[str, Any]) -> dict[str, Any] | None:
    view = body.get("view")
    return view if isinstance(view, dict) and view.get("type") == "modal" else None


def _read(click: Click) -> tuple[Deed, InvoiceRef | CareRef]:
    if click.kind == ids.CARE_MORE:
        chosen = CareRef.model_validate_json(click.value)
        return chosen.deed, chosen
    deed: Deed = "acknowledge" if click.kind == ids.CARE_ACKNOWLEDGE else "snooze"
    return deed, InvoiceRef.model_validate_json(click.value)


def _place(
    click: Click, window: dict[str, Any] | None, ref: InvoiceRef | CareRef
) -> CarePlace:
    if window is None:
        return place_of_click(click, ref)
    try:
        kept = CarePlace.model_validate_json(str(window.get("private_metadata")))
    except ValidationError:
        return CarePlace(connection=ref.connection, id=ref.id)
    return kept.model_copy(update={"connection": ref.connection, "id": ref.id})


def _form(services: Services, deed: Deed, place: CarePlace) -> View:
    invoice = services.caring.invoice(place.connection, place.id)
    if invoice is None:
        return sentence_view(tr("Invoice"), tr(GONE))
    match deed:
        case "snooze":
            return snooze_view(invoice.number, place, today=services.caring.today())
        case "assign":
            care = services.caring.care_of(place.connection, place.id)
            return assign_view(invoice.number, place, assignee=care.assignee)
        case _:
            return note_view(invoice.number, place)


async def _tell_outcome(
    services: Services,
    click: Click,
    window: dict[str, Any] | None,
    place: CarePlace,
    outcome: Outcome,
) -> None:
    if window is None:
        await show(services, click, outcome_message(outcome.sentence), replace=False)
        return
    await _show_again(services, str(window["id"]), place, outcome.sentence)


async def _show_again(
    services: Services, view_id: str, place: CarePlace, said: str
) -> None:
    """Show an invoice in its window as it stands now."""
    ref = InvoiceRef(connection=place.connection, id=place.id)
    view = await one_view(services, ref, place=place, said=said)
    try:
        await services.slack.update_view(view_id, view)
    except SlackError as error:
        log.info("window not updated", cause=error.code)  # closed, most likely


async def _say(
    services: Services, click: Click, window: dict[str, Any] | None, sentence: str
) -> None:
    """Say why something was not done: above a window, or to whoever pressed alone."""
    if window is None:
        await tell(services, click, sentence)
        return
    try:
        await services.slack.open_view(
            click.trigger_id, sentence_view(tr("Invoice"), sentence), above=True
        )
    except SlackError as error:
        log.warning("could not tell", cause=error.code, kind=click.kind)


async def _guarded(services: Services, body: dict[str, Any]) -> View | Errors:
    """Turn whatever goes wrong with a form into a window that says so."""
    view = body["view"]
    try:
        return await _submit(services, str(body["user"]["id"]), view)
    except ValidationError:
        return sentence_view(tr("Invoice"), tr(OLD_BUTTON))
    except StorageError as error:
        log.error("form not worked on", cause=str(error))
        return sentence_view(tr("Invoice"), tr(NO_DATABASE))
    except Exception:
        # Whoever submitted has to see something, and the log gets the whole of it.
        log.exception("defect in a form")
        return sentence_view(tr("Invoice"), tr(INTERNAL))


async def _submit(services: Services, user: str, view: dict[str, Any]) -> View | Errors:
    deed, marked = FORMS[str(view["callback_id"])]
    title = tr(marked)
    place = CarePlace.model_validate_json(str(view.get("private_metadata")))
    refusal = await services.replies.refusal(await services.replies.alone(user))
    if refusal is not None:
        return sentence_view(title, refusal)
    wanted = Wanted(
        deed=deed,
        connection=place.connection,
        id=place.id,
        until=services.caring.read_day(
            _chosen(view, DAY, "selected_date") or _chosen(view, UNTIL, "value")
        ),
        person=_chosen(view, PERSON, "selected_user"),
        words=_chosen(view, WORDS, "value"),
        channel=place.channel,
        thread=place.thread,
    )
    if errors := _errors(services, wanted):
        return errors
    key = f"form:{user}:{view.get('id')}"
    if not await services.store.run_aside(seen.first_time, key, now=services.now()):
        return outcome_view(title, tr(AGAIN))
    outcome = await services.caring.do(wanted, by=user)
    root = str(view.get("root_view_id") or "")
    if root and root != view.get("id"):
        services.tasks.start(
            _show_again(services, root, place, ""), name="invoice window"
        )
    return outcome_view(title, outcome.sentence)


def _errors(services: Services, wanted: Wanted) -> Errors:
    match wanted.deed:
        case "snooze":
            problem = why_not_until(wanted.until, today=services.caring.today())
            return {DAY: problem} if problem else {}
        case "assign" if not wanted.person:
            return {PERSON: tr("Choose a person.")}
        case "note" if not wanted.words.strip():
            return {WORDS: tr("The note is empty.")}
        case _:
            return {}


def _chosen(view: dict[str, Any], block: str, name: str) -> str:
    """Read a field of a form; what is not there is empty."""
    values = (view.get("state") or {}).get("values") or {}
    entry = (values.get(block) or {}).get(block) or {}
    option = entry.get("selected_option") or {}
    return str(entry.get(name) or option.get(name) or "")

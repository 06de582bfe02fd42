"""The form of a subscription: opened by a button, read when it is submitted.

What it sends back is not trusted: words go through the parser, and the rights to see,
to change and to post there are looked at again.
"""

import re
from dataclasses import replace
from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.flows.subscribe import Problem
from bot.flows.wishes import order_of
from bot.listeners.clicks import OLD_BUTTON, Click, read_click
from bot.listeners.services import Services
from bot.listeners.windows import open_when_ready
from bot.queries.model import QueryError
from bot.queries.orders import ME, Subscribe
from bot.queries.wording import mark, tr
from bot.slack import SlackError
from bot.views import ids
from bot.views.asking import MAX_ERROR, error_text
from bot.views.ids import FormRef, SubscriptionRef
from bot.views.kit import plain
from bot.views.modal import View, sentence_view
from bot.views.subscription_form import (
    FIELDS,
    MOST_TYPED,
    TIME,
    WHAT,
    WHEN,
    WHERE,
    command_of,
    form_view,
    kept_view,
    said_by,
)
from bot.views.trouble import INTERNAL, NO_DATABASE
from storage import seen
from storage.errors import StorageError

log = structlog.get_logger(__name__)

TITLE = mark("Subscription")
GONE = mark(
    "This subscription is gone, or is not yours to change. The list shows those here."
)
NOT_HERE = mark(
    "That says something that another field is for, or that no field is for."
)
_LINK = re.compile(r"<#[CG][A-Z0-9]+>")
Said = dict[str, tuple[str, ...]]
Errors = dict[str, str]


def register(app: AsyncApp, services: Services) -> None:
    """Add the buttons that open the form, and its submission."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        above = (body.get("view") or {}).get("type") == "modal"
        services.tasks.start(_open(services, click, above=above), name="open a form")

    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        user, view = str(body["user"]["id"]), body["view"]
        outcome = await _guarded(services, user, view)
        if "type" in outcome:
            await ack(response_action="update", view=outcome)
        else:
            await ack(response_action="errors", errors=outcome)

    for action_id in (ids.SUBSCRIPTION_NEW, ids.SUBSCRIPTION_EDIT):
        app.action(re.compile(rf"^{action_id}(:\d+)?$"))(pressed)
    app.view(ids.SUBSCRIPTION_VIEW)(submitted)


async def _open(services: Services, click: Click, *, above: bool) -> None:
    """Open the form once a click; whoever pressed sees every failure in a window."""
    try:
        if await services.store.run(seen.first_time, click.key, now=services.now()):
            await open_when_ready(
                services,
                click.trigger_id,
                _form(services, click),
                title=TITLE,
                above=above,
            )
    except SlackError as error:
        log.warning("form not opened", cause=error.code)
    except StorageError as error:
        log.error("form not opened", cause=str(error))
        await _say(services, click, tr(NO_DATABASE), above=above)


async def _say(services: Services, click: Click, said: str, *, above: bool) -> None:
    view = sentence_view(tr(TITLE), said)
    try:
        await services.slack.open_view(click.trigger_id, view, above=above)
    except SlackError as error:
        log.warning("could not tell", cause=error.code)


async def _form(services: Services, click: Click) -> View:
    user, channel = click.asker.user, click.asker.channel or click.asker.user
    refusal = await services.replies.refusal(
        click.asker if click.asker.channel else await services.replies.alone(user)
    )
    if refusal is not None:
        return sentence_view(tr(TITLE), refusal)
    context, key = services.replies.context(), None
    is_channel = channel.startswith(("C", "G"))
    said: Said = {WHERE: (channel,)} if is_channel else {}
    if click.kind == ids.SUBSCRIPTION_EDIT:
        try:
            key = SubscriptionRef.model_validate_json(click.value).id
        except ValidationError:
            return sentence_view(tr(TITLE), tr(OLD_BUTTON))
        kept = services.subscriptions.editable(key, user=user, channel=channel)
        if kept is None:
            return sentence_view(tr(TITLE), tr(GONE))
        said = said_by(order_of(kept.wish), context)
    return form_view(
        said,
        context=context,
        pace=services.subscriptions.pace,
        ref=FormRef(id=key, channel=channel),
    )


async def _guarded(
    services: Services, user: str, view: dict[str, Any]
) -> View | Errors:
    """Turn whatever goes wrong into a window that says so."""
    try:
        return await _submit(services, user, view)
    except StorageError as error:
        log.error("subscription not kept", cause=str(error))
        return sentence_view(tr(TITLE), tr(NO_DATABASE))
    except Exception:
        # Whoever submitted has to see something, and the log gets the whole of it.
        log.exception("defect in a submission")
        return sentence_view(tr(TITLE), tr(INTERNAL))


async def _submit(services: Services, user: str, view: dict[str, Any]) -> View | Errors:
    try:
        ref = FormRef.model_validate_json(view.get("private_metadata") or "")
    except ValidationError:
        return sentence_view(tr(TITLE), tr("This window is too old. Open it again."))
    alone = await services.replies.alone(user)
    refusal = await services.replies.refusal(alone)
    if refusal is not None:
        return sentence_view(tr(TITLE), refusal)
    said = read_state(view)
    order = read_order(services, said)
    if not isinstance(order, Subscribe):
        return order
    # Where the form was opened is what it says of itself: nobody's direct message.
    is_channel = ref.channel.startswith(("C", "G"))
    found = await services.subscriptions.keep(
        order,
        user=user,
        channel=ref.channel if is_channel else alone.channel,
        key=ref.id,
    )
    if isinstance(found, Problem):
        field = {"what": WHAT, "time": TIME if said.get(TIME) else WHEN}
        text = _LINK.sub(
            lambda _: tr("that channel"), found.said
        )  # a field's error is plain text
        return {field.get(found.where, WHERE): plain(text, MAX_ERROR)}
    if ref.channel == user:  # as the Home tab says, which shows it
        services.tasks.start(_show_home(services, user), name="home")
    return kept_view(found)


async def _show_home(services: Services, user: str) -> None:
    try:
        await services.homes.show(user)
    except StorageError as error:
        log.error("Home tab not published", cause=str(error))


def read_state(view: dict[str, Any]) -> Said:
    """Read what was typed and chosen; what is not there, or no text, is empty."""
    values = (view.get("state") or {}).get("values") or {}
    said: Said = {}
    for name in FIELDS:
        entry = (values.get(name) or {}).get(name) or {}
        options = entry.get("selected_options") or []
        if entry.get("selected_option"):
            options = [entry["selected_option"]]
        chosen = [str(each.get("value") or "") for each in options]
        chosen += [
            str(entry.get(kind) or "") for kind in ("value", "selected_conversation")
        ]
        said[name] = tuple(each[:MOST_TYPED] for each in chosen if each.strip())
    return said


def read_order(services: Services, said: Said) -> Subscribe | Errors:
    """Put the fields together one after the other: the first that fails is to mend."""
    if said[TIME]:
        said = {**said, WHEN: ()}
    if not said[WHAT]:
        return {WHAT: tr("Choose what to post.")}
    order = None
    for at, name in enumerate(FIELDS):
        if not said[name]:
            continue
        try:
            read = services.replies.read(command_of(said, FIELDS[: at + 1]))
        except QueryError as error:
            return {name: error_text(error)}
        if not isinstance(read, Subscribe) or read.channel or read.preview:
            return {name: tr(NOT_HERE)}
        if set(read.wanted) != set(said[WHAT]):
            return {name: tr(NOT_HERE)}
        order = read
    assert order is not None
    return replace(order, channel="".join(said[WHERE]) or ME)

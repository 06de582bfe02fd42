"""The Home tab: opened, refreshed, and what is pressed on it and in its windows."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.flows.reply import Asker
from bot.listeners.clicks import Click, do_once, read_click
from bot.listeners.services import Services
from bot.listeners.windows import (
    WAIT_SECONDS,
    Windows,
    follow_up,
    one_view,
    open_when_ready,
    view_of,
)
from bot.queries.orders import StopSubscription
from bot.queries.wording import mark, tr
from bot.slack import SlackError
from bot.views import ids
from bot.views.asking import ask_view
from bot.views.ids import AnswerRef, CarePlace, InvoiceRef, SubscriptionRef
from bot.views.modal import View, sentence_view
from bot.views.trouble import INTERNAL, NO_DATABASE
from storage import seen
from storage.errors import StorageError

log = structlog.get_logger(__name__)

Handler = Callable[[Services, Windows, Click, dict[str, Any]], Awaitable[None]]


def register(app: AsyncApp, services: Services, windows: Windows) -> None:
    """Add the event of the tab, and its actions."""

    async def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        # The event also comes for the Messages tab.
        if event.get("tab") == "home" and event.get("user"):
            services.tasks.start(_opened(services, body, event), name="home")

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        work = do_once(
            services,
            click,
            partial(_work, services, windows, click, body),
            partial(_tell, services, click, body),
        )
        services.tasks.start(work, name=f"click {click.kind}")

    app.event("app_home_opened")(opened)
    for action_id in HANDLERS:
        app.action(re.compile(rf"^{action_id}(:\d+)?$"))(pressed)


async def _opened(
    services: Services, body: dict[str, Any], event: dict[str, Any]
) -> None:
    try:
        key = f"event:{body.get('event_id')}"
        if await services.store.run(seen.first_time, key, now=services.now()):
            view = event.get("view")
            await services.homes.opened(
                str(event["user"]), view if isinstance(view, dict) else None
            )
    except StorageError as error:
        log.error("Home tab not published", cause=str(error))
        await services.homes.trouble(str(event["user"]), tr(NO_DATABASE))
    except Exception:
        # Whoever opened it has to see something, and the log gets the whole of it.
        log.exception("defect", event="app_home_opened")
        await services.homes.trouble(str(event["user"]), tr(INTERNAL))


async def _work(
    services: Services, windows: Windows, click: Click, body: dict[str, Any]
) -> None:
    """Do what was pressed, if whoever pressed may."""
    if click.kind != ids.HOME_REFRESH:  # which says by itself why, on the tab
        person = Asker(click.asker.user, "", direct=True)
        refusal = await services.replies.refusal(person)
        if refusal is not None:
            await _tell(services, click, body, refusal)
            return
    await HANDLERS[click.kind](services, windows, click, body)


def _modal_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """Take the window in which something was pressed; ``None`` on the tab itself."""
    view = body.get("view")
    is_modal = isinstance(view, dict) and view.get("type") == "modal"
    return view if is_modal else None


async def _refresh(
    services: Services, _windows: Windows, click: Click, _body: dict[str, Any]
) -> None:
    await services.homes.show(click.asker.user, again=True)


async def _ask(
    services: Services, windows: Windows, click: Click, body: dict[str, Any]
) -> None:
    form = ask_view(services.replies.context())
    modal = _modal_of(body)
    if modal is None:
        await services.slack.open_view(click.trigger_id, form)
        return
    windows.note(str(modal["id"]), None)
    await services.slack.update_view(
        str(modal["id"]), form, hash_=str(modal.get("hash") or "")
    )


async def _show(
    services: Services, windows: Windows, click: Click, body: dict[str, Any]
) -> None:
    """Answer in a window: a new one, or in place of what this one shows."""
    ref = AnswerRef.model_validate_json(click.value)
    user, modal = click.asker.user, _modal_of(body)
    reply = None

    async def make() -> View:
        nonlocal reply
        reply = await services.replies.to_ref(
            ref,
            await services.replies.alone(user),
            shared=False,
            wait_seconds=WAIT_SECONDS,
        )
        return view_of(services, reply)

    if modal is None:
        view_id = await open_when_ready(
            services, click.trigger_id, make(), title=mark("Answer")
        )
    else:
        view_id = str(modal["id"])
        await services.slack.update_view(
            view_id, await make(), hash_=str(modal.get("hash") or "")
        )
    if reply is not None:
        await follow_up(services, windows, view_id, reply)


async def _details(
    services: Services, _windows: Windows, click: Click, body: dict[str, Any]
) -> None:
    ref = InvoiceRef.model_validate_json(click.value)
    place = CarePlace(connection=ref.connection, id=ref.id)
    await open_when_ready(
        services,
        click.trigger_id,
        one_view(services, ref, place=place),
        title=mark("Invoice"),
        above=_modal_of(body) is not None,
    )


async def _stop(
    services: Services, _windows: Windows, click: Click, _body: dict[str, Any]
) -> None:
    ref = SubscriptionRef.model_validate_json(click.value)
    asker = await services.replies.alone(click.asker.user)
    reply = await services.replies.obey(StopSubscription(ref.id), asker)
    await services.homes.show(click.asker.user, note=reply.message.text)


async def _tell(
    services: Services, click: Click, body: dict[str, Any], sentence: str
) -> None:
    """Say a sentence in a window above what was pressed, else in a direct message."""
    view = sentence_view("Duebot", sentence)
    above = _modal_of(body) is not None
    try:
        await services.slack.open_view(click.trigger_id, view, above=above)
    except SlackError as error:
        log.info("no window to tell in", cause=error.code)
        await _say(services, click.asker.user, view)


async def _say(services: Services, user: str, view: View) -> None:
    blocks = view["blocks"]
    text = str(blocks[0]["text"]["text"])
    try:
        channel = await services.slack.open_direct_message(user)
        await services.slack.post(channel, text=text, blocks=blocks)
    except SlackError as error:
        log.warning("could not tell", cause=error.code)


HANDLERS: dict[str, Handler] = {
    ids.HOME_REFRESH: _refresh,
    ids.HOME_ASK: _ask,
    ids.HOME_SHOW: _show,
    ids.HOME_DETAILS: _details,
    ids.HOME_STOP: _stop,
    ids.WINDOW_SHOW: _show,
    ids.WINDOW_DETAILS: _details,
}

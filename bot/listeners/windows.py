"""Windows (modals) that belong to no message: open at once, filled when ready."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.flows.reply import Reply
from bot.listeners.clicks import OLD_BUTTON
from bot.listeners.services import Services
from bot.queries.model import Part
from bot.queries.wording import tr
from bot.slack import SlackError
from bot.views.care import care_blocks
from bot.views.ids import AnswerRef, CarePlace, InvoiceRef
from bot.views.invoice import invoice_view
from bot.views.limits import MessageError
from bot.views.modal import View, check_view, loading_view, sentence_view
from bot.views.trouble import INTERNAL, NO_DATABASE
from bot.views.window import answer_view
from storage.errors import StorageError

log = structlog.get_logger(__name__)

#: A trigger is good for 3 s: what is not ready by then is put into an open window.
OPEN_SECONDS = 0.4
#: An answer that is asked for in a window waits this long for newer figures.
WAIT_SECONDS = 1.5
#: Windows whose content is remembered.
MOST_SHOWN = 500


async def one_view(
    services: Services,
    ref: InvoiceRef,
    *,
    part: Part | None = None,
    place: CarePlace | None = None,
    said: str = "",
) -> View:
    """Show an invoice, or a part of it, in a window.

    With a *place*, what people do about it too, and what was *said* just now.
    """
    answer = await services.replies.one(ref, part=part)
    if answer is None:
        return sentence_view(tr("Invoice"), tr(OLD_BUTTON))
    view = invoice_view(answer, zone=services.replies.zone, part=part)
    if part is not None or place is None:
        return view
    return with_care(services, view, place, said)


async def open_when_ready(
    services: Services,
    trigger_id: str,
    making: Coroutine[Any, Any, View],
    *,
    title: str,
    above: bool = False,
) -> str:
    """Open what *making* gives; where it takes long, a window that waits for it.

    *title* is a marked text.

    Raises:
        SlackError: the window was not opened, or not filled.
    """
    task = asyncio.ensure_future(making)
    await asyncio.wait({task}, timeout=OPEN_SECONDS)
    if task.done():
        return await services.slack.open_view(trigger_id, task.result(), above=above)
    try:
        opened = await services.slack.open_view(
            trigger_id, loading_view(tr(title)), above=above
        )
    except SlackError:
        task.cancel()
        raise
    try:
        view = await task
    except StorageError as error:
        log.error("window not filled", cause=str(error))
        view = sentence_view(tr(title), tr(NO_DATABASE))
    except Exception:
        # Whoever waits has to see something, and the log gets the whole of it.
        log.exception("defect", window=title)
        view = sentence_view(tr(title), tr(INTERNAL))
    await services.slack.update_view(opened, view)
    return opened


class Windows:
    """What the windows show that were filled with answers, as far as it is known."""

    def __init__(self) -> None:
        self._shown: dict[str, AnswerRef] = {}

    def note(self, view_id: str, ref: AnswerRef | None) -> None:
        """Remember what a window shows now."""
        self._shown.pop(view_id, None)
        if ref is not None:
            self._shown[view_id] = ref
        while len(self._shown) > MOST_SHOWN:
            self._shown.pop(next(iter(self._shown)))

    def shows(self, view_id: str, ref: AnswerRef) -> bool:
        """Tell whether it still shows that."""
        return self._shown.get(view_id) == ref


def view_of(services: Services, reply: Reply) -> View:
    """Show *reply* in a window; what it shows can be posted if it is an answer."""
    view = answer_view(reply.message, services.replies.ref_of(reply))
    try:
        check_view(view)
    except MessageError as error:
        log.error("window too big", error=str(error))
        return sentence_view(tr("Answer"), reply.message.text)
    return view


async def follow_up(
    services: Services, windows: Windows, view_id: str, reply: Reply
) -> None:
    """Show the newer figures where the window still shows that answer."""
    ref = services.replies.ref_of(reply)
    windows.note(view_id, ref)
    if ref is None or reply.reading is None:
        return
    try:
        later = await services.replies.later(reply)
        if later is None or not windows.shows(view_id, ref):
            return
        await services.slack.update_view(view_id, view_of(services, later))
    except SlackError as error:
        log.info("window not updated", cause=error.code)  # closed, most likely
    except StorageError as error:
        log.error("window not updated", cause=str(error))


def with_care(services: Services, view: View, ref: CarePlace, said: str = "") -> View:
    """Add to a window with an invoice how it stands with people."""
    invoice = services.caring.invoice(ref.connection, ref.id)
    if invoice is None:
        return view
    care = services.caring.care_of(ref.connection, ref.id)
    return {
        **view,
        "blocks": [*view["blocks"], *care_blocks(invoice, care, said=said)],
        "private_metadata": ref.model_dump_json(),
    }

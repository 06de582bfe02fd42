"""What was pressed, as Slack says it, and how whoever pressed is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from bot.flows.document import Thread
from bot.flows.reply import Asker
from bot.listeners.services import Services
from bot.queries.wording import mark, tr
from bot.slack import SlackError
from bot.views.ids import CarePlace, CareRef, InvoiceRef
from bot.views.kit import Message
from bot.views.trouble import (
    INTERNAL,
    NO_DATABASE,
    sentence_message,
    slack_refused,
)
from storage import seen
from storage.errors import StorageError

log = structlog.get_logger(__name__)

OLD_BUTTON = mark("This button is from an older answer. Ask again to get a new one.")


@dataclass(frozen=True, slots=True)
class Click:
    """What a `block_actions` payload says, read once."""

    kind: str
    value: str
    asker: Asker
    message_ts: str
    thread_ts: str | None
    ephemeral: bool
    response_url: str
    trigger_id: str
    key: str
    #: In a window, which belongs to no message and which nobody else sees.
    in_window: bool = False

    @property
    def parent_ts(self) -> str:
        """The thread that the message is in, or begins."""
        return self.thread_ts or self.message_ts


def read_click(body: dict[str, Any]) -> Click:
    """Read a `block_actions` payload (Slack, "Handling user interaction")."""
    action = body["actions"][0]
    container = body.get("container") or {}
    message = body.get("message") or {}
    option = action.get("selected_option") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id", "")
    user = body["user"]["id"]
    message_ts = str(container.get("message_ts") or message.get("ts") or "")
    return Click(
        kind=str(action["action_id"]).partition(":")[0],
        value=str(action.get("value") or option.get("value") or ""),
        asker=Asker(user=user, channel=channel),
        message_ts=message_ts,
        thread_ts=container.get("thread_ts") or message.get("thread_ts"),
        ephemeral=bool(container.get("is_ephemeral")),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        key=f"click:{user}:{message_ts}:{action['action_id']}:{action.get('action_ts')}",
        in_window=container.get("type") == "view",
    )


def place_of_click(click: Click, ref: InvoiceRef | CareRef | CarePlace) -> CarePlace:
    """Say where the message is on which something was pressed, if others see it."""
    public = not click.ephemeral and bool(click.asker.channel)
    return CarePlace(
        connection=ref.connection,
        id=ref.id,
        channel=click.asker.channel if public else "",
        thread=click.parent_ts if public else "",
    )


def thread_of(click: Click) -> Thread | None:
    """Take the thread that files go to; ``None`` where only one person sees it."""
    return None if click.ephemeral else Thread(click.asker.channel, click.parent_ts)


async def do_once(
    services: Services,
    click: Click,
    work: Callable[[], Awaitable[None]],
    say: Callable[[str], Awaitable[None]],
) -> None:
    """Do what was pressed, once; *say* tells whoever pressed of every failure."""
    try:
        first = await services.store.run_aside(
            seen.first_time, click.key, now=services.now()
        )
        if not first:
            log.info("click repeated, nothing done", kind=click.kind)
            return
        await work()
    except ValidationError:
        await say(tr(OLD_BUTTON))
    except SlackError as error:
        log.warning("click failed", kind=click.kind, cause=error.code)
        await say(slack_refused(error.code, tr("That")))
    except StorageError as error:
        log.error("click failed", kind=click.kind, cause=str(error))
        await say(tr(NO_DATABASE))
    except Exception:
        # Whoever pressed has to hear something, and the log gets the whole of it.
        log.exception("defect", action=click.kind)
        await say(tr(INTERNAL))


async def show(
    services: Services, click: Click, message: Message, *, replace: bool
) -> None:
    """Show a message to whoever pressed alone, or in place of what it is pressed on.

    In place of a message that everybody sees, it is one that everybody sees.
    """
    in_public = replace and not click.ephemeral
    await respond(
        services,
        click,
        {
            "response_type": "in_channel" if in_public else "ephemeral",
            "replace_original": replace,
            "text": message.text,
            "blocks": message.blocks,
        },
    )


async def tell(
    services: Services, click: Click, sentence: str, address: str | None = None
) -> None:
    """Say a sentence to whoever pressed, and to nobody else."""
    message = sentence_message(sentence, address=address)
    try:
        await show(services, click, message, replace=False)
    except SlackError as error:
        log.warning("could not tell", cause=error.code, kind=click.kind)


async def respond(services: Services, click: Click, body: dict[str, Any]) -> None:
    """Use the click's response URL; without one, a message only its person sees."""
    if click.in_window:
        await services.slack.post(
            click.asker.channel, text=body["text"], blocks=body["blocks"]
        )
        return
    if click.response_url:
        try:
            await services.slack.respond(click.response_url, body)
        except SlackError as error:
            log.warning("response URL refused", cause=error.code)
        else:
            return
    await services.slack.whisper(
        click.asker.channel,
        click.asker.user,
        text=body["text"],
        blocks=body["blocks"],
        thread_ts=click.thread_ts,
    )

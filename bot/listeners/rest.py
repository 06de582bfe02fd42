"""Whatever else Slack may send: acknowledged, so that nobody sees a failure."""

import re

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.views.ids import OPEN_AT_PROVIDER

log = structlog.get_logger(__name__)

_ANY = re.compile(r".*", re.DOTALL)


def register(app: AsyncApp) -> None:
    """Add the catch-alls; an unhandled envelope would not be acknowledged at all."""

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    async def no_options(ack: AsyncAck) -> None:
        await ack(options=[])

    async def action(ack: AsyncAck, body: dict[str, object]) -> None:
        await ack()
        log.info("unknown action", type=body.get("type"))

    async def event() -> BoltResponse:
        return BoltResponse(status=200, body="")

    app.action(re.compile(rf"^{OPEN_AT_PROVIDER}(:\d+)?$"))(nothing)
    app.action(_ANY)(action)
    app.view(_ANY)(nothing)
    app.view_closed(_ANY)(nothing)
    app.shortcut(_ANY)(nothing)
    app.options(_ANY)(no_options)
    app.event(_ANY)(event)

"""Socket Mode: envelopes in, acknowledgements with their answers out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import (
    run_async_bolt_app,
    send_async_response,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import cause_of

log = structlog.get_logger(__name__)

#: Between two tries to reach Slack when it is away at the start.
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0


class Handler(AsyncSocketModeHandler):
    """Sends an answer as it was encoded; Bolt's own would read it and write it anew."""

    async def handle(  # type: ignore[override]  # as Bolt's own does
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        """Dispatch one envelope, and acknowledge it with what the listener said."""
        response: BoltResponse = await run_async_bolt_app(self.app, req)
        kinds = response.headers.get("content-type") or [""]
        if response.status == 200 and response.body and "json" in kinds[0]:
            head = f'{{"envelope_id":"{req.envelope_id}","payload":'
            await client.send_message(f"{head}{response.body}}}")
            return
        await send_async_response(client, req, response, 0.0)


@asynccontextmanager
async def connected(
    app: AsyncApp, app_token: str, client: AsyncWebClient
) -> AsyncIterator[None]:
    """Keep a Socket Mode connection while inside, also when Slack is away at first."""
    handler = Handler(app, app_token, web_client=client)
    connecting = asyncio.create_task(_connect(handler), name="socket")
    try:
        yield
    finally:
        connecting.cancel()
        with suppress(asyncio.CancelledError):
            await connecting
        with suppress(Exception):  # closing a connection that is gone may fail anyhow
            await asyncio.wait_for(handler.close_async(), 2)  # type: ignore[no-untyped-call]  # Bolt's


async def _connect(handler: Handler) -> None:
    wait = FIRST_WAIT
    while True:
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.error(
                "Socket Mode does not connect", cause=cause_of(error), again_in=wait
            )
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            return

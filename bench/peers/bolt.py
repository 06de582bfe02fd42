"""Bare Bolt apps, over HTTP and Socket Mode, with nothing but a handler.

Run one with ``python -m bench.peers.bolt KIND --slack URL [--database FILE]``; the kind
is made of what it does (``ack`` or ``query``), the transport (``http`` or ``socket``)
and whether Bolt is told to answer when the handler returns (``pbr``).
"""

import argparse
import asyncio
import os
from pathlib import Path
from typing import Any

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.answer import Answers
from bench.processes import say_running


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--slack", required=True)
    parser.add_argument("--database", type=Path)
    given = parser.parse_args()
    kind = given.kind.split("-")
    app = make_app(given.slack, given.database, pbr="pbr" in kind)
    asyncio.run(over_socket(app, given.slack) if "socket" in kind else over_http(app))


def make_app(slack: str, database: Path | None, *, pbr: bool) -> AsyncApp:
    """Make an app that answers ``/invoices``; without a database it only says so."""
    token = os.environ["SLACK_BOT_TOKEN"]
    app = AsyncApp(
        client=AsyncWebClient(token=token, base_url=slack),
        token=token,
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=pbr,
    )
    answers = None if database is None else Answers(database)

    @app.command("/invoices")
    async def invoices(ack: AsyncAck, body: dict[str, Any]) -> None:
        if answers is None:
            await ack()
        else:
            await ack(text="Invoices", blocks=answers.blocks(body["text"]))

    return app


async def over_http(app: AsyncApp) -> None:
    """Serve as Bolt's documentation for Starlette shows it."""
    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    site = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    config = uvicorn.Config(site, port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    say_running(server.servers[0].sockets[0].getsockname()[1])
    await serving


async def over_socket(app: AsyncApp, slack: str) -> None:
    """Connect as Bolt's documentation for Socket Mode shows it."""
    token = os.environ["SLACK_APP_TOKEN"]
    client = AsyncWebClient(token=token, base_url=slack)
    handler = AsyncSocketModeHandler(app, token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
    say_running(0)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main()

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.person import Person

Receive = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    """Slack's own framework, with whatever listeners a test gives it."""
    return AsyncApp(client=client, signing_secret="sandbox-signing-secret")


@asynccontextmanager
async def socket_mode(app: AsyncApp) -> AsyncIterator[None]:
    """Hold a connection of an app while the context lasts."""
    handler = AsyncSocketModeHandler(app, "xapp-sandbox")
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's is untyped
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # as above


@pytest.fixture
async def connected(app: AsyncApp, akiko: Person) -> AsyncIterator[None]:
    """The app over Socket Mode."""
    async with socket_mode(app):
        await akiko.connected()
        yield


@pytest.fixture
async def receiving(
    akiko: Person,
) -> AsyncIterator[Callable[[Receive], Awaitable[None]]]:
    """Sends what the sandbox delivers to a handler of the test, over HTTP."""
    runners: list[web.AppRunner] = []

    async def receive(handler: Receive) -> None:
        application = web.Application()
        application.router.add_post("/slack/events", handler)
        runner = web.AppRunner(application, shutdown_timeout=0.2)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        await akiko.post("request_url", url=f"http://127.0.0.1:{port}/slack/events")

    yield receive
    for runner in runners:
        await runner.cleanup()

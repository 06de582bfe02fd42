"""A real browser on the sandbox's page, and a small real Bolt app behind it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import Running, start
from tests.browser import FLAGS, NO_BROWSER, find
from tests.sandbox.page.small_bot import add_listeners


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    """Run these tests in one event loop, so that they can share the browser."""
    return "asyncio"


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all; every test opens a context of its own in it."""
    path = find()
    if path is None:
        pytest.fail(NO_BROWSER)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=path or None, args=FLAGS
        )
        yield opened
        await opened.close()


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    """A sandbox of the test's own."""
    async with start(paced=False) as sandbox:
        yield sandbox


@pytest.fixture
def client(running: Running) -> AsyncWebClient:
    """Slack's own client, as the bot."""
    token = "xoxb-sandbox"
    return AsyncWebClient(token=token, base_url=f"{running.url}/api/")


@pytest.fixture
async def page(browser: Browser, running: Running) -> AsyncIterator[Page]:
    """The page as Akiko sees it, with the welcome already read."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    await context.add_init_script(
        "localStorage.setItem('duebot-sandbox-welcome', 'yes')"
    )
    opened = await context.new_page()
    await opened.goto(running.url)
    await opened.get_by_test_id("compose").wait_for()
    yield opened
    await context.close()


@pytest.fixture
async def bot(client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """A Bolt app connected over Socket Mode."""
    app = AsyncApp(client=client)
    add_listeners(app)
    handler = AsyncSocketModeHandler(app, "xapp-sandbox")
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's is untyped
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's is untyped

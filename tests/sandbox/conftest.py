from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import Running, start
from sandbox.person import Person


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        yield sandbox


@pytest.fixture
async def akiko(running: Running) -> AsyncIterator[Person]:
    async with Person(running.url, "U0AKIKO") as person:
        yield person


@pytest.fixture
def client(running: Running) -> AsyncWebClient:
    """Slack's own client, which retries nothing here."""
    return AsyncWebClient(
        token="xoxb-sandbox", base_url=f"{running.url}/api/", retry_handlers=[]
    )

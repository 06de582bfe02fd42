"""The three stand-ins on a real port, with a client that speaks to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.providers import routes
from sandbox.world import Asked, World

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HEADERS = {
    "lineworks": {"Authorization": "Bearer lw-sandbox-token"},
    "softwareone": {"Authorization": "Bearer idt:TKN-0001-0001:sandbox"},
    "i3dnet": {"PRIVATE-TOKEN": "i3d-sandbox-key"},
}
BASES = {
    "lineworks": "/sim/lineworks/v1.0",
    "softwareone": "/sim/softwareone/public/v1",
    "i3dnet": "/sim/i3dnet/v3",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """What a test has at hand."""

    http: httpx.AsyncClient
    world: World
    clock: Clock
    faults: Faults

    async def get(self, provider: str, path: str, **headers: str) -> httpx.Response:
        """Ask with the right credentials; *path* is sent as it is."""
        url = BASES[provider] + path
        return await self.http.get(url, headers=HEADERS[provider] | headers)

    async def json(self, provider: str, path: str, **headers: str) -> Any:
        """Ask, expect 200 and give the JSON."""
        answer = await self.get(provider, path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def asked(self, provider: str) -> list[Asked]:
        """List what a provider was asked."""
        return self.world.requests.of(provider)


@asynccontextmanager
async def standing(clock: Clock | None = None) -> AsyncIterator[Stand]:
    """Serve the three on a free port until the block ends."""
    clock = clock or Clock(NOW)
    world, faults = World(clock=clock), Faults()
    application = web.Application()
    application.add_routes(routes(world, clock, faults))
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    base = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=base, timeout=10) as http:
            yield Stand(http, world, clock, faults)
    finally:
        await runner.cleanup()


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as made:
        yield made

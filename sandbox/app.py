"""The sandbox as one aiohttp application on one loopback port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from sandbox import providers, site
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.showing import Showing
from sandbox.slack.delivery import Delivery
from sandbox.slack.installation import DUEBOT, Installation
from sandbox.slack.side_doors import SideDoors
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.tampering import Tampering
from sandbox.world import World

BODY_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that listens."""

    port: int
    url: str
    clock: Clock
    world: World
    workspace: Workspace
    faults: Faults


def build_app(
    *,
    clock: Clock,
    world: World,
    workspace: Workspace,
    faults: Faults,
    request_url: str | None = None,
) -> web.Application:
    """Put the workspace, the simulators, the control API and the page together."""
    sockets = SocketMode(workspace=workspace)
    delivery = Delivery(workspace=workspace, sockets=sockets, request_url=request_url)
    parts = (
        Control(workspace=workspace, delivery=delivery),
        Showing(
            clock=clock,
            world=world,
            workspace=workspace,
            faults=faults,
            delivery=delivery,
        ),
        Tampering(
            clock=clock,
            world=world,
            workspace=workspace,
            faults=faults,
            sockets=sockets,
            delivery=delivery,
        ),
        sockets,
        WebApi(workspace=workspace, faults=faults, sockets=sockets),
        SideDoors(workspace=workspace, faults=faults),
    )
    app = web.Application(client_max_size=BODY_BYTES)
    for part in parts:
        app.add_routes(part.routes())
    app.add_routes(providers.routes(world, clock, faults))
    app.add_routes(site.routes())

    async def close(_app: web.Application) -> None:
        await delivery.close()

    app.on_shutdown.append(close)
    return app


@asynccontextmanager
async def start(  # noqa: PLR0913 - each is a choice of whoever starts it, by keyword
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    seed: int = 2021,
    request_url: str | None = None,
    installation: Installation = DUEBOT,
    paced: bool = True,
) -> AsyncIterator[Running]:
    """Run a sandbox while the context lasts; port 0 takes a free one.

    Raises:
        OSError: The port is taken.
    """
    clock, faults = Clock(), Faults()
    world = World(clock=clock, seed=seed)
    workspace = Workspace(clock=clock, installation=installation, paced=paced)
    app = build_app(
        clock=clock,
        world=world,
        workspace=workspace,
        faults=faults,
        request_url=request_url,
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        listener = web.TCPSite(runner, host, port)
        await listener.start()
        taken: int = runner.addresses[0][1]
        workspace.url = f"http://{host}:{taken}"
        yield Running(taken, workspace.url, clock, world, workspace, faults)
    finally:
        await runner.cleanup()

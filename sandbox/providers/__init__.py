"""Stand-ins for the three billing APIs, written from their documents alone."""

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.providers import i3dnet, lineworks, softwareone
from sandbox.providers.gate import Stage, elsewhere
from sandbox.world import World


def routes(world: World, clock: Clock, faults: Faults) -> list[web.RouteDef]:
    """List every simulated endpoint, all under ``/sim``."""
    stage = Stage(world, clock, faults)
    return [
        *lineworks.routes(stage),
        *softwareone.routes(stage),
        *i3dnet.routes(stage),
        *elsewhere(stage),
    ]

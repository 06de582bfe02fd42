"""A stand-in for i3D.net's invoice API.

Sources: i3D.net API, "Billing"; "API usage" for RANGED-DATA and errors, and the rule
that every valid answer is an array, also for a single object.
"""

import re
from typing import Any

from aiohttp import web

from sandbox.providers.gate import (
    Gate,
    Handler,
    Stage,
    fault_of,
    json_response,
    pdf_response,
)
from sandbox.providers.i3dnet_json import BUYER, detail, list_row, to_sheet
from sandbox.world import Paper, World

PREFIX = "/sim/i3dnet"
KEY = "i3d-sandbox-key"
#: "Example header and default range: RANGED-DATA:start=0,results=25".
DEFAULT_RANGE = (0, 25)
_RANGE = re.compile(r"start=(\d+),\s*results=(\d+)")


def routes(stage: Stage) -> list[web.RouteDef]:
    """List the endpoints, under `PREFIX`."""
    simulator = I3dNet(stage.world)
    gate = Gate(stage, provider="i3dnet", credential="PRIVATE-TOKEN", say_no=say_no)

    def get(path: str, handler: Handler) -> web.RouteDef:
        return web.get(f"{PREFIX}/v3{path}", gate.guard(_with_key(handler)))

    return [
        get("/account/invoice", simulator.all),
        get("/account/invoice/unpaid", simulator.unpaid),
        get("/account/invoice/number/{number}", simulator.by_number),
        get("/account/invoice/{id}", simulator.by_id),
        get("/account/invoice/{id}/pdf", simulator.pdf),
        get("/session/user", simulator.user),
        web.get(f"{PREFIX}/v3/health", gate.guard(_health)),
        web.route("*", PREFIX + "/{tail:.*}", gate.guard(gate.nothing_here)),
    ]


class I3dNet:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def all(self, request: web.Request) -> web.StreamResponse:
        """Answer a range of all invoices, credit invoices among them."""
        return _ranged(request, self._newest_first())

    async def unpaid(self, request: web.Request) -> web.StreamResponse:
        """Answer a range of the unpaid invoices, "excluding credit invoices"."""
        papers = [
            paper
            for paper in self._newest_first()
            if paper.sort == "invoice" and paper.balance > 0
        ]
        return _ranged(request, papers)

    async def by_id(self, request: web.Request) -> web.StreamResponse:
        """Answer the details of one invoice, in an array."""
        return _one(self._find(id=request.match_info["id"]))

    async def by_number(self, request: web.Request) -> web.StreamResponse:
        """Answer the details of one invoice, in an array."""
        return _one(self._find(number=request.match_info["number"]))

    async def pdf(self, request: web.Request) -> web.StreamResponse:
        """Answer the official document."""
        paper = self._find(id=request.match_info["id"])
        if paper is None:
            return say_no("missing")
        from sandbox.printing import print_pdf  # noqa: PLC0415 - half a second, rarely needed

        document = print_pdf(to_sheet(paper))
        return pdf_response(request, document, name=f"{paper.number}.pdf")

    async def user(self, _: web.Request) -> web.StreamResponse:
        """Answer whom the key belongs to: an object, not an array."""
        owner = {
            "id": 410077,
            "companyName": BUYER,
            "email": "billing@blueheron.example",
        }
        return json_response(owner)

    def _newest_first(self) -> list[Paper]:
        """The order is not documented; this one moves while somebody pages."""
        return self._world.papers("i3dnet")[::-1]

    def _find(self, **wanted: str) -> Paper | None:
        for paper in self._world.papers("i3dnet"):
            if all(getattr(paper, name) == value for name, value in wanted.items()):
                return paper
        return None


def say_no(kind: str) -> web.Response:
    """Answer a refusal the way the documentation shows it."""
    if kind in {"refused", "forbidden"}:
        # "Invalid credentials", without a described body.
        return web.Response(status=403)
    if kind in {"busy", "busy_bare"}:
        headers = {"Retry-After": "1"} if kind == "busy" else None
        return _error(10429, "Too many requests", status=429, headers=headers)
    if kind == "down":
        return _error(10503, "Service unavailable", status=503)
    return _error(10001, "Entity not found", status=404)


def _error(
    code: int, message: str, *, status: int, headers: dict[str, str] | None = None
) -> web.Response:
    body = {"errorCode": code, "errorMessage": message, "errors": []}
    return json_response(body, status=status, headers=headers)


def _with_key(handler: Handler) -> Handler:
    async def checked(request: web.Request) -> web.StreamResponse:
        if request.headers.get("PRIVATE-TOKEN") != KEY:
            return say_no("refused")
        return await handler(request)

    return checked


async def _health(_: web.Request) -> web.StreamResponse:
    return json_response({"status": "OK"})


def _one(paper: Paper | None) -> web.Response:
    if paper is None:
        return say_no("missing")
    return json_response([detail(paper)])


def _ranged(request: web.Request, papers: list[Paper]) -> web.Response:
    """Apply the filter, then RANGED-DATA to the letter: an offset and a size."""
    wanted = request.query.get("filter", "").casefold()
    papers = [paper for paper in papers if wanted in paper.description.casefold()]
    start, results = _range(request)
    fault = fault_of(request)
    if fault in {"ignore_range", "repeating"}:
        start, results = DEFAULT_RANGE
    if fault == "endless" and papers:
        return json_response(_endless(papers, start, results))
    return json_response([list_row(paper) for paper in papers[start : start + results]])


def _endless(papers: list[Paper], start: int, results: int) -> list[dict[str, Any]]:
    """Go round and round, with another id each time."""
    rows = []
    for place in range(start, start + results):
        row = list_row(papers[place % len(papers)])
        round_ = place // len(papers)
        rows.append(row | {"id": f"{int(row['id']) + 1_000_000 * round_}"})
    return rows


def _range(request: web.Request) -> tuple[int, int]:
    asked = _RANGE.fullmatch(request.headers.get("RANGED-DATA", "").strip())
    if asked is None:
        return DEFAULT_RANGE
    return int(asked[1]), int(asked[2])

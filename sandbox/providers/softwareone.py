"""A stand-in for the SoftwareOne Marketplace billing API.

Sources: SoftwareOne documentation, "List invoices", "Resource Query Language", "Errors
handling"; the OpenAPI text 4.0.2162 for the attachments.
"""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from sandbox.providers import rql
from sandbox.providers.gate import (
    Gate,
    Handler,
    Stage,
    fault_of,
    json_response,
    note,
    other_host,
    pdf_response,
)
from sandbox.providers.rql_filter import Row, RqlError
from sandbox.providers.softwareone_json import (
    PROPERTIES,
    Written,
    to_attachments,
    to_object,
    to_sheet,
)
from sandbox.world import Paper

PREFIX = "/sim/softwareone"
TOKEN = "idt:TKN-0001-0001:sandbox"  # noqa: S105  the sandbox's well-known token
#: A token of a Vendor account, which may not read invoices.
VENDOR_TOKEN = "idt:TKN-0002-0002:vendor"  # noqa: S105  the sandbox's well-known token
#: Left out of lists unless selected ("commonly omitted fields").
_HIDDEN_IN_LISTS = {"lines"}


def routes(stage: Stage) -> list[web.RouteDef]:
    """List the endpoints, under `PREFIX`."""
    gate = Gate(
        stage, provider="softwareone", credential="Authorization", say_no=say_no
    )
    base = f"{PREFIX}/public/v1/billing"

    def endpoints(name: str, shelf: "Shelf") -> list[web.RouteDef]:
        def get(path: str, handler: Handler) -> web.RouteDef:
            address = f"{base}/{name}{path}"
            return web.get(address, gate.guard(_with_token(handler)))

        return [
            get("", shelf.many),
            get("/{id}", shelf.one),
            get("/{id}/attachments", shelf.attachments),
            get("/{id}/attachments/{file}", shelf.attachment),
        ]

    memos = Shelf(stage, lambda paper: paper.sort == "memo")
    invoices = Shelf(stage, lambda paper: paper.sort != "memo")
    return [
        *endpoints("invoices", invoices),
        *endpoints("credit-memos", memos),
        web.get(f"{PREFIX}/blob/{{id}}/{{name}}", invoices.blob),
        web.route("*", PREFIX + "/{tail:.*}", gate.guard(gate.nothing_here)),
    ]


class Shelf:
    """The endpoints of one kind of document."""

    def __init__(self, stage: Stage, holds: Callable[[Paper], bool]) -> None:
        self._stage = stage
        self._holds = holds
        self._written = Written()

    async def many(self, request: web.Request) -> web.StreamResponse:
        """Answer a page of the documents that match, newest first by default."""
        try:
            asked = rql.parse_query(_raw_query(request), PROPERTIES)
            rows = self._rows(asked)
        except RqlError as error:
            return problem(400, "Bad Request", str(error), errors={"rql": [str(error)]})
        shown = [
            rql.select(row, asked.selection, _HIDDEN_IN_LISTS)
            for row in _page(rows, asked, fault_of(request))
        ]
        return _answer_list(shown, asked, _total(rows, asked, fault_of(request)))

    async def one(self, request: web.Request) -> web.StreamResponse:
        """Answer a single document, its lines included."""
        paper = self._find(request.match_info["id"])
        if paper is None:
            return say_no("missing")
        try:
            asked = rql.parse_query(_raw_query(request), PROPERTIES)
        except RqlError as error:
            return problem(400, "Bad Request", str(error), errors={"rql": [str(error)]})
        row = to_object(paper, self._stage.clock.now())
        return json_response(rql.select(row, asked.selection, set()))

    async def attachments(self, request: web.Request) -> web.StreamResponse:
        """Answer the files of a document; an empty list means no PDF yet."""
        paper = self._find(request.match_info["id"])
        if paper is None:
            return say_no("missing")
        asked = rql.parse_query("", PROPERTIES)
        for name in ("limit", "offset"):
            text = request.query.get(name, "")
            if text.isascii() and text.isdigit():
                setattr(asked, name, min(int(text), rql.MOST))
        found = to_attachments(paper)
        page = found[asked.offset : asked.offset + asked.limit]
        return _answer_list(page, asked, len(found))

    async def attachment(self, request: web.Request) -> web.StreamResponse:
        """Answer a file, or what is known about it: the Accept header decides."""
        paper = self._find(request.match_info["id"])
        files = to_attachments(paper) if paper else []
        found = [one for one in files if one["id"] == request.match_info["file"]]
        if paper is None or not found:
            return say_no("missing")
        return _answer_file(request, paper, found[0])

    async def blob(self, request: web.Request) -> web.StreamResponse:
        """Stand in for the storage host that an internal file is redirected to."""
        stage = self._stage
        asked = note(request, "elsewhere", "Authorization", stage.clock.now())
        stage.world.requests.add(asked)
        paper = self._find(request.match_info["id"])
        if asked.credential or paper is None:
            # Blob storage refuses a bearer token that is not its own.
            asked.status = 400
            return web.Response(status=400)
        asked.status = 200
        return web.Response(text=_hours(paper), content_type="text/csv")

    def _rows(self, asked: rql.Asked) -> list[dict[str, Any]]:
        now = self._stage.clock.now()
        papers = self._stage.world.papers("softwareone")[::-1]
        rows = [self._written.of(paper, now) for paper in papers if self._holds(paper)]
        rows = [row for row in rows if asked.matches(row)]
        rql.sort(rows, asked.order)
        return rows

    def _find(self, id_: str) -> Paper | None:
        for paper in self._stage.world.papers("softwareone"):
            if paper.id == id_ and self._holds(paper):
                return paper
        return None


_NO = {
    "down": (503, "Service Unavailable", "The service is temporarily unavailable."),
    "busy": (429, "Too Many Requests", "Rate limit is exceeded."),
    "busy_bare": (429, "Too Many Requests", "Rate limit is exceeded."),
    "refused": (401, "Unauthorized", "The token is missing or not valid."),
    "forbidden": (403, "Forbidden", "The account may not read this resource."),
    "missing": (404, "Not Found", "The entity was not found."),
}


def say_no(kind: str) -> web.Response:
    """Answer a refusal as problem details."""
    headers = {"Retry-After": "1"} if kind == "busy" else None
    return problem(*_NO[kind], headers=headers)


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    errors: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> web.Response:
    """Answer problem details ("Errors handling"; RFC 9110 for the type)."""
    body = {
        "type": "https://tools.ietf.org/html/rfc9110",
        "title": title,
        "status": status,
        "detail": detail,
        "traceId": "00-5a7d0b0e4f0c4d1e9f6a2b3c4d5e6f70-1a2b3c4d5e6f7081-00",
    }
    if errors:
        body["errors"] = errors
    return json_response(body, status=status, headers=headers)


def _with_token(handler: Handler) -> Handler:
    async def checked(request: web.Request) -> web.StreamResponse:
        authorization = request.headers.get("Authorization")
        if authorization == f"Bearer {VENDOR_TOKEN}":
            return say_no("forbidden")
        if authorization != f"Bearer {TOKEN}":
            return say_no("refused")
        return await handler(request)

    return checked


def _raw_query(request: web.Request) -> str:
    """RQL is read from the query as it was sent: a `+` stays a plus sign."""
    return request.raw_path.partition("?")[2]


def _page(
    rows: list[dict[str, Any]], asked: rql.Asked, fault: str | None
) -> list[dict[str, Any]]:
    start = asked.offset
    if fault in {"repeating", "ignore_range"}:
        start = 0
    elif fault == "endless" and rows:
        start %= len(rows)
    return rows[start : start + asked.limit]


def _total(rows: list[dict[str, Any]], asked: rql.Asked, fault: str | None) -> int:
    if fault in {"endless", "repeating"}:
        return asked.offset + 2 * max(asked.limit, 1)
    return len(rows)


def _answer_list(rows: Sequence[Row], asked: rql.Asked, total: int) -> web.Response:
    # Exactly these three keys: the official client refuses any other.
    pagination = {"offset": asked.offset, "limit": asked.limit, "total": total}
    return json_response({"$meta": {"pagination": pagination}, "data": rows})


def _answer_file(
    request: web.Request, paper: Paper, file: dict[str, Any]
) -> web.Response:
    accept = request.headers.get("Accept", "*/*")
    if accept.split(";")[0].strip() == "application/json":
        return json_response(file)
    if file["isDeleted"]:
        return say_no("missing")
    if file["isExternal"]:
        # 200 with the PDF, whatever is accepted.
        name = file["filename"]
        from sandbox.printing import print_pdf  # noqa: PLC0415 - half a second, rarely needed

        return pdf_response(request, print_pdf(to_sheet(paper)), name=name)
    if not _accepts(accept, file["contentType"]):
        detail = f"The file is {file['contentType']}."
        return problem(406, "Not Acceptable", detail)
    location = other_host(request, f"{PREFIX}/blob/{paper.id}/{file['filename']}")
    return web.Response(status=301, headers={"Location": location})


def _accepts(accept: str, content_type: str) -> bool:
    wanted = {part.split(";")[0].strip() for part in accept.split(",")}
    return bool(wanted & {"*/*", content_type, content_type.partition("/")[0] + "/*"})


def _hours(paper: Paper) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["task", "hours", "rate", "currency"])
    for line in paper.lines:
        row = [line.description, line.quantity, line.unit_price, paper.currency]
        writer.writerow(row)
    return text.getvalue()

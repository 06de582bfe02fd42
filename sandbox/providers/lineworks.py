"""A stand-in for the LINE WORKS partner API.

Sources: LINE WORKS API, partners/invoices and partners/invoice-details; "Error codes",
"Rate limits" and "Pagination" of the same documentation.
"""

import calendar
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from aiohttp import web

from sandbox.providers.gate import Gate, Handler, Stage, fault_of, json_response
from sandbox.providers.lineworks_tokens import TokenDesk, say_no_token
from sandbox.world import Bill
from sandbox.world.lineworks import PARTNER
from sandbox.world.papers import Customer, Item

PREFIX = "/sim/lineworks"
#: Calls a minute, per API operation, on a paid plan ("Rate limits").
PER_MINUTE = 240
#: "minimum : 1 maximum : 20" (invoice-details, count).
MOST_ITEMS = 20
#: Makes every cursor hold the characters that must be encoded: it begins with +/+/.
_CURSOR_MARK = b"\xfb\xff\xbf"


class ApiError(Exception):
    """An answer of the shape ``{"code", "description"}``."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.description = description


def routes(stage: Stage, *, per_minute: int = PER_MINUTE) -> list[web.RouteDef]:
    """List the endpoints, under `PREFIX`."""
    simulator = LineWorks(stage, per_minute=per_minute)
    gate = Gate(stage, provider="lineworks", credential="Authorization", say_no=say_no)
    desk = Gate(
        stage, provider="lineworks", credential="Authorization", say_no=say_no_token
    )
    invoices = simulator.checked("invoices", simulator.invoices)
    details = simulator.checked("invoice-details", simulator.details)
    base = f"{PREFIX}/v1.0/partners"
    return [
        web.get(f"{base}/invoices", gate.guard(invoices)),
        web.get(f"{base}/invoice-details", gate.guard(details)),
        web.post(f"{PREFIX}/oauth2/v2.0/token", desk.guard(simulator.tokens.answer)),
        web.route("*", PREFIX + "/{tail:.*}", gate.guard(gate.nothing_here)),
    ]


class LineWorks:
    """The endpoints, and what they count."""

    def __init__(self, stage: Stage, *, per_minute: int = PER_MINUTE) -> None:
        self.tokens = TokenDesk(stage)
        self._world = stage.world
        self._limits = MinuteWindows(stage.clock.now, per_minute)

    def checked(
        self, operation: str, answer: Callable[[web.Request], dict[str, Any]]
    ) -> Handler:
        """Put authorization, the rate limit and the error shape around an endpoint."""

        async def handler(request: web.Request) -> web.StreamResponse:
            grant = self.tokens.grant(request.headers.get("Authorization"))
            if grant is None:
                return say_no("refused")
            headers, is_too_much = self._limits.count(operation)
            if is_too_much:
                return _error(429, "TOO_MANY_REQUESTS", _TOO_MANY, headers)
            if not grant.may_read_partners:
                return say_no("forbidden")
            try:
                return json_response(answer(request), headers=headers)
            except ApiError as error:
                return _error(error.status, error.code, error.description, headers)

        return handler

    def invoices(self, request: web.Request) -> dict[str, Any]:
        """Answer a year's invoices, by the year of use; there is no paging."""
        year = _integer(request, "year")
        bills = [bill for bill in self._world.bills() if bill.year == year]
        return {"invoices": [_invoice(bill) for bill in bills]}

    def details(self, request: web.Request) -> dict[str, Any]:
        """Answer a month's invoice details, at most 20 customers at a time."""
        year = _integer(request, "year")
        month = _integer(request, "month", least=1, most=12)
        count = _integer(request, "count", least=1, most=MOST_ITEMS, default=20)
        customers = self._customers(year, month)
        start = _read_cursor(request.query.get("cursor"), year, month)
        following: str | None = None
        fault = fault_of(request)
        if fault in {"endless", "repeating"} and customers:
            mark = start + count if fault == "endless" else count
            following = _write_cursor(year, month, mark)
            start %= len(customers)
        elif start + count < len(customers):
            following = _write_cursor(year, month, start + count)
        page = [
            _details(customer, year, month)
            for customer in customers[start : start + count]
        ]
        # "On the last page nextCursor is not returned" ("Pagination").
        meta = {} if following is None else {"nextCursor": following}
        return {"invoiceDetails": page, "responseMetaData": meta}

    def _customers(self, year: int, month: int) -> list[Customer]:
        for bill in self._world.bills():
            if (bill.year, bill.month) == (year, month):
                return bill.customers
        return []


class MinuteWindows:
    """Counts calls per operation and minute."""

    def __init__(self, now: Callable[[], datetime], per_minute: int) -> None:
        self._now = now
        self._most = per_minute
        self._windows: dict[str, tuple[datetime, int]] = {}

    def count(self, operation: str) -> tuple[dict[str, str], bool]:
        """Count a call; give the headers and whether it is one too many."""
        now = self._now()
        began, used = self._windows.get(operation, (now, 0))
        # Not yet begun is possible too: the clock may have been reset.
        if not timedelta() <= now - began < timedelta(minutes=1):
            began, used = now, 0
        self._windows[operation] = (began, used + 1)
        left = timedelta(minutes=1) - (now - began)
        headers = {
            "rateLimit-limit": str(self._most),
            "rateLimit-remaining": str(max(0, self._most - used - 1)),
            # Seconds until the window ends ("Rate limits").
            "rateLimit-reset": str(ceil(left.total_seconds())),
        }
        return headers, used >= self._most


_TOO_MANY = "API rate limit exceeded"
_NO = {
    "down": (503, "SERVICE_UNAVAILABLE", "Service is temporarily unavailable."),
    "busy": (429, "TOO_MANY_REQUESTS", _TOO_MANY),
    "busy_bare": (429, "TOO_MANY_REQUESTS", _TOO_MANY),
    "refused": (401, "UNAUTHORIZED", "Authentication failed."),
    "forbidden": (403, "FORBIDDEN", "The scope does not allow this API."),
    "missing": (404, "NOT_FOUND", "Not found."),
}


def say_no(kind: str) -> web.Response:
    """Answer a refusal the way the documentation shows it."""
    headers = {}
    if kind == "refused":
        # A bad token is explained in RFC 6750's form ("Error codes").
        headers["WWW-Authenticate"] = (
            'Bearer error="invalid_token", '
            'error_description="The access token is invalid or has expired"'
        )
    if kind == "busy":
        headers |= {"rateLimit-limit": "240", "rateLimit-remaining": "0"}
        headers["rateLimit-reset"] = "1"
    return _error(*_NO[kind], headers)


def _error(
    status: int, code: str, description: str, headers: dict[str, str] | None = None
) -> web.Response:
    body = {"code": code, "description": description}
    return json_response(body, status=status, headers=headers)


def _integer(
    request: web.Request,
    name: str,
    *,
    least: int = 1,
    most: int = 99_999,
    default: int | None = None,
) -> int:
    text = request.query.get(name)
    if text is None and default is not None:
        return default
    if text is None:
        raise ApiError(400, "MISSING_PARAMETER", f"{name} is required.")
    if not (text.isascii() and text.isdigit()):
        raise ApiError(400, "INVALID_PARAMETER", f"{name} must be an integer.")
    if not least <= int(text) <= most:
        raise ApiError(400, "OUT_OF_RANGE", f"{name} must be {least} to {most}.")
    return int(text)


def _write_cursor(year: int, month: int, start: int) -> str:
    text = _CURSOR_MARK + f"{year:04d}{month:02d}:{start}".encode()
    # Padded so that it ends in ==, as the page's example does.
    return b64encode(text + b";" * ((1 - len(text)) % 3)).decode()


def _read_cursor(cursor: str | None, year: int, month: int) -> int:
    if cursor is None:
        return 0
    refusal = ApiError(400, "INVALID_PARAMETER", "cursor is not valid.")
    try:
        text = b64decode(cursor, validate=True)
    except ValueError:
        raise refusal from None
    wanted = _CURSOR_MARK + f"{year:04d}{month:02d}:".encode()
    start = text.removeprefix(wanted).rstrip(b";")
    if not text.startswith(wanted) or not start.isdigit():
        raise refusal
    return int(start)


def _invoice(bill: Bill) -> dict[str, Any]:
    row: dict[str, Any] = {
        "invoiceNo": int(bill.number),
        "invoiceYear": bill.year,
        "invoiceMonth": bill.month,
        "partnerName": PARTNER,
        "usedAmount": bill.used,
        "optionPlusAmount": bill.option_plus,
        "taxRate": bill.tax_percent,
        "usedTaxAmount": bill.tax_on(bill.used),
        "optionPlusTaxAmount": bill.tax_on(bill.option_plus),
        "penaltyAmount": bill.penalty,
        "totalAmount": int(bill.total),
        "paymentStatus": "UNPAID",
        "issuedTime": _instant(bill.issued_at),
    }
    if bill.total == 0:
        row |= {"paymentStatus": "NONE", "paidTime": None}
    elif bill.paid_at is not None:
        row |= {"paymentStatus": "PAID", "paidTime": _instant(bill.paid_at)}
    return row


def _details(customer: Customer, year: int, month: int) -> dict[str, Any]:
    items = [_item(item, year, month) for item in customer.items]
    # "SUMMARY: Sum (PRODUCT + OPTION_PRODUCT + ADJUSTMENT)" (invoice-details).
    total = customer.sum_of("PRODUCT", "OPTION_PRODUCT", "ADJUSTMENT")
    items.append(_item(Item(kind="SUMMARY", amount=total), year, month))
    return {
        "domainId": customer.domain_id,
        "domain": customer.domain,
        "customerName": customer.name,
        "customerCode": customer.code,
        "settlementItems": items,
    }


def _item(item: Item, year: int, month: int) -> dict[str, Any]:
    is_product = item.kind == "PRODUCT"
    last = calendar.monthrange(year, month)[1]
    return {
        "subscriptionId": item.subscription,
        "itemType": item.kind,
        "startDate": date(year, month, 1).isoformat() if is_product else None,
        "endDate": date(year, month, last).isoformat() if is_product else None,
        "itemId": item.item_id,
        "plan": item.plan,
        "licenseCount": item.licenses,
        "memberCount": item.members,
        "quantity": item.quantity,
        "status": "ACTIVE",
        "discountAmount": item.discount,
        "amount": item.amount,
    }


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

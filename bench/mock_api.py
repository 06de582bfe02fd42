"""A billing API that costs next to nothing: pages of 100, made before they are asked.

Documents have the shape and the size (about 7.4 kB) of SoftwareOne's, with one to five
lines (source: SoftwareOne documentation, "List invoices"); 100,000 of them take 740 MB
of memory. ``POST /change`` pays or reopens every hundredth document.

Run it with ``python -m bench.mock_api --invoices 100000 --delay-ms 50``.
"""

import argparse
import asyncio
import json
import re
from datetime import date, timedelta

from bench.processes import say_running

PAGE = 100
FIRST_DAY, DAYS = date(2021, 1, 1), 2150
_CURRENCIES = (b"EUR", b"EUR", b"EUR", b"USD", b"CHF")
_ASKED = re.compile(rb"(limit|offset)=(\d+)")


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--delay-ms", type=float, default=0)
    given = parser.parse_args()
    asyncio.run(serve(given.invoices, delay=given.delay_ms / 1000))


async def serve(invoices: int, *, delay: float) -> None:
    """Make the pages, then answer."""
    pages = Pages(invoices)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Answering(pages, delay=delay), "127.0.0.1", 0
    )
    say_running(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class Pages:
    """Every page of the list, as the bytes of its reply."""

    def __init__(self, invoices: int) -> None:
        self._total = invoices
        self._paid = False
        self._pages = [self._page(at) for at in range(0, invoices, PAGE)]
        self._empty = _reply(_list([], offset=0, total=0))

    def change(self) -> None:
        """Pay every hundredth document, or reopen it."""
        self._paid = not self._paid
        self._pages = [self._page(at) for at in range(0, self._total, PAGE)]

    def answer(self, head: bytes) -> bytes:
        """Answer a request by its head."""
        target = head.split(b" ", 2)[1]
        if head.startswith(b"POST"):
            self.change()
            return _reply(b"{}")
        if b"/billing/invoices" not in target:
            return self._empty
        asked = {name: int(number) for name, number in _ASKED.findall(target)}
        page = asked.get(b"offset", 0) // PAGE
        return self._pages[page] if page < len(self._pages) else self._empty

    def _page(self, offset: int) -> bytes:
        numbers = range(offset, min(offset + PAGE, self._total))
        documents = [_document(n, paid=self._paid and n % 100 == 7) for n in numbers]
        return _reply(_list(documents, offset=offset, total=self._total))


class Answering(asyncio.Protocol):
    """One connection of a client that reads each reply before it asks again."""

    def __init__(self, pages: Pages, *, delay: float) -> None:
        self._pages = pages
        self._delay = delay
        self._asked = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer when the head of a request is whole."""
        self._asked += data
        if b"\r\n\r\n" not in self._asked:
            return
        head, self._asked = self._asked, b""
        if self._delay:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay, self._answer, head)
        else:
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._pages.answer(head))


def _reply(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
    return head + b"%d\r\n\r\n" % len(body) + body


def _list(documents: list[bytes], *, offset: int, total: int) -> bytes:
    meta = {"pagination": {"offset": offset, "limit": PAGE, "total": total}}
    head = json.dumps({"$meta": meta})[:-1].encode()
    return head + b', "data": [' + b", ".join(documents) + b"]}"


def _document(number: int, *, paid: bool) -> bytes:
    """Write one invoice; nine of ten are paid, and the days run through six years."""
    issued = FIRST_DAY + timedelta(days=number * 7919 % DAYS)
    lines = 1 + number % 5
    net = (10_000 + number * 37 % 900_000) / 100
    total = round(net * 1.2, 2)
    owed = number % 10 == 7 and not (paid and number % 100 == 7)
    values = {
        b"id": b"INV-1000-%04d-%04d" % divmod(number, 10_000),
        b"number": b"%07d" % (1_000_000 + number),
        b"status": b"Issued" if owed else b"Paid",
        b"issued": issued.isoformat().encode(),
        b"due": (issued + timedelta(days=30)).isoformat().encode(),
        b"currency": _CURRENCIES[number % len(_CURRENCIES)],
        b"seller": b"%03d" % (number % 40),
        b"net": b"%.2f" % net,
        b"tax": b"%.2f" % (total - net),
        b"total": b"%.2f" % total,
        b"balance": b"%.2f" % (total if owed else 0),
    }
    part = {
        **values,
        b"net": b"%.2f" % (net / lines),
        b"total": b"%.2f" % (total / lines),
    }
    rows = b", ".join(_LINE % {**part, b"line": b"%d" % n} for n in range(1, lines + 1))
    return _HEAD % values + b', "lines": [' + rows + b"]}"


def _template(document: dict[str, object]) -> bytes:
    """Write *document* with its blanks; ``#…#`` around one makes it a number."""
    return json.dumps(document).replace('"#', "").replace('#"', "").encode()


def _reference(kind: str, name: str) -> dict[str, object]:
    return {"id": f"{kind}-1001-2201", "icon": f"/icons/{kind}.png", "name": name}


def _instant(day: str) -> str:
    return f"{day}T10:00:00.0000000+00:00"


_SOMEBODY = {"at": _instant("%(issued)s"), "by": _reference("USR", "ERP Sync")}
_ADDRESS = {
    "name": "Blue Heron Trading GmbH",
    "name2": "Accounts payable",
    "email": "invoices@example.com",
    "customerNo": "NL-SCU-100064",
    "addressLine1": "Reigerskade 12",
    "addressLine2": "Building C, third floor",
    "addressLine3": "Left of the canal",
    "city": "Amsterdam",
    "postCode": "1017 AB",
    "county": "Noord-Holland",
    "country": "NL",
    "contactName": "Marijke de Wit",
    "contactNo": "NL-CON-100260",
    "contactEmail": "marijke@example.com",
    "contactPhone": "+31201234567",
}
_HEAD = _template(
    {
        "icon": "/icons/invoice.png",
        "audit": {"created": _SOMEBODY, "updated": _SOMEBODY},
        "id": "%(id)s",
        "name": "Invoice of %(issued)s",
        "documentNo": "DE-PSI-%(number)s",
        "buyer": _reference("BUY", "Blue Heron Trading GmbH"),
        "seller": _reference("SEL", "SoftwareOne entity %(seller)s"),
        "status": "%(status)s",
        "type": "Debit",
        "statement": _reference("SOM", "Statement of %(issued)s"),
        "agreement": {**_reference("AGR", "Microsoft 365"), "status": "Active"},
        "billingType": "Automated",
        "client": {**_reference("ACC", "Blue Heron"), "type": "Client"},
        "licensee": _reference("LCE", "Blue Heron Amsterdam"),
        "product": {**_reference("PRD", "Microsoft 365"), "status": "Published"},
        "vendor": {**_reference("ACC", "Microsoft"), "type": "Vendor"},
        "erpData": {
            "erpId": "ERP-%(number)s",
            "documentNo": "DE-PSI-%(number)s",
            "documentDate": _instant("%(issued)s"),
            "dueDate": "%(due)sT23:59:59.0000000+00:00",
            "balanceDue": "#%(balance)s#",
            "invoiceTotal": "#%(total)s#",
            "postingDate": _instant("%(issued)s"),
            "yourReference": "Custom reference of DE-PSI-%(number)s",
            "addresses": dict.fromkeys(
                ("billTo", "licenseTo", "sellTo", "shipTo"), _ADDRESS
            ),
            "referenceNumber": {"orderNo": "CA-SCO-149880", "quoteNo": "CA-QUO-145988"},
            "payment": {"methodCode": "BANK", "termsCode": "30DAYS"},
        },
        "price": {
            "currency": "%(currency)s",
            "totalSP": "#%(net)s#",
            "totalST": "#%(tax)s#",
            "totalGT": "#%(total)s#",
        },
    }
)[:-1]
_LINE = _template(
    {
        "id": "INL-%(number)s-%(line)s",
        "documentNo": "DE-PSI-%(number)s",
        "lineNo": "#%(line)s#",
        "discountAmount": 0,
        "vatBaseAmount": "#%(net)s#",
        "unitOfMeasure": "User/Month",
        "itemNo": "SKU-001",
        "description": "Microsoft 365 Business Standard",
        "description2": "Includes office applications and cloud services",
        "quantity": 1,
        "unitPrice": "#%(net)s#",
        "countryOfUsage": "NL",
        "contractNo": "CONTRACT-456",
        "primaryCodeIdentifier": "SUBCODE-001",
        "primaryCodeVersion": "v1.0",
        "primaryCodeValue": "VALUE-001",
        "secondaryCodeIdentifier": "SCODE-002",
        "secondaryCodeVersion": "v2.0",
        "secondaryCodeValue": "SVAL-002",
        "timestamp": 28_495_870_095,
        "rowVersion": "v1.0",
        "parentItemNo": "BUNDLE-001",
        "type": "Subscription",
        "responsibilityCenterCode": "RC-001",
        "vatCalculationType": "Standard",
        "vatPercent": 20,
        "varPartnerNo": "PARTNER-001",
        "swoPurchaseOrderNo": "PO-12345",
        "varAgreementNo": "AGREEMENT-001",
        "externalPositionNo": "POS-001",
        "dataOrigin": "SystemGenerated",
        "primaryKey": "PK-001",
        "sellToContactNo": "CONTACT-001",
        "externalDocumentNo": "EXTDOC-001",
        "yourReference": "CUSTREF-001",
        "period": {"start": _instant("%(issued)s"), "end": _instant("%(due)s")},
        "amount": "#%(net)s#",
        "lineAmount": "#%(net)s#",
        "amountIncludingVat": "#%(total)s#",
    }
)


if __name__ == "__main__":
    main()

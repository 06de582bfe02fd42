"""How SoftwareOne writes invoices and credit memos as JSON.

Sources: SoftwareOne documentation, "List invoices", "Credit memo" and "Common API
objects"; the OpenAPI text 4.0.2162 for names, the object descriptions of 2026 for what
is newer than it (documentNo, attributes, the status Issued).
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sandbox.documents import Row, Sheet
from sandbox.providers.rql import Properties
from sandbox.world import Paper
from sandbox.world.papers import Line

_REFERENCE = ("id", "name", "icon")
PROPERTIES: Properties = {
    **dict.fromkeys(("id", "name", "documentNo", "countryCode", "revision"), ()),
    **dict.fromkeys(("status", "type", "billingType", "icon"), ()),
    "statement": _REFERENCE,
    "agreement": (*_REFERENCE, "status"),
    "client": (*_REFERENCE, "type", "status"),
    "licensee": _REFERENCE,
    "product": (*_REFERENCE, "externalIds", "status"),
    "vendor": (*_REFERENCE, "type", "status"),
    "buyer": _REFERENCE,
    "seller": (*_REFERENCE, "externalId"),
    "attributes": (
        "orderNo",
        "yourReference",
        "dueDate",
        "postingDate",
        "documentDate",
    ),
    "erpData": (
        "erpId",
        "documentNo",
        "documentDate",
        "dueDate",
        "postingDate",
        "balanceDue",
        "invoiceTotal",
        "yourReference",
        "addresses",
        "referenceNumber",
        "payment",
        "appliesToDocNo",
    ),
    "price": ("currency", "totalSP", "totalST", "totalGT"),
    "lines": ("id", "lineNo", "itemNo", "description", "amount"),
    "audit": ("created", "updated", "issued", "paid", "overdue"),
}
#: The ERP's empty date.
NO_DATE = "1753-01-01T00:00:00.000Z"
_SELLERS = {
    "DE": ("SEL-1001-2201", "SoftwareOne Deutschland GmbH", "Leipzig"),
    "NL": ("SEL-1002-3310", "SoftwareOne Netherlands B.V.", "Amsterdam"),
    "US": ("SEL-1003-4407", "SoftwareOne Inc.", "Milwaukee"),
}
_BUYERS = {
    "DE": ("BUY-3301-1001", "Blue Heron Trading GmbH"),
    "NL": ("BUY-3301-1002", "Blue Heron Trading B.V."),
    "US": ("BUY-3301-1003", "Blue Heron Trading, Inc."),
}
_PRODUCTS = {
    "MS365": ("PRD-1200-0001", "Microsoft 365", "Microsoft"),
    "AZURE": ("PRD-1200-0002", "Microsoft Azure", "Microsoft"),
    "ADOBE": ("PRD-1300-0001", "Adobe Creative Cloud", "Adobe"),
    "ATLAS": ("PRD-1400-0001", "Atlassian Cloud", "Atlassian"),
    "SVC": ("PRD-1900-0001", "SoftwareOne services", "SoftwareOne"),
}
_NOBODY = {"id": "USR-0000-0000", "name": "ERP Sync"}


class Written:
    """Keeps objects as written until their papers change; a list has hundreds."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Paper, tuple[object, ...], dict[str, Any]]] = {}

    def of(self, paper: Paper, now: datetime) -> dict[str, Any]:
        """Write a paper, or give what was written before; not to be changed."""
        version = (paper.revision, paper.amended_at, _status(paper, now))
        kept = self._kept.get(paper.id)
        if kept is None or kept[0] is not paper or kept[1] != version:
            kept = (paper, version, to_object(paper, now))
            self._kept[paper.id] = kept
        return kept[2]


def to_object(paper: Paper, now: datetime) -> dict[str, Any]:
    """Write a paper with everything a Client token may see; null fields are absent."""
    status, overdue_at = _status(paper, now)
    seller, buyer = _SELLERS[paper.issuer], _BUYERS[paper.issuer]
    return {
        "id": paper.id,
        "name": paper.description,
        "documentNo": paper.number,
        "countryCode": paper.issuer,
        "revision": paper.revision,
        "status": status,
        **_parties(paper),
        "buyer": {"id": buyer[0], "name": buyer[1]},
        "seller": {"id": seller[0], "name": seller[1], "externalId": paper.issuer},
        **_attributes(paper),
        "erpData": _erp(paper),
        "price": _price(paper),
        "lines": [
            _line(paper, index, line) for index, line in enumerate(paper.lines, start=1)
        ],
        "audit": _audit(paper, overdue_at),
    }


def to_attachments(paper: Paper) -> list[dict[str, Any]]:
    """List the files of a paper.

    Output, external, size unknown, is made at the first ERP sync; sellers that were
    migrated have none for their older documents (object description of 2026).
    """
    if paper.issuer == "DE" and paper.issued_on < date(2022, 1, 1):
        return []
    found = [_attachment(paper, 1, f"{paper.id}.pdf", "application/pdf", "Output")]
    if paper.manual:
        found.append(_attachment(paper, 2, "hours.csv", "text/csv", "Attachment"))
        gone = _attachment(paper, 3, "draft.pdf", "application/pdf", "Attachment")
        found.append({**gone, "isDeleted": True})
    return found


def to_sheet(paper: Paper) -> Sheet:
    """Tell what the PDF says."""
    title = "Invoice" if paper.sort == "invoice" else "Credit memo"
    sums = [("Net", paper.net), ("Tax", paper.tax), ("Total", paper.total)]
    return Sheet(
        title=title,
        number=paper.number,
        seller=_SELLERS[paper.issuer][1],
        buyer=_BUYERS[paper.issuer][1],
        issued_on=paper.issued_on,
        due_on=paper.due_on,
        currency=paper.currency,
        rows=[
            Row(line.description, line.quantity, line.unit_price, line.net)
            for line in paper.lines
        ],
        sums=sums,
    )


def _status(paper: Paper, now: datetime) -> tuple[str, datetime | None]:
    """Tell the status, and since when an overdue one is called so.

    The ERP's nightly sync brings Overdue, so it comes some hours after the date.
    """
    if paper.sort == "memo":
        return "Issued", None
    if paper.balance <= 0:
        return "Paid", None
    if paper.sort == "invoice" and paper.due_on is not None:
        since = _at(paper.due_on + timedelta(days=1), time(2))
        if now >= since:
            return "Overdue", since
    return "Issued", None


def _parties(paper: Paper) -> dict[str, Any]:
    code = paper.lines[0].code.split("-")[0]
    product, name, vendor = _PRODUCTS[code]
    parties: dict[str, Any] = {
        "client": _account("ACC-7700-1234", "Blue Heron", "Client"),
        "product": {"id": product, "name": name, "status": "Published"},
        "vendor": _account(f"ACC-{product[4:]}", vendor, "Vendor"),
    }
    if paper.sort != "memo":
        parties["type"] = "Credit" if paper.sort == "credit" else "Debit"
        parties["billingType"] = "Manual" if paper.manual else "Automated"
    if not paper.manual and paper.sort == "invoice":
        # An invoice made by hand belongs to no statement, for good.
        parties["statement"] = {
            "id": f"SOM-{paper.id[4:]}",
            "name": paper.description,
        }
        parties["agreement"] = {"id": f"AGR-{product[4:]}-01", "name": name}
    return parties


def _account(id_: str, name: str, kind: str) -> dict[str, str]:
    return {"id": id_, "name": name, "type": kind, "status": "Active"}


def _attributes(paper: Paper) -> dict[str, Any]:
    """Give the block that documents of 2021 do not have yet."""
    if paper.issued_on < date(2022, 1, 1):
        return {}
    attributes = {
        "orderNo": f"{paper.issuer}-SCO-{paper.id[-4:]}",
        "documentDate": _instant(_at(paper.issued_on, time())),
        "postingDate": _instant(_at(paper.issued_on, time())),
    }
    if paper.due_on is not None:
        attributes["dueDate"] = _instant(_at(paper.due_on, time(23, 59, 59)))
    return {"attributes": attributes}


def _erp(paper: Paper) -> dict[str, Any]:
    erp: dict[str, Any] = {
        "erpId": f"ERP-{paper.number.split('-')[-1]}",
        "documentNo": paper.number,
        "documentDate": _instant(_at(paper.issued_on, time())),
        "postingDate": _instant(_at(paper.issued_on, time())),
        "invoiceTotal": paper.total,
        "yourReference": f"Blue Heron {paper.issued_on:%Y-%m}",
        "payment": {"methodCode": "BANK", "termsCode": "30DAYS"},
        "addresses": {"billTo": _address(paper)},
    }
    if paper.sort == "memo":
        # A memo has no balance and names the invoice that it reduces.
        erp["dueDate"] = NO_DATE
        if paper.applies_to is not None:
            erp["appliesToDocNo"] = paper.applies_to.number
        return erp
    erp["balanceDue"] = paper.balance
    if paper.due_on is not None:
        erp["dueDate"] = _instant(_at(paper.due_on, time(23, 59, 59)))
    return erp


def _address(paper: Paper) -> dict[str, str]:
    return {
        "name": _BUYERS[paper.issuer][1],
        "addressLine1": "Reigerskade 12",
        "city": _SELLERS[paper.issuer][2],
        "country": paper.issuer,
        "contactName": "Marijke de Wit",
    }


def _price(paper: Paper) -> dict[str, Any]:
    """GT = SP + ST; a Client never sees purchase prices, markup or margin."""
    digits = Decimal("0.00001") if paper.sort == "memo" else Decimal("0.01")
    return {
        "currency": paper.currency,
        "totalSP": paper.net.quantize(digits),
        "totalST": paper.tax.quantize(digits),
        "totalGT": paper.total.quantize(digits),
    }


def _line(paper: Paper, index: int, line: Line) -> dict[str, Any]:
    amounts = {
        "amount": line.net,
        "lineAmount": line.net,
        "vatBaseAmount": line.net,
        "amountIncludingVat": line.total,
    }
    written = {
        "id": f"INL-{paper.id[4:]}-{index:04d}",
        "documentNo": paper.number,
        "lineNo": index * 10_000,
        "itemNo": line.code,
        "description": line.description,
        "unitOfMeasure": line.unit,
        "quantity": line.quantity,
        "unitPrice": line.unit_price,
        "discountAmount": Decimal(0),
        "vatPercent": line.tax_percent,
        # An ERP row counter, not a time.
        "timestamp": 28_495_870_000 + int(paper.id[-4:]) * 10 + index,
        "period": _period(line),
    }
    # The newer credit memo lines keep their amounts under price.
    return written | ({"price": amounts} if paper.sort == "memo" else amounts)


def _period(line: Line) -> dict[str, str]:
    if line.period_from is None or line.period_to is None:
        return {"start": NO_DATE, "end": NO_DATE}
    return {
        "start": _instant(_at(line.period_from, time())),
        "end": _instant(_at(line.period_to, time(23, 59, 59))),
    }


def _audit(paper: Paper, overdue_at: datetime | None) -> dict[str, Any]:
    """Name the events that happened; the others are absent."""
    moments = {
        "created": paper.issued_at,
        "updated": max(paper.changed_at(), overdue_at or paper.issued_at),
        "issued": paper.issued_at,
        "paid": paper.paid_at if paper.sort != "memo" else None,
        "overdue": overdue_at,
    }
    return {
        name: {"at": _instant(moment), "by": _NOBODY}
        for name, moment in moments.items()
        if moment is not None
    }


def _attachment(
    paper: Paper, index: int, name: str, content_type: str, kind: str
) -> dict[str, Any]:
    attachment: dict[str, Any] = {
        "id": f"INA-{paper.id[4:18]}-{index:04d}",
        "name": name,
        "type": kind,
        "filename": name,
        "contentType": content_type,
        "description": "",
        "isDeleted": False,
        "isExternal": kind == "Output",
        "audit": {"created": {"at": _instant(paper.issued_at), "by": _NOBODY}},
    }
    key = "creditMemo" if paper.sort == "memo" else "invoice"
    attachment[key] = {"id": paper.id, "name": paper.description}
    return attachment


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=UTC)


def _instant(moment: datetime) -> str:
    """Write a moment as .NET does: seven digits and a numeric offset."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0+00:00"

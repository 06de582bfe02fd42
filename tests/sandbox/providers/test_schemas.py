"""The stand-ins against the providers' published OpenAPI texts."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.sandbox.providers.conftest import Stand

TEXTS = Path(__file__).parents[2] / "samples" / "openapi"
#: On the service, but newer than the text of 2025 (see the README beside it).
NEWER = {
    "Invoice": {"documentNo", "countryCode", "revision", "attributes"},
    "AuditBag": {"issued", "paid", "overdue"},
}


def _text(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((TEXTS / name).read_text(encoding="utf-8"))
    return loaded


def _validator(text: dict[str, Any], name: str) -> Draft202012Validator:
    root = {"$ref": f"#/components/schemas/{name}", "components": text["components"]}
    return Draft202012Validator(root)


def _problems(validator: Draft202012Validator, value: Any) -> list[str]:
    return [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)
    ]


@pytest.fixture(scope="module")
def i3dnet() -> dict[str, Any]:
    return _text("i3d-billing.openapi.json")


@pytest.fixture(scope="module")
def softwareone() -> dict[str, Any]:
    """SoftwareOne's text as JSON Schema, without what the service outgrew."""
    text = _text("softwareone-billing-invoices.openapi.json")
    schemas = text["components"]["schemas"]
    schemas["InvoiceStatus"]["enum"].append("Issued")
    _to_json_schema(schemas)
    return text


def _to_json_schema(node: Any) -> None:
    """Turn OpenAPI 3.0's ``nullable`` into a type, and allow further properties."""
    if isinstance(node, list):
        for item in node:
            _to_json_schema(item)
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            del node["additionalProperties"]
        if node.pop("nullable", None) is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        for item in node.values():
            _to_json_schema(item)


@pytest.mark.parametrize("path", ["/account/invoice", "/account/invoice/unpaid"])
async def test_every_i3dnet_row_is_as_published(
    stand: Stand, i3dnet: dict[str, Any], path: str
) -> None:
    ranged = {"RANGED-DATA": "start=0,results=1000"}
    rows = await stand.json("i3dnet", path, **ranged)
    validator = _validator(i3dnet, "Invoice")
    assert rows
    assert [problem for row in rows for problem in _problems(validator, row)] == []


async def test_every_i3dnet_detail_is_as_published(
    stand: Stand, i3dnet: dict[str, Any]
) -> None:
    validator = _validator(i3dnet, "InvoiceDetails")
    for paper in stand.world.papers("i3dnet")[-40:]:
        by_id = await stand.json("i3dnet", f"/account/invoice/{paper.id}")
        path = f"/account/invoice/number/{paper.number}"
        assert await stand.json("i3dnet", path) == by_id
        assert _problems(validator, by_id[0]) == []


async def test_the_i3dnet_schema_does_object(
    stand: Stand, i3dnet: dict[str, Any]
) -> None:
    row = (await stand.json("i3dnet", "/account/invoice"))[0]
    validator = _validator(i3dnet, "Invoice")
    assert _problems(validator, row | {"id": 1001})
    assert _problems(validator, row | {"colour": "red"})


@pytest.mark.parametrize("kind", ["down", "busy", "missing"])
async def test_i3dnet_errors_are_as_published(
    stand: Stand, i3dnet: dict[str, Any], kind: str
) -> None:
    stand.faults.set("i3dnet", kind)
    answer = await stand.get("i3dnet", "/account/invoice")
    assert _problems(_validator(i3dnet, "Error"), answer.json()) == []


async def test_a_softwareone_list_is_as_published(
    stand: Stand, softwareone: dict[str, Any]
) -> None:
    validator = _validator(softwareone, "InvoiceListResponse")
    for offset in (0, 100, 200, 300):
        path = f"/billing/invoices?limit=100&offset={offset}&select=+lines"
        page = await stand.json("softwareone", path)
        assert _problems(validator, page) == []


async def test_softwareone_uses_only_published_names(
    stand: Stand, softwareone: dict[str, Any]
) -> None:
    schemas = softwareone["components"]["schemas"]
    used: dict[str, set[str]] = {name: set() for name in _PARTS}
    page = await stand.json("softwareone", "/billing/invoices?limit=100&select=+lines")
    for row in page["data"]:
        used["Invoice"] |= set(row)
        used["ErpInvoiceData"] |= set(row["erpData"])
        used["InvoicePrice"] |= set(row["price"])
        used["AuditBag"] |= set(row["audit"])
        for line in row["lines"]:
            used["InvoiceLine"] |= set(line)
    for name, keys in used.items():
        newer = keys - set(schemas[name]["properties"])
        assert newer == NEWER.get(name, set()), name


_PARTS = ("Invoice", "ErpInvoiceData", "InvoicePrice", "AuditBag", "InvoiceLine")


async def test_softwareone_attachments_are_as_published(
    stand: Stand, softwareone: dict[str, Any]
) -> None:
    validator = _validator(softwareone, "InvoiceAttachmentListResponse")
    names = set(softwareone["components"]["schemas"]["InvoiceAttachment"]["properties"])
    path = "/billing/invoices?limit=5&eq(billingType,'Manual')"
    for row in (await stand.json("softwareone", path))["data"]:
        attached = f"/billing/invoices/{row['id']}/attachments"
        listed = await stand.json("softwareone", attached)
        assert _problems(validator, listed) == []
        assert all(set(file) <= names for file in listed["data"])


async def test_softwareone_problems_are_as_published(
    stand: Stand, softwareone: dict[str, Any]
) -> None:
    answer = await stand.get("softwareone", "/billing/invoices/INV-0-0-0-0")
    validator = _validator(softwareone, "ProblemDetails")
    assert answer.status_code == 404
    assert _problems(validator, answer.json()) == []


async def test_the_softwareone_schema_does_object(
    stand: Stand, softwareone: dict[str, Any]
) -> None:
    row = (await stand.json("softwareone", "/billing/invoices?limit=1"))["data"][0]
    validator = _validator(softwareone, "Invoice")
    assert _problems(validator, row) == []
    assert _problems(validator, row | {"price": {"totalGT": "12.00"}})
    assert _problems(validator, row | {"status": "Lost"})

"""`duebot ask "/invoice NUMBER" --json` carries what an invoice is made of."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.world import Bill, Paper
from tests.e2e.conftest import CONFIG, ROOT, environment
from tests.sandbox.providers.conftest import Stand, standing


@dataclass(frozen=True, slots=True)
class Desk:
    """A terminal at which questions are typed."""

    stand: Stand
    config: Path

    async def ask(self, number: str) -> dict[str, Any]:
        """Ask for one invoice; give it as JSON."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "ask", f"/invoice {number}", "--json"),
            env=environment(DUEBOT_CONFIG=str(self.config)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, complaint = await process.communicate()
        assert process.returncode == 0, complaint.decode()
        (invoice,) = json.loads(output)["invoices"]
        assert isinstance(invoice, dict)
        return invoice


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with standing(Clock()) as stand:
        url = str(stand.http.base_url).rstrip("/")
        config = tmp_path / "duebot.toml"
        text = CONFIG.format(
            url=url, transport="socket", every="6h", fresh_for="5m", http_port=0
        )
        config.write_text(text, encoding="utf-8")
        yield Desk(stand, config)


async def test_a_lineworks_invoice_is_broken_down_by_customer(desk: Desk) -> None:
    bill = _long_bill(desk.stand)
    invoice = await desk.ask(bill.number)
    of_customer: dict[str, Decimal] = defaultdict(Decimal)
    for line in invoice["lines"]:
        of_customer[line["customer"]] += Decimal(line["net"])
    assert of_customer == {
        customer.name: sum(item.amount for item in customer.items)
        for customer in bill.customers
    }
    assert {line["kind"] for line in invoice["lines"]} == {
        item.kind for customer in bill.customers for item in customer.items
    }
    before_tax = bill.used + bill.option_plus + bill.penalty
    assert sum(of_customer.values()) == before_tax == Decimal(invoice["net"])
    assert (invoice["total"], invoice["checks"]) == (str(bill.total), [])


@pytest.mark.parametrize("provider", ["softwareone", "i3dnet"])
async def test_the_lines_of_an_invoice_add_up_to_it(desk: Desk, provider: str) -> None:
    paper = _paper_with_lines(desk.stand, provider)
    invoice = await desk.ask(paper.number)
    assert [
        (line["description"], line["quantity"], line["unit_price"], line["total"])
        for line in invoice["lines"]
    ] == [
        (line.description, str(line.quantity), str(line.unit_price), str(line.total))
        for line in paper.lines
    ]
    totals = [Decimal(line["total"]) for line in invoice["lines"]]
    assert sum(totals) == paper.total == Decimal(invoice["total"])
    assert invoice["checks"] == []


def _long_bill(stand: Stand) -> Bill:
    """The newest bill; its customers take more than one reply."""
    bill = stand.world.bills()[-1]
    assert len(bill.customers) > 20
    return bill


def _paper_with_lines(stand: Stand, provider: str) -> Paper:
    """The newest invoice with more than one line."""
    papers = stand.world.papers(provider)
    return next(
        paper
        for paper in reversed(papers)
        if paper.sort == "invoice" and len(paper.lines) > 1
    )

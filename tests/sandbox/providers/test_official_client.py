"""SoftwareOne's own client, which nobody here wrote, reads our stand-in."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.sandbox.providers.conftest import Stand
from tests.witnesses import OFFICIAL

SESSION = Path(__file__).with_name("official_client.py")


@pytest.fixture(scope="module")
def interpreter() -> str:
    if not OFFICIAL.is_ready():
        pytest.skip(OFFICIAL.missing())
    return str(OFFICIAL.bin / "python")


async def test_it_reads_what_the_world_holds(stand: Stand, interpreter: str) -> None:
    base_url = f"{stand.http.base_url}/sim/softwareone".replace("//sim", "/sim")
    token = "idt:TKN-0001-0001:sandbox"
    process = await asyncio.create_subprocess_exec(
        interpreter,
        str(SESSION),
        base_url,
        token,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    read = json.loads(output)
    papers = stand.world.papers("softwareone")[::-1]
    invoices = [paper for paper in papers if paper.sort != "memo"]
    overdue = [paper for paper in invoices if paper.is_overdue(stand.world.today())]
    assert read == {
        "ids": [paper.id for paper in invoices],
        "by_sevens": [paper.id for paper in invoices],
        "overdue": [paper.id for paper in overdue],
        "of_blue_heron": len(invoices),
        "second": invoices[1].id,
        "lines": len(invoices[0].lines),
        "file_name": f"{invoices[0].id}.pdf",
        "file_begins": "%PDF-",
        "memos": [paper.id for paper in papers if paper.sort == "memo"],
        "not_there": [404, "Not Found"],
    }

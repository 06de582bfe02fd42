"""A client generated from i3D.net's OpenAPI text reads our stand-in.

It insists on arrays for details and on every required field, which proves both.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.providers.conftest import Stand
from tests.witnesses import GENERATOR

TEXT = Path(__file__).parents[2] / "samples" / "openapi" / "i3d-billing.openapi.json"
NAME = "generated_i3dnet_client"


@pytest.fixture(scope="module")
def billing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Generate the client and name its package of billing calls."""
    if not GENERATOR.is_ready():
        pytest.skip(GENERATOR.missing())
    folder = tmp_path_factory.mktemp("generated")
    command = str(GENERATOR.bin / GENERATOR.package)
    asked = ("generate", "--meta", "none", "--path", str(TEXT))
    subprocess.run(  # noqa: S603 - a command of an environment that we made
        [command, *asked, "--output-path", str(folder / NAME)],
        # It looks for the formatter that came with it.
        env={**os.environ, "PATH": f"{GENERATOR.bin}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        timeout=100,
    )
    sys.path.insert(0, str(folder))
    yield f"{NAME}.api.billing"
    sys.path.remove(str(folder))


@pytest.fixture
def client(stand: Stand, billing: str) -> Any:
    module: Any = import_module(f"{billing.partition('.')[0]}.client")
    return module.AuthenticatedClient(
        base_url=f"{str(stand.http.base_url).rstrip('/')}/sim/i3dnet",
        token="i3d-sandbox-key",
        prefix="",
        auth_header_name="PRIVATE-TOKEN",
    )


async def test_it_reads_the_list_in_ranges(
    stand: Stand, billing: str, client: Any
) -> None:
    call: Any = import_module(f"{billing}.get_account_invoices")
    ids: list[str] = []
    for start in range(0, 1000, 25):
        ranged = f"start={start},results=25"
        rows = await call.asyncio(client=client, ranged_data=ranged)
        ids += [row.id for row in rows]
        if len(rows) < 25:
            break
    assert ids == [paper.id for paper in stand.world.papers("i3dnet")][::-1]


async def test_it_filters_as_it_encodes_spaces(
    stand: Stand, billing: str, client: Any
) -> None:
    call: Any = import_module(f"{billing}.get_account_invoices")
    rows = await call.asyncio(client=client, filter_="Server rent")
    assert {row.description[:11] for row in rows} == {"Server rent"}
    assert stand.asked("i3dnet")[-1].query == "filter=Server+rent"


async def test_it_reads_details_by_id_and_by_number(
    stand: Stand, billing: str, client: Any
) -> None:
    by_id: Any = import_module(f"{billing}.get_account_invoice")
    by_number: Any = import_module(f"{billing}.get_account_invoice_number")
    for paper in stand.world.papers("i3dnet")[-12:]:
        (first,) = await by_id.asyncio(int(paper.id), client=client)
        (second,) = await by_number.asyncio(paper.number, client=client)
        assert first.to_dict() == second.to_dict()
        assert len(first.items) == len(paper.lines)
        assert abs(int(first.amount_inc_vat)) == paper.total * 100


async def test_it_reads_what_is_unpaid(stand: Stand, billing: str, client: Any) -> None:
    call: Any = import_module(f"{billing}.get_account_invoice_unpaids")
    rows = await call.asyncio(client=client)
    owed = [
        paper.id
        for paper in stand.world.papers("i3dnet")[::-1]
        if paper.sort == "invoice" and paper.balance > 0
    ]
    assert [row.id for row in rows] == owed


async def test_it_downloads_the_pdf(billing: str, client: Any) -> None:
    call: Any = import_module(f"{billing}.get_account_invoice_pdfs")
    answer = await call.asyncio_detailed(1001, client=client)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")

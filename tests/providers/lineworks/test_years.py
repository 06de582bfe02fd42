"""Older years, month by month: what was billed or issued in them, each once."""

from typing import Any

from providers.base import RawPage, Record, Yearly
from providers.lineworks import LineWorks
from providers.models import Invoice
from tests.providers.builders import lineworks, lw_row, read_all
from tests.providers.lineworks.test_checklist import billed
from tests.providers.stand_in import standing


def row(number: int, year: int, month: int, issued: str) -> dict[str, Any]:
    return lw_row(
        invoiceNo=number,
        invoiceYear=year,
        invoiceMonth=month,
        issuedTime=f"{issued}T00:00:00Z",
    )


ROWS = [
    row(1, 2018, 12, "2019-01-01"),
    row(2, 2019, 1, "2019-02-01"),
    row(3, 2019, 12, "2020-01-01"),
    row(4, 2020, 3, "2020-04-01"),
    row(5, 2021, 5, "2021-06-01"),
]


async def pages_of(provider: LineWorks, year: int) -> list[RawPage]:
    return [page async for page in provider.months(year)]


async def numbers(provider: LineWorks, pages: list[RawPage]) -> list[list[str]]:
    found = [await provider.read("invoices", page.documents) for page in pages]
    return [
        [each.invoice.number for each in month if isinstance(each, Record)]
        for month in found
    ]


async def test_a_year_has_twelve_months_and_what_was_issued_in_it_too() -> None:
    async with standing(billed(ROWS)) as stand_in:
        provider = lineworks(stand_in.url, since=2021)
        assert isinstance(provider, Yearly)
        found = await numbers(provider, await pages_of(provider, 2019))
        await provider.aclose()
    assert len(found) == 12
    assert found[0] == ["1", "2"]
    assert found[11] == ["3"]
    assert not any(found[1:11])


async def test_the_years_that_are_named_are_listed_and_covered() -> None:
    async def listed(**changes: Any) -> tuple[set[str], list[bool]]:
        async with standing(billed(ROWS)) as stand_in:
            provider = lineworks(stand_in.url, since=2021, **changes)
            rows: list[Invoice] = await read_all(provider)
            every = lineworks(stand_in.url, since=2018)
            covers = [provider.covers(each) for each in await read_all(every)]
            await provider.aclose()
            await every.aclose()
        return {each.number for each in rows}, covers

    assert await listed() == ({"5"}, [False, False, False, False, True])
    found, covers = await listed(years=(2019,))
    assert found == {"1", "2", "3", "5"}
    assert covers == [True, True, True, False, True]

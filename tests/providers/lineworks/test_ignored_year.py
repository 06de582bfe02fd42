"""A server that ignores the asked year is not trusted, and withdraws nothing."""

from typing import Any

import pytest
from aiohttp import web

from providers.errors import BadReplyError
from storage.store import Store
from tests.bot.flows.ledger import Desk
from tests.providers.builders import lineworks, lw_row, read_all
from tests.providers.lineworks.test_checklist import billed
from tests.providers.lineworks.test_years import ROWS, pages_of, row
from tests.providers.stand_in import Answer, json_answer, standing

BOTH = [
    row(1, 2021, 5, "2021-06-01"),
    row(2, 2021, 12, "2022-01-01"),
    row(3, 2022, 1, "2022-02-01"),
]


def ignoring(rows: list[dict[str, Any]]) -> Answer:
    """The same *rows* whatever year is asked."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if "details" in request.path:
            return json_answer({"invoiceDetails": []})
        return json_answer({"invoices": rows})

    return answer


@pytest.mark.parametrize("rows", [BOTH[:1], BOTH[2:], BOTH[:2]])
async def test_an_ignored_year_withdraws_nothing(
    store: Store, rows: list[dict[str, Any]]
) -> None:
    desk = Desk(store)
    async with standing(billed(BOTH)) as stand_in:
        provider = lineworks(stand_in.url)
        assert (await desk.sync(provider)).complete
        stand_in.answer = ignoring(rows)
        for _ in range(3):
            report = await desk.sync(provider)
            assert (report.ok, report.complete, report.withdrawn) == (False, False, 0)
            assert (report.error or "").endswith("; it ignores the asked year")
        stand_in.answer = billed(BOTH)
        report = await desk.sync(provider)
        assert (report.complete, report.issued, report.withdrawn) == (True, 0, 0)
        await provider.aclose()


async def test_lists_whose_years_cannot_be_told_must_differ() -> None:
    rows = [lw_row(invoiceNo=number, invoiceYear=20201) for number in (1, 2)]
    async with standing(ignoring(rows)) as stand_in:
        provider = lineworks(stand_in.url, since=2021)
        with pytest.raises(BadReplyError, match="same invoices for 2020 and 2022"):
            await read_all(provider)
        await provider.aclose()


async def test_an_older_year_must_be_of_that_year_too() -> None:
    async with standing(ignoring(ROWS)) as stand_in:
        provider = lineworks(stand_in.url, since=2021)
        with pytest.raises(BadReplyError, match="ignores the asked year"):
            await pages_of(provider, 2019)
        await provider.aclose()


async def test_a_december_may_come_with_either_year() -> None:
    december = row(2, 2021, 12, "2022-01-01")

    async def answer(request: web.Request) -> web.StreamResponse:
        is_near = request.query["year"] in {"2021", "2022"}
        if "details" in request.path:
            return json_answer({"invoiceDetails": []})
        return json_answer({"invoices": [december] if is_near else []})

    async with standing(answer) as stand_in:
        provider = lineworks(stand_in.url)
        assert [each.number for each in await read_all(provider)] == ["2"]
        await provider.aclose()

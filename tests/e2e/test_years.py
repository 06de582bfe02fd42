"""Years that were never read: loaded when somebody asks about them, once, in sight."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.answers.document import answer_document
from bot.answers.model import InvoiceList
from bot.queries.parse import parse_query
from bot.views.missing import trouble_lines
from sandbox.app import Running, start
from sandbox.world.deeds import do
from storage import events, outbox, years
from tests.e2e.desk import Desk, command, event, opened

ADMIN, CHANNEL = "U0AKIKO", "C0BILLING"
DETAILS = "invoice-details"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        yield sandbox


def tables(running: Running, since: int = 2026) -> dict[str, Any]:
    """A bot that reads LINE WORKS from a year on."""
    lineworks = {
        "provider": "lineworks",
        "base_url": f"{running.url}/sim/lineworks/v1.0",
        "since": since,
        "payment_terms": "30d",
        "auth": {"kind": "token", "token": "lw-sandbox-token"},
    }
    return {"connections": {"lw": lineworks}, "sync": {"every": "6h"}}


async def asked(desk: Desk, text: str, user: str = ADMIN) -> str:
    """Ask by a command, and take what is in the acknowledgement."""
    name, _, rest = text.partition(" ")
    body = command(name, rest)(desk, user, CHANNEL)
    body["response_url"] = desk.running.workspace.new_response_url(user, CHANNEL)
    said = json.loads(await desk.send(body))[0]
    return str(json.loads(said)["blocks"])


def replaced(running: Running) -> list[str]:
    """What came to the asker afterwards, oldest first."""
    return [
        str(each.blocks)
        for each in running.workspace.messages[CHANNEL]
        if each.only_for == ADMIN
    ]


def requests(desk: Desk) -> int:
    return desk.core.providers["lw"].requests


async def test_a_question_about_a_year_never_read_reads_it_once(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        assert {each.period for each in desk.invoices if each.period} >= {"2026-01"}
        assert not [each for each in desk.invoices if (each.period or "") < "2025-12"]
        news = desk.core.store.read(events.count_after, 0)
        said = await asked(desk, "/invoices 2022 8")
        assert "1 invoice" in said
        assert "Incomplete" not in said
        assert len([e for e in desk.invoices if (e.period or "")[:4] == "2022"]) == 12
        before = requests(desk)
        assert "12 invoices" in await asked(desk, "/invoices 2022")
        assert requests(desk) == before
        # The next syncs read it too, and it is no news.
        (report,) = await desk.core.syncer.sync(["lw"])
        assert (report.issued, report.amended, report.withdrawn) == (0, 0, 0)
        assert requests(desk) - before <= 8
        assert desk.core.store.read(events.count_after, 0) == news
        assert not desk.core.store.read(outbox.counts)
        await desk.core.syncer.sync(["lw"])
        assert len([e for e in desk.invoices if (e.period or "")[:4] == "2022"]) == 12


async def test_what_happens_to_an_older_year_is_news_once_it_is_read(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        await asked(desk, "/invoices 2022")
        bill = next(b for b in running.world.bills() if (b.year, b.month) == (2022, 3))
        bill.customers[0].items[0].amount += 1000
        (report,) = await desk.core.syncer.sync(["lw"])
        assert (report.issued, report.amended) == (0, 1)
        do(running.world, "issue", provider="lineworks")
        (report,) = await desk.core.syncer.sync(["lw"])
        assert (report.issued, report.amended) == (1, 0)


async def test_the_message_says_how_far_it_is_and_then_becomes_the_answer(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        running.faults.set("lineworks", "slow", method=DETAILS, seconds=0.25)
        asking = asyncio.create_task(asked(desk, "/invoices 2022"))
        shown: list[str] = []
        while not asking.done():
            shown += [each for each in replaced(running) if each not in shown]
            await asyncio.sleep(0.02)
        assert "Reading 2022 from LINE WORKS… 2 of 12 months" in await asking
        assert "of 12 months" in shown[0]
        last = replaced(running)[-1]
        assert "12 invoices" in last
        assert "Reading 2022" not in last


async def test_a_direct_message_is_answered_in_place(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        running.faults.set("lineworks", "slow", method=DETAILS, seconds=0.1)
        running.workspace.direct(ADMIN)
        await desk.send(event("message", "invoices 2022")(desk, ADMIN, "D0AKIKO"))
        calls = running.workspace.calls
        (post,) = [c for c in calls if c["method"] == "chat.postMessage"]
        assert "Reading 2022 from LINE WORKS…" in post["args"]["text"]
        last = [c for c in calls if c["method"] == "chat.update"][-1]
        assert "Invoices: 12." in last["args"]["text"]


async def test_two_who_ask_at_once_read_it_once(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        before = requests(desk)
        await asyncio.gather(
            asked(desk, "/invoices 2022"), asked(desk, "/invoices 2022 8", "U0LENA")
        )
        # Three lists around the year, and two pages of each month's breakdown, with
        # that of the December before, which was issued in January.
        assert requests(desk) - before == 3 + 2 * 13


async def test_a_failure_half_way_is_said_and_a_restart_goes_on_from_there(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        running.faults.set("lineworks", "slow", method=DETAILS, seconds=0.1)
        asking = asyncio.create_task(asked(desk, "/invoices 2022"))
        while len(_of_2022(desk)) < 4:  # noqa: ASYNC110 - the bot offers no event
            await asyncio.sleep(0.02)
        running.faults.set("lineworks", "html", method=DETAILS)
        said = [await asking, *replaced(running)][-1]
        assert "2022 of LINE WORKS could not be read" in said
        assert "Ask again" in said
        got = len(_of_2022(desk))
        assert 4 <= got < 12
        assert desk.core.store.read(years.loaded) == {}
        # A sync in between leaves what came as it is, and tells nothing of it.
        (report,) = await desk.core.syncer.sync(["lw"])
        assert (report.issued, report.withdrawn) == (0, 0)
        await desk.core.syncer.sync(["lw"])
        assert len(_of_2022(desk)) == got
    running.faults.clear()
    async with opened(tmp_path, running, **tables(running)) as desk:
        before = requests(desk)
        assert "12 invoices" in await asked(desk, "/invoices 2022")
        assert requests(desk) - before == 3 + 2 * (12 - got)
        assert desk.core.store.read(years.loaded) == {"lw": (2022,)}
        assert not desk.core.store.read(outbox.counts)


def _of_2022(desk: Desk) -> list[str]:
    return [e.number for e in desk.invoices if (e.period or "").startswith("2022")]


async def test_an_admin_loads_years_and_others_are_told_who_can(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        refused = await asked(desk, "/invoices settings backfill 2023", "U0LENA")
        assert "only admins" in refused
        assert desk.core.store.read(years.loaded) == {}
        await asked(desk, "/invoices settings backfill 2023")
        assert desk.core.store.read(years.loaded) == {"lw": (2023, 2024, 2025)}
        assert "36 invoices" in await asked(desk, "/invoices 2023..2025")
        again = await asked(desk, "/invoices settings backfill 2023 lw")
        assert "read already" in again
        shown = await asked(desk, "/invoices settings")
        assert "LINE WORKS is read from: *2026, 2023, 2024, 2025*" in shown


async def test_a_question_without_a_beginning_reads_nothing_and_says_so(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        before = requests(desk)
        said = await asked(desk, "/invoices until 2025-06")
        assert "LINE WORKS is read from 2026 on" in said
        assert "/invoices 2025" in said
        assert requests(desk) == before


async def test_a_year_that_nobody_has_is_refused_and_none_is_read(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        before = requests(desk)
        said = await asked(desk, "/invoices 1998")
        assert "The oldest invoice I have is from" in said
        assert "/invoices settings backfill" in said
        assert requests(desk) == before


async def test_an_earlier_year_in_the_file_is_no_news_either(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        news = desk.core.store.read(events.count_after, 0)
    async with opened(tmp_path, running, **tables(running, since=2024)) as desk:
        assert [e for e in desk.invoices if (e.period or "")[:4] == "2024"]
        assert desk.core.store.read(events.count_after, 0) == news
        do(running.world, "issue", provider="lineworks")
        (report,) = await desk.core.syncer.sync(["lw"])
        assert report.issued == 1


async def test_a_year_that_nobody_reads_is_named_in_words_and_in_json(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running, **tables(running)) as desk:
        questions, question = desk.core.questions, "/invoices 2022"
        query = parse_query(question, context=questions.context())
        setting = desk.core.setting()

        def said() -> tuple[list[str], list[dict[str, str]]]:
            answer = questions.answer(query)
            assert isinstance(answer, InvoiceList)
            return (
                trouble_lines(answer.freshness, now=setting.now, zone=setting.zone),
                answer_document(question, answer)["problems"],
            )

        lines, problems = said()
        missing = "2022 of LINE WORKS has not been read yet"
        assert lines == [f"*Incomplete:* {missing}; nothing of it is here."]
        assert problems == [{"connection": "lw", "problem": missing}]
        assert not questions.is_loading(query)
        assert "12 invoices" in await asked(desk, question)
        assert said() == ([], [])

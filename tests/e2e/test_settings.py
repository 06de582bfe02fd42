"""Settings that admins make in Slack, and what a channel sees by them."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import opened_core
from bot.views import ids
from sandbox.app import Running, start
from sandbox.slack.installation import BOT_USER
from sandbox.world.deeds import do
from storage import events, outbox, preferences
from tests.e2e.desk import Desk, command, event, opened, press
from tests.e2e.inside import configured

ADMIN, OTHER, CHANNEL = "U0AKIKO", "U0LENA", "C0BILLING"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        yield sandbox


async def typed(desk: Desk, text: str, user: str = ADMIN) -> str:
    """Type `/invoices settings …` in the channel."""
    return await desk.send(
        command("/invoices", f"settings {text}".strip())(desk, user, CHANNEL)
    )


async def asked(desk: Desk, text: str, user: str = ADMIN) -> str:
    name, _, rest = text.partition(" ")
    return await desk.send(command(name, rest)(desk, user, CHANNEL))


async def mentioned(desk: Desk, text: str) -> dict[str, Any]:
    """Mention the bot; return the message that everybody sees."""
    calls = desk.running.workspace.calls
    before = len(calls)
    await desk.send(event("app_mention", f"<@{BOT_USER}> {text}")(desk, ADMIN, CHANNEL))
    (post,) = [c for c in calls[before:] if c["method"] == "chat.postMessage"]
    message: dict[str, Any] = post["args"]
    return message


async def test_only_admins_see_and_change_settings(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        for text in ("", "date-order dmy", "privacy counts", "terms i3d net30"):
            said = await typed(desk, text, OTHER)
            assert "only admins" in said
            assert "admins of this Slack workspace" in said
        assert desk.core.store.read(preferences.every) == ()
        shown = await typed(desk, "")
        assert "dates such as 03/04 are: *asked*" in shown
        assert "the fiscal year begins in: *January*" in shown
    named: dict[str, Any] = {"access": {"admins": [OTHER]}}
    async with opened(tmp_path, running, **named) as desk:
        said = await typed(desk, "date-order dmy", OTHER)
        assert "3 April (dmy)" in said
        (kept,) = desk.core.store.read(preferences.every)
        assert (kept.key, kept.value, kept.set_by) == ("date-order", "dmy", OTHER)
        assert f"set in Slack by <@{OTHER}>" in await typed(desk, "")


async def test_a_setting_changes_how_questions_are_read_in_every_process(
    running: Running, tmp_path: Path
) -> None:
    file: dict[str, Any] = {"bot": {"fiscal_year_start": 4, "date_order": "mdy"}}
    async with opened(tmp_path, running, **file) as desk:
        assert "4 Mar 2026" in await asked(desk, "/invoices issued:03/04/2026")
        await typed(desk, "date-order dmy")
        assert "3 Apr 2026" in await asked(desk, "/invoices issued:03/04/2026")
        await typed(desk, "fiscal-year july")
        await typed(desk, 'number-format "1.234,56"')
        settings = configured(running.url, tmp_path, **file)
        async with opened_core(settings) as other:
            context = other.questions.context()
            assert context.date_order == "dmy"
            assert context.fiscal_year_start == 7
            assert context.number_format == "1.234,56"
        shown = await typed(desk, "")
        assert "over the configuration file" in shown
        said = await typed(desk, "date-order default")
        assert "4 March (mdy)" in said
        assert "4 Mar 2026" in await asked(desk, "/invoices issued:03/04/2026")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date-order ymd", "03/04 is 3 April"),
        ("number-format 1234", "how you write one"),
        ("fiscal-year smarch", "the month in which your fiscal year begins"),
        ("terms net30", "one connection"),
        ("terms i3d net900", "one connection"),
        ("privacy some", "only how many"),
        ("terms i3d net30 in <#C0BILLING|billing>", "Only `privacy` is set"),
        ("colour blue", "There is no setting `colour`"),
        ("date-ordr dmy", "Closest: `date-order`"),
    ],
)
async def test_what_cannot_be_set_says_what_can(
    running: Running, tmp_path: Path, text: str, said: str
) -> None:
    async with opened(tmp_path, running) as desk:
        answer = await typed(desk, text)
        assert said in answer
        assert "/invoices settings" in answer
        assert desk.core.store.read(preferences.every) == ()


async def test_a_channel_of_counts_gets_counts_and_the_asker_the_rest(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        hidden = desk.hidden()
        whole = json.dumps(await mentioned(desk, "unpaid"))
        assert [each for each in hidden if each in whole]
        await typed(desk, f"privacy counts in <#{CHANNEL}|billing>")
        message = await mentioned(desk, "unpaid")
        said = json.dumps(message)
        assert f"Amounts are not shown in <#{CHANNEL}> (rule: counts only)" in said
        assert not [each for each in hidden if each in said]
        # What only the asker sees is whole, and says what others would see.
        private = await asked(desk, "/unpaid")
        assert [each for each in hidden if each in private]
        assert "Only you see this. Amounts are not shown" in private

        body = press(ids.SEND_PRIVATELY)(desk, OTHER, CHANNEL)
        body["actions"][0]["value"] = _value(message, ids.SEND_PRIVATELY)
        calls = desk.running.workspace.calls
        before = len(calls)
        await desk.send(body)
        posts = [c for c in calls[before:] if c["method"] == "chat.postMessage"]
        assert [c["args"]["channel"] for c in posts] == ["D0LENA"]
        assert [each for each in hidden if each in json.dumps(posts)]


async def test_an_answer_of_counts_is_read_again_in_place(
    running: Running, tmp_path: Path
) -> None:
    rule: dict[str, Any] = {"privacy": {"default": "counts"}}
    async with opened(tmp_path, running, **rule) as desk:
        message = await mentioned(desk, "unpaid")
        before = desk.core.providers["i3d"].requests
        do(running.world, "issue", provider="i3dnet")
        hidden = desk.hidden()
        body = press(ids.WITHHELD_REFRESH)(desk, OTHER, CHANNEL)
        body["actions"][0]["value"] = _value(message, ids.WITHHELD_REFRESH)
        said = await desk.send(body)
        assert desk.core.providers["i3d"].requests > before
        assert "rule: counts only" in said
        assert not [each for each in hidden | desk.hidden() if each in said]
        counts = re.search(r"(\d+) unpaid", message["text"])
        again = re.search(r"(\d+) unpaid", said)
        assert counts is not None
        assert again is not None
        assert int(again[1]) == int(counts[1]) + 1


async def test_no_file_goes_into_a_channel_that_may_not_see_it(
    running: Running, tmp_path: Path
) -> None:
    rule: dict[str, Any] = {"privacy": {"channels": {CHANNEL: "no_names"}}}
    async with opened(tmp_path, running, **rule) as desk:
        for action in (ids.ANSWER_CSV, ids.ANSWER_XLSX, ids.ANSWER_PDFS):
            said = await desk.send(press(action)(desk, ADMIN, CHANNEL))
            assert "Files are not put there either" in said
            assert "Send me the details privately" in said
        names = [each["method"] for each in running.workspace.calls]
        assert "files.getUploadURLExternal" not in names


async def test_terms_move_due_dates_at_once_and_tell_no_news(
    running: Running, tmp_path: Path
) -> None:
    lineworks = {
        "provider": "lineworks",
        "base_url": f"{running.url}/sim/lineworks/v1.0",
        "since": 2025,
        "auth": {"kind": "token", "token": "lw-sandbox-token"},
    }
    tables: dict[str, Any] = {"connections": {"lw": lineworks}, "sync": {"every": "6h"}}
    do(running.world, "issue", provider="lineworks")
    later = running.world.now() + timedelta(days=10)
    async with opened(tmp_path, running, now=lambda: later, **tables) as desk:
        assert {one.due_on for one in desk.invoices} == {None}
        said = await asked(desk, "/overdue lw")
        assert (
            "LINE WORKS does not give due dates and no payment term is set, so I "
            "cannot say what is overdue. Unpaid: 1 invoice." in said
        )
        assert "/invoices settings terms lw net30" in said
        assert "Show unpaid" in said
        requests = desk.core.providers["lw"].requests
        said = await typed(desk, "terms lw net5")
        assert "5 days (assumed)" in said
        assert "not told as news" in said
        assert desk.core.providers["lw"].requests == requests
        for one in desk.invoices:
            assert one.issued_on is not None
            assert one.due_on == one.issued_on + timedelta(days=5)
            assert one.due_basis == "terms"
        assert "days late (assumed)" in await asked(desk, "/overdue lw")
        before = desk.core.store.read(events.count_after, 0)
        (report,) = await desk.core.syncer.sync(["lw"])
        assert report.complete
        assert (report.issued, report.amended) == (0, 0)
        assert desk.core.store.read(events.count_after, 0) == before
        assert not desk.core.store.read(outbox.counts)
        await typed(desk, "terms lw none")
        assert {one.due_on for one in desk.invoices} == {None}
        await desk.core.syncer.sync(["lw"])
        assert {one.due_on for one in desk.invoices} == {None}


def _value(message: dict[str, Any], action: str) -> str:
    (found,) = [
        element["value"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == action
    ]
    return str(found)

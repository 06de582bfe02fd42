"""A workspace that takes no chart block: who asks for a chart gets a picture of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.flows.document import Missing, Thread
from bot.flows.picture import ON_ITS_WAY
from bot.views import ids
from bot.views.ids import AnswerRef
from sandbox.app import Running, start
from sandbox.slack.installation import BOT_USER
from sandbox.slack.messages import File, Message
from tests.e2e.desk import Desk, command, event, opened, press, submit
from tests.storage.made import invoice, keep

#: matplotlib says so of every letter that no typeface has.
pytestmark = pytest.mark.filterwarnings("error:Glyph")

USER, OTHER, CHANNEL, DIRECT = "U0AKIKO", "U0LENA", "C0BILLING", "D0AKIKO"
CHART = "data_visualization"
QUESTION = "invoices all by seller as chart"
COMMAND = f"/{QUESTION}"
NAMES = ("株式会社青鷺ホテル", "주식회사 푸른왜가리", "上海蓝鹭酒店有限公司")
STEP = "files.completeUploadExternal"


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(paced=False) as sandbox:
        sandbox.workspace.refused_blocks = frozenset({CHART})
        yield sandbox


async def knows(desk: Desk) -> None:
    """Let the bot find out what is refused; there are names of East Asia to draw."""
    slack = desk.services.slack
    await slack.abilities.find_out(slack.takes)
    assert CHART in slack.abilities.refused
    await named(desk)


async def named(desk: Desk) -> None:
    sellers = [
        invoice(
            f"e{place}",
            counterparty=name,
            total=f"{900_000 + place}.50",
            balance=f"{900_000 + place}.50",
            issued_on=desk.core.today() - timedelta(days=40),
        )
        for place, name in enumerate(NAMES)
    ]
    await desk.core.store.run(keep, sellers)


def shared(desk: Desk) -> list[tuple[Message, File]]:
    """Every file that stands in a message."""
    return [
        (message, file)
        for messages in desk.running.workspace.messages.values()
        for message in messages
        for file in message.files
    ]


def opened_picture(file: File) -> Image.Image:
    assert file.content is not None
    image = Image.open(BytesIO(file.content))
    image.load()
    assert (image.format, file.mimetype) == ("PNG", "image/png")
    assert image.width == 1296
    assert 500 < image.height < 2600
    assert len(file.content) < 1_000_000
    return image


async def typed(desk: Desk, text: str = COMMAND, user: str = USER) -> str:
    """Type a command where Slack gives an address for what comes later."""
    name, _, rest = text.partition(" ")
    url = desk.running.workspace.new_response_url(user, CHANNEL)
    return await desk.send(
        command(name, rest)(desk, user, CHANNEL) | {"response_url": url}
    )


async def mentioned(
    desk: Desk, text: str = QUESTION, *, thread: str = "", user: str = USER
) -> tuple[str, str]:
    """Mention the bot; return the thread of the answer, and all that is sent."""
    workspace = desk.running.workspace
    said = Message(channel=CHANNEL, ts=workspace.new_ts(), user=user, text=text)
    said.thread_ts = thread or None
    workspace.store(said)
    body = event("app_mention", f"<@{BOT_USER}> {text}")(desk, user, CHANNEL)
    body["event"]["ts"] = said.ts
    if thread:
        body["event"]["thread_ts"] = thread
    return thread or said.ts, await desk.send(body)


def pressed(desk: Desk, action: str, text: str = COMMAND, **changes: Any) -> Any:
    """Somebody presses a button of an answer in the channel."""
    body = press(action)(desk, USER, CHANNEL)
    body["actions"][0]["value"] = AnswerRef(command=text).model_dump_json()
    workspace = desk.running.workspace
    body["response_url"] = workspace.new_response_url(USER, CHANNEL)
    body["container"] |= changes
    return body


async def test_a_mention_gets_it_in_its_thread_with_what_it_shows(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        thread, sent = await mentioned(desk)
        ((message, file),) = shared(desk)
        assert (message.channel, message.thread_ts) == (CHANNEL, thread)
        opened_picture(file)
        assert file.name.endswith(".png")
        # The answer has the table and the takeaway; the picture says it again.
        (answer,) = [
            each for each in running.workspace.messages[CHANNEL] if each.blocks
        ]
        kinds = {block["type"] for block in answer.blocks}
        assert "data_table" in kinds
        assert CHART not in kinds
        most = f"most: {NAMES[2]}, 900,002.50"
        assert most in json.dumps(answer.blocks, ensure_ascii=False)
        assert most in message.text
        assert f"*EUR* · {most}" in sent
        assert (
            f"Invoices by seller, EUR: Total in EUR, as bars; {most}" in file.alt_text
        )


async def test_the_same_picture_comes_once_in_a_thread(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        thread, _ = await mentioned(desk)
        _, sent = await mentioned(desk, thread=thread)
        assert len(shared(desk)) == 1
        assert "already in this thread, with the same figures" in sent
        assert shared(desk)[0][1].id in sent  # the address of the first
        await desk.core.store.run(keep, [invoice("e9", counterparty=NAMES[0])])
        await mentioned(desk, thread=thread)
        assert len(shared(desk)) == 2  # other figures are another picture


async def test_two_at_once_are_one(running: Running, tmp_path: Path) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        pictures = desk.services.pictures
        picture = await pictures.draw(AnswerRef(command=COMMAND))
        assert picture is not None
        parent = Message(channel=CHANNEL, ts=running.workspace.new_ts(), text="x")
        running.workspace.store(parent)
        thread = Thread(CHANNEL, parent.ts)
        said = await asyncio.gather(*(pictures.put(picture, thread) for _ in "12"))
        assert said == [None, Missing(ON_ITS_WAY)]
        assert len(shared(desk)) == 1


async def test_a_direct_message_gets_it_below_the_answer(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        assert running.workspace.direct(USER).id == DIRECT
        await desk.send(event("message", QUESTION)(desk, USER, DIRECT))
        ((message, file),) = shared(desk)
        (answer,) = [each for each in running.workspace.messages[DIRECT] if each.blocks]
        assert (message.channel, message.thread_ts) == (DIRECT, answer.ts)
        opened_picture(file)


async def test_asked_for_privately_it_comes_into_the_direct_message(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        said = await typed(desk)
        ((message, file),) = shared(desk)
        assert message.channel == DIRECT
        assert message.thread_ts is not None
        opened_picture(file)
        assert "so the chart is a picture in our direct message" in said
        again = await typed(desk)
        assert len(shared(desk)) == 1
        assert "already in our direct message, with the same figures" in again
        await typed(desk, user=OTHER)
        assert [each.channel for each, _ in shared(desk)] == [DIRECT, "D0LENA"]


async def test_it_is_drawn_as_the_asker_writes_numbers(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        await typed(desk, user=OTHER)  # Lena writes as the Dutch do
        ((message, file),) = shared(desk)
        assert "900.002,50" in message.text
        assert "900.002,50" in file.alt_text


async def test_where_nobody_knows_the_answer_is_drawn_anew_before_it_is_decided(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        """Answer as a Slack that does not know `blocks.validate`."""

    monkeypatch.setattr("bot.slack.Slack.takes", silent)
    async with opened(tmp_path, running) as desk:
        await named(desk)
        await typed(desk)
        assert CHART in desk.services.slack.abilities.refused
        assert len(shared(desk)) == 1


async def test_a_workspace_that_draws_charts_gets_no_picture(
    running: Running, tmp_path: Path
) -> None:
    running.workspace.refused_blocks = frozenset()
    async with opened(tmp_path, running) as desk:
        await named(desk)
        _, sent = await mentioned(desk)
        assert f'"{CHART}"' in sent.replace("'", '"'), "the chart is in the answer"
        await typed(desk)
        assert shared(desk) == []


async def test_a_button_that_leads_to_a_chart_brings_it_once(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        bodies = [pressed(desk, ids.RUN_COMMAND, is_ephemeral=True) for _ in "12"]
        await asyncio.gather(*map(desk.send, bodies))
        assert [each.channel for each, _ in shared(desk)] == [DIRECT]
        # An answer without a chart that is asked for has none.
        await desk.send(pressed(desk, ids.RUN_COMMAND, "/invoices all by seller"))
        assert len(shared(desk)) == 1


async def test_a_shared_answer_gets_it_in_its_thread(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        body = pressed(desk, ids.ANSWER_SHARE, is_ephemeral=True)
        await desk.send(body)
        ((message, file),) = shared(desk)
        (answer,) = [
            each for each in running.workspace.messages[CHANNEL] if each.blocks
        ]
        assert (message.channel, message.thread_ts) == (CHANNEL, answer.ts)
        opened_picture(file)
        body["actions"][0]["action_ts"] = "2.0"
        assert "already shared here" in await desk.send(body)
        assert len(shared(desk)) == 1


async def test_an_answer_posted_from_a_window_gets_it_in_its_thread(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        body = submit(ids.ANSWER_VIEW)(desk, USER, CHANNEL)
        body["view"]["private_metadata"] = AnswerRef(command=COMMAND).model_dump_json()
        await desk.send(body)
        ((message, _),) = shared(desk)
        (answer,) = [
            each for each in running.workspace.messages[CHANNEL] if each.blocks
        ]
        assert (message.channel, message.thread_ts) == (CHANNEL, answer.ts)


@pytest.mark.parametrize("user", ["U0GUEST", "U0OUTER", "U0NOBODY"])
async def test_who_may_not_ask_gets_none(
    running: Running, tmp_path: Path, user: str
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        sent = await desk.send(command("/invoices", QUESTION[9:])(desk, user, CHANNEL))
        sent += (await mentioned(desk, user=user))[1]
        for action in (ids.RUN_COMMAND, ids.ANSWER_SHARE):
            body = pressed(desk, action, is_ephemeral=True)
            body["user"]["id"] = user
            sent += await desk.send(body)
        assert shared(desk) == []
        assert running.workspace.files == {}
        assert "900,002.50" not in sent


@pytest.mark.parametrize("level", ["counts", "no_names"])
async def test_a_channel_that_does_not_see_everything_gets_none(
    running: Running, tmp_path: Path, level: str
) -> None:
    async with opened(tmp_path, running, privacy={"default": level}) as desk:
        await knows(desk)
        _, sent = await mentioned(desk)
        sent += await desk.send(pressed(desk, ids.ANSWER_SHARE, is_ephemeral=True))
        assert "picture" not in sent  # nor is there talk of one
        assert shared(desk) == []
        assert running.workspace.files == {}
        # Whoever has the details sent gets the chart with them.
        (message, *_) = [
            each for each in running.workspace.messages[CHANNEL] if each.blocks
        ]
        (value,) = [
            element["value"]
            for block in message.blocks
            for element in block.get("elements", ())
            if element.get("action_id", "").startswith(ids.SEND_PRIVATELY)
        ]
        body = pressed(desk, ids.SEND_PRIVATELY)
        body["actions"][0]["value"] = value
        await desk.send(body)
        ((found, _),) = shared(desk)
        assert found.channel == DIRECT


async def test_an_upload_that_fails_is_said_and_may_be_asked_for_again(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        running.faults.set("slack", "down", method="files.getUploadURLExternal")
        thread, sent = await mentioned(desk)
        assert "The picture of the chart did not work: Slack could not" in sent
        assert shared(desk) == []
        running.faults.clear()
        await mentioned(desk, thread=thread)
        assert len(shared(desk)) == 1


async def test_a_share_whose_answer_is_lost_is_not_doubled(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        running.faults.set("slack", "drop_after", count=1, method=STEP)
        thread, _ = await mentioned(desk)
        assert any(each["method"] == STEP for each in running.workspace.calls)
        assert len(shared(desk)) == 1
        await mentioned(desk, thread=thread)
        assert len(shared(desk)) == 1


async def test_a_picture_that_cannot_be_drawn_is_said(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> bytes:
        raise MemoryError

    async with opened(tmp_path, running) as desk:
        await knows(desk)
        monkeypatch.setattr("bot.flows.picture._drawn", broken)
        _, sent = await mentioned(desk)
        assert "Something went wrong inside Duebot" in sent
        assert "data_table" in sent  # the answer itself is there
        assert shared(desk) == []


async def test_a_question_without_invoices_has_no_picture(
    running: Running, tmp_path: Path
) -> None:
    async with opened(tmp_path, running) as desk:
        await knows(desk)
        _, sent = await mentioned(
            desk, "invoices all over 99999999 eur by month as chart"
        )
        assert "0 invoices for" in sent
        assert shared(desk) == []


async def test_the_picture_shows_what_the_block_would(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its panels are the charts that another workspace is sent."""
    running.workspace.refused_blocks = frozenset()
    panels: list[Any] = []

    def kept(made: list[Any]) -> bytes:
        panels.extend(made)
        return b"a picture"

    monkeypatch.setattr("bot.exports.picture.to_png", kept)
    async with opened(tmp_path, running) as desk:
        await named(desk)
        await mentioned(desk)
        await desk.services.pictures.draw(AnswerRef(command=COMMAND))
        (answer,) = [
            each for each in running.workspace.messages[CHANNEL] if each.blocks
        ]
        charts = [each for each in answer.blocks if each["type"] == CHART]
        assert len(panels) == len(charts) > 0
        for panel, chart in zip(panels, charts, strict=True):
            (series,) = chart["chart"]["series"]
            axes = chart["chart"]["axis_config"]
            assert panel.title == chart["title"]
            assert panel.currency == series["name"]
            assert list(panel.labels) == axes["categories"]
            assert panel.x_label == axes["x_label"]
            assert panel.y_label == axes["y_label"]
            values = [Decimal(str(point["value"])) for point in series["data"]]
            assert list(panel.amounts) == values

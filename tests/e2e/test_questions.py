"""Questions asked in the sandbox's Slack, answered by a real bot process."""

import csv
import io
import re
import time
from functools import partial

import openpyxl
import pytest

from sandbox.person import Person
from tests.e2e.conftest import Bots, Sandbox, ready, until


@pytest.fixture(params=["socket", "http"])
async def bot(request: pytest.FixtureRequest, bots: Bots, akiko: Person) -> Bots:
    """A bot that is ready, by either of Slack's transports."""
    bots.configure(transport=request.param)
    bots.start()
    if request.param == "http":
        await akiko.post("request_url", url=f"{bots.url}/slack/events")
    await ready(bots, akiko)
    return bots


async def last_answer(person: Person) -> dict[str, object]:
    """The newest of the messages that only this person sees."""
    return [one for one in await person.answers() if one["ephemeral"]][-1]


async def test_a_month_is_answered_shared_and_its_pdf_comes_into_the_thread(
    bot: Bots, akiko: Person
) -> None:
    assert (await akiko.command("/invoices", "2021 8"))["ok"], bot.logs()
    answer = await last_answer(akiko)
    assert answer["ephemeral"]
    assert "August 2021 · all connections" in str(answer["blocks"])
    for currency in ("JPY", "EUR", "USD"):
        assert f"*{currency}*" in str(answer["blocks"])

    await akiko.click(answer, "Share here")

    async def shared() -> list[dict[str, object]]:
        return [
            one
            for one in await akiko.answers()
            if not one["ephemeral"] and "August 2021" in str(one["blocks"])
        ]

    (message,) = await until(shared, what="sharing")
    await akiko.click(message, "PDF of all")

    async def documents() -> list[dict[str, object]]:
        return [
            file
            for reply in (await akiko.thread(message))[1:]
            for file in reply["files"]
        ]

    files = await until(documents, what=f"the PDF; {bot.logs()[-3000:]}")
    assert {file["mimetype"] for file in files} == {"application/pdf"}
    for file in files:
        assert (await akiko.download(file)).startswith(b"%PDF-")


async def test_what_slack_did_not_take_can_be_shared_again(
    bot: Bots, akiko: Person
) -> None:
    await akiko.command("/unpaid", "")
    answer = await last_answer(akiko)
    await akiko.post(
        "faults", target="slack", kind="busy", method="chat.postMessage", count=1
    )
    await akiko.click(answer, "Share here")

    async def told() -> list[dict[str, object]]:
        return [one for one in await akiko.answers() if "Slack" in str(one["text"])]

    await until(told, what="why it was not shared")
    await akiko.click(answer, "Share here")

    async def shared() -> list[dict[str, object]]:
        return [
            one
            for one in await akiko.answers()
            if not one["ephemeral"] and "Unpaid invoices" in str(one["text"])
        ]

    assert await until(shared, what=f"sharing; {bot.logs()[-3000:]}")


async def test_sharing_twice_posts_once(bot: Bots, akiko: Person) -> None:
    await akiko.command("/unpaid", "")
    answer = await last_answer(akiko)
    await akiko.click(answer, "Share here")
    await akiko.click(answer, "Share here")

    async def told() -> bool:
        return any(
            "already shared" in str(one["text"]) for one in await akiko.answers()
        )

    await until(told, what="the note")
    posts = [
        call
        for call in await akiko.calls("chat.postMessage")
        if "Unpaid invoices" in str(call["args"].get("text"))
    ]
    assert len(posts) == 1, bot.logs()


async def test_what_one_person_sees_is_written_as_they_write(
    bot: Bots, sandbox: Sandbox
) -> None:
    """Lena's Slack is Dutch: 1.234,50 for her alone, 1,234.50 where all read it."""
    async with sandbox.person("U0LENA") as lena:
        assert (await lena.command("/invoices", "2021 8 swo"))["ok"], bot.logs()
        answer = await last_answer(lena)
        amounts = re.findall(r"total ([\d.,]+)", str(answer["blocks"]))
        assert amounts
        assert all(re.fullmatch(r"\d{1,3}(\.\d{3})*,\d\d", one) for one in amounts)
        assert re.search(r"\d+ aug 2021", str(answer["blocks"]))
        await lena.click(answer, "Share here")

        async def shared() -> list[dict[str, object]]:
            return [
                one
                for one in await lena.answers()
                if not one["ephemeral"] and "August 2021" in str(one["blocks"])
            ]

        (message,) = await until(shared, what="sharing")
        assert re.search(r"total \d{1,3}(,\d{3})*\.\d\d", str(message["blocks"]))
        assert re.search(r"\d+ Aug 2021", str(message["blocks"]))


async def test_everybody_else_sees_nothing_of_an_answer(
    bot: Bots, akiko: Person, sandbox: Sandbox
) -> None:
    await akiko.command("/unpaid", "")
    async with sandbox.person("U0LENA") as lena:
        assert not any(one["command"] for one in await lena.messages()), bot.logs()
        assert not any("Unpaid" in one["text"] for one in await lena.messages())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2021 13", "no month 13"),
        ("1998", "oldest"),
        ("2021 agust", "agust"),
        ("2021 8 softwareon", "softwareon"),
        ("2021 8 blahblah", "blahblah"),
    ],
)
async def test_what_is_not_understood_is_named_with_a_command_that_works(
    bots: Bots, akiko: Person, text: str, said: str
) -> None:
    bots.start()
    await ready(bots, akiko)
    await akiko.command("/invoices", text)
    answer = await last_answer(akiko)
    assert said in str(answer["text"])
    await akiko.click(answer, "run_command:1")

    async def ran() -> bool:
        return "read " in str((await last_answer(akiko))["blocks"])

    await until(ran, what=f"the corrected command; {(await last_answer(akiko))}")


async def test_people_without_rights_get_a_reason_and_no_figure(
    bots: Bots, sandbox: Sandbox, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    cases = [
        ("U0GUEST", "C0BILLING", "guests"),
        ("U0OUTER", "C0PARTNER", "this workspace"),
        ("U0AKIKO", "C0PARTNER", "shared with another organisation"),
    ]
    for user, channel, reason in cases:
        async with sandbox.person(user, channel) as person:
            await person.command("/unpaid", "")
            answer = await last_answer(person)
            assert reason in str(answer["text"])
            assert "EUR" not in str(answer)


async def test_what_a_mention_gets_in_private_is_seen_outside_a_thread_not_begun(
    bots: Bots, sandbox: Sandbox, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    async with sandbox.person("U0GUEST", "C0BILLING") as guest:
        await guest.say("@duebot unpaid")

        async def told() -> list[dict[str, object]]:
            return [one for one in await guest.answers() if one["ephemeral"]]

        (reason,) = await until(told, what=f"the reason; {bots.logs()[-3000:]}")
        assert "guests" in str(reason["text"])
        assert not reason.get("thread_ts")


async def test_mentions_are_answered_in_their_thread_and_once(
    bot: Bots, akiko: Person
) -> None:
    ts = await akiko.say("@duebot how much do we still owe i3D?")

    async def replied() -> list[dict[str, object]]:
        return list((await akiko.thread(ts))[1:])

    replies = await until(replied, what=f"the answer; {bot.logs()[-3000:]}")
    assert "Unpaid invoices · i3d" in str(replies[0]["blocks"])
    await akiko.post("replay", last=1)
    await akiko.say("unpaid", channel=akiko.direct)

    async def direct() -> list[dict[str, object]]:
        return await akiko.answers(akiko.direct)

    await until(direct, what="the answer in the direct message")

    async def noticed() -> bool:
        return ", nothing done" in bot.logs()

    await until(noticed, what="the line about the event that came again")
    assert len((await akiko.thread(ts))[1:]) == 1
    assert "Traceback" not in bot.logs()


async def test_a_short_question_in_a_thread_keeps_the_filters_until_reset(
    bots: Bots, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    ts = await akiko.say("@duebot what did i3d bill in 2024?")

    async def said(text: str) -> bool:
        told = [*(await akiko.thread(ts))[1:], *await akiko.answers()]
        return any(text in str(one["blocks"]) for one in told)

    for words, reading in (
        (None, "Invoices · 2024 · i3d · by month · read"),
        ("and by quarter?", "Invoices · 2024 · i3d · by quarter · read"),
        ("reset", "the next question in this thread stands for itself"),
        ("reset", "nothing to reset in this thread"),
    ):
        if words is not None:
            await akiko.say(f"@duebot {words}", thread_ts=ts)
        await until(partial(said, reading), what=f"{words}; {bots.logs()}")


async def test_a_pdf_asked_for_privately_comes_into_the_direct_message(
    bots: Bots, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    number = bots.ask("/invoices i3d 2024", "--no-live")["invoices"][0]["number"]
    await akiko.command("/invoice", number)
    await akiko.click(await last_answer(akiko), "PDF")

    async def came() -> bool:
        threads = [
            await akiko.thread(message) for message in await akiko.answers(akiko.direct)
        ]
        return any(reply["files"] for thread in threads for reply in thread)

    await until(came, what=f"the PDF; {bots.logs()[-3000:]}")
    assert "our direct message" in str((await last_answer(akiko))["text"])


async def test_an_answer_is_exported_whole_into_its_thread(
    bots: Bots, akiko: Person
) -> None:
    bots.start()
    await ready(bots, akiko)
    await akiko.command("/invoices", "2021")
    await akiko.click(await last_answer(akiko), "Share here")

    async def shared() -> list[dict[str, object]]:
        return [one for one in await akiko.answers() if not one["ephemeral"]][-1:]

    async def in_its_thread() -> list[dict[str, object]]:
        replies = (await akiko.thread(message))[1:]
        return [file for reply in replies for file in reply["files"]]

    async def is_answer() -> bool:
        return any("Invoices · 2021" in str(m["blocks"]) for m in await shared())

    await until(is_answer, what="sharing")
    (message,) = await shared()
    await akiko.click(message, "Export CSV")
    (file,) = await until(in_its_thread, what=f"the file; {bots.logs()[-3000:]}")
    assert str(file["name"]).startswith("invoices-2021-on-")
    text = (await akiko.download(file)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    answer = bots.ask("/invoices 2021", "--no-live")
    assert [row["id"] for row in rows] == [each["id"] for each in answer["invoices"]]
    assert len(rows) > 20
    assert [row["total"] for row in rows] == [
        each["total"] or "" for each in answer["invoices"]
    ]


async def test_a_workbook_asked_for_privately_comes_into_the_direct_message(
    bots: Bots, akiko: Person, sandbox: Sandbox
) -> None:
    bots.start()
    await ready(bots, akiko)
    await akiko.command("/unpaid", "")
    await akiko.click(await last_answer(akiko), "Export Excel")

    async def came() -> list[dict[str, object]]:
        threads = [
            await akiko.thread(message) for message in await akiko.answers(akiko.direct)
        ]
        return [
            file for thread in threads for reply in thread for file in reply["files"]
        ]

    (file,) = await until(came, what=f"the workbook; {bots.logs()[-3000:]}")
    book = openpyxl.load_workbook(io.BytesIO(await akiko.download(file)))
    answer = bots.ask("/unpaid", "--no-live")
    assert book["Invoices"].max_row == len(answer["invoices"]) + 1
    assert "our direct message" in str((await last_answer(akiko))["text"])
    async with sandbox.person("U0LENA") as lena:
        assert not any(message["files"] for message in await lena.messages())


async def test_answers_come_in_time_while_every_provider_hangs(
    bots: Bots, akiko: Person
) -> None:
    bots.configure(every="1h", fresh_for="1s")
    bots.start()
    await ready(bots, akiko)
    for target in ("lineworks", "softwareone", "i3dnet"):
        await akiko.post("faults", target=target, kind="hang", seconds=30)
    started = time.monotonic()
    while time.monotonic() - started < 1.5:
        await until(_nothing, what="nothing", seconds=5)
    acknowledged = await akiko.command("/unpaid", "")
    assert acknowledged["ok"]
    assert acknowledged["ms"] < 2500
    answer = await last_answer(akiko)
    assert "being read again" in str(answer["blocks"])
    assert "*EUR*" in str(answer["blocks"])


async def _nothing() -> bool:
    return True


async def test_one_provider_down_is_named_first_and_the_others_answer(
    bots: Bots, akiko: Person
) -> None:
    bots.configure(fresh_for="1s")
    bots.start()
    await ready(bots, akiko)
    await akiko.post("faults", target="i3dnet", kind="refused")

    async def named() -> bool:
        await akiko.command("/unpaid", "")
        first = (await last_answer(akiko))["blocks"][0]  # type: ignore[index]
        return "Incomplete:* i3D.net refused the key" in str(first)

    await until(named, what=f"the failure; {bots.logs()[-2000:]}")
    assert "*USD*" in str((await last_answer(akiko))["blocks"])

"""A PDF whose upload was not answered: once in its thread, or said to be in doubt."""

from typing import Any

from sandbox.person import Person
from tests.e2e.conftest import Bots, ready, until
from tests.e2e.test_questions import last_answer

STEP = "files.completeUploadExternal"


async def shared_answer(bots: Bots, person: Person, at: int) -> dict[str, Any]:
    """Share one invoice, and give its message."""
    number = bots.ask("/invoices i3d 2024", "--no-live")["invoices"][at]["number"]
    await person.command("/invoice", number)
    await person.click(await last_answer(person), "Share here")

    async def shared() -> list[dict[str, Any]]:
        found = [one for one in await person.answers() if not one["ephemeral"]]
        return [one for one in found if number in one["text"]]

    (message,) = await until(shared, what=f"sharing; {bots.logs()[-2000:]}")
    return message


async def files_of(person: Person, message: dict[str, Any]) -> list[str]:
    return [
        file["name"]
        for reply in (await person.thread(message))[1:]
        for file in reply["files"]
    ]


async def test_a_lost_answer_is_looked_for_and_doubt_is_said(
    bots: Bots, akiko: Person
) -> None:
    first = bots.start()
    await ready(bots, akiko)
    message = await shared_answer(bots, akiko, 0)
    await akiko.post("faults", target="slack", kind="error", method=STEP)
    await akiko.click(message, "PDF")

    async def doubted() -> bool:
        said = str((await last_answer(akiko))["text"])
        return "did not say whether the file came" in said

    await until(doubted, what=f"the doubt; {bots.logs()[-3000:]}")
    assert await files_of(akiko, message) == []

    # Asked for again too soon, also of another process: nothing is sent.
    first.kill()
    await akiko.post("faults", target="slack", kind="none")
    bots.start()
    await ready(bots, akiko)
    before = await last_answer(akiko)
    await akiko.click(message, "PDF")

    async def said_again() -> bool:
        return (await last_answer(akiko))["ts"] != before["ts"]

    await until(said_again, what=f"the doubt again; {bots.logs()[-3000:]}")
    assert await doubted()
    assert await files_of(akiko, message) == []

    other = await shared_answer(bots, akiko, 1)
    await akiko.post("faults", target="slack", kind="drop_after", count=1, method=STEP)
    await akiko.click(other, "PDF")

    async def came() -> bool:
        return bool(await files_of(akiko, other))

    await until(came, what=f"the PDF; {bots.logs()[-3000:]}")
    await akiko.click(other, "PDF")
    await until(said_again, what="that it is there")
    assert len(await files_of(akiko, other)) == 1
    assert "Traceback" not in bots.logs()

"""A disk that is full for a while, and a file that is damaged, under the whole bot."""

import resource
import shutil
import sys
from pathlib import Path

import pytest

from sandbox.person import Person
from tests.e2e.conftest import Bots, ready, until
from tests.e2e.test_news import notices

PAGE = 4096


async def issue(person: Person) -> str:
    done = await person.post("world", do="issue", provider="i3dnet")
    return str(done["number"])


@pytest.mark.skipif(sys.platform != "linux", reason="sets another process's limits")
async def test_a_full_disk_loses_and_doubles_nothing(bots: Bots, akiko: Person) -> None:
    process = bots.start()
    await ready(bots, akiko)
    await until(akiko.answers, what="the first message")
    pid = process.popen.pid
    whole = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    # No file of the bot's may grow past this: its database cannot take a change.
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (16 * PAGE, whole[1]))
    numbers = [await issue(akiko) for _ in range(3)]

    async def complained() -> bool:
        return "did not take a change" in bots.logs()

    await until(complained, what=f"a complaint; {bots.logs()[-2000:]}")
    answered = await akiko.command("/unpaid", "i3d")
    assert answered["ok"], "questions are answered from what is known"
    resource.prlimit(pid, resource.RLIMIT_FSIZE, whole)
    numbers.append(await issue(akiko))

    async def told() -> bool:
        return "".join(await texts(akiko)).count(numbers[-1]) > 0

    await until(told, what=f"the news; {bots.logs()[-3000:]}")
    said = "\n".join(await texts(akiko))
    assert [said.count(number) for number in numbers] == [1, 1, 1, 1]
    assert "Traceback" not in bots.logs()
    assert process.stop() == 0


async def texts(person: Person) -> list[str]:
    return [one["text"] for one in await person.answers() if not one["ephemeral"]]


async def test_a_damaged_file_says_to_restore_and_a_backup_goes_on(
    bots: Bots, akiko: Person
) -> None:
    process = bots.start()
    await ready(bots, akiko)
    await until(akiko.answers, what="the first message")
    copy = bots.folder / "copy.db"
    assert bots.run("backup", str(copy)).returncode == 0
    assert process.stop() == 0
    spoil(bots.folder / "duebot.db")

    damaged = bots.start()

    async def complained() -> bool:
        return "stop Duebot and restore a backup" in bots.logs()

    await until(complained, what=f"a complaint; {bots.logs()[-2000:]}")
    checked = bots.run("check")
    assert checked.returncode == 1
    assert "restore a backup" in checked.stdout + checked.stderr
    damaged.stop()
    assert "Traceback" not in bots.logs() + checked.stderr

    for name in ("duebot.db", "duebot.db-wal", "duebot.db-shm"):
        (bots.folder / name).unlink(missing_ok=True)
    shutil.move(copy, bots.folder / "duebot.db")
    bots.start()
    await ready(bots, akiko)
    number = await issue(akiko)
    await until(lambda: notices(akiko, number), what=f"news; {bots.logs()[-2000:]}")
    assert len([one for one in await texts(akiko) if "First reading" in one]) == 1
    assert "Traceback" not in bots.logs()


def spoil(path: Path) -> None:
    """Overwrite what stands behind the first pages, which name the tables."""
    raw = bytearray(path.read_bytes())
    start = 40 * PAGE
    assert len(raw) > start + PAGE
    raw[start:] = b"\xff" * (len(raw) - start)
    path.write_bytes(bytes(raw))

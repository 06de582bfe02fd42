"""A bot that begins again from a backup tells nothing twice that was told before it."""

import shutil
from collections import Counter
from typing import Any

from sandbox.person import Person
from tests.e2e.conftest import Bots, ready, until


async def told(person: Person, number: object) -> list[dict[str, Any]]:
    return [one for one in await person.answers() if str(number) in one["text"]]


async def issue(person: Person) -> str:
    done = await person.post("world", do="issue", provider="i3dnet")
    return str(done["number"])


async def test_a_restored_backup_doubles_nothing_and_says_what_it_cannot_know(
    bots: Bots, akiko: Person
) -> None:
    first = bots.start()
    await ready(bots, akiko)
    before = await issue(akiko)
    await until(lambda: told(akiko, before), what="news before the backup")

    # Slack is away, so that something waits while the copy is made.
    await akiko.post("faults", target="slack", kind="busy", method="chat.postMessage")
    waiting = await issue(akiko)

    async def planned() -> bool:
        return "Slack is busy" in bots.logs()

    await until(planned, what=f"a delivery that waits; {bots.logs()[-2000:]}")
    copy = bots.folder / "copy.db"
    made = bots.run("backup", str(copy))
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    await akiko.post("faults", target="slack", kind="none")
    await until(lambda: told(akiko, waiting), what="news after the backup")
    first.kill()

    for name in ("duebot.db", "duebot.db-wal", "duebot.db-shm"):
        (bots.folder / name).unlink(missing_ok=True)
    shutil.move(copy, bots.folder / "duebot.db")
    bots.start()
    await ready(bots, akiko)
    after = await issue(akiko)
    await until(lambda: told(akiko, after), what=f"news; {bots.logs()[-3000:]}")

    for number in (before, waiting, after):
        assert len(await told(akiko, number)) == 1, number
    deliveries = Counter(
        one["metadata"]["event_payload"]["delivery"]
        for one in await akiko.answers()
        if one["metadata"]
    )
    assert set(deliveries.values()) == {1}
    assert "what was told after it may be told again" in bots.logs()
    assert '"how": "found"' in bots.logs()
    assert "Traceback" not in bots.logs()
